//! Templates: texts with interpolations and directives.

use super::{
    Evaluator, Fault, Scope,
    conditional::NoChoice,
    iterate::{NoElements, elements},
    limits::TEXT_BYTES_MAX,
    unknown,
};
use crate::syntax::tree::{ExprId, List, Part, PartKind, Symbol};
use infra_model::{
    convert::convert,
    source::Span,
    types::Type,
    value::{Marks, Unknown, Value},
};

/// How much of an unknown text's beginning is remembered.
const PREFIX_BYTES_MAX: usize = 256;

/// A text in the making.
#[derive(Default)]
struct Buffer {
    text: String,
    marks: Marks,
    /// A part was unknown: what follows is not added any more.
    unknown: bool,
    /// A part was wrong: the beginning means nothing.
    wrong: bool,
}

/// A `%{ for }` of a template.
#[derive(Clone, Copy)]
struct Loop {
    key_name: Option<Symbol>,
    value_name: Symbol,
    collection: ExprId,
    body: List<Part>,
}

const INVALID: (&str, &str) =
    ("infra::lang::interpolation_invalid", "Invalid template interpolation value");

impl Evaluator<'_> {
    /// Returns the value of a template; a single interpolation is not made a text.
    pub(super) fn template(&mut self, scope: &Scope<'_>, parts: &[Part]) -> Value {
        if let [Part { kind: PartKind::Interpolation(inner), .. }] = parts {
            return self.evaluate(scope, *inner);
        }
        self.text(scope, parts)
    }

    fn text(&mut self, scope: &Scope<'_>, parts: &[Part]) -> Value {
        let mut buffer = Buffer::default();
        for part in parts {
            self.part(scope, part, &mut buffer);
        }
        let Buffer { mut text, marks, unknown, wrong } = buffer;
        let value = if wrong || (unknown && text.is_empty()) {
            Unknown::of(Type::String).not_null().into()
        } else if unknown {
            let mut end = text.len().min(PREFIX_BYTES_MAX);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            Unknown::of(Type::String).prefix(text).into()
        } else {
            Value::string(text)
        };
        value.with_marks(marks)
    }

    fn part(&mut self, scope: &Scope<'_>, part: &Part, buffer: &mut Buffer) {
        let span = scope.tree.at(part.range);
        match part.kind {
            PartKind::Literal(symbol) => self.append(scope.tree.symbol(symbol), span, buffer),
            PartKind::Interpolation(inner) => {
                let before = self.diagnostics.len();
                let value = self.evaluate(scope, inner);
                buffer.wrong |= self.failed_since(before);
                self.add(value, scope.tree.span(inner), buffer);
            }
            PartKind::If { condition, yes, no } => {
                let value = self.choice(scope, condition, (yes, no));
                self.add(value, span, buffer);
            }
            PartKind::For { key_name, value_name, collection, body } => {
                let repeated = Loop { key_name, value_name, collection, body };
                self.repeated(scope, repeated, buffer);
            }
        }
    }

    fn append(&mut self, text: &str, span: Span, buffer: &mut Buffer) {
        if buffer.unknown || buffer.wrong {
            return;
        }
        let size = buffer.text.len() + text.len();
        if size > TEXT_BYTES_MAX {
            let detail = format!(
                "This template makes {size} bytes of text; at most {TEXT_BYTES_MAX} are allowed."
            );
            self.fail(
                Fault::new("infra::lang::value_too_large", "Value too large", detail),
                span,
                "too long",
            );
            buffer.wrong = true;
            return;
        }
        buffer.text.push_str(text);
    }

    fn add(&mut self, value: Value, span: Span, buffer: &mut Buffer) {
        let (value, marks) = value.unmark_deep();
        buffer.marks |= marks;
        let (code, summary) = INVALID;
        if value.is_null() {
            let detail =
                "The expression result is null. Cannot include a null value in a string template.";
            self.fail(Fault::new(code, summary, detail), span, "null");
            buffer.wrong = true;
            return;
        }
        if let Some(text) = value.as_text() {
            self.append(text, span, buffer);
            return;
        }
        if let Some(unknown) = value.as_unknown() {
            // As in Terraform, one of a wrong type is told once it is known.
            self.append(&unknown.prefix, span, buffer);
            buffer.unknown = true;
            return;
        }
        match convert(&value, &Type::String) {
            Ok(value) => self.append(value.as_text().map_or("", |text| &**text), span, buffer),
            Err(error) => {
                let detail =
                    format!("Cannot include the given value in a string template: {error}.");
                self.fail(Fault::new(code, summary, detail), span, "not a text");
                buffer.wrong = true;
            }
        }
    }

    /// Returns the text of the taken branch of an `%{ if }`.
    fn choice(
        &mut self,
        scope: &Scope<'_>,
        condition: ExprId,
        (yes, no): (List<Part>, List<Part>),
    ) -> Value {
        let (chosen, marks) = self.condition(scope, condition);
        let taken = match chosen {
            Ok(true) => yes,
            Ok(false) => no,
            Err(why) => {
                if why == NoChoice::Unknown {
                    for branch in [yes, no] {
                        self.aside_of_all(|this| {
                            this.text(scope, scope.tree.parts(branch));
                        });
                    }
                }
                return Value::from(Unknown::of(Type::String).not_null()).with_marks(marks);
            }
        };
        self.text(scope, scope.tree.parts(taken)).with_marks(marks)
    }

    fn repeated(&mut self, scope: &Scope<'_>, repeated: Loop, buffer: &mut Buffer) {
        let span = scope.tree.span(repeated.collection);
        let collection = self.evaluate(scope, repeated.collection);
        let found = match elements(collection) {
            Ok(found) => found,
            Err(NoElements::Unknown(marks)) => {
                buffer.marks |= marks;
                buffer.unknown = true;
                let any = unknown();
                let names = ((repeated.key_name, &any), (repeated.value_name, &any));
                self.bind(scope, names.0, names.1, |this, inner| {
                    this.aside_of_all(|this| {
                        this.text(inner, inner.tree.parts(repeated.body));
                    });
                });
                return;
            }
            Err(NoElements::Wrong(fault)) => {
                self.fail(fault, span, "cannot be iterated over");
                buffer.wrong = true;
                return;
            }
        };
        buffer.marks |= found.marks;
        if !self.may_make(found.pairs.len(), span) {
            buffer.wrong = true;
            return;
        }
        let before = self.diagnostics.len();
        for (key, value) in &found.pairs {
            let names = ((repeated.key_name, key), (repeated.value_name, value));
            self.bind(scope, names.0, names.1, |this, inner| {
                for part in inner.tree.parts(repeated.body) {
                    this.part(inner, part, buffer);
                }
            });
            if self.is_hopeless(before) {
                buffer.wrong = true;
                break;
            }
        }
    }
}
