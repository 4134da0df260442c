//! Versions and version constraints: of `required_version`, of providers, and of modules.

use super::{module_source::Wrong, read::Reader};
use infra_model::{diagnostic::Diagnostic, source::Span};
use std::{cmp::Ordering, fmt};

/// The version of Terraform whose language this is.
pub(super) const COMPATIBLE: &str = "1.11.4";

/// A version: numbers, and perhaps what comes before the release; the part behind `+` is shown and
/// not compared.
#[derive(Clone, Debug)]
pub struct Version {
    numbers: Vec<u64>,
    prerelease: String,
    metadata: String,
}

/// Constraints that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints {
    all: Vec<Constraint>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Constraint {
    operator: Operator,
    version: Version,
    /// As written.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    /// All numbers but the last stay; the last may grow.
    Pessimistic,
}

/// Operators as they are written; of two with the same beginning the longer comes first.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("~>", Operator::Pessimistic),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
];

/// Numbers that a version has at least; what is not written is 0.
const NUMBERS_MIN: usize = 3;

impl Version {
    /// Returns the version that a text is, such as `1.2.3`, `v1.2` or `2.0.0-rc1`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, metadata) = text.split_once('+').unwrap_or((text, ""));
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let prerelease = match rest.strip_prefix('-') {
            Some("") => "-",
            Some(prerelease) => prerelease,
            None => rest,
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-~.".contains(c);
        if !prerelease.chars().chain(metadata.chars()).all(is_plain) {
            return None;
        }
        let whole = |n: &str| n.parse::<u64>().ok().filter(|n| i64::try_from(*n).is_ok());
        let mut numbers = numbers.split('.').map(whole).collect::<Option<Vec<u64>>>()?;
        numbers.resize(numbers.len().max(NUMBERS_MIN), 0);
        Some(Self { numbers, prerelease: prerelease.to_owned(), metadata: metadata.to_owned() })
    }

    /// Returns whether it comes before a release.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    fn length(&self) -> usize {
        self.numbers.len()
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.length().max(other.length());
        let number = |version: &Self, i: usize| version.numbers.get(i).copied().unwrap_or(0);
        let numbers = (0..length).map(|i| number(self, i).cmp(&number(other, i)));
        numbers
            .fold(Ordering::Equal, Ordering::then)
            .then_with(|| prerelease_order(&self.prerelease, &other.prerelease))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))?;
        for (sign, part) in [('-', &self.prerelease), ('+', &self.metadata)] {
            if !part.is_empty() {
                write!(f, "{sign}{part}")?;
            }
        }
        Ok(())
    }
}

/// Compares what comes before releases: a release is the newest, then part by part, numbers as
/// numbers and below words.
fn prerelease_order(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut ours, mut theirs) = (a.split('.'), b.split('.'));
    loop {
        let order = match (ours.next(), theirs.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match (x.parse::<u64>(), y.parse::<u64>()) {
                (Ok(x), Ok(y)) => x.cmp(&y),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => x.cmp(y),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

impl Constraints {
    /// Returns the constraints that a text is, such as `>= 1.2, < 2.0`.
    pub fn parse(text: &str) -> Option<Self> {
        let all = text.split(',').map(Constraint::parse).collect::<Option<Vec<_>>>()?;
        Some(Self { all })
    }

    /// Returns whether a version satisfies all. A version before a release has to be named exactly.
    pub fn accept(&self, version: &Version) -> bool {
        let is_named = || {
            let mut equal = self.all.iter().filter(|c| c.operator == Operator::Equal);
            equal.any(|c| c.version == *version)
        };
        (!version.is_prerelease() || is_named()) && self.all.iter().all(|c| c.accepts(version))
    }

    /// Returns the first constraint that names a version before a release, as written.
    fn prerelease(&self) -> Option<&str> {
        let found = self.all.iter().find(|constraint| constraint.version.is_prerelease());
        found.map(|constraint| constraint.text.as_str())
    }
}

impl Constraint {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let found = OPERATORS.iter().find_map(|(sign, o)| Some((*o, text.strip_prefix(sign)?)));
        let (operator, version) = found.unwrap_or((Operator::Equal, text));
        let version = Version::parse(version.trim())?;
        Some(Self { operator, version, text: text.to_owned() })
    }

    fn accepts(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Pessimistic => order.is_ge() && self.keeps(version),
        }
    }

    /// Returns whether a version has the same numbers but for the last that is written.
    fn keeps(&self, version: &Version) -> bool {
        let sign = |c: char| !c.is_ascii_digit();
        let written = self.text.trim_start_matches(sign);
        let end = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
        let fixed = written[..end].split('.').count() - 1;
        self.version.length() <= version.length()
            && version.numbers[..fixed] == self.version.numbers[..fixed]
    }
}

impl Reader<'_> {
    /// Returns the constraints that a text is, and reports one that is none.
    pub(super) fn constraint(&mut self, text: &str, span: Span) -> Option<Constraints> {
        let found = Constraints::parse(text);
        if found.is_none() {
            self.report(invalid(span));
        }
        found
    }

    /// Reports a `required_version` that the compatible version does not satisfy.
    pub(super) fn required_version(&mut self, text: &str, span: Span) {
        let Some(constraints) = self.constraint(text, span) else { return };
        if let Some(prerelease) = constraints.prerelease() {
            let summary = "Invalid required_version constraint";
            self.report(
                Diagnostic::error("infra::config::version_invalid", summary)
                    .detail(format!(
                        "Prerelease version constraints are not supported: {prerelease}. Remove the prerelease information from the constraint. Prerelease versions of terraform will match constraints using their version core only."
                    ))
                    .label(span, "names a version before a release")
                    .help("leave out what follows the numbers"),
            );
        } else if !Version::parse(COMPATIBLE).is_some_and(|version| constraints.accept(&version)) {
            self.report(unsupported(span));
        }
    }
}

fn unsupported(span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::version_unsupported", "Unsupported Terraform Core version")
        .detail(format!(
            "This configuration does not support Terraform version {COMPATIBLE}, whose language this tool speaks. To proceed, update this version constraint. Version constraints are normally set for good reason, so updating the constraint may lead to other errors or unexpected behavior."
        ))
        .label(span, "not satisfied")
        .help(format!("widen the constraint until it accepts {COMPATIBLE}"))
}

/// Reports what is no version constraint.
pub(super) fn invalid(span: Span) -> Diagnostic {
    let wrong = Wrong {
        code: "infra::config::version_invalid",
        summary: "Invalid version constraint",
        detail: "This string does not use correct version constraint syntax.".to_owned(),
        help: "write it like `>= 1.5` or `~> 1.5, != 1.5.3`",
    };
    wrong.at(span, "not a constraint")
}

#[cfg(test)]
mod tests;
