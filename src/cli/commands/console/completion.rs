//! Completion in the console: names of the configuration, functions, and attributes of values.

use super::session::Session;
use infra_lang::functions;
use infra_model::types::Type;
use rustyline::{
    Context, Helper, Result, completion::Completer, highlight::Highlighter, hint::Hinter,
    validate::Validator,
};
use std::cell::RefCell;

/// Names that every module sees.
const ALWAYS: [&str; 4] = ["path.cwd", "path.module", "path.root", "terraform.workspace"];

/// Completes words in a session.
pub(super) struct Completion<'s, 'c> {
    pub(super) session: &'s RefCell<Session<'c>>,
}

impl Completer for Completion<'_, '_> {
    type Candidate = String;

    fn complete(&self, line: &str, end: usize, _: &Context<'_>) -> Result<(usize, Vec<String>)> {
        let start = word_start(&line[..end]);
        Ok((start, self.candidates(&line[start..end])))
    }
}

// What an editor may do besides, and this one does not.
impl Hinter for Completion<'_, '_> {
    type Hint = String;
}
impl Highlighter for Completion<'_, '_> {}
impl Validator for Completion<'_, '_> {}
impl Helper for Completion<'_, '_> {}

impl Completion<'_, '_> {
    /// Returns what a word may become, sorted.
    fn candidates(&self, word: &str) -> Vec<String> {
        let mut found: Vec<String> = self.session.borrow().names();
        found.extend(ALWAYS.map(str::to_owned));
        if let Some((whole, _)) = word.rsplit_once('.') {
            found.extend(self.attributes(whole));
        } else {
            let names = functions::all().map(|function| function.name);
            let all = names.chain(functions::SPECIAL_FORMS);
            found.extend(all.map(|name| format!("{name}(")));
        }
        found.retain(|candidate| candidate.starts_with(word));
        found.sort();
        found.dedup();
        found
    }

    /// Returns the attributes of the value of an expression, written behind it.
    fn attributes(&self, whole: &str) -> Vec<String> {
        let evaluated = self.session.borrow_mut().evaluate(whole);
        if evaluated.has_failed() {
            return Vec::new();
        }
        let value = evaluated.value;
        let written = |name: &str| format!("{whole}.{name}");
        if let Some(entries) = value.entries() {
            return entries.iter().map(|(name, _)| written(name)).collect();
        }
        let Type::Object(object) = value.ty() else { return Vec::new() };
        object.attributes.keys().map(|name| written(name)).collect()
    }
}

/// Returns where the reference or function name that ends a text begins.
fn word_start(text: &str) -> usize {
    let mut start = text.len();
    let mut brackets = 0_usize;
    for (index, c) in text.char_indices().rev() {
        match c {
            ']' => brackets += 1,
            '[' if brackets > 0 => brackets -= 1,
            _ if brackets > 0 => {}
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':') => {}
            _ => break,
        }
        start = index;
    }
    if brackets > 0 { text.len() } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_reference_with_its_indexes() {
        let words = [
            ("var.si", "var.si"),
            ("upper(var.na", "var.na"),
            ("a + local.x[0].b", "local.x[0].b"),
            ("[for k in module.m[\"a b\"].o", "module.m[\"a b\"].o"),
            ("core::up", "core::up"),
            ("x]", ""),
            ("", ""),
            ("1 + ", ""),
        ];
        for (line, word) in words {
            assert_eq!(&line[word_start(line)..], word, "{line}");
        }
    }
}
