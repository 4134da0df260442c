//! How much work a command was, for the benches: numbers that do not depend on the machine.
//!
//! Not for users: written as JSON into the file that `INFRA_COUNTERS` names, and nowhere else.

use crate::environment::Environment;
use infra_plan::plan;
use infra_state::LocalStore;
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use std::{
    fs, io,
    sync::{Mutex, PoisonError},
};

/// The variable that names the file.
const FILE: &str = "INFRA_COUNTERS";

/// What is counted while a command runs.
#[derive(Debug, Default)]
pub struct Counters(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    plan: plan::Counters,
    steps: usize,
    stores: Vec<LocalStore>,
}

#[derive(Serialize)]
struct CountersJson {
    /// Evaluations of nodes and instances.
    evaluations: u64,
    /// Edges that the planner walked.
    edges: u64,
    /// Questions to providers.
    asks: u64,
    /// Steps of the plan.
    steps: usize,
    /// Groups of records made durable.
    appends: u64,
    /// Files synced.
    file_syncs: u64,
    /// Bytes of journal records before they are compressed.
    bytes_recorded: u64,
    /// Bytes written to the state.
    bytes_written: u64,
    /// Processor time of the whole process so far, in microseconds.
    cpu_us: i64,
    /// The most memory that the process had so far, if the system says it.
    peak_bytes: Option<u64>,
}

impl Counters {
    /// Adds a finished plan.
    pub fn add_plan(&self, plan: &plan::Plan) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.plan.evaluations += plan.counters.evaluations;
        counted.plan.edges += plan.counters.edges;
        counted.plan.asks += plan.counters.asks;
        counted.steps += plan.steps.len();
    }

    /// Adds a store, which counts what is done to it.
    pub fn add_store(&self, store: &LocalStore) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).stores.push(store.clone());
    }

    /// Writes what was counted, if that is wanted.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, environment: &Environment) -> io::Result<()> {
        let Some(file) = environment.get(FILE) else { return Ok(()) };
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let figures: Vec<_> = counted.stores.iter().map(LocalStore::figures).collect();
        let json = CountersJson {
            evaluations: counted.plan.evaluations,
            edges: counted.plan.edges,
            asks: counted.plan.asks,
            steps: counted.steps,
            appends: figures.iter().map(|figures| figures.appends).sum(),
            file_syncs: figures.iter().map(|figures| figures.file_syncs).sum(),
            bytes_recorded: figures.iter().map(|figures| figures.bytes_recorded).sum(),
            bytes_written: figures.iter().map(|figures| figures.bytes_written).sum(),
            cpu_us: cpu_us(),
            peak_bytes: peak_bytes()?,
        };
        fs::write(file, serde_json::to_vec(&json)?)
    }
}

fn cpu_us() -> i64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec * 1_000_000 + spent.tv_nsec / 1_000
}

fn peak_bytes() -> io::Result<Option<u64>> {
    let status = match fs::read_to_string("/proc/self/status") {
        Ok(status) => status,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Ok(kilobytes.map(|kilobytes| kilobytes * 1024))
}
