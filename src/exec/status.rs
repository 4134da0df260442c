//! The one table of a step's life; used live and in tests, and nowhere gone around.
//!
//! ```text
//! Waiting -> Intending -> Running -> Recording -> Done
//!    |        ^    |         |  ^         |
//!    v        |    |         v  |         +-> Provisioning -> Recording -> Done
//!  Asking ----+    |      Resting         |
//!    |             v         v            v
//!    +---------> Failed <----+------------+      Waiting, Asking -> Skipped
//! ```

use std::fmt;

/// Where a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Something it needs is not done yet, or no call may be started now.
    Waiting,
    /// The outside is asked whether what it would create is there already; nothing is begun.
    Asking,
    /// Its intent is on the way to the journal.
    Intending,
    /// Its call is in flight.
    Running,
    /// Its call failed and will be repeated when a timer says so.
    Resting,
    /// A provisioner of it is running.
    Provisioning,
    /// Its outcome is on the way to the journal.
    Recording,
    /// Its outcome is durable.
    Done,
    /// It did not succeed; what is known of that is durable or the intent is open.
    Failed,
    /// It was never begun.
    Skipped,
}

/// What moves a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// The outside is asked before its intent is written.
    Ask,
    /// Its intent is handed to the journal.
    Intend,
    /// Its call is started: the intent is durable, or there is none to write.
    Start,
    /// Its call is put off.
    Rest,
    /// A provisioner is started.
    Provision,
    /// Its outcome is handed to the journal.
    Record,
    /// Its outcome is durable.
    Finish,
    /// It has failed.
    Fail,
    /// It will not be begun.
    Skip,
}

/// A move that the table does not have: a bug of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalMove {
    /// Where the step was.
    pub status: Status,
    /// What was tried.
    pub tried: Move,
}

impl fmt::Display for IllegalMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a step that is {:?} cannot {:?}", self.status, self.tried)
    }
}

impl std::error::Error for IllegalMove {}

impl Status {
    /// Returns the status after a move.
    ///
    /// # Errors
    ///
    /// If the table has no such move.
    pub fn next(self, tried: Move) -> Result<Self, IllegalMove> {
        Ok(match (self, tried) {
            (Self::Waiting, Move::Ask) => Self::Asking,
            (Self::Waiting | Self::Asking, Move::Intend) => Self::Intending,
            // Reads have no intent; a delete's provisioners come before its call.
            (Self::Waiting | Self::Intending | Self::Resting | Self::Provisioning, Move::Start) => {
                Self::Running
            }
            (Self::Running, Move::Rest) => Self::Resting,
            // Destroy-time provisioners come before the call, create-time ones after the record.
            (Self::Intending | Self::Recording | Self::Provisioning, Move::Provision) => {
                Self::Provisioning
            }
            (Self::Waiting | Self::Running | Self::Provisioning, Move::Record) => Self::Recording,
            // A join has nothing to record.
            (Self::Recording | Self::Waiting, Move::Finish) => Self::Done,
            (
                Self::Waiting
                | Self::Asking
                | Self::Intending
                | Self::Running
                | Self::Resting
                | Self::Provisioning
                | Self::Recording,
                Move::Fail,
            ) => Self::Failed,
            (Self::Waiting | Self::Asking, Move::Skip) => Self::Skipped,
            (status, tried) => return Err(IllegalMove { status, tried }),
        })
    }

    /// Returns whether nothing will happen to it any more.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Skipped)
    }

    /// Returns whether nothing of it has been begun; a question begins nothing.
    pub fn is_unbegun(self) -> bool {
        matches!(self, Self::Waiting | Self::Asking)
    }

    /// Returns whether something of it is under way.
    pub fn is_in_flight(self) -> bool {
        !self.is_settled() && !self.is_unbegun()
    }
}

#[cfg(test)]
mod tests {
    use super::{Move, Status};

    const STATUSES: [Status; 10] = [
        Status::Waiting,
        Status::Asking,
        Status::Intending,
        Status::Running,
        Status::Resting,
        Status::Provisioning,
        Status::Recording,
        Status::Done,
        Status::Failed,
        Status::Skipped,
    ];
    const MOVES: [Move; 9] = [
        Move::Ask,
        Move::Intend,
        Move::Start,
        Move::Rest,
        Move::Provision,
        Move::Record,
        Move::Finish,
        Move::Fail,
        Move::Skip,
    ];

    #[test]
    fn what_is_settled_never_moves() {
        for status in STATUSES.into_iter().filter(|status| status.is_settled()) {
            for tried in MOVES {
                assert!(status.next(tried).is_err(), "{status:?} {tried:?}");
            }
        }
    }

    #[test]
    fn a_call_starts_only_behind_an_intent_or_where_none_is_written() {
        let from: Vec<Status> =
            STATUSES.into_iter().filter(|status| status.next(Move::Start).is_ok()).collect();
        let allowed = [Status::Waiting, Status::Intending, Status::Resting, Status::Provisioning];
        assert_eq!(from, allowed);
    }

    #[test]
    fn what_is_asked_for_begins_with_an_intent_or_not_at_all() {
        let to: Vec<Move> =
            MOVES.into_iter().filter(|tried| Status::Asking.next(*tried).is_ok()).collect();
        assert_eq!(to, [Move::Intend, Move::Fail, Move::Skip]);
        let from: Vec<Status> =
            STATUSES.into_iter().filter(|status| status.next(Move::Ask).is_ok()).collect();
        assert_eq!(from, [Status::Waiting], "no question once an intent is written");
    }

    #[test]
    fn only_what_never_began_is_skipped() {
        for status in STATUSES {
            assert_eq!(status.next(Move::Skip).is_ok(), status.is_unbegun(), "{status:?}");
        }
    }

    #[test]
    fn everything_unsettled_can_fail() {
        for status in STATUSES {
            assert_eq!(status.next(Move::Fail).is_ok(), !status.is_settled(), "{status:?}");
        }
    }
}
