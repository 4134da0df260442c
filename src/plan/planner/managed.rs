//! The decision on a managed instance: prior, facts, judgement, and everything that may refuse it.

mod conclude;
mod prior;

pub(super) use prior::Prior;

use super::{
    Planner,
    asks::Purpose,
    decide::{self, Case, Verdict},
    results::{Absence, Decided, Out},
    walk::{Gathered, Halt, Stage, WalkId},
};
use crate::{
    natural_key,
    plan::{Action, Change, Reason},
};
use infra_model::{
    address::{Address, ProviderAddress},
    ask::Question,
    diagnostic::{Diagnostic, has_errors},
    kind::{Facts, Find, Kind},
    known::Known,
    path::Path,
    program::{Conditioned, Desired, Trigger},
    secrets::scrubbed,
    value::Value,
};
use std::{collections::BTreeSet, sync::Arc};

/// What a decision is about.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) address: Address,
    pub(super) kind: Arc<dyn Kind>,
    pub(super) provider: ProviderAddress,
    pub(super) desired: Arc<Desired>,
    /// What the instance and its provider configuration are made from, sorted.
    pub(super) needs: Arc<[Address]>,
}

impl Subject {
    /// Returns a decision without anything in it but what it is about.
    pub(super) fn decided(&self, action: Action) -> Decided {
        let change = Change {
            address: self.address.clone(),
            moved_from: None,
            deposed: None,
            kind: self.address.kind.clone(),
            provider: self.provider.clone(),
            action,
            reason: None,
            prior: None,
            planned: None,
            replace: Vec::new(),
            impacts: Vec::new(),
            cost: None,
            needs: self.needs.clone(),
            digest: None,
            create_before_destroy: self.desired.lifecycle.create_before_destroy,
            importing: None,
        };
        Decided::new(change)
    }
}

impl Planner {
    /// Gathers what a decision is about.
    pub(super) fn subject(&mut self, walk: WalkId, desired: &Arc<Desired>) -> Stage<Subject> {
        let address = self.walks[walk.0].address.clone();
        let Some(kind) = self.input.kinds.of(&address) else {
            return self.fail(walk, no_kind(&address));
        };
        let Some(provider) = self.walks[walk.0].provider.clone() else { return Err(Halt::Waits) };
        let needs = with_needs(&desired.needs, &self.links.needs(&provider));
        Ok(Subject { address, kind, provider, desired: Arc::clone(desired), needs })
    }

    /// Asks the kind once whether the configuration makes sense.
    pub(super) fn validate(&mut self, walk: WalkId, subject: &Subject) -> Stage<()> {
        if self.walks[walk.0].validated {
            return Ok(());
        }
        let facts = self.links.facts(&subject.provider);
        let desired = &subject.desired.value;
        let diagnostics = scrubbed(subject.kind.validate(desired, &facts), [desired]);
        let failed = has_errors(&diagnostics);
        self.report_at(&subject.address, diagnostics);
        self.walks[walk.0].validated = true;
        if failed { Err(Halt::Leaves(Out::Blocked)) } else { Ok(()) }
    }

    /// Asks the kind once whether what is there can become what is desired.
    fn judge(
        &mut self,
        walk: WalkId,
        subject: &Subject,
        (prior, facts): (Option<&Value>, &Facts),
    ) -> Stage<()> {
        if self.walks[walk.0].judged {
            return Ok(());
        }
        let desired = &subject.desired.value;
        let diagnostics = subject.kind.judge(prior, desired, facts);
        let diagnostics = scrubbed(diagnostics, [desired].into_iter().chain(prior));
        let failed = has_errors(&diagnostics);
        self.report_at(&subject.address, diagnostics);
        self.walks[walk.0].judged = true;
        if failed { Err(Halt::Leaves(Out::Blocked)) } else { Ok(()) }
    }

    /// Decides a managed instance.
    pub(super) fn judge_managed(
        &mut self,
        known: &mut Known,
        walk: WalkId,
        desired: &Arc<Desired>,
    ) -> Stage<()> {
        let subject = self.subject(walk, desired)?;
        let kind = Arc::clone(&subject.kind);
        self.taint_adopted(walk, desired);
        let recorded = self.recorded_value(walk);
        let keys = kind.facts(recorded.as_ref(), &desired.value);
        if !self.have_facts(&subject.provider, &keys) {
            return Err(Halt::Waits);
        }
        self.validate(walk, &subject)?;
        let facts = self.links.facts(&subject.provider);
        let prior = self.walks[walk.0].held.and_then(|id| self.prior(id, &*kind, &facts));
        self.judge(walk, &subject, (prior.as_ref().map(|prior| &prior.value), &facts))?;
        let verdict = decide::judge(&Case {
            kind: &*kind,
            prior: prior.as_ref().map(|prior| &prior.value),
            tainted: prior.as_ref().is_some_and(|prior| prior.object.tainted),
            desired,
            facts: &facts,
            adopted: prior.as_ref().is_some_and(|prior| prior.adopted),
            forced: prior.as_ref().and_then(|prior| self.forced(&subject, prior)),
        });
        if verdict.action == Action::Replace
            && !self.have_facts(&subject.provider, &kind.facts(None, &desired.value))
        {
            return Err(Halt::Waits);
        }
        if let Some(prior) = prior.as_ref().filter(|_| verdict.action == Action::Replace) {
            let protected = prior.object.prevent_destroy || desired.lifecycle.prevent_destroy;
            if protected {
                let refused = self.protected(&subject.address, "replaced", prior, &verdict.replace);
                return self.fail(walk, refused);
            }
        }
        let absence = self.absence(walk, &subject, (prior.as_ref(), &verdict))?;
        let id = self.walks[walk.0].id;
        let of = Conditioned::After(id);
        let seen = kind.spread_marks(verdict.planned.clone());
        self.conditions(known, &subject.address, &of, Some(&seen))?;
        known.publish(id, seen);
        self.conclude(walk, &subject, (prior, verdict), absence);
        Ok(())
    }

    /// Returns why an instance is replaced although no attribute forces it.
    fn forced(&mut self, subject: &Subject, prior: &Prior) -> Option<Reason> {
        if self.is_triggered(subject) {
            return Some(Reason::Triggered);
        }
        if self.input.options.replace.iter().any(|wanted| wanted.covers(&subject.address)) {
            return Some(Reason::Requested);
        }
        let facts = self.input.kinds.provider(&subject.provider.provider);
        let on_host = facts.is_some_and(|facts| facts.objects_live_on_host);
        (on_host && prior.object.provider != subject.provider).then_some(Reason::CannotUpdate)
    }

    /// Returns whether a change that the instance is to follow is planned.
    fn is_triggered(&self, subject: &Subject) -> bool {
        let triggers = &subject.desired.lifecycle.replace_triggered_by;
        triggers.iter().any(|trigger| self.changes(trigger))
    }

    fn changes(&self, trigger: &Trigger) -> bool {
        self.results.decided_at(&trigger.address).iter().any(|decided| {
            let change = &decided.change;
            if !matches!(change.action, Action::Update | Action::Replace) {
                return false;
            }
            match (&change.prior, &change.planned) {
                (Some(prior), Some(planned)) if !trigger.path.0.is_empty() => {
                    decide::changes_at(prior, planned, &trigger.path)
                }
                _ => true,
            }
        })
    }

    /// Asks whether the natural key of a new object is free; an object that is there is not ours.
    fn absence(
        &mut self,
        walk: WalkId,
        subject: &Subject,
        (prior, verdict): (Option<&Prior>, &Verdict),
    ) -> Stage<Absence> {
        let Find::NaturalKey(paths) = subject.kind.find() else { return Ok(Absence::Unknown) };
        let makes = matches!(verdict.action, Action::Create | Action::Replace);
        if !makes || !natural_key::is_known(&paths, &verdict.planned) {
            // A key that becomes known at apply is asked for there.
            return Ok(Absence::Unknown);
        }
        if prior.is_some_and(|p| natural_key::is_same(&paths, &p.value, &verdict.planned)) {
            return Ok(Absence::OnceDestroyed);
        }
        if !self.walks[walk.0].asked {
            self.walks[walk.0].asked = true;
            let question =
                Question::Exists(subject.address.kind.clone(), subject.desired.value.clone());
            self.asks.ask(&subject.provider, question, Purpose::Exists(walk));
            return Err(Halt::Waits);
        }
        match self.walks[walk.0].gathered.clone() {
            None => Err(Halt::Waits),
            Some(Gathered::Exists(None)) => Ok(Absence::Seen),
            Some(Gathered::Exists(Some(what))) => {
                self.fail(walk, natural_key::taken(&subject.address, &what))
            }
            Some(Gathered::NotAskable(why)) => {
                self.not_askable(&subject.provider, &why);
                Err(Halt::Leaves(Out::Blocked))
            }
            Some(Gathered::Failed(why)) => self.fail(walk, *why),
            Some(Gathered::Value(_) | Gathered::Imported(_)) => Ok(Absence::Unknown),
        }
    }

    /// Returns the refusal to destroy what is protected.
    pub(super) fn protected(
        &self,
        address: &Address,
        what: &str,
        prior: &Prior,
        because: &[Path],
    ) -> Diagnostic {
        let by_record = prior.object.prevent_destroy;
        let mut detail = String::from("`prevent_destroy` protects it");
        if by_record {
            detail.push_str(", by what was recorded at its last apply");
        }
        detail.push_str(". Nothing was changed.");
        let mut diagnostic = Diagnostic::error(
            "infra::plan::destroy_prevented",
            format!("`{address}` would be {what}"),
        )
        .detail(detail)
        .help(
            "To give the protection up, set `prevent_destroy = false` and apply that alone; then \
             plan this change again.",
        );
        let causes = because.iter().filter_map(|path| self.input.program.span_of(address, path));
        for span in causes {
            diagnostic = diagnostic.label(span, "this change needs a new object");
        }
        diagnostic
    }
}

/// Returns sorted needs with others of a provider instance, which mostly has none.
fn with_needs(own: &Arc<[Address]>, more: &[Address]) -> Arc<[Address]> {
    if more.iter().all(|need| own.contains(need)) {
        return Arc::clone(own);
    }
    let all: BTreeSet<&Address> = own.iter().chain(more).collect();
    all.into_iter().cloned().collect()
}

fn no_kind(address: &Address) -> Diagnostic {
    Diagnostic::error("infra::plan::kind_unknown", format!("`{}` is no known kind", address.kind))
        .detail("No provider of this program has it.")
        .help("Check the spelling of the type.")
}
