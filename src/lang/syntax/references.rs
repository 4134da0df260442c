//! Which variables an expression refers to, names bound by `for` left out.
//!
//! Says nothing of what the names mean: that is for the compiler.

use super::tree::{Expr, ExprId, List, ObjectKey, Part, PartKind, Step, StepKind, Symbol, Tree};

/// Returns all [`Expr::Traversal`]s under an expression that refer to its surroundings, in the
/// order of the text as far as scopes allow, references inside of index keys included.
pub fn references(tree: &Tree, root: ExprId) -> Vec<ExprId> {
    let mut walk = Walk { tree, bound: Vec::new(), found: Vec::new() };
    walk.expr(root);
    walk.found
}

struct Walk<'t> {
    tree: &'t Tree,
    bound: Vec<Symbol>,
    found: Vec<ExprId>,
}

impl Walk<'_> {
    fn expr(&mut self, id: ExprId) {
        match self.tree.expr(id) {
            Expr::Invalid | Expr::Null | Expr::Bool(_) | Expr::Number | Expr::String(_) => {}
            Expr::Template(parts) => self.parts(parts),
            Expr::Parenthesised(inner) => self.expr(inner),
            Expr::Tuple(list) => self.exprs(list),
            Expr::Object(items) => {
                for item in self.tree.items(items) {
                    if let ObjectKey::Expression(key) = item.key {
                        self.expr(key);
                    }
                    self.expr(item.value);
                }
            }
            Expr::For(id) => {
                let expr = *self.tree.for_expr(id);
                self.expr(expr.collection);
                self.scoped(expr.key_name, expr.value_name, |walk| {
                    expr.key.into_iter().for_each(|key| walk.expr(key));
                    walk.expr(expr.value);
                    expr.condition.into_iter().for_each(|condition| walk.expr(condition));
                });
            }
            Expr::Call(id) => self.exprs(self.tree.call(id).arguments),
            Expr::Traversal { root, steps } => {
                if !self.bound.contains(&root) {
                    self.found.push(id);
                }
                self.steps(steps);
            }
            Expr::Access { source, steps } => {
                self.expr(source);
                self.steps(steps);
            }
            Expr::Unary { operand, .. } => self.expr(operand),
            Expr::Operation { first, rest } => {
                self.expr(first);
                self.tree.operands(rest).iter().for_each(|link| self.expr(link.operand));
            }
            Expr::Conditional { condition, yes, no } => {
                self.expr(condition);
                self.expr(yes);
                self.expr(no);
            }
        }
    }

    fn exprs(&mut self, list: List<ExprId>) {
        self.tree.exprs(list).iter().for_each(|id| self.expr(*id));
    }

    fn steps(&mut self, list: List<Step>) {
        for step in self.tree.steps(list) {
            if let StepKind::Index(key) = step.kind {
                self.expr(key);
            }
        }
    }

    fn parts(&mut self, list: List<Part>) {
        for part in self.tree.parts(list) {
            match part.kind {
                PartKind::Literal(_) => {}
                PartKind::Interpolation(expr) => self.expr(expr),
                PartKind::If { condition, yes, no } => {
                    self.expr(condition);
                    self.parts(yes);
                    self.parts(no);
                }
                PartKind::For { key_name, value_name, collection, body } => {
                    self.expr(collection);
                    self.scoped(key_name, value_name, |walk| walk.parts(body));
                }
            }
        }
    }

    fn scoped(&mut self, key: Option<Symbol>, value: Symbol, inner: impl FnOnce(&mut Self)) {
        let mark = self.bound.len();
        self.bound.extend(key);
        self.bound.push(value);
        inner(self);
        self.bound.truncate(mark);
    }
}
