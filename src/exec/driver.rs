//! The driver: makes the machine's effects happen and brings back what happened.
//!
//! It decides nothing. Calls and asks run as tasks, the journal is written on a thread of its own,
//! and everything comes back to the machine through one channel, each batch with its time.

mod connections;
mod intentions;
mod journal;
mod tasks;

pub use connections::{Registry, StandIn};
pub use journal::JournalThread;

use crate::{
    event::{Effect, Event},
    machine::{Ended, Job, Machine},
    report::Report,
};
use connections::Connections;
use infra_model::{address::Address, journal::Time, text::Text};
use infra_sdk::connection::Clock;
use intentions::Intentions;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::mpsc;

/// A wish of the person at the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Finish and record what is in flight, start nothing new.
    Stop,
    /// Stop waiting as well.
    Abort,
}

/// Whoever watches the run; called on the driver's thread and must not block.
pub trait Watcher: Send + Sync {
    /// Takes a piece of news.
    fn report(&self, report: &Report);

    /// Takes a line of a running step.
    fn line(&self, address: &Address, text: &str);
}

/// Drives machines, one after another, over the same connections.
pub struct Driver {
    connections: Arc<Connections>,
    clock: Arc<dyn Clock>,
    watcher: Arc<dyn Watcher>,
    stop: Arc<AtomicBool>,
    /// The lineage of the state that the running machine works on.
    lineage: Mutex<Text>,
    /// Through which provider instances the running machine means to change something.
    intentions: Mutex<Intentions>,
}

impl Driver {
    /// Returns a driver that connects the providers of a registry.
    pub fn new(registry: Registry, clock: Arc<dyn Clock>, watcher: Arc<dyn Watcher>) -> Self {
        Self {
            connections: Arc::new(Connections::new(registry)),
            clock,
            watcher,
            stop: Arc::new(AtomicBool::new(false)),
            lineage: Mutex::new(Text::from("")),
            intentions: Mutex::default(),
        }
    }

    /// Runs a machine to its end.
    ///
    /// Without a journal nothing can be appended: an applying machine then fails before its first
    /// effect.
    pub async fn run(
        &self,
        job: Job,
        journal: Option<&JournalThread>,
        signals: &mut mpsc::UnboundedReceiver<Signal>,
    ) -> Ended {
        *self.lineage.lock().unwrap_or_else(PoisonError::into_inner) = job.lineage();
        *self.intentions.lock().unwrap_or_else(PoisonError::into_inner) = Intentions::of(&job);
        let mut machine = Machine::new(job);
        let (send, mut receive) = mpsc::unbounded_channel();
        let mut events = Vec::new();
        loop {
            let effects = machine.step(self.now(), std::mem::take(&mut events));
            for effect in effects {
                self.perform(effect, journal, &send);
            }
            if machine.is_finished() {
                return machine.end();
            }
            tokio::select! {
                biased;
                Some(signal) = signals.recv() => events.push(self.signalled(signal)),
                Some(event) = receive.recv() => events.push(event),
            }
            // What has come together is taken together: fewer, larger commits.
            while let Ok(event) = receive.try_recv() {
                events.push(event);
            }
        }
    }

    fn now(&self) -> Time {
        Time(self.clock.now_ms())
    }

    fn signalled(&self, signal: Signal) -> Event {
        self.stop.store(true, Ordering::Relaxed);
        match signal {
            Signal::Stop => Event::Stop,
            Signal::Abort => Event::Abort,
        }
    }

    fn perform(
        &self,
        effect: Effect,
        journal: Option<&JournalThread>,
        send: &mpsc::UnboundedSender<Event>,
    ) {
        match effect {
            Effect::Ask(id, ask) => self.spawn_ask(id, ask, send.clone()),
            Effect::Call { id, provider, kind, calls } => {
                self.spawn_call(id, provider, (kind, calls), send.clone());
            }
            Effect::Provision(step, address, provision) => {
                self.spawn_provision(step, address, *provision, send.clone());
            }
            Effect::Append(records) => match journal {
                Some(journal) => journal.append(records, self.now(), send),
                None => tasks::reply(send, Event::StoreFailed(Box::new(journal::no_journal()))),
            },
            Effect::Sleep(alarm, until) => self.spawn_sleep(alarm, until, send.clone()),
            Effect::Report(report) => self.watcher.report(&report),
            Effect::Finished => {}
        }
    }
}
