//! Failures of the engine, told to the person who must act.
//!
//! The sort of a failure decides three things: whether the provider could be asked at all, whether
//! a repetition is safe, and what the person should do.

use bollard::errors::Error;
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    path::Path,
};
use infra_sdk::failure::Broken;
use std::error::Error as _;

/// What went wrong with one request.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// For people.
    pub(crate) diagnostic: Box<Diagnostic>,
    /// Whether the engine could not be reached.
    pub(crate) unreachable: bool,
    /// Whether a repetition is safe.
    pub(crate) retry: Retry,
}

/// The result of something that talks to the engine.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// Returns a failure that a repetition will not mend.
    pub(crate) fn refused(diagnostic: Diagnostic) -> Self {
        Self { diagnostic: Box::new(diagnostic), unreachable: false, retry: Retry::Never }
    }

    /// Returns the failure of a request; `doing` completes "while …".
    pub(crate) fn of(error: &Error, doing: &str) -> Self {
        if let Some(text) = transport(error) {
            return Self::lost(error, doing, &text);
        }
        let (status, message) = reply(error);
        let diagnostic = classified(status, &message, doing);
        let retry = if status > 500 { Retry::AfterLookup } else { Retry::Never };
        Self { diagnostic: Box::new(diagnostic.retry(retry)), unreachable: false, retry }
    }

    /// A connection that was never made has changed nothing; a lost answer may have.
    fn lost(error: &Error, doing: &str, text: &str) -> Self {
        let retry = if is_unsent(error) { Retry::Safe } else { Retry::AfterLookup };
        let diagnostic = Diagnostic::error(
            "infra::docker::engine_unreachable",
            format!("the Docker Engine cannot be reached while {doing}"),
        )
        .detail(text)
        .help("check that the engine runs and that `host` of the provider points to it")
        .retry(retry);
        Self { diagnostic: Box::new(diagnostic), unreachable: true, retry }
    }

    /// Returns the failure of an engine that can't be reached, so that nothing was changed.
    pub(crate) fn unreached(diagnostic: Diagnostic) -> Self {
        let diagnostic = Box::new(diagnostic.retry(Retry::Safe));
        Self { diagnostic, unreachable: true, retry: Retry::Safe }
    }

    /// Returns it as that of something that may have happened all the same.
    pub(crate) fn after_lookup(self) -> Self {
        let retry = Retry::AfterLookup;
        Self { retry, ..self.map(|diagnostic| diagnostic.retry(retry)) }
    }

    /// Returns it with another diagnostic.
    pub(crate) fn map(mut self, other: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.diagnostic = Box::new(other(*self.diagnostic));
        self
    }
}

impl From<Failure> for infra_sdk::failure::Failure {
    fn from(failure: Failure) -> Self {
        let Failure { diagnostic, unreachable, retry } = failure;
        Self { retry, is_unreachable: unreachable, ..Self::new(*diagnostic) }
    }
}

impl<M> From<Failure> for Broken<M> {
    fn from(failure: Failure) -> Self {
        infra_sdk::failure::Failure::from(failure).into()
    }
}

/// Returns whether the engine says that the thing does not exist.
pub(crate) fn is_missing(error: &Error) -> bool {
    matches!(error, Error::DockerResponseServerError { status_code: 404, .. })
}

/// Returns whether the engine says that the thing is in the way of another or in use.
pub(crate) fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::DockerResponseServerError { status_code: 409, .. })
}

/// Returns the failure of a data source whose `name` the engine does not know.
pub(crate) fn not_there(code: &'static str, summary: String) -> Failure {
    let help = "check the name; for one that this configuration makes, refer to its resource";
    Failure::refused(refusal(code, summary).help(help).at_path(Path::attribute("name")))
}

/// Returns a mistake in the configuration that is found before anything is sent, so that the
/// question whether to try again does not arise.
pub(crate) fn mistake(code: &'static str, summary: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, summary.into())
}

/// Returns a diagnostic of the provider.
pub(crate) fn refusal(code: &'static str, summary: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, summary.into()).retry(Retry::Never)
}

fn reply(error: &Error) -> (u16, String) {
    if let Error::DockerResponseServerError { status_code, message } = error {
        return (*status_code, message.trim().to_owned());
    }
    if let Error::DockerStreamError { error } = error {
        return (0, error.trim().to_owned());
    }
    (0, error.to_string())
}

fn classified(status: u16, message: &str, doing: &str) -> Diagnostic {
    let lower = message.to_lowercase();
    let says = |texts: &[&str]| texts.iter().any(|text| lower.contains(text));
    let (code, summary, help) = if says(&["port is already allocated", "address already in use"]) {
        (
            "infra::docker::port_taken",
            format!("a port is already taken while {doing}"),
            "choose another `external` port, or stop what listens there",
        )
    } else if says(&[
        "no basic auth credentials",
        "unauthorized",
        "authentication required",
        "denied: requested access",
        "pull access denied",
        "incorrect username or password",
    ]) {
        (
            "infra::docker::registry_auth_refused",
            format!("the registry refused the credentials while {doing}"),
            "give a `registry_auth` block for this registry, or log in with `docker login`",
        )
    } else if says(&["no such image", "manifest unknown", "manifest for", "not found: manifest"]) {
        (
            "infra::docker::image_not_found",
            format!("the image was not found while {doing}"),
            "check name and tag; add a `docker_image` so that it is pulled first",
        )
    } else if says(&["is already in use by container"]) {
        (
            "infra::docker::name_conflict",
            format!("the name is already taken while {doing}"),
            "rename one of them, or take the existing one in with an `import` block",
        )
    } else if status == 0 {
        (
            "infra::docker::engine_failed",
            format!("the Docker Engine failed while {doing}"),
            "look into the engine's log for what it says there",
        )
    } else {
        (
            "infra::docker::engine_refused",
            format!("the Docker Engine refused while {doing}"),
            "correct what the engine names; its log may say more",
        )
    };
    Diagnostic::error(code, summary).detail(message).help(help)
}

/// Returns what the transport says, if it failed and not the engine.
fn transport(error: &Error) -> Option<String> {
    let is_transport = matches!(
        error,
        Error::IOError { .. }
            | Error::HyperResponseError { .. }
            | Error::HyperLegacyError { .. }
            | Error::RequestTimeoutError
            | Error::SocketNotFoundError(_)
    );
    if !is_transport {
        return None;
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = inner.source();
    }
    Some(text)
}

fn is_unsent(error: &Error) -> bool {
    if let Error::HyperLegacyError { err } = error {
        return err.is_connect();
    }
    matches!(error, Error::SocketNotFoundError(_))
}
