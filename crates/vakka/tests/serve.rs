//! `vakka serve` from a configuration file: the archive alone, as a vendor runs it, and every role at once. Each comes up,
//! answers, is found in order by `vakka doctor`, and stops in good order.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for a door; keys are there already.
const READY_MAX: Duration = Duration::from_secs(90);
const ORGANISER: &str = "1.2.246.10.99990015.10.0";

/// The example that the operator's page shows for the archive alone, with a folder and ports of this test.
fn archive_alone(data: &Path, base: u16) -> String {
    let page = include_str!("../../../docs/operations.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let mut text = example.replace("\"data\"", &format!("{:?}", data.display().to_string()));
    for (shown, offset) in [("8703", 3), ("8704", 4), ("8705", 5), ("8713", 13)] {
        text = text.replace(shown, &(base + offset).to_string());
    }
    text
}

/// The client information system and the citizen view beside it.
fn the_rest(base: u16) -> String {
    format!(
        r#"
[casework]
http = "127.0.0.1:{}"
https = "127.0.0.1:{}"
origin = "https://localhost:{}"
archive = "https://localhost:{}/sanomat"
registers = "http://127.0.0.1:{}"

[[casework.connection]]
organisation = "{ORGANISER}"
system = "jhhva-system"
tls = "jhhva-tls"

[citizen]
http = "127.0.0.1:{}"
archive = "http://127.0.0.1:{}"
registers = "http://127.0.0.1:{}"
"#,
        base + 1,
        base + 11,
        base + 11,
        base + 4,
        base + 5,
        base + 2,
        base + 13,
        base + 5
    )
}

/// A data folder with keys, and a configuration file beside it.
struct Installation {
    folder: tempfile::TempDir,
    base: u16,
}

impl Installation {
    fn new(text: impl FnOnce(&Path, u16) -> String) -> Self {
        let folder = common::data_folder();
        std::fs::write(folder.path().join("keys/citizen.key"), "k".repeat(40)).expect("a secret");
        let base = common::free_base();
        std::fs::write(folder.path().join("vakka.toml"), text(folder.path(), base)).expect("a configuration");
        Self { folder, base }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("vakka.toml")
    }

    fn vakka(&self, command: &str) -> Command {
        let mut vakka = Command::new(env!("CARGO_BIN_EXE_vakka"));
        vakka.args([command, "--config"]).arg(self.config()).env("VAKKA_LOG", "error").stdin(Stdio::null());
        vakka
    }

    /// What the doctor says; it must find nothing wrong.
    fn is_in_order(&self) {
        let said = self.vakka("doctor").output().expect("the doctor answers");
        assert_eq!(said.status.code(), Some(0), "{}", words(&said));
        assert!(words(&said).contains("[archive]") && !words(&said).contains("WRONG"), "{}", words(&said));
    }

    /// Starts it and waits until every address answers.
    async fn serve(&self, addresses: &[(u16, &str)]) -> Serving {
        let process = self.vakka("serve").stdout(Stdio::null()).spawn().expect("it starts");
        let mut serving = Serving(process);
        let begun = Instant::now();
        for (offset, path) in addresses {
            let url = format!("http://127.0.0.1:{}{path}", self.base + offset);
            while !reqwest::get(&url).await.is_ok_and(|answer| answer.status() == 200) {
                assert!(serving.0.try_wait().expect("a process").is_none(), "it ended by itself");
                assert!(begun.elapsed() < READY_MAX, "{url} does not answer");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        serving
    }
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A running `vakka serve`; killed when the test fails.
struct Serving(Child);

impl Serving {
    /// Ends it as a service manager does, with SIGTERM.
    fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "it cannot be asked to stop");
        assert!(self.0.wait().expect("an end").success(), "it did not stop in order");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_alone_runs_from_the_example_of_the_operators_page() {
    let vendor = Installation::new(archive_alone);
    vendor.is_in_order();
    let serving = vendor.serve(&[(3, "/health/live"), (3, "/health/ready"), (5, "/organisations")]).await;
    let management = format!("http://127.0.0.1:{}", vendor.base + 3);
    let joining = reqwest::get(format!("{management}/joining")).await.expect("an answer");
    assert_eq!(joining.json::<Vec<serde_json::Value>>().await.expect("a list"), Vec::<serde_json::Value>::new());
    // Messages come over mutual TLS only: who shows no certificate is not let in.
    let stranger = reqwest::Client::builder().danger_accept_invalid_certs(true).build().expect("a client");
    let messages = format!("https://localhost:{}/sanomat", vendor.base + 4);
    assert!(stranger.post(messages).body("<x/>").send().await.is_err(), "a stranger was let in");
    vendor.is_in_order();
    serving.stop();
    let verified = Command::new(env!("CARGO_BIN_EXE_vakka"))
        .args(["archive", "verify", "--config"])
        .arg(vendor.config())
        .output()
        .expect("an answer");
    assert_eq!(verified.status.code(), Some(0), "{}", words(&verified));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_roles_run_from_one_file() {
    let whole = Installation::new(|data, base| archive_alone(data, base) + &the_rest(base));
    whole.is_in_order();
    let serving = whole
        .serve(&[(3, "/health/ready"), (5, "/organisations"), (1, "/kirjaudu"), (1, "/health/ready"), (2, "/kirjaudu")])
        .await;
    whole.is_in_order();
    serving.stop();
    // What was there is there again.
    whole.serve(&[(3, "/health/ready"), (1, "/kirjaudu")]).await.stop();
}

#[test]
fn a_file_that_is_not_understood_or_asks_for_a_missing_key_starts_nothing() {
    let unknown = Installation::new(|data, base| archive_alone(data, base) + "\n[archives]\n");
    let refused = unknown.vakka("serve").output().expect("an end");
    assert_eq!(refused.status.code(), Some(2), "{}", words(&refused));

    let keyless = Installation::new(archive_alone);
    std::fs::remove_file(keyless.folder.path().join("keys/server.key.pem")).expect("a key to remove");
    let refused = keyless.vakka("serve").output().expect("an end");
    assert_eq!(refused.status.code(), Some(2), "{}", words(&refused));
    assert!(words(&refused).contains("server"), "{}", words(&refused));
}
