//! Questions, handed to the type they are about.

use super::{Connected, failed};
use crate::connection::Control;
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
    kind::Facts,
    observed::Found,
};

impl<C: Send + Sync + 'static> Connected<C> {
    pub(super) async fn answer(&self, question: Question, control: &Control) -> Answer {
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
            Question::Find(intents) => {
                let mut found = Vec::with_capacity(intents.len());
                for intent in intents {
                    found.push(match self.registry.resources.get(&intent.kind) {
                        Some(resource) => resource.find(client, intent, control).await,
                        None => Found::Uncertain(self.registry.unknown_kind(&intent.kind)),
                    });
                }
                Answer::Found(found)
            }
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
}
