//! Changes: create, update and delete, with the faults that befall them.

use super::{CloudObject, Fault, LogEntry, Sort, World, fill::Filling};
use crate::{
    catalogue::{Behaviour, Catalogue, FAKEHOST},
    protocol::{Code, Instance, Step, StepReply, Thing, Trouble, Verb},
};
use infra_model::{address::KindName, kind::Kind, text::Text, value::Value};
use infra_sdk::convert::Dynamic;
use std::sync::Arc;

/// What all steps of a call share.
pub(super) struct StepContext<'a> {
    pub(super) instance: &'a Instance,
    pub(super) kind: &'a str,
    pub(super) number: u64,
    pub(super) now_ms: u64,
}

impl World {
    /// Carries out one step, as its fault lets it.
    pub(super) fn step(&mut self, ctx: &StepContext<'_>, step: &Step) -> StepReply {
        self.count_one(Sort::of_verb(step.verb));
        let fault = self.faults.of_step(ctx.number, ctx.kind, step);
        let before = self.objects.len() + self.graves.len();
        let log_length = self.log.len();
        let reply = self.faulty(ctx, step, fault);
        debug_assert_eq!(log_length, self.log.len(), "a step is logged here and nowhere else");
        let (trouble, thing) = match &reply {
            StepReply::Done(thing) => (None, thing.as_ref()),
            StepReply::Failed(trouble, thing) => (Some(trouble.clone()), thing.as_ref()),
        };
        let id = thing.and_then(|thing| thing.value.0.get("id")).and_then(Value::as_text);
        let id = id.map(ToString::to_string).or_else(|| self.id_of(step)).unwrap_or_default();
        let changed = trouble.is_none() || before != self.objects.len() + self.graves.len();
        self.log.push(LogEntry {
            request: ctx.number,
            at_ms: ctx.now_ms,
            sort: Sort::of_verb(step.verb),
            kind: ctx.kind.to_owned(),
            address: step.address.clone(),
            token: step.token.clone(),
            id,
            changed,
            trouble,
        });
        reply
    }

    fn id_of(&self, step: &Step) -> Option<String> {
        let mine = |o: &&CloudObject| !step.token.is_empty() && o.token == step.token;
        step.id.clone().or_else(|| self.objects.values().find(mine).map(|o| o.id.clone()))
    }

    fn faulty(&mut self, ctx: &StepContext<'_>, step: &Step, fault: Option<Fault>) -> StepReply {
        let failed = |code, text: &str| StepReply::Failed(Trouble::new(code, text), None);
        match fault {
            None | Some(Fault::Stale) => self.perform(ctx, step),
            Some(Fault::Before) => failed(Code::Failed, "the cloud had a hiccup"),
            Some(Fault::NotAskable) => failed(Code::Unreachable, "the cloud does not answer"),
            Some(Fault::RateLimit { wait_ms }) => {
                let trouble = Trouble::new(Code::RateLimit, "too many requests");
                StepReply::Failed(Trouble { wait_ms: Some(wait_ms), ..trouble }, None)
            }
            Some(Fault::After) => {
                let _lost = self.perform(ctx, step);
                failed(Code::ReplyLost, "the connection broke before a reply came")
            }
            Some(Fault::Timeout { happened }) => {
                if happened {
                    let _lost = self.perform(ctx, step);
                }
                failed(Code::Timeout, "no reply came in time")
            }
            Some(Fault::Duplicate) => {
                let _first = self.perform(ctx, step);
                self.perform(ctx, step)
            }
            Some(Fault::Partial) => {
                let reply = self.perform(ctx, step);
                if let StepReply::Done(Some(thing)) = &reply
                    && step.verb == Verb::Create
                {
                    let trouble = Trouble::new(Code::Partial, "it was created but did not start");
                    return StepReply::Failed(trouble, Some(thing.clone()));
                }
                reply
            }
        }
    }

    fn perform(&mut self, ctx: &StepContext<'_>, step: &Step) -> StepReply {
        let name = KindName(ctx.kind.into());
        let catalogue: Arc<Catalogue> = self.catalogue.clone();
        let Some(behaviour) = catalogue.resource(&name) else {
            let trouble = Trouble::new(Code::RequestUnknown, format!("no kind `{name}`"));
            return StepReply::Failed(trouble, None);
        };
        if let Some(trouble) = self.unreachable(ctx.instance) {
            return StepReply::Failed(trouble, None);
        }
        if let Some(odd) = odd_attribute(behaviour, &step.value.0) {
            let trouble = Trouble::new(Code::RequestUnknown, format!("`{name}` has no `{odd}`"));
            return StepReply::Failed(trouble, None);
        }
        let done = match step.verb {
            Verb::Create => self.create(ctx, behaviour, step).map(Some),
            Verb::Update => self.update(behaviour, step).map(Some),
            Verb::Delete => self.delete(step).map(|()| None),
        };
        match done {
            Ok(object) => StepReply::Done(object.map(|object| as_thing(&object))),
            Err(trouble) => StepReply::Failed(trouble, None),
        }
    }

    fn create(
        &mut self,
        ctx: &StepContext<'_>,
        behaviour: &Behaviour,
        step: &Step,
    ) -> Result<CloudObject, Trouble> {
        let value = &step.value.0;
        if !step.token.is_empty() && self.objects.values().any(|o| o.token == step.token) {
            return Err(Trouble::new(Code::Taken, "an object with this token exists"));
        }
        if let Some(taken) = self.with_key(behaviour, value) {
            let text = format!("`{}` has the same {}", taken.id, behaviour.key.join(", "));
            return Err(Trouble::new(Code::Taken, text));
        }
        self.check_references(behaviour, value)?;
        let id = Text::from(self.new_id(behaviour.prefix, &step.address));
        let filling = Filling { behaviour, id: &id, revision: 1, whole: value };
        let object = CloudObject {
            kind: behaviour.kind.name().clone(),
            id: id.to_string(),
            token: step.token.clone(),
            address: step.address.clone(),
            lineage: ctx.instance.lineage.clone(),
            host: (ctx.instance.provider == FAKEHOST)
                .then(|| ctx.instance.server_id.clone().unwrap_or_default()),
            value: filling.fill(),
            before: None,
            revision: 1,
        };
        self.objects.insert(object.id.clone(), object.clone());
        Ok(object)
    }

    fn update(&mut self, behaviour: &Behaviour, step: &Step) -> Result<CloudObject, Trouble> {
        let id = step.id.clone().unwrap_or_default();
        let Some(found) = self.objects.get(&id).cloned() else {
            return Err(Trouble::new(Code::ObjectUnknown, format!("there is no `{id}`")));
        };
        let value = &step.value.0;
        if let Some(name) = fixed_change(behaviour, &found.value, value) {
            let text = format!("`{name}` of `{id}` can't be changed in place");
            return Err(Trouble::new(Code::ChangeRefused, text));
        }
        self.check_references(behaviour, value)?;
        let revision = found.revision + 1;
        let text = Text::from(id.as_str());
        let filled = Filling { behaviour, id: &text, revision, whole: value }.fill();
        let object =
            CloudObject { before: Some(found.value.clone()), value: filled, revision, ..found };
        self.objects.insert(id, object.clone());
        Ok(object)
    }

    fn delete(&mut self, step: &Step) -> Result<(), Trouble> {
        let id = step.id.clone().unwrap_or_default();
        if !self.objects.contains_key(&id) {
            return Ok(());
        }
        if let Some(user) = self.user_of(&id) {
            return Err(Trouble::new(Code::InUse, format!("`{user}` still needs `{id}`")));
        }
        self.bury(&id);
        Ok(())
    }

    /// Removes an object and what lives on it.
    pub(super) fn bury(&mut self, id: &str) {
        let lost: Vec<String> = self
            .objects
            .values()
            .filter(|o| o.id == id || o.host.as_deref() == Some(id))
            .map(|o| o.id.clone())
            .collect();
        for id in lost {
            if let Some(object) = self.objects.remove(&id) {
                self.graves.insert(id, object);
            }
        }
    }

    /// Returns the id of an object that refers to this one.
    fn user_of(&self, id: &str) -> Option<&str> {
        let refers = |object: &&CloudObject| {
            let behaviour = self.catalogue.resource(&object.kind);
            behaviour.is_some_and(|behaviour| {
                behaviour.references.iter().any(|(attribute, _)| {
                    object.value.get(attribute).and_then(Value::as_text).is_some_and(|t| **t == *id)
                })
            })
        };
        self.objects.values().find(refers).map(|object| object.id.as_str())
    }

    fn check_references(&self, behaviour: &Behaviour, value: &Value) -> Result<(), Trouble> {
        for (attribute, kind) in behaviour.references {
            let Some(id) = value.get(attribute).and_then(Value::as_text) else { continue };
            if self.objects.get(&**id).is_none_or(|object| *object.kind.0 != **kind) {
                let text = format!("`{attribute}` names `{id}`, which is no {kind}");
                return Err(Trouble::new(Code::ReferenceUnknown, text));
            }
        }
        Ok(())
    }

    /// Returns the object that has the natural key of a value.
    pub(super) fn with_key(&self, behaviour: &Behaviour, value: &Value) -> Option<&CloudObject> {
        if behaviour.key.is_empty() {
            return None;
        }
        let same = |object: &&CloudObject| {
            object.kind == *behaviour.kind.name()
                && behaviour.key.iter().all(|name| object.value.get(name) == value.get(name))
        };
        self.objects.values().find(same)
    }

    /// Returns an id that tells people what it is of and was never given out before.
    fn new_id(&self, prefix: &str, address: &str) -> String {
        let (_, name) = address.split_once('.').unwrap_or(("", address));
        let slug: String = name.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
        let taken = |id: &String| self.objects.contains_key(id) || self.graves.contains_key(id);
        let candidates = (1_u64..).map(|number| format!("{prefix}-{slug}-{number}"));
        candidates.into_iter().find(|id| !taken(id)).unwrap_or_default()
    }
}

/// Returns an object as the cloud gives it back after a change.
pub(super) fn as_thing(object: &CloudObject) -> Thing {
    Thing {
        value: Dynamic(object.value.clone()),
        private: format!("revision {}", object.revision).into_bytes(),
    }
}

/// Returns the name of an attribute that the kind does not have.
fn odd_attribute(behaviour: &Behaviour, value: &Value) -> Option<Text> {
    odd_name(&*behaviour.kind, value)
}

/// As [`odd_attribute`], of any kind.
pub(super) fn odd_name(kind: &dyn Kind, value: &Value) -> Option<Text> {
    let block = &kind.schema().block;
    let is_odd =
        |name: &&Text| !block.attributes.contains_key(*name) && !block.blocks.contains_key(*name);
    let mut names = value.entries().unwrap_or_default().iter().map(|(name, _)| name);
    names.find(is_odd).cloned()
}

/// Returns the name of an attribute that would have to be replaced.
fn fixed_change<'a>(behaviour: &'a Behaviour, before: &Value, after: &Value) -> Option<&'a Text> {
    let schema = &behaviour.kind.schema().block;
    let differs = |name: &Text| match after.get(name) {
        Some(after) => after.is_wholly_known() && before.get(name) != Some(after),
        None => false,
    };
    schema.attributes.iter().find(|(name, a)| a.replaces && differs(name)).map(|(name, _)| name)
}
