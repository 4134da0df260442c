//! A file's new bytes, all or none: written beside it and put in its place.

use infra_sdk::beside::Beside;
use std::{fs, io, path::Path};

/// The mode until the file's own is known to hold.
const OPEN_TO_ITS_OWNER: u32 = 0o600;

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
    let mut beside = Beside::begin(&place, OPEN_TO_ITS_OWNER)?;
    keep_owner(beside.file(), &metadata)?;
    beside.file().set_permissions(metadata.permissions())?;
    beside.replace_if(&place, bytes, || {
        let now = fs::read(&place)?;
        // Another who formats it at the same time has done the same.
        if now == before || now == bytes {
            return Ok(());
        }
        // An editor may have saved it since it was read: what a person wrote counts.
        Err(io::Error::other("somebody else changed it meanwhile"))
    })
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
        rewrite(&file, b"saved meanwhile", b"formatted").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"formatted");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
    }
}
