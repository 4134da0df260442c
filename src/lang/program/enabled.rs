//! `enabled`: whether a block stands at all.

use super::{engine::Engine, instances::Keys, memo::Shape};
use infra_model::{
    address::InstanceKey,
    convert::convert,
    diagnostic::Diagnostic,
    source::Span,
    types::Type,
    value::{Marks, Value},
};

impl Engine<'_, '_> {
    /// Returns the one key, or none.
    pub(super) fn when_keys(&mut self, value: Value, span: Span) -> Keys {
        let (value, marks) = value.unmark_deep();
        let mut wrong = |detail: &str| {
            self.reported.push(
                Diagnostic::error("infra::lang::enabled_invalid", "Invalid enabled argument")
                    .detail(format!("The given \"enabled\" value {detail}"))
                    .label(span, ""),
            );
            Keys::none(Shape::Failed)
        };
        if marks.contains(Marks::SENSITIVE) {
            return wrong(
                "is sensitive, or derived from a sensitive value. Whether the object exists would tell it to everyone who sees the plan.",
            );
        }
        if marks.contains(Marks::EPHEMERAL) {
            return wrong(
                "is derived from an ephemeral value, which means that it cannot be persisted between plan/apply rounds. Use only non-ephemeral values to say whether there is an object.",
            );
        }
        if value.is_null() {
            return wrong("is null. It must be true or false.");
        }
        let Ok(value) = convert(&value, &Type::Bool) else {
            return wrong("is unsuitable: a bool is required.");
        };
        let one = Keys { shape: Shape::Single, names: vec![InstanceKey::None], values: None };
        match value.as_bool() {
            Some(true) => one,
            Some(false) => Keys::none(Shape::Off),
            None if self.is_validating => one,
            None => Keys::none(Shape::Unknown),
        }
    }
}
