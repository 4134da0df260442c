//! Other processes: killed at random moments, and asking for the lock at the same time.
//!
//! The test executable runs itself again with a marker in its arguments to be the other process.

use crate::fixture::{address, apply, began, finished, info, recorded, started, who};
use infra_model::{
    address::Generation,
    journal::{Record, Time},
};
use infra_state::{LocalStore, StateError, Store as _, Writer};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

const ROUNDS: u64 = 50;
const DIRECTORY: &str = "INFRA_STATE_TEST_DIRECTORY";

/// Starts a test of this executable as another process on a directory.
fn spawn(test: &str, directory: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(DIRECTORY, directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// Returns the directory if this is the other process.
#[allow(clippy::disallowed_methods)]
fn as_other() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// Says something to the first process, at once.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nsay {text}").unwrap();
    out.flush().unwrap();
}

/// Returns what the other process says next.
fn hear(lines: &mut BufReader<ChildStdout>) -> Option<String> {
    let mut said = lines.lines().map_while(Result::ok);
    said.find_map(|line| line.strip_prefix("say ").map(str::to_owned))
}

#[test]
fn other_writes_until_it_is_killed() {
    let Some(directory) = as_other() else { return };
    let store = LocalStore::open(directory, None).unwrap();
    for run in 0.. {
        let mut writer = store.lock(who(std::process::id())).unwrap();
        if writer.snapshot().sequence == 0 {
            writer.append(&[began()], Time(0)).unwrap();
        }
        for _ in 0..20 {
            write_once(&mut *writer);
        }
        writer.close(info(run)).unwrap();
    }
}

/// Appends a group whose two records carry one number, and says it once it is durable.
fn write_once(writer: &mut dyn Writer) {
    let number = writer.snapshot().sequence + 1;
    let pair = |name| Record::Recorded {
        address: address(name, number % 30),
        generation: Generation(1),
        object: crate::fixture::object(number, 700, Vec::new()),
    };
    writer.append(&[pair("left"), pair("right")], Time(number)).unwrap();
    say(&number.to_string());
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("s");
    let mut last = 0;
    for round in 0..ROUNDS {
        let (mut child, mut lines) = spawn("processes::other_writes_until_it_is_killed", &state);
        // A number of acknowledgements that differs from round to round, some of them none at all.
        for _ in 0..(round * 7919) % 61 {
            last = hear(&mut lines).unwrap().parse().unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        while let Some(said) = hear(&mut lines) {
            last = said.parse().unwrap();
        }
        let store = LocalStore::open(&state, None).unwrap();
        let reading = store.read().unwrap();
        let snapshot = reading.snapshot;
        assert!(reading.holder.is_none(), "the lock died with its holder");
        assert!(last == 0 || snapshot.sequence > last, "{last} was acknowledged");
        for index in 0..30 {
            let value = |name| snapshot.current(&address(name, index)).map(|o| o.value.clone());
            assert_eq!(value("left"), value("right"), "a group counts wholly or not at all");
        }
        last = 0;
    }
}

#[test]
fn other_holds_the_lock() {
    let Some(directory) = as_other() else { return };
    let store = LocalStore::open(directory, None).unwrap();
    let mut writer = store.lock(who(std::process::id())).unwrap();
    writer.append(&[started("a", 0, writer.epoch(), 10)], Time(1)).unwrap();
    say("locked");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    writer.append(&[finished("a", 0, 10)], Time(2)).unwrap();
    writer.close(info(3)).unwrap();
    say("closed");
}

#[test]
fn a_second_process_is_refused_and_told_by_whom() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("s");
    let store = LocalStore::open(&state, None).unwrap();
    apply(&store, &[began()], 1);
    let (mut child, mut lines) = spawn("processes::other_holds_the_lock", &state);
    assert_eq!(hear(&mut lines).unwrap(), "locked");

    let Err(StateError::Locked(holder)) = store.lock(who(1)) else { panic!("not locked") };
    assert_eq!(holder.who.pid, child.id());
    let text = StateError::Locked(holder.clone()).to_string();
    assert!(text.contains("ada@engine") && text.contains("since 2026-11-21"), "{text}");
    assert!(matches!(store.force_unlock(&holder.id), Err(StateError::Locked(_))));
    let reading = store.read().unwrap();
    assert_eq!(reading.holder.as_ref(), Some(&*holder));
    assert_eq!(reading.snapshot.open_intents().next().unwrap().epoch, holder.epoch);

    writeln!(child.stdin.take().unwrap(), "go on").unwrap();
    assert_eq!(hear(&mut lines).unwrap(), "closed");
    assert!(child.wait().unwrap().success());
    let reading = store.read().unwrap();
    assert!(reading.holder.is_none());
    assert_eq!(reading.snapshot.instances.len(), 1);
    apply(&store, &[recorded("b", 0, 1)], 4);
}

#[test]
fn the_note_of_a_dead_holder_can_be_cleared() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("s");
    let store = LocalStore::open(&state, None).unwrap();
    apply(&store, &[began()], 1);
    let (mut child, mut lines) = spawn("processes::other_holds_the_lock", &state);
    assert_eq!(hear(&mut lines).unwrap(), "locked");
    let id = store.read().unwrap().holder.unwrap().id;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(store.read().unwrap().holder.is_none(), "a dead process holds nothing");
    store.force_unlock(&id).unwrap();
    assert!(matches!(store.force_unlock(&id), Err(StateError::NotLocked { .. })));
    let writer = store.lock(who(1)).unwrap();
    assert_eq!(writer.snapshot().open_intents().count(), 1, "what it began is still open");
}
