//! The block `cloud_init` of a server: it is logged in to once it was made, its host key is pinned, and
//! whoever needs the server waits until cloud-init has ended.
//!
//! A key is believed unseen on the first connection to a server that this tool just made, or whose disk
//! it just wiped, and on no other. It is recorded with the server, and what answers there later must
//! show it.

mod block;
mod judge;
mod plan;
mod report;
mod told;
mod wait;
mod watch;

pub(super) use block::{CloudInit, blocks};
pub(super) use judge::desired;
pub(super) use plan::follow;
pub(super) use wait::{prepare, ready};

/// The states of `cloud_init_status` that nothing is waited for in.
const SETTLED: [&str; 4] = ["degraded", "disabled", "done", SKIPPED];

/// The server was there before the block, and nobody knows its host key.
const SKIPPED: &str = "skipped";
