//! Expressions over several lines: a line that leaves a bracket open waits for the next one.
//!
//! A heredoc keeps nothing open: outside of brackets its first line stands alone, as in Terraform.

use infra_lang::syntax::token::{TokenKind, tokenize};

/// Lines that belong together.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    lines: String,
    depth: i64,
}

impl Brackets {
    /// Takes a line without its end; returns all lines since the last whole expression if no
    /// bracket is open any more.
    pub(super) fn take(&mut self, line: &str) -> Option<String> {
        if self.is_open() {
            self.lines.push('\n');
        }
        self.lines.push_str(line);
        self.depth += tokenize(line).iter().map(|token| weight(token.kind)).sum::<i64>();
        (self.depth <= 0).then(|| self.rest())
    }

    /// Returns the lines of an expression that has no end.
    pub(super) fn rest(&mut self) -> String {
        self.depth = 0;
        std::mem::take(&mut self.lines)
    }

    /// Returns whether a bracket is open.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens are no brackets")]
fn weight(kind: TokenKind) -> i64 {
    match kind {
        TokenKind::BraceOpen | TokenKind::BracketOpen | TokenKind::ParenOpen => 1,
        TokenKind::BraceClose | TokenKind::BracketClose | TokenKind::ParenClose => -1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(lines: &[&str]) -> Vec<String> {
        let mut brackets = Brackets::default();
        lines.iter().filter_map(|line| brackets.take(line)).collect()
    }

    #[test]
    fn lines_wait_for_brackets_and_for_nothing_else() {
        assert_eq!(whole(&["{", "  a = (", "1", ")", "}", "2"]), ["{\n  a = (\n1\n)\n}", "2"]);
        assert_eq!(whole(&["\"[\"", "<<EOT", "1 +"]), ["\"[\"", "<<EOT", "1 +"]);
        assert_eq!(whole(&["[1]]", "# [", "3"]), ["[1]]", "# [", "3"]);
        assert_eq!(whole(&["upper(<<A", "x", "A", ")"]), ["upper(<<A\nx\nA\n)"]);
    }
}
