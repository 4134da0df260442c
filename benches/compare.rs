//! The comparison with Terraform, and the growth of our own work.
//!
//! `cargo bench --bench compare` runs both; `-- ratios` or `-- growth` one of them, and `-- chain`,
//! `-- realistic` and so on only these shapes.
//! Ratios are of CPU time and peak memory of whole processes, run in turn on the same generated
//! estates by `../shared/bench/bench.py`; `terraform` must be in the PATH. Growth from 1,000 to
//! 10,000 and to 50,000 resources is by counters, which do not depend on the machine, by CPU time and
//! by peak memory.
//! Exits with 1 if a target is missed.

use serde_json::Value as Json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_infra");

/// The greatest exponent by which a counter may grow: linear within 2 %.
const EXPONENT_MAX: f64 = 1.02;

/// The greatest exponent of what is not all of our doing: CPU time and memory, and bytes after
/// compression, since the names of a larger estate have more in them that does not repeat.
const LOOSE_EXPONENT_MAX: f64 = 1.2;

const LOOSE: [&str; 3] = [CPU, "peak_bytes", "bytes_written"];

const CPU: &str = "cpu_us";

/// One estate on which both are run.
struct Comparison {
    shape: &'static str,
    resources: u32,
    /// Arguments of `bench.py` and `gen.py` beside the usual ones.
    more: &'static [&'static str],
    targets: &'static [Target],
}

/// What a ratio must reach: operation, `cpu` or `rss`, factor.
type Target = (&'static str, &'static str, f64);

const COMPARISONS: [Comparison; 4] = [
    Comparison {
        shape: "chain",
        resources: 1_000,
        more: &["--gen=--depth 1000"],
        targets: &[("plan_create", "cpu", 100.0)],
    },
    Comparison {
        shape: "foreach",
        resources: 1_000,
        more: &[],
        targets: &[("plan_create", "cpu", 100.0)],
    },
    Comparison {
        shape: "flat",
        resources: 1_000,
        more: &["--write-runs=1"],
        targets: &[("apply_create", "cpu", 20.0)],
    },
    Comparison {
        shape: "realistic",
        resources: 10_000,
        more: &["--synth", "--runs=1"],
        targets: &[
            ("plan_create", "cpu", 50.0),
            ("plan_create", "rss", 5.0),
            ("plan_noop", "cpu", 50.0),
            ("plan_noop", "rss", 5.0),
        ],
    },
];

const SHAPES: [&str; 6] = ["flat", "chain", "foreach", "count", "modules", "realistic"];

const SIZE: u32 = 1_000;

const LARGER: [u32; 2] = [10_000, 50_000];

/// Commands whose work is counted, in this order on one estate.
const COMMANDS: [(&str, &[&str]); 5] = [
    ("validate", &["validate"]),
    ("first plan", &["plan"]),
    ("apply", &["apply", "-auto-approve"]),
    ("no-op plan", &["plan"]),
    ("destroy", &["destroy", "-auto-approve"]),
];

fn main() -> ExitCode {
    // Cargo passes `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let named = |name: &str, all: &[&str]| {
        let said = wanted.iter().any(|w| all.contains(&w.as_str()));
        !said || wanted.iter().any(|w| w == name)
    };
    let runs = |part: &str| named(part, &["growth", "ratios"]);
    let shapes: Vec<&str> = SHAPES.into_iter().filter(|shape| named(shape, &SHAPES)).collect();
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/bench");
    if !shared.is_dir() {
        say(&format!("SKIPPED: there is no {}", shared.display()));
        return ExitCode::SUCCESS;
    }
    let mut missed = Vec::new();
    if runs("growth") {
        missed.extend(growth(&shared, &shapes));
    }
    if runs("ratios") {
        let chosen = COMPARISONS.iter().filter(|comparison| shapes.contains(&comparison.shape));
        missed.extend(chosen.flat_map(|comparison| ratios(&shared, comparison)));
    }
    for miss in &missed {
        say(&format!("MISSED: {miss}"));
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs both programs on one estate and returns the targets that are missed.
fn ratios(shared: &Path, comparison: &Comparison) -> Vec<String> {
    let Comparison { shape, resources, more, targets } = comparison;
    let operations: Vec<&str> = targets.iter().map(|(operation, ..)| *operation).collect();
    let output = Command::new("python3")
        .arg(shared.join("bench.py"))
        .args(["--tool=terraform", &format!("--tool=infra={BINARY}"), "--json=-"])
        .args([format!("--shape={shape}"), format!("--n={resources}")])
        .arg(format!("--ops={}", operations.join(",")))
        .args(*more)
        .stderr(Stdio::inherit())
        .output();
    let failed = |why: String| vec![format!("{shape} {resources}: bench.py: {why}")];
    // It fails too when a program did other work than was asked for, which makes a ratio worthless.
    let json: Json = match output {
        Ok(output) if !output.status.success() => return failed(output.status.to_string()),
        Ok(output) => match serde_json::from_slice(&output.stdout) {
            Ok(json) => json,
            Err(error) => return failed(error.to_string()),
        },
        Err(error) => return failed(error.to_string()),
    };
    for row in json["rows"].as_array().into_iter().flatten() {
        say(&format!(
            "{shape:10} {resources:6} {:12} {:10} {:>9.3} CPU s {:>8.1} MiB  {}",
            text(&row["op"]),
            text(&row["tool"]),
            row["cpu"].as_f64().unwrap_or_default(),
            row["rss_mb"].as_f64().unwrap_or_default(),
            text(&row["work"]),
        ));
    }
    let ratios = json["ratios"].as_array().cloned().unwrap_or_default();
    targets.iter().filter_map(|target| missed(comparison, &ratios, target)).collect()
}

fn missed(comparison: &Comparison, ratios: &[Json], target: &Target) -> Option<String> {
    let (operation, what, least) = *target;
    let Comparison { shape, resources, .. } = comparison;
    let name = format!("{shape} {resources} {operation} {what}");
    let found = ratios.iter().find(|ratio| ratio["op"] == operation);
    let Some(ratio) = found.and_then(|ratio| ratio[what].as_f64()) else {
        return Some(format!("{name}: not measured"));
    };
    say(&format!("{name}: {ratio:.1}x (target {least:.0}x)"));
    (ratio < least).then(|| format!("{name}: {ratio:.1}x is less than {least:.0}x"))
}

/// Counts the work at all sizes of every shape and returns what grows too fast.
fn growth(shared: &Path, shapes: &[&str]) -> Vec<String> {
    let mut missed = Vec::new();
    for shape in shapes {
        let small = match count_often(shared, shape, SIZE) {
            Ok(small) => small,
            Err(why) => {
                missed.push(why);
                continue;
            }
        };
        for size in LARGER {
            match count_often(shared, shape, size) {
                Ok(large) => missed.extend(grown(shape, size, &small, &large)),
                Err(why) => missed.push(why),
            }
        }
    }
    missed
}

/// Compares what was counted at a size with what was at the least one.
fn grown(shape: &str, size: u32, small: &Counted, large: &Counted) -> Vec<String> {
    let mut missed = Vec::new();
    for ((command, before), (_, after)) in small.iter().zip(large) {
        for (name, value) in before.as_object().into_iter().flatten() {
            if after[name].is_null() {
                missed.push(format!("{shape} {command} {name}: not counted"));
            }
            let (few, many) = (number(value), number(&after[name]));
            // A handful of anything at both sizes says nothing about growth.
            if many < 100.0 {
                continue;
            }
            let exponent = (many / few.max(1.0)).ln() / f64::from(size / SIZE).ln();
            let line = format!(
                "{shape:10} {size:6} {command:11} {name:14} {few:>12} {many:>12}  k = {exponent:.3}"
            );
            say(&line);
            let loose = LOOSE.contains(&name.as_str());
            if exponent > if loose { LOOSE_EXPONENT_MAX } else { EXPONENT_MAX } {
                missed.push(line);
            }
        }
    }
    missed
}

/// How often everything is run but on the largest estates: of the processor times the least counts,
/// which others disturb least.
const REPEATS: u32 = 3;

/// The resources beyond which an estate is large enough for one run to tell.
const ONCE_ABOVE: u32 = 10_000;

/// What each command counted.
type Counted = Vec<(&'static str, Json)>;

fn count_often(shared: &Path, shape: &str, size: u32) -> Result<Counted, String> {
    let mut least = count(shared, shape, size)?;
    let repeats = if size > ONCE_ABOVE { 1 } else { REPEATS };
    for _ in 1..repeats {
        for ((_, kept), (_, again)) in least.iter_mut().zip(count(shared, shape, size)?) {
            if number(&again[CPU]) < number(&kept[CPU]) {
                kept[CPU] = again[CPU].clone();
            }
        }
    }
    Ok(least)
}

/// Runs all commands on one estate and returns what each counted.
fn count(shared: &Path, shape: &str, size: u32) -> Result<Counted, String> {
    let failed = |what: &str| format!("{shape} {size}: {what}");
    let directory = tempfile::tempdir().map_err(|error| failed(&error.to_string()))?;
    let estate = directory.path().join("estate");
    let made = Command::new("python3")
        .arg(shared.join("gen.py"))
        .args([shape, &size.to_string()])
        .arg(&estate)
        .stdout(Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return Err(failed("gen.py failed"));
    }
    let counters = directory.path().join("counters.json");
    let mut all = Vec::new();
    for (name, arguments) in COMMANDS {
        let output = Command::new(BINARY)
            .args(arguments)
            .current_dir(&estate)
            .env("INFRA_COUNTERS", &counters)
            .output()
            .map_err(|error| failed(&error.to_string()))?;
        if !output.status.success() {
            let said =
                String::from_utf8_lossy(&output.stderr).chars().take(400).collect::<String>();
            return Err(failed(&format!("{name}: {said}")));
        }
        let bytes = fs::read(&counters).map_err(|error| failed(&error.to_string()))?;
        let json = serde_json::from_slice(&bytes).map_err(|error| failed(&error.to_string()))?;
        all.push((name, json));
    }
    Ok(all)
}

fn number(value: &Json) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "a bench is read on the terminal")]
fn say(line: &str) {
    println!("{line}");
}
