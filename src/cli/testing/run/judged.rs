//! Mistakes in what a run may not come to: blocks without instances, and modules that are overridden.
//!
//! Terraform validates the configuration before each run. Here a run reports what it evaluates, so
//! that only the rest has to be judged, once for each module under test.

use super::{Surroundings, load::Refused};
use crate::{failure::Failure, project::Project};
use infra_lang::config::testing::{RunBlock, Subject};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    known::Known,
    text::Text,
};
use std::collections::BTreeSet;

/// The modules under test in which nothing was found, by where they are.
#[derive(Debug, Default)]
pub struct Judged {
    /// Those of which nothing was looked at that runs report themselves.
    idle: BTreeSet<Option<Text>>,
    /// Those that were looked at wholly.
    whole: BTreeSet<Option<Text>>,
}

impl Judged {
    /// Returns what is wrong with the module under test, if anything is.
    ///
    /// # Errors
    ///
    /// If the system refuses what every command needs.
    pub(super) fn mistakes(
        &mut self,
        (around, run): (&Surroundings<'_>, &RunBlock),
        subject: &Subject,
        project: &Project,
    ) -> Result<Option<Refused>, Failure> {
        let called = run.module.as_ref();
        let module = called.map(|called| Text::from(around.test.written(called.call.source)));
        let is_whole = subject.modules.is_empty();
        if self.whole.contains(&module) || is_whole && self.idle.contains(&module) {
            return Ok(None);
        }
        if is_whole {
            let mut known = Known::new(project.inputs.clone());
            if !project.program.has_hidden_mistakes(&project.kinds, &mut known) {
                self.idle.insert(module);
                return Ok(None);
            }
            let found = errors(project.program.validate(&project.kinds, &mut known));
            return Ok(has_errors(&found).then(|| (found, project.sources_map())));
        }
        // What is overridden is not there any more: it is judged as it stands in the files.
        let whole = Subject { modules: Vec::new(), ..subject.clone() };
        let (project, found) = Project::under_test(around.context, (around.test, called, &whole))?;
        let mut found = errors(found);
        if found.is_empty() {
            let mut known = Known::new(project.inputs.clone());
            found = errors(project.program.validate(&project.kinds, &mut known));
        }
        if found.is_empty() {
            self.whole.insert(module);
            return Ok(None);
        }
        Ok(Some((found, project.sources_map())))
    }
}

/// Warnings are those of the run.
fn errors(found: Diagnostics) -> Diagnostics {
    found.into_iter().filter(Diagnostic::is_error).collect()
}
