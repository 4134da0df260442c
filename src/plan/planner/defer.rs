//! Instances that can only be planned once something else is final.

use super::{
    Planner,
    results::Out,
    walk::{Halt, Stage, WalkId},
};
use crate::plan::{Deferred, DeferredReason, PlanMode};
use infra_model::{
    address::{Address, Mode},
    diagnostic::Diagnostic,
    kind::{Facts, ImpactOf},
    known::Known,
    program::{Desired, UnknownExpansion},
    schema::propose,
    source::Span,
};

impl Planner {
    /// Takes a set of instances that cannot be listed yet.
    pub(super) fn take_unknown(&mut self, unknown: &UnknownExpansion, failed: bool) {
        let (out, mut waits_for) = self.look_at_needs(&unknown.waits_for);
        let why = if failed { Out::Blocked } else { out.unwrap_or(Out::Deferred) };
        self.results.leave_out(&unknown.address, why);
        if self.mode() != PlanMode::Normal {
            return;
        }
        // Whether what is recorded here is still wanted cannot be told: it is no orphan.
        for held in &mut self.held.all {
            if unknown.address.overlaps(&held.address) {
                held.claimed = true;
            }
        }
        if why != Out::Deferred || self.scope.is_excluded(&unknown.address) {
            return;
        }
        if unknown.is_enabled {
            return self.report(enabled_unknown(&unknown.address, unknown.span));
        }
        waits_for.extend(self.pending_needs(&unknown.waits_for));
        if waits_for.is_empty() && !self.scope.is_fragment() {
            waits_for.clone_from(&unknown.waits_for);
        }
        if waits_for.is_empty() {
            return self.report(expansion_never_known(&unknown.address, unknown.span));
        }
        self.refuse_deferred_import(&unknown.address);
        let deferred = Deferred {
            address: unknown.address.clone(),
            kind: unknown.address.kind.clone(),
            reason: DeferredReason::Expansion,
            waits_for: self.with_causes(waits_for),
            planned: None,
            span: Some(unknown.span),
            impacts: Vec::new(),
        };
        self.results.deferred.push(deferred);
    }

    /// Defers an instance whose provider cannot be configured yet.
    pub(super) fn defer_for_provider(
        &mut self,
        known: &mut Known,
        walk: WalkId,
        waits_for: Vec<Address>,
    ) -> Stage<()> {
        if self.mode() != PlanMode::Normal {
            return Err(Halt::Leaves(Out::Deferred));
        }
        let desired = self.evaluate(known, walk)?;
        let (out, more) = self.look_at_needs(&desired.needs);
        if let Some(why) = out.filter(|why| *why != Out::Deferred) {
            return Err(Halt::Leaves(why));
        }
        let mut all = waits_for;
        all.extend(more);
        Err(self.defer(walk, &desired, (DeferredReason::Provider, all)))
    }

    /// Defers an instance that needs something deferred.
    pub(super) fn defer_for_needs(
        &mut self,
        walk: WalkId,
        desired: &Desired,
        waits_for: Vec<Address>,
    ) -> Halt {
        if self.mode() != PlanMode::Normal {
            return Halt::Leaves(Out::Deferred);
        }
        self.defer(walk, desired, (DeferredReason::Dependency, waits_for))
    }

    fn defer(
        &mut self,
        walk: WalkId,
        desired: &Desired,
        (reason, waits_for): (DeferredReason, Vec<Address>),
    ) -> Halt {
        let address = self.walks[walk.0].address.clone();
        self.refuse_deferred_import(&address);
        let (mut planned, mut impacts) = (None, Vec::new());
        if let Some(kind) = self.input.kinds.of(&address) {
            let value = propose(kind.schema(), None, &desired.value).planned;
            let value = kind.schema().block.mark_sensitive(value);
            let facts = Facts::new();
            impacts = kind.impact(&ImpactOf {
                prior: None,
                planned: Some(&value),
                replace: false,
                facts: &facts,
            });
            planned = (address.mode != Mode::Ephemeral).then_some(value);
        }
        let span = self.walks[walk.0].provider.clone();
        let span = span.and_then(|p| self.links.entry(&p).span);
        let span = span.filter(|_| reason == DeferredReason::Provider);
        let kind = address.kind.clone();
        let waits_for = self.with_causes(waits_for);
        let deferred = Deferred { address, kind, reason, waits_for, planned, span, impacts };
        self.results.deferred.push(deferred);
        Halt::Leaves(Out::Deferred)
    }

    /// Adds to deferred causes what they wait for themselves, so that whoever carries the plan out
    /// need not follow the chain.
    fn with_causes(&self, waits_for: Vec<Address>) -> Vec<Address> {
        let mut all = waits_for;
        let direct = all.len();
        for index in 0..direct {
            let causes = self.results.deferred.iter().filter(|d| d.address.overlaps(&all[index]));
            let causes: Vec<Address> = causes.flat_map(|d| d.waits_for.iter().cloned()).collect();
            all.extend(causes);
        }
        all.sort();
        all.dedup();
        all
    }

    /// In a fragment, everything outside it must be there: what is needed and not recorded never
    /// came to be.
    pub(super) fn missing_needs(&self, needs: &[Address]) -> Vec<Address> {
        if !self.scope.is_fragment() {
            return Vec::new();
        }
        let is_missing = |need: &&Address| {
            !need.is_wild()
                && need.mode != Mode::Ephemeral
                && !self.results.has(need)
                && self.input.snapshot.current(need).is_none()
        };
        needs.iter().filter(is_missing).cloned().collect()
    }
}

fn enabled_unknown(address: &Address, span: Span) -> Diagnostic {
    Diagnostic::error("infra::plan::enabled_unknown", "Invalid enabled argument")
        .detail(format!(
            "Whether there is `{address}` depends on values that cannot be determined until apply. \
             Nothing was changed."
        ))
        .label(span, "not known when planning")
        .help(
            "Use a value that is known when planning, or apply what it depends on first with \
             `-target`.",
        )
}

fn expansion_never_known(address: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::expansion_unknown",
        format!("The instances of `{address}` cannot be told"),
    )
    .detail("The value does not come from any resource, so it will not be known later either.")
    .label(span, "this is not known")
    .help("Use keys that are known when planning.")
}
