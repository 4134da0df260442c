//! Trees of `hcl-edit` as text, in the form of [`super::dump`].

use hcl_edit::{
    expr::{Expression, ObjectKey, Traversal, TraversalOperator, UnaryOperator},
    structure::Body,
    template::{Directive, Element, Strip, Template},
};
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization as _;

pub(super) fn body(body_of: &Body, indent: usize, text: &mut String) {
    for attribute in body_of.attributes() {
        let value = expr(&attribute.value);
        let _ = writeln!(text, "{:indent$}{} = {value}", "", attribute.key.as_str());
    }
    for block in body_of.blocks() {
        let _ = write!(text, "{:indent$}{}", "", block.ident.as_str());
        for label in &block.labels {
            let quote = if label.is_string() { "\"" } else { "" };
            let _ = write!(text, " {quote}{}{quote}", label.as_str());
        }
        text.push_str(" {\n");
        body(&block.body, indent + 2, text);
        let _ = writeln!(text, "{:indent$}}}", "");
    }
}

pub(super) fn expr(expression: &Expression) -> String {
    match expression {
        Expression::Null(_) => "null".to_owned(),
        Expression::Bool(value) => value.to_string(),
        Expression::Number(number) => {
            // They fold a minus sign into the number.
            let text = number.as_repr().map_or_else(|| number.to_string(), |repr| repr.to_string());
            text.strip_prefix('-')
                .map_or(text.clone(), |digits| format!("(Negate {})", digits.trim()))
        }
        Expression::String(text) => format!("{:?}", normal(text)),
        Expression::Array(array) => format!("[{}]", exprs(array.iter())),
        Expression::Object(object) => {
            let items: Vec<_> = object
                .iter()
                .map(|(key, value)| match key {
                    ObjectKey::Ident(name) => format!("{}: {}", name.as_str(), expr(value.expr())),
                    ObjectKey::Expression(key) => match keyword(key) {
                        Some(name) => format!("{name}: {}", expr(value.expr())),
                        None => format!("<{}>: {}", expr(key), expr(value.expr())),
                    },
                })
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        Expression::StringTemplate(found) => template(found.iter()),
        Expression::HeredocTemplate(found) => template(found.template.iter()),
        Expression::Parenthesis(inner) => format!("(paren {})", expr(inner.inner())),
        Expression::Variable(name) => name.as_str().to_owned(),
        Expression::Conditional(found) => format!(
            "(? {} {} {})",
            expr(&found.cond_expr),
            expr(&found.true_expr),
            expr(&found.false_expr)
        ),
        Expression::FuncCall(call) => {
            let mut name: String =
                call.name.namespace.iter().map(|part| format!("{}::", part.as_str())).collect();
            name += call.name.name.as_str();
            let expand = if call.args.expand_final() { "..." } else { "" };
            format!("{name}({}{expand})", exprs(call.args.iter()))
        }
        Expression::Traversal(found) => traversal(found),
        Expression::UnaryOp(found) => {
            let operator = match found.operator.value() {
                UnaryOperator::Neg => "Negate",
                UnaryOperator::Not => "Not",
            };
            format!("({operator} {})", expr(&found.expr))
        }
        Expression::BinaryOp(found) => format!(
            "({} {} {})",
            expr(&found.lhs_expr),
            found.operator.value(),
            expr(&found.rhs_expr)
        ),
        Expression::ForExpr(found) => {
            let intro = &found.intro;
            let key =
                intro.key_var.as_ref().map_or(String::new(), |key| format!("{},", key.as_str()));
            let collection = expr(&intro.collection_expr);
            let mut text = format!("(for {key}{} in {collection}", intro.value_var.as_str());
            let _ = found.key_expr.as_ref().map(|key| write!(text, " key {}", expr(key)));
            let _ = write!(text, " value {}", expr(&found.value_expr));
            let _ = found.cond.as_ref().map(|cond| write!(text, " if {}", expr(&cond.expr)));
            text + if found.grouping { " group)" } else { ")" }
        }
    }
}

fn keyword(key: &Expression) -> Option<String> {
    match key {
        Expression::Null(_) => Some("null".to_owned()),
        Expression::Bool(value) => Some(value.to_string()),
        Expression::Variable(name) => Some(name.as_str().to_owned()),
        _ => None,
    }
}

fn exprs<'a>(list: impl Iterator<Item = &'a Expression>) -> String {
    list.map(expr).collect::<Vec<_>>().join(", ")
}

fn traversal(found: &Traversal) -> String {
    let root = match &found.expr {
        Expression::Variable(name) => name.as_str().to_owned(),
        other => format!("({})", expr(other)),
    };
    let operators = &found.operators;
    let step = |at: usize| match operators[at].value() {
        TraversalOperator::AttrSplat(_) => {
            let of_splat = |operator: &&hcl_edit::Decorated<TraversalOperator>| {
                matches!(
                    operator.value(),
                    TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
                )
            };
            format!(".*<{}>", operators[at + 1..].iter().take_while(of_splat).count())
        }
        TraversalOperator::FullSplat(_) => "[*]".to_owned(),
        TraversalOperator::GetAttr(name) => format!(".{}", name.as_str()),
        TraversalOperator::Index(key) => format!("[{}]", expr(key)),
        TraversalOperator::LegacyIndex(index) => format!(".<{}>", index.value()),
    };
    root + &(0..operators.len()).map(step).collect::<String>()
}

/// They do not normalise strings (row 10).
fn normal(text: &str) -> String {
    text.nfc().collect()
}

/// A literal, or the text of anything else with its strip markers.
enum Piece {
    Literal(String),
    Other(String, Strip),
}

fn template<'a>(elements: impl Iterator<Item = &'a Element>) -> String {
    let mut pieces = Vec::new();
    elements.for_each(|element| flatten(element, &mut pieces));
    let literal = pieces.iter().all(|piece| matches!(piece, Piece::Literal(_)));
    let mut text = String::new();
    let mut all = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let found = match piece {
            Piece::Other(found, _) => {
                text += found;
                continue;
            }
            Piece::Literal(found) => found,
        };
        let strips = |at: Option<usize>, start: bool| {
            at.and_then(|at| pieces.get(at)).is_some_and(|piece| match piece {
                Piece::Other(_, strip) if start => strip.strip_start(),
                Piece::Other(_, strip) => strip.strip_end(),
                Piece::Literal(_) => false,
            })
        };
        let found = if strips(at.checked_sub(1), false) { found.trim_start() } else { found };
        let found = if strips(Some(at + 1), true) { found.trim_end() } else { found };
        all += found;
        if !found.is_empty() {
            let _ = write!(text, " {found:?}");
        }
    }
    // Text that was trimmed away still makes a lone interpolation a text.
    let lone = pieces.iter().filter(|piece| matches!(piece, Piece::Other(..))).count() == 1;
    if lone && all.is_empty() && pieces.len() > 1 {
        text += " \"\"";
    }
    if literal { format!("{all:?}") } else { format!("(template{text})") }
}

fn flatten(element: &Element, pieces: &mut Vec<Piece>) {
    let all = |template: &Template, pieces: &mut Vec<Piece>| {
        template.iter().for_each(|element| flatten(element, pieces));
    };
    match element {
        Element::Literal(text) => pieces.push(Piece::Literal(normal(text))),
        Element::Interpolation(found) => {
            pieces.push(Piece::Other(format!(" ${{{}}}", expr(&found.expr)), found.strip));
        }
        Element::Directive(directive) => match &**directive {
            Directive::If(found) => {
                let open = format!(" (if {}", expr(&found.if_expr.cond_expr));
                pieces.push(Piece::Other(open, found.if_expr.strip));
                all(&found.if_expr.template, pieces);
                let strip = found.else_expr.as_ref().map_or(Strip::None, |found| found.strip);
                pieces.push(Piece::Other(" else".to_owned(), strip));
                let _ = found.else_expr.as_ref().map(|found| all(&found.template, pieces));
                pieces.push(Piece::Other(")".to_owned(), found.endif_expr.strip));
            }
            Directive::For(found) => {
                let intro = &found.for_expr;
                let key = intro
                    .key_var
                    .as_ref()
                    .map_or(String::new(), |key| format!("{},", key.as_str()));
                let collection = expr(&intro.collection_expr);
                let open = format!(" (for {key}{} in {collection}", intro.value_var.as_str());
                pieces.push(Piece::Other(open, intro.strip));
                all(&intro.template, pieces);
                pieces.push(Piece::Other(")".to_owned(), found.endfor_expr.strip));
            }
        },
    }
}
