//! Marks on what a provider gives back: by the schema, and as on what was sent or recorded.

use infra_model::{schema::Block, value::Value};

/// Returns a clear value from a provider with the marks it must have in the engine.
///
/// These are the sensitive mark on what the schema calls sensitive, and every mark that stands at
/// the same place in `like`, the value that was sent or recorded.
pub fn dress(block: &Block, value: Value, like: &Value) -> Value {
    let (_, marks) = like.clone().unmark_paths();
    block.mark_sensitive(value.mark_paths(&marks))
}
