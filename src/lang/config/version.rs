//! Version constraints: of `required_version`, and as they are written for providers.

use super::read::Reader;
use infra_model::{diagnostic::Diagnostic, source::Span};

/// The version of Terraform whose language this is.
pub(super) const COMPATIBLE: &str = "1.11.4";

impl Reader<'_> {
    /// Reports a text that is no version constraint.
    pub(super) fn constraint(&mut self, text: &str, span: Span) {
        if accepts(text).is_none() {
            self.report(invalid(span));
        }
    }
}

/// Reports what is no version constraint.
pub(super) fn invalid(span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::version_invalid", "Invalid version constraint")
        .detail("A constraint is a list of `=`, `!=`, `>`, `>=`, `<`, `<=` or `~>` with a version, separated by commas.")
        .label(span, "not a constraint")
        .help("write it like `>= 1.5` or `~> 1.5, != 1.5.3`")
}

/// Returns whether the compatible version satisfies a constraint; `None` if it is none.
pub(super) fn accepts(constraint: &str) -> Option<bool> {
    let version = parse(COMPATIBLE)?;
    constraint.split(',').try_fold(true, |all, part| Some(satisfies(&version, part.trim())? && all))
}

/// The numbers of a version and its pre-release part.
struct Version<'a> {
    numbers: Vec<u64>,
    prerelease: Option<&'a str>,
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.split('+').next()?;
    let (numbers, prerelease) = match text.split_once('-') {
        Some((numbers, prerelease)) => (numbers, Some(prerelease)),
        None => (text, None),
    };
    let numbers = numbers.trim_start_matches('v').split('.').map(|n| n.parse().ok());
    Some(Version { numbers: numbers.collect::<Option<Vec<u64>>>()?, prerelease })
}

fn satisfies(version: &Version<'_>, part: &str) -> Option<bool> {
    let split = part.find(|c: char| c.is_ascii_digit() || c == 'v').unwrap_or(part.len());
    let (operator, wanted) = (part[..split].trim(), parse(part[split..].trim())?);
    let order = padded(version).cmp(&padded(&wanted));
    let same_release = version.prerelease == wanted.prerelease;
    Some(match operator {
        "" | "=" => order.is_eq() && same_release,
        "!=" => order.is_ne() || !same_release,
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        "~>" => order.is_ge() && same_but_last(version, &wanted),
        _ => return None,
    })
}

fn padded(version: &Version<'_>) -> [u64; 3] {
    std::array::from_fn(|i| version.numbers.get(i).copied().unwrap_or(0))
}

fn same_but_last(version: &Version<'_>, wanted: &Version<'_>) -> bool {
    let fixed = wanted.numbers.len().saturating_sub(1).max(1);
    padded(version)[..fixed.min(3)] == padded(wanted)[..fixed.min(3)]
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn constraints_are_judged_as_terraform_does() {
        for good in [">= 1.0", "~> 1.5", "~> 1.11.0", ">= 1.3, < 2.0.0", "1.11.4", "!= 1.10"] {
            assert_eq!(accepts(good), Some(true), "{good}");
        }
        for bad in ["< 1.0", "~> 1.10.0", "~> 2.0", "= 1.11.3", ">= 1.12"] {
            assert_eq!(accepts(bad), Some(false), "{bad}");
        }
        for wrong in ["x", ">> 1", ">= a.b"] {
            assert_eq!(accepts(wrong), None, "{wrong}");
        }
    }
}
