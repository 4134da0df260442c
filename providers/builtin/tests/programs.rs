//! Programs that are asked: the protocol, their failures, and that none is left behind.

use super::makers::{read, read_with, text, texts, wrong_data};
use infra_model::{diagnostic::Diagnostic, path::Path, types::Type, value::Value};
use infra_sdk::{clock::VirtualClock, connection::Control};

fn ask(script: &str, query: &[(&'static str, Value)]) -> Result<Value, Diagnostic> {
    let query = Value::map(Type::String, query.iter().cloned());
    read("external", &[("program", texts(&["sh", "-c", script])), ("query", query)])
}

#[test]
fn a_program_gets_the_query_and_answers() {
    let none = Value::null(Type::String);
    let query = [("b", Value::from("x \"y\"")), ("a", Value::from("1")), ("gone", none)];
    let script = r#"read -r line; printf '%s' "{\"length\": \"${#line}\", \"nothing\": null}""#;
    let query_text = r#"{"a":"1","b":"x \"y\""}"#;
    let value = ask(&format!("{{ cat; echo; }} | {{ {script}; }}"), &query).unwrap();
    let result = value.get("result").unwrap();
    assert_eq!(text(result, "length"), query_text.len().to_string());
    assert_eq!(text(result, "nothing"), "");
    assert_eq!(text(&value, "id"), "-");
}

#[test]
fn a_program_may_leave_the_query_unread_and_runs_where_it_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path().canonicalize().unwrap();
    let script = "printf '{\"here\":\"%s\"}' \"$(pwd -P)\"";
    let given = [
        ("program", texts(&["sh", "-c", script])),
        ("working_dir", Value::from(here.to_str().unwrap())),
        ("query", Value::map(Type::String, [("large", Value::from(&*"x".repeat(1 << 20)))])),
    ];
    let value = read("external", &given).unwrap();
    assert_eq!(text(value.get("result").unwrap(), "here"), here.to_str().unwrap());
}

#[test]
fn failures_are_told_with_what_the_program_said() {
    let found = ask("echo no luck >&2; exit 3", &[]).unwrap_err();
    assert_eq!(found.code, "infra::builtin::program_failed");
    assert!(found.detail.contains("no luck") && found.detail.contains('3'), "{}", found.detail);
    assert_eq!(found.path, Some(Path::attribute("program")));
    for output in ["", "[]", "{\"a\":1}", "{", "{\"a\":{\"b\":\"c\"}}"] {
        let found = ask(&format!("printf '%s' '{output}'"), &[]).unwrap_err();
        assert_eq!(found.code, "infra::builtin::program_output_wrong", "{output}");
    }
    let found = read("external", &[("program", texts(&["./no-such-program"]))]).unwrap_err();
    assert_eq!(found.code, "infra::builtin::program_missing");
    for nothing in [&[][..], &[""]] {
        let found = wrong_data("external", &[("program", texts(nothing))]);
        assert_eq!(found, ["program_missing at program"]);
    }
}

#[test]
fn an_answer_that_is_no_json_is_not_quoted() {
    let found = ask("echo hunter2", &[]).unwrap_err();
    assert!(!format!("{found:?}").contains("hunter2"));
}

/// The clock of this test is at the deadline at once; the pipe ends when all writers are dead.
#[test]
fn at_the_deadline_the_program_and_its_children_are_killed() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let opened = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let script = format!("exec 9>'{}'; sleep 1000 & sleep 1000", pipe.display());
    let mut control = Control::quiet(VirtualClock::eager(0));
    control.deadline_ms = Some(1);
    let given = [("program", texts(&["sh", "-c", &script]))];
    let found = read_with("external", &given, control).unwrap_err();
    assert_eq!(found.code, "infra::builtin::program_failed");
    assert!(found.detail.contains("killed"));
    // Nobody writes any more: reading ends instead of waiting.
    let reader = std::fs::File::open(&pipe);
    drop(opened);
    assert_eq!(std::io::read_to_string(reader.unwrap()).unwrap(), "");
}
