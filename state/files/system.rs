//! The real files.

use super::{Files, Held, Locking, Output, Sort};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

/// The files of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemFiles;

impl Files for SystemFiles {
    fn sort(&self, path: &Path) -> io::Result<Sort> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Sort::Directory),
            Ok(_) => Ok(Sort::File),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Sort::Missing),
            Err(error) => Err(error),
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_start(&self, path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(bytes_max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is no text is none of ours.
            names.extend(entry?.file_name().into_string().ok());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        Ok(Box::new(SystemFile(private().truncate(true).open(path)?)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        Ok(Box::new(SystemFile(OpenOptions::new().write(true).open(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        // Only Unix opens directories; elsewhere the file system orders names by itself.
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    fn lock(&self, path: &Path, how: Locking) -> io::Result<Option<Box<dyn Held>>> {
        let file = match how {
            Locking::Alone => private().truncate(false).open(path)?,
            Locking::Probe | Locking::Wait => File::open(path)?,
        };
        let tried = match how {
            Locking::Alone => file.try_lock(),
            Locking::Probe => file.try_lock_shared(),
            Locking::Wait => file.lock().map_err(TryLockError::Error),
        };
        match tried {
            // The directory may have been removed while this waited, and made anew by another.
            Ok(()) if !is_still(&file, path)? => Ok(None),
            Ok(()) => Ok(Some(Box::new(SystemLock(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Returns whether a path still names an open file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Returns the way to open a file for writing that is made for its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[derive(Debug)]
struct SystemFile(File);

impl Output for SystemFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(offset))?;
        self.0.write_all(bytes)
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        // Times of access and change may be lost; the length that is needed to read may not.
        self.0.sync_data()
    }
}

/// Closing the file gives the lock back.
#[derive(Debug)]
struct SystemLock(#[allow(dead_code)] File);

impl Held for SystemLock {}
