//! Which test files there are: those beside the configuration, and those of the tests' directory.

use crate::{context::Context, failure::Failure, files::FileSources, project};
use infra_lang::config::testing::{TestFile, read};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::SourceMap,
    sources::{Sources, Stat},
    text::Text,
};
use std::sync::Arc;

/// Where tests are if nothing is said.
pub const DIRECTORY: &str = "tests";

/// A test file under its path, with what is wrong in it and the sources that this points into.
pub type Read = (Text, Option<TestFile>, SourceMap, Diagnostics);

/// The files of a directory and of the one with its tests.
pub struct Discovery {
    sources: Arc<FileSources>,
    directory: String,
}

impl Discovery {
    /// Looks at the directory of the configuration and, below it, at one for tests.
    ///
    /// # Errors
    ///
    /// If that is not below it.
    pub fn new(context: &Context, directory: &str) -> Result<Self, Failure> {
        let is_outside = directory.split('/').any(|step| step == "..");
        if directory.starts_with('/') || is_outside {
            return Err(Failure::from(
                Diagnostic::error("infra::cli::test_directory_invalid", "Invalid testing directory")
                    .detail("The testing directory must be a relative path pointing to a directory local to the configuration directory.")
                    .help("Give a path below this directory."),
            ));
        }
        let sources = project::sources(context, None);
        Ok(Self { sources, directory: shown(directory).to_owned() })
    }

    /// Returns a warning if a directory was asked for that is not there.
    pub fn missing_directory(&self) -> Option<Diagnostic> {
        let name = &self.directory;
        if name.is_empty() || name == DIRECTORY || self.sources.list(name).is_ok() {
            return None;
        }
        let found = Diagnostic::warning(
            "infra::cli::test_directory_invalid",
            "Test directory does not exist",
        );
        Some(
            found
                .detail(format!("Requested test directory {name} does not exist."))
                .help("Correct the name, or make the directory."),
        )
    }

    /// Reads all files, by path.
    pub fn read(&self) -> Vec<Read> {
        let mut paths = self.names(".", "");
        if !self.directory.is_empty() {
            paths.extend(self.names(&self.directory, &format!("{}/", self.directory)));
        }
        paths.sort();
        let one = |path: Text| {
            let (test, map, found) = read(self.sources.as_ref(), &path);
            (path, test, map, found)
        };
        paths.into_iter().map(one).collect()
    }

    /// Returns what is wrong in all files, which are added to the sources.
    pub fn check(&self, sources: &mut SourceMap) -> Diagnostics {
        let mut all = Diagnostics::new();
        for (_, _, map, found) in self.read() {
            let before = u32::try_from(sources.files().len()).unwrap_or(u32::MAX);
            for file in map.files() {
                sources.add(file.name.clone(), file.text.clone());
            }
            for mut diagnostic in found {
                for label in &mut diagnostic.labels {
                    label.span.source.0 = label.span.source.0.saturating_add(before);
                }
                all.push(diagnostic);
            }
        }
        all
    }

    fn names(&self, directory: &str, prefix: &str) -> Vec<Text> {
        // There need not be such a directory.
        let Ok(entries) = self.sources.list(directory) else { return Vec::new() };
        let is_test = |name: &str| name.ends_with(".tftest.hcl") || name.ends_with(".tftest.json");
        let tests = entries.into_iter().filter(|(name, stat)| *stat == Stat::File && is_test(name));
        tests.map(|(name, _)| Text::from(format!("{prefix}{name}"))).collect()
    }
}

/// Returns a directory as the paths of its files begin; nothing for that of the configuration.
pub fn shown(directory: &str) -> &str {
    let below = directory.trim_start_matches("./").trim_end_matches('/');
    if below == "." { "" } else { below }
}
