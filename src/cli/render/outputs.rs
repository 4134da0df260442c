//! Root outputs, and the closing line of an apply.

use super::console::console;
use infra_exec::machine::{Counts, Ended};
use infra_model::{
    snapshot::{Output, Snapshot},
    text::Text,
    value::Value,
};
use infra_plan::plan::PlanMode;

/// Returns all recorded outputs as the console would print them, with an empty line before them.
pub fn all(snapshot: &Snapshot) -> String {
    let lines = lines(snapshot);
    if lines.is_empty() { lines } else { format!("\nOutputs:\n\n{lines}") }
}

/// Returns the text of each recorded output that is not null, secrets masked.
pub fn lines(snapshot: &Snapshot) -> String {
    let line = |(name, output): (&Text, &Output)| {
        let is_secret = output.value.has_sensitive();
        let shown = if is_secret { "<sensitive>".to_owned() } else { console(&output.value) };
        format!("{name} = {shown}\n")
    };
    snapshot.outputs.iter().filter(|(_, output)| !output.value.is_null()).map(line).collect()
}

/// Returns one output in clear.
pub fn clear(value: &Value) -> String {
    console(&value.clone().unmark_deep().0)
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
