//! Whether a space stands between two tokens of a line.

use super::pieces::Piece;
use crate::syntax::token::TokenKind as Kind;

/// Returns whether a piece stands apart from the one before it.
///
/// `earlier` is what stands before `left`, in the same cell. The first rule that fits decides.
#[expect(clippy::match_same_arms, reason = "the order of the rules is their meaning")]
pub(super) fn apart(earlier: Option<&Piece<'_>>, left: &Piece<'_>, right: &Piece<'_>) -> bool {
    let before = earlier.map(|piece| piece.kind);
    match (left.kind, right.kind) {
        (_, Kind::Newline | Kind::Comma | Kind::Ellipsis | Kind::Dot) => false,
        // The name of a function and its arguments, and the parts of a name.
        (Kind::Ident, Kind::ParenOpen | Kind::DoubleColon)
        | (Kind::DoubleColon, Kind::Ident)
        | (Kind::Dot, _) => false,
        (Kind::Comma, _) => true,
        _ if sticks_to_the_right(left.kind) || sticks_to_the_left(right.kind) => false,
        // `in` of a `for` is no name that could have an index.
        (Kind::Ident, _) if left.text == "in" && before == Some(Kind::Ident) => true,
        (Kind::Ident | Kind::Number, Kind::BracketOpen) => false,
        (_, Kind::BracketOpen) if left.brackets() < 0 => false,
        (Kind::Not, _) => false,
        (Kind::Minus, _) => before.is_some_and(|before| !is_before_sign(before)),
        (Kind::BraceOpen, Kind::BraceClose) => false,
        (Kind::BraceOpen, _) | (_, Kind::BraceClose) => true,
        // An object alone in an interpolation keeps its braces apart from those around it.
        (Kind::InterpolationOpen | Kind::DirectiveOpen, Kind::BraceOpen)
        | (Kind::BraceClose, Kind::TemplateClose) => true,
        (Kind::TemplateClose, Kind::InterpolationOpen | Kind::DirectiveOpen) => false,
        _ => left.brackets() <= 0 && right.brackets() >= 0,
    }
}

/// Text of templates, and what begins it.
fn sticks_to_the_right(kind: Kind) -> bool {
    matches!(kind, Kind::TemplateText | Kind::QuoteOpen | Kind::HeredocOpen)
}

/// Text of templates, and what ends it.
fn sticks_to_the_left(kind: Kind) -> bool {
    matches!(kind, Kind::TemplateText | Kind::QuoteClose | Kind::HeredocClose)
}

/// Returns whether a minus behind this is a sign and no operator.
fn is_before_sign(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ParenOpen
            | Kind::BraceOpen
            | Kind::BracketOpen
            | Kind::Equal
            | Kind::Colon
            | Kind::Comma
            | Kind::Question
            | Kind::Plus
            | Kind::Minus
            | Kind::Star
            | Kind::Slash
            | Kind::Percent
            | Kind::EqualEqual
            | Kind::NotEqual
            | Kind::Less
            | Kind::LessEqual
            | Kind::Greater
            | Kind::GreaterEqual
            | Kind::And
            | Kind::Or
            | Kind::Not
    )
}
