//! Strings of several lines, compared by line.

use super::{Printer, Symbol, print::pad, sequence};

/// Returns the lines of a text, white space at its ends left out as Terraform does.
pub(super) fn whole(text: &str, column: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in split(text) {
        pad(&mut out, column);
        out.push_str(line);
        out.push('\n');
    }
    out
}

impl Printer {
    /// Returns the lines of two texts, each with what happens to it.
    pub(super) fn lines(self, (before, after): (&str, &str), column: usize) -> String {
        let (old, new) = (split(before), split(after));
        let mut out = String::new();
        let mut push = |symbol: Symbol, line: &str| {
            self.lead(&mut out, symbol, column);
            out.push_str(line);
            out.push('\n');
        };
        for (before, after) in sequence::matched(&old, &new, &|_, _| false) {
            let before = before.and_then(|index| old.get(index));
            let after = after.and_then(|index| new.get(index));
            if before == after {
                push(Symbol::Keep, before.unwrap_or(&""));
                continue;
            }
            if let Some(line) = before {
                push(Symbol::Remove, line);
            }
            if let Some(line) = after {
                push(Symbol::Add, line);
            }
        }
        if old == new {
            out.push_str(&self.remark_line("only white space at its ends changes", column));
        }
        out
    }
}

fn split(text: &str) -> Vec<&str> {
    // A text of one line is shown as it is.
    let trimmed = text.trim();
    if text.contains('\n') { trimmed.split('\n').collect() } else { vec![text] }
}
