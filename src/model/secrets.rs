//! Keeps secrets out of messages: who is asked may repeat what it was sent, and programs may log it.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    text::Text,
    value::{Data, Marks, Value},
};

/// Shorter texts are too common to be told from ordinary words.
const LENGTH_MIN: usize = 4;

/// The secret texts of the values of one call.
///
/// It derives no `Debug`, since it holds them in the clear.
#[derive(Clone, Default)]
pub struct Secrets(Vec<Text>);

/// Returns diagnostics in which nothing is told that is secret in the values they are about.
pub fn scrubbed<'a>(
    diagnostics: Diagnostics,
    values: impl IntoIterator<Item = &'a Value>,
) -> Diagnostics {
    if diagnostics.is_empty() {
        return diagnostics;
    }
    let secrets = Secrets::of(values);
    diagnostics.into_iter().map(|found| secrets.scrub_diagnostic(found)).collect()
}

impl Secrets {
    /// Collects what is marked as sensitive in values.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut found = Self::default();
        for value in values {
            found.collect(value, false);
        }
        // Longer ones first, so that a part never uncovers the rest.
        found.0.sort_by_key(|text| std::cmp::Reverse(text.len()));
        found.0.dedup();
        found
    }

    /// Adds a text that is known to be secret.
    pub fn add(&mut self, text: &str) {
        if text.len() >= LENGTH_MIN {
            self.0.push(Text::from(text));
        }
    }

    /// Returns a text with every secret masked.
    pub fn scrub(&self, text: &str) -> Text {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(&**secret) {
                text = text.replace(&**secret, "(sensitive value)");
            }
        }
        Text::from(text)
    }

    /// Returns a diagnostic with every secret masked.
    pub fn scrub_diagnostic(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        if self.0.is_empty() {
            return diagnostic;
        }
        diagnostic.summary = self.scrub(&diagnostic.summary);
        diagnostic.detail = self.scrub(&diagnostic.detail);
        diagnostic.help = self.scrub(&diagnostic.help);
        diagnostic.related =
            diagnostic.related.into_iter().map(|inner| self.scrub_diagnostic(inner)).collect();
        diagnostic
    }

    fn collect(&mut self, value: &Value, secret: bool) {
        let secret = secret || value.marks().contains(Marks::SENSITIVE);
        if !secret && !value.has_sensitive() {
            return;
        }
        if let Data::String(text) = value.data()
            && secret
        {
            self.add(text);
            if let Some((_, after)) = text.split_once('=') {
                self.add(after);
            }
            for line in text.lines().filter(|line| line.len() < text.len()) {
                self.add(line.trim());
            }
        }
        for inner in value.items().unwrap_or_default() {
            self.collect(inner, secret);
        }
        for (_, inner) in value.entries().unwrap_or_default() {
            self.collect(inner, secret);
        }
    }
}
