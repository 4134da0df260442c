//! The official Python client against the simulator, where it is installed.
//!
//! `INFRA_PYTHON_HCLOUD` names a Python that has the package `hcloud`:
//! `python3 -m venv v && v/bin/pip install hcloud && INFRA_PYTHON_HCLOUD=$PWD/v/bin/python cargo test`.

use crate::{Options, Pace, Simulator, TOKEN};
use std::process::Command;
use tokio::net::TcpListener;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/client.py");

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "the variable says where the client is")]
async fn official_python_client_gets_what_it_expects() {
    let Ok(python) = std::env::var("INFRA_PYTHON_HCLOUD") else {
        eprintln!("skipped: INFRA_PYTHON_HCLOUD names no Python with the package hcloud");
        return;
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let simulator = Simulator::new(Options { pace: Pace::Running(1_000), ..Options::default() });
    let call = move || Command::new(python).args([SCRIPT, &port.to_string(), TOKEN]).output();
    let (done, stop) = tokio::sync::oneshot::channel();
    let script = tokio::task::spawn_blocking(move || {
        let output = call();
        drop(done);
        output
    });
    let stopped = async {
        drop(stop.await as Result<(), _>);
    };
    simulator.serve(listener, stopped).await.unwrap();
    let output = script.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
