//! A simulator of the Hetzner Cloud API and of its storage boxes: same paths, bodies, error codes,
//! pages, rate limit and delays, over a virtual clock. It shares no code with any client.
//!
//! [`World`] is everything that the API knows, synchronous and deterministic; [`Simulator`] puts
//! it behind a mutex, gives it a pace and observers, and serves it on a socket. It never pretends:
//! prices are fictional, durations invented, and what was not verified against the live API says
//! so where it is decided.
//!
//! # The way of a request
//!
//! `http.rs` reads it, [`Simulator::answer`] moves the clock, `world/answer.rs` checks in this
//! order: route (404), method (405), token (401), rate bucket (429), JSON (400), the object `{id}`
//! (404) and its lock (423). Then the operation's function reads its body with
//! `Input` and answers; faults act before and after. Every exchange is told to observers.
//!
//! # How to add a family
//!
//! Say volumes; `world/ssh_keys.rs` is the smallest example, `world/images.rs` has an action.
//!
//! 1. `world/volumes.rs`: a struct with a `Head` (id, name, labels, created) and its
//!    `impl Resource` (`answer` is what the API shows); a `Table<Volume>` in `World`
//!    (`world.rs`, two lines), and one line each in `ROUTES` and `OBJECTS` of
//!    `world/families.rs`. If the sort is new, a line in `world/kind.rs`.
//! 2. `pub(crate) const ROUTES`: one line per operation. `Route::get` reads, `Route::post` makes;
//!    `Route::act`, `put` and `delete` name the sort of `{id}`, which is then there and not locked
//!    when the function is called. Lists of actions come with `action_routes!("/volumes",
//!    Kind::Volume)`, one more line in `families.rs`. List, read, update and delete that do only
//!    what all do are those of `world/standard.rs`.
//! 3. A function is `fn(&mut World, &Call) -> Answer`. It reads with `call.input()?`: each reader
//!    notes what is wrong, and `input.done()?` answers `invalid_input` with all fields. Then the
//!    rules, each a `Refusal`; only then anything is changed.
//! 4. What takes time is a `Deed`: `Deed::new(command)` with `.on(kind, id)` (locks it) or
//!    `.with(kind, id)` (does not), `.locking(kind, id)` (locks what the API does not name),
//!    `.after(action)` for `next_actions`, `.when(When::…)` and
//!    `.done(…)` for what happens then, `.failing(…)` where it fails by itself. `world.begin(deed)`
//!    gives the action's id, `standard::acted` the answer with it. Steps use `world.alter`, which
//!    does nothing if the object has gone meanwhile. Commands that do not take a second have
//!    their time in `world/durations.rs`.
//! 5. Protection goes through `world.is_unprotected`, locks of other objects through
//!    `world.is_free`, so that nothing holds back `Outside`.
//! 6. Tests: a table of requests with the status and code that they get, in `tests/`; the bench
//!    there judges every exchange by the API's own description.

mod control;
mod exchange;
mod http;
#[cfg(any(test, feature = "testing"))]
pub mod openapi;
mod query;
mod simulator;
#[cfg(test)]
mod tests;
mod world;

pub use self::{
    exchange::{Delivery, Exchange, Request, Response},
    simulator::{Options, Pace, READING_TOKEN, Simulator, TOKEN},
    world::{BEGIN_MS, Counters, Effect, Entry, Fault, Kind, Outside, Token, World},
};

/// What is on offer, for tests that change it.
pub mod catalogue {
    pub use crate::world::catalogue::{
        Catalogue, Iso, LoadBalancerType, Location, Price, Retirement, ServerType, StorageBoxType,
        TypeAt,
    };
}
