//! Workspaces: names, the set of them, and what those leave who die while they change it.

use crate::{
    fixture::{began, info, who},
    recording::{CRASHES, Crash, Recording},
};
use infra_model::journal::Time;
use infra_state::{
    DEFAULT_WORKSPACE, LocalStore, StateError, Store as _, Workspaces, is_workspace_name, select,
    select_on, selected,
};
use std::{fs, path::Path};

fn texts(workspaces: &Workspaces) -> Vec<String> {
    workspaces.list().unwrap().iter().map(ToString::to_string).collect()
}

fn add(workspaces: &Workspaces, name: &str) -> bool {
    let change = workspaces.change().unwrap();
    change.begin().unwrap();
    change.finish(name).unwrap()
}

#[test]
fn names_are_parts_of_urls_and_no_way_out() {
    for name in ["default", "a", "team-a_b.c~d", "x$y&z+1=2:3@4", "a..b", "...", "A"] {
        assert!(is_workspace_name(name), "{name}");
    }
    for name in ["", ".", "..", "a/b", "a b", "é", "a%b", "a\\b", "a;b", "a,b", "a?b", "a\n", "(a)"]
    {
        assert!(!is_workspace_name(name), "{name}");
    }
}

#[test]
fn workspaces_come_and_go_and_the_default_one_stays_where_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let workspaces = Workspaces::new(directory.path(), None);
    assert_eq!(texts(&workspaces), [DEFAULT_WORKSPACE]);
    assert_eq!(workspaces.directory(DEFAULT_WORKSPACE), directory.path());
    assert!(add(&workspaces, "b") && add(&workspaces, "a"));
    assert!(!add(&workspaces, "a"), "it was there");
    assert_eq!(texts(&workspaces), [DEFAULT_WORKSPACE, "a", "b"]);
    workspaces.change().unwrap().remove("b").unwrap();
    assert_eq!(texts(&workspaces), [DEFAULT_WORKSPACE, "a"]);
    let elsewhere = Workspaces::new(directory.path(), Some(directory.path().join("others")));
    assert!(add(&elsewhere, "c"));
    assert_eq!(elsewhere.directory("c"), directory.path().join("others/c"));
}

#[test]
fn each_workspace_is_a_state_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let workspaces = Workspaces::new(directory.path(), None);
    add(&workspaces, "a");
    let open = |name| LocalStore::open(workspaces.directory(name), None).unwrap();
    let mut default = open(DEFAULT_WORKSPACE).lock(who(1)).unwrap();
    default.append(&[began()], Time(1)).unwrap();
    let mut other = open("a").lock(who(2)).unwrap();
    assert!(other.snapshot().lineage.is_empty(), "nothing of the default one is seen");
    other
        .append(&[infra_model::journal::Record::Began { lineage: "other".into() }], Time(1))
        .unwrap();
    other.close(info(1)).unwrap();
    default.close(info(2)).unwrap();
    assert_eq!(&*open(DEFAULT_WORKSPACE).read().unwrap().snapshot.lineage, "lineage");
    assert_eq!(&*open("a").read().unwrap().snapshot.lineage, "other");
    assert_eq!(open("a").history().unwrap().len(), 1);
}

/// What is left where somebody died between two steps, and what is there then.
#[test]
fn what_was_unfinished_is_no_workspace_and_goes_with_the_next_change() {
    let directory = tempfile::tempdir().unwrap();
    let workspaces = Workspaces::new(directory.path(), None);
    add(&workspaces, "a");
    let change = workspaces.change().unwrap();
    let begun = change.begin().unwrap();
    fs::write(begun.join("journal"), "half of it").unwrap();
    drop(change);
    let others = begun.parent().unwrap().to_owned();
    fs::create_dir_all(others.join("%deleted/journal")).unwrap();
    assert_eq!(texts(&workspaces), [DEFAULT_WORKSPACE, "a"]);
    assert!(add(&workspaces, "b"));
    assert_eq!(fs::read_dir(workspaces.directory("b")).unwrap().count(), 0, "it begins empty");
    assert!(!others.join("%deleted").exists());
    assert_eq!(texts(&workspaces), [DEFAULT_WORKSPACE, "a", "b"]);
}

#[test]
fn lock_of_a_removed_workspace_is_not_that_of_a_new_one() {
    let directory = tempfile::tempdir().unwrap();
    let workspaces = Workspaces::new(directory.path(), None);
    add(&workspaces, "a");
    let place = workspaces.directory("a");
    let old = LocalStore::open(&place, None).unwrap().lock(who(1)).unwrap();
    workspaces.change().unwrap().remove("a").unwrap();
    assert!(!place.exists());
    add(&workspaces, "a");
    let new = LocalStore::open(&place, None).unwrap().lock(who(2)).unwrap();
    drop(old);
    let third = LocalStore::open(&place, None).unwrap().lock(who(3)).map(drop);
    assert!(matches!(third, Err(StateError::Locked(_))), "{third:?}");
    drop(new);
}

#[test]
fn chosen_workspace_is_noted_whole_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let note = directory.path().join("own/environment");
    assert_eq!(selected(&note).unwrap(), None);
    select(&note, "a").unwrap();
    select(&note, "b").unwrap();
    assert_eq!(selected(&note).unwrap().as_deref(), Some("b"));
    assert_eq!(fs::read_dir(note.parent().unwrap()).unwrap().count(), 1, "nothing else is left");
    fs::write(&note, "c\n").unwrap();
    assert_eq!(selected(&note).unwrap().as_deref(), Some("c"));
    for wrong in [&b""[..], b"..", b"a/b", b"\xff", b"a\nb"] {
        fs::write(&note, wrong).unwrap();
        assert!(matches!(selected(&note), Err(StateError::Damaged { .. })), "{wrong:?}");
    }
    assert!(selected(Path::new("/dev/null/none")).is_err());
}

#[test]
fn choice_survives_whatever_happens_while_another_is_made() {
    let files = Recording::new();
    let note = Path::new("/estate/own/environment");
    select_on(&files, note, "a").unwrap();
    let first = files.operations();
    select_on(&files, note, "b").unwrap();
    for operations in 0..=files.operations() {
        for crash in CRASHES {
            let left = files.crashed(operations, crash).files();
            let noted = left.iter().find(|(path, _)| path == note).map(|(_, name)| &**name);
            let place = format!("after {operations} operations, {crash:?}: {noted:?}");
            match noted {
                None => assert!(operations < first, "{place}"),
                Some(b"b") => assert!(operations > first, "{place}"),
                Some(name) => assert_eq!(name, b"a", "{place}"),
            }
            let is_sure = operations == files.operations() && crash == Crash::NothingMore;
            assert!(!is_sure || noted == Some(b"b"), "{place}");
        }
    }
}
