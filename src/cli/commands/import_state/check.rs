//! Whether a state may take the place of what is recorded.

use super::COMMAND;
use crate::failure::Failure;
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    snapshot::Snapshot,
};
use infra_state::{Revision, records_between};

/// Refuses a state over one that is not empty, unless it is the same one at a later time.
///
/// # Errors
///
/// With the reason; `force` lifts all of them.
pub(super) fn check(
    history: &[Revision],
    old: &Snapshot,
    new: &Snapshot,
    force: bool,
) -> Result<(), Failure> {
    let is_fresh = old.is_empty() && old.open_intents().next().is_none();
    if force || is_fresh || records_between(old, new).is_empty() {
        return Ok(());
    }
    if new.lineage.is_empty() || new.lineage != old.lineage {
        return Err(refused(
            "infra::cli::import_not_empty",
            "The state is not empty",
            &format!(
                "{} instance(s) are recorded under the lineage `{}`; the file has the lineage `{}`.",
                old.instances.len(),
                old.lineage,
                new.lineage
            ),
            "Check that this is the right directory and workspace; `-force` forgets what is recorded \
             and keeps the lineage.",
        ));
    }
    let last_import = history.iter().find_map(|revision| Some((revision, serial(revision)?)));
    let newest = history.first().map(|revision| revision.serial);
    let known = match last_import {
        Some((revision, _)) if newest != Some(revision.serial) => {
            return Err(refused(
                "infra::cli::import_diverged",
                "The state was changed here since it was imported",
                &format!(
                    "The last import is revision {}, the newest revision {}; the file does not have \
                     what was done since.",
                    revision.serial,
                    newest.unwrap_or_default()
                ),
                "Go on with infra alone; `-force` forgets what was recorded since.",
            ));
        }
        Some((_, serial)) => serial,
        None => old.sequence,
    };
    if new.sequence <= known {
        return Err(refused(
            "infra::cli::import_older",
            "The file is not newer than the state",
            &format!("It has serial {}, what is recorded {known}.", new.sequence),
            "Give the newest file of Terraform; `-force` goes back to this one.",
        ));
    }
    Ok(())
}

/// Returns the serial of the file that a run imported.
fn serial(revision: &Revision) -> Option<u64> {
    revision.command.strip_prefix(COMMAND)?.trim().parse().ok()
}

fn refused(code: &'static str, summary: &str, why: &str, help: &str) -> Failure {
    Failure::from(
        Diagnostic::error(code, summary)
            .detail(format!("{why} Nothing was changed."))
            .help(help)
            .retry(Retry::Never),
    )
}
