//! Files cut short, emptied, changed, gone: recovered with a warning or refused, never taken for less.

use crate::{
    fixture::{ROOT, apply, began, finished, open, recorded, started, who},
    recording::Recording,
};
use infra_model::{journal::Time, snapshot::Snapshot};
use infra_state::{StateError, Store as _};
use std::path::{Path, PathBuf};

/// A state of three closed runs, and one of a run that was cut off behind them.
fn states() -> Vec<(Recording, Snapshot)> {
    let build = |cut_off: bool| {
        let files = Recording::new();
        let store = open(&files.shared());
        apply(&store, &[began(), started("a", 0, 1, 300), finished("a", 0, 900)], 1);
        apply(&store, &[recorded("b", 0, 2000)], 2);
        apply(&store, &[recorded("c", 0, 40), recorded("d", 0, 40)], 3);
        if cut_off {
            let mut writer = store.lock(who(3)).unwrap();
            writer.append(&[recorded("e", 0, 5000), started("f", 0, 9, 400)], Time(1)).unwrap();
            writer.append(&[finished("f", 0, 700)], Time(1)).unwrap();
            writer.append(&[recorded("g", 0, 700)], Time(1)).unwrap();
        }
        let snapshot = store.read().unwrap().snapshot;
        (files, snapshot)
    };
    vec![build(false), build(true)]
}

/// What became of a state that was tampered with.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    Whole,
    Refused,
    /// Older, and said so.
    Shortened,
}

fn read(files: &Recording, before: &Snapshot, place: &str) -> Became {
    match open(&files.shared()).read() {
        Err(
            StateError::Damaged { .. } | StateError::Gap { .. } | StateError::NewerVersion { .. },
        ) => Became::Refused,
        Err(error) => panic!("{place}: {error}"),
        Ok(reading) if reading.snapshot == *before => Became::Whole,
        Ok(reading) => {
            assert!(!reading.warnings.is_empty(), "{place}: silently older");
            assert!(!reading.snapshot.is_empty(), "{place}: empty");
            Became::Shortened
        }
    }
}

fn log_files(files: &Recording) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = files.files();
    let log = |path: &Path| {
        let directory = path.parent().unwrap().file_name().unwrap();
        directory == "journal" || directory == "checkpoint"
    };
    all.retain(|(path, _)| log(path));
    all
}

#[test]
fn a_file_cut_short_is_recovered_or_refused() {
    for (files, before) in states() {
        for (path, content) in files.files() {
            for length in 0..content.len() {
                let sampled = length < 200 || length % 61 == 0 || content.len() - length < 60;
                if sampled {
                    let cut = files.with(&path, &content[..length]);
                    let place = format!("{} cut to {length}", path.display());
                    assert_ne!(read(&cut, &before, &place), Became::Shortened, "{place}");
                }
            }
        }
    }
}

#[test]
fn a_bit_that_flips_is_recovered_or_refused_or_told() {
    for (files, before) in states() {
        for (path, content) in log_files(&files) {
            for at in (0..content.len()).filter(|at| *at < 200 || at % 37 == 0) {
                for bit in [0, 7] {
                    let mut changed = content.clone();
                    changed[at] ^= 1 << bit;
                    let place = format!("{} bit {bit} of byte {at}", path.display());
                    read(&files.with(&path, &changed), &before, &place);
                }
            }
        }
    }
}

#[test]
fn a_closed_state_survives_the_damage_of_any_one_file() {
    let (files, before) = states().remove(0);
    for (path, content) in files.files() {
        for changed in [&content[..content.len() / 3], &[]] {
            let place = path.display().to_string();
            let damaged = files.with(&path, changed);
            assert_eq!(read(&damaged, &before, &place), Became::Whole, "{place}");
            // The next run goes on, and says no more about it afterwards.
            let store = open(&damaged.shared());
            apply(&store, &[recorded("z", 0, 1)], 9);
            let reading = store.read().unwrap();
            assert_eq!(reading.snapshot.sequence, before.sequence + 2, "{place}");
            assert!(reading.warnings.is_empty(), "{place}: {:?}", reading.warnings);
        }
        let gone = read(&files.without(&path), &before, "gone");
        assert_ne!(gone, Became::Shortened, "{} gone", path.display());
    }
}

#[test]
fn a_damaged_checkpoint_is_named() {
    let (files, before) = states().remove(0);
    let newest =
        files.files().into_iter().rfind(|(path, _)| path.extension().unwrap_or_default() == "ckpt");
    let (path, content) = newest.unwrap();
    let damaged = files.with(&path, &content[..content.len() - 1]);
    let store = open(&damaged.shared());
    let reading = store.read().unwrap();
    assert_eq!(reading.snapshot, before);
    assert_eq!(reading.serial, 3);
    assert_eq!(reading.warnings.len(), 1);
    assert_eq!(reading.warnings[0].code, "infra::state::damaged");
    assert!(reading.warnings[0].summary.contains(&*path.to_string_lossy()));
    assert_eq!(store.history().unwrap().len(), 2);
}

#[test]
fn a_state_without_its_journal_is_not_empty() {
    let (mut files, _) = states().remove(0);
    for (path, _) in log_files(&files) {
        files = files.without(&path);
    }
    assert!(matches!(open(&files.shared()).read(), Err(StateError::Damaged { .. })));
}

#[test]
fn what_a_checkpoint_promised_must_be_found() {
    let (files, _) = states().remove(0);
    let log = log_files(&files);
    let last = |directory: &str| {
        log.iter().rfind(|(path, _)| path.starts_with(Path::new(ROOT).join(directory))).unwrap()
    };
    let (checkpoint, content) = last("checkpoint");
    let damaged = files.with(checkpoint, &content[..9]).without(&last("journal").0);
    let error = open(&damaged.shared()).read().unwrap_err();
    assert!(matches!(&error, StateError::Damaged { file, .. } if file == checkpoint), "{error}");
}

#[test]
fn a_missing_segment_is_a_gap() {
    let (files, _) = states().remove(1);
    let store = open(&files.shared());
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[recorded("z", 0, 1)], Time(1)).unwrap();
    drop(writer);
    let segments: Vec<PathBuf> = log_files(&files)
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with(Path::new(ROOT).join("journal")))
        .collect();
    let without = files.without(&segments[segments.len() - 2]);
    assert!(matches!(open(&without.shared()).read(), Err(StateError::Gap { .. })));
}

#[test]
fn a_newer_version_is_refused_and_left_alone() {
    let (files, _) = states().remove(1);
    for (path, mut content) in log_files(&files).into_iter().rev().take(1) {
        content[6] += 1;
        let sum = ring::digest::digest(&ring::digest::SHA256, &content[..112]);
        content[112..128].copy_from_slice(&sum.as_ref()[..16]);
        let newer = files.with(&path, &content);
        let store = open(&newer.shared());
        assert!(matches!(store.read(), Err(StateError::NewerVersion { .. })));
        assert!(matches!(store.lock(who(1)), Err(StateError::NewerVersion { .. })));
        assert_eq!(newer.files().iter().find(|(p, _)| *p == path).unwrap().1, content);
    }
}

/// Whatever file a newer program wrote: what needs it refuses, and nothing is written over it.
#[test]
fn a_newer_version_of_any_file_is_refused_and_left_alone() {
    let (files, before) = states().remove(1);
    let mut refused = 0;
    for (path, mut content) in files.files() {
        if !content.starts_with(b"INFRA") {
            continue;
        }
        content[6] += 1;
        let sum = ring::digest::digest(&ring::digest::SHA256, &content[..112]);
        content[112..128].copy_from_slice(&sum.as_ref()[..16]);
        let newer = files.with(&path, &content);
        let store = open(&newer.shared());
        match store.read() {
            Ok(reading) => assert_eq!(reading.snapshot, before, "{}", path.display()),
            Err(StateError::NewerVersion { file }) => {
                assert_eq!(file, path);
                refused += 1;
                let locked = store.lock(who(1)).map(drop);
                assert!(matches!(locked, Err(StateError::NewerVersion { .. })), "{locked:?}");
            }
            Err(error) => panic!("{}: {error}", path.display()),
        }
        let listed = store.history();
        let is_of_history = path.starts_with(Path::new(ROOT).join("history"));
        if is_of_history {
            assert!(matches!(listed, Err(StateError::NewerVersion { .. })), "{listed:?}");
        }
        assert_eq!(newer.files().iter().find(|(p, _)| *p == path).unwrap().1, content);
    }
    assert!(refused >= 2, "at least the format and the newest of the log are needed: {refused}");
}
