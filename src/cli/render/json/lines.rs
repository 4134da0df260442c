//! What a command says as a whole, one JSON object a line, in the format of `terraform plan -json`
//! and `apply -json`: version, changes, sums, outputs, diagnostics.
//!
//! Not here: what happens to single resources, which is [`super::hooks`]'.

use super::{
    cost, diagnostics::diagnostic as diagnostic_json, hooks::resource, plan::action_reason,
    values::masked,
};
use crate::{
    commands::version::TERRAFORM_VERSION,
    render::{concealed::Concealed, plan::totals},
    statefile::type_json,
};
use infra_exec::machine::Counts;
use infra_model::{
    address::Mode, diagnostic::Diagnostic, journal::Time, snapshot::Snapshot, source::SourceMap,
    value::Value,
};
use infra_plan::plan::{Action, Change, Drift, OutputChange, Plan, PlanMode};
use serde_json::{Map, Value as Json, json};

/// The name under which tools expect these lines.
const MODULE: &str = "terraform.ui";

/// Returns one line: what is said to people, when, of which type, and what belongs to it.
pub(super) fn line(message: &str, at: Time, sort: &str, more: Json) -> String {
    let mut object = json!({
        "@level": "info",
        "@message": message,
        "@module": MODULE,
        "@timestamp": infra_state::moment::text(at),
        "type": sort,
    });
    if let (Some(object), Json::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    format!("{object}\n")
}

/// Returns a line about a test: its file and run stand beside what is said.
pub fn test(message: &str, at: Time, sort: &str, more: Json) -> String {
    line(message, at, sort, more)
}

/// Returns the first line.
pub fn version(at: Time) -> String {
    let message = format!("infra {}", env!("CARGO_PKG_VERSION"));
    line(&message, at, "version", json!({ "terraform": TERRAFORM_VERSION, "ui": "1.2" }))
}

/// Returns what `init` says on the way, a line each.
pub fn log(text: &str, at: Time) -> String {
    text.lines().map(|message| line(message, at, "log", json!({}))).collect()
}

/// Returns a line of `init` that has a code.
pub fn init_output(code: &str, message: &str, at: Time) -> String {
    let more = json!({ "message_code": code });
    line(message, at, "init_output", more)
}

/// Returns the lines of a plan: what changed outside, what is planned, how much, and the outputs.
pub fn planned(plan: &Plan, at: Time) -> String {
    let mut out: String = plan.drift.iter().map(|found| drift(found, at)).collect();
    out.extend(plan.changes.iter().filter(|change| is_shown(change)).map(|c| change(plan, c, at)));
    let totals = totals(plan);
    let message = format!(
        "Plan: {} to add, {} to change, {} to destroy.",
        totals.add, totals.change, totals.destroy
    );
    let imported = if totals.import > 0 {
        message.replace("Plan: ", &format!("Plan: {} to import, ", totals.import))
    } else {
        message
    };
    let changes = json!({
        "add": totals.add, "change": totals.change, "import": totals.import,
        "remove": totals.destroy, "operation": "plan",
    });
    let mut more = json!({ "changes": changes });
    if let Some(costs) = cost::all(plan) {
        more["monthly_cost"] = json!(costs);
    }
    out.push_str(&line(&imported, at, "change_summary", more));
    out.push_str(&output_changes(plan, at));
    out
}

/// What is ephemeral is no change, and a data source that is no longer there is not destroyed.
fn is_shown(change: &Change) -> bool {
    let concerns =
        change.action != Action::NoOp || change.moved_from.is_some() || change.importing.is_some();
    match change.address.mode {
        Mode::Managed => concerns,
        Mode::Data => concerns && change.action != Action::Delete,
        Mode::Ephemeral => false,
    }
}

fn drift(drift: &Drift, at: Time) -> String {
    let action = if drift.observed.is_some() { "update" } else { "delete" };
    let message = format!("{}: Drift detected ({action})", drift.address);
    let change = json!({ "resource": resource(&drift.address), "action": action });
    line(&message, at, "resource_drift", json!({ "change": change }))
}

fn change(plan: &Plan, change: &Change, at: Time) -> String {
    let action = match change.action {
        Action::NoOp if change.moved_from.is_some() => "move",
        Action::NoOp if change.importing.is_some() => "import",
        Action::NoOp => "noop",
        Action::Read => "read",
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Adopt => "import",
        Action::Forget => "remove",
    };
    let mut json = json!({ "resource": resource(&change.address), "action": action });
    if let Some(before) = &change.moved_from {
        json["previous_resource"] = resource(before);
    }
    if let Some(reason) = action_reason(change) {
        // The plan's document has the kind of change in the name as well.
        let reason = match reason {
            "replace_by_triggers" => "replace_triggered_by",
            "replace_by_request" => "requested",
            other => other.strip_prefix("replace_because_").unwrap_or(other),
        };
        json["reason"] = Json::from(reason);
    }
    if let Some(id) = change.importing.as_ref().and_then(Value::as_text) {
        json["importing"] = json!({ "id": &**id });
    }
    if let Some(text) = plan.generated_config.get(&change.address) {
        json["generated_config"] = Json::from(&**text);
    }
    let message = format!("{}: Plan to {action}", change.address);
    let mut more = json!({ "change": json });
    if let Some(cost) = &change.cost {
        more["monthly_cost"] = json!(cost::change(cost));
    }
    line(&message, at, "planned_change", more)
}

/// Returns the line of what becomes of the outputs; none if there are none.
fn output_changes(plan: &Plan, at: Time) -> String {
    if plan.outputs.is_empty() {
        return String::new();
    }
    let one = |change: &OutputChange| {
        let values = [&change.prior, &change.planned].into_iter().flatten();
        let is_sensitive = values.into_iter().any(Value::has_sensitive);
        let action = match super::plan::output_action(change) {
            "no-op" => "noop",
            other => other,
        };
        json!({ "sensitive": is_sensitive, "action": action })
    };
    let outputs: Map<String, Json> =
        plan.outputs.iter().map(|(name, change)| (name.to_string(), one(change))).collect();
    let message = format!("Outputs: {}", outputs.len());
    line(&message, at, "outputs", json!({ "outputs": outputs }))
}

/// Returns the line that says what was done in all.
pub fn summary(mode: PlanMode, counts: &Counts, at: Time) -> String {
    let message = crate::render::outputs::summary(mode, counts);
    let operation = if mode == PlanMode::Destroy { "destroy" } else { "apply" };
    let changes = json!({
        "add": counts.added, "change": counts.changed, "import": counts.imported,
        "remove": counts.destroyed, "operation": operation,
    });
    line(message.trim(), at, "change_summary", json!({ "changes": changes }))
}

/// Returns the line of all outputs, secrets left out; none if there are none.
pub fn outputs(snapshot: &Snapshot, at: Time) -> String {
    if snapshot.outputs.is_empty() {
        return String::new();
    }
    let one = |value: &Value| {
        let is_sensitive = value.has_sensitive();
        let mut shown = json!({ "sensitive": is_sensitive, "type": type_json(&value.ty()) });
        if !is_sensitive {
            shown["value"] = masked(value).map_or(Json::Null, |text| json!(text));
        }
        shown
    };
    let outputs: Map<String, Json> = snapshot
        .outputs
        .iter()
        .map(|(name, output)| (name.to_string(), one(&output.value)))
        .collect();
    let message = format!("Outputs: {}", outputs.len());
    line(&message, at, "outputs", json!({ "outputs": outputs }))
}

/// Returns a line for each diagnostic.
pub fn diagnostics(found: &[Diagnostic], sources: &SourceMap, at: Time) -> String {
    diagnostics_of(found, sources, at, &json!({}))
}

/// Returns a line for each diagnostic, with more beside it.
pub fn diagnostics_of(
    found: &[Diagnostic],
    sources: &SourceMap,
    at: Time,
    beside: &Json,
) -> String {
    let mut sorted = found.to_vec();
    infra_model::diagnostic::sort(&mut sorted);
    let concealed = Concealed::of(&sorted, sources);
    let one = |found: &Diagnostic| {
        let (level, word) = if found.is_error() { ("error", "Error") } else { ("warn", "Warning") };
        let message = format!("{word}: {}", found.summary);
        let mut more =
            json!({ "@level": level, "diagnostic": diagnostic_json(found, (sources, &concealed)) });
        if let (Some(more), Some(beside)) = (more.as_object_mut(), beside.as_object()) {
            more.extend(beside.clone());
        }
        line(&message, at, "diagnostic", more)
    };
    sorted.iter().map(one).collect()
}
