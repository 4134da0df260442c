//! Questions, handed to the type they are about.

use super::{Connected, failed};
use crate::{connection::Control, failure::Failure};
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
    journal::Intent,
    kind::Facts,
    observed::Found,
};
use std::time::Duration;

impl<C: Send + Sync + 'static> Connected<C> {
    pub(super) async fn answer(&self, question: Question, control: &Control) -> Answer {
        if let Err(failure) = self.prepare(control).await {
            return failed(failure);
        }
        let client = &self.client;
        let resource = |kind: &KindName| {
            let found = self.registry.resources.get(kind);
            found.ok_or_else(|| Answer::Failed(self.registry.unknown_kind(kind)))
        };
        let openable = |kind: &KindName| {
            let found = self.registry.openables.get(kind);
            found.ok_or_else(|| Answer::Failed(self.registry.unknown_kind(kind)))
        };
        match question {
            Question::Configure(_) => Answer::Configured(Vec::new()),
            Question::Facts(keys) => match self.registry.learn {
                None => Answer::Facts(Facts::new(), Vec::new()),
                Some(learn) => match learn(client, keys, control).await {
                    Ok((facts, warnings)) => Answer::Facts(facts, warnings),
                    Err(failure) => failed(failure),
                },
            },
            Question::Refresh(kind, recorded) => match resource(&kind) {
                Ok(found) => found.refresh(client, recorded, control).await,
                Err(answer) => answer,
            },
            Question::Find(intents) => match self.find(intents, control).await {
                Ok(found) => Answer::Found(found),
                Err(failure) => failed(failure),
            },
            Question::Import(kind, id) => match resource(&kind) {
                Ok(found) => found.import(client, id, control).await,
                Err(answer) => answer,
            },
            Question::Exists(kind, desired) => match resource(&kind) {
                Ok(found) => found.exists(client, desired, control).await,
                Err(answer) => answer,
            },
            Question::ReadData(kind, config) => match self.registry.readables.get(&kind) {
                Some(readable) => readable.read(client, config, control).await,
                None => Answer::Failed(self.registry.unknown_kind(&kind)),
            },
            Question::Open(address, config) => match openable(&address.kind) {
                Ok(found) => found.open(client, config, control).await,
                Err(answer) => answer,
            },
            Question::Renew(kind, lease) => match openable(&kind) {
                Ok(found) => found.renew(client, lease, control).await,
                Err(answer) => answer,
            },
            Question::Close(kind, lease) => match openable(&kind) {
                Ok(found) => found.close(client, lease, control).await,
                Err(answer) => answer,
            },
        }
    }
    /// Looks each up; if one of them can't be asked about at all, none can.
    async fn find(&self, intents: Vec<Intent>, control: &Control) -> Result<Vec<Found>, Failure> {
        self.settle(&intents, control).await;
        let mut found = Vec::with_capacity(intents.len());
        for intent in intents {
            found.push(match self.registry.resources.get(&intent.kind) {
                Some(resource) => resource.find(&self.client, intent, control).await?,
                None => Found::Uncertain(self.registry.unknown_kind(&intent.kind)),
            });
        }
        Ok(found)
    }

    /// Waits until no cut-off create can still be on its way: a lookup before that would call absent
    /// what appears a moment later.
    async fn settle(&self, intents: &[Intent], control: &Control) {
        let Some(settle_ms) = self.registry.settle_ms else { return };
        let youngest = intents.iter().map(|intent| intent.at.0).max().unwrap_or(0);
        let age = control.clock.now_ms().saturating_sub(youngest);
        control.clock.sleep(Duration::from_millis(settle_ms.saturating_sub(age))).await;
    }
}
