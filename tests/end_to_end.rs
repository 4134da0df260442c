//! The program as users run it: the real binary, real files, real signals, and real engines where
//! they answer.
//!
//! What needs something from outside says aloud that it is skipped where that is missing:
//! `INFRA_REQUIRE_DOCKER=1` and `INFRA_REQUIRE_SHARED=1` forbid it.
//! `INFRA_KILLS=1000 cargo test --release kill_sweep` kills so often, four fifths of it on the fake cloud
//! (800) and the rest with Docker (200); `INFRA_SEED=n` repeats one of the fake cloud. With it also every
//! instant, meeting, loss and deed is tried by `instants`, `pairs`, `power`, of which `INFRA_POWER_CASE=index`
//! chooses one command, and by
//! `hetzner::others` and `hetzner::numbers`.

mod beyond;
mod blocks;
mod cases;
mod checklist;
pub(crate) mod child;
mod cloud;
mod console;
mod console_cases;
mod console_plan;
mod cost;
mod crash;
mod crash_docker;
mod damage;
mod diagnostics;
mod docker;
mod engine;
mod ephemeral;
pub(crate) mod estate;
mod examples;
mod exclusions;
mod fmt;
mod full;
mod generate;
mod hetzner;
mod idle;
mod import_state;
mod initialize;
mod instants;
mod json_masks;
mod json_syntax;
mod life;
mod locking;
mod marks;
mod mistakes;
mod modules;
mod options;
mod oracle;
mod oracle_lines;
pub(crate) mod outside;
mod overrides;
mod pairs;
mod plan_text;
mod power;
mod refactorings;
mod remote;
mod remote_state;
mod saved_plans;
mod scenes;
mod schemas;
mod scripts;
mod secrets;
mod terminal;
mod testing;
mod typed;
mod unrecorded;
mod usage;
mod utilities;
mod validate;
mod variables;
mod workspaces;
