//! The lock file `.infra.lock.hcl`: what each fetched module was when it was first installed.
//!
//! It belongs into version control. One block for each call of a fetched module, sorted.

use super::problem::{Outcome, unwritable};
use crate::whole;
use infra_lang::syntax::{
    parse_bytes,
    tree::{Block, Expr, Tree},
};
use infra_model::{
    diagnostic::{Diagnostic, has_errors},
    source::SourceId,
};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The name of the file, beside the root module.
pub(super) const NAME: &str = ".infra.lock.hcl";

const HEAD: &str = "\
# Kept by `infra init`: what each fetched module was when it was installed.
# Commit this file, so that everybody gets the same; `infra init -upgrade` brings it up to date.
";

/// What may be held of a module.
const FIELDS: [&str; 4] = ["source", "version", "commit", "digest"];

/// What is held of one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Locked {
    /// The source address as it is recorded.
    pub(super) source: String,
    /// The version, of a module from a registry.
    pub(super) version: Option<String>,
    /// The commit, of a repository.
    pub(super) commit: Option<String>,
    /// The digest of the package's files.
    pub(super) digest: String,
}

/// The lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LockFile {
    path: PathBuf,
    before: String,
    /// What is held, by the key of the module.
    pub(super) modules: BTreeMap<String, Locked>,
}

impl LockFile {
    /// Reads the file; nothing is locked where there is none.
    ///
    /// # Errors
    ///
    /// If it cannot be read or understood.
    pub(super) fn read(directory: &Path) -> Outcome<Self> {
        let path = directory.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, ..Self::default() });
            }
            Err(error) => return Err(unreadable(&error.to_string())),
        };
        let before = String::from_utf8_lossy(&bytes).into_owned();
        let modules = parse(&bytes).map_err(|why| unreadable(&why))?;
        Ok(Self { path, before, modules })
    }

    /// Returns whether the file would be another.
    pub(super) fn is_changed(&self) -> bool {
        self.text() != self.before
    }

    /// Writes the file if it would be another; one that holds nothing is not made.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(super) fn write(&mut self) -> Outcome<()> {
        let text = self.text();
        if text == self.before {
            return Ok(());
        }
        whole::write(&self.path, text.as_bytes(), 0o644)
            .map_err(|error| unwritable(&self.path, &error))?;
        self.before = text;
        Ok(())
    }

    fn text(&self) -> String {
        if self.modules.is_empty() && self.before.is_empty() {
            return String::new();
        }
        let mut out = HEAD.to_owned();
        for (key, locked) in &self.modules {
            let fields = [
                ("source", Some(&locked.source)),
                ("version", locked.version.as_ref()),
                ("commit", locked.commit.as_ref()),
                ("digest", Some(&locked.digest)),
            ];
            let there = || fields.iter().filter_map(|(name, value)| Some((name, (*value)?)));
            let width = there().map(|(name, _)| name.len()).max().unwrap_or(0);
            out.push_str(&format!("\nmodule {} {{\n", quoted(key)));
            for (name, value) in there() {
                out.push_str(&format!("  {name:width$} = {}\n", quoted(value)));
            }
            out.push_str("}\n");
        }
        out
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
    out.replace("${", "$${").replace("%{", "%%{")
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Locked>, String> {
    let (file, found) = parse_bytes(SourceId(u32::MAX), bytes);
    if has_errors(&found) {
        let first = found
            .first()
            .map_or_else(String::new, |first| format!("{}. {}", first.summary, first.detail));
        return Err(first);
    }
    let mut modules = BTreeMap::new();
    for block in &file.body.blocks {
        let key = block.labels.first().map(|label| label.text.to_string());
        let (Some(key), "module") = (key, &*block.kind.name) else {
            return Err(format!(
                "it has a block of type {:?}, and may have `module` blocks with a name only",
                &*block.kind.name
            ));
        };
        let mut names = block.body.attributes.iter().map(|attribute| &*attribute.name.name);
        if let Some(unknown) = names.find(|name| !FIELDS.contains(name)) {
            // It would be lost with the next change.
            return Err(format!(
                "{key:?} has `{unknown}`, which this version of infra does not know"
            ));
        }
        let text = |name| text(&file.tree, block, name);
        let locked = Locked {
            source: text("source").ok_or_else(|| format!("{key:?} has no `source`"))?,
            version: text("version"),
            commit: text("commit"),
            digest: text("digest").ok_or_else(|| format!("{key:?} has no `digest`"))?,
        };
        if modules.insert(key.clone(), locked).is_some() {
            return Err(format!("it has {key:?} twice"));
        }
    }
    Ok(modules)
}

fn text(tree: &Tree, block: &Block, name: &str) -> Option<String> {
    let Expr::String(symbol) = tree.expr(block.body.attribute(name)?.value) else { return None };
    Some(tree.symbol(symbol).to_string())
}

fn unreadable(why: &str) -> Diagnostic {
    Diagnostic::error("infra::install::lock_unreadable", "Lock file cannot be read")
        .detail(format!("{NAME}: {why}. Nothing was changed."))
        .help("take the file from version control, or remove it and run `infra init`, which locks what is newest now")
}

#[cfg(test)]
mod tests {
    use super::{LockFile, Locked, parse};

    #[test]
    fn what_is_written_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = LockFile::read(directory.path()).unwrap();
        assert!(!file.is_changed());
        let commit = Some("0123".to_owned());
        let digest = "h1:abc=".to_owned();
        let git = Locked { source: "git::x?y=\"${z}\"\\".into(), version: None, commit, digest };
        let version = Some("1.2.3".to_owned());
        let registry = Locked { source: "a/b/c".into(), commit: None, version, ..git.clone() };
        file.modules = [("a".to_owned(), git), ("a.b".to_owned(), registry)].into();
        file.write().unwrap();
        let read = LockFile::read(directory.path()).unwrap();
        assert_eq!(read.modules, file.modules);
        assert!(!read.is_changed());
        for wrong in [
            "module {}",
            "module \"a\" {\n  source = \"x\"\n  digest = \"h1:y=\"\n  signature = \"z\"\n}\n",
            "x \"a\" {}",
            "module \"a\" {\n}",
            "module \"a\" {",
        ] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
