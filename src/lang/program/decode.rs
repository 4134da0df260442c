//! Decoding: from a body and a prepared schema to one object.

use crate::{
    compile::layout::{Layout, Nested, Slot},
    compile::shape::{as_blocks, most, object_layout, too_few, too_many},
    evaluate::{Evaluator, Scope, iterate::NoElements, iterate::elements},
    syntax::tree::{self, Body, Expr, ExprId, ObjectKey, Tree},
};
use infra_model::{
    convert::{ConvertError, convert},
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    path::{Path, Step},
    schema::{Attribute, Nesting, Usage},
    source::Span,
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use std::collections::BTreeMap;

/// Whether ephemeral values may stand where they are not write-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ephemeral {
    /// They may: provider configurations, provisioners.
    Allowed,
    /// They may not: what is recorded.
    Refused,
}

/// Decodes bodies with an evaluator.
pub(super) struct Decoder<'h> {
    evaluator: Evaluator<'h>,
    ephemeral: Ephemeral,
}

/// The blocks of one type so far.
#[derive(Default)]
struct Gathered {
    blocks: Vec<(Option<Text>, Value)>,
    /// How many there will be is not known.
    unknown: bool,
    marks: Marks,
    /// Some came from a `dynamic` block.
    dynamic: bool,
    span: Option<Span>,
}

impl<'h> Decoder<'h> {
    /// Returns a decoder.
    pub(super) fn new(evaluator: Evaluator<'h>, ephemeral: Ephemeral) -> Self {
        Self { evaluator, ephemeral }
    }

    /// Returns what was found.
    pub(super) fn finish(self) -> Diagnostics {
        self.evaluator.finish()
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.evaluator.diagnostics.push(diagnostic);
    }

    /// Returns the object of a body.
    pub(super) fn body(&mut self, layout: &Layout, scope: &Scope<'_>, body: &Body) -> Value {
        let mut given: Vec<Option<Value>> = vec![None; layout.entries.len()];
        for attribute in &body.attributes {
            let Some(index) = layout.find(&attribute.name.name) else { continue };
            if let Slot::Attribute(schema) = &layout.entries[index].slot
                && schema.usage != Usage::Computed
            {
                given[index] = Some(self.attribute(scope, schema, attribute));
            }
        }
        if !body.blocks.is_empty() {
            self.blocks(layout, scope, body, &mut given);
        }
        let entries = layout.entries.iter().zip(given);
        Value::object(
            entries.map(|(e, value)| (e.name.clone(), value.unwrap_or_else(|| e.empty.clone()))),
        )
    }

    fn attribute(
        &mut self,
        scope: &Scope<'_>,
        schema: &Attribute,
        attribute: &tree::Attribute,
    ) -> Value {
        let before = self.evaluator.diagnostics.len();
        let value = self.evaluator.evaluate(scope, attribute.value);
        if self.evaluator.diagnostics.get(before..).is_some_and(has_errors) {
            return Value::unknown(schema.ty.without_optional());
        }
        let span = scope.tree.span(attribute.value);
        let name = &attribute.name.name;
        if schema.usage == Usage::Required && value.is_null() {
            self.report(
                Diagnostic::error("infra::config::attribute_missing", "Missing required argument")
                    .detail(format!("The argument {name:?} is required, but no definition was found: the value is null."))
                    .label(span, "null"),
            );
        }
        let refused = self.ephemeral == Ephemeral::Refused && !schema.write_only;
        if refused && value.deep_marks().contains(Marks::EPHEMERAL) {
            self.report(
                Diagnostic::error("infra::lang::ephemeral_misuse", "Invalid use of ephemeral value")
                    .detail(format!("Ephemeral values are not valid for {name:?}, because it is not a write-only attribute and must be persisted to state."))
                    .label(span, "ephemeral"),
            );
        }
        convert(&value, &schema.ty).unwrap_or_else(|error| {
            let at = if error.path.0.is_empty() {
                misfit(scope.tree, attribute.value, (&value, &schema.ty))
            } else {
                place_of(scope.tree, attribute.value, &error.path)
            };
            self.report(inappropriate(name, &error, scope.tree.span(at)));
            Value::unknown(schema.ty.without_optional())
        })
    }

    fn blocks(
        &mut self,
        layout: &Layout,
        scope: &Scope<'_>,
        body: &Body,
        given: &mut [Option<Value>],
    ) {
        let mut gathered: BTreeMap<usize, Gathered> = BTreeMap::new();
        for block in &body.blocks {
            let is_dynamic = &*block.kind.name == "dynamic";
            let name = if is_dynamic {
                block.labels.first().map(|l| &l.text)
            } else {
                Some(&block.kind.name)
            };
            let Some(index) = name.and_then(|name| layout.find(name)) else { continue };
            let into = gathered.entry(index).or_default();
            into.span.get_or_insert(block.header());
            match &layout.entries[index].slot {
                Slot::Block(nested) if is_dynamic => {
                    self.dynamic(&nested.layout, scope, block, into);
                }
                Slot::Block(nested) => {
                    let label = block.labels.first().map(|label| label.text.clone());
                    into.blocks.push((label, self.body(&nested.layout, scope, &block.body)));
                }
                Slot::Attribute(attribute) if as_blocks(attribute) => {
                    let inner = object_layout(&attribute.ty);
                    if is_dynamic {
                        self.dynamic(&inner, scope, block, into);
                    } else {
                        into.blocks.push((None, self.body(&inner, scope, &block.body)));
                    }
                }
                Slot::Attribute(_) => {}
            }
        }
        for (index, found) in gathered {
            let entry = &layout.entries[index];
            given[index] = Some(match &entry.slot {
                Slot::Block(nested) => self.nested(&entry.name, nested, (found, body.span)),
                Slot::Attribute(attribute) => {
                    self.written_as_blocks(&entry.name, &attribute.ty, found)
                }
            });
        }
    }

    fn dynamic(
        &mut self,
        layout: &Layout,
        scope: &Scope<'_>,
        block: &tree::Block,
        into: &mut Gathered,
    ) {
        into.dynamic = true;
        let (Some(each), Some(content)) =
            (block.body.attribute("for_each"), block.body.blocks_of("content").next())
        else {
            return;
        };
        let before = self.evaluator.diagnostics.len();
        let value = self.evaluator.evaluate(scope, each.value);
        if self.evaluator.diagnostics.get(before..).is_some_and(has_errors) {
            into.unknown = true;
            return;
        }
        let ty = value.ty();
        let found = match elements(value) {
            Ok(found) => found,
            Err(NoElements::Unknown(marks)) => {
                into.unknown = true;
                into.marks |= marks;
                self.foresee_content(layout, scope, (block, content));
                return;
            }
            Err(NoElements::Wrong(fault)) => {
                let detail = if fault.summary.contains("null") {
                    "Cannot use a null value in for_each.".to_owned()
                } else {
                    format!(
                        "Cannot use a {} value in for_each. An iterable collection is required.",
                        ty.friendly_name()
                    )
                };
                let span = scope.tree.span(each.value);
                self.report(
                    Diagnostic::error(
                        "infra::lang::dynamic_invalid",
                        "Invalid dynamic for_each value",
                    )
                    .detail(detail)
                    .label(span, ""),
                );
                into.unknown = true;
                return;
            }
        };
        let name = crate::compile::iterator(scope.tree, block).unwrap_or_default();
        for (key, value) in found.pairs {
            let object = Value::object([("key", key), ("value", value)]);
            let made = scope.with_named(&name, &object, |inner| {
                let label = self.label(inner, block);
                (label, self.body(layout, inner, &content.body))
            });
            into.blocks.push((made.0, made.1.with_marks(found.marks)));
        }
    }

    /// Notes what the content of a dynamic block refers to whose elements are not known yet.
    fn foresee_content(
        &mut self,
        layout: &Layout,
        scope: &Scope<'_>,
        (block, content): (&tree::Block, &tree::Block),
    ) {
        let name = crate::compile::iterator(scope.tree, block).unwrap_or_default();
        let any = || Value::unknown(Type::Dynamic);
        let object = Value::object([("key", any()), ("value", any())]);
        let told = self.evaluator.diagnostics.len();
        scope.with_named(&name, &object, |inner| {
            self.label(inner, block);
            self.body(layout, inner, &content.body);
        });
        self.evaluator.diagnostics.truncate(told);
    }

    /// Returns the first of a dynamic block's labels.
    fn label(&mut self, scope: &Scope<'_>, block: &tree::Block) -> Option<Text> {
        let labels = block.body.attribute("labels")?;
        let value = self.evaluator.evaluate(scope, labels.value);
        let first = value.items()?.first()?;
        convert(first, &Type::String).ok()?.as_text().cloned()
    }

    fn nested(&mut self, name: &str, nested: &Nested, (found, around): (Gathered, Span)) -> Value {
        let object = &nested.object;
        if found.unknown {
            let ty = match nested.nesting {
                Nesting::Single | Nesting::Group => object.clone(),
                Nesting::List => Type::list(object.clone()),
                Nesting::Set => Type::set(object.clone()),
                Nesting::Map => Type::map(object.clone()),
            };
            return Value::unknown(ty).with_marks(found.marks);
        }
        let count = found.blocks.len() as u64;
        let span = found.span.unwrap_or(around);
        if found.dynamic && most(nested).is_some_and(|max| count > max) {
            self.report(too_many(name, most(nested).unwrap_or(0), span));
        }
        if found.dynamic && count < nested.min {
            self.report(too_few(name, nested.min, span));
        }
        let (labels, values): (Vec<Option<Text>>, Vec<Value>) = found.blocks.into_iter().unzip();
        match nested.nesting {
            Nesting::Single => {
                values.into_iter().next().unwrap_or_else(|| Value::null(object.clone()))
            }
            Nesting::Group => values.into_iter().next().unwrap_or_else(|| nested.layout.empty()),
            Nesting::List if is_uniform(object, &values) => Value::list(object.clone(), values),
            Nesting::Set if is_uniform(object, &values) => Value::set(object.clone(), values),
            Nesting::List | Nesting::Set => Value::tuple(values),
            Nesting::Map => {
                let keys = labels.into_iter().map(Option::unwrap_or_default);
                let entries: Vec<(Text, Value)> = keys.zip(values).collect();
                let plain: Vec<Value> = entries.iter().map(|(_, value)| value.clone()).collect();
                if is_uniform(object, &plain) {
                    Value::map(object.clone(), entries)
                } else {
                    Value::object(entries)
                }
            }
        }
    }

    /// Converts blocks that stand where the schema has an attribute.
    fn written_as_blocks(&mut self, name: &str, ty: &Type, found: Gathered) -> Value {
        if found.unknown {
            return Value::unknown(ty.without_optional()).with_marks(found.marks);
        }
        let blocks = Value::tuple(found.blocks.into_iter().map(|(_, value)| value).collect());
        convert(&blocks, ty).unwrap_or_else(|error| {
            if let Some(span) = found.span {
                self.report(inappropriate(name, &error, span));
            }
            Value::unknown(ty.without_optional())
        })
    }
}

/// Returns whether values all have a type, which they may not if it has dynamic parts.
fn is_uniform(object: &Type, values: &[Value]) -> bool {
    !object.has_dynamic() || values.iter().all(|value| value.ty() == *object)
}

fn inappropriate(name: &str, error: &ConvertError, span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::value_type", "Incorrect attribute value type")
        .detail(format!("Inappropriate value for attribute {name:?}: {error}."))
        .label(span, "wrong type")
        .help("change the value, or convert it with a function such as `tostring` or `tolist`")
}

/// Returns the part of an expression that a path inside its value comes from, as far as it is written.
pub(super) fn place_of(tree: &Tree, id: ExprId, path: &Path) -> ExprId {
    let mut at = id;
    for step in &path.0 {
        let inner = match (tree.expr(tree.within_brackets(at)), step) {
            (Expr::Tuple(items), Step::Index(index)) => tree.exprs(items).get(*index).copied(),
            (Expr::Object(items), Step::Attribute(name) | Step::Key(name)) => {
                let found =
                    tree.items(items).iter().rev().find(|item| key_is(tree, item.key, name));
                found.map(|item| item.value)
            }
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at
}

/// Returns the innermost written part of a value that keeps it from being of a type.
fn misfit(tree: &Tree, id: ExprId, (value, ty): (&Value, &Type)) -> ExprId {
    let inner = |part: &Value, ty: &Type, at: ExprId| {
        convert(part, ty).is_err().then(|| misfit(tree, at, (part, ty)))
    };
    let found = match (tree.expr(id), ty) {
        (Expr::Parenthesised(within), _) => Some(misfit(tree, within, (value, ty))),
        (Expr::Tuple(list), Type::List(element) | Type::Set(element)) => {
            let parts = tree.exprs(list).iter().zip(value.items().unwrap_or_default());
            parts.into_iter().find_map(|(at, part)| inner(part, element, *at))
        }
        (Expr::Object(list), Type::Map(_) | Type::Object(_)) => {
            let wanted = |name: &str| match ty {
                Type::Object(object) => object.attributes.get(name),
                _ => ty.element(),
            };
            value.entries().unwrap_or_default().iter().find_map(|(name, part)| {
                let item =
                    tree.items(list).iter().rev().find(|item| key_is(tree, item.key, name))?;
                inner(part, wanted(name)?, item.value)
            })
        }
        _ => None,
    };
    found.unwrap_or(id)
}

fn key_is(tree: &Tree, key: ObjectKey, name: &str) -> bool {
    match key {
        ObjectKey::Name(symbol) => **tree.symbol(symbol) == *name,
        ObjectKey::Expression(id) => match tree.expr(id) {
            Expr::String(symbol) => **tree.symbol(symbol) == *name,
            _ => false,
        },
    }
}
