//! What the tests need from the machine, installed when that may be done, named when not.

use crate::process;
use anyhow::{Result, bail};
use std::path::PathBuf;

/// One thing that tests need.
struct Need {
    /// How to see that it is there.
    present: fn() -> bool,
    /// Debian's packages that bring it.
    packages: &'static [&'static str],
    /// What it is for, as the message says.
    purpose: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        present: || process::is_on_path("xmlsec1"),
        packages: &["xmlsec1"],
        purpose: "an outside verdict on XML signatures",
    },
    Need { present: has_postgres, packages: &["postgresql"], purpose: "the tests on the second database" },
    Need {
        present: || ["qpdf", "pdftotext", "pdffonts"].iter().all(|program| process::is_on_path(program)),
        packages: &["qpdf", "poppler-utils"],
        purpose: "an outside verdict on prints",
    },
    Need { present: || process::is_on_path("chromium"), packages: &["chromium"], purpose: "the browser tests" },
    Need {
        present: || process::is_on_path("python3"),
        packages: &["python3", "python3-venv"],
        purpose: "the client in another language",
    },
];

/// Makes sure that everything is there.
///
/// # Errors
/// One sentence that names what is missing and how to get it, when it cannot be installed from here.
pub fn satisfy() -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    if may_install() {
        println!("Installing with apt: {}", packages.join(" "));
        let mut update = process::command("apt-get", &["update", "-qq"]);
        update.env("DEBIAN_FRONTEND", "noninteractive");
        process::succeed(update)?;
        let mut install = process::command("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
        install.args(&packages).env("DEBIAN_FRONTEND", "noninteractive");
        process::succeed(install)?;
    }
    let still: Vec<String> = missing
        .iter()
        .filter(|need| !(need.present)())
        .map(|need| format!("{} (for {})", need.packages.join(" "), need.purpose))
        .collect();
    if !still.is_empty() {
        bail!(
            "missing on this machine: {}. Install them, for example: sudo apt-get install {}",
            still.join("; "),
            packages.join(" ")
        );
    }
    Ok(())
}

/// A Python interpreter of an own environment that has the packages of `tests/strangers/requirements.txt`.
///
/// # Errors
/// When the environment cannot be made or the packages cannot be had.
pub fn python() -> Result<PathBuf> {
    let environment = process::target_folder().join("strangers-python");
    let interpreter = environment.join("bin/python");
    let wanted = process::root().join("tests/strangers/requirements.txt");
    let stamp = environment.join("requirements.txt");
    let fresh = std::fs::read(&wanted).ok().is_some_and(|text| std::fs::read(&stamp).ok() == Some(text));
    if !fresh {
        process::succeed(process::command("python3", &["-m", "venv", &environment.to_string_lossy()]))?;
        process::succeed(process::command(
            &interpreter.to_string_lossy(),
            &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &wanted.to_string_lossy()],
        ))?;
        std::fs::copy(&wanted, &stamp)?;
    }
    Ok(interpreter)
}

fn has_postgres() -> bool {
    process::is_on_path("initdb")
        || std::fs::read_dir("/usr/lib/postgresql")
            .is_ok_and(|versions| versions.flatten().any(|version| version.path().join("bin/initdb").is_file()))
}

/// Only root on a machine with apt can install; nobody is asked for a password by a test.
fn may_install() -> bool {
    process::is_on_path("apt-get") && std::env::var_os("HOME").is_some_and(|home| home == "/root")
}
