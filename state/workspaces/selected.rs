//! The note of the chosen workspace: a small file that holds its name and nothing else.

use super::{failed, is_workspace_name};
use crate::{
    error::{StateError, Written},
    files::{Files, SystemFiles, sync_above},
    store::Result,
};
use infra_model::text::Text;
use std::{
    io,
    path::{Path, PathBuf},
};

/// The greatest length of the note, in bytes; more is none.
const BYTES_MAX: usize = 4096;

/// Returns the name in a note; `None` if there is no note.
///
/// # Errors
///
/// [`StateError::Damaged`] if it holds no name: to go on with another one would be to guess.
pub fn selected(note: &Path) -> Result<Option<Text>> {
    let bytes = match SystemFiles.read_start(note, BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StateError::io("read", note, error)),
    };
    let name = String::from_utf8(bytes).unwrap_or_default();
    let name = name.trim_end_matches(['\r', '\n']);
    if !is_workspace_name(name) {
        return Err(StateError::damaged(note, "it does not hold the name of a workspace"));
    }
    Ok(Some(Text::from(name)))
}

/// Writes the note, durably: it holds the old name or the new one, whatever happens meanwhile.
///
/// # Errors
///
/// If it cannot be written; then the old name stands.
pub fn select(note: &Path, name: &str) -> Result<()> {
    select_on(&SystemFiles, note, name)
}

/// As [`select`], on other files than the system's.
///
/// # Errors
///
/// As [`select`].
pub fn select_on(files: &dyn Files, note: &Path, name: &str) -> Result<()> {
    let directory = note.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    files.create_directory(directory).map_err(failed("create", directory))?;
    // A choice that went with its directory would be the default workspace again.
    sync_above(files, directory).map_err(|(above, error)| failed("sync", &above)(error))?;
    let unfinished = unfinished(note);
    let written = files.create(&unfinished).and_then(|mut output| {
        output.write_at(0, name.as_bytes())?;
        output.sync()
    });
    let renamed = written.and_then(|()| files.rename(&unfinished, note));
    if let Err(error) = renamed {
        let _already_failed = files.remove(&unfinished);
        return Err(failed("write", note)(error));
    }
    match files.sync_directory(directory) {
        // Whoever may not read the directory can still have a file in it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => {
            synced.map_err(failed("sync", directory)).map_err(|e| e.having(Written::Uncertain))
        }
    }
}

/// Returns a name beside the note that no other process uses.
fn unfinished(note: &Path) -> PathBuf {
    let name = note.file_name().unwrap_or_default().to_string_lossy();
    note.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
