//! What the order of steps is made from, and the words for an order that there is not.

use crate::{
    order::Item,
    planner::{
        Planner,
        held::HeldId,
        results::{Absence, Decided},
    },
};
use infra_model::{
    address::{Address, Mode},
    diagnostic::Diagnostic,
    path::Path,
};
use std::{collections::BTreeSet, sync::Arc};

impl Planner {
    /// Returns what the order asks of a decision.
    pub(super) fn item(&self, decided: &Decided) -> Item {
        let change = &decided.change;
        let old_provider = decided.old_provider.as_ref().unwrap_or(&change.provider);
        let provider_needs = self.links.needs(old_provider);
        let mut old_needs = self.held.needs_of_today(&decided.old_needs);
        if decided.generation.is_some() && !provider_needs.iter().all(|n| old_needs.contains(n)) {
            // What is reached through something is made from it, recorded as such or not.
            old_needs = old_needs.iter().chain(provider_needs.iter()).cloned().collect();
        }
        Item {
            address: change.address.clone(),
            kind: change.kind.clone(),
            provider: change.provider.clone(),
            provider_needs,
            old_provider: old_provider.clone(),
            action: change.action,
            deposed: change.deposed,
            generation: decided.generation,
            created: decided.created,
            create_before_destroy: change.create_before_destroy,
            absent_before: match decided.absence {
                Absence::Unknown => false,
                Absence::Seen => true,
                Absence::OnceDestroyed => !change.create_before_destroy,
            },
            needs: change.needs.clone(),
            old_needs: self.through_reads(&old_needs),
        }
    }

    /// What was read leaves nothing to destroy; who was made from it was made from what it read.
    fn through_reads(&self, needs: &Arc<[Address]>) -> Arc<[Address]> {
        if needs.iter().all(|need| need.mode == Mode::Managed) {
            return Arc::clone(needs);
        }
        let mut all: BTreeSet<Address> = BTreeSet::new();
        let mut next: Vec<Address> = needs.to_vec();
        while let Some(need) = next.pop() {
            if !all.insert(need.clone()) || need.mode == Mode::Managed {
                continue;
            }
            let read: Vec<HeldId> = match self.held.find(&need) {
                Some(id) => vec![id],
                None => {
                    self.held.ids().filter(|id| need.covers(&self.held.get(*id).address)).collect()
                }
            };
            for id in read {
                let objects = self.held.get(id).instance.objects.values();
                next.extend(objects.flat_map(|object| object.needs.iter().cloned()));
            }
        }
        all.into_iter().collect()
    }

    /// Says that nothing can be first.
    pub(super) fn cycle(&self, cycle: &[Address]) -> Diagnostic {
        let names: Vec<String> = cycle.iter().map(|address| format!("`{address}`")).collect();
        let diagnostic = Diagnostic::error(
            "infra::plan::order_cycle",
            "There is no order for this plan",
        )
        .detail(format!(
            "Each of these has to be done before the next, and the last before the first: {}.",
            names.join(", ")
        ))
        .help(
            "Give all of them the same `create_before_destroy`, or apply one of the changes \
                 alone with `-target`.",
        );
        self.around(diagnostic, cycle)
    }

    /// Warns of recorded needs that lead in a circle.
    pub(super) fn circular(&self, circle: &[Address]) -> Option<Diagnostic> {
        let names: Vec<String> = circle.iter().map(|address| format!("`{address}`")).collect();
        let summary = "Recorded dependencies lead in a circle";
        let found = Diagnostic::warning("infra::plan::needs_circular", summary)
            .detail(format!("As recorded, each of these was made from others of them: {}. What is destroyed waits for those that were directly made from it, and for others only as far as the circle does not hide them.", names.join(", ")))
            .help("Look at the order of the plan, or apply it in parts with `-target`. An apply records anew what its objects are made from.");
        (!circle.is_empty()).then(|| self.around(found, circle))
    }

    /// Marks the blocks of what lies on a circle.
    fn around(&self, mut diagnostic: Diagnostic, circle: &[Address]) -> Diagnostic {
        for address in circle {
            if let Some(span) = self.input.program.span_of(address, &Path::default()) {
                diagnostic = diagnostic.label(span, "part of the circle");
            }
        }
        diagnostic
    }
}
