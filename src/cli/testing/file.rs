//! One test file: its runs in order, each over its state, and at the end nothing left.

use super::{
    Status,
    junit::Case,
    report::{Counts, Reporter},
    run::{self, Judged, Ran, Surroundings},
};
use crate::{
    arguments::{ParallelArguments, VariableArguments},
    failure::Failure,
    project::Project,
};
use infra_lang::config::testing::{RunBlock, TestFile};
use infra_model::{
    address::{Address, Mode},
    snapshot::Snapshot,
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// A state that runs of one key share.
#[derive(Default)]
struct State {
    snapshot: Snapshot,
    /// The run that applied last, and what it was made with.
    last: Option<(usize, Box<Project>)>,
}

/// A file under way.
pub struct FileRun<'a> {
    /// Where it is said.
    pub reporter: &'a Reporter<'a>,
    /// The file.
    pub test: &'a TestFile,
    /// Variables of the command line.
    pub given: &'a VariableArguments,
    /// The directory of tests, if the file is in it: its files of variables are for it.
    pub directory: Option<&'a str>,
    /// How many calls at once.
    pub parallel: ParallelArguments,
    /// The seed of what is drawn.
    pub seed: [u8; 32],
}

/// How a file ended.
pub struct FileEnded {
    /// The worst of its runs.
    pub status: Status,
    /// Its runs.
    pub cases: Vec<Case>,
    /// A person stopped it.
    pub interrupted: bool,
}

/// What is collected from run to run.
#[derive(Default)]
struct Progress {
    states: BTreeMap<Text, State>,
    outputs: BTreeMap<Text, Value>,
    judged: Judged,
    cases: Vec<Case>,
    status: Status,
    interrupted: bool,
}

impl FileRun<'_> {
    /// Makes all runs, and destroys what they made.
    ///
    /// # Errors
    ///
    /// If the system refuses what every command needs.
    pub async fn run(&self, counts: &mut Counts) -> Result<FileEnded, Failure> {
        let mut progress = Progress { status: Status::Pass, ..Progress::default() };
        self.reporter.file(&self.test.name, "starting");
        for (index, block) in self.test.runs.iter().enumerate() {
            let ended = if progress.status == Status::Error || progress.interrupted {
                self.skip(block)
            } else {
                self.one((index, block), &mut progress).await?
            };
            counts.add(ended.status);
            progress.cases.push(ended);
        }
        self.reporter.file(&self.test.name, "teardown");
        self.tear_down(&mut progress).await?;
        self.reporter.file_ended(&self.test.name, progress.status);
        let Progress { status, cases, interrupted, .. } = progress;
        Ok(FileEnded { status, cases, interrupted })
    }

    fn skip(&self, block: &RunBlock) -> Case {
        let name = block.name.name.clone();
        self.reporter.run_ended((&self.test.name, &name), Status::Skip, None);
        Case {
            name,
            status: Status::Skip,
            took: None,
            found: Vec::new(),
            sources: Arc::default(),
            assertions: (0, 0),
        }
    }

    async fn one(
        &self,
        (index, block): (usize, &RunBlock),
        progress: &mut Progress,
    ) -> Result<Case, Failure> {
        let context = self.reporter.context;
        let names = (&*self.test.name, &*block.name.name);
        self.reporter.run(names, "starting");
        let begun = context.now();
        let state = progress.states.entry(key_of(self.test, block)).or_default();
        let around = Surroundings {
            context,
            test: self.test,
            given: self.given,
            variables: self.directory,
            parallel: self.parallel,
            seed: self.seed,
            runs: &progress.outputs,
        };
        let ran =
            Box::pin(run::run(&around, block, (&state.snapshot, &mut progress.judged))).await?;
        self.reporter.run_ended(names, ran.status, Some(&ran));
        let Ran { status, diagnostics, sources, outputs, left, interrupted, assertions, .. } = ran;
        if let Some((snapshot, project)) = left {
            state.snapshot = snapshot;
            state.last = Some((index, project));
        }
        progress.outputs.insert(block.name.name.clone(), outputs);
        progress.status = progress.status.max(status);
        progress.interrupted |= interrupted;
        Ok(Case {
            name: block.name.name.clone(),
            status,
            took: Some((begun, context.now().0.saturating_sub(begun.0))),
            found: diagnostics,
            sources,
            assertions,
        })
    }

    /// Destroys what is left, the latest first.
    async fn tear_down(&self, progress: &mut Progress) -> Result<(), Failure> {
        let states = std::mem::take(&mut progress.states).into_values();
        let mut left: Vec<(usize, Box<Project>, Snapshot)> = states
            .filter_map(|state| {
                let (index, project) = state.last?;
                if state.snapshot.instances.is_empty() {
                    return None;
                }
                Some((index, project, state.snapshot))
            })
            .collect();
        left.sort_by_key(|(index, ..)| std::cmp::Reverse(*index));
        for (index, project, snapshot) in left {
            let run = &self.test.runs[index].name.name;
            let names = (&*self.test.name, &**run);
            self.reporter.run(names, "teardown");
            let context = self.reporter.context;
            let destroyed = run::destroy(context, &project, snapshot, self.parallel);
            let (after, found) = Box::pin(destroyed).await?;
            let remains = remaining(&after);
            if !remains.is_empty() || !found.is_empty() {
                progress.status = progress.status.max(Status::Error);
                self.reporter.left(names, &remains, (&found, project.program.sources()));
            }
        }
        Ok(())
    }
}

/// Returns the name of the state that a run works on.
fn key_of(test: &TestFile, block: &RunBlock) -> Text {
    let given = block.state_key.as_ref().filter(|key| !key.is_empty());
    let named = given.map(|key| format!("key {key}"));
    let module = || {
        let source = block.module.as_ref().map(|called| test.written(called.call.source));
        source.map(|source| format!("module {source}"))
    };
    Text::from(named.or_else(module).unwrap_or_default())
}

/// Returns what is still recorded and was really made.
fn remaining(snapshot: &Snapshot) -> Vec<Address> {
    let instances = snapshot.instances.iter();
    let managed = instances.filter(|(a, i)| a.mode == Mode::Managed && !i.is_vacant());
    managed.map(|(address, _)| address.clone()).collect()
}
