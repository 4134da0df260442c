//! Trees as text: one S-expression an expression.

use infra_lang::syntax::tree::{
    Body, Expr, ExprId, Expression, File, List, ObjectKey, Part, PartKind, Step, StepKind, Symbol,
    Tree,
};
use std::fmt::Write as _;

pub(super) fn file(file: &File) -> String {
    let mut text = String::new();
    body(file, &file.body, 0, &mut text);
    text
}

pub(super) fn expression(expression: &Expression) -> String {
    expr(&expression.tree, expression.root)
}

fn body(file: &File, body_of: &Body, indent: usize, text: &mut String) {
    for attribute in &body_of.attributes {
        let value = expr(&file.tree, attribute.value);
        let _ = writeln!(text, "{:indent$}{} = {value}", "", attribute.name.name);
    }
    for block in &body_of.blocks {
        let _ = write!(text, "{:indent$}{}", "", block.kind.name);
        for label in &block.labels {
            let quote = if label.quoted { "\"" } else { "" };
            let _ = write!(text, " {quote}{}{quote}", label.text);
        }
        text.push_str(" {\n");
        body(file, &block.body, indent + 2, text);
        let _ = writeln!(text, "{:indent$}}}", "");
    }
}

pub(super) fn expr(tree: &Tree, id: ExprId) -> String {
    let at = |id| expr(tree, id);
    let name = |symbol: Symbol| tree.symbol(symbol).to_string();
    match tree.expr(id) {
        Expr::Invalid => "<invalid>".to_owned(),
        Expr::Null => "null".to_owned(),
        Expr::Bool(value) => value.to_string(),
        Expr::Number => tree.source_text(id).to_owned(),
        Expr::String(symbol) => format!("{:?}", tree.symbol(symbol)),
        Expr::Template(list) => format!("(template{})", parts(tree, list)),
        Expr::Parenthesised(inner) => format!("(paren {})", at(inner)),
        Expr::Tuple(list) => format!("[{}]", exprs(tree, list)),
        Expr::Object(list) => {
            let items: Vec<_> = tree
                .items(list)
                .iter()
                .map(|item| match item.key {
                    ObjectKey::Name(key) => format!("{}: {}", name(key), at(item.value)),
                    ObjectKey::Expression(key) => format!("<{}>: {}", at(key), at(item.value)),
                })
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        Expr::For(id) => {
            let found = tree.for_expr(id);
            let key = found.key_name.map_or(String::new(), |key| name(key) + ",");
            let mut text =
                format!("(for {key}{} in {}", name(found.value_name), at(found.collection));
            let _ = found.key.map(|key| write!(text, " key {}", at(key)));
            let _ = write!(text, " value {}", at(found.value));
            let _ = found.condition.map(|condition| write!(text, " if {}", at(condition)));
            text + if found.group { " group)" } else { ")" }
        }
        Expr::Call(id) => {
            let call = tree.call(id);
            let expand = if call.expand { "..." } else { "" };
            format!("{}({}{expand})", name(call.name), exprs(tree, call.arguments))
        }
        Expr::Traversal { root, steps: list } => name(root) + &steps(tree, list),
        Expr::Access { source, steps: list } => format!("({}){}", at(source), steps(tree, list)),
        Expr::Unary { operator, operand } => format!("({operator:?} {})", at(operand)),
        Expr::Operation { first, rest } => {
            tree.operands(rest).iter().fold(at(first), |left, link| {
                format!("({left} {} {})", link.operator, at(link.operand))
            })
        }
        Expr::Conditional { condition, yes, no } => {
            format!("(? {} {} {})", at(condition), at(yes), at(no))
        }
    }
}

fn exprs(tree: &Tree, list: List<ExprId>) -> String {
    let list: Vec<_> = tree.exprs(list).iter().map(|id| expr(tree, *id)).collect();
    list.join(", ")
}

fn steps(tree: &Tree, list: List<Step>) -> String {
    let step = |step: &Step| match step.kind {
        StepKind::Attribute(name) => format!(".{}", tree.symbol(name)),
        StepKind::LegacyIndex(index) => format!(".<{}>", expr(tree, index)),
        StepKind::Index(key) => format!("[{}]", expr(tree, key)),
        StepKind::Splat => "[*]".to_owned(),
        StepKind::AttributeSplat { steps } => format!(".*<{steps}>"),
    };
    tree.steps(list).iter().map(step).collect()
}

fn parts(tree: &Tree, list: List<Part>) -> String {
    let name = |symbol: Symbol| tree.symbol(symbol).to_string();
    let part = |part: &Part| match part.kind {
        PartKind::Literal(symbol) => format!(" {:?}", tree.symbol(symbol)),
        PartKind::Interpolation(id) => format!(" ${{{}}}", expr(tree, id)),
        PartKind::If { condition, yes, no } => {
            let (yes, no) = (parts(tree, yes), parts(tree, no));
            format!(" (if {}{yes} else{no})", expr(tree, condition))
        }
        PartKind::For { key_name, value_name, collection, body } => format!(
            " (for {}{} in {}{})",
            key_name.map_or(String::new(), |key| name(key) + ","),
            name(value_name),
            expr(tree, collection),
            parts(tree, body)
        ),
    };
    tree.parts(list).iter().map(part).collect()
}
