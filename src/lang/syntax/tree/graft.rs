//! Several trees made one, so that a block can hold what was written in several files.

use super::{
    Body, ByteRange, Call, Expr, ExprId, ForExpr, List, Node, ObjectItem, ObjectKey, Operand, Part,
    PartKind, Step, StepKind, Symbol, Tree,
    node::{CallId, ForId},
};
use crate::{index::number, syntax::symbols::Symbols};
use infra_model::text::Text;

/// Trees that are made one.
pub(crate) struct Graft {
    /// The tree of all.
    pub(crate) tree: Tree,
    /// How far the expressions of each were shifted.
    shifts: Vec<u32>,
}

impl Graft {
    /// Leads the body of one of the files to its expressions in the tree of all.
    pub(crate) fn adopt(&self, file: usize, body: &mut Body) {
        for attribute in &mut body.attributes {
            attribute.value.0 += self.shifts[file];
        }
        for block in &mut body.blocks {
            self.adopt(file, &mut block.body);
        }
    }
}

/// Returns one tree of several; `None` if together they are too long to be counted.
pub(crate) fn graft(trees: &[&Tree]) -> Option<Graft> {
    let (first, rest) = trees.split_first()?;
    let length: usize = trees.iter().map(|tree| tree.reading.len()).sum();
    u32::try_from(length).ok()?;
    let mut tree = Tree::clone(first);
    let mut symbols = Symbols::of(std::mem::take(&mut tree.symbols));
    let mut text = String::with_capacity(length);
    text.push_str(&first.reading);
    let mut shifts = vec![0];
    for other in rest {
        let shift = Shift::new(&tree, &mut symbols, other, number(text.len()));
        tree.places.append(shift.text, other.source, &other.places);
        text.push_str(&other.reading);
        shift.add(&mut tree, other);
        shifts.push(shift.nodes);
    }
    tree.symbols = symbols.into_texts();
    tree.reading = Text::from(text);
    Some(Graft { tree, shifts })
}

/// Where the parts of a tree go.
struct Shift {
    text: u32,
    nodes: u32,
    exprs: u32,
    items: u32,
    steps: u32,
    operands: u32,
    parts: u32,
    fors: u32,
    calls: u32,
    symbols: Vec<Symbol>,
}

impl Shift {
    fn new(into: &Tree, symbols: &mut Symbols, other: &Tree, text: u32) -> Self {
        Self {
            text,
            nodes: number(into.nodes.len()),
            exprs: number(into.exprs.len()),
            items: number(into.items.len()),
            steps: number(into.steps.len()),
            operands: number(into.operands.len()),
            parts: number(into.parts.len()),
            fors: number(into.fors.len()),
            calls: number(into.calls.len()),
            symbols: other.symbols.iter().map(|text| symbols.intern(text)).collect(),
        }
    }

    fn add(&self, into: &mut Tree, other: &Tree) {
        let nodes = other.nodes.iter();
        into.nodes.extend(
            nodes.map(|node| Node { range: self.range(node.range), expr: self.expr(node.expr) }),
        );
        into.exprs.extend(other.exprs.iter().map(|id| self.id(*id)));
        into.items.extend(other.items.iter().map(|item| ObjectItem {
            key: match item.key {
                ObjectKey::Name(name) => ObjectKey::Name(self.symbol(name)),
                ObjectKey::Expression(key) => ObjectKey::Expression(self.id(key)),
            },
            key_range: self.range(item.key_range),
            value: self.id(item.value),
        }));
        into.steps.extend(
            other
                .steps
                .iter()
                .map(|step| Step { range: self.range(step.range), kind: self.step(step.kind) }),
        );
        into.operands.extend(other.operands.iter().map(|link| Operand {
            operator: link.operator,
            range: self.range(link.range),
            operand: self.id(link.operand),
        }));
        into.parts.extend(
            other
                .parts
                .iter()
                .map(|part| Part { range: self.range(part.range), kind: self.part(part.kind) }),
        );
        into.fors.extend(other.fors.iter().map(|one| self.for_expr(one)));
        into.calls.extend(other.calls.iter().map(|call| Call {
            name: self.symbol(call.name),
            name_range: self.range(call.name_range),
            arguments: list(call.arguments, self.exprs),
            expand: call.expand,
            parentheses: self.range(call.parentheses),
        }));
        into.json.extend(&other.json);
        let doubts = other.doubts.iter();
        into.doubts.extend(doubts.map(|(object, found)| (self.id(*object), found.clone())));
    }

    fn expr(&self, expr: Expr) -> Expr {
        match expr {
            Expr::Invalid | Expr::Null | Expr::Bool(_) | Expr::Number => expr,
            Expr::String(text) => Expr::String(self.symbol(text)),
            Expr::Template(parts) => Expr::Template(list(parts, self.parts)),
            Expr::Parenthesised(inner) => Expr::Parenthesised(self.id(inner)),
            Expr::Tuple(items) => Expr::Tuple(list(items, self.exprs)),
            Expr::Object(items) => Expr::Object(list(items, self.items)),
            Expr::For(ForId(id)) => Expr::For(ForId(id + self.fors)),
            Expr::Call(CallId(id)) => Expr::Call(CallId(id + self.calls)),
            Expr::Traversal { root, steps } => {
                Expr::Traversal { root: self.symbol(root), steps: list(steps, self.steps) }
            }
            Expr::Access { source, steps } => {
                Expr::Access { source: self.id(source), steps: list(steps, self.steps) }
            }
            Expr::Unary { operator, operand } => {
                Expr::Unary { operator, operand: self.id(operand) }
            }
            Expr::Operation { first, rest } => {
                Expr::Operation { first: self.id(first), rest: list(rest, self.operands) }
            }
            Expr::Conditional { condition, yes, no } => Expr::Conditional {
                condition: self.id(condition),
                yes: self.id(yes),
                no: self.id(no),
            },
        }
    }

    fn step(&self, kind: StepKind) -> StepKind {
        match kind {
            StepKind::Attribute(name) => StepKind::Attribute(self.symbol(name)),
            StepKind::LegacyIndex(key) => StepKind::LegacyIndex(self.id(key)),
            StepKind::Index(key) => StepKind::Index(self.id(key)),
            StepKind::Splat | StepKind::AttributeSplat { .. } => kind,
        }
    }

    fn part(&self, kind: PartKind) -> PartKind {
        match kind {
            PartKind::Literal(text) => PartKind::Literal(self.symbol(text)),
            PartKind::Interpolation(inner) => PartKind::Interpolation(self.id(inner)),
            PartKind::If { condition, yes, no } => PartKind::If {
                condition: self.id(condition),
                yes: list(yes, self.parts),
                no: list(no, self.parts),
            },
            PartKind::For { key_name, value_name, collection, body } => PartKind::For {
                key_name: key_name.map(|name| self.symbol(name)),
                value_name: self.symbol(value_name),
                collection: self.id(collection),
                body: list(body, self.parts),
            },
        }
    }

    fn for_expr(&self, one: &ForExpr) -> ForExpr {
        ForExpr {
            key_name: one.key_name.map(|name| self.symbol(name)),
            value_name: self.symbol(one.value_name),
            collection: self.id(one.collection),
            key: one.key.map(|key| self.id(key)),
            value: self.id(one.value),
            condition: one.condition.map(|condition| self.id(condition)),
            group: one.group,
            intro: self.range(one.intro),
        }
    }

    fn id(&self, id: ExprId) -> ExprId {
        ExprId(id.0 + self.nodes)
    }

    fn symbol(&self, symbol: Symbol) -> Symbol {
        self.symbols[symbol.0 as usize]
    }

    fn range(&self, range: ByteRange) -> ByteRange {
        ByteRange { start: range.start + self.text, end: range.end + self.text }
    }
}

fn list<T>(list: List<T>, by: u32) -> List<T> {
    List::new(list.start + by, list.len)
}
