//! Between the provider contract and the cloud's own protocol: pure, and one request per question.

use crate::{
    catalogue::Catalogue,
    protocol::{
        Code, Hit, Instance, Listed, Reply, Request, Seen, Step, StepReply, Thing, Trouble, Verb,
        Wanted,
    },
    world::World,
};
use infra_model::{
    address::{KindName, Mode},
    ask::{Answer, Call, CallFailure, CallOutcome, Question},
    diagnostic::Diagnostic,
    journal::Intent,
    kind::{FactKey, Facts},
    observed::{Found, Marked, Observed},
    snapshot::Object,
    text::Text,
    value::Value,
};
use infra_sdk::{convert::Dynamic, dress::dress, settle::settle};
use std::sync::Arc;

mod leases;

impl World {
    /// Answers a question at a time, without async: the entry of the simulation.
    pub fn answer(&mut self, instance: &Instance, question: &Question, now_ms: u64) -> Answer {
        match request_of(question) {
            Ok(request) => {
                let reply = self.handle(instance, &request, now_ms);
                answer_of(self.catalogue(), question, reply)
            }
            Err(answer) => *answer,
        }
    }

    /// Carries out steps of one kind at a time, without async: the entry of the simulation.
    pub fn call(
        &mut self,
        instance: &Instance,
        kind: &KindName,
        calls: &[Call],
        now_ms: u64,
    ) -> Vec<CallOutcome> {
        match steps_of(self.catalogue(), kind, calls) {
            Ok(request) => {
                let reply = self.handle(instance, &request, now_ms);
                outcomes_of(self.catalogue(), kind, calls, reply)
            }
            Err(trouble) => all_failed(calls, &trouble),
        }
    }

    /// Connects an instance, as the driver would.
    ///
    /// # Errors
    ///
    /// If the cloud or the host can't be reached.
    pub fn connect(&mut self, instance: &Instance, now_ms: u64) -> Result<(), Diagnostic> {
        if let Reply::Refused(trouble) = self.handle(instance, &Request::Hello, now_ms) {
            return Err(diagnostic(&trouble));
        }
        Ok(())
    }
}

/// Returns the request that a question becomes, or the answer if it needs none.
///
/// # Errors
///
/// The answer, if the cloud need not be asked.
pub fn request_of(question: &Question) -> Result<Request, Box<Answer>> {
    Ok(match question {
        Question::Configure(_) => Request::Hello,
        Question::Facts(keys) => Request::Facts(keys.iter().map(|k| k.0.to_string()).collect()),
        Question::Refresh(kind, recorded) => Request::Read {
            kind: kind.0.to_string(),
            ids: recorded.iter().map(|r| text_at(&r.object.value, "id")).collect(),
        },
        Question::Find(intents) => Request::Find(intents.iter().map(wanted).collect()),
        Question::ReadData(kind, config) => {
            Request::Data { kind: kind.0.to_string(), config: clear(config) }
        }
        Question::Import(kind, id) => match id.as_text() {
            Some(id) => Request::Import { kind: kind.0.to_string(), id: id.to_string() },
            None => Request::Import { kind: kind.0.to_string(), id: text_at(id, "id") },
        },
        Question::Exists(kind, desired) => Request::Exists(Wanted {
            kind: kind.0.to_string(),
            token: String::new(),
            desired: clear(desired),
        }),
        Question::Open(address, config) => {
            Request::Open { kind: address.kind.0.to_string(), config: clear(config) }
        }
        Question::Renew(kind, lease) => {
            Request::Renew { kind: kind.0.to_string(), lease: leases::number(lease) }
        }
        Question::Close(kind, lease) => {
            Request::Close { kind: kind.0.to_string(), lease: leases::number(lease) }
        }
    })
}

/// Returns the answer that a reply means.
pub fn answer_of(catalogue: &Catalogue, question: &Question, reply: Reply) -> Answer {
    match (question, reply) {
        (_, Reply::Refused(trouble)) => refused(&trouble),
        (Question::Configure(_), Reply::Welcome) => Answer::Configured(Vec::new()),
        (Question::Facts(_), Reply::Facts(facts)) => Answer::Facts(to_facts(facts), Vec::new()),
        (Question::Refresh(kind, recorded), Reply::Seen(seen, facts, marked)) => {
            let one = |(seen, recorded): (Seen, &infra_model::ask::Recorded)| match seen {
                Seen::Present(value) => {
                    Observed::Present(dressed(catalogue, kind, value, &recorded.object.value))
                }
                Seen::Gone => Observed::Gone,
                Seen::Unreachable(trouble) => Observed::NotAskable(diagnostic(&trouble)),
            };
            let observed = seen.into_iter().zip(recorded).map(one).collect();
            let marked = marked.into_iter().map(to_marked).collect();
            Answer::Observed(observed, to_facts(facts), marked)
        }
        (Question::Find(intents), Reply::Found(hits)) => {
            let one = |(hit, intent): (Hit, &Intent)| match hit {
                Hit::There(thing) => {
                    Found::Adopt(Box::new(object(catalogue, intent, thing, &intent.desired)))
                }
                Hit::Absent => Found::Absent,
                Hit::Uncertain(trouble) => Found::Uncertain(diagnostic(&trouble)),
            };
            Answer::Found(hits.into_iter().zip(intents).map(one).collect())
        }
        (Question::ReadData(kind, config), Reply::Value(value)) => {
            Answer::Value(with_schema_marks(catalogue, (Mode::Data, kind), value, config), vec![])
        }
        (Question::Open(address, config), Reply::Opened { value, lease, renew_at_ms }) => {
            let key = (Mode::Ephemeral, &address.kind);
            let value = with_schema_marks(catalogue, key, value, config);
            leases::opened(value, lease, renew_at_ms)
        }
        (Question::Renew(_, lease), Reply::Renewed(renew_at_ms)) => {
            leases::opened(lease.value.clone(), leases::number(lease), renew_at_ms)
        }
        (Question::Close(..), Reply::Closed) => Answer::Closed(vec![]),
        (Question::Import(kind, _), Reply::Imported(found)) => Answer::Imported(
            found.map(|thing| imported(catalogue, kind, thing)).into_iter().collect(),
        ),
        (Question::Exists(..), Reply::Exists(found)) => {
            Answer::Exists(found.map(|id| format!("object `{id}` has its key").into()))
        }
        (_, _) => Answer::Failed(diagnostic(&Trouble::new(
            Code::RequestUnknown,
            "the fake cloud answered another question",
        ))),
    }
}

/// Returns the request that a call becomes.
///
/// # Errors
///
/// If the kind is not one of the cloud's.
pub fn steps_of(
    catalogue: &Catalogue,
    name: &KindName,
    calls: &[Call],
) -> Result<Request, Trouble> {
    let Some(kind) = catalogue.kind(Mode::Managed, name) else {
        let text = format!("provider `fake` has no resource type `{name}`; this is a bug");
        return Err(Trouble::new(Code::RequestUnknown, text));
    };
    let one = |call: &Call| {
        let verb = Verb::from(call.intent.verb);
        let value = match verb {
            Verb::Delete => call.desired.clone(),
            Verb::Create | Verb::Update => settle(&**kind, call),
        };
        Step {
            verb,
            address: call.intent.address.to_string(),
            token: call.intent.token.to_string(),
            id: call.prior.as_ref().map(|object| text_at(&object.value, "id")),
            value: clear(&value),
        }
    };
    Ok(Request::Steps { kind: name.0.to_string(), steps: calls.iter().map(one).collect() })
}

/// Returns the outcomes that a reply means, one per step.
pub fn outcomes_of(
    catalogue: &Catalogue,
    _kind: &KindName,
    calls: &[Call],
    reply: Reply,
) -> Vec<CallOutcome> {
    let mut trouble = Trouble::new(Code::ReplyLost, "the fake cloud answered another question");
    let mut replies = Vec::new();
    if let Reply::Refused(refused) = reply {
        trouble = refused;
    } else if let Reply::Steps(steps) = reply {
        replies = steps;
    }
    if replies.len() != calls.len() {
        return all_failed(calls, &trouble);
    }
    let one = |(reply, call): (StepReply, &Call)| {
        let recorded = |thing| object(catalogue, &call.intent, thing, &call.desired);
        match reply {
            StepReply::Done(thing) => {
                CallOutcome::Done(thing.map(|thing| Box::new(recorded(thing))), Vec::new())
            }
            StepReply::Failed(trouble, partial) => failed(&trouble, partial.map(recorded)),
        }
    };
    replies.into_iter().zip(calls).map(one).collect()
}

/// Returns the same failure for every step of a call.
pub fn all_failed(calls: &[Call], trouble: &Trouble) -> Vec<CallOutcome> {
    calls.iter().map(|_| failed(trouble, None)).collect()
}

fn failed(trouble: &Trouble, partial: Option<Object>) -> CallOutcome {
    CallOutcome::Failed(Box::new(CallFailure {
        partial,
        is_whole: false,
        retry: trouble.code.retry(),
        wait_ms: trouble.wait_ms,
        diagnostic: diagnostic(trouble),
    }))
}

/// Returns a trouble as a finding.
pub fn diagnostic(trouble: &Trouble) -> Diagnostic {
    let found = Diagnostic::error(trouble.code.text(), trouble.text.as_str());
    if trouble.code == Code::Partial {
        // What became of it is known: it is there, and recorded as tainted.
        return found.help("the next apply replaces it; `infra untaint` keeps it");
    }
    found.retry(trouble.code.retry())
}

fn refused(trouble: &Trouble) -> Answer {
    if trouble.code == Code::Unreachable {
        return Answer::NotAskable(diagnostic(trouble));
    }
    Answer::Failed(diagnostic(trouble))
}

fn object(catalogue: &Catalogue, intent: &Intent, thing: Thing, desired: &Value) -> Object {
    let schema_version =
        catalogue.kind(Mode::Managed, &intent.kind).map_or(0, |kind| kind.schema().version);
    Object {
        kind: intent.kind.clone(),
        provider: intent.provider.clone(),
        value: dressed(catalogue, &intent.kind, thing.value, desired),
        private: Arc::from(thing.private),
        schema_version,
        tainted: false,
        needs: intent.needs.clone(),
        prevent_destroy: false,
        create_before_destroy: false,
    }
}

fn imported(catalogue: &Catalogue, kind: &KindName, thing: Thing) -> Object {
    use infra_model::address::{InstanceKey, ModuleAddress, ProviderAddress};
    let provider = catalogue.resource(kind).map_or("fake", |behaviour| behaviour.provider);
    let schema_version =
        catalogue.kind(Mode::Managed, kind).map_or(0, |kind| kind.schema().version);
    Object {
        kind: kind.clone(),
        // The engine, which knows which instance it asked, writes that one down.
        provider: ProviderAddress {
            module: ModuleAddress::root(),
            provider: Text::from(provider),
            alias: None,
            key: InstanceKey::None,
        },
        value: with_schema_marks(
            catalogue,
            (Mode::Managed, kind),
            thing.value,
            &Value::from(false),
        ),
        private: Arc::from(thing.private),
        schema_version,
        tainted: false,
        needs: Arc::from([]),
        prevent_destroy: false,
        create_before_destroy: false,
    }
}

fn dressed(catalogue: &Catalogue, kind: &KindName, value: Dynamic, like: &Value) -> Value {
    with_schema_marks(catalogue, (Mode::Managed, kind), value, like)
}

fn with_schema_marks(
    catalogue: &Catalogue,
    (mode, kind): (Mode, &KindName),
    value: Dynamic,
    like: &Value,
) -> Value {
    match catalogue.kind(mode, kind) {
        Some(kind) => dress(&kind.schema().block, value.0, like),
        None => value.0,
    }
}

fn wanted(intent: &Intent) -> Wanted {
    Wanted {
        kind: intent.kind.0.to_string(),
        token: intent.token.to_string(),
        desired: clear(&intent.desired),
    }
}

fn clear(value: &Value) -> Dynamic {
    Dynamic(value.clone().unmark_deep().0)
}

fn text_at(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_text).map(ToString::to_string).unwrap_or_default()
}

fn to_facts(facts: Vec<(String, Dynamic)>) -> Facts {
    facts.into_iter().map(|(key, value)| (FactKey(key.into()), value.0)).collect()
}

fn to_marked(listed: Listed) -> Marked {
    Marked {
        kind: KindName(listed.kind.into()),
        id: listed.id.into(),
        address: listed.address.into(),
        token: listed.token.into(),
    }
}
