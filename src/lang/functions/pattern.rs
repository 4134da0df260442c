//! RE2 patterns for the `regex` crate: the same checks and messages, the same meaning.
//!
//! The crate understands more (nested classes, `\d` beyond ASCII) and less (`\Q…\E`, octal escapes)
//! than RE2, so a pattern is read here and written anew. Groups are numbered; their names are kept
//! apart, because RE2 as used by the language lets a name appear twice.

mod class;
mod read;

use regex::{Captures, Regex, RegexBuilder};

/// The bytes that a compiled pattern may take.
const COMPILED_BYTES_MAX: usize = 1 << 24;

/// A compiled pattern.
pub(super) struct Pattern {
    /// The matcher; its groups have no names.
    pub(super) regex: Regex,
    /// The names of the groups from the first one on.
    names: Vec<Option<String>>,
}

/// What is wrong with a pattern, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PatternError {
    /// The problem in the words of RE2.
    pub(super) problem: &'static str,
    /// The part of the pattern that has it.
    pub(super) part: String,
}

/// The capture groups of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Groups<'a> {
    /// It has none.
    None,
    /// So many without names.
    Numbered(usize),
    /// All have names.
    Named(Vec<&'a str>),
}

impl Pattern {
    /// Compiles a pattern.
    pub(super) fn new(pattern: &str) -> Result<Self, PatternError> {
        let read = read::read(pattern)?;
        let compiled = RegexBuilder::new(&read.out).size_limit(COMPILED_BYTES_MAX).build();
        let too_large =
            |_| PatternError { problem: "expression too large", part: pattern.to_owned() };
        Ok(Self { regex: compiled.map_err(too_large)?, names: read.names })
    }

    /// Returns its groups; `None` if some have names and some have none.
    pub(super) fn groups(&self) -> Option<Groups<'_>> {
        let named: Vec<&str> = self.names.iter().flatten().map(String::as_str).collect();
        if self.names.is_empty() {
            Some(Groups::None)
        } else if named.is_empty() {
            Some(Groups::Numbered(self.names.len()))
        } else {
            (named.len() == self.names.len()).then_some(Groups::Named(named))
        }
    }

    /// Returns the group that a name or number in a replacement means; of several that took part.
    pub(super) fn group_index(&self, name: &str, found: &Captures<'_>) -> Option<usize> {
        if name.bytes().all(|b| b.is_ascii_digit()) {
            return name.parse().ok();
        }
        let mut named = self.names.iter().enumerate().filter(|(_, n)| n.as_deref() == Some(name));
        named.find(|(index, _)| found.get(index + 1).is_some()).map(|(index, _)| index + 1)
    }
}
