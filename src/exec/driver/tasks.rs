//! One task per ask, call, provisioner and sleep; each ends with one event, even if the provider's
//! code panics.

use super::{Driver, Watcher, connections::not_configured};
use crate::event::{Alarm, CallId, Event};
use infra_model::{
    address::{Address, KindName, Mode, ProviderAddress},
    ask::{Answer, Ask, AskId, Call, CallFailure, CallOutcome, Question},
    diagnostic::{Diagnostic, Retry},
    journal::Time,
    program::Provision,
    text::Text,
};
use infra_plan::plan::StepId;
use infra_sdk::connection::{CALL_MS_MAX, Control, Progress};
use std::{
    future::Future,
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc::UnboundedSender;

/// How long an ask may take.
const ASK_MS_MAX: u64 = 10 * 60 * 1_000;

/// Hands lines of a call to the watcher, under the address of its step.
struct Lines {
    watcher: Arc<dyn Watcher>,
    address: Address,
}

impl Progress for Lines {
    fn line(&self, text: &str) {
        self.watcher.line(&self.address, text);
    }
}

/// Sends an event to the machine; a machine that has ended needs none.
pub(super) fn reply(send: &UnboundedSender<Event>, event: Event) {
    if send.send(event).is_err() {
        tracing::debug!("an event came after the end of the run");
    }
}

impl Driver {
    fn control(&self, address: Address, limit_ms: u64, intends_changes: bool) -> Control {
        Control {
            deadline_ms: Some(self.clock.now_ms() + limit_ms),
            stop: self.stop.clone(),
            progress: Arc::new(Lines { watcher: self.watcher.clone(), address }),
            clock: self.clock.clone(),
            lineage: self.lineage.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            intends_changes,
        }
    }

    pub(super) fn spawn_ask(&self, id: AskId, ask: Ask, send: UnboundedSender<Event>) {
        let intentions = self.intentions.lock().unwrap_or_else(PoisonError::into_inner);
        let intends_changes = intentions.include(&ask.provider);
        drop(intentions);
        let address = provider_as_address(&ask.provider);
        let control = self.control(address, ASK_MS_MAX, intends_changes);
        let connections = self.connections.clone();
        let Ask { provider, question } = ask;
        let name = provider.to_string();
        let work = async move {
            if let Question::Configure(config) = question {
                connections.configure(provider, config, control).await
            } else if let Some(connection) = connections.get(&provider) {
                connection.ask(question, control).await
            } else {
                Answer::NotAskable(not_configured(&provider))
            }
        };
        spawn_guarded(work, move |ended| {
            let answer = ended.unwrap_or_else(|Lost| Answer::Failed(panicked(&name)));
            reply(&send, Event::Answered(id, answer));
        });
    }

    pub(super) fn spawn_call(
        &self,
        id: CallId,
        provider: ProviderAddress,
        (kind, calls): (KindName, Vec<Call>),
        send: UnboundedSender<Event>,
    ) {
        let address = calls
            .first()
            .map_or_else(|| provider_as_address(&provider), |call| call.intent.address.clone());
        let control = self.control(address, CALL_MS_MAX, true);
        let connections = self.connections.clone();
        let name = provider.to_string();
        let work = async move {
            let count = calls.len();
            match connections.get(&provider) {
                Some(connection) => connection.call(kind, calls, control).await,
                None => (0..count).map(|_| never_called(&provider)).collect(),
            }
        };
        spawn_guarded(work, move |ended| {
            let event = match ended {
                Ok(outcomes) => Event::Called(id, outcomes),
                Err(Lost) => Event::CallLost(id, Box::new(panicked(&name))),
            };
            reply(&send, event);
        });
    }

    pub(super) fn spawn_provision(
        &self,
        step: StepId,
        address: Address,
        provision: Provision,
        send: UnboundedSender<Event>,
    ) {
        let control = self.control(address, CALL_MS_MAX, true);
        let provisioner = self.connections.provisioner(&provision.kind);
        let name = format!("provisioner.{}", provision.kind);
        let work = async move {
            match provisioner {
                Some(provisioner) => {
                    let Provision { config, connection, when, .. } = provision;
                    provisioner.run(config, connection, when, control).await
                }
                None => Err(unknown_provisioner(&provision.kind)),
            }
        };
        spawn_guarded(work, move |ended| {
            let result = ended.unwrap_or_else(|Lost| Err(panicked(&name)));
            reply(&send, Event::Provisioned(step, result.map_err(Box::new)));
        });
    }

    pub(super) fn spawn_sleep(&self, alarm: Alarm, until: Time, send: UnboundedSender<Event>) {
        let wait = until.0.saturating_sub(self.clock.now_ms());
        let sleep = self.clock.sleep(Duration::from_millis(wait));
        tokio::spawn(async move {
            sleep.await;
            reply(&send, Event::Timer(alarm));
        });
    }
}

/// A task that did not come to its end.
struct Lost;

/// Runs a provider's code in a task of its own, so that a panic in it ends nothing else.
fn spawn_guarded<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    then: impl FnOnce(Result<T, Lost>) + Send + 'static,
) {
    let task = tokio::spawn(work);
    tokio::spawn(async move { then(task.await.map_err(|_| Lost)) });
}

/// Lines of a provider itself are shown under its own name.
fn provider_as_address(provider: &ProviderAddress) -> Address {
    Address {
        module: provider.module.clone(),
        mode: Mode::Managed,
        kind: KindName(Text::from("provider")),
        name: provider.provider.clone(),
        key: provider.key.clone(),
    }
}

fn never_called(provider: &ProviderAddress) -> CallOutcome {
    CallOutcome::Failed(Box::new(CallFailure {
        partial: None,
        is_whole: false,
        retry: Retry::Safe,
        wait_ms: None,
        diagnostic: not_configured(provider).retry(Retry::Safe),
    }))
}

fn unknown_provisioner(kind: &str) -> Diagnostic {
    Diagnostic::error(
        "infra::exec::provisioner_unknown",
        format!("There is no provisioner `{kind}`"),
    )
    .detail("An object that was just created is recorded as tainted; one to be destroyed is still there.")
    .help("use one that this program has, then apply again")
}

/// What is said of code that panicked; not with what it said, which may hold a secret.
fn panicked(name: &str) -> Diagnostic {
    Diagnostic::error("infra::exec::provider_panicked", format!("`{name}` has crashed"))
        .detail(
            "Its code panicked, which is a fault of the provider. What was under way in it may or \
             may not have happened; the rest of the run was not touched.",
        )
        .help("Run `infra plan`: what was being created is looked up before anything is planned. Report the crash.")
        .retry(Retry::AfterLookup)
}
