//! The modules that the runs of tests call: each is the root of a configuration of its own, and is
//! installed under the names of its test file and run.

use super::rounds::refuse_mistakes;
use crate::{
    context::Context,
    failure::Failure,
    project,
    testing::discovery::{DIRECTORY, Discovery},
};
use infra_lang::config::{Configuration, installed::Installed, testing::TestFile};
use infra_model::{source::SourceMap, text::Text};

/// A configuration whose modules are installed.
pub(super) struct Subject {
    /// What comes before the names of its calls in the manifest.
    pub(super) under: Vec<Text>,
    /// The configuration.
    pub(super) configuration: Configuration,
    /// Its files.
    pub(super) map: SourceMap,
}

/// The test files of a directory.
pub(super) struct Tests {
    files: Vec<TestFile>,
}

impl Tests {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// With what is wrong in the first that cannot be read.
    pub(super) fn read(context: &Context, directory: Option<&str>) -> Result<Self, Failure> {
        let discovery = Discovery::new(context, directory.unwrap_or(DIRECTORY))?;
        let mut files = Vec::new();
        for (_, test, map, found) in discovery.read() {
            refuse_mistakes(found, &map)?;
            files.extend(test);
        }
        Ok(Self { files })
    }

    /// Loads the modules that they call, with what is installed so far.
    ///
    /// # Errors
    ///
    /// With what is wrong in the first that cannot be read.
    pub(super) fn load(
        &self,
        context: &Context,
        installed: &Installed,
    ) -> Result<Vec<Subject>, Failure> {
        let mut subjects = Vec::new();
        for test in &self.files {
            for called in test.runs.iter().filter_map(|run| run.module.as_ref()) {
                let (configuration, map, found) =
                    project::load_called(context, (test, called), Some(installed));
                refuse_mistakes(found, &map)?;
                subjects.push(Subject { under: called.under.clone(), configuration, map });
            }
        }
        Ok(subjects)
    }
}
