//! `infra console` from a pipe, and line by line for programs.

use super::{estate::Estate, oracle::has_terraform, terminal::Terminal, typed::typed};
use serde_json::{Value as Json, json};
use std::{
    io::Write,
    process::{Command, Stdio},
};

const MAIN: &str = r#"
variable "size" {
  default = 2
}

variable "missing" {
  type = list(string)
}

variable "secret" {
  default   = "hush-hush"
  sensitive = true
}

resource "terraform_data" "made" {
  input = { size = var.size, secret = var.secret }
}

locals {
  made = terraform_data.made.input
}
"#;

/// Inputs that are taken as by Terraform; each ends in the same way with the same output.
const INPUTS: [&str; 17] = [
    "",
    "\n1\n",
    "1\n2\n",
    "1\n\n",
    "1\nx y\n3\n",
    "1\nexit\n",
    "  exit \n2\n",
    "1 // comment",
    "# comment\n",
    "[1]]\n3\n",
    "\"[\"\n3\r\n",
    "<<EOT\nFoo\nEOT\n",
    "{ a = [\"x\\ny\", sensitive(1)], b = true ? null : tolist([\"a\"]) }\n",
    "type({ a = 1 })\n",
    "(type(\"a\"))\n",
    "\"é \\u200b $${x}\"\n",
    "[1,\n",
];

#[test]
fn a_pipe_is_read_as_terraform_reads_it() {
    if !has_terraform("console") {
        return;
    }
    for input in INPUTS {
        let estate = Estate::of("");
        let (code, stdout, _) = terraform(&estate, &[], input);
        let said = estate.feed("console", input);
        assert_eq!((said.code, &*said.stdout), (code, &*stdout), "{input:?}: {}", said.stderr);
        assert_eq!(said.stderr.is_empty(), code == Some(0), "{input:?}: {}", said.stderr);
    }
}

/// Feeds Terraform's console, and returns its exit code and what it says on both streams.
pub(super) fn terraform(
    estate: &Estate,
    arguments: &[&str],
    input: &str,
) -> (Option<i32>, String, String) {
    let mut child = Command::new("terraform")
        .arg("console")
        .args(arguments)
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that refuses the configuration does not read it.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Texts that are typed; both consoles say the same.
const TYPED: [&str; 7] = [
    "\n<<EOT\nFoo\nBar\nEOT\n",
    "{\n  a = <<-A\n    x ${1 +\n1}\n    (\n  A\n  b = 2\n}",
    "upper(<<A\nx\nA\n)",
    "[1,\n# ]\n5]\n\n  7  ",
    "help()\ntype({\na = 1 })",
    "\"é ${1 == 1 ? \"[\" : \"(\"}\"",
    "1 + )\n2 +\n3",
];

#[test]
fn what_is_typed_is_answered_as_terraform_answers_it() {
    if !has_terraform("typing") {
        return;
    }
    for text in TYPED {
        let estate = Estate::of("");
        let theirs = without_errors(&typed(terraform_at_terminal(&estate), text));
        let ours = without_errors(&typed(estate.at_terminal("console"), text));
        assert_eq!(ours, theirs, "{text}");
    }
}

/// Returns what is said with the places of errors alone, which look otherwise.
fn without_errors(said: &str) -> String {
    let is_of_error = |line: &str| line.starts_with(['╷', '│', '╵', ' ']) || line.is_empty();
    let mut out: Vec<&str> = Vec::new();
    for line in said.lines() {
        let is_code = line.starts_with("infra::");
        let line = if is_code || line.starts_with("╷") { "Error" } else { line };
        if !is_of_error(line) {
            out.push(line);
        }
    }
    out.join("\n")
}

/// Starts Terraform's console at a terminal.
pub(super) fn terraform_at_terminal(estate: &Estate) -> Terminal {
    let mut command = Command::new("terraform");
    command.arg("console").current_dir(estate.path());
    command.env("TF_CLI_CONFIG_FILE", "/dev/null").env("CHECKPOINT_DISABLE", "1");
    Terminal::start(command)
}

#[test]
fn brackets_stay_open_over_lines_of_a_pipe() {
    let estate = Estate::of("");
    let said = estate.feed("console", "1\n{\n  a = [\n    max(1,\n2)]\n}\n").exits(0);
    assert_eq!(said.stdout, "{\n  \"a\" = [\n    2,\n  ]\n}\n");
    estate.feed("console", "[\n1,\n").exits(1).says("Error: ");
}

#[test]
fn what_is_recorded_is_known_and_nothing_is_changed() {
    let estate = Estate::of(MAIN).with("TF_VAR_size", "3");
    let asked = "[local.made, var.missing, var.size]\n";
    let said = estate.feed("console", asked).exits(0);
    assert_eq!(said.stdout, "[\n  (known after apply),\n  (known after apply),\n  \"3\",\n]\n");
    assert_eq!(estate.files().len(), 1);
    estate.run("apply -auto-approve -var missing=[] -var size=2").exits(0);
    let before = estate.files();
    let said = estate.feed("console -var size=5 -var missing=[\"a\"]", asked).exits(0);
    let made = "{\n    \"secret\" = (sensitive value)\n    \"size\" = \"2\"\n  }";
    assert_eq!(said.stdout, format!("[\n  {made},\n  tolist([\n    \"a\",\n  ]),\n  \"5\",\n]\n"));
    let said = estate.feed("console", "\"${var.secret}\" + 1\n").exits(1);
    let lines = estate.feed("console -json", "{\"expr\":\"nonexistent(local.made)\"}\n").exits(0);
    said.lacks("hush-hush");
    lines.lacks("hush-hush");
    assert_eq!(estate.files(), before);
}

#[test]
fn each_question_is_answered_before_the_next() {
    let broken = "locals {\n  broken = file(\"nowhere\")\n}\n";
    let estate = Estate::of(&format!("{MAIN}{broken}"));
    let (mut running, mut input) = estate.start_fed("console -json");
    let mut ask = |question: &str| {
        input.write_all(format!("{question}\n").as_bytes()).unwrap();
        serde_json::from_str::<Json>(&running.line().unwrap()).unwrap()
    };
    let value = json!({
        "id": { "n": 1 }, "ok": true, "json": "[1,\"\\u003c\"]",
        "type": "tuple([\n    number,\n    string,\n])", "render": "[\n  1,\n  \"<\",\n]",
        "unknown": false, "sensitive": false, "ephemeral": false,
        "error": null, "error_detail": null,
    });
    assert_eq!(ask(r#"{"id":{"n":1},"expr":"[1,\n\"<\"]"}"#), value);
    for _ in 0..2 {
        // What was found on the way is told each time.
        assert_eq!(ask(r#"{"id":2,"expr":"local.broken"}"#)["error"], "Invalid function argument");
    }
    let secret = ask(r#"{"id":3,"expr":"[var.secret]"}"#);
    assert_eq!((&secret["json"], &secret["sensitive"]), (&Json::Null, &json!(true)));
    assert_eq!(secret["render"], "[\n  (sensitive value),\n]");
    for wrong in ["{\"id\":4}", "nonsense", "[]", "{\"id\":4,\"expr\":5}"] {
        let answer = ask(wrong);
        assert_eq!((&answer["ok"], &answer["error"]), (&json!(false), &json!("Invalid question")));
        assert_eq!(answer["id"].is_null(), !wrong.contains("id"), "{wrong}");
    }
    let drawn = ask(r#"{"id":5,"expr":"uuid()"}"#)["json"].clone();
    assert!(drawn.is_string() && drawn != ask(r#"{"id":5,"expr":"uuid()"}"#)["json"]);
    drop(input);
    running.finish().exits(0);
}

#[test]
fn a_variable_that_breaks_its_rule_is_told_once() {
    let estate = Estate::of(
        "variable \"a\" {\n  default = 1\n  validation {\n    condition     = var.a > 3\n    \
         error_message = \"Too small.\"\n  }\n}\n",
    );
    let said = estate.feed("console", "var.a\nvar.a + 1\n").exits(0);
    assert_eq!(said.stdout, "2\n");
    assert_eq!(said.stderr.matches("variable_invalid").count(), 1, "{}", said.stderr);
}

#[test]
fn a_terminal_completes_names_and_remembers_expressions() {
    let estate = Estate::of(MAIN);
    let mut terminal = estate.at_terminal("console -var missing=[\"a\"]");
    // Names, functions, and attributes of a value; of two names that fit, what they share.
    for (keys, shown) in [
        ("var.si\t\r", "var.size\n2\n"),
        ("uppe\t\"x\")\r", "\n\"X\"\n"),
        ("{ a = { long_name = 7 } }.a.long_name\r", "\n7\n"),
        ("length(local.made.se\t) > 0\r", "\n(known after apply)\n"),
        ("local.ma\t.s\t\tize\r", "\n(known after apply)\n"),
    ] {
        terminal.wait_for("> ");
        terminal.press(keys);
        terminal.wait_for(shown);
    }
    // Over several lines; Ctrl-C drops what was begun, and what is whole comes back as a whole.
    terminal.wait_for("> ");
    terminal.press("max(1,\r");
    terminal.wait_for(": ");
    terminal.press("\u{3}");
    terminal.wait_for("> ");
    terminal.press("max(4,\r");
    terminal.wait_for(": ");
    terminal.press("5)\r");
    terminal.wait_for("\n5\n");
    terminal.wait_for("> ");
    terminal.press("\u{1b}[A\r");
    terminal.wait_for("\n5\n");
    // A mistake ends nothing.
    terminal.press("nonexistent()\r");
    terminal.wait_for("Call to unknown function");
    terminal.wait_for("> ");
    terminal.press("\u{4}");
    assert_eq!(terminal.end(), Some(0));
}
