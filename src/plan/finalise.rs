//! What the machine needs of the planner's judgement at apply: what exactly is sent, whether it is
//! what was planned, and what may be recorded. Pure functions; nothing is decided here anew.

use crate::ignore;
use infra_model::{
    address::{Address, ProviderAddress},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Kind, Kinds},
    path::Path,
    program::Desired,
    schema::{Changes, Schema},
    value::{Marks, Value, refines},
};

/// An instance whose configuration was evaluated with everything final.
#[derive(Clone, Copy)]
pub struct AtApply<'a> {
    /// All kinds.
    pub kinds: &'a Kinds,
    /// The instance.
    pub address: &'a Address,
    /// Its evaluated configuration.
    pub desired: &'a Desired,
    /// The recorded value for an update; `None` for a create.
    pub prior: Option<&'a Value>,
    /// What the plan said it would be.
    pub planned: Option<&'a Value>,
    /// The facts of its provider instance.
    pub facts: &'a Facts,
}

/// What is sent, and what should come back.
#[derive(Clone, Debug)]
pub struct Final {
    /// The desired value, `ignore_changes` applied.
    pub desired: Value,
    /// The planned value; unknown only where the provider decides.
    pub planned: Value,
}

/// Returns what a step sends: `ignore_changes` applied, the kind asked again, and the result
/// checked against what was planned.
///
/// # Errors
///
/// `value_not_known` if the configuration still has unknown parts, `plan_departed` if the value
/// departs from the planned one, `plan_inconsistent` if the kind plans otherwise than before.
pub fn at_apply(input: &AtApply<'_>) -> Result<Final, Diagnostics> {
    let Some(kind) = input.kinds.of(input.address) else {
        return Err(vec![no_kind(input.address)]);
    };
    let desired = match input.prior {
        Some(prior) => {
            let ignored = &input.desired.lifecycle.ignore_changes;
            ignore::apply(ignored, kind.schema(), prior, &input.desired.value)
        }
        None => input.desired.value.clone(),
    };
    if let Some(path) = first_unknown(&desired) {
        return Err(vec![not_known(input.address, path)]);
    }
    let proposal = kind.planned(input.prior, &desired, input.facts);
    let planned = kind.schema().block.mark_sensitive(proposal.planned);
    if let Some(expected) = input.planned
        && let Err(path) = refines_but_volatile(kind.schema(), expected, &planned)
    {
        return Err(vec![departed(input.address, path, &desired)]);
    }
    if input.prior.is_some() && !proposal.replace.is_empty() {
        let path = proposal.replace[0].clone();
        return Err(vec![departed(input.address, path, &desired)]);
    }
    Ok(Final { desired, planned })
}

/// Says that everything of what is to be read is known.
///
/// # Errors
///
/// `value_not_known` if something is not.
pub fn all_known(address: &Address, desired: &Value) -> Result<(), Diagnostics> {
    match first_unknown(desired) {
        Some(path) => Err(vec![not_known(address, path)]),
        None => Ok(()),
    }
}

/// What a provider gave back.
#[derive(Clone)]
pub struct Returned<'a> {
    /// The kind, if it is known.
    pub kind: Option<&'a dyn Kind>,
    /// The instance.
    pub address: &'a Address,
    /// The provider instance, to be blamed by name.
    pub provider: &'a ProviderAddress,
    /// What was expected.
    pub planned: Option<&'a Value>,
    /// What came back.
    pub value: Value,
}

/// Returns what may be recorded of a returned value, and what the provider is to be blamed for.
///
/// The marks of the planned value are put back by path, the schema's sensitive ones added;
/// write-only attributes and what is still unknown become null.
pub fn result(returned: &Returned<'_>) -> (Value, Diagnostics) {
    let mut problems = Vec::new();
    let mut value = returned.value.clone().unmark_deep().0;
    if let Some(path) = first_unknown(&value) {
        problems.push(left_unknown(returned, path));
        value = known_only(&value);
    }
    let schema = returned.kind.map(Kind::schema);
    if let Some(schema) = schema {
        value = without_write_only(schema, value);
    }
    if let Some(planned) = returned.planned {
        let checked = match schema {
            Some(schema) => refines_but_volatile(schema, planned, &value),
            None => refines(planned, &value),
        };
        if let (Err(path), true) = (checked, problems.is_empty()) {
            problems.push(inconsistent(returned, path));
        }
        let (_, marks) = planned.clone().unmark_paths();
        let stored = marks.into_iter().map(|(p, m)| (p, m.without(Marks::EPHEMERAL)));
        let stored: Vec<_> = stored.filter(|(_, marks)| !marks.is_empty()).collect();
        value = value.mark_paths(&stored);
    }
    if let Some(kind) = returned.kind {
        value = kind.spread_marks(kind.schema().block.mark_sensitive(value));
    }
    (value, problems)
}

/// Returns what of a desired value may be stored in an intent: ephemeral parts and write-only
/// attributes become null.
pub fn storable(schema: Option<&Schema>, desired: &Value) -> Value {
    let desired = match schema {
        Some(schema) if !desired.is_null() => &without_write_only(schema, desired.clone()),
        Some(_) | None => desired,
    };
    if !desired.deep_marks().contains(Marks::EPHEMERAL) {
        return desired.clone();
    }
    desired.transform(&mut |_, part| {
        if part.marks().contains(Marks::EPHEMERAL) {
            let marks = part.marks().without(Marks::EPHEMERAL);
            Value::null(part.ty()).with_marks(marks)
        } else {
            part
        }
    })
}

/// Returns a value with write-only attributes null: they are sent and never recorded.
pub(crate) fn without_write_only(schema: &Schema, value: Value) -> Value {
    let sent = |path: &Path| {
        schema.block.attribute_at(path).filter(|attribute| attribute.write_only).cloned()
    };
    let has_any =
        schema.block.attributes.values().any(|a| a.write_only) || !schema.block.blocks.is_empty();
    if !has_any {
        return value;
    }
    value.transform(&mut |path, part| match sent(path) {
        Some(attribute) => Value::null(attribute.ty),
        None => part,
    })
}

/// The refinement check, with nothing expected of `Volatile` and write-only attributes.
fn refines_but_volatile(schema: &Schema, planned: &Value, actual: &Value) -> Result<(), Path> {
    let free = |path: &Path| {
        let attribute = schema.block.attribute_at(path);
        attribute.is_some_and(|a| a.write_only || a.changes == Changes::Volatile)
    };
    match refines(planned, actual) {
        Err(path) if free(&path) => {
            let lenient = planned.transform(&mut |path, part| {
                if free(path) { Value::unknown(part.ty()) } else { part }
            });
            refines(&lenient, actual)
        }
        checked => checked,
    }
}

fn first_unknown(value: &Value) -> Option<Path> {
    if value.is_wholly_known() {
        return None;
    }
    let mut found = None;
    value.visit(&mut |path, part| {
        if found.is_none() && !part.is_known() {
            found = Some(path.clone());
        }
        found.is_none()
    });
    found
}

fn known_only(value: &Value) -> Value {
    value.transform(&mut |_, part| if part.is_known() { part } else { Value::null(part.ty()) })
}

fn no_kind(address: &Address) -> Diagnostic {
    Diagnostic::error("infra::plan::kind_unknown", format!("`{}` is no known kind", address.kind))
        .help("Use the version of `infra` that made this plan.")
        .at_address(address.to_string())
}

fn not_known(address: &Address, path: Path) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::value_not_known",
        format!("`{path}` of `{address}` is not known"),
    )
    .detail("Everything it needs is done, and its value still cannot be told. This is a bug.")
    .help("Report it with the configuration; nothing was changed for this instance.")
    .at_address(address.to_string())
    .at_path(path)
}

fn departed(address: &Address, path: Path, desired: &Value) -> Diagnostic {
    let configured = desired.at(&path).is_some_and(|part| !part.is_null());
    let (code, detail) = if configured {
        (
            "infra::plan::plan_departed",
            "The configuration gives another value than when it was planned.",
        )
    } else {
        (
            "infra::plan::plan_inconsistent",
            "The provider plans another value than when it was planned.",
        )
    };
    Diagnostic::error(code, format!("`{address}` is not what was approved"))
        .detail(format!("{detail} Nothing was changed for this instance."))
        .help("Make a new plan, look at it, and apply that.")
        .at_address(address.to_string())
        .at_path(path)
}

fn left_unknown(returned: &Returned<'_>, path: Path) -> Diagnostic {
    blame(returned, "infra::plan::result_not_known", path, "left unknown")
}

fn inconsistent(returned: &Returned<'_>, path: Path) -> Diagnostic {
    blame(returned, "infra::plan::result_inconsistent", path, "given another value than planned")
}

fn blame(returned: &Returned<'_>, code: &'static str, path: Path, what: &str) -> Diagnostic {
    let Returned { address, provider, .. } = returned;
    let place = if path.0.is_empty() { "the object".to_owned() } else { format!("`{path}`") };
    Diagnostic::error(code, format!("`{provider}` returned an inconsistent result for `{address}`"))
        .detail(format!(
            "{place} was {what}. This is a fault of the provider. What it returned is recorded."
        ))
        .help(
            "Report it to the provider. The object is tainted: the next apply replaces it; \
             `infra untaint` keeps it.",
        )
        .at_address(address.to_string())
        .at_path(path)
}
