//! A file's new bytes, all or none: written beside it and put in its place.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Rewrites a file that still is as it was read, and keeps its mode; of a link, the file that it
/// leads to.
///
/// # Errors
///
/// As the system says, and if others changed the file meanwhile; it is as it was then.
pub(super) fn rewrite(path: &Path, before: &[u8], bytes: &[u8]) -> io::Result<()> {
    let place = fs::canonicalize(path)?;
    let metadata = fs::metadata(&place)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let beside = place.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = write(&beside, bytes, &metadata)
        // An editor may have saved it since it was read: what a person wrote counts.
        .and_then(|()| is_still(&place, before))
        .and_then(|()| fs::rename(&beside, &place));
    if written.is_err() {
        // What went wrong is told; that nothing is left behind is all that remains to be done.
        fs::remove_file(&beside).ok();
    }
    written
}

fn is_still(place: &Path, before: &[u8]) -> io::Result<()> {
    if fs::read(place)? == before {
        return Ok(());
    }
    Err(io::Error::other("somebody else changed it meanwhile"))
}

fn write(path: &Path, bytes: &[u8], like: &fs::Metadata) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    keep_owner(&file, like)?;
    file.set_permissions(like.permissions())?;
    file.sync_all()
}

/// Gives the file to the owner of the old one, where it is another.
#[cfg(unix)]
fn keep_owner(file: &fs::File, like: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_file: &fs::File, _like: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::rewrite;
    use std::fs;

    #[test]
    fn what_others_wrote_meanwhile_stays() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("main.tf");
        fs::write(&file, "saved meanwhile").unwrap();
        assert!(rewrite(&file, b"as it was read", b"formatted").is_err());
        assert_eq!(fs::read(&file).unwrap(), b"saved meanwhile");
        rewrite(&file, b"saved meanwhile", b"formatted").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"formatted");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
    }
}
