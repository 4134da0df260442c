//! A copied configuration on its way into the directory, which cannot be one step: all of it lies
//! whole beside the installed modules first, and from then on it arrives, whoever dies meanwhile.
//!
//! Until it has arrived the directory holds a part of a configuration, which no command may take for
//! one: see [`refuse_unfinished`].

use super::{
    place::Place,
    problem::{Outcome, unwritable},
};
use crate::{context::Context, whole};
use infra_lang::config::{installed::DIRECTORY, module_source::redacted};
use infra_model::diagnostic::Diagnostic;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What has not arrived yet, beside the installed modules.
const LANDING: &str = ".landing";
/// The address that it comes from.
const SOURCE: &str = "source";
/// Its files and directories.
const FILES: &str = "files";

/// Makes durable what is to arrive from an address: it is not given up from here on.
pub(super) fn begin(place: &mut Place, from: &Path, address: &str) -> Outcome<()> {
    let made = place.partial();
    let failed = |error: io::Error| unwritable(&made, &error);
    fs::create_dir(&made).map_err(failed)?;
    fs::rename(from, made.join(FILES)).map_err(failed)?;
    fs::write(made.join(SOURCE), address).map_err(failed)?;
    place.settle_as(LANDING, &made)
}

/// Lets everything arrive that has not yet; the directory of modules is held meanwhile.
pub(super) fn finish(_held: &Place, directory: &Path) -> Outcome<()> {
    let landing = path(directory);
    let files = landing.join(FILES);
    let entries = match fs::read_dir(&files).and_then(Iterator::collect) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::<fs::DirEntry>::new(),
        entries => entries.map_err(|error| unwritable(&files, &error))?,
    };
    for entry in entries {
        let (from, to): (PathBuf, PathBuf) = (entry.path(), directory.join(entry.file_name()));
        if to.symlink_metadata().is_ok() {
            return Err(in_the_way(&to, &from));
        }
        fs::rename(from, &to).map_err(|error| unwritable(&to, &error))?;
    }
    let end = |path: &Path| {
        whole::sync_names(path)?;
        fs::remove_dir_all(&landing)?;
        whole::sync_names(&path.join(DIRECTORY))
    };
    end(directory).map_err(|error| unwritable(&landing, &error))
}

/// Returns from where something is still to arrive.
pub(super) fn unfinished(directory: &Path) -> Option<String> {
    let landing = path(directory);
    // What remains of it when all has arrived says nothing any more.
    let _first = fs::read_dir(landing.join(FILES)).ok()?.next()?;
    // What is not told cannot be the address that is asked for.
    Some(fs::read_to_string(landing.join(SOURCE)).unwrap_or_default())
}

/// Refuses a directory that holds a part of a configuration.
///
/// # Errors
///
/// If a copy has not come to its end.
pub fn refuse_unfinished(context: &Context) -> Result<(), Diagnostic> {
    match unfinished(&context.directory) {
        None => Ok(()),
        Some(source) => Err(copy_unfinished(&source, "run `infra init`, which brings the rest")),
    }
}

/// Says that a copy has not come to its end.
pub(super) fn copy_unfinished(source: &str, help: &str) -> Diagnostic {
    Diagnostic::error("infra::install::copy_unfinished", "Configuration is here in part only")
        .detail(format!(
            "Copying it from {:?} was cut off, and some of its files are not in their place yet. \
             Nothing was changed.",
            redacted(source)
        ))
        .help(help)
}

fn path(directory: &Path) -> PathBuf {
    directory.join(DIRECTORY).join(LANDING)
}

fn in_the_way(there: &Path, coming: &Path) -> Diagnostic {
    let name = there.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Diagnostic::error("infra::install::copy_unfinished", "Configuration is here in part only")
        .detail(format!(
            "Copying it was cut off, and {name} was made here since. It is not overwritten; the other \
             one is {}.",
            coming.display()
        ))
        .help(format!("move {name} away, and run `infra init` again"))
}
