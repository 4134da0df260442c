//! Archives: zip, and tar in the usual compressions.

use super::{
    problem::{Outcome, archive_invalid, link_outside, unwritable},
    sink::Sink,
};
use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Zip,
    Tar,
    TarGz,
    TarBz2,
    TarXz,
}

/// Endings of names, the longer ones first.
const ENDINGS: [(&str, Format); 8] = [
    ("tar.bz2", Format::TarBz2),
    ("tar.gz", Format::TarGz),
    ("tar.xz", Format::TarXz),
    ("tbz2", Format::TarBz2),
    ("tgz", Format::TarGz),
    ("txz", Format::TarXz),
    ("tar", Format::Tar),
    ("zip", Format::Zip),
];

impl Format {
    /// Returns the format that a word such as `tar.gz` names.
    pub(super) fn named(word: &str) -> Option<Self> {
        ENDINGS.iter().find(|(ending, _)| *ending == word).map(|(_, format)| *format)
    }

    /// Returns the format that the name of a file says.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let is_ending = |ending: &str| {
            name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        };
        ENDINGS.iter().find(|(ending, _)| is_ending(ending)).map(|(_, format)| *format)
    }
}

/// Unpacks an archive.
///
/// # Errors
///
/// If it is damaged, too large, or names a place outside of the sink.
pub(super) fn unpack(path: &Path, format: Format, package: &str, mut sink: Sink) -> Outcome<()> {
    let file = File::open(path).map_err(|error| unwritable(path, &error))?;
    let file = BufReader::new(file);
    match format {
        Format::Zip => zip(file, package, &mut sink)?,
        Format::Tar => tar(file, package, &mut sink)?,
        Format::TarGz => tar(flate2::bufread::MultiGzDecoder::new(file), package, &mut sink)?,
        Format::TarBz2 => tar(bzip2::bufread::MultiBzDecoder::new(file), package, &mut sink)?,
        Format::TarXz => tar(lzma_rust2::XzReader::new(file, true), package, &mut sink)?,
    }
    sink.finish()
}

fn tar(reader: impl Read, package: &str, sink: &mut Sink) -> Outcome<()> {
    let failed = |error: std::io::Error| archive_invalid(package, error);
    let mut archive = tar::Archive::new(reader);
    let mut count = 0;
    for entry in archive.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        count += 1;
        let name = entry.path().map_err(failed)?.to_string_lossy().into_owned();
        let kind = entry.header().entry_type();
        let target = || -> Outcome<_> {
            let target = entry.link_name().map_err(failed)?;
            target.map(std::borrow::Cow::into_owned).ok_or_else(|| link_outside(&name))
        };
        if kind.is_dir() {
            sink.directory(&name)?;
        } else if kind.is_symlink() {
            sink.link(&name, &target()?)?;
        } else if kind.is_hard_link() {
            sink.again(&name, &target()?.to_string_lossy())?;
        } else if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
            let mode = entry.header().mode().map_err(failed)?;
            sink.file(&name, mode & 0o111 != 0, &mut entry)?;
        } else if !(kind.is_pax_global_extensions() || kind.is_pax_local_extensions()) {
            // Devices and pipes have no place in a module.
            return Err(link_outside(&name));
        }
    }
    // What follows the archive is read, so that the checksums of the compression are checked.
    let mut rest = archive.into_inner();
    std::io::copy(&mut rest, &mut std::io::sink()).map_err(failed)?;
    if count == 0 {
        return Err(archive_invalid(package, "it is empty, or not a tar archive"));
    }
    Ok(())
}

fn zip(reader: BufReader<File>, package: &str, sink: &mut Sink) -> Outcome<()> {
    let failed = |error: zip::result::ZipError| archive_invalid(package, error);
    let mut archive = zip::ZipArchive::new(reader).map_err(failed)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(failed)?;
        let name = entry.name().to_owned();
        let mode = entry.unix_mode().unwrap_or(0o644);
        if entry.is_dir() {
            sink.directory(&name)?;
        } else if entry.is_symlink() {
            let mut target = String::new();
            let read = entry.by_ref().take(4096).read_to_string(&mut target);
            read.map_err(|error| archive_invalid(package, error))?;
            sink.link(&name, Path::new(&target))?;
        } else {
            sink.file(&name, mode & 0o111 != 0, &mut entry)?;
        }
    }
    Ok(())
}
