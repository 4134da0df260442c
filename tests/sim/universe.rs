//! Everything that outlives a run: the cloud, the store, the time, and what happened.

use super::{
    estate::Estate,
    random::Random,
    run::{self, How, Ran},
};
use infra_exec::event::Event;
use infra_fake::world::{At, Fault, Faults, Sort, World};
use infra_model::{journal::Time, value::Value};
use infra_state::{MemoryStore, Store};

/// The world, the state, and the transcript of one seed.
pub(super) struct Universe {
    pub(super) seed: u64,
    pub(super) world: World,
    pub(super) store: MemoryStore,
    pub(super) now: Time,
    pub(super) transcript: String,
    pub(super) problems: Vec<String>,
    pub(super) appends: u64,
    pub(super) groups: u64,
    /// The run dies when so many records were appended.
    pub(super) crash_at: Option<u64>,
    /// So many appends fail.
    pub(super) store_faults: u64,
    /// A person stops the apply when so many asks and calls of it have begun.
    pub(super) signal: Option<(u64, Event)>,
}

impl Universe {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            world: World::new(),
            store: MemoryStore::new(),
            now: Time(1_000_000),
            transcript: String::new(),
            problems: Vec::new(),
            appends: 0,
            groups: 0,
            crash_at: None,
            store_faults: 0,
            signal: None,
        }
    }

    /// Applies an estate without faults; that must work.
    pub(super) fn apply_cleanly(&mut self, estate: &Estate) {
        let how = How { destroy: false, random: Random::new(self.seed) };
        let ran = run::apply(self, &estate.hcl(), how);
        if let Ran::Failed(why) = ran {
            self.problems.push(format!("the first apply failed: {why}"));
        }
    }

    /// Applies or destroys with the faults that are scheduled; it may end in any way.
    pub(super) fn apply_with_faults(
        &mut self,
        estate: &Estate,
        destroy: bool,
        random: &mut Random,
    ) {
        let how = How { destroy, random: Random::new(random.next()) };
        let _any_end = run::apply(self, &estate.hcl(), how);
    }

    /// Somebody changes and removes things behind our back.
    pub(super) fn drift(&mut self, random: &mut Random) {
        let ids: Vec<String> = self.world.objects().map(|o| o.id.clone()).collect();
        for id in ids {
            if random.chance(1, 12) {
                self.world.set(&id, "name", Value::from("somebody-else"));
            }
            let kind = self.world.object(&id).map(|o| o.kind.0.to_string()).unwrap_or_default();
            // What others refer to cannot be removed from a real cloud either.
            if random.chance(1, 15) && !matches!(&*kind, "fake_network" | "fake_server") {
                self.world.remove(&id);
            }
        }
    }

    pub(super) fn schedule_faults(&mut self, random: &mut Random) {
        let mut faults = Faults::default();
        for _ in 0..random.below(5) {
            let at = match random.below(4) {
                0 => At::Sort(*random.pick(&[Sort::Create, Sort::Update, Sort::Delete])),
                1 => At::Sort(*random.pick(&[Sort::Read, Sort::Find, Sort::Facts, Sort::Exists])),
                _ => At::Request(self.world.requests() + random.next() % 20),
            };
            let fault = match random.below(8) {
                0 => Fault::Before,
                1 => Fault::After,
                2 => Fault::Timeout { happened: random.chance(1, 2) },
                3 => Fault::Duplicate,
                4 => Fault::Stale,
                5 => Fault::RateLimit { wait_ms: 1 + random.next() % 5_000 },
                6 => Fault::NotAskable,
                _ => Fault::Partial,
            };
            faults = faults.once(at, fault);
        }
        self.world.faults = faults;
        if random.chance(1, 2) {
            self.crash_at = Some(1 + random.next() % 30);
        }
        if random.chance(1, 6) {
            self.store_faults = 1 + random.next() % 2;
        }
        if random.chance(1, 6) {
            let event = if random.chance(1, 2) { Event::Stop } else { Event::Abort };
            self.signal = Some((1 + random.next() % 20, event));
        }
    }

    pub(super) fn end_faults(&mut self) {
        self.world.faults.clear();
        self.crash_at = None;
        self.store_faults = 0;
        self.signal = None;
    }

    /// How many intents are open.
    pub(super) fn store_intents(&self) -> usize {
        self.store.read().unwrap().snapshot.open_intents().count()
    }

    pub(super) fn say(&mut self, line: &str) {
        self.transcript.push_str(&format!("{:>9} {line}\n", self.now.0));
    }
}
