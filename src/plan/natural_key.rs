//! Natural keys: what identifies an object that nothing of ours can be written on.
//!
//! Such an object is found again after a cut-off create only if its key was seen to be free before:
//! else it may be somebody else's. The planner asks where the key is known, the machine where it
//! becomes known at apply; both say the same of what is there.

use infra_model::{address::Address, diagnostic::Diagnostic, path::Path, text::Text, value::Value};

/// Returns whether all parts of the key of a value are known.
pub fn is_known(paths: &[Path], value: &Value) -> bool {
    paths.iter().filter_map(|path| value.at(path)).all(Value::is_wholly_known)
}

/// Returns whether two values are known to have the same key.
pub fn is_same(paths: &[Path], a: &Value, b: &Value) -> bool {
    paths.iter().all(|path| match (a.at(path), b.at(path)) {
        (Some(a), Some(b)) => a.equality(b) == Some(true),
        (a, b) => a.is_none() && b.is_none(),
    })
}

/// Returns the refusal to create what is there already.
pub fn taken(address: &Address, what: &Text) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::already_exists",
        format!("What `{address}` would create is there already"),
    )
    .detail(format!("{what}. It is not in the state, so this state did not make it."))
    .help("Take it over with an `import` block, or give the resource another key.")
}
