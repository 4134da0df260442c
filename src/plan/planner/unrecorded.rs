//! Objects that carry the mark of our lineage and are not in the state: nobody would ever change or
//! delete them, so every refresh that sees them says so.

use super::Planner;
use crate::plan::Unrecorded;
use infra_model::{
    address::{KindName, ProviderAddress},
    diagnostic::Diagnostic,
    observed::Marked,
    text::Text,
    value::Value,
};
use std::collections::BTreeSet;

impl Planner {
    /// Keeps what a refresh has seen beside what it was asked for.
    pub(super) fn take_marked(&mut self, provider: &ProviderAddress, marked: &[Marked]) {
        // While another run is at work, what it has just made is not in our snapshot yet.
        if self.scope.is_fragment() || self.input.moment.live_epoch.is_some() {
            return;
        }
        self.results.marked.extend(
            marked
                .iter()
                .map(|object| Unrecorded { object: object.clone(), provider: provider.clone() }),
        );
    }

    /// Returns what of that is not recorded, imported or still to be looked up, and warns of it.
    pub(super) fn unrecorded(&mut self) -> Vec<Unrecorded> {
        let marked = std::mem::take(&mut self.results.marked);
        if marked.is_empty() {
            return Vec::new();
        }
        let known = self.known_objects();
        let open: BTreeSet<&Text> =
            self.input.snapshot.open_intents().map(|intent| &intent.token).collect();
        let mut seen: BTreeSet<(KindName, Text)> = BTreeSet::new();
        let is_new = |unrecorded: &Unrecorded| {
            let object = &unrecorded.object;
            let own = (object.kind.clone(), object.id.clone());
            // Two provider instances may see the same object.
            !open.contains(&object.token) && !known.contains(&own) && seen.insert(own)
        };
        let unrecorded: Vec<Unrecorded> = marked.into_iter().filter(is_new).collect();
        if !unrecorded.is_empty() {
            self.report(not_recorded(&unrecorded));
        }
        unrecorded
    }

    /// Kinds and ids of everything that is recorded, found or imported.
    fn known_objects(&self) -> BTreeSet<(KindName, Text)> {
        let held = self.held.all.iter();
        let objects = held.flat_map(|h| h.instance.objects.values().chain(h.recorded.values()));
        let id = |value: &Value| value.get("id").and_then(Value::as_text).cloned();
        objects.filter_map(|object| Some((object.kind.clone(), id(&object.value)?))).collect()
    }
}

fn not_recorded(all: &[Unrecorded]) -> Diagnostic {
    let one = |unrecorded: &Unrecorded| {
        let Marked { kind, id, address, .. } = &unrecorded.object;
        format!("{kind} `{id}`, made for `{address}`")
    };
    let list: Vec<String> = all.iter().map(one).collect();
    let summary = match all {
        [_] => "An object of this state is not recorded in it".to_owned(),
        all => format!("{} objects of this state are not recorded in it", all.len()),
    };
    let first = &all[0].object;
    Diagnostic::warning("infra::plan::object_unrecorded", summary)
        .detail(format!(
            "They carry its mark, and no plan will change or destroy them: {}.",
            list.join("; ")
        ))
        .help(format!(
            "To keep one, take it over beside its resource block:\n\
             import {{\n  to = {}\n  id = \"{}\"\n}}\n\
             To be rid of it, remove it where it runs.",
            first.address, first.id
        ))
}
