//! The official Python client against the simulator, where it is installed or can be.
//!
//! `INFRA_PYTHON_HCLOUD` names a Python that has the package `hcloud`. Without it, and only where
//! `INFRA_REQUIRE_SHARED` wants every check, the package is installed beside the test's program,
//! once; where its registry can not be reached, that is told and skipped.

use super::bench::answers_judged;
use crate::{Options, Pace, Simulator, TOKEN};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tokio::net::TcpListener;

const PACKAGE: &str = "hcloud==2.27.0";

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python");

#[tokio::test]
async fn official_python_client_gets_what_it_expects() {
    let Some(python) = python() else { return };
    for script in ["client.py", "names.py"] {
        drive(&python, script).await;
    }
}

/// Runs a script against a simulator of its own.
async fn drive(python: &Path, script: &str) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let simulator = Simulator::new(Options { pace: Pace::Running(1_000), ..Options::default() });
    let findings = answers_judged(&simulator);
    let mut command = Command::new(python);
    command.arg(Path::new(SCRIPTS).join(script)).args([&port.to_string(), TOKEN]);
    let (done, stop) = tokio::sync::oneshot::channel();
    let script = tokio::task::spawn_blocking(move || {
        let output = command.output();
        drop(done);
        output
    });
    let stopped = async {
        drop(stop.await as Result<(), _>);
    };
    simulator.serve(listener, stopped).await.unwrap();
    let output = script.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let findings = findings.lock().unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Returns a Python with the client; none where there is none, which is told.
#[allow(
    clippy::disallowed_methods,
    reason = "variables say where the client is, and if it must be"
)]
fn python() -> Option<PathBuf> {
    if let Ok(python) = env::var("INFRA_PYTHON_HCLOUD") {
        return Some(python.into());
    }
    let program = env::current_exe().unwrap();
    let folder = program.parent().unwrap().join(PACKAGE.replace("==", "-"));
    let python = folder.join("bin/python");
    if python.exists() {
        return Some(python);
    }
    if env::var("INFRA_REQUIRE_SHARED").is_err() {
        eprintln!("skipped: INFRA_PYTHON_HCLOUD names no Python with the package hcloud");
        return None;
    }
    match install(&folder) {
        Ok(()) => Some(python),
        Err(message) => {
            eprintln!("skipped: {PACKAGE} can not be installed: {message}");
            None
        }
    }
}

/// Installs the client into a folder; the error says why that is not possible here.
fn install(folder: &Path) -> Result<(), String> {
    let own = folder.with_extension(std::process::id().to_string());
    run(Command::new("python3").args(["-m", "venv"]).arg(&own))?;
    let pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", PACKAGE];
    let installed = run(Command::new(own.join("bin/python")).args(pip));
    if let Err(message) = &installed {
        fs::remove_dir_all(&own).unwrap();
        // A registry that answers and does not have it is no reason to skip.
        let is_away = ["Retrying", "onnection", "resolution"].iter().any(|w| message.contains(w));
        assert!(is_away, "{message}");
    }
    installed?;
    if fs::rename(&own, folder).is_err() {
        // Another test run was faster.
        fs::remove_dir_all(&own).unwrap();
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if output.status.success() { Ok(()) } else { Err(text) }
}
