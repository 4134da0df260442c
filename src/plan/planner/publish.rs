//! What becomes known without a decision, and the records brought into today's form.

use super::{
    Planner,
    held::HeldId,
    managed::Prior,
    results::{Decided, Out},
    walk::{Halt, Stage, WalkId},
};
use crate::{
    form::{self, NoForm},
    plan::{Action, Change, PlanMode},
};
use infra_model::{
    address::{Address, KindName, Mode, ProviderAddress},
    diagnostic::Diagnostic,
    known::Known,
};
use std::sync::Arc;

impl Planner {
    /// Brings every record into the form of today's schema.
    pub(super) fn upgrade_held(&mut self) {
        for id in self.held.ids() {
            let address = self.held.get(id).address.clone();
            let known = self.input.kinds.get(address.mode, &address.kind).is_some();
            if !known && self.held.get(id).instance.objects.is_empty() {
                continue;
            }
            if let Err(why) = self.bring_up(id, &address.kind) {
                self.held.get_mut(id).broken = true;
                self.report(match why {
                    NoForm::KindUnknown => kind_gone(&address),
                    NoForm::NotUpgradable(why) => why.at_address(address.to_string()),
                    NoForm::NotMovable => kind_strange(&address),
                });
            }
        }
    }

    /// Brings the objects of an instance into today's form of a type.
    pub(super) fn bring_up(&mut self, id: HeldId, kind: &KindName) -> Result<(), NoForm> {
        let kinds = Arc::clone(&self.input.kinds);
        let held = self.held.get_mut(id);
        let mode = held.address.mode;
        let mut today = held.instance.objects.clone();
        for object in today.values_mut() {
            *object = form::of_today(&kinds, mode, kind, object)?;
        }
        held.instance.objects = today;
        Ok(())
    }

    /// Makes the recorded value known for an instance that this plan leaves as it is.
    pub(super) fn publish_recorded(&mut self, known: &mut Known, walk: WalkId) {
        let Some(id) = self.walks[walk.0].held else { return };
        let held = self.held.get(id);
        if held.broken {
            return;
        }
        if let Some((_, object)) = held.instance.current() {
            let value = object.value.clone();
            known.publish(self.walks[walk.0].id, value.clone());
            self.results.values.push((self.walks[walk.0].address.clone(), value));
        }
    }

    /// With `-refresh-only`, an instance is what it was observed to be.
    pub(super) fn only_refresh(&mut self, known: &mut Known, walk: WalkId) -> Stage<()> {
        let Some(id) = self.walks[walk.0].held else {
            return Err(Halt::Leaves(Out::Deferred));
        };
        let provider = self.walks[walk.0].provider.clone().ok_or(Halt::Waits)?;
        let prior = self.observed(id, &provider)?;
        if let Some(prior) = &prior {
            known.publish(self.walks[walk.0].id, prior.value.clone());
        }
        self.record_observed(id, prior);
        Ok(())
    }

    /// Returns the observed object of an instance that need not be configured.
    pub(super) fn observed(
        &mut self,
        id: HeldId,
        provider: &ProviderAddress,
    ) -> Stage<Option<Prior>> {
        let address = self.held.get(id).address.clone();
        let kind = self.input.kinds.of(&address).ok_or(Halt::Leaves(Out::Blocked))?;
        let current = self.held.get(id).instance.current().map(|(_, object)| object.value.clone());
        if let Some(value) = current
            && !self.have_facts(provider, &kind.facts(Some(&value), &value))
        {
            return Err(Halt::Waits);
        }
        let facts = self.links.facts(provider);
        Ok(self.prior(id, &*kind, &facts))
    }

    /// Records what was observed; nothing else happens to the instance.
    pub(super) fn record_observed(&mut self, id: HeldId, prior: Option<Prior>) {
        self.settle_intents(id);
        let held = self.held.get(id);
        let address = held.address.clone();
        let current = held.instance.current().map(|(g, object)| (g, Arc::clone(object)));
        match (prior, current) {
            (Some(prior), _) => {
                if prior.drifted {
                    self.note_drift(&address, &prior, false);
                }
                let mut decided = self.decided_as_recorded(id, &prior, Action::NoOp);
                let mut next = (*prior.object).clone();
                next.value = prior.value.clone();
                decided.next_record = Some(Arc::new(next));
                decided.change.planned = Some(prior.value.clone());
                self.results.values.push((address, prior.value));
                self.results.decide(decided);
            }
            (None, Some((generation, object))) => self.forget_gone(&address, generation, &object),
            (None, None) => {}
        }
        self.held.get_mut(id).decided = true;
    }

    /// Returns a decision on an object by its record alone.
    pub(super) fn decided_as_recorded(&self, id: HeldId, prior: &Prior, action: Action) -> Decided {
        let held = self.held.get(id);
        let object = &prior.object;
        let mut decided = Decided::new(Change {
            address: held.address.clone(),
            // As in Terraform, what is destroyed with everything else goes from where it is now.
            moved_from: held.moved_from.clone().filter(|_| self.mode() != PlanMode::Destroy),
            deposed: None,
            kind: object.kind.clone(),
            provider: object.provider.clone(),
            action,
            reason: None,
            prior: Some(prior.value.clone()),
            planned: None,
            replace: Vec::new(),
            impacts: Vec::new(),
            cost: None,
            needs: object.needs.clone(),
            digest: None,
            create_before_destroy: object.create_before_destroy,
            importing: None,
        });
        decided.generation = Some(prior.generation);
        decided.recorded = held.recorded.get(&prior.generation).cloned();
        decided.observed.clone_from(&prior.observed);
        decided.old_provider = Some(object.provider.clone());
        decided.old_needs = object.needs.clone();
        decided.lifecycle.create_before_destroy = object.create_before_destroy;
        decided
    }
}

fn kind_gone(address: &Address) -> Diagnostic {
    let what = if address.mode == Mode::Data { "data source" } else { "resource type" };
    Diagnostic::error("infra::plan::kind_unknown", format!("`{}` is no known {what}", address.kind))
        .detail(format!("`{address}` is recorded, and no provider of this program has its type."))
        .help("Use a version of `infra` that has it, or forget it with `infra state rm`.")
        .at_address(address.to_string())
}

fn kind_strange(address: &Address) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::move_kind",
        format!("What is recorded at `{address}` is of another type"),
    )
    .detail(format!("The type `{}` does not say how to take over such an object.", address.kind))
    .help("Forget it with `infra state rm`, and `import` it as what it is.")
    .at_address(address.to_string())
}
