//! What parsing and evaluating a realistic estate costs: CPU, memory, and how both grow.
//!
//! Run with `cargo bench -p infra-lang --bench evaluate`; needs `../shared/bench/gen.py` and says so.
//! The numbers of `evaluations` do not depend on the machine and must grow in proportion.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench talks and fails loudly"
)]

#[path = "../tests/support.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod support;

use infra_lang::{
    compile::compile,
    config::load::{LoadOptions, load},
};
use infra_model::{
    diagnostic::has_errors,
    known::{Inputs, Known},
    program::{NodeId, NodeSort, Program},
    sources::Sources,
    types::Type,
    value::{Unknown, Value},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use support::Disk;

/// What a run cost.
struct Cost {
    evaluations: u64,
    instances: usize,
    parse_ms: f64,
    total_ms: f64,
    peak_mb: f64,
}

fn main() {
    let shapes: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let shapes = if shapes.is_empty() { vec!["realistic".to_owned()] } else { shapes };
    for shape in &shapes {
        let (Some(small), Some(large)) = (estate(shape, 1_000), estate(shape, 10_000)) else {
            println!("skipped: ../shared/bench/gen.py is not there");
            return;
        };
        let (small, large) = (measure(&small), measure(&large));
        for (name, cost) in [("1,000", &small), ("10,000", &large)] {
            println!(
                "{shape} {name}: {:.0} ms CPU (load and compile {:.0}), peak {:.0} MB, {} instances, {} evaluations",
                cost.total_ms, cost.parse_ms, cost.peak_mb, cost.instances, cost.evaluations
            );
        }
        #[allow(clippy::cast_precision_loss, reason = "counts are small")]
        let growth = large.evaluations as f64 / small.evaluations as f64;
        println!("{shape}: evaluations grow {growth:.2} times for 10 times the resources");
        assert!(growth < 10.5, "evaluations grow faster than the configuration");
    }
}

fn estate(shape: &str, count: usize) -> Option<PathBuf> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/gen.py");
    let directory = std::env::temp_dir().join(format!("infra-bench-{shape}-{count}"));
    let made = Command::new("python3")
        .arg(script)
        .args([shape, &count.to_string()])
        .arg(&directory)
        .output()
        .ok()?;
    made.status.success().then_some(directory)
}

fn measure(directory: &Path) -> Cost {
    let begin = cpu_ms();
    let sources: Arc<dyn Sources> = Arc::new(Disk(directory.to_owned()));
    let (configuration, map, found) = load(&*sources, ".", LoadOptions::default());
    assert!(!has_errors(&found), "{found:?}");
    let loaded = cpu_ms();
    let (program, found) = compile(configuration, map, &support::kinds(), sources);
    assert!(!has_errors(&found), "{found:?}");
    let parsed = cpu_ms();
    println!("  load {:.0} ms, compile {:.0} ms", loaded - begin, parsed - loaded);
    let mut known = Known::new(Inputs::default());
    known.begin_planning();
    let mut instances = 0;
    for (index, node) in program.nodes().iter().enumerate() {
        if !matches!(node.sort, NodeSort::Resource(..)) {
            continue;
        }
        let (expansion, found) = program.expand(NodeId(u32::try_from(index).unwrap()), &mut known);
        assert!(found.is_empty(), "{found:?}");
        for id in expansion.instances {
            let (desired, found) = program.desired(id, &mut known);
            assert!(found.is_empty(), "{found:?}");
            known.publish(id, planned(&desired.unwrap().value));
            instances += 1;
        }
    }
    let (_, found) = program.outputs(&mut known);
    assert!(found.is_empty(), "{found:?}");
    let end = cpu_ms();
    let found = program.validate(&support::kinds(), &mut Known::new(Inputs::default()));
    assert!(found.is_empty(), "{found:?}");
    println!("  validate {:.0} ms", cpu_ms() - end);
    Cost {
        evaluations: known.evaluations,
        instances,
        parse_ms: parsed - begin,
        total_ms: end - begin,
        peak_mb: peak_mb(),
    }
}

/// What the planner publishes for a new `terraform_data`.
fn planned(desired: &Value) -> Value {
    let entries = desired.entries().unwrap().iter().map(|(name, value)| {
        let value = match &**name {
            "id" => Unknown::of(Type::String).not_null().into(),
            "output" => Value::unknown(Type::Dynamic),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    Value::object(entries.collect::<Vec<_>>())
}

/// CPU time of this process so far.
fn cpu_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

/// The greatest resident size of this process so far.
fn peak_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
