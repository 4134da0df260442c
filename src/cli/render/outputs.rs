//! Root outputs, and the closing line of an apply.

use super::console::console;
use infra_exec::machine::{Counts, Ended};
use infra_model::{
    address::Address,
    snapshot::{Instance, Output, Snapshot},
    text::Text,
    value::Value,
};
use infra_plan::plan::PlanMode;
use std::collections::BTreeSet;

/// How many addresses are named in one line of the closing words.
const LISTED_MAX: usize = 5;

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
    // Of a run that was cut off nobody counts what it did not come to.
    let rest = if ended.interrupted && failed + skipped == 0 {
        String::new()
    } else {
        format!("; {failed} failed, {skipped} not begun")
    };
    let mut text =
        format!("\nApply {how}: {added} added, {changed} changed, {destroyed} destroyed{rest}.\n");
    let open: BTreeSet<&Address> =
        ended.snapshot.open_intents().map(|open| &open.address).collect();
    text.push_str(&listed("Not known how it ended; the next plan looks it up", &open));
    let is_tainted = |instance: &&Instance| instance.current().is_some_and(|(_, o)| o.tainted);
    let of = |(address, instance)| is_tainted(&instance).then_some(address);
    let tainted: BTreeSet<&Address> = ended.snapshot.instances.iter().filter_map(of).collect();
    text.push_str(&listed("Made, but not whole; the next apply replaces it", &tainted));
    text + "Everything that was done is recorded. The next plan shows what is left.\n"
}

/// Returns a line with addresses, of which only the first few are named.
fn listed(what: &str, addresses: &BTreeSet<&Address>) -> String {
    if addresses.is_empty() {
        return String::new();
    }
    let named: Vec<String> = addresses.iter().take(LISTED_MAX).map(ToString::to_string).collect();
    let more = addresses.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{what}: {}{more}.\n", named.join(", "))
}
