//! `infra-fake SOCKET`: the fake cloud in a process of its own, for tests that kill `infra`.
//!
//! It serves an empty world until it is killed; faults and delays are arranged over the socket.

use infra_fake::{provider::SharedWorld, socket::serve};
use infra_sdk::clock::TokioClock;
use std::{
    io,
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

fn main() -> io::Result<()> {
    let Some(path) = std::env::args_os().nth(1) else {
        return Err(io::Error::other("usage: infra-fake SOCKET"));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let clock = Arc::new(TokioClock::new(now_ms));
    runtime.block_on(serve(Path::new(&path), SharedWorld::default(), clock))
}

#[expect(clippy::disallowed_methods, reason = "this process is the outside world")]
fn now_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
