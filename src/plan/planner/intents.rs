//! Open intents of earlier runs: which are in flight, which are looked up, which refresh settles.

use super::{Planner, asks::Purpose, held::HeldId};
use crate::plan::{Interrupted, InterruptedEnd, Uncertain};
use infra_model::{
    address::{Address, Generation},
    ask::Question,
    diagnostic::{Diagnostic, Diagnostics},
    journal::{Intent, Record, Verb},
    kind::Find,
    observed::{Found, Observed},
    snapshot::Object,
    value::Marks,
};
use std::sync::Arc;

impl Planner {
    /// Sorts every open intent into its bin.
    pub(super) fn sort_intents(&mut self) {
        for id in self.held.ids() {
            let open = std::mem::take(&mut self.held.get_mut(id).instance.open);
            for (index, intent) in open.iter().enumerate() {
                self.sort_intent(id, index, intent);
            }
            self.held.get_mut(id).instance.open = open;
        }
    }

    fn sort_intent(&mut self, id: HeldId, index: usize, intent: &Intent) {
        if self.input.moment.live_epoch == Some(intent.epoch) {
            return self.is_uncertain(id, intent, Vec::new());
        }
        if intent.verb != Verb::Create {
            return self.held.get_mut(id).unsettled.push(intent.clone());
        }
        let address = &intent.address;
        let find = self.input.kinds.get(address.mode, &intent.kind).map(|kind| kind.find());
        match find {
            Some(Find::Local) => self.held.get_mut(id).absent.push(intent.clone()),
            Some(Find::Token) => self.held.get_mut(id).lookups.push(index),
            Some(Find::NaturalKey(_)) if intent.absent_before => {
                self.held.get_mut(id).lookups.push(index);
            }
            Some(Find::NaturalKey(_)) => {
                let why = not_seen_free(intent);
                self.is_uncertain(id, intent, vec![why]);
            }
            None => self.is_uncertain(id, intent, vec![no_kind(intent)]),
        }
    }

    fn is_uncertain(&mut self, id: HeldId, intent: &Intent, why: Diagnostics) {
        self.held.get_mut(id).stuck = true;
        let in_flight = why.is_empty();
        self.results.uncertain.push(Uncertain { intent: intent.clone(), in_flight, why });
    }

    /// Asks for the creates of an instance whose outcome is not known; returns whether all that is
    /// to be known of them is known.
    pub(super) fn find_creates(&mut self, id: HeldId) -> bool {
        let held = self.held.get(id);
        if held.lookups.is_empty() {
            return true;
        }
        if !held.find_asked {
            let provider = held.instance.open[held.lookups[0]].provider.clone();
            self.links.entry(&provider).finds.push(id);
            self.held.get_mut(id).find_asked = true;
        }
        false
    }

    /// Puts the lookups of a provider instance into one question.
    pub(super) fn flush_finds(&mut self, provider: &infra_model::address::ProviderAddress) {
        let ids = std::mem::take(&mut self.links.entry(provider).finds);
        let mut intents = Vec::new();
        let mut places = Vec::new();
        for id in ids {
            let held = self.held.get(id);
            for index in &held.lookups {
                intents.push(held.instance.open[*index].clone());
                places.push((id, *index));
            }
        }
        if !intents.is_empty() {
            let purpose = Purpose::Find(provider.clone(), places);
            self.asks.ask(provider, Question::Find(intents), purpose);
        }
    }

    /// Takes the answers to lookups; without an answer all of them are uncertain.
    pub(super) fn take_found(
        &mut self,
        places: &[(HeldId, usize)],
        found: Result<&[Found], &Diagnostic>,
    ) {
        for (at, (id, index)) in places.iter().enumerate() {
            let intent = self.held.get(*id).instance.open[*index].clone();
            match found.map(|found| found.get(at)) {
                Ok(Some(Found::Adopt(object))) => self.adopt(*id, intent, object),
                Ok(Some(Found::Absent)) => self.held.get_mut(*id).absent.push(intent),
                Ok(Some(Found::Uncertain(why))) => {
                    self.is_uncertain(*id, &intent, vec![why.clone()]);
                }
                Ok(None) => self.is_uncertain(*id, &intent, vec![no_answer(&intent)]),
                Err(why) => self.is_uncertain(*id, &intent, vec![why.clone()]),
            }
        }
        for (id, _) in places {
            self.held.get_mut(*id).lookups.clear();
        }
    }

    /// Takes a found object over as the current one of its instance.
    pub(super) fn adopt(&mut self, id: HeldId, intent: Intent, found: &Object) {
        let schema = self.input.kinds.get(intent.address.mode, &intent.kind).map(|k| k.schema());
        let mut object = found.clone();
        object.kind = intent.kind.clone();
        object.provider = intent.provider.clone();
        object.needs = intent.needs.clone();
        let (_, marks) = intent.desired.clone().unmark_paths();
        let stored = marks.into_iter().map(|(p, m)| (p, m.without(Marks::EPHEMERAL)));
        object.value = object.value.mark_paths(&stored.collect::<Vec<_>>());
        if let Some(schema) = schema {
            object.value = schema.block.mark_sensitive(object.value);
            object.schema_version = schema.version;
        }
        let held = self.held.get_mut(id);
        let older = held.instance.current().map(|(generation, _)| generation);
        held.see(intent.generation, Observed::Present(object.value.clone()));
        held.instance.objects.insert(intent.generation, Arc::new(object));
        if let Some(older) = older.filter(|older| *older < intent.generation) {
            held.instance.deposed.push(older);
            held.instance.deposed.sort_unstable();
        }
        held.adopted.push(intent);
    }

    /// Writes down what became of the intents of an instance, once all of it is known.
    pub(super) fn settle_intents(&mut self, id: HeldId) {
        let held = self.held.get_mut(id);
        let adopted = std::mem::take(&mut held.adopted);
        let absent = std::mem::take(&mut held.absent);
        let unsettled = std::mem::take(&mut held.unsettled);
        for intent in adopted {
            self.write_adopted(id, intent);
        }
        for intent in absent {
            self.abandon(&intent, InterruptedEnd::NotFound);
        }
        for intent in unsettled {
            let gone = match self.held.get(id).seen(intent.generation) {
                Some(Observed::Gone) => true,
                Some(Observed::Present(_)) => false,
                // Not observed: it stays open, and so does the question what became of it.
                Some(Observed::NotAskable(_)) | None => continue,
            };
            let end = if gone { InterruptedEnd::Gone } else { InterruptedEnd::StillThere };
            self.abandon(&intent, end);
        }
    }

    fn abandon(&mut self, intent: &Intent, end: InterruptedEnd) {
        let (address, generation) = (intent.address.clone(), intent.generation);
        self.results.records.push(Record::Abandoned { address, generation });
        self.results.interrupted.push(Interrupted { intent: intent.clone(), end });
    }

    fn write_adopted(&mut self, id: HeldId, intent: Intent) {
        let held = self.held.get(id);
        let (address, generation) = (held.address.clone(), intent.generation);
        let object = held.instance.objects.get(&generation).cloned();
        let deposed: Vec<Generation> =
            held.instance.deposed.iter().filter(|g| **g < generation).copied().collect();
        let known: Vec<Generation> = self.known_deposed(&address, id);
        self.results.records.push(Record::Finished {
            address: address.clone(),
            generation,
            object,
        });
        for generation in deposed.into_iter().filter(|g| !known.contains(g)) {
            self.results.records.push(Record::Deposed { address: address.clone(), generation });
        }
        self.results.interrupted.push(Interrupted { intent, end: InterruptedEnd::Adopted });
    }

    fn known_deposed(&self, address: &Address, id: HeldId) -> Vec<Generation> {
        let recorded_at = self.held.get(id).moved_from.as_ref().unwrap_or(address);
        let instance = self.input.snapshot.instance(recorded_at);
        instance.map(|instance| instance.deposed.clone()).unwrap_or_default()
    }
}

fn not_seen_free(intent: &Intent) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::create_uncertain",
        format!("It is uncertain whether `{}` was created", intent.address),
    )
    .detail(
        "Its create was cut off. An object with its key may have been there before, so one that is \
         found now need not be ours.",
    )
    .help(settle_by_hand(&intent.address))
    .at_address(intent.address.to_string())
}

/// Returns how a person settles a create of which cannot be told how it ended.
pub(super) fn settle_by_hand(address: &Address) -> String {
    format!(
        "Look whether it exists; take it over with an `import` block, or run \
         `infra state rm '{address}'` and let it be created anew."
    )
}

fn no_kind(intent: &Intent) -> Diagnostic {
    Diagnostic::error("infra::plan::kind_unknown", format!("`{}` is no known kind", intent.kind))
        .detail("A create of it was cut off, and this program cannot look it up.")
        .help("Use a version of `infra` that has its provider.")
        .at_address(intent.address.to_string())
}

fn no_answer(intent: &Intent) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::create_uncertain",
        format!("The lookup of `{}` was not answered", intent.address),
    )
    .detail("This is a fault of the provider.")
    .help(super::answers::PLAN_AGAIN)
    .at_address(intent.address.to_string())
}
