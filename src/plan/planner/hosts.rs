//! What leaves together with the host it lives on: it cannot be asked for any more, because its
//! provider instance leaves the configuration as well, and need not be.

use super::{
    Planner,
    held::{Held, HeldId},
    results::Out,
    walk::{Halt, Stage},
};
use crate::plan::{Lost, PlanMode};
use infra_model::{
    address::{Address, Mode, ProviderAddress},
    diagnostic::Diagnostic,
    kind::Find,
    known::Known,
    snapshot::Object,
};
use std::sync::Arc;

impl Planner {
    /// Returns the host that an object which is no longer configured dies with, if its provider can
    /// no longer be configured and its host is destroyed, replaced or gone.
    ///
    /// Waits until that is decided of everything that may be the host.
    pub(super) fn dying_host(
        &mut self,
        known: &mut Known,
        id: HeldId,
        provider: &ProviderAddress,
    ) -> Stage<Option<Address>> {
        let on_host = self.input.kinds.provider(&provider.provider);
        if self.mode() != PlanMode::Normal || !on_host.is_some_and(|f| f.objects_live_on_host) {
            return Ok(None);
        }
        let Some((_, object)) = self.held.get(id).instance.current() else { return Ok(None) };
        let object = Arc::clone(object);
        let (config, _) = self.input.program.provider(provider, known);
        if config.value.is_wholly_known() {
            return Ok(None);
        }
        let may_be = |held: &Held| self.is_host(held, &object, &config.needs);
        let mut hosts: Vec<HeldId> =
            self.held.ids().filter(|host| may_be(self.held.get(*host))).collect();
        let waiting = |host: &HeldId| self.orphans.as_ref().is_some_and(|all| all.contains(host));
        if hosts.iter().any(waiting) {
            return Err(Halt::Waits);
        }
        let holds_data = |host: &HeldId| {
            let address = &self.held.get(*host).address;
            let kind = self.input.kinds.get(address.mode, &address.kind);
            kind.is_some_and(|kind| kind.holds_data())
        };
        if hosts.iter().any(holds_data) {
            hosts.retain(holds_data);
        }
        let dies = |host: &HeldId| {
            let held = self.held.get(*host);
            let decided = self.results.decided_at(&held.address);
            held.is_gone() || decided.iter().any(|decided| decided.takes_along())
        };
        // Which of several is the host cannot be told; if all of them go, it does.
        let all_die = hosts.iter().all(dies);
        Ok(hosts.first().filter(|_| all_die).map(|host| self.held.get(*host).address.clone()))
    }

    /// Returns whether something may be the host of an object: both the object and the configuration
    /// of its provider were made from it, and it is a thing outside.
    fn is_host(&self, held: &Held, object: &Object, needs: &[Address]) -> bool {
        let named = |all: &[Address]| all.iter().any(|need| need.overlaps(&held.address));
        held.address.mode == Mode::Managed
            && named(&object.needs)
            && named(needs)
            && self
                .input
                .kinds
                .get(Mode::Managed, &held.address.kind)
                .is_some_and(|kind| kind.find() != Find::Local)
    }

    /// Plans the loss of an object with its host; the record of one that is destroyed by this run
    /// goes when that is done.
    pub(super) fn lose(&mut self, id: HeldId, host: Address) {
        let held = self.held.get(id);
        let Some((generation, object)) = held.instance.current() else { return };
        let (address, object) = (held.address.clone(), Arc::clone(object));
        let gone = self.held.find(&host).is_some_and(|host| self.held.get(host).is_gone());
        if gone {
            self.settle_intents(id);
            self.forget_gone(&address, generation, &object);
        } else {
            self.lose_with(&object, Lost { address, kind: object.kind.clone(), with: host });
        }
        self.held.get_mut(id).decided = true;
    }

    /// What lives on a host that is not there: gone with it if that is confirmed, otherwise it is
    /// left to the plan that sees the new host.
    pub(super) fn leave_to_host(&mut self, id: HeldId, provider: &ProviderAddress) -> Stage<()> {
        let host = self.links.entry(provider).lost_with.clone();
        let gone = host.as_ref().and_then(|host| self.held.find(host));
        let gone = gone.is_some_and(|host| self.held.get(host).is_gone());
        let address = self.held.get(id).address.clone();
        let needs = |held: &Held, host: &Address| {
            held.instance.objects.values().any(|o| o.needs.iter().any(|need| need.overlaps(host)))
        };
        let hosted = host.as_ref().is_none_or(|host| needs(self.held.get(id), host));
        let waits = self.mode() != PlanMode::Destroy && hosted;
        if !waits && !gone {
            self.report_at(&address, vec![unconfigured(&address, provider)]);
        }
        if self.mode() != PlanMode::Destroy || !gone {
            return Err(Halt::Leaves(Out::Deferred));
        }
        let current = self.held.get(id).instance.current().map(|(g, o)| (g, Arc::clone(o)));
        if let Some((generation, object)) = current {
            self.forget_gone(&address, generation, &object);
        }
        self.held.get_mut(id).decided = true;
        Ok(())
    }
}

fn unconfigured(address: &Address, provider: &ProviderAddress) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::provider_config_unknown",
        format!("`{address}` cannot be destroyed"),
    )
    .detail(format!("The configuration of `{provider}`, which made it, is not known."))
    .help("Give the provider a configuration that is known, or forget the object with `infra state rm`.")
}
