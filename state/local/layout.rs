//! Names of the files of a state.

/// Says that this directory is a state; made last, so that it is there only if a journal is.
pub(super) const FORMAT: &str = "format";
/// Locked by the writer.
pub(super) const LOCK: &str = "lock";
/// Names the writer.
pub(super) const HOLDER: &str = "holder";
/// The segments.
pub(super) const JOURNAL: &str = "journal";
/// The checkpoints.
pub(super) const CHECKPOINTS: &str = "checkpoint";
/// The revisions.
pub(super) const HISTORY: &str = "history";
/// sled's files.
pub(super) const INDEX: &str = "index";

const SEGMENT: &str = ".seg";
const CHECKPOINT: &str = ".ckpt";
const REVISION: &str = ".rev";

/// Returns the name of the segment that begins with a record.
pub(super) fn segment(first: u64) -> String {
    format!("{first:020}{SEGMENT}")
}

/// Returns the name of the checkpoint that ends with a record.
pub(super) fn checkpoint(last: u64) -> String {
    format!("{last:020}{CHECKPOINT}")
}

/// Returns the name of the file of a revision.
pub(super) fn revision(serial: u64) -> String {
    format!("{serial:020}{REVISION}")
}

/// Returns the numbers of the files of a directory, in order.
pub(super) fn numbers(names: &[String]) -> Vec<u64> {
    let number = |name: &String| {
        let stem = [SEGMENT, CHECKPOINT, REVISION].iter().find_map(|end| name.strip_suffix(end))?;
        stem.parse().ok()
    };
    let mut numbers: Vec<u64> = names.iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}
