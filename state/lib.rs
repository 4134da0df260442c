//! Where states are kept: a log of sealed records that survives whatever happens to its writer.
//!
//! A [`Store`] is read by anybody without waiting and written by the one [`Writer`] that its lock
//! hands out. Engines: [`LocalStore`] for a directory, [`MemoryStore`] for simulation and tests.
//! The crate knows records and snapshots, not what they mean: deciding is the business of `plan`
//! and `exec`, and terminals, environments and clocks are that of the command line, which passes
//! keys, names and times in. Records and their fold are in `infra_model::journal`, their bytes in
//! `infra_model::wire`.
//!
//! # Files of a state directory
//!
//! ```text
//! format                     this directory is a state; made last when it begins
//! lock                       locked by the writer; empty
//! holder                     who that is, for people
//! journal/<first>.seg        records from number <first> on, of one holder of the lock
//! checkpoint/<last>.ckpt     the whole state at record <last>, compressed
//! history/<serial>.rev       a closed run with its configuration and plan
//! index/                     sled: instances by address, for large states
//! workspaces/<name>/         the same for another workspace, see [`Workspaces`]
//! ```
//!
//! The directory has mode 0700, files have mode 0600. Names are numbers of twenty digits. What ends
//! in `.tmp` is unfinished and removed by the next writer.
//! Every file but the notes begins with a preamble (version, store, key id, cipher, epoch) and goes
//! on with sealed frames; with a key they are encrypted, without one they carry a checksum. Version,
//! epoch and sizes are all that can be read without the key, beside the note of the holder.
//!
//! # What makes it durable
//!
//! - [`Writer::append`] writes one frame and syncs once; zeros are written ahead of it, so that the
//!   outcomes of everything in flight find room on a full disk.
//! - [`Writer::close`] ends the segment with the revision; that is the end of the run. The
//!   checkpoint that follows is skipped while the journal since the last one is small beside a large
//!   state, so that a run writes in proportion to what it did.
//! - A reader takes the newest good checkpoint and every later segment, and insists on what the
//!   name of any checkpoint promises. Older files go only after a newer checkpoint is durable; the
//!   last [`history::REVISIONS_MAX`] revisions and at least two checkpoints stay, so that whatever
//!   single file of a closed state is damaged, the others hold the same.
//! - A short or empty file is damage. The room behind the last frame is what tells a segment that
//!   was cut short from one whose writer died.
//!
//! # Where a writer may die, and what the next run sees
//!
//! | it died | next run |
//! |---|---|
//! | before its segment was in place | nothing of it |
//! | while a frame was being written | a torn frame, dropped and said |
//! | after a frame, before it was acknowledged | the frame, whole or not at all |
//! | before the end of the run was durable | all records, no revision; perhaps a revision's file, ignored |
//! | while the checkpoint was being written | all records; a `.tmp` file, removed |
//! | while old files were removed | some of them still there, removed later |
//! | while the index was being written | an index that stands elsewhere, rebuilt |

pub mod error;
pub mod files;
pub mod history;
mod index;
mod local;
mod memory;
pub mod moment;
mod records;
mod seal;
#[cfg(feature = "sled")]
mod sled;
pub mod store;
mod workspaces;

pub use error::{PlanFileProblem, StateError, Written};
pub use index::OBJECTS_MIN;
pub use local::{Figures, LocalStore, sealed};
pub use memory::MemoryStore;
pub use records::{outcomes, records_between};
pub use seal::Key;
pub use store::{
    Closed, Holder, Reading, Result, Revision, RevisionFiles, RevisionInfo, RunOutcome, Store, Who,
    Writer,
};
pub use workspaces::{
    Change, DEFAULT_WORKSPACE, WORKSPACES, Workspaces, is_workspace_name, select, select_on,
    selected,
};
