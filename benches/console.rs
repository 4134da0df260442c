//! The console against Terraform's: the processor time of the recorded expressions.
//!
//! `cargo bench --bench console`. Terraform answers them all at a terminal alone, where it goes on
//! after a mistake: each is typed when it asks for one, in one process per directory. We read them
//! from a pipe, also in one process per directory. What a pipe gives Terraform is measured beside
//! it: the first mistake ends it and only the last value is written, so these are the expressions
//! that have a value and stand on one line. Exits with 1 if the target is missed.

use serde_json::{Value as Json, json, value::RawValue};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
};

#[path = "console/typist.rs"]
mod typist;

/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_infra");

/// How much less processor time we are to take.
const TARGET: f64 = 20.0;

/// Runs of each, of which the mean counts: the clock has hundredths of a second.
const REPEATS: u32 = 10;

/// Ticks of the processor times in /proc in a second, which Linux fixes for programs.
const TICKS: f64 = 100.0;

/// An expression, and whether it wants the fixture.
struct Case {
    expression: String,
    in_fixture: bool,
    /// Terraform can take it from a pipe.
    is_line: bool,
}

/// The cases, and the directories that they are asked in: one without a configuration, one with.
struct Desk {
    cases: Vec<Case>,
    directories: [tempfile::TempDir; 2],
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

/// Measures, tells the figures, and returns by how much Terraform takes more for the whole set.
fn run(shared: &Path) -> io::Result<f64> {
    let desk = Desk::new(shared)?;
    let (ours, lines) = (mean(|| desk.ours(false))?, mean(|| desk.ours(true))?);
    let (theirs, piped) = (mean(|| desk.typed())?, mean(|| desk.piped())?);
    let (all, few) = (desk.cases.len(), desk.cases.iter().filter(|case| case.is_line).count());
    let told = |what: &str, count: usize, theirs: f64, ours: f64| {
        say(&format!(
            "{count} expressions: terraform {what} {theirs:.3} CPU s, infra {ours:.3} CPU s, {:.1}x",
            theirs / ours
        ));
    };
    told("from a pipe", few, piped, lines);
    told("at a terminal", all, theirs, ours);
    say(&format!("console: {:.1}x (target {TARGET:.0}x)", theirs / ours));
    Ok(theirs / ours)
}

impl Desk {
    fn new(shared: &Path) -> io::Result<Self> {
        let directories = [tempfile::tempdir()?, tempfile::tempdir()?];
        copy(&shared.join("fixture"), directories[1].path())?;
        for directory in &directories {
            feed(&["terraform", "init"], directory.path(), String::new())?;
        }
        Ok(Self { cases: cases(shared)?, directories })
    }

    /// Returns our time for all cases, or for those that stand on one line and have a value.
    fn ours(&self, lines_alone: bool) -> io::Result<f64> {
        self.each(lines_alone, |directory, cases| {
            let questions = cases.iter().map(|c| json!({ "expr": c.expression }).to_string());
            let input = questions.map(|line| line + "\n").collect();
            feed(&[BINARY, "console", "-json"], directory, input)
        })
    }

    /// Returns Terraform's time for all cases.
    fn typed(&self) -> io::Result<f64> {
        self.each(false, |directory, cases| {
            let before = children()?;
            typist::type_all(directory, cases.iter().map(|case| case.expression.as_str()))?;
            Ok(children()? - before)
        })
    }

    /// Returns Terraform's time for the cases that stand on one line and have a value.
    fn piped(&self) -> io::Result<f64> {
        self.each(true, |directory, cases| {
            let input = cases.iter().map(|case| case.expression.clone() + "\n").collect();
            feed(&["terraform", "console"], directory, input)
        })
    }

    /// Adds the times of what is done in each directory with its cases.
    fn each(
        &self,
        lines_alone: bool,
        measure: impl Fn(&Path, &[&Case]) -> io::Result<f64>,
    ) -> io::Result<f64> {
        let each = self.directories.iter().zip([false, true]).map(|(directory, in_fixture)| {
            let here = self.cases.iter().filter(|case| case.in_fixture == in_fixture);
            let cases: Vec<&Case> = here.filter(|case| case.is_line || !lines_alone).collect();
            measure(directory.path(), &cases)
        });
        each.sum()
    }
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

fn mean(measure: impl Fn() -> io::Result<f64>) -> io::Result<f64> {
    let times: io::Result<f64> = (0..REPEATS).map(|_| measure()).sum();
    Ok(times? / f64::from(REPEATS))
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
