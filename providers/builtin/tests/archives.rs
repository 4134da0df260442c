//! Archives: the bytes of the ecosystem's provider, and what goes into them.

use super::makers::{blocks, data, read, text, wrong_data};
use infra_model::{types::Type, value::Value};
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

fn value(path: &Path) -> Value {
    Value::from(path.to_str().unwrap())
}

fn archive(directory: &Path, sort: &str, given: &[(&'static str, Value)]) -> Value {
    let output = directory.join("out/archive");
    let common = [("type", Value::from(sort)), ("output_path", value(&output))];
    let given: Vec<_> = common.into_iter().chain(given.iter().cloned()).collect();
    let read = read("archive_file", &given).unwrap();
    let size = read.get("output_size").and_then(Value::as_number).unwrap().to_string();
    assert_eq!(fs::metadata(output).unwrap().len().to_string(), size);
    read
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// The names in a zip archive, from its central directory.
fn names(archive: &Value) -> Vec<String> {
    let bytes = fs::read(text(archive, "output_path")).unwrap();
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let is_entry = |at: &usize| bytes[*at..].starts_with(b"PK\x01\x02");
    let places = (0..bytes.len()).filter(is_entry);
    let name = |at: usize| &bytes[at + 46..at + 46 + short(at + 28)];
    places.map(|at| String::from_utf8(name(at).to_vec()).unwrap()).collect()
}

/// What the ecosystem's provider makes of the same input.
#[test]
fn archives_have_the_bytes_of_the_ecosystem() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(&root.join("test-file.txt"), "This is test content");
    for number in 1..=3 {
        write(&root.join(format!("d/file{number}.txt")), &format!("This is file {number}"));
    }
    let mode = || ("output_file_mode", Value::from("0666"));
    let content = [
        ("source_content", Value::from("This is some content")),
        ("source_content_filename", Value::from("content.txt")),
    ];
    let file = [("source_file", value(&root.join("test-file.txt"))), mode()];
    let all = [("source_dir", value(&root.join("d"))), mode()];
    let cases: [(&str, &[_], &str); 6] = [
        ("zip", &content, "019c79c4dc14dbe1edb3e467b2de6a6aad148717"),
        ("zip", &file, "ce4ee1450ab93ac86e11446649e44cea907b6568"),
        ("zip", &all, "76d20a402eefd1cfbdc47886abd4e0909616c191"),
        ("tar.gz", &content, "6c84af188d367644731196007301c9dc93914b0e"),
        ("tar.gz", &file, "d2f26a69cbb920715f797f81c1477c41d8fc9195"),
        ("tar.gz", &all, "3af6ef3c57aaa5ab3681cd25f916d6651b806cb6"),
    ];
    for (sort, given, sha1) in cases {
        let found = archive(root, sort, given);
        assert_eq!(text(&found, "output_sha"), sha1, "{sort}");
        assert_eq!(text(&found, "id"), sha1);
    }
    let found = archive(root, "zip", &content);
    assert_eq!(text(&found, "output_md5"), "ea35f0444ea9a3d5641d8760bc2815cc");
    let base64 = "P7VckxoEiUO411WN3nwuS/yOBL4zsbVWkQU9E1I5H6c=";
    assert_eq!(text(&found, "output_base64sha256"), base64);
    assert_eq!(fs::read_dir(root.join("out")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_directory_is_walked_in_order_with_links_and_without_what_is_excluded() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("root");
    for name in ["b.txt", "a/z.txt", "a/y.log", "a.txt", "logs/x.log"] {
        write(&root.join(name), name);
    }
    write(&directory.path().join("other/in.txt"), "in");
    symlink(directory.path().join("other"), root.join("link")).unwrap();
    symlink(root.join("b.txt"), root.join("alias")).unwrap();
    let base = ("source_dir", value(&root));
    let all = ["a/y.log", "a/z.txt", "a.txt", "alias", "b.txt", "link/in.txt", "logs/x.log"];
    assert_eq!(names(&archive(directory.path(), "zip", std::slice::from_ref(&base))), all);
    let excludes = |patterns: &[&str]| {
        let patterns = patterns.iter().map(|pattern| Value::from(*pattern)).collect();
        ("excludes", Value::set(Type::String, patterns))
    };
    let given = [base.clone(), excludes(&["**/*.log", "a.txt", "link"])];
    let found = names(&archive(directory.path(), "zip", &given));
    assert_eq!(found, ["a/z.txt", "alias", "b.txt"]);
    let no_links = ("exclude_symlink_directories", Value::from(true));
    let given = [base.clone(), no_links, excludes(&["a", "logs/**"])];
    assert_eq!(names(&archive(directory.path(), "zip", &given)), ["a.txt", "alias", "b.txt"]);
    let output = ("output_path", value(&directory.path().join("none")));
    let given = [base, excludes(&["**"]), ("type", Value::from("zip")), output];
    let found = read("archive_file", &given).unwrap_err();
    assert_eq!(found.code, "infra::builtin::archive_failed");
    assert!(!directory.path().join("none").exists());
}

#[test]
fn a_link_to_a_directory_around_it_ends() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("root");
    write(&root.join("a.txt"), "a");
    symlink(&root, root.join("again")).unwrap();
    let output = ("output_path", value(&directory.path().join("x.zip")));
    let given = [("source_dir", value(&root)), ("type", Value::from("zip")), output];
    let found = read("archive_file", &given).unwrap_err();
    assert_eq!(found.code, "infra::builtin::archive_failed");
}

#[test]
fn sources_are_sorted_and_permissions_kept() {
    let directory = tempfile::tempdir().unwrap();
    let source = |name: &str| [("content", Value::from("x")), ("filename", Value::from(name))];
    let (b, a) = (source("b"), source("a"));
    let sources = blocks(&*data("archive_file"), "source", &[&b, &a]);
    assert_eq!(names(&archive(directory.path(), "zip", &[("source", sources)])), ["a", "b"]);
    let script = directory.path().join("run.sh");
    write(&script, "#!/bin/sh\n");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let plain = archive(directory.path(), "zip", &[("source_file", value(&script))]);
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    let private = archive(directory.path(), "zip", &[("source_file", value(&script))]);
    assert_ne!(text(&plain, "id"), text(&private, "id"));
}

#[test]
fn names_of_any_length_and_script_stand_in_a_tar_archive() {
    let directory = tempfile::tempdir().unwrap();
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(90));
    let longer = "ä".repeat(90);
    for (name, shown) in [(&long, "ustar"), (&longer, "path=")] {
        let given = [
            ("source_content", Value::from("x")),
            ("source_content_filename", Value::from(name.as_str())),
        ];
        let made = archive(directory.path(), "tar.gz", &given);
        let bytes = fs::read(text(&made, "output_path")).unwrap();
        let plain = miniz_oxide::inflate::decompress_to_vec(&bytes[10..]).unwrap();
        assert_eq!(plain.len() % 512, 0);
        let plain = String::from_utf8_lossy(&plain).into_owned();
        assert!(plain.contains(shown), "{shown}");
        let last = name.rsplit('/').next().unwrap();
        assert!(plain.contains(last));
    }
}

#[test]
fn wrong_arguments_are_told_where_they_are() {
    let text = Value::from;
    let base = [("type", text("zip")), ("output_path", text("x"))];
    let with = |given: &[(&'static str, Value)]| {
        let given: Vec<_> = base.iter().chain(given).cloned().collect();
        wrong_data("archive_file", &given)
    };
    assert_eq!(with(&[("source_file", text("a"))]), [""; 0]);
    assert_eq!(with(&[]), ["argument_missing at source"]);
    let two = [("source_file", text("a")), ("source_dir", text("b"))];
    assert_eq!(with(&two), ["arguments_conflict at source_dir"]);
    let alone = with(&[("source_content", text("a"))]);
    assert_eq!(alone, ["argument_missing at source", "arguments_conflict at source_content"]);
    let sort = [("type", text("rar")), ("source_file", text("a"))];
    assert_eq!(with(&sort), ["value_unsupported at type"]);
    for mode in ["rw-", "0888", "99999"] {
        let mode = [("output_file_mode", text(mode)), ("source_file", text("a"))];
        assert_eq!(with(&mode), ["value_unsupported at output_file_mode"]);
    }
    let open = Value::set(Type::String, vec![text("[a")]);
    let open = [("excludes", open), ("source_dir", text("a"))];
    assert_eq!(with(&open), ["value_unsupported at excludes"]);
    let unknown = Value::unknown(Type::String);
    assert_eq!(with(&[("source_file", unknown)]), [""; 0]);
}
