//! Reports as versions of cloud-init write them.

use super::{Stage, read, readable};

#[test]
fn reports_of_all_versions_are_read() {
    let cases = [
        ("", Stage::Waiting),
        ("bash: nothing of use\n", Stage::Waiting),
        ("status: not run\n", Stage::Waiting),
        ("status: not started\n", Stage::Waiting),
        ("status: running\ntime: Mon\ndetail:\nRunning in stage: modules-config\n", Stage::Running),
        ("status: done\n", Stage::Done),
        ("status: error\ndetail:\n('a', 'b')\n", Stage::Failed),
        ("status: disabled\ndetail:\nCloud-init disabled by x\n", Stage::Disabled),
        ("status: missing\n", Stage::Missing),
        ("status: done\nextended_status: degraded done\n", Stage::Degraded),
        (r#"{"status": "not run"}"#, Stage::Waiting),
        (r#"{"status": "running"}"#, Stage::Running),
        (r#"{"status": "error", "extended_status": "error - running"}"#, Stage::Running),
        (r#"{"status": "running", "extended_status": "degraded running"}"#, Stage::Running),
        (r#"{"status": "error", "extended_status": "error - done"}"#, Stage::Failed),
        (r#"{"status": "done", "recoverable_errors": {"WARNING": ["x"]}}"#, Stage::Degraded),
        (r#"{"status": "done", "recoverable_errors": {}}"#, Stage::Done),
        ("Welcome!\n{\n  \"status\": \"done\"\n}\nand good bye\n", Stage::Done),
        (r#"{"status": "something new"}"#, Stage::Waiting),
        ("{ this is no JSON", Stage::Waiting),
    ];
    for (answer, stage) in cases {
        assert_eq!(read(answer).stage, stage, "{answer}");
    }
}

#[test]
fn errors_are_told_once_and_in_one_line() {
    let twice =
        r#"{"status": "error", "errors": ["a\nb", "a\nb", {"c": 1}], "extended_status": 1}"#;
    assert_eq!(read(twice).errors, ["a b", r#"{"c":1}"#]);
    let text = "status: error\nextended_status: error - done\nerrors:\n\t- one\n\t- two\n";
    let report = read(text);
    assert_eq!((&*report.word, report.errors), ("error - done", vec!["one".into(), "two".into()]));
    let long = format!(r#"{{"status": "error", "errors": ["{}"]}}"#, "x".repeat(5_000));
    assert!(read(&long).errors[0].chars().count() < 500);
}

#[test]
fn logs_are_shown_without_what_steers_terminals() {
    let log = "plain\n\n\u{1b}[1;31mred\u{1b}[0m\r\n 1%\r50%\r100%\nbell\u{7}\n";
    assert_eq!(readable(log), ["plain", "red", "100%", "bell"]);
}
