//! Data sources and ephemeral resources: read while planning, or at apply if that is too early.

use super::{
    Planner,
    asks::Purpose,
    managed::Subject,
    results::{Decided, Out},
    walk::{Gathered, Halt, Stage, WalkId},
};
use crate::{
    finalise,
    plan::{Action, Reason},
};
use infra_model::{
    address::{Generation, Mode},
    ask::Question,
    diagnostic::Diagnostic,
    known::Known,
    program::{Conditioned, Desired},
    snapshot::Object,
    value::{Marks, Value},
};
use std::sync::Arc;

impl Planner {
    /// Reads if the configuration is known and nothing it needs is made anew; otherwise at apply.
    pub(super) fn judge_read(
        &mut self,
        known: &mut Known,
        walk: WalkId,
        desired: &Arc<Desired>,
    ) -> Stage<()> {
        let subject = self.subject(walk, desired)?;
        if !self.have_facts(&subject.provider, &subject.kind.facts(None, &desired.value)) {
            return Err(Halt::Waits);
        }
        self.validate(walk, &subject)?;
        let is_known = desired.value.is_wholly_known();
        let pending = match subject.address.mode {
            Mode::Data => self.results.changing(&desired.awaits),
            Mode::Ephemeral | Mode::Managed => self.results.renewed(&desired.needs),
        };
        if !is_known || pending {
            let reason = if is_known { Reason::DependsOn } else { Reason::Unknown };
            self.read_at_apply(known, walk, &subject, reason);
            return Ok(());
        }
        let value = self.read(walk, &subject)?;
        let id = self.walks[walk.0].id;
        let of = Conditioned::After(id);
        self.conditions(known, &subject.address, &of, Some(&value))?;
        if subject.address.mode == Mode::Ephemeral {
            let value = value.with_marks(Marks::EPHEMERAL);
            known.publish(id, value);
            self.decide_read(&subject, walk, Action::Read, None);
        } else {
            known.publish(id, value.clone());
            self.record_read(&subject, walk, value);
        }
        Ok(())
    }

    fn read(&mut self, walk: WalkId, subject: &Subject) -> Stage<Value> {
        let value = subject.desired.value.clone();
        if !self.walks[walk.0].asked {
            self.walks[walk.0].asked = true;
            let address = subject.address.clone();
            let question = match address.mode {
                Mode::Ephemeral => Question::Open(address, value),
                Mode::Data | Mode::Managed => Question::ReadData(address.kind, value),
            };
            self.asks.ask(&subject.provider, question, Purpose::Read(walk));
            return Err(Halt::Waits);
        }
        match self.walks[walk.0].gathered.take() {
            None => Err(Halt::Waits),
            Some(Gathered::Value(read)) => {
                let facts = self.links.facts(&subject.provider);
                let (marks, schema) = (value.unmark_paths().1, subject.kind.schema());
                let read = subject.kind.normalise(read, &facts).mark_paths(&marks);
                Ok(schema.block.mark_sensitive(finalise::without_write_only(schema, read)))
            }
            Some(Gathered::NotAskable(why)) => {
                self.not_askable(&subject.provider, &why);
                Err(Halt::Leaves(Out::Blocked))
            }
            Some(Gathered::Failed(why)) => self.fail(walk, *why),
            Some(Gathered::Imported(_) | Gathered::Exists(_)) => {
                self.fail(walk, unfit(&subject.address.to_string()))
            }
        }
    }

    fn read_at_apply(
        &mut self,
        known: &mut Known,
        walk: WalkId,
        subject: &Subject,
        reason: Reason,
    ) {
        let facts = self.links.facts(&subject.provider);
        let planned = subject.kind.planned(None, &subject.desired.value, &facts).planned;
        let mut planned = subject.kind.schema().block.mark_sensitive(planned);
        if subject.address.mode == Mode::Ephemeral {
            planned = planned.with_marks(Marks::EPHEMERAL);
        }
        known.publish(self.walks[walk.0].id, planned.clone());
        let shown = (subject.address.mode == Mode::Data).then_some(planned);
        let mut decided = self.decided_read(subject, walk, Action::Read, shown);
        decided.change.reason = Some(reason);
        self.results.decide(decided);
    }

    /// What was read while planning goes into the record, and is a value for apply.
    fn record_read(&mut self, subject: &Subject, walk: WalkId, value: Value) {
        let mut decided = self.decided_read(subject, walk, Action::NoOp, Some(value.clone()));
        decided.next_record = Some(Arc::new(Object {
            kind: subject.address.kind.clone(),
            provider: subject.provider.clone(),
            value: value.clone(),
            private: Arc::from([]),
            schema_version: subject.kind.schema().version,
            tainted: false,
            needs: subject.needs.clone(),
            prevent_destroy: false,
            create_before_destroy: false,
        }));
        decided.generation.get_or_insert(Generation(1));
        self.results.values.push((subject.address.clone(), value));
        self.results.decide(decided);
    }

    fn decide_read(
        &mut self,
        subject: &Subject,
        walk: WalkId,
        action: Action,
        planned: Option<Value>,
    ) {
        let decided = self.decided_read(subject, walk, action, planned);
        self.results.decide(decided);
    }

    fn decided_read(
        &mut self,
        subject: &Subject,
        walk: WalkId,
        action: Action,
        planned: Option<Value>,
    ) -> Decided {
        let held = self.walks[walk.0].held;
        let current = held.and_then(|id| self.held.get(id).instance.current());
        let (generation, object) = match current {
            Some((generation, object)) => (Some(generation), Some(Arc::clone(object))),
            None => (None, None),
        };
        if let Some(id) = held {
            self.held.get_mut(id).decided = true;
        }
        let prior = object.as_ref().map(|object| object.value.clone());
        let mut decided = subject.decided(action);
        decided.change.prior = prior;
        decided.change.planned = planned;
        decided.change.moved_from = held.and_then(|id| self.held.get(id).moved_from.clone());
        decided.generation = generation;
        decided.created = generation.unwrap_or(Generation(1));
        decided.recorded = object;
        decided
    }
}

fn unfit(address: &str) -> Diagnostic {
    Diagnostic::error("infra::plan::answer_unfit", format!("`{address}` could not be read"))
        .detail("The answer does not fit the question. This is a fault of the provider.")
        .help(super::answers::PLAN_AGAIN)
}
