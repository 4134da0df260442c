//! The connection to one engine: every question and step, by kind.

use crate::{
    data,
    engine::Engine,
    failure::{Failure, refusal},
    inherited, refresh, steps,
};
use infra_model::{
    address::{KindName, Mode},
    ask::{Answer, Call, CallOutcome, Question, Recorded},
    kind::{FactKey, Facts, Kind},
    value::Value,
};
use infra_sdk::connection::{BoxFuture, Connection, Control};
use std::{collections::BTreeMap, sync::Arc};

/// The resource types of this provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Container,
    Image,
    Network,
    Tag,
    Volume,
}

impl Sort {
    /// Returns the resource type of a name.
    pub(crate) fn of(kind: &KindName) -> Option<Self> {
        match &*kind.0 {
            "docker_container" => Some(Self::Container),
            "docker_image" => Some(Self::Image),
            "docker_network" => Some(Self::Network),
            "docker_tag" => Some(Self::Tag),
            "docker_volume" => Some(Self::Volume),
            _ => None,
        }
    }
}

/// A connected instance of the provider.
pub(crate) struct DockerConnection {
    pub(crate) engine: Engine,
    pub(crate) kinds: BTreeMap<KindName, Arc<dyn Kind>>,
}

impl DockerConnection {
    /// Returns the connection of an engine.
    pub(crate) fn new(engine: Engine, kinds: Vec<Arc<dyn Kind>>) -> Self {
        let managed = kinds.into_iter().filter(|kind| kind.mode() == Mode::Managed);
        Self { engine, kinds: managed.map(|kind| (kind.name().clone(), kind)).collect() }
    }

    /// Returns a resource type with its pure half.
    pub(crate) fn kind(&self, name: &KindName) -> Option<(Sort, &Arc<dyn Kind>)> {
        Some((Sort::of(name)?, self.kinds.get(name)?))
    }

    async fn answer(&self, question: Question, control: &Control) -> Result<Answer, Failure> {
        self.engine.api().await?;
        match question {
            Question::Facts(keys) => self.facts(keys).await,
            Question::Refresh(kind, recorded) => self.refresh(&kind, recorded, control).await,
            Question::Find(intents) => steps::find(self, intents, control).await.map(Answer::Found),
            Question::ReadData(kind, value) => {
                let (value, warnings) = data::read(&self.engine, &kind, &value, control).await?;
                Ok(Answer::Value(value, warnings))
            }
            Question::Import(kind, id) => {
                steps::import(self, &kind, &id).await.map(Answer::Imported)
            }
            Question::Exists(kind, desired) => {
                steps::exists(self, &kind, &desired).await.map(Answer::Exists)
            }
            Question::Configure(_)
            | Question::Open(..)
            | Question::Renew(..)
            | Question::Close(..) => Err(unknown("this question")),
        }
    }

    async fn facts(&self, keys: Vec<FactKey>) -> Result<Answer, Failure> {
        let mut facts = Facts::new();
        for key in keys {
            let Some(reference) = inherited::reference(&key) else { continue };
            // An image that is not there yet is no failure: it may be pulled in the same run.
            let image = crate::image::inspect(&self.engine, reference).await?.unwrap_or_default();
            facts.insert(key, inherited::facts(&image));
        }
        Ok(Answer::Facts(facts, Vec::new()))
    }

    async fn refresh(
        &self,
        kind: &KindName,
        recorded: Vec<Recorded>,
        control: &Control,
    ) -> Result<Answer, Failure> {
        let Some((sort, kind)) = self.kind(kind) else { return Err(unknown(&kind.0)) };
        let about = (kind.as_ref(), &*control.lineage);
        let seen = refresh::refresh(&self.engine, sort, about, &recorded).await?;
        Ok(Answer::Observed(seen.observed, seen.facts, seen.marked))
    }
}

impl Connection for DockerConnection {
    fn ask(&self, question: Question, control: Control) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            match self.answer(question, &control).await {
                Ok(answer) => answer,
                Err(failure) if failure.unreachable => Answer::NotAskable(*failure.diagnostic),
                Err(failure) => Answer::Failed(*failure.diagnostic),
            }
        })
    }

    fn call(
        &self,
        kind: KindName,
        calls: Vec<Call>,
        control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(calls.len());
            for call in calls {
                outcomes.push(match self.kind(&kind) {
                    Some((sort, kind)) => {
                        steps::step(self, sort, kind.as_ref(), &call, &control).await
                    }
                    None => unknown(&kind.0).outcome(),
                });
            }
            outcomes
        })
    }
}

/// Returns the failure of a name that is not ours.
pub(crate) fn unknown(name: &str) -> Failure {
    let found = refusal(
        "infra::docker::kind_unknown",
        format!("the docker provider does not know `{name}`"),
    );
    Failure::refused(found.help("use the version of infra that made the plan"))
}

/// Returns the text of an attribute.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_text).map_or("", |text| text)
}
