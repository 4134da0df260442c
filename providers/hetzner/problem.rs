//! What can go wrong with a request, and what is told of it: what happened, whether something was
//! changed, and what to do.

mod issuance;
mod refusal;

pub(crate) use refusal::{Refusal, is_stock_out};

use infra_model::diagnostic::Diagnostic;
use infra_sdk::{
    failure::{Broken, Failure},
    http::Lost,
};

/// The result of a request.
pub(crate) type Outcome<T> = Result<T, Problem>;

/// A request that did not do what was wanted.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// The API said no.
    Refused(Box<Refusal>),
    /// The API could not be reached; nothing was changed.
    Unreachable {
        /// Why, for people.
        detail: String,
    },
    /// There was no answer, and nobody knows whether the request arrived.
    Unanswered {
        /// Method and address.
        request: String,
        /// Why, for people.
        detail: String,
    },
    /// The answer makes no sense.
    Unreadable {
        /// Method and address.
        request: String,
        /// What is wrong with it; never its content.
        detail: String,
    },
    /// An action that was set off failed.
    Action {
        /// What was to be done, such as `create_server`.
        command: String,
        /// The code of the API.
        code: String,
        /// The words of the API.
        message: String,
    },
    /// Nobody can tell how an action ended.
    ActionLost {
        /// What was to be done.
        command: String,
        /// Why it can't be told.
        detail: String,
    },
    /// An action was set off, and could not be asked about any more.
    Unwatched {
        /// What is being done.
        command: String,
        /// Why it can't be asked about.
        cause: Box<Self>,
    },
    /// The run was stopped, or its time was over.
    Stopped,
    /// Something that a type of this provider has to say itself.
    Told(Box<Failure>),
}

impl Problem {
    pub(crate) fn of_lost(request: &str, lost: Lost) -> Self {
        match lost {
            Lost::Unsent(detail) => Self::Unreachable { detail },
            Lost::Unknown(detail) => Self::Unanswered { request: request.to_owned(), detail },
            Lost::Stopped => Self::Stopped,
        }
    }

    /// Returns whether the API had begun: the request was taken, and what it set off failed.
    pub(crate) fn is_begun(&self) -> bool {
        matches!(self, Self::Action { .. } | Self::ActionLost { .. } | Self::Unwatched { .. })
    }

    /// Returns the code of a refusal or of a failed action.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(&refusal.code),
            Self::Action { code, .. } => Some(code),
            Self::Unreachable { .. }
            | Self::Unanswered { .. }
            | Self::Unreadable { .. }
            | Self::ActionLost { .. }
            | Self::Unwatched { .. }
            | Self::Stopped
            | Self::Told(_) => None,
        }
    }
}

impl From<Diagnostic> for Problem {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Told(Box::new(diagnostic.into()))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Refused(refusal) => refusal.into_failure(),
            Problem::Unreachable { detail } => unreachable(&detail),
            Problem::Unanswered { request, detail } => unanswered(&request, &detail),
            Problem::Unreadable { request, detail } => unreadable(&request, &detail),
            Problem::Action { command, code, message } => action_failed(&command, &code, &message),
            Problem::ActionLost { command, detail } => action_lost(&command, &detail),
            Problem::Unwatched { command, cause } => unwatched(&command, (*cause).into()),
            Problem::Stopped => stopped(),
            Problem::Told(failure) => *failure,
        }
    }
}

impl<M> From<Problem> for Broken<M> {
    fn from(problem: Problem) -> Self {
        Failure::from(problem).into()
    }
}

fn unreachable(detail: &str) -> Failure {
    let found =
        Diagnostic::error("infra::hetzner::unreachable", "Hetzner's API could not be reached")
            .detail(format!("{detail} Nothing was changed by this request."))
            .help("check the network, the proxy and `endpoint`, and run it again");
    Failure::new(found).unreachable()
}

fn unanswered(request: &str, detail: &str) -> Failure {
    let found =
        Diagnostic::error("infra::hetzner::answer_lost", "A request to Hetzner was not answered")
            .detail(format!("`{request}`: {detail} Nobody knows whether it was carried out."))
            .help("run it again: what happened is looked up first, and nothing is made twice");
    Failure::new(found).after_lookup()
}

/// Hetzner goes on with what it was asked for, whatever keeps this program from seeing it.
fn unwatched(command: &str, cause: Failure) -> Failure {
    let mut found = cause.diagnostic;
    found.detail = format!(
        "{} `{command}` had been set off before, and Hetzner goes on with it: how it ends is looked up \
         by the next run.",
        found.detail
    )
    .into();
    Failure::new(found).after_lookup()
}

fn unreadable(request: &str, detail: &str) -> Failure {
    let found = Diagnostic::error(
        "infra::hetzner::answer_unreadable",
        "An answer of Hetzner can't be read",
    )
    .detail(format!("`{request}`: {detail}"))
    .help("run it again; if it stays, a proxy in between may change answers");
    Failure::new(found).after_lookup()
}

fn action_failed(command: &str, code: &str, message: &str) -> Failure {
    if is_stock_out(code) {
        return refusal::stock_out(message);
    }
    if let Some(failure) = issuance::failure(code, message) {
        return failure;
    }
    let found = Diagnostic::error(
        "infra::hetzner::action_failed",
        format!("`{command}` failed at Hetzner"),
    )
    .detail(format!("{} ({code}).", message.trim_end_matches('.')))
    .help("correct what is told and apply again; what is there now is recorded");
    Failure::new(found)
}

fn action_lost(command: &str, detail: &str) -> Failure {
    let found = Diagnostic::error(
        "infra::hetzner::action_lost",
        format!("Nobody can tell how `{command}` ended"),
    )
    .detail(detail.to_owned())
    .help("run it again: what is there is read first");
    Failure::new(found).after_lookup()
}

fn stopped() -> Failure {
    let found =
        Diagnostic::error("infra::hetzner::stopped", "The run ended before this request was sent")
            .detail("Nothing was changed by it.")
            .help("apply again");
    Failure::new(found).safe()
}
