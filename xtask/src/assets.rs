//! `assets/dist` from the lock file: design tokens and htmx, never committed.
//!
//! Pages are whole without it, so a machine without Node gets one clear sentence instead of a failure.

use crate::process;
use anyhow::{Context, Result};
use std::fs;
use std::time::SystemTime;

/// Builds `assets/dist` with npm unless it is newer than everything that it is made from.
///
/// # Errors
/// When npm is there but cannot fetch or build.
pub fn build() -> Result<()> {
    let folder = process::root().join("assets");
    if is_fresh(&folder) {
        return Ok(());
    }
    if !process::is_on_path("npm") || !process::is_on_path("node") {
        println!(
            "assets: Node is not installed, so pages use Vakka's own style only; install nodejs and npm to add the design systems' tokens."
        );
        return Ok(());
    }
    let run = |program: &str, arguments: &[&str]| {
        let mut command = process::command(program, arguments);
        command.current_dir(&folder);
        process::succeed(command)
    };
    // No package runs a script of its own; what it brings is only read.
    run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).context("assets")?;
    run("node", &["build.mjs"]).context("assets")?;
    println!("assets: built assets/dist");
    Ok(())
}

fn is_fresh(folder: &std::path::Path) -> bool {
    let changed = |name: &str| -> Option<SystemTime> { fs::metadata(folder.join(name)).ok()?.modified().ok() };
    let Some(made) = changed("dist/manifest.json") else { return false };
    ["package-lock.json", "build.mjs"].iter().all(|source| changed(source).is_some_and(|at| at <= made))
}
