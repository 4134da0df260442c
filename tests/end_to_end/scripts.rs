//! The accidents of `../shared/crash`, which were written to record what Terraform does: here they
//! judge this program, all but those that need `PostgreSQL`.

use super::{
    estate::{KEY, binary},
    outside,
};
use std::{path::Path, process::Command, thread};

/// The scripts; 7 and 11 are about a backend that does not exist yet.
const SCRIPTS: [&str; 10] = [
    "1_kill9",
    "2_kill9_early",
    "3_concurrent",
    "4_sigint",
    "5_diskfull",
    "6_stale_plan",
    "8_diskfull_big",
    "9_kill_during_write",
    "10_sigint2",
    "12_readonly_silent",
];

/// The exit status with which a script says that something is missing on this machine.
const SKIPPED: i32 = 77;

#[test]
fn crash_scripts_pass() {
    let required = "INFRA_REQUIRE_SHARED";
    let Some(folder) = outside::shared("crash") else {
        return outside::skip("crash_scripts_pass", "there is no ../shared/crash", required);
    };
    let results: Vec<(&str, Option<i32>, String)> = thread::scope(|scope| {
        let running: Vec<_> =
            SCRIPTS.iter().map(|name| (name, scope.spawn(|| run(&folder, name)))).collect();
        running
            .into_iter()
            .map(|(name, thread)| {
                let (code, said) = thread.join().unwrap();
                (*name, code, said)
            })
            .collect()
    });
    for (name, _, said) in results.iter().filter(|(_, code, _)| *code == Some(SKIPPED)) {
        outside::skip(name, said.trim(), required);
    }
    let failed: Vec<&str> = results
        .iter()
        .filter(|(_, code, _)| !matches!(code, Some(0 | SKIPPED)))
        .map(|(_, _, said)| said.as_str())
        .collect();
    assert!(failed.is_empty(), "{}", failed.concat());
}

fn run(folder: &Path, name: &str) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .arg(folder.join(format!("{name}.sh")))
        .env("TF", binary())
        .env("INFRA_STATE_KEY", KEY)
        .env("STATE_FILE", ".infra")
        .env("DISK_KIB", DISK_KIB)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let said = if said.is_empty() { format!("{name}: says nothing\n") } else { said };
    (output.status.code(), said)
}

/// The size of the disk that is filled: room for what the store sets aside before it begins.
const DISK_KIB: &str = "2048";
