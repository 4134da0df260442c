//! Ctrl-C and its like: the first one stops safely, the second one stops waiting.

use infra_exec::driver::Signal;
use std::io;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

/// Starts listening for SIGINT, SIGTERM and SIGHUP; the receiver gets a stop, then aborts.
///
/// # Errors
///
/// If the system does not let a handler be set.
pub fn listen() -> io::Result<mpsc::UnboundedReceiver<Signal>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (send, receive) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut next = Signal::Stop;
        loop {
            tokio::select! {
                Some(()) = interrupt.recv() => {}
                Some(()) = terminate.recv() => {}
                // A closed terminal: finish and record what is in flight, as for an interrupt.
                Some(()) = hangup.recv() => {}
                else => return,
            }
            if send.send(next).is_err() {
                return;
            }
            next = Signal::Abort;
        }
    });
    Ok(receive)
}
