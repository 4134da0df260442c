//! Asks and answers: everything that only reads, and calls: everything that changes something.
//!
//! The planner emits asks, the machine passes them on, one driver serves them through the provider
//! connections. Answers are taken in the order of their numbers, so that timing cannot matter.

use crate::{
    address::{Address, Generation, KindName, ProviderAddress},
    diagnostic::{Diagnostic, Diagnostics, Retry},
    journal::Intent,
    kind::{FactKey, Facts},
    lease::Lease,
    observed::{Found, Marked, Observed},
    snapshot::Object,
    text::Text,
    value::Value,
};
use std::sync::Arc;

/// Numbers the asks of one planner, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u32);

/// A question to a provider instance.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The provider instance.
    pub provider: ProviderAddress,
    /// What is asked.
    pub question: Question,
}

/// What can be asked.
#[derive(Clone, Debug)]
pub enum Question {
    /// Connect with this configuration; comes before any other question to the instance.
    Configure(Value),
    /// Learn these facts.
    Facts(Vec<FactKey>),
    /// Read all these objects of one kind.
    Refresh(KindName, Vec<Recorded>),
    /// Look up creates whose outcome is not known.
    Find(Vec<Intent>),
    /// Read a data source.
    ReadData(KindName, Value),
    /// Read an object by its import id.
    Import(KindName, Value),
    /// Say whether an object with the natural key of this desired value exists already.
    Exists(KindName, Value),
    /// Open an ephemeral resource.
    Open(Address, Value),
    /// Renew an open ephemeral resource of this kind, because its time has come.
    Renew(KindName, Arc<Lease>),
    /// Close an open ephemeral resource of this kind; it is not used any more.
    Close(KindName, Arc<Lease>),
}

/// A recorded object with its identity.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The instance.
    pub address: Address,
    /// Which of its objects.
    pub generation: Generation,
    /// The object.
    pub object: Arc<Object>,
}

/// What the provider said.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To `Configure`: connected, with warnings.
    Configured(Diagnostics),
    /// The provider instance could not be asked at all (wrong configuration, not reachable).
    NotAskable(Diagnostic),
    /// To `Facts`; keys that could not be learned are missing, with the reason.
    Facts(Facts, Diagnostics),
    /// To `Refresh`, in the order of the question, and facts learned on the way; besides, objects of
    /// the kind that carry the mark of our lineage and were not asked for.
    Observed(Vec<Observed>, Facts, Vec<Marked>),
    /// To `Find`, in the order of the question.
    Found(Vec<Found>),
    /// To `ReadData`.
    Value(Value, Diagnostics),
    /// To `Open`, and to `Renew`, where the value stays as it was.
    Opened(Arc<Lease>, Diagnostics),
    /// To `Close`.
    Closed(Diagnostics),
    /// To `Import`: the objects of that id, or none.
    Imported(Vec<Object>),
    /// To `Exists`: what is there already, as a clause for people; `None` if nothing is.
    Exists(Option<Text>),
    /// The question was understood and failed.
    Failed(Diagnostic),
}

/// One step for a provider: create, update or delete one object.
#[derive(Clone, Debug)]
pub struct Call {
    /// The intent that was journalled for it.
    pub intent: Intent,
    /// The recorded object, for update and delete.
    pub prior: Option<Arc<Object>>,
    /// The desired value with everything known, for create and update; null for delete.
    pub desired: Value,
    /// What was planned: the desired value with what is computed, unknown where only the call will tell;
    /// null for delete.
    pub planned: Value,
}

/// How one step of a call ended.
#[derive(Clone, Debug)]
pub enum CallOutcome {
    /// It happened; the object after it, `None` after a delete.
    Done(Option<Box<Object>>, Diagnostics),
    /// It did not happen, or not wholly.
    Failed(Box<CallFailure>),
}

/// A step that failed.
#[derive(Clone, Debug)]
pub struct CallFailure {
    /// What is there now, if something new is; recorded as tainted after a create, unless it is whole.
    pub partial: Option<Object>,
    /// What is there is whole, and an update can bring it to what was planned.
    pub is_whole: bool,
    /// Whether the step may be repeated.
    pub retry: Retry,
    /// How long to wait before a repetition, in milliseconds, if the provider says.
    pub wait_ms: Option<u64>,
    /// What went wrong.
    pub diagnostic: Diagnostic,
}
