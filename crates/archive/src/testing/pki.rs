//! Keys and cards of the cast, made once per machine and kept in a temporary folder: RSA keys take seconds to make.

use registers::cast::Cast;
use seal::{
    SigningKey, SoftwareKey, TrustStore,
    pki::{CardUse, Holder, Issuer, KeySize, Profile, TestCa, Validity},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// Workers whose cards are made.
const CARDS: &[&str] = &["marja", "antti", "liisa", "henna", "ritva", "oona", "elina", "iida"];

/// Name of the key of the register of expressions of will.
const WILLS: &str = "wills-system";

/// See the module.
pub struct Pki {
    /// Trusts the test CA.
    pub trust: Arc<TrustStore>,
    /// The test CA's folder.
    pub folder: PathBuf,
    keys: BTreeMap<String, SoftwareKey>,
}

impl Pki {
    /// The keys of this machine; made when missing.
    pub fn shared(cast: &Cast) -> Arc<Self> {
        static SHARED: OnceLock<Arc<Pki>> = OnceLock::new();
        Arc::clone(SHARED.get_or_init(|| Arc::new(Self::open(cast))))
    }

    fn open(cast: &Cast) -> Self {
        let folder = std::env::temp_dir().join(format!("vakka-archive-test-pki-{}", env!("CARGO_PKG_VERSION")));
        fs::create_dir_all(&folder).expect("a temporary folder");
        // Several test processes may start at once; one makes the keys, the others wait.
        let lock = fs::File::create(folder.join("lock")).expect("a lock file");
        lock.lock().expect("a lock");
        let mut ca = TestCa::open_or_create(&folder.join("ca"), KeySize::Rsa2048, Validity::DEMO).expect("the test CA");
        let mut keys = BTreeMap::new();
        for (name, profile) in profiles(cast) {
            let key = key(&folder, &name, &profile, &ca);
            keys.insert(name, key);
        }
        let always = ("2020-01-01T00:00:00Z".parse().expect("a time"), "2099-12-31T00:00:00Z".parse().expect("a time"));
        let trust = Arc::new(ca.trust_store(always.0, always.1).expect("a trust store"));
        Self { trust, folder, keys }
    }

    /// A key by name.
    ///
    /// # Panics
    /// When the cast has none of the name.
    pub fn key(&self, name: &str) -> &SoftwareKey {
        self.keys.get(name).unwrap_or_else(|| panic!("no key {name}"))
    }

    /// An organisation's system key.
    pub fn system(&self, organisation: &str) -> &SoftwareKey {
        self.key(&format!("{organisation}-system"))
    }

    /// The key by which the archive signs what people express in the citizen view.
    ///
    /// # Panics
    /// When its files cannot be read.
    pub fn wills(&self) -> Arc<dyn SigningKey> {
        Arc::new(SoftwareKey::load(&self.folder, WILLS).expect("the key of the register of wills"))
    }

    /// An organisation's TLS key.
    pub fn tls(&self, organisation: &str) -> &SoftwareKey {
        self.key(&format!("{organisation}-tls"))
    }
}

fn key(folder: &Path, name: &str, profile: &Profile, ca: &TestCa) -> SoftwareKey {
    if let Ok(key) = SoftwareKey::load(folder, name) {
        return key;
    }
    let issued = ca.issue(profile, KeySize::Rsa2048, Validity::DEMO).expect("a certificate");
    issued.write(folder, name).expect("a key file");
    issued.key().expect("a key")
}

fn profiles(cast: &Cast) -> Vec<(String, Profile)> {
    let mut all = vec![(
        WILLS.to_owned(),
        Profile::System {
            organisation: crate::consents::register(),
            organisation_name: crate::consents::REGISTER_NAME.to_owned(),
            system: "Vakka".to_owned(),
        },
    )];
    for organisation in &cast.organisations {
        let (oid, name) = (organisation.oid.clone(), organisation.name.clone());
        all.push((
            format!("{oid}-system"),
            Profile::System { organisation: oid.clone(), organisation_name: name.clone(), system: "Vakka".to_owned() },
        ));
        let hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        all.push((format!("{oid}-tls"), Profile::Tls { organisation: oid, organisation_name: name, hosts }));
    }
    for login in CARDS {
        let worker = cast.worker(login).expect("a worker of the cast");
        let (issuer, holder) = match &worker.registration {
            Some(number) => {
                let title = &worker.profession;
                (Issuer::Professional, Holder::professional(&worker.given, &worker.family, number, title))
            }
            None => (Issuer::Personnel, Holder::personnel(&worker.given, &worker.family, "12345", "Järvi-Häme")),
        };
        for (word, card_use) in [("login", CardUse::Login), ("sign", CardUse::Signature)] {
            all.push((format!("{login}-{word}"), Profile::Card(issuer, card_use, holder.clone())));
        }
    }
    all
}
