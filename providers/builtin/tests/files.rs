//! Files: written whole, with their modes, and gone when others change them.

use super::support::{self, control, judged, make, read, text};
use infra_model::{
    journal::Verb,
    observed::Observed,
    path::Path as AttributePath,
    snapshot::Object,
    types::Type,
    value::{Marks, Value},
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

fn write(path: &Path, given: (&'static str, Value)) -> Object {
    let filename = ("filename", Value::from(path.to_str().unwrap()));
    let mode = ("file_permission", Value::from("0640"));
    make("local_file.a", [filename, mode, given]).unwrap()
}

fn refresh(object: &Object) -> Observed {
    support::refresh("local_file.a", object, control())
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
    let content = || ("content", Value::from(""));
    let name = |name: &str| ("filename", Value::from(name));
    for kind in ["local_file", "local_sensitive_file"] {
        let told = |given: &[(&'static str, Value)]| judged(kind, given);
        assert_eq!(told(&[name("a"), content()]), [""; 0]);
        assert_eq!(told(&[name("a")]), ["content_ambiguous content"]);
        let both = [content(), ("source", Value::from("a"))];
        assert_eq!(told(&both), ["content_ambiguous source"]);
        let unsure = [content(), ("source", Value::unknown(Type::String))];
        assert_eq!(told(&unsure), [""; 0]);
        for permission in ["rw-", "64", "00644", "4755", "0888", "+644", ""] {
            let wrong = [content(), ("file_permission", Value::from(permission))];
            assert_eq!(told(&wrong), ["permission_wrong file_permission"], "{permission}");
        }
        let wrong = [("content_base64", Value::from("not base 64"))];
        assert_eq!(told(&wrong), ["base64_wrong content_base64"]);
        assert_eq!(told(&[("content_base64", Value::from("YQ=="))]), [""; 0]);
        for wrong in ["", "a/", "a/.", "..", "a\0b"] {
            assert_eq!(told(&[name(wrong), content()]), ["filename_wrong filename"], "{wrong:?}");
        }
    }
}

#[test]
fn a_sensitive_file_is_for_its_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new/key");
    let filename = ("filename", Value::from(path.to_str().unwrap()));
    let object = make("local_sensitive_file.a", [filename, ("content", Value::from("k"))]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&path), mode(path.parent().unwrap())], [0o700, 0o700]);
    assert_eq!(object.value.get("content").unwrap().marks(), Marks::SENSITIVE);
    assert_eq!(refresh_sensitive(&object), Observed::Present(object.value.clone()));
    fs::write(&path, "other").unwrap();
    assert_eq!(refresh_sensitive(&object), Observed::Gone);
}

fn refresh_sensitive(object: &Object) -> Observed {
    support::refresh("local_sensitive_file.a", object, control())
}

#[test]
fn data_sources_read_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a");
    fs::write(&path, b"hello").unwrap();
    let filename = || ("filename", Value::from(path.to_str().unwrap()));
    let of = |value: &Value, name: &str| value.get(name).unwrap().clone();
    let plain = read("local_file", [filename()]).unwrap();
    assert_eq!(of(&plain, "content"), Value::from("hello"));
    assert_eq!(of(&plain, "content_base64"), Value::from("aGVsbG8="));
    assert_eq!(of(&plain, "id"), Value::from("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"));
    assert_eq!(of(&plain, "content_md5"), Value::from("5d41402abc4b2a76b9719d911017c592"));
    let secret = read("local_sensitive_file", [filename()]).unwrap();
    assert_eq!(of(&secret, "content"), Value::from("hello").sensitive());
    assert_eq!(of(&secret, "content_base64").marks(), Marks::SENSITIVE);
    fs::write(&path, [b'a', 255]).unwrap();
    let binary = read("local_file", [filename()]).unwrap();
    assert_eq!(of(&binary, "content"), Value::from("a\u{fffd}"));
    assert_eq!(of(&binary, "content_base64"), Value::from("Yf8="));
    fs::remove_file(&path).unwrap();
    let gone = read("local_file", [filename()]).unwrap_err();
    assert_eq!(gone.code, "infra::builtin::file_failed");
    assert_eq!(gone.path, Some(AttributePath::attribute("filename")));
}

#[test]
fn a_directory_is_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let filename = ("filename", Value::from(directory.path().to_str().unwrap()));
    let found = make("local_file.a", [filename, ("content", Value::from("x"))]).unwrap_err();
    assert_eq!(found.code, "infra::builtin::file_failed");
    assert!(found.detail.contains("Nothing was changed"), "{}", found.detail);
    assert!(directory.path().is_dir());
}

#[test]
fn directories_for_a_file_that_could_not_be_written_are_removed() {
    let directory = tempfile::tempdir().unwrap();
    let long = "x".repeat(300);
    let path = directory.path().join("deep/er").join(long);
    let given = [("filename", Value::from(path.to_str().unwrap())), ("content", Value::from("x"))];
    assert_eq!(make("local_file.a", given).unwrap_err().code, "infra::builtin::file_failed");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn only_what_was_written_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.txt");
    let object = write(&path, ("content", Value::from("hello")));
    let remove = || {
        let mut call = support::create("local_file.a", []);
        let null = Value::null(object.value.ty());
        call.intent.verb = Verb::Delete;
        (call.desired, call.planned) = (null.clone(), null);
        call.prior = Some(Arc::new(object.clone()));
        support::step(call, control()).unwrap();
    };
    fs::write(&path, "another one's").unwrap();
    remove();
    assert!(path.exists(), "it belongs to someone else now");
    fs::write(&path, "hello").unwrap();
    remove();
    assert!(!path.exists());
    remove();
}

#[test]
fn source_that_cannot_be_read_is_told_where_it_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| Value::from(directory.path().join(name).to_str().unwrap());
    let found = make("local_file.a", [("filename", path("a")), ("source", path("none"))]);
    let found = found.unwrap_err();
    assert_eq!(found.code, "infra::builtin::file_failed");
    assert_eq!(found.path, Some(AttributePath::attribute("source")));
}
