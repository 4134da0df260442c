//! What a watcher is told while the machine runs; rendering is the command line's.

use infra_model::{
    address::{Address, Generation},
    diagnostic::Diagnostic,
    journal::Time,
    text::Text,
};
use infra_plan::plan::Work;
use std::fmt;

/// One piece of news.
#[derive(Clone, Debug)]
pub enum Report {
    /// Objects are being read.
    Refreshing(Vec<Refreshed>),
    /// They were read, or could not be.
    Refreshed(Vec<Refreshed>),
    /// Planning ended.
    Planned,
    /// A step began.
    Started {
        /// The object.
        subject: Subject,
        /// What is done.
        work: Work,
        /// The recorded `id` attribute, if there is one that may be shown.
        id: Option<Text>,
    },
    /// A provisioner of a step began.
    Provisioning {
        /// The instance.
        address: Address,
        /// The type of the provisioner.
        kind: Text,
    },
    /// A provisioner of a step ended.
    Provisioned {
        /// The instance.
        address: Address,
        /// The type of the provisioner.
        kind: Text,
        /// It failed.
        failed: bool,
    },
    /// A step is waiting before it is repeated.
    Repeating {
        /// The object.
        subject: Subject,
        /// When it is repeated.
        at: Time,
        /// Why.
        diagnostic: Box<Diagnostic>,
    },
    /// A step is done and its outcome durable.
    Finished {
        /// The object.
        subject: Subject,
        /// What was done.
        work: Work,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
        /// The `id` attribute of the object, if there is one that may be shown.
        id: Option<Text>,
    },
    /// A step failed.
    Failed {
        /// The object.
        subject: Subject,
        /// What was attempted.
        work: Work,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
    /// So many steps of so many are settled.
    Progress {
        /// Done, failed or skipped.
        settled: usize,
        /// All.
        total: usize,
    },
    /// Something happens with an ephemeral resource.
    Lease {
        /// The instance.
        address: Address,
        /// What is done.
        work: LeaseWork,
        /// How far it is.
        news: LeaseNews,
    },
    /// Parts that had been deferred are being planned.
    PlanningDeferred(usize),
    /// The run is being stopped; so many steps are still in flight.
    Stopping(usize),
}

/// The object that is spoken of.
///
/// An instance may have several: who reads that one is destroyed must see that it is not the one in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The instance.
    pub address: Address,
    /// Which of those that were left over, if it is one.
    pub deposed: Option<Generation>,
}

impl From<Address> for Subject {
    fn from(address: Address) -> Self {
        Self { address, deposed: None }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, deposed } = self;
        match deposed {
            None => write!(f, "{address}"),
            Some(Generation(number)) => write!(f, "{address} (deposed object {number})"),
        }
    }
}

/// An object that is read for a refresh.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The object.
    pub subject: Subject,
    /// The recorded `id` attribute, if there is one that may be shown.
    pub id: Option<Text>,
}

/// What is done with an ephemeral resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseWork {
    /// It is opened.
    Open,
    /// It is renewed.
    Renew,
    /// It is closed.
    Close,
}

/// How far that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseNews {
    /// It began.
    Began,
    /// It ended well, after so many milliseconds.
    Done(u64),
    /// It failed, after so many milliseconds.
    Failed(u64),
    /// It has to wait for apply: what it is configured from is not known yet.
    Deferred,
}
