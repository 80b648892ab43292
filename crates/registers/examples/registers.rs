//! Serves the registers with the scenario's cast alone: `cargo run -p registers --features stand-ins --example registers`.
#![allow(clippy::print_stdout, reason = "an example speaks on standard output")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (base, serving) = registers::server::spawn(registers::cast::Cast::built_in()?, "127.0.0.1:8705").await?;
    println!("{base}");
    serving.await?;
    Ok(())
}
