//! `infra fmt`: what is written, what is told, and with which exit code.

use super::estate::{Estate, binary};
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

const UNTIDY: &str = "a=1\nbcd = \"${x}\"\n";
const TIDY: &str = "a   = 1\nbcd = x\n";

fn estate() -> Estate {
    let estate = Estate::of(UNTIDY);
    estate.write("below/inner.tfvars", "b=2\n");
    estate.write(".hidden.tf", "a=1\n");
    estate.write(".terraform/x.tf", "a=1\n");
    estate.write("other.txt", "a=1\n");
    estate.write("tidy.hcl", "a = 1\n");
    estate
}

fn read(estate: &Estate, name: &str) -> String {
    fs::read_to_string(estate.file(name)).unwrap()
}

#[test]
fn files_are_rewritten_and_named() {
    let estate = estate();
    assert_eq!(estate.run("fmt").exits(0).stdout, "main.tf\n");
    assert_eq!(read(&estate, "main.tf"), TIDY);
    assert_eq!(read(&estate, "below/inner.tfvars"), "b=2\n");
    assert_eq!(estate.run("fmt -recursive").exits(0).stdout, "below/inner.tfvars\n");
    assert_eq!(read(&estate, "below/inner.tfvars"), "b = 2\n");
    assert_eq!(read(&estate, ".hidden.tf"), "a=1\n");
    assert_eq!(read(&estate, ".terraform/x.tf"), "a=1\n");
    assert_eq!(estate.run("fmt -recursive -check").exits(0).stdout, "");
    let left = fs::read_dir(estate.path()).unwrap().count();
    assert_eq!(left, 6, "something was left behind");
}

#[test]
fn a_check_changes_nothing_and_exits_with_three() {
    let estate = estate();
    assert_eq!(estate.run("fmt -check").exits(3).stdout, "main.tf\n");
    assert_eq!(estate.run("fmt -check -list=false").exits(3).stdout, "");
    assert_eq!(estate.run("fmt -write=false below ./main.tf").exits(0).stdout, {
        "below/inner.tfvars\nmain.tf\n"
    });
    assert_eq!(read(&estate, "main.tf"), UNTIDY);
}

#[test]
fn a_difference_is_shown() {
    let estate = Estate::of(UNTIDY);
    let shown = estate.run("fmt -diff -write=false").exits(0).stdout;
    let expected = "main.tf\n--- old/main.tf\n+++ new/main.tf\n@@ -1,2 +1,2 @@\n-a=1\n\
                    -bcd = \"${x}\"\n+a   = 1\n+bcd = x\n";
    assert_eq!(shown, expected);
}

#[test]
fn mistakes_are_told_and_the_file_is_left_alone() {
    let estate = Estate::of(UNTIDY);
    estate.write("wrong.tf", "a=1\nb = = 2\n");
    let output = estate.run("fmt").exits(2).says("wrong.tf:2");
    assert_eq!(output.stdout, "main.tf\n");
    assert_eq!(read(&estate, "wrong.tf"), "a=1\nb = = 2\n");
    assert_eq!(read(&estate, "main.tf"), TIDY);
    estate.run("fmt -check").exits(2);
    estate.run("fmt nowhere").exits(2).says("nowhere");
    estate.write("notes.txt", "a=1\n");
    estate.run("fmt notes.txt").exits(2).says("notes.txt");
}

#[cfg(unix)]
#[test]
fn mode_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let estate = Estate::of("a=1\r\n# c\r\n");
    let main = estate.file("main.tf");
    fs::set_permissions(&main, fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir(estate.file("links")).unwrap();
    symlink("../main.tf", estate.file("links/link.tf")).unwrap();
    assert_eq!(estate.run("fmt links").exits(0).stdout, "links/link.tf\n");
    assert_eq!(read(&estate, "main.tf"), "a = 1\r\n# c\r\n");
    assert!(fs::symlink_metadata(estate.file("links/link.tf")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&main).unwrap().permissions().mode() & 0o777, 0o640);
}

/// Runs `fmt` over a text on the standard input; returns what it prints and its exit code.
fn piped(arguments: &[&str], text: &str) -> (String, Option<i32>) {
    let mut command = Command::new(binary());
    command.arg("fmt").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn the_standard_input_comes_back_in_order() {
    assert_eq!(piped(&["-"], UNTIDY), (TIDY.to_owned(), Some(0)));
    assert_eq!(piped(&["-"], "a=1"), ("a = 1\n".to_owned(), Some(0)));
    assert_eq!(piped(&["-check", "-"], UNTIDY), (String::new(), Some(3)));
    assert_eq!(piped(&["-check", "-"], TIDY), (String::new(), Some(0)));
    assert_eq!(piped(&["-"], "a = ="), (String::new(), Some(2)));
    let (shown, code) = piped(&["-diff", "-"], "a=1\n");
    assert_eq!((&*shown, code), {
        ("--- old/<stdin>\n+++ new/<stdin>\n@@ -1 +1 @@\n-a=1\n+a = 1\n", Some(0))
    });
}
