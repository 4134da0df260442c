//! The digest of a directory tree: what stands in the lock file as `h1:…`.
//!
//! A line for each file, sorted by path: the SHA-256 of its content in hexadecimal, two blanks, and
//! its path. The digest is the SHA-256 of these lines in base64, as Go's `dirhash` makes it. The lines
//! are kept beside the tree, so that a difference can be named; `sha256sum -c` reads them as well.

use super::{
    limits::ENTRIES_MAX,
    problem::{Outcome, link_outside, too_large, unwritable},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The files of a tree, and the digest of their content, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums(BTreeMap<String, String>);

impl Sums {
    /// Reads a tree.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is over a limit, or a link in it leads outside.
    pub(super) fn of(root: &Path, bytes_max: u64) -> Outcome<Self> {
        let canonical = fs::canonicalize(root).map_err(|error| unwritable(root, &error))?;
        let mut walk = Walk { root: canonical, sums: Self::default(), bytes: 0, bytes_max };
        walk.directory(&walk.root.clone(), "")?;
        Ok(walk.sums)
    }

    /// Returns the lines.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|(path, sum)| format!("{sum}  {path}\n")).collect::<Vec<_>>().concat()
    }

    /// Returns what lines say.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once("  "));
        Self(pairs.map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect())
    }

    /// Returns the digest of the whole.
    pub(super) fn digest(&self) -> String {
        format!("h1:{}", BASE64_STANDARD.encode(Sha256::digest(self.text())))
    }

    /// Returns the files that differ from those of another tree, each with what became of it.
    pub(super) fn differences(&self, before: &Self) -> Vec<String> {
        let mut out = Vec::new();
        for (path, sum) in &self.0 {
            match before.0.get(path) {
                None => out.push(format!("{path} (added)")),
                Some(old) if old != sum => out.push(format!("{path} (changed)")),
                Some(_) => {}
            }
        }
        let gone = before.0.keys().filter(|path| !self.0.contains_key(*path));
        out.extend(gone.map(|path| format!("{path} (removed)")));
        out
    }
}

struct Walk {
    root: PathBuf,
    sums: Sums,
    bytes: u64,
    bytes_max: u64,
}

impl Walk {
    fn directory(&mut self, path: &Path, name: &str) -> Outcome<()> {
        let failed = |error: &io::Error| unwritable(path, error);
        for entry in fs::read_dir(path).map_err(|error| failed(&error))? {
            let entry = entry.map_err(|error| failed(&error))?;
            let own = entry.file_name();
            let Some(own) = own.to_str() else { return Err(link_outside(&own.to_string_lossy())) };
            let name = if name.is_empty() { own.to_owned() } else { format!("{name}/{own}") };
            if name.contains(['\n', '\r']) {
                return Err(link_outside(&name));
            }
            self.entry(&entry.path(), name)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: String) -> Outcome<()> {
        let failed = |error: io::Error| unwritable(path, &error);
        let metadata = fs::symlink_metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return self.directory(path, &name);
        }
        let sum = if metadata.is_symlink() {
            let target = fs::read_link(path).map_err(failed)?;
            self.check_link(path, &target, &name)?;
            Sha256::digest(target.as_os_str().as_encoded_bytes())
        } else if metadata.is_file() {
            self.bytes += metadata.len();
            if self.bytes > self.bytes_max {
                return Err(too_large("bytes", self.bytes_max));
            }
            let mut hasher = Sha256::new();
            io::copy(&mut fs::File::open(path).map_err(failed)?, &mut hasher).map_err(failed)?;
            hasher.finalize()
        } else {
            return Err(link_outside(&name));
        };
        if self.sums.0.len() >= ENTRIES_MAX {
            return Err(too_large("files", ENTRIES_MAX));
        }
        let hexadecimal: Vec<String> = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        self.sums.0.insert(name, hexadecimal.concat());
        Ok(())
    }

    /// Checks that a link leads to something in the tree.
    fn check_link(&self, path: &Path, target: &Path, name: &str) -> Outcome<()> {
        let is_relative = target.is_relative();
        // One that leads nowhere now could lead somewhere later.
        let inside = fs::canonicalize(path).is_ok_and(|real| real.starts_with(&self.root));
        if is_relative && inside { Ok(()) } else { Err(link_outside(name)) }
    }
}

#[cfg(test)]
mod tests {
    use super::Sums;
    use std::fs;

    #[test]
    fn a_tree_has_the_digest_that_go_gives_it() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("sub")).unwrap();
        fs::write(directory.path().join("main.tf"), "a\n").unwrap();
        fs::write(directory.path().join("sub/b.tf"), "b\n").unwrap();
        let sums = Sums::of(directory.path(), 100).unwrap();
        assert_eq!(
            sums.text(),
            "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7  main.tf\n\
             0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f  sub/b.tf\n"
        );
        assert_eq!(Sums::parse(&sums.text()), sums);
        fs::write(directory.path().join("main.tf"), "c\n").unwrap();
        fs::write(directory.path().join("new"), "").unwrap();
        fs::remove_file(directory.path().join("sub/b.tf")).unwrap();
        let after = Sums::of(directory.path(), 100).unwrap();
        let told = ["main.tf (changed)", "new (added)", "sub/b.tf (removed)"];
        assert_eq!(after.differences(&sums), told);
        assert_ne!(after.digest(), sums.digest());
    }

    #[test]
    fn links_that_leave_the_tree_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("sub")).unwrap();
        let link = directory.path().join("sub/link");
        for target in ["/etc/passwd", "../../outside", "nowhere"] {
            std::os::unix::fs::symlink(target, &link).unwrap();
            let found = Sums::of(directory.path(), 100).unwrap_err();
            assert_eq!(found.code, "infra::install::link_outside", "{target}");
            fs::remove_file(&link).unwrap();
        }
        fs::write(directory.path().join("there"), "").unwrap();
        std::os::unix::fs::symlink("../there", &link).unwrap();
        assert!(Sums::of(directory.path(), 100).is_ok());
    }
}
