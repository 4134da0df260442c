//! Files: written whole, with their modes, and gone when others change them.

use super::support::{connection, control, kind, make, text};
use infra_model::{
    address::{Generation, KindName},
    ask::{Answer, Question, Recorded},
    kind::Facts,
    observed::Observed,
    snapshot::Object,
    text::Text,
    value::Value,
};
use infra_sdk::contract::block_on;
use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

fn write(path: &Path, given: (&'static str, Value)) -> Object {
    let filename = ("filename", Value::from(path.to_str().unwrap()));
    let mode = ("file_permission", Value::from("0640"));
    make("local_file.a", [filename, mode, given]).unwrap()
}

fn refresh(object: &Object) -> Observed {
    let recorded = Recorded {
        address: "local_file.a".parse().unwrap(),
        generation: Generation(1),
        object: Arc::new(object.clone()),
    };
    let question = Question::Refresh(KindName(Text::from("local_file")), vec![recorded]);
    match block_on(connection("local_file").ask(question, control())) {
        Answer::Observed(mut observed, ..) => observed.pop().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_has_content_mode_and_checksums() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new/a.txt");
    let object = write(&path, ("content", Value::from("hello")));
    assert_eq!(fs::read(&path).unwrap(), b"hello");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(text(&object, "content_md5"), "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(text(&object, "id"), "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
    assert_eq!(
        text(&object, "content_base64sha256"),
        "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
    );
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left beside it");
}

#[test]
fn a_file_is_written_from_base_64_and_from_a_source() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.bin");
    write(&path, ("content_base64", Value::from("AAH/")));
    assert_eq!(fs::read(&path).unwrap(), [0, 1, 255]);
    let copy = directory.path().join("b.bin");
    write(&copy, ("source", Value::from(path.to_str().unwrap())));
    assert_eq!(fs::read(&copy).unwrap(), [0, 1, 255]);
    let filename = ("filename", Value::from(copy.to_str().unwrap()));
    let wrong = make("local_file.a", [filename, ("content_base64", Value::from("?"))]);
    assert_eq!(wrong.unwrap_err().code, "infra::builtin::base64_wrong");
}

#[test]
fn a_file_that_others_changed_or_removed_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.txt");
    let object = write(&path, ("content", Value::from("hello")));
    assert_eq!(refresh(&object), Observed::Present(object.value.clone()));
    fs::write(&path, "other").unwrap();
    assert_eq!(refresh(&object), Observed::Gone);
    fs::remove_file(&path).unwrap();
    assert_eq!(refresh(&object), Observed::Gone);
    fs::create_dir(&path).unwrap();
    assert!(matches!(refresh(&object), Observed::NotAskable(_)));
}

#[test]
fn a_link_is_written_through() {
    let directory = tempfile::tempdir().unwrap();
    let (target, link) = (directory.path().join("target"), directory.path().join("link"));
    fs::write(&target, "old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    write(&link, ("content", Value::from("new")));
    assert!(link.is_symlink());
    assert_eq!(fs::read(&target).unwrap(), b"new");
}

#[test]
fn a_place_that_cannot_be_written_is_told_and_nothing_is_left() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let below = file.join("a.txt");
    let given = [("filename", Value::from(below.to_str().unwrap())), ("content", Value::from("x"))];
    assert_eq!(make("local_file.a", given).unwrap_err().code, "infra::builtin::file_failed");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn wrong_arguments_are_told_when_planning() {
    let kind = kind("local_file");
    let codes = |given: &[(&'static str, Value)]| {
        let desired = super::support::desired("local_file", given.iter().cloned());
        let found = kind.validate(&desired, &Facts::new());
        found.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[("content", Value::from(""))]), [""; 0]);
    assert_eq!(codes(&[]), ["infra::builtin::content_ambiguous"]);
    let wrong = [("content", Value::from("")), ("file_permission", Value::from("rw-"))];
    assert_eq!(codes(&wrong), ["infra::builtin::permission_wrong"]);
    let wrong = [("content_base64", Value::from("not base 64"))];
    assert_eq!(codes(&wrong), ["infra::builtin::base64_wrong"]);
    assert_eq!(codes(&[("content_base64", Value::from("YQ=="))]), [""; 0]);
}

#[test]
fn source_that_cannot_be_read_is_told_where_it_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| Value::from(directory.path().join(name).to_str().unwrap());
    let found = make("local_file.a", [("filename", path("a")), ("source", path("none"))]);
    let found = found.unwrap_err();
    assert_eq!(found.code, "infra::builtin::file_failed");
    assert_eq!(found.path, Some(infra_model::path::Path::attribute("source")));
}
