//! Shared strings and text helpers used by every noun; not a home for formatting of values.

use std::sync::Arc;

/// An immutable string that is cheap to clone.
pub type Text = Arc<str>;

/// Returns the candidate nearest to `wanted` within edit distance 2, for "did you mean" hints.
///
/// ```
/// let known = ["memory", "name"];
/// assert_eq!(infra_model::text::nearest("memroy", known.iter().copied()), Some("memory"));
/// ```
pub fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .filter(|candidate| candidate.len().abs_diff(wanted.len()) <= 2)
        .map(|candidate| (edit_distance(wanted, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len().max(2))
        .min()
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance in characters.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}
