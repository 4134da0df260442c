//! How far lines are indented, what stands in columns, and the writing of it.

use super::{lines::Line, pieces::Piece, spacing};
use crate::syntax::token::TokenKind;

/// Spaces of one level.
const INDENT: usize = 2;

/// Indents each line by the lines around it that opened more brackets than they closed.
///
/// A line makes one level, however many brackets it opens, and the level ends where as many are
/// closed. Of a line with a heredoc, only what stands before the heredoc counts.
pub(super) fn indent(lines: &mut [Line<'_>]) {
    let mut open: Vec<i32> = Vec::new();
    for line in lines {
        if line.lead.first().is_none_or(|first| first.kind == TokenKind::Newline) {
            continue;
        }
        let change = change(&line.lead) + change(&line.assign);
        close(&mut open, -change);
        line.lead[0].spaces = INDENT * open.len();
        if change > 0 {
            open.push(change);
        }
    }
}

fn change(cell: &[Piece<'_>]) -> i32 {
    let counted = cell.iter().take_while(|piece| piece.kind != TokenKind::HeredocOpen);
    counted.map(Piece::brackets).sum()
}

/// Takes closed brackets off the levels, the innermost first.
fn close(open: &mut Vec<i32>, mut closed: i32) {
    while closed > 0
        && let Some(level) = open.last_mut()
    {
        let taken = closed.min(*level);
        *level -= taken;
        closed -= taken;
        if *level == 0 {
            open.pop();
        }
    }
}

/// Puts the spaces between the pieces of each cell.
pub(super) fn space(lines: &mut [Line<'_>]) {
    for line in lines {
        for cell in [&mut line.lead, &mut line.assign] {
            for at in 1..cell.len() {
                let earlier = at.checked_sub(2).map(|at| cell[at]);
                cell[at].spaces =
                    usize::from(spacing::apart(earlier.as_ref(), &cell[at - 1], &cell[at]));
            }
        }
    }
}

/// Puts the `=` of lines that follow each other into one column, and then their comments.
pub(super) fn align(lines: &mut [Line<'_>]) {
    for run in lines.chunk_by_mut(|a, b| a.assign.is_empty() == b.assign.is_empty()) {
        let width = run.iter().map(|line| columns(&line.lead)).max().unwrap_or(0);
        for line in run {
            let own = columns(&line.lead);
            if let Some(first) = line.assign.first_mut() {
                first.spaces = width - own + 1;
            }
        }
    }
    for run in lines.chunk_by_mut(|a, b| a.comment.is_some() == b.comment.is_some()) {
        let own = |line: &Line<'_>| columns(&line.lead) + columns(&line.assign);
        let width = run.iter().map(own).max().unwrap_or(0);
        for line in run {
            let own = own(line);
            if let Some(comment) = &mut line.comment {
                comment.spaces = width - own + 1;
            }
        }
    }
}

fn columns(cell: &[Piece<'_>]) -> usize {
    cell.iter().map(Piece::columns).sum()
}

/// Writes the lines, and the blanks that the text ended with.
pub(super) fn write(lines: &[Line<'_>], text: &str, blanks: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in lines {
        for piece in line.lead.iter().chain(&line.assign).chain(&line.comment) {
            out.extend(std::iter::repeat_n(' ', piece.spaces));
            out.push_str(piece.text);
        }
    }
    out.extend(std::iter::repeat_n(' ', blanks));
    out
}
