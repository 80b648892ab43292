//! The test CA in DVV's form: one root, an issuing CA per purpose, certificates of the profiles of wire-format 7.2 and
//! security-and-faults 1.3. A stand-in: never compiled into production (house.md 2).

mod profile;

pub use profile::{CardUse, Holder, Issuer, Profile};

use crate::{
    KeyError, PolicyFamily, SoftwareKey, TrustStore,
    trust::folder::{ROOT, TRUSTED},
};
use jiff::{Timestamp, civil::Date};
use rcgen::{CertificateRevocationListParams, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber};
use std::{collections::BTreeMap, path::Path};

/// File of the keys folder that remembers what was revoked.
const REVOKED_FILE: &str = "revoked.json";

/// Size of a key to be made. Large keys take seconds in making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeySize {
    /// For tests and the bench-only issuer.
    Rsa2048,
    /// The cards' size.
    Rsa3072,
    /// The system signature's size.
    Rsa4096,
}

impl KeySize {
    fn generate(self) -> Result<KeyPair, KeyError> {
        let size = match self {
            KeySize::Rsa2048 => rcgen::RsaKeySize::_2048,
            KeySize::Rsa3072 => rcgen::RsaKeySize::_3072,
            KeySize::Rsa4096 => rcgen::RsaKeySize::_4096,
        };
        KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA512, size).map_err(|_| KeyError::Signing)
    }
}

/// Validity of a certificate, whole UTC days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

impl Validity {
    /// 2020-01-01 … 2099-12-31, the demo's (decisions.md 14).
    pub const DEMO: Self = Self { from: jiff::civil::date(2020, 1, 1), until: jiff::civil::date(2099, 12, 31) };
}

/// A certificate with its key and chain, as PEM.
#[derive(Clone)]
pub struct Issued {
    /// PKCS#8 private key, PEM.
    pub key_pem: String,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The issuing CA's certificate, PEM. The root is not in the chain.
    pub chain_pem: String,
    /// The certificate's serial, lower-case hex.
    pub serial_hex: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("serial_hex", &self.serial_hex).finish_non_exhaustive()
    }
}

impl Issued {
    /// The key ready for use.
    ///
    /// # Errors
    /// Those of [`SoftwareKey::from_pem`].
    pub fn key(&self) -> Result<SoftwareKey, KeyError> {
        SoftwareKey::from_pem(&self.key_pem, &format!("{}{}", self.certificate_pem, self.chain_pem))
    }

    /// Writes `<name>.key.pem` (mode 0600) and `<name>.cert.pem` (leaf, then issuing CA) into the folder.
    ///
    /// # Errors
    /// `File` when the folder cannot be written.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), KeyError> {
        write_private(&folder.join(format!("{name}.key.pem")), &self.key_pem)?;
        std::fs::write(folder.join(format!("{name}.cert.pem")), format!("{}{}", self.certificate_pem, self.chain_pem))?;
        Ok(())
    }
}

/// One CA: key, parameters (they make its name again after a restart) and certificate.
struct Authority {
    issuer: rcgen::Issuer<'static, KeyPair>,
    certificate_pem: String,
    certificate_der: Vec<u8>,
}

/// What was revoked by one CA, and the number of its newest list.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Revoked {
    number: u64,
    /// By serial (lower-case hex): seconds since 1970.
    serials: BTreeMap<String, i64>,
}

/// The test CA with its keys.
pub struct TestCa {
    root: Authority,
    issuers: BTreeMap<Issuer, Authority>,
    /// By file name of the CA.
    revoked: BTreeMap<String, Revoked>,
    folder: Option<std::path::PathBuf>,
}

impl std::fmt::Debug for TestCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestCa(…)")
    }
}

impl TestCa {
    /// Makes root and issuing CAs with fresh keys, in memory only. The keys are made on several threads.
    ///
    /// # Errors
    /// `Signing` when a key could not be made.
    pub fn create(size: KeySize, validity: Validity) -> Result<Self, KeyError> {
        let keys: Vec<_> = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..=Issuer::ALL.len()).map(|_| scope.spawn(move || size.generate())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap_or(Err(KeyError::Signing))).collect()
        });
        let mut keys = keys.into_iter();
        let mut key = || keys.next().unwrap_or(Err(KeyError::Signing));

        let root_key = key()?;
        let params = profile::root(validity)?;
        let certificate = params.self_signed(&root_key).map_err(|_| KeyError::Signing)?;
        let root = Authority {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            issuer: rcgen::Issuer::new(params, root_key),
        };
        let mut issuers = BTreeMap::new();
        for kind in Issuer::ALL {
            let own_key = key()?;
            let params = profile::issuing(kind, validity)?;
            let certificate = params.signed_by(&own_key, &root.issuer).map_err(|_| KeyError::Signing)?;
            let authority = Authority {
                certificate_pem: certificate.pem(),
                certificate_der: certificate.der().to_vec(),
                issuer: rcgen::Issuer::new(params, own_key),
            };
            issuers.insert(kind, authority);
        }
        Ok(Self { root, issuers, revoked: BTreeMap::new(), folder: None })
    }

    /// Reads the CA from a folder, or makes and writes it there (private keys with mode 0600). Revocations and the
    /// numbers of lists are kept there too.
    ///
    /// # Errors
    /// `File` or `Unreadable`.
    pub fn open_or_create(folder: &Path, size: KeySize, validity: Validity) -> Result<Self, KeyError> {
        std::fs::create_dir_all(folder)?;
        if folder.join(format!("{ROOT}.key.pem")).exists() {
            return Self::open(folder);
        }
        let mut made = Self::create(size, validity)?;
        for (kind, authority) in &made.issuers {
            authority.write(folder, kind.file_name())?;
        }
        // The root last: its key's presence says that the folder is whole.
        made.root.write(folder, ROOT)?;
        made.folder = Some(folder.to_owned());
        Ok(made)
    }

    fn open(folder: &Path) -> Result<Self, KeyError> {
        let root = Authority::read(folder, ROOT)?;
        let mut issuers = BTreeMap::new();
        for kind in Issuer::ALL {
            issuers.insert(kind, Authority::read(folder, kind.file_name())?);
        }
        let revoked = match std::fs::read(folder.join(REVOKED_FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| KeyError::Unreadable)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { root, issuers, revoked, folder: Some(folder.to_owned()) })
    }

    /// Makes a key and a certificate. Keys can be made on several threads at once.
    ///
    /// # Errors
    /// `Signing` when the key could not be made or the profile holds what a certificate cannot.
    pub fn issue(&self, profile: &Profile, size: KeySize, validity: Validity) -> Result<Issued, KeyError> {
        let key = size.generate()?;
        let authority = &self.issuers[&profile.issuer()];
        let serial = random_serial()?;
        let mut params = profile.params(validity)?;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        let certificate = params.signed_by(&key, &authority.issuer).map_err(|_| KeyError::Signing)?;
        Ok(Issued {
            key_pem: key.serialize_pem(),
            certificate_pem: certificate.pem(),
            chain_pem: authority.certificate_pem.clone(),
            serial_hex: hex::encode(serial),
        })
    }

    /// Marks a certificate revoked from `at` on. Publish with [`Self::crl`] and [`TrustStore::put_crl`].
    ///
    /// # Errors
    /// `Unreadable` when the serial is not hex, `File` when the folder cannot be written.
    pub fn revoke(&mut self, issuer: Issuer, serial_hex: &str, at: Timestamp) -> Result<(), KeyError> {
        hex::decode(serial_hex).map_err(|_| KeyError::Unreadable)?;
        let revoked = self.revoked.entry(issuer.file_name().to_owned()).or_default();
        revoked.serials.insert(serial_hex.to_ascii_lowercase(), at.as_second());
        self.remember()
    }

    /// The issuer's next revocation list, DER; `None` means the root's.
    ///
    /// # Errors
    /// `Signing` when it could not be signed (`next_update` must lie after `this_update`).
    pub fn crl(
        &mut self,
        issuer: Option<Issuer>,
        this_update: Timestamp,
        next_update: Timestamp,
    ) -> Result<Vec<u8>, KeyError> {
        let name = issuer.map_or(ROOT, Issuer::file_name);
        let epoch = rcgen::date_time_ymd(1970, 1, 1);
        let moment = |seconds: i64| epoch + std::time::Duration::from_secs(seconds.max(0).unsigned_abs());
        let revoked = self.revoked.entry(name.to_owned()).or_default();
        revoked.number += 1;
        let entry = |(serial, at): (&String, &i64)| {
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(&hex::decode(serial).map_err(|_| KeyError::Unreadable)?),
                revocation_time: moment(*at),
                reason_code: None,
                invalidity_date: None,
            })
        };
        let params = CertificateRevocationListParams {
            this_update: moment(this_update.as_second()),
            next_update: moment(next_update.as_second()),
            crl_number: SerialNumber::from(revoked.number),
            issuing_distribution_point: None,
            revoked_certs: revoked.serials.iter().map(entry).collect::<Result<_, KeyError>>()?,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let authority = issuer.map_or(&self.root, |kind| &self.issuers[&kind]);
        let list = params.signed_by(&authority.issuer).map_err(|_| KeyError::Signing)?;
        self.remember()?;
        Ok(list.der().to_vec())
    }

    /// A store that trusts this CA's issuers for their purposes, with everyone's revocation lists, fresh until
    /// `next_update`.
    ///
    /// # Errors
    /// `Signing` when a list could not be signed.
    pub fn trust_store(&mut self, this_update: Timestamp, next_update: Timestamp) -> Result<TrustStore, KeyError> {
        let mut store = TrustStore::new(PolicyFamily::Test);
        store.add_root(&self.root.certificate_der).map_err(|_| KeyError::Unreadable)?;
        for (name, purpose, kind) in TRUSTED {
            let issuer = Issuer::ALL.into_iter().find(|issuer| issuer.file_name() == name);
            let der = issuer.map(|issuer| &self.issuers[&issuer].certificate_der).ok_or(KeyError::Unreadable)?;
            store.trust(purpose, kind, der).map_err(|_| KeyError::Unreadable)?;
        }
        for issuer in [None].into_iter().chain(Issuer::TRUSTED.map(Some)) {
            let list = self.crl(issuer, this_update, next_update)?;
            store.put_crl(&list).map_err(|_| KeyError::Unreadable)?;
        }
        Ok(store)
    }

    /// Writes the next revocation list of every CA into the folder (`<name>.crl`), for processes that read their trust
    /// from it ([`TrustStore::from_folder`]).
    ///
    /// # Errors
    /// `File`, or `Signing` when a list could not be signed.
    pub fn publish(&mut self, folder: &Path, this_update: Timestamp, next_update: Timestamp) -> Result<(), KeyError> {
        for issuer in [None].into_iter().chain(Issuer::ALL.map(Some)) {
            let list = self.crl(issuer, this_update, next_update)?;
            let name = issuer.map_or(ROOT, Issuer::file_name);
            let fresh = folder.join(format!("{name}.crl.new"));
            std::fs::write(&fresh, list)?;
            std::fs::rename(fresh, folder.join(format!("{name}.crl")))?;
        }
        Ok(())
    }

    /// The self-signed root, PEM (`ca.pem` of the export).
    pub fn root_pem(&self) -> &str {
        &self.root.certificate_pem
    }

    /// An issuing CA's certificate, PEM.
    pub fn issuer_pem(&self, issuer: Issuer) -> &str {
        &self.issuers[&issuer].certificate_pem
    }

    fn remember(&self) -> Result<(), KeyError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let text = serde_json::to_string_pretty(&self.revoked).map_err(|_| KeyError::Unreadable)?;
        let fresh = folder.join("revoked.json.new");
        std::fs::write(&fresh, text)?;
        Ok(std::fs::rename(fresh, folder.join(REVOKED_FILE))?)
    }
}

impl Authority {
    fn write(&self, folder: &Path, name: &str) -> Result<(), KeyError> {
        std::fs::write(folder.join(format!("{name}.cert.pem")), &self.certificate_pem)?;
        write_private(&folder.join(format!("{name}.key.pem")), &self.issuer.key().serialize_pem())
    }

    fn read(folder: &Path, name: &str) -> Result<Self, KeyError> {
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        let certificate_pem = std::fs::read_to_string(folder.join(format!("{name}.cert.pem")))?;
        let key_pem = std::fs::read_to_string(folder.join(format!("{name}.key.pem")))?;
        let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes()).map_err(|_| KeyError::Unreadable)?;
        let key = KeyPair::from_pkcs8_pem_and_sign_algo(&key_pem, &rcgen::PKCS_RSA_SHA512)
            .map_err(|_| KeyError::Unreadable)?;
        let issuer = rcgen::Issuer::from_ca_cert_der(&der, key).map_err(|_| KeyError::Unreadable)?;
        Ok(Self { issuer, certificate_pem, certificate_der: der.to_vec() })
    }
}

/// Fifteen random bytes, the first never zero: positive and not longer than 20 bytes in DER.
fn random_serial() -> Result<[u8; 15], KeyError> {
    let mut serial = [0; 15];
    aws_lc_rs::rand::fill(&mut serial).map_err(|_| KeyError::Signing)?;
    serial[0] = (serial[0] & 0x7f) | 0x40;
    Ok(serial)
}

/// Writes a file that only its owner may read, never world-readable even for a moment.
fn write_private(path: &Path, text: &str) -> Result<(), KeyError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let mut file = options.open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())?;
    }
    #[cfg(not(unix))]
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(())
}
