//! The world: the cloud as plain data. No threads, no clock, no async; time is passed in.
//!
//! The simulation drives it directly ([`World::answer`], [`World::call`]), the provider behind a
//! lock, and the server behind a socket. Everything that happens is logged in order.
//! The world keeps its own rules, as a real cloud does, and thereby catches a careless engine: what
//! is referred to must exist, what is needed can't be deleted, what replaces can't be changed in
//! place, and no two objects share a token or a natural key.

mod asks;
mod check;
mod faults;
mod fill;
mod leases;
mod outside;
mod steps;

pub use faults::{At, Fault, Faults, Rule, Sort};
pub use leases::OpenLease;

use crate::{
    catalogue::Catalogue,
    protocol::{Instance, Reply, Request, Trouble, Verb},
};
use infra_model::{address::KindName, value::Value};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// The fake cloud.
#[derive(Clone, Debug)]
pub struct World {
    catalogue: Arc<Catalogue>,
    objects: BTreeMap<String, CloudObject>,
    /// What was deleted, for reads that are behind.
    graves: BTreeMap<String, CloudObject>,
    log: Vec<LogEntry>,
    /// What is open, by number.
    leases: BTreeMap<u64, OpenLease>,
    leased: u64,
    requests: u64,
    counts: BTreeMap<Sort, u64>,
    /// What goes wrong.
    pub faults: Faults,
    /// How long a request takes that has no time of its own, in milliseconds.
    pub delay_ms: u64,
}

/// One object of the cloud.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudObject {
    /// Its kind.
    pub kind: KindName,
    /// Its id.
    pub id: String,
    /// The token it was created with; empty if a person created it.
    pub token: String,
    /// The address that created it, a note for people.
    pub address: String,
    /// The lineage that created it; empty if a person did, or a version without lineages.
    pub lineage: String,
    /// The server it lives on, if it lives on one.
    pub host: Option<String>,
    /// Its attributes, wholly known and without marks.
    pub value: Value,
    /// Its attributes before the last change.
    pub before: Option<Value>,
    /// How often it was changed, from 1.
    pub revision: u64,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Which request it was part of, from 0; steps of one batch share it.
    pub request: u64,
    /// When, in milliseconds.
    pub at_ms: u64,
    /// What was asked.
    pub sort: Sort,
    /// The kind concerned; empty if there is none.
    pub kind: String,
    /// The address of a step; empty for asks.
    pub address: String,
    /// The token of a step; empty for asks.
    pub token: String,
    /// The id of the object, if it is known.
    pub id: String,
    /// Whether the world changed.
    pub changed: bool,
    /// Why it failed, as the caller was told, if it did.
    pub trouble: Option<Trouble>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// Returns an empty cloud without faults.
    pub fn new() -> Self {
        Self {
            catalogue: Catalogue::all(),
            objects: BTreeMap::new(),
            graves: BTreeMap::new(),
            log: Vec::new(),
            leases: BTreeMap::new(),
            leased: 0,
            requests: 0,
            counts: BTreeMap::new(),
            faults: Faults::default(),
            delay_ms: 0,
        }
    }

    /// Returns all objects by id.
    pub fn objects(&self) -> impl Iterator<Item = &CloudObject> {
        self.objects.values()
    }

    /// Returns the object of an id.
    pub fn object(&self, id: &str) -> Option<&CloudObject> {
        self.objects.get(id)
    }

    /// Returns all that happened, in order.
    pub fn log(&self) -> &[LogEntry] {
        &self.log
    }

    /// Returns how many requests came, batches counted once.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Returns how many requests of a sort came, steps of batches counted each.
    pub fn count(&self, sort: Sort) -> u64 {
        self.counts.get(&sort).copied().unwrap_or(0)
    }

    /// Returns the kinds of the cloud.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Serves one request.
    pub fn handle(&mut self, instance: &Instance, request: &Request, now_ms: u64) -> Reply {
        let number = self.requests;
        if let Request::List = request {
            return Reply::Listed(self.listed());
        }
        if let Request::Arrange(faults, delay_ms) = request {
            self.faults.clone_from(faults);
            self.delay_ms = *delay_ms;
            return Reply::Welcome;
        }
        self.requests += 1;
        if let Request::Steps { kind, steps } = request {
            let ctx = steps::StepContext { instance, kind, number, now_ms };
            return Reply::Steps(steps.iter().map(|step| self.step(&ctx, step)).collect());
        }
        self.ask(instance, request, (number, now_ms))
    }

    /// Returns how long a request takes, in milliseconds.
    pub fn duration_ms(&self, request: &Request) -> u64 {
        if matches!(request, Request::List | Request::Arrange(..)) {
            return 0;
        }
        let Request::Steps { kind, steps } = request else { return self.delay_ms };
        let behaviour = self.catalogue.resource(&KindName(kind.as_str().into()));
        let own = steps
            .iter()
            .filter(|step| step.verb != Verb::Delete)
            .map(|step| behaviour.map_or(0, |behaviour| (behaviour.delay_ms)(&step.value.0)));
        self.delay_ms.max(own.max().unwrap_or(0))
    }

    fn count_one(&mut self, sort: Sort) {
        *self.counts.entry(sort).or_default() += 1;
    }

    /// Returns why an instance can't be reached, if it can't.
    fn unreachable(&self, instance: &Instance) -> Option<Trouble> {
        use crate::{catalogue::FAKEHOST, protocol::Code};
        if instance.provider != FAKEHOST {
            return None;
        }
        let host = instance.server_id.as_deref().unwrap_or("");
        if self.objects.get(host).is_some_and(|o| &*o.kind.0 == "fake_server") {
            return None;
        }
        Some(Trouble::new(Code::Unreachable, format!("host `{host}` does not answer")))
    }
}
