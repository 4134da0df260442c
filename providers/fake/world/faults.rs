//! Faults as data: which requests go wrong, and how.

use crate::protocol::{Request, Step, Verb};
use serde::{Deserialize, Serialize};

/// What goes wrong; the first rule that fits a request is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Which requests.
    pub at: At,
    /// How they go wrong.
    pub fault: Fault,
    /// How many of them still do.
    pub times: u32,
}

/// Which requests a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    /// All.
    Any,
    /// The one of this number, from 0.
    Request(u64),
    /// Those of a sort.
    Sort(Sort),
    /// Steps on the object of this token.
    Token(String, Verb),
    /// Steps on the object of this address.
    Address(String, Verb),
    /// Steps on objects of this kind.
    Kind(String, Verb),
}

/// The sorts of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sort {
    /// The greeting of a new connection.
    Hello,
    /// Reads of objects.
    Read,
    /// Lookups of creates.
    Find,
    /// Questions for natural keys.
    Exists,
    /// Reads of data sources.
    Data,
    /// Opening of ephemeral resources.
    Open,
    /// Renewal of ephemeral resources.
    Renew,
    /// Closing of ephemeral resources.
    Close,
    /// Imports.
    Import,
    /// Facts.
    Facts,
    /// Creates.
    Create,
    /// Updates.
    Update,
    /// Deletes.
    Delete,
}

/// How a request goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It fails and nothing happened.
    Before,
    /// It happens and the reply is lost.
    After,
    /// No reply comes, whether it happened or not.
    Timeout {
        /// Whether it happened.
        happened: bool,
    },
    /// It is delivered twice, and the second reply is the one that comes.
    Duplicate,
    /// What is read is what was before the last change; a lookup can't tell.
    Stale,
    /// It is refused for a while.
    RateLimit {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// Nothing can be reached.
    NotAskable,
    /// A create makes the object and then fails.
    Partial,
}

impl Faults {
    /// Adds a rule that works once.
    #[must_use]
    pub fn once(mut self, at: At, fault: Fault) -> Self {
        self.rules.push(Rule { at, fault, times: 1 });
        self
    }

    /// Adds a rule that works until it is removed.
    #[must_use]
    pub fn always(mut self, at: At, fault: Fault) -> Self {
        self.rules.push(Rule { at, fault, times: u32::MAX });
        self
    }

    /// Ends all faults.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// Returns the fault of an ask and uses its rule up.
    pub(super) fn of_ask(&mut self, number: u64, sort: Sort) -> Option<Fault> {
        self.take(|at| match at {
            At::Any => true,
            At::Request(wanted) => *wanted == number,
            At::Sort(wanted) => *wanted == sort,
            At::Token(..) | At::Address(..) | At::Kind(..) => false,
        })
    }

    /// Returns the fault of a step and uses its rule up.
    pub(super) fn of_step(&mut self, number: u64, kind: &str, step: &Step) -> Option<Fault> {
        let sort = Sort::of_verb(step.verb);
        self.take(|at| match at {
            At::Any => true,
            At::Request(wanted) => *wanted == number,
            At::Sort(wanted) => *wanted == sort,
            At::Token(token, verb) => *token == step.token && *verb == step.verb,
            At::Address(address, verb) => *address == step.address && *verb == step.verb,
            At::Kind(wanted, verb) => wanted == kind && *verb == step.verb,
        })
    }

    fn take(&mut self, fits: impl Fn(&At) -> bool) -> Option<Fault> {
        let rule = self.rules.iter_mut().find(|rule| rule.times > 0 && fits(&rule.at))?;
        // A numbered request may hold many steps, and all of them go wrong.
        if rule.times != u32::MAX && !matches!(rule.at, At::Request(_)) {
            rule.times -= 1;
        }
        Some(rule.fault)
    }
}

impl Sort {
    /// Returns the sort of a step.
    pub fn of_verb(verb: Verb) -> Self {
        match verb {
            Verb::Create => Self::Create,
            Verb::Update => Self::Update,
            Verb::Delete => Self::Delete,
        }
    }

    /// Returns the sort of an ask; steps of a call have one each, and the first speaks for them.
    pub fn of_request(request: &Request) -> Self {
        match request {
            Request::Hello | Request::List | Request::Arrange(..) => Self::Hello,
            Request::Read { .. } => Self::Read,
            Request::Find(_) => Self::Find,
            Request::Exists(_) => Self::Exists,
            Request::Data { .. } => Self::Data,
            Request::Open { .. } => Self::Open,
            Request::Renew { .. } => Self::Renew,
            Request::Close { .. } => Self::Close,
            Request::Import { .. } => Self::Import,
            Request::Facts(_) => Self::Facts,
            Request::Steps { steps, .. } => {
                steps.first().map_or(Self::Create, |step| Self::of_verb(step.verb))
            }
        }
    }
}
