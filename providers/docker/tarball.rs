//! Tar archives as the engine reads them (ustar), for files that are put into a container.

/// Every part of an archive is padded to this.
const BLOCK: usize = 512;
/// The name field of a header.
const NAME_MAX: usize = 100;
/// The field before the name, for longer paths.
const PREFIX_MAX: usize = 155;

/// What stands under a path.
#[derive(Clone, Copy)]
enum Entry<'a> {
    File(&'a [u8]),
    #[cfg(test)]
    Directory,
    #[cfg(test)]
    Link(&'a str),
}

/// An archive under construction.
#[derive(Default)]
pub(crate) struct Tarball(Vec<u8>);

impl Tarball {
    /// Adds a file; `false` if its path is too long for the format.
    #[must_use]
    pub(crate) fn file(&mut self, path: &str, mode: u32, content: &[u8]) -> bool {
        self.entry(path, mode, Entry::File(content))
    }

    /// Adds a directory; `false` if its path is too long for the format.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn directory(&mut self, path: &str) -> bool {
        self.entry(path, 0o755, Entry::Directory)
    }

    /// Adds a symbolic link; `false` if a path is too long for the format.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn link(&mut self, path: &str, target: &str) -> bool {
        self.entry(path, 0o777, Entry::Link(target))
    }

    /// Returns the archive.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 2 * BLOCK, 0);
        self.0
    }

    fn entry(&mut self, path: &str, mode: u32, entry: Entry<'_>) -> bool {
        let (sort, content, target) = match entry {
            Entry::File(content) => (b'0', content, ""),
            #[cfg(test)]
            Entry::Directory => (b'5', &[][..], ""),
            #[cfg(test)]
            Entry::Link(target) => (b'2', &[][..], target),
        };
        let path = path.trim_start_matches('/');
        let Some((prefix, name)) = split(path) else { return false };
        if target.len() > NAME_MAX {
            return false;
        }
        let mut header = [0_u8; BLOCK];
        put(&mut header, 0, name.as_bytes());
        put(&mut header, 100, format!("{mode:07o}").as_bytes());
        put(&mut header, 108, b"0000000");
        put(&mut header, 116, b"0000000");
        put(&mut header, 124, format!("{:011o}", content.len()).as_bytes());
        put(&mut header, 136, b"00000000000");
        put(&mut header, 148, b"        ");
        put(&mut header, 156, &[sort]);
        put(&mut header, 157, target.as_bytes());
        put(&mut header, 257, b"ustar\x0000");
        put(&mut header, 345, prefix.as_bytes());
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        put(&mut header, 148, format!("{sum:06o}\0 ").as_bytes());
        self.0.extend_from_slice(&header);
        self.0.extend_from_slice(content);
        self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
        true
    }
}

fn put(header: &mut [u8], at: usize, bytes: &[u8]) {
    header[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Splits a path at a slash so that both parts fit their fields.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME_MAX {
        return Some(("", path));
    }
    path.match_indices('/').map(|(at, _)| (&path[..at], &path[at + 1..])).find(|(prefix, name)| {
        prefix.len() <= PREFIX_MAX && name.len() <= NAME_MAX && !name.is_empty()
    })
}
