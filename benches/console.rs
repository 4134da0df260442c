//! The console against Terraform's: the processor time of the same expressions, each program in one
//! process per directory.
//!
//! `cargo bench --bench console`. Terraform reads a pipe, where the first mistake ends it and each
//! line stands alone, so the expressions that both evaluate are the recorded ones that have a value
//! and stand on one line; ours are then run as a whole as well. Exits with 1 if the target is missed.

use serde_json::{Value as Json, json, value::RawValue};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
};

/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_infra");

/// How much less processor time we are to take.
const TARGET: f64 = 20.0;

/// Runs of each, of which the least time counts.
const REPEATS: usize = 3;

/// Ticks of the processor times in /proc in a second, which Linux fixes for programs.
const TICKS: f64 = 100.0;

/// An expression, and whether it wants the fixture.
struct Case {
    expression: String,
    in_fixture: bool,
    /// Terraform can take it from a pipe.
    is_line: bool,
}

fn main() -> ExitCode {
    let shared =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/terraform-console");
    if !shared.is_dir() {
        say("SKIPPED: there is no ../shared");
        return ExitCode::SUCCESS;
    }
    match run(&shared) {
        Ok(ratio) if ratio >= TARGET => ExitCode::SUCCESS,
        Ok(ratio) => {
            say(&format!("MISSED: {ratio:.1}x is less than {TARGET:.0}x"));
            ExitCode::FAILURE
        }
        Err(error) => {
            say(&format!("FAILED: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(shared: &Path) -> io::Result<f64> {
    let cases = cases(shared)?;
    let (empty, fixture) = (tempfile::tempdir()?, tempfile::tempdir()?);
    copy(&shared.join("fixture"), fixture.path())?;
    for directory in [empty.path(), fixture.path()] {
        feed(&["terraform", "init"], directory, String::new())?;
    }
    let of = |in_fixture: bool, whole: bool| {
        let wanted = cases.iter().filter(move |c| c.in_fixture == in_fixture);
        wanted.filter(move |case| whole || case.is_line)
    };
    let directories = [(empty.path(), false), (fixture.path(), true)];
    let ours = |whole: bool| -> io::Result<f64> {
        let each = directories.iter().map(|(directory, wants)| {
            let questions = of(*wants, whole).map(|c| json!({ "expr": c.expression }).to_string());
            let input = questions.map(|line| line + "\n").collect();
            feed(&[BINARY, "console", "-json"], directory, input)
        });
        each.sum()
    };
    let theirs = || -> io::Result<f64> {
        let each = directories.iter().map(|(directory, wants)| {
            let input = of(*wants, false).map(|c| c.expression.clone() + "\n").collect();
            feed(&["terraform", "console"], directory, input)
        });
        each.sum()
    };
    let (whole, few, other) = (least(&|| ours(true))?, least(&|| ours(false))?, least(&theirs)?);
    let lines = cases.iter().filter(|case| case.is_line).count();
    let ratio = other / few;
    say(&format!("{lines} expressions: terraform {other:.2} CPU s, infra {few:.2} CPU s"));
    say(&format!("{} expressions: infra {whole:.2} CPU s", cases.len()));
    say(&format!("console: {ratio:.1}x (target {TARGET:.0}x)"));
    Ok(ratio)
}

fn cases(shared: &Path) -> io::Result<Vec<Case>> {
    let text = fs::read_to_string(shared.join("cases.json"))?;
    let cases: Vec<BTreeMap<String, Box<RawValue>>> = serde_json::from_str(&text)?;
    let read = |case: &BTreeMap<String, Box<RawValue>>, name: &str| -> io::Result<Json> {
        Ok(serde_json::from_str(case.get(name).map_or("null", |raw| raw.get()))?)
    };
    let case = |case: &BTreeMap<String, Box<RawValue>>| {
        let expression = read(case, "expr")?;
        let expression = expression.as_str().ok_or(io::ErrorKind::InvalidData)?.to_owned();
        let is_line = read(case, "ok")? == true && !expression.contains(['\n', '\r']);
        Ok(Case { expression, in_fixture: read(case, "fixture")? == true, is_line })
    };
    cases.iter().map(case).collect()
}

/// Returns the least of several processor times, which others disturb least.
fn least(measure: &dyn Fn() -> io::Result<f64>) -> io::Result<f64> {
    let mut least = measure()?;
    for _ in 1..REPEATS {
        least = least.min(measure()?);
    }
    Ok(least)
}

/// Runs a program with an input, and returns the processor time it took, in seconds.
fn feed(command: &[&str], directory: &Path, input: String) -> io::Result<f64> {
    let before = children()?;
    let mut child = Command::new(command[0])
        .args(&command[1..])
        .current_dir(directory)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let writer = thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    let written = writer.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
    if !output.status.success() || written.is_err() {
        let said = String::from_utf8_lossy(&output.stderr).chars().take(800).collect::<String>();
        return Err(io::Error::other(format!("{command:?}: {}: {said}", output.status)));
    }
    Ok(children()? - before)
}

/// Returns the processor time of all children that have ended, in seconds.
fn children() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program may hold anything but ends with the last bracket.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let times: Result<Vec<f64>, _> = fields.skip(13).take(2).map(str::parse).collect();
    match times.map_err(io::Error::other)?[..] {
        [user, system] => Ok((user + system) / TICKS),
        _ => Err(io::Error::other("/proc/self/stat has no times of children")),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a bench is read on the terminal")]
fn say(line: &str) {
    println!("{line}");
}
