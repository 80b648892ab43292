//! `vakka pki issue`: certificates of DVV's profiles under the local test CA.

use crate::Verdict;
use anyhow::Context;
use clap::ValueEnum;
use records::id::{OrganisationId, RegistrationNumber};
use seal::pki::{CardUse, Holder, Issuer, KeySize, Profile, TestCa, Validity};
use std::path::PathBuf;

/// What to do with certificates.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Make a certificate with its key and chain, as PEM; the test CA is made when there is none yet
    #[command(after_help = "Examples:\n  \
        vakka pki issue --kind professional --given Liisa --family Kettunen --number 90000000105 --title '531 lähihoitaja' --name liisa\n  \
        vakka pki issue --kind tls --organisation 1.2.246.10.99990031.10.0 --organisation-name 'Hoivakoti Kielo Oy' --host localhost --name kielo-tls")]
    Issue(Box<Issue>),
}

/// Arguments of `vakka pki issue`.
#[derive(clap::Args)]
pub struct Issue {
    /// The profile
    #[arg(long)]
    kind: Kind,
    /// Folder of the test CA
    #[arg(long, default_value = "ca")]
    ca: PathBuf,
    /// Folder for the files
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// Name of the files: NAME.key.pem and NAME.cert.pem
    #[arg(long)]
    name: String,
    /// Given names of a card's holder
    #[arg(long, default_value = "")]
    given: String,
    /// Family name of a card's holder
    #[arg(long, default_value = "")]
    family: String,
    /// Registration number of a professional (11 digits), staff number of others
    #[arg(long, default_value = "")]
    number: String,
    /// Title of a professional, `251 sosionomi, socionom`
    #[arg(long, default_value = "")]
    title: String,
    /// OID of the organisation
    #[arg(long)]
    organisation: Option<String>,
    /// Name of the organisation
    #[arg(long, default_value = "")]
    organisation_name: String,
    /// Which of a card's two certificates
    #[arg(long = "use", default_value = "signature")]
    card_use: Use,
    /// Name of the system that signs
    #[arg(long, default_value = "Vakka")]
    system: String,
    /// Host name or address of a TLS certificate; may be repeated
    #[arg(long, default_value = "localhost")]
    host: Vec<String>,
    /// First day, YYYY-MM-DD
    #[arg(long, default_value_t = Validity::DEMO.from)]
    from: jiff::civil::Date,
    /// Last day, YYYY-MM-DD
    #[arg(long, default_value_t = Validity::DEMO.until)]
    until: jiff::civil::Date,
}

/// The profiles of wire-format 7.2.
#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Professional,
    Personnel,
    Temporary,
    System,
    Tls,
}

/// The two certificates of a card.
#[derive(Clone, Copy, ValueEnum)]
enum Use {
    Login,
    Signature,
}

/// Runs the command.
pub fn run(command: Command) -> anyhow::Result<Verdict> {
    let Command::Issue(issue) = command;
    let profile = issue.profile()?;
    let size = if matches!(issue.kind, Kind::System) { KeySize::Rsa4096 } else { KeySize::Rsa3072 };
    std::fs::create_dir_all(&issue.ca)?;
    std::fs::create_dir_all(&issue.out)?;
    let ca = TestCa::open_or_create(&issue.ca, KeySize::Rsa4096, Validity::DEMO)?;
    let issued = ca.issue(&profile, size, Validity { from: issue.from, until: issue.until })?;
    issued.write(&issue.out, &issue.name)?;
    println!("{} in {}", issue.name, issue.out.display());
    Ok(Verdict::Done)
}

impl Issue {
    fn profile(&self) -> anyhow::Result<Profile> {
        let card_use = match self.card_use {
            Use::Login => CardUse::Login,
            Use::Signature => CardUse::Signature,
        };
        let staff = || Holder::personnel(&self.given, &self.family, &self.number, &self.organisation_name);
        Ok(match self.kind {
            Kind::Professional => {
                let number = RegistrationNumber::parse(&self.number)
                    .context("--number must be the professional's 11-digit registration number")?;
                Profile::Card(
                    Issuer::Professional,
                    card_use,
                    Holder::professional(&self.given, &self.family, &number, &self.title),
                )
            }
            Kind::Personnel => Profile::Card(Issuer::Personnel, card_use, staff()),
            Kind::Temporary => Profile::Card(Issuer::Temporary, card_use, staff()),
            Kind::System => Profile::System {
                organisation: self.organisation()?,
                organisation_name: self.organisation_name.clone(),
                system: self.system.clone(),
            },
            Kind::Tls => Profile::Tls {
                organisation: self.organisation()?,
                organisation_name: self.organisation_name.clone(),
                hosts: self.host.clone(),
            },
        })
    }

    fn organisation(&self) -> anyhow::Result<OrganisationId> {
        let text = self.organisation.as_deref().context("--organisation must be given for this kind")?;
        OrganisationId::parse(text).context("--organisation must be an OID")
    }
}
