//! What happens in a run, one JSON object a line, in the format of `terraform apply -json`.

use super::{
    diagnostics::diagnostic as diagnostic_json,
    state::{bare, index},
    values::masked,
};
use crate::{
    commands::version::TERRAFORM_VERSION,
    render::plan::totals,
    statefile::type_json,
    ui::{lease_words, words},
};
use infra_exec::{
    machine::Counts,
    report::{LeaseNews, LeaseWork, Report},
};
use infra_model::{
    address::{Address, Mode},
    diagnostic::Diagnostic,
    journal::Time,
    snapshot::Snapshot,
    source::SourceMap,
    text::Text,
};
use infra_plan::plan::{Action, Change, Plan, PlanMode, Work};
use serde_json::{Value as Json, json};

/// The name under which tools expect these lines.
const MODULE: &str = "terraform.ui";

/// Returns one line: what is said to people, when, of which type, and what belongs to it.
fn line(message: &str, at: Time, sort: &str, more: Json) -> String {
    let mut object = json!({
        "@level": if sort == "error" { "error" } else { "info" },
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

/// Returns what `init` says, a line each.
pub fn init(text: &str, at: Time) -> String {
    text.lines().map(|message| line(message, at, "init_output", json!({}))).collect()
}

/// Returns the lines of a plan: its changes, and how many there are.
pub fn planned(plan: &Plan, at: Time) -> String {
    let mut out = String::new();
    for change in plan.changes.iter().filter(|change| is_shown(change)) {
        let (action, word) = action(change);
        let message = format!("{}: Plan to {word}", change.address);
        let change = json!({ "resource": resource(&change.address), "action": action });
        out.push_str(&line(&message, at, "planned_change", json!({ "change": change })));
    }
    let totals = totals(plan);
    let message = format!(
        "Plan: {} to add, {} to change, {} to destroy.",
        totals.add, totals.change, totals.destroy
    );
    let changes = json!({
        "add": totals.add, "change": totals.change, "import": totals.import,
        "remove": totals.destroy, "operation": "plan",
    });
    out.push_str(&line(&message, at, "change_summary", json!({ "changes": changes })));
    out
}

/// What is ephemeral is no change.
fn is_shown(change: &Change) -> bool {
    change.action != Action::NoOp && change.address.mode != Mode::Ephemeral
}

fn action(change: &Change) -> (&'static str, &'static str) {
    match change.action {
        Action::NoOp => ("noop", "do nothing"),
        Action::Read => ("read", "read"),
        Action::Create => ("create", "create"),
        Action::Update => ("update", "update"),
        Action::Replace => ("replace", "replace"),
        Action::Delete => ("delete", "delete"),
        Action::Adopt => ("import", "adopt"),
        Action::Forget => ("remove", "forget"),
    }
}

fn resource(address: &Address) -> Json {
    let local = Address { module: infra_model::address::ModuleAddress::root(), ..address.clone() };
    let kind = &*address.kind.0;
    let empty = Text::from("");
    json!({
        "addr": bare(address, &empty).address,
        "module": address.module.to_string(),
        "resource": local.to_string(),
        "implied_provider": kind.split('_').next(),
        "resource_type": kind,
        "resource_name": &*address.name,
        "resource_key": index(&address.key),
    })
}

fn hook(address: &Address, work: Work) -> Json {
    let action = match work {
        Work::Create { .. } => "create",
        Work::Update => "update",
        Work::Delete => "delete",
        Work::Read => "read",
        Work::Join => "noop",
    };
    json!({ "resource": resource(address), "action": action })
}

/// Returns the line of a piece of news; `None` for those that tools know nothing of.
pub fn report(report: &Report, at: Time) -> Option<String> {
    Some(match report {
        Report::Started { address, work, .. } => {
            let message = format!("{address}: {}...", words(*work).begin);
            line(&message, at, "apply_start", json!({ "hook": hook(address, *work) }))
        }
        Report::Finished { address, work, elapsed_ms, id } => {
            let seconds = elapsed_ms / 1000;
            let message = format!("{address}: {} complete after {seconds}s", words(*work).end);
            let mut hook = hook(address, *work);
            hook["elapsed_seconds"] = Json::from(seconds);
            if let Some(id) = id {
                hook["id_key"] = Json::from("id");
                hook["id_value"] = Json::from(&**id);
            }
            line(&message, at, "apply_complete", json!({ "hook": hook }))
        }
        Report::Failed { address, work, elapsed_ms } => {
            let seconds = elapsed_ms / 1000;
            let message = format!("{address}: {} errored after {seconds}s", words(*work).end);
            let mut hook = hook(address, *work);
            hook["elapsed_seconds"] = Json::from(seconds);
            line(&message, at, "apply_errored", json!({ "hook": hook }))
        }
        Report::Provisioning { address, kind } => {
            let message = format!("{address}: Provisioning with '{kind}'...");
            let hook = json!({ "resource": resource(address), "provisioner": &**kind });
            line(&message, at, "provision_start", json!({ "hook": hook }))
        }
        Report::Refreshing(addresses) => addresses
            .iter()
            .map(|address| {
                let message = format!("{address}: Refreshing state...");
                let hook = json!({ "resource": resource(address) });
                line(&message, at, "refresh_start", json!({ "hook": hook }))
            })
            .collect(),
        Report::Lease { address, work, news } => return lease(address, (*work, *news), at),
        Report::Repeating { .. }
        | Report::Planned
        | Report::Progress { .. }
        | Report::PlanningDeferred(_)
        | Report::Stopping(_) => return None,
    })
}

/// Returns the line of an ephemeral resource; `None` for one that has to wait, of which the plan's
/// lines speak.
fn lease(address: &Address, (work, news): (LeaseWork, LeaseNews), at: Time) -> Option<String> {
    let words = lease_words(work);
    let action = match work {
        LeaseWork::Open => "open",
        LeaseWork::Renew => "renew",
        LeaseWork::Close => "close",
    };
    let mut hook = json!({ "resource": resource(address), "action": action });
    let (sort, message) = match news {
        LeaseNews::Began => ("ephemeral_op_start", format!("{address}: {}...", words.begin)),
        LeaseNews::Done(ms) => {
            hook["elapsed_seconds"] = Json::from(ms / 1000);
            let message = format!("{address}: {} complete after {}s", words.end, ms / 1000);
            ("ephemeral_op_complete", message)
        }
        LeaseNews::Failed(ms) => {
            hook["elapsed_seconds"] = Json::from(ms / 1000);
            let message = format!("{address}: {} errored after {}s", words.end, ms / 1000);
            ("ephemeral_op_errored", message)
        }
        LeaseNews::Deferred => return None,
    };
    Some(line(&message, at, sort, json!({ "hook": hook })))
}

/// Returns the line that says that a step is still running.
pub fn still(address: &str, doing: &str, elapsed_ms: u64, at: Time) -> String {
    let seconds = elapsed_ms / 1000;
    let message = format!("{address}: Still {doing}... [{seconds}s elapsed]");
    let hook = json!({ "resource": { "addr": address }, "elapsed_seconds": seconds });
    let is_lease = matches!(doing, "opening" | "renewing" | "closing");
    let sort = if is_lease { "ephemeral_op_progress" } else { "apply_progress" };
    line(&message, at, sort, json!({ "hook": hook }))
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

/// Returns the line of all outputs, secrets masked.
pub fn outputs(snapshot: &Snapshot, at: Time) -> String {
    let outputs: serde_json::Map<String, Json> = snapshot
        .outputs
        .iter()
        .map(|(name, output)| {
            let mut shown = json!({
                "sensitive": output.value.has_sensitive(),
                "type": type_json(&output.value.ty()),
            });
            if !output.value.has_sensitive() {
                let text = masked(&output.value).map_or_else(String::new, |v| v.get().to_owned());
                shown["value"] = serde_json::from_str(&text).unwrap_or_default();
            }
            (name.to_string(), shown)
        })
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
    let one = |found: &Diagnostic| {
        let (level, word) = if found.is_error() { ("error", "Error") } else { ("warn", "Warning") };
        let shown = serde_json::to_value(diagnostic_json(found, sources)).unwrap_or_default();
        let message = format!("{word}: {}", found.summary);
        let mut more = json!({ "@level": level, "diagnostic": shown });
        if let (Some(more), Some(beside)) = (more.as_object_mut(), beside.as_object()) {
            more.extend(beside.clone());
        }
        line(&message, at, "diagnostic", more)
    };
    sorted.iter().map(one).collect()
}
