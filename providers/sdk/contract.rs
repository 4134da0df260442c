//! The contract suite: what every kind of every provider must do, checked over any world.
//!
//! A provider's tests build a [`Bench`] over a simulator and assert that [`check`] finds nothing.
//! Findings are texts that begin with the kind's name. Nothing here waits or reads a clock.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes is a finding")]

mod attributes;
mod coverage;
mod lease;
mod life;
mod refuse;
mod session;

pub use coverage::untried;

use crate::connection::{Control, Provider};
use infra_model::{address::Mode, kind::Kind, snapshot::Object, value::Value};
use session::Session;
use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

/// What a provider is tested with.
pub struct Bench<'a> {
    /// The provider.
    pub provider: &'a dyn Provider,
    /// The configuration of the instance.
    pub config: Value,
    /// Deadline, clock and so on.
    pub control: Control,
    /// One sample or more per resource type, ephemeral ones included.
    pub samples: Vec<Sample>,
    /// What others do to the world.
    pub outside: &'a dyn Outside,
}

/// A configuration of one resource type and how it may vary.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The resource type.
    pub kind: &'static str,
    /// Whether its objects are managed or ephemeral.
    pub mode: Mode,
    /// The arguments that are given at least; the others are null.
    pub base: Vec<(&'static str, Value)>,
    /// Other values for arguments; each is set, and then unset or changed back.
    pub variants: Vec<(&'static str, Value)>,
    /// Recorded values of older schema versions.
    pub older: Vec<(u64, Value)>,
    /// The import id of an object, if it can be imported.
    pub import: Option<fn(&Object) -> Value>,
    /// Arguments that an import can't tell.
    pub not_imported: Vec<&'static str>,
}

/// What happens behind the provider's back.
pub trait Outside {
    /// Removes an object; returns whether the world can do that to objects of this type.
    fn remove(&self, object: &Object) -> bool;

    /// Lets the next create happen and its reply be lost; returns whether the world can do that.
    fn lose_next_create(&self) -> bool;
}

impl Sample {
    /// Returns a sample of a resource type with its least arguments.
    pub fn new(kind: &'static str, base: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let base = base.into_iter().collect();
        let (variants, older, not_imported) = (Vec::new(), Vec::new(), Vec::new());
        let mode = Mode::Managed;
        Self { kind, mode, base, variants, older, import: None, not_imported }
    }

    /// Returns a sample of an ephemeral resource type.
    pub fn ephemeral(
        kind: &'static str,
        base: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self { mode: Mode::Ephemeral, ..Self::new(kind, base) }
    }

    fn is_of(&self, kind: &dyn Kind) -> bool {
        kind.mode() == self.mode && *kind.name().0 == *self.kind
    }

    /// Adds values that arguments may have instead.
    #[must_use]
    pub fn variants(mut self, variants: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        self.variants.extend(variants);
        self
    }

    /// Adds a recorded value of an older schema version.
    #[must_use]
    pub fn older(mut self, version: u64, value: Value) -> Self {
        self.older.push((version, value));
        self
    }

    /// Says how an object is imported, and which arguments that can't tell.
    #[must_use]
    pub fn import(mut self, id: fn(&Object) -> Value, not_imported: &[&'static str]) -> Self {
        self.import = Some(id);
        self.not_imported = not_imported.to_vec();
        self
    }
}

/// Runs the whole suite and returns what is wrong.
pub async fn check(bench: &Bench<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let kinds = bench.provider.kinds();
    for kind in kinds.iter().filter(|k| k.mode() != Mode::Data) {
        if !bench.samples.iter().any(|sample| sample.is_of(&**kind)) {
            problems.push(format!("{}: has no sample", kind.name()));
        }
    }
    let mut session = match Session::start(bench).await {
        Ok(session) => session,
        Err(problem) => return vec![problem],
    };
    problems.extend(refuse::check_unknown_kind(&mut session).await);
    for sample in &bench.samples {
        if !kinds.iter().any(|kind| sample.is_of(&**kind)) {
            problems.push(format!("{}: the provider has no such type", sample.kind));
            continue;
        }
        let told = |problem: String| format!("{}: {problem}", sample.kind);
        if sample.mode == Mode::Ephemeral {
            problems.extend(lease::check(&mut session, sample).await.err().map(told));
            continue;
        }
        let found = [
            life::check(&mut session, sample).await,
            life::check_gone(&mut session, sample).await,
            life::check_lost_create(&mut session, sample).await,
            life::check_import(&mut session, sample).await,
            attributes::check(&mut session, sample).await,
            refuse::check(&mut session, sample).await,
            refuse::check_upgrade(&session, sample),
        ];
        problems.extend(found.into_iter().filter_map(Result::err).map(told));
    }
    problems
}

/// Runs a future to its end on this thread; it must not depend on a runtime or on other threads.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let waker = Waker::from(Arc::new(Nobody));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        std::thread::yield_now();
    }
}
