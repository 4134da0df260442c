//! The handle of a simulator: a world behind a mutex, with its pace and its observers.

use crate::{
    control,
    exchange::{Exchange, Request, Response},
    world::{Token, World},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// The token that is valid unless others are given; like real ones it has 64 characters.
pub const TOKEN: &str = "simulated-token-of-the-hetzner-cloud-000000000000000000000000000";

/// The token that may only read unless others are given.
pub const READING_TOKEN: &str = "simulated-token-of-the-hetzner-cloud-that-reads-0000000000000000";

/// How the world's clock moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// It stands still until somebody moves it.
    #[default]
    Driven,
    /// Each request takes so many milliseconds.
    Stepping(u64),
    /// It runs with real time, so many times as fast.
    Running(u32),
}

/// How a simulator begins.
#[derive(Clone, Debug)]
pub struct Options {
    /// What chance is drawn from.
    pub seed: u64,
    /// The tokens of the project.
    pub tokens: Vec<Token>,
    /// How the clock moves.
    pub pace: Pace,
}

impl Default for Options {
    fn default() -> Self {
        let tokens = vec![Token::full(TOKEN), Token::reading(READING_TOKEN)];
        Self { seed: 1, tokens, pace: Pace::Driven }
    }
}

type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// A simulator; clones are handles of the same one.
#[derive(Clone)]
pub struct Simulator {
    world: Arc<Mutex<World>>,
    tempo: Arc<Mutex<Tempo>>,
    observers: Arc<Mutex<Vec<Observer>>>,
}

struct Tempo {
    pace: Pace,
    /// Up to when real time has been counted.
    counted: Instant,
}

impl Simulator {
    /// Returns a simulator with its catalogue and nothing else.
    pub fn new(options: Options) -> Self {
        let tempo = Tempo { pace: options.pace, counted: Instant::now() };
        Self {
            world: Arc::new(Mutex::new(World::new(options.seed, options.tokens))),
            tempo: Arc::new(Mutex::new(tempo)),
            observers: Arc::default(),
        }
    }

    /// Looks into the world, or changes it; no request is answered meanwhile.
    pub fn lock<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut held(&self.world))
    }

    /// Moves the virtual clock on.
    pub fn advance(&self, ms: u64) {
        self.lock(|world| world.advance(ms));
    }

    /// Returns the virtual time, in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        self.lock(|world| world.now_ms())
    }

    /// Says how the clock moves from now on.
    pub fn set_pace(&self, pace: Pace) {
        let mut tempo = held(&self.tempo);
        tempo.pace = pace;
        tempo.counted = Instant::now();
    }

    /// Has every exchange told, in the order in which they end; control routes are none.
    pub fn observe(&self, observer: impl Fn(&Exchange) + Send + Sync + 'static) {
        held(&self.observers).push(Arc::new(observer));
    }

    /// Answers a request: the whole simulator without its socket.
    pub fn answer(&self, request: &Request) -> Response {
        let passed_ms = self.passed_ms();
        if request.path.starts_with(control::PREFIX) {
            self.lock(|world| world.advance(passed_ms));
            return control::answer(self, request);
        }
        let exchange = self.lock(|world| {
            world.advance(passed_ms);
            world.answer(request)
        });
        let observers = held(&self.observers).clone();
        for observer in observers {
            observer(&exchange);
        }
        exchange.response
    }

    /// Returns by how much the clock moves for a request that comes now.
    fn passed_ms(&self) -> u64 {
        let mut tempo = held(&self.tempo);
        match tempo.pace {
            Pace::Driven => 0,
            Pace::Stepping(ms) => ms,
            Pace::Running(factor) => {
                let now = Instant::now();
                let passed_ms = now.duration_since(tempo.counted).as_millis();
                let passed_ms = u64::try_from(passed_ms).unwrap_or(u64::MAX);
                tempo.counted = now;
                passed_ms.saturating_mul(u64::from(factor))
            }
        }
    }
}

/// What a test panicked over is still there to be looked at.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
