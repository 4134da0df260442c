//! Lines and their cells: what leads, what is assigned, and the comment behind it.

use super::pieces::Piece;
use crate::syntax::token::TokenKind;

/// A line of the layout; a heredoc or a block comment in it may make several lines of text.
#[derive(Debug, Default)]
pub(super) struct Line<'t> {
    /// Everything before the other two.
    pub(super) lead: Vec<Piece<'t>>,
    /// From the `=` on, if brackets are in balance behind it.
    pub(super) assign: Vec<Piece<'t>>,
    /// A comment that something stands before.
    pub(super) comment: Option<Piece<'t>>,
}

/// Splits pieces into lines and those into cells.
pub(super) fn split<'t>(pieces: &[Piece<'t>]) -> Vec<Line<'t>> {
    pieces.split_inclusive(Piece::ends_line).map(cells).collect()
}

fn cells<'t>(line: &[Piece<'t>]) -> Line<'t> {
    let (rest, comment) = match line {
        [rest @ .., last] if !rest.is_empty() && last.kind == TokenKind::Comment => {
            (rest, Some(*last))
        }
        whole => (whole, None),
    };
    let equals = rest.iter().skip(1).position(|piece| piece.kind == TokenKind::Equal);
    let balanced = |at: &usize| rest[*at..].iter().map(Piece::brackets).sum::<i32>() == 0;
    let cut = equals.map(|at| at + 1).filter(balanced).unwrap_or(rest.len());
    Line { lead: rest[..cut].to_vec(), assign: rest[cut..].to_vec(), comment }
}
