//! What the machine asks the outside to do, and what the outside answers.

use crate::report::Report;
use infra_model::{
    address::{Address, KindName, ProviderAddress},
    ask::{Answer, Ask, AskId, Call, CallOutcome},
    diagnostic::Diagnostic,
    journal::{Record, Time},
    program::Provision,
};
use infra_plan::plan::StepId;

/// Numbers the calls of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u32);

/// What a sleep is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// A step is to be repeated.
    Step(StepId),
    /// What was opened as the so-manieth is to be renewed.
    Lease(u32),
}

/// Something the machine wants done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask a provider; answered by [`Event::Answered`].
    Ask(AskId, Ask),
    /// Call a provider; answered by [`Event::Called`] or [`Event::CallLost`].
    Call {
        /// The number to answer with.
        id: CallId,
        /// The provider instance.
        provider: ProviderAddress,
        /// The kind of all steps in it.
        kind: KindName,
        /// The steps, at most the kind's `batch_max`.
        calls: Vec<Call>,
    },
    /// Run a provisioner; answered by [`Event::Provisioned`].
    Provision(StepId, Address, Box<Provision>),
    /// Make records durable; answered by [`Event::Appended`] or [`Event::StoreFailed`]. There is
    /// never more than one in flight.
    Append(Vec<Record>),
    /// Say [`Event::Timer`] at that time.
    Sleep(Alarm, Time),
    /// Tell whoever watches.
    Report(Report),
    /// All is done; nothing will follow.
    Finished,
}

/// Something that happened outside.
#[derive(Clone, Debug)]
pub enum Event {
    /// An ask was answered.
    Answered(AskId, Answer),
    /// A call ended, one outcome per step in the order of the call.
    Called(CallId, Vec<CallOutcome>),
    /// A call was cut off inside the provider; what became of its steps is not known.
    CallLost(CallId, Box<Diagnostic>),
    /// A provisioner ended.
    Provisioned(StepId, Result<(), Box<Diagnostic>>),
    /// The records are durable.
    Appended,
    /// The records could not be made durable; none of them counts.
    StoreFailed(Box<Diagnostic>),
    /// The time of a sleep has come.
    Timer(Alarm),
    /// Stop: finish and record what is in flight, start nothing new.
    Stop,
    /// Stop waiting as well: record what is known and end.
    Abort,
}
