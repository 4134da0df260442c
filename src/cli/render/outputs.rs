//! Root outputs, and the closing line of an apply.

use super::literal::{Secrets, key, literal};
use infra_exec::machine::{Counts, Ended};
use infra_model::{snapshot::Snapshot, value::Value};
use infra_plan::plan::PlanMode;

/// Returns all recorded outputs, secrets masked, with an empty line before them.
pub fn all(snapshot: &Snapshot) -> String {
    all_shown(snapshot, Secrets::Masked)
}

/// Returns all recorded outputs, with an empty line before them.
pub fn all_shown(snapshot: &Snapshot, secrets: Secrets) -> String {
    if snapshot.outputs.is_empty() {
        return String::new();
    }
    let width = snapshot.outputs.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut out = String::from("\nOutputs:\n\n");
    for (name, output) in &snapshot.outputs {
        let shown = if secrets == Secrets::Masked && output.value.has_sensitive() {
            "<sensitive>".to_owned()
        } else {
            literal(&output.value, 0, secrets)
        };
        out.push_str(&format!("{:width$} = {shown}\n", key(name)));
    }
    out
}

/// Returns one output in clear.
pub fn clear(value: &Value) -> String {
    literal(value, 0, Secrets::Clear)
}

/// Returns the closing line of an apply.
pub fn summary(mode: PlanMode, counts: &Counts) -> String {
    let Counts { added, changed, destroyed, imported, .. } = counts;
    match mode {
        PlanMode::Destroy => {
            format!("\nDestroy complete! Resources: {destroyed} destroyed.\n")
        }
        PlanMode::Normal | PlanMode::RefreshOnly if *imported > 0 => format!(
            "\nApply complete! Resources: {imported} imported, {added} added, {changed} changed, {destroyed} destroyed.\n"
        ),
        PlanMode::Normal | PlanMode::RefreshOnly => format!(
            "\nApply complete! Resources: {added} added, {changed} changed, {destroyed} destroyed.\n"
        ),
    }
}

/// Returns what is said at the end of a run that failed or was stopped.
pub fn failed_summary(ended: &Ended) -> String {
    let Counts { added, changed, destroyed, failed, skipped, .. } = ended.counts;
    let how = if ended.interrupted { "interrupted" } else { "incomplete" };
    format!(
        "\nApply {how}: {added} added, {changed} changed, {destroyed} destroyed; {failed} failed, \
         {skipped} not begun.\nEverything that was done is recorded. The next plan shows what is left.\n"
    )
}
