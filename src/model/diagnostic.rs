//! Faults as data: what is wrong, where, why, and what to do.
//!
//! The one who finds a fault returns it beside its result and goes on; only the command line
//! renders. Values must be rendered through their masking `Display` before they enter a text.

use crate::{path::Path, source::Span, text::Text};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing may be changed while one of these stands.
    Error,
    /// Worth a look; does not stop anything.
    Warning,
}

/// Whether repeating what failed can do harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Retry {
    /// Nothing was changed, or repeating has the same effect.
    Safe,
    /// It may have happened: the outcome must be looked up first.
    AfterLookup,
    /// Repeating fails again or does harm.
    Never,
}

/// A place with a short word on what is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is *here*; may be empty.
    pub text: Text,
}

/// What a reference under the main place stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stated {
    /// The reference, such as `var.size`.
    pub traversal: Text,
    /// What it is, such as `is 5`; nothing of a secret.
    pub statement: Text,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Stable code, `infra::<stage>::<noun_problem>`, with a page in `docs/errors`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// One line without a full stop.
    pub summary: Text,
    /// Full sentences on what is wrong and why; may be empty.
    pub detail: Text,
    /// Places in the configuration, the main one first.
    pub labels: Vec<Label>,
    /// What to do, in the imperative; may be empty.
    pub help: Text,
    /// The address of the instance concerned, as text, if there is one.
    pub address: Option<Text>,
    /// The place inside the value of the instance, which the engine turns into a label.
    pub path: Option<Path>,
    /// For failed effects: whether a repetition is safe.
    pub retry: Option<Retry>,
    /// Findings that belong to this one.
    pub related: Vec<Self>,
    /// What the references stand for, each once, sorted; `None` where nobody has looked yet.
    pub values: Option<Vec<Stated>>,
    /// The function whose call it is about, as it is called.
    pub call: Option<Text>,
}

/// Two findings are the same whatever is said beside them of values, which become known by and by.
impl PartialEq for Diagnostic {
    fn eq(&self, other: &Self) -> bool {
        (self.code, self.severity, &self.summary, &self.detail, &self.labels)
            == (other.code, other.severity, &other.summary, &other.detail, &other.labels)
            && (&self.help, &self.address, &self.path, self.retry, &self.related)
                == (&other.help, &other.address, &other.path, other.retry, &other.related)
    }
}

impl Eq for Diagnostic {}

/// What stands beside nearly every result.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// Returns an error with a code and a summary.
    pub fn error(code: &'static str, summary: impl Into<Text>) -> Self {
        Self::new(Severity::Error, code, summary.into())
    }

    /// Returns a warning with a code and a summary.
    pub fn warning(code: &'static str, summary: impl Into<Text>) -> Self {
        Self::new(Severity::Warning, code, summary.into())
    }

    fn new(severity: Severity, code: &'static str, summary: Text) -> Self {
        Self {
            code,
            severity,
            summary,
            detail: Text::from(""),
            labels: Vec::new(),
            help: Text::from(""),
            address: None,
            path: None,
            retry: None,
            related: Vec::new(),
            values: None,
            call: None,
        }
    }

    /// Adds the sentences that explain it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Text>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds a place; the first one added is the main one.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<Text>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Text>) -> Self {
        self.help = help.into();
        self
    }

    /// Names the instance concerned.
    #[must_use]
    pub fn at_address(mut self, address: impl Into<Text>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Names the place inside the instance's value.
    #[must_use]
    pub fn at_path(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// Says whether a repetition is safe.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Says what references stand for.
    #[must_use]
    pub fn stating(mut self, values: Vec<Stated>) -> Self {
        self.values = Some(values);
        self
    }

    /// Names the function whose call it is about.
    #[must_use]
    pub fn in_call(mut self, function: impl Into<Text>) -> Self {
        self.call = Some(function.into());
        self
    }

    /// Attaches a finding that belongs to this one.
    #[must_use]
    pub fn related(mut self, other: Self) -> Self {
        self.related.push(other);
        self
    }

    /// Returns whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Returns whether one of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

/// Sorts by place and code and drops exact repetitions, so that output does not depend on order.
pub fn sort(diagnostics: &mut Diagnostics) {
    diagnostics.sort_by(|a, b| {
        let key = |d: &Diagnostic| d.labels.first().map(|l| l.span);
        (a.severity, key(a), a.code, &a.summary, &a.address).cmp(&(
            b.severity,
            key(b),
            b.code,
            &b.summary,
            &b.address,
        ))
    });
    diagnostics.dedup();
}
