//! The thread that holds the lock and writes the journal.
//!
//! The store is synchronous; on a thread of its own an append that waits for the disk holds up
//! nobody, and what arrives meanwhile goes into the next append together.

use super::tasks::reply;
use crate::event::Event;
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    journal::{Record, Time},
};
use infra_state::store::{Closed, Result as StoreResult, RevisionInfo, Writer};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
};
use tokio::sync::mpsc::UnboundedSender;

enum Order {
    Append(Vec<Record>, Time, UnboundedSender<Event>),
    Close(RevisionInfo),
}

/// A writer on its own thread.
pub struct JournalThread {
    orders: mpsc::Sender<Order>,
    thread: thread::JoinHandle<Option<StoreResult<Closed>>>,
    epoch: u64,
}

impl JournalThread {
    /// Starts the thread over a writer.
    pub fn start(writer: Box<dyn Writer>) -> Self {
        let (orders, received) = mpsc::channel();
        let epoch = writer.epoch();
        let thread = thread::spawn(move || write(writer, &received));
        Self { orders, thread, epoch }
    }

    /// Returns the epoch of the lock.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(super) fn append(&self, records: Vec<Record>, now: Time, send: &UnboundedSender<Event>) {
        let order = Order::Append(records, now, send.clone());
        if self.orders.send(order).is_err() {
            reply(send, Event::StoreFailed(Box::new(no_journal())));
        }
    }

    /// Closes the run and gives the lock back.
    ///
    /// # Errors
    ///
    /// As [`Writer::close`]; `None` if the thread was lost, with everything appended still durable.
    pub fn close(self, info: RevisionInfo) -> Option<StoreResult<Closed>> {
        let sent = self.orders.send(Order::Close(info)).is_ok();
        drop(self.orders);
        if sent { self.thread.join().ok().flatten() } else { None }
    }
}

fn write(
    mut writer: Box<dyn Writer>,
    orders: &mpsc::Receiver<Order>,
) -> Option<StoreResult<Closed>> {
    while let Ok(order) = orders.recv() {
        match order {
            Order::Append(records, now, send) => {
                // Without an answer the run would wait for ever.
                let appended = catch_unwind(AssertUnwindSafe(|| writer.append(&records, now)));
                let event = match appended {
                    Ok(Ok(_)) => Event::Appended,
                    Ok(Err(error)) => Event::StoreFailed(Box::new(Diagnostic::from(error))),
                    Err(_) => {
                        reply(&send, Event::StoreFailed(Box::new(no_journal())));
                        return None;
                    }
                };
                reply(&send, event);
            }
            Order::Close(info) => return Some(writer.close(info)),
        }
    }
    None
}

/// What is said when there is nothing to append to.
pub(super) fn no_journal() -> Diagnostic {
    Diagnostic::error("infra::exec::no_journal", "The state cannot be written")
        .detail("Nothing was begun that is not recorded.")
        .help("Report this: it is a fault of infra.")
        .retry(Retry::Safe)
}
