//! Saved plans: a body of bytes in one sealed file, outside of any state directory.
//!
//! The file is built like those of a state (preamble, one compressed frame, the seal over both), but
//! belongs to no store: each has an identity of its own. What the body means is the caller's.

use super::{
    frame::FrameSort,
    keys::Keys,
    preamble::{FileSort, Preamble},
    whole::{self, Frames},
};
use crate::{
    error::{PlanFileProblem as Problem, StateError, Written},
    files::{Files, SystemFiles},
    seal::{Identity, Key},
    store::Result,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Plans of Terraform are ZIP archives.
const ZIP: &[u8] = b"PK\x03\x04";

/// Saves a plan, durably and readable by its owner alone; encrypted if there is a key.
///
/// The file is there wholly or not at all: an older one of that name stays until then.
///
/// # Errors
///
/// If it cannot be written; [`StateError::PlanFile`] if what stands there is no regular file.
pub fn write(path: &Path, body: &[u8], key: Option<&Key>) -> Result<()> {
    // A link stays one, and what it names is replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&place).is_ok_and(|found| !found.is_file()) {
        return Err(problem(path, Problem::NotAFile));
    }
    let identity = Identity::new().map_err(|error| StateError::io("seal", path, error))?;
    let seal = Keys::new(key.cloned()).seal_with(identity)?;
    let frames = vec![(FrameSort::Plan, body.to_vec())];
    let bytes = whole::build(FileSort::Plan, 0, &seal, frames, path)?;
    let unfinished = unfinished(&place, &identity);
    let placed = put(&unfinished, &place, &bytes);
    if placed.is_err() {
        let _already_reported = SystemFiles.remove(&unfinished);
    }
    placed
}

/// Reads a saved plan.
///
/// # Errors
///
/// [`StateError::PlanFile`] if it is no plan, damaged, newer than this program, or sealed with a
/// key that was not given.
pub fn read(path: &Path, key: Option<&Key>) -> Result<Vec<u8>> {
    let bytes = contents(path)?;
    if !Preamble::claims(&bytes, FileSort::Plan) {
        let foreign = bytes.starts_with(ZIP);
        return Err(problem(path, if foreign { Problem::Foreign } else { Problem::NotAPlan }));
    }
    let keys = Keys::new(key.cloned());
    let opened = Frames::open(&bytes, FileSort::Plan, 0, (path, &keys)).and_then(|mut frames| {
        let body = frames.next(FrameSort::Plan)?;
        let at_end = frames.at() == bytes.len();
        at_end
            .then_some(body)
            .ok_or_else(|| StateError::damaged(path, "something stands behind it"))
    });
    opened.map_err(|error| of_plan(error, path))
}

/// Returns the bytes of what may be a plan, without reading a device or a pipe.
fn contents(path: &Path) -> Result<Vec<u8>> {
    let found = fs::metadata(path)
        .and_then(|metadata| if metadata.is_file() { fs::read(path).map(Some) } else { Ok(None) });
    match found {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(problem(path, Problem::NotAPlan)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(problem(path, Problem::Missing))
        }
        Err(error) => Err(StateError::io("read", path, error)),
    }
}

/// Returns a name beside the file that nobody else uses.
fn unfinished(place: &Path, identity: &Identity) -> PathBuf {
    let [a, b, c, d, ..] = identity.id;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{a:02x}{b:02x}{c:02x}{d:02x}.tmp"))
}

fn put(unfinished: &Path, place: &Path, bytes: &[u8]) -> Result<()> {
    let files = SystemFiles;
    let of = |doing, error| StateError::io(doing, place, error);
    let failed = |doing| move |error| of(doing, error).having(Written::Nothing);
    let mut output = files.create(unfinished).map_err(failed("create"))?;
    output.write_at(0, bytes).map_err(failed("write"))?;
    output.sync().map_err(failed("sync"))?;
    drop(output);
    files.rename(unfinished, place).map_err(failed("rename"))?;
    let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty());
    match files.sync_directory(parent.unwrap_or(Path::new("."))) {
        // Whoever may not read the directory can still have a file in it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced.map_err(|error| of("sync", error).having(Written::Uncertain)),
    }
}

fn problem(path: &Path, problem: Problem) -> StateError {
    StateError::PlanFile { file: path.into(), problem }
}

/// Says of a plan what the machinery of state files says of a state.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other error says the same of a plan")]
fn of_plan(error: StateError, path: &Path) -> StateError {
    match error {
        StateError::Damaged { what, .. } => problem(path, Problem::Damaged(what)),
        StateError::NewerVersion { .. } => problem(path, Problem::NewerVersion),
        StateError::KeyMissing { .. } => problem(path, Problem::KeyMissing),
        StateError::KeyWrong { .. } => problem(path, Problem::KeyWrong),
        other => other,
    }
}

#[cfg(test)]
mod tests;
