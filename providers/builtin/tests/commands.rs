//! `local-exec`: output line by line, secrets kept, failures told, and whole groups killed.

use crate::provisioners;
use infra_model::{diagnostic::Diagnostic, program::When, text::Text, types::Type, value::Value};
use infra_sdk::{
    clock::{Silent, TokioClock, VirtualClock},
    connection::{BoxFuture, Clock, Control, Progress},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Progress for Lines {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

/// A clock on which no time passes.
struct Still;

impl Clock for Still {
    fn now_ms(&self) -> u64 {
        0
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

fn config(given: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let block = provisioners()[0].schema();
    let nulls = block.attributes.iter().map(|(n, a)| (n.clone(), Value::null(a.ty.clone())));
    let given = given.into_iter().map(|(name, value)| (Text::from(name), value));
    Value::object(nulls.chain(given))
}

async fn run_with(control: Control, config: Value) -> Result<(), Diagnostic> {
    let connection = Value::null(Type::Dynamic);
    provisioners()[0].run(config, connection, When::Create, control).await
}

fn still(lines: &Arc<Lines>) -> Control {
    Control { progress: lines.clone(), ..Control::quiet(Still) }
}

async fn run(config: Value) -> (Result<(), Diagnostic>, Vec<String>) {
    let lines = Arc::new(Lines::default());
    let result = run_with(still(&lines), config).await;
    let lines = std::mem::take(&mut *lines.0.lock().unwrap());
    (result, lines)
}

#[tokio::test]
async fn output_is_shown_line_by_line() {
    let command = ("command", Value::from("echo a; echo b; printf c"));
    let (result, lines) = run(config([command])).await;
    result.unwrap();
    let executing = r#"Executing: ["/bin/sh" "-c" "echo a; echo b; printf c"]"#;
    assert_eq!(lines, [executing, "a", "b", "c"]);
}

#[tokio::test]
async fn arguments_reach_the_command() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().canonicalize().unwrap();
    let environment = Value::map(Type::String, [("GREETING", Value::from("hello"))]);
    let shell = ["/bin/sh", "-eu", "-c"].map(Value::from).to_vec();
    let given = [
        ("command", Value::from("echo $GREETING; pwd")),
        ("interpreter", Value::list(Type::String, shell)),
        ("working_dir", Value::from(directory.to_str().unwrap())),
        ("environment", environment),
        ("quiet", Value::from(true)),
    ];
    let (result, lines) = run(config(given)).await;
    result.unwrap();
    assert_eq!(lines[1..], ["hello", directory.to_str().unwrap()]);
    assert!(!lines[0].contains("GREETING"), "quiet hides the command and not its output");
}

#[tokio::test]
async fn nothing_of_a_command_with_secrets_is_shown() {
    let environment = Value::map(Type::String, [("KEY", Value::from("hush").sensitive())]);
    let given = [("command", Value::from("echo $KEY; exit 3")), ("environment", environment)];
    let (result, lines) = run(config(given)).await;
    assert_eq!(lines, ["(output suppressed due to sensitive value in config)"]);
    let told = format!("{:?}", result.unwrap_err());
    assert!(!told.contains("hush") && told.contains("exit status: 3"), "{told}");
}

#[tokio::test]
async fn a_failure_tells_how_it_ended_and_what_was_said() {
    let (result, _) = run(config([("command", Value::from("echo why >&2; exit 4"))])).await;
    let failed = result.unwrap_err();
    assert_eq!(failed.code, "infra::builtin::command_failed");
    assert!(failed.detail.contains("exit status: 4") && failed.detail.contains("why"));
    assert_eq!(failed.retry, None, "what follows is for the machine to say");
    let (result, _) = run(config([("command", Value::from(""))])).await;
    assert_eq!(result.unwrap_err().code, "infra::builtin::command_empty");
    let nowhere = [("command", Value::from("true")), ("working_dir", Value::from("/nowhere"))];
    let (result, _) = run(config(nowhere)).await;
    assert_eq!(result.unwrap_err().code, "infra::builtin::command_not_started");
}

#[tokio::test]
async fn at_the_deadline_the_command_and_its_children_are_killed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("alive");
    // The child would go on writing if it outlived the shell.
    let command =
        format!("(while true; do echo x >> {0}; sleep 0.01; done) & wait", file.display());
    let clock = VirtualClock::manual(0);
    let control = Control {
        deadline_ms: Some(100),
        progress: Arc::new(Silent),
        ..Control::quiet(clock.clone())
    };
    let running = tokio::spawn(run_with(control, config([("command", Value::string(command))])));
    while !file.exists() {
        tokio::task::yield_now().await;
    }
    clock.advance(Duration::from_millis(100));
    let late = running.await.unwrap().unwrap_err();
    assert_eq!(late.code, "infra::builtin::command_late");
    let length = || std::fs::metadata(&file).unwrap().len();
    let before = length();
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(length(), before, "nobody writes any more");
}

#[tokio::test]
async fn what_runs_on_in_the_background_does_not_hold_up_the_run() {
    let lines = Arc::new(Lines::default());
    // The grace for what was said before the end is of real time.
    let clock = TokioClock::new(|| 0);
    let control = Control { progress: lines.clone(), ..Control::quiet(clock) };
    // The child in the background keeps the pipe open.
    let command = ("command", Value::from("echo done; sleep 2 & exit 0"));
    run_with(control, config([command])).await.unwrap();
    assert_eq!(lines.0.lock().unwrap().len(), 2);
}
