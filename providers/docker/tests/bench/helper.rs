//! A test that runs in a process of its own, so that it can be killed in the midst of its work.

use std::{path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

/// Hands over what the process is to work with.
const INPUT: &str = "INFRA_TEST_HELPER_INPUT";
/// What the process says once it is where it is to be killed.
const READY: &str = "the helper is ready to be killed";
/// Longer than any of this takes on a busy machine.
pub(in crate::tests) const PATIENCE: Duration = Duration::from_mins(1);

/// Returns what the process that is to be killed works with; `None` in every other.
#[expect(clippy::disallowed_methods, reason = "the environment tells which process this is")]
pub(in crate::tests) fn input() -> Option<String> {
    std::env::var(INPUT).ok()
}

/// Says that the process may be killed, and waits for it.
pub(in crate::tests) async fn be_killed() {
    println!("{READY}");
    std::future::pending::<()>().await;
}

/// Runs a test of this program in a process of its own, and kills that as soon as it is ready; what
/// it leaves behind lies in a folder.
pub(in crate::tests) async fn kill(test: &str, input: &str, folder: &Path) {
    let mut helper = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INPUT, input)
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(helper.stdout.take().unwrap()).lines();
    let ready = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains(READY) {
                return;
            }
        }
        panic!("the helper ended too early");
    };
    tokio::time::timeout(PATIENCE, ready).await.unwrap();
    helper.kill().await.unwrap();
}
