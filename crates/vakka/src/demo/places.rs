//! Where everything of the demo is: the ports of interfaces.md 2, from one base.

use std::net::{Ipv4Addr, SocketAddr};

/// The addresses as people and programs use them.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Places {
    /// The landing page.
    pub landing: String,
    /// The client information system.
    pub casework: String,
    /// The same over https, for login through the card reader in the browser.
    pub casework_https: String,
    /// The citizen view.
    pub citizen: String,
    /// The same over https.
    pub citizen_https: String,
    /// The archive's keeper, validator and management.
    pub archive: String,
    /// The archive's pages over https, for a login through the card reader in the browser.
    pub archive_https: String,
    /// The archive's messages.
    pub messages: String,
    /// The registers.
    pub registers: String,
    /// The card reader.
    pub reader: String,
}

/// The offsets of the listeners from the base port.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    base: u16,
}

impl Ports {
    /// Highest offset in use.
    const LAST: u16 = 13;

    /// The ports from a base.
    ///
    /// # Errors
    /// When the last one would lie beyond the last port.
    pub fn from(base: u16) -> anyhow::Result<Self> {
        base.checked_add(Self::LAST).map(|_| Self { base }).ok_or_else(|| anyhow::anyhow!("--port-base is too high"))
    }

    fn at(self, offset: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.base + offset).into()
    }

    /// The landing page.
    pub fn landing(self) -> SocketAddr {
        self.at(0)
    }

    /// The client information system, http.
    pub fn casework(self) -> SocketAddr {
        self.at(1)
    }

    /// The client information system, https.
    pub fn casework_https(self) -> SocketAddr {
        self.at(11)
    }

    /// The citizen view, http.
    pub fn citizen(self) -> SocketAddr {
        self.at(2)
    }

    /// The citizen view, https.
    pub fn citizen_https(self) -> SocketAddr {
        self.at(12)
    }

    /// The archive's management.
    pub fn archive(self) -> SocketAddr {
        self.at(3)
    }

    /// The archive's pages, https.
    pub fn archive_https(self) -> SocketAddr {
        self.at(10)
    }

    /// The archive's messages.
    pub fn messages(self) -> SocketAddr {
        self.at(4)
    }

    /// The registers.
    pub fn registers(self) -> SocketAddr {
        self.at(5)
    }

    /// The card reader.
    pub fn reader(self) -> SocketAddr {
        self.at(6)
    }

    /// The archive's citizen interface, for the citizen view alone.
    pub fn citizen_interface(self) -> SocketAddr {
        self.at(Self::LAST)
    }

    /// The addresses in words.
    pub fn places(self) -> Places {
        let http = |address: SocketAddr| format!("http://localhost:{}", address.port());
        let https = |address: SocketAddr| format!("https://localhost:{}", address.port());
        Places {
            landing: http(self.landing()),
            casework: http(self.casework()),
            casework_https: https(self.casework_https()),
            citizen: http(self.citizen()),
            citizen_https: https(self.citizen_https()),
            archive: http(self.archive()),
            archive_https: https(self.archive_https()),
            messages: format!("{}/sanomat", https(self.messages())),
            registers: http(self.registers()),
            reader: https(self.reader()),
        }
    }
}
