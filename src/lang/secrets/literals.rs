//! The literals of an expression that are secret.

use crate::syntax::tree::{
    Call, Expr, ExprId, List, ObjectItem, ObjectKey, Part, PartKind, Step, StepKind, Tree,
};
use infra_model::{schema::Block, source::Span, text::Text};

/// What of a value is secret.
#[derive(Clone, Copy)]
pub(super) enum Secret<'a> {
    /// Nothing.
    Nothing,
    /// All of it.
    All,
    /// These attributes of the objects in it.
    Parts(&'a [Text]),
    /// What a schema says of it: blocks that are written as values.
    Inside(&'a Block),
}

/// Collects the places of secret literals.
pub(super) struct Literals<'t> {
    tree: &'t Tree,
    pub(super) found: Vec<Span>,
}

impl<'a> Secret<'a> {
    /// Returns what of an argument of a schema is secret.
    pub(super) fn of(schema: &'a Block, name: &Text) -> Self {
        match (schema.attributes.get(name), schema.blocks.get(name)) {
            (Some(attribute), _) if attribute.sensitive => Self::All,
            (Some(attribute), _) if attribute.sensitive_parts.is_empty() => Self::Nothing,
            (Some(attribute), _) => Self::Parts(&attribute.sensitive_parts),
            (None, Some(nested)) => Self::Inside(&nested.block),
            // It may be a secret one, misspelled.
            (None, None) if schema.has_sensitive() => Self::All,
            (None, None) => Self::Nothing,
        }
    }

    fn of_item(self, name: Option<&Text>) -> Self {
        match (self, name) {
            (Self::Parts(parts), Some(name)) if parts.contains(name) => Self::All,
            (Self::Inside(schema), Some(name)) => Self::of(schema, name),
            _ => self,
        }
    }
}

impl<'t> Literals<'t> {
    pub(super) fn of(tree: &'t Tree) -> Self {
        Self { tree, found: Vec::new() }
    }

    /// Collects those of an expression.
    pub(super) fn expr(&mut self, id: ExprId, secret: Secret<'_>) {
        let tree = self.tree;
        match tree.expr(id) {
            Expr::Number | Expr::String(_) => self.literal(tree.span(id), secret),
            Expr::Template(parts) => self.parts(parts, secret),
            Expr::Parenthesised(inner) => self.expr(inner, secret),
            Expr::Tuple(list) => self.exprs(tree.exprs(list), secret),
            Expr::Object(items) => self.items(items, secret),
            Expr::For(id) => {
                let expr = tree.for_expr(id);
                self.expr(expr.collection, secret);
                self.expr(expr.value, secret);
            }
            Expr::Call(id) => self.call(tree.call(id), secret),
            Expr::Traversal { steps, .. } => self.steps(steps),
            Expr::Access { source, steps } => {
                self.expr(source, secret);
                self.steps(steps);
            }
            Expr::Unary { operand, .. } => self.expr(operand, secret),
            Expr::Operation { first, rest } => {
                self.expr(first, secret);
                tree.operands(rest).iter().for_each(|link| self.expr(link.operand, secret));
            }
            Expr::Conditional { condition, yes, no } => {
                self.expr(condition, Secret::Nothing);
                self.exprs(&[yes, no], secret);
            }
            Expr::Invalid | Expr::Null | Expr::Bool(_) => {}
        }
    }

    fn literal(&mut self, span: Span, secret: Secret<'_>) {
        if matches!(secret, Secret::All) {
            self.found.push(span);
        }
    }

    fn exprs(&mut self, all: &[ExprId], secret: Secret<'_>) {
        for id in all {
            self.expr(*id, secret);
        }
    }

    fn items(&mut self, items: List<ObjectItem>, secret: Secret<'_>) {
        let tree = self.tree;
        for item in tree.items(items) {
            let name = match item.key {
                ObjectKey::Name(name) => Some(name),
                ObjectKey::Expression(key) => {
                    if let Expr::String(name) = tree.expr(key) {
                        Some(name)
                    } else {
                        None
                    }
                }
            };
            self.expr(item.value, secret.of_item(name.map(|name| tree.symbol(name))));
        }
    }

    /// What `sensitive` is given is secret wherever it stands; names of files are not.
    fn call(&mut self, call: &Call, secret: Secret<'_>) {
        let name = self.tree.symbol(call.name);
        let name = name.strip_prefix("core::").unwrap_or(name);
        let arguments = self.tree.exprs(call.arguments);
        match (name, arguments) {
            ("sensitive", all) => self.exprs(all, Secret::All),
            (name, [path, rest @ ..]) if name.starts_with("file") || name == "templatefile" => {
                self.expr(*path, Secret::Nothing);
                self.exprs(rest, secret);
            }
            (_, all) => self.exprs(all, secret),
        }
    }

    fn steps(&mut self, steps: List<Step>) {
        for step in self.tree.steps(steps) {
            if let StepKind::Index(key) = step.kind {
                self.expr(key, Secret::Nothing);
            }
        }
    }

    fn parts(&mut self, parts: List<Part>, secret: Secret<'_>) {
        for part in self.tree.parts(parts) {
            match part.kind {
                PartKind::Literal(_) => self.literal(self.tree.at(part.range), secret),
                PartKind::Interpolation(expr) => self.expr(expr, secret),
                PartKind::If { condition, yes, no } => {
                    self.expr(condition, Secret::Nothing);
                    self.parts(yes, secret);
                    self.parts(no, secret);
                }
                PartKind::For { collection, body, .. } => {
                    self.expr(collection, secret);
                    self.parts(body, secret);
                }
            }
        }
    }
}
