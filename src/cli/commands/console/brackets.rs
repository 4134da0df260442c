//! Expressions over several lines: a line that leaves a bracket open waits for the next one.
//!
//! At a terminal a heredoc waits for its end too. In a pipe it does so inside of brackets alone:
//! outside of them its first line stands alone, as in Terraform.

use infra_lang::syntax::token::{TokenKind, tokenize};

/// Lines that belong together.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    /// A heredoc outside of brackets waits too.
    waits_for_heredocs: bool,
    lines: String,
    depth: i64,
    /// The marker of the heredoc that is open.
    heredoc: Option<String>,
}

impl Brackets {
    /// Returns what takes lines as they are typed.
    pub(super) fn of_terminal() -> Self {
        Self { waits_for_heredocs: true, ..Self::default() }
    }

    /// Takes a line without its end; returns all lines since the last whole expression if nothing
    /// is open any more.
    pub(super) fn take(&mut self, line: &str) -> Option<String> {
        if self.is_open() {
            self.lines.push('\n');
        }
        self.lines.push_str(line);
        self.weigh(line);
        (!self.is_open()).then(|| self.rest())
    }

    /// Returns the lines of an expression that has no end.
    pub(super) fn rest(&mut self) -> String {
        self.depth = 0;
        self.heredoc = None;
        std::mem::take(&mut self.lines)
    }

    /// Returns whether something is open.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0 || self.heredoc.is_some()
    }

    /// Notes what a line opens and closes.
    fn weigh(&mut self, line: &str) {
        if let Some(marker) = &self.heredoc {
            if line.trim() == marker {
                self.heredoc = None;
                if self.depth <= 0 {
                    // The marker ends a heredoc only with its line.
                    self.lines.push('\n');
                }
            }
            return;
        }
        let line = format!("{line}\n");
        for token in tokenize(&line) {
            self.depth += weight(token.kind);
            if token.kind == TokenKind::HeredocOpen && (self.waits_for_heredocs || self.depth > 0) {
                let opening = &line[token.start as usize..token.end as usize];
                self.heredoc = Some(opening.trim_start_matches(['<', '-']).trim().to_owned());
            }
        }
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

    fn whole(mut brackets: Brackets, lines: &[&str]) -> Vec<String> {
        lines.iter().filter_map(|line| brackets.take(line)).collect()
    }

    #[test]
    fn lines_wait_for_brackets_and_for_nothing_else() {
        let piped = |lines: &[&str]| whole(Brackets::default(), lines);
        assert_eq!(piped(&["{", "  a = (", "1", ")", "}", "2"]), ["{\n  a = (\n1\n)\n}", "2"]);
        assert_eq!(piped(&["\"[\"", "<<EOT", "1 +"]), ["\"[\"", "<<EOT", "1 +"]);
        assert_eq!(piped(&["[1]]", "# [", "3"]), ["[1]]", "# [", "3"]);
        assert_eq!(piped(&["upper(<<A", ")", " A", ")"]), ["upper(<<A\n)\n A\n)"]);
        assert!(piped(&["[<<A", "]"]).is_empty());
    }

    #[test]
    fn at_a_terminal_heredocs_are_waited_for() {
        let typed = |lines: &[&str]| whole(Brackets::of_terminal(), lines);
        assert_eq!(typed(&["<<-EOT", "", " ${1", "EOT", "2"]), ["<<-EOT\n\n ${1\nEOT\n", "2"]);
        assert_eq!(typed(&["<<A", "[", "B", "A", "1"]), ["<<A\n[\nB\nA\n", "1"]);
        assert_eq!(typed(&["1 << 2", "\"<<A\"", "3"]), ["1 << 2", "\"<<A\"", "3"]);
    }
}
