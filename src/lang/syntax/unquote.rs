//! Strings that stand for references: parsed again as what is in them.

use super::{
    json::strings,
    lexer::Lexer,
    parser::Parser,
    symbols::Symbols,
    tree::{ByteRange, Expr, ExprId, File, Tree},
};
use infra_model::text::Text;
use std::sync::Arc;

/// Makes references of strings. One that holds none stays a string.
pub(crate) fn unquote(file: &mut File, all: &[ExprId]) {
    if all.is_empty() {
        return;
    }
    let tree = Arc::make_mut(&mut file.tree);
    let mut symbols = Symbols::of(std::mem::take(&mut tree.symbols));
    for string in all {
        if let Some(inside) = readable(tree, *string) {
            symbols = parse(tree, symbols, (*string, inside));
        }
    }
    tree.symbols = symbols.into_texts();
}

/// Returns where the meaning of a string can be read as text of the tree; nothing of a heredoc.
fn readable(tree: &mut Tree, string: ExprId) -> Option<ByteRange> {
    let ByteRange { start, end } = tree.range(string);
    let content = tree.source_text(string).strip_prefix('"')?.strip_suffix('"')?;
    let (start, end) = (start + 1, end - 1);
    if !content.contains('\\') {
        return Some(ByteRange { start, end });
    }
    let (text, mut steps) = strings::unescape(content);
    for (_, at) in &mut steps {
        *at += start;
    }
    let at = u32::try_from(tree.reading.len()).ok()?;
    let reading = format!("{}{text}", tree.reading);
    let end = u32::try_from(reading.len()).ok()?;
    tree.reading = Text::from(reading);
    tree.places.add(at, tree.source, Arc::from(steps));
    Some(ByteRange { start: at, end })
}

/// Parses what is in a string, and puts it in its place if it is a reference.
fn parse(tree: &mut Tree, symbols: Symbols, (string, inside): (ExprId, ByteRange)) -> Symbols {
    let reading = Text::clone(&tree.reading);
    let text = &reading[..inside.end as usize];
    let empty = Tree::new(tree.source, Text::clone(&tree.text));
    let whole = std::mem::replace(tree, empty);
    let lexer = Lexer::expression(text).behind(inside.start as usize);
    let mut parser = Parser::within(text, lexer, (whole, symbols, 0));
    let root = parser.whole_expression();
    let (whole, symbols, found) = parser.part();
    *tree = whole;
    // What is constant in it is looked at without names: those are not in the tree yet.
    if let Expr::Traversal { steps, .. } = tree.expr(root)
        && found.is_empty()
        && tree.constant_steps(steps).len() == tree.steps(steps).len()
    {
        tree.nodes[string.0 as usize] = tree.nodes[root.0 as usize];
    }
    symbols
}
