//! A run made ready: the module under test, its variables, and what stands in for others.

use super::{Judged, Surroundings, subject, values::Values};
use crate::{
    failure::Failure,
    project::Project,
    testing::{expected, stand_ins::Table},
    variables,
};
use infra_lang::{
    compile::TestScope,
    config::testing::{RunBlock, Standing, Subject},
    program::Compiled,
};
use infra_model::{
    diagnostic::{Diagnostics, has_errors},
    known::Known,
    source::SourceMap,
};
use std::sync::Arc;

/// What is wrong before anything was tried.
pub(super) type Refused = (Diagnostics, Arc<SourceMap>);

/// A run that is prepared.
pub(super) struct Prepared {
    pub(super) project: Box<Project>,
    pub(super) compiled: Arc<Compiled>,
    pub(super) scope: TestScope,
    pub(super) warnings: Diagnostics,
}

/// Loads the module under test, gives it its variables, and puts what stands in for others in place.
pub(super) fn prepare(
    around: &Surroundings<'_>,
    run: &RunBlock,
    judged: &mut Judged,
) -> Result<Result<Prepared, Refused>, Failure> {
    let Loaded { subject, mut project, compiled, scope, found } = match load(around, run, judged)? {
        Ok(loaded) => loaded,
        Err(refused) => return Ok(Err(refused)),
    };
    let test = around.test;
    project.inputs.seed = around.seed;
    let mut known = Known::new(project.inputs.clone());
    let mut values = Values::new((&compiled, &mut known), &subject, scope);
    values.found = found;
    values.assign_file(test, run, &subject);
    values.assign_run(test, run);
    values.require(run);
    values.warn_of_unused(test, run);
    let overrides = values.overrides(around, run);
    let mocks = values.mocks(around, run);
    let Values { found, scope, .. } = values;
    if has_errors(&found) {
        return Ok(Err((found, project.sources_map())));
    }
    let declared = scope.variables.iter().filter(|(name, _)| compiled.declares(name));
    project.inputs.variables = declared.map(|(n, v)| (n.clone(), v.clone())).collect();
    let table = Table { overrides, mocks, kinds: Arc::clone(&project.kinds) };
    project.stand_in(&Arc::new(table));
    Ok(Ok(Prepared { project: Box::new(project), compiled, scope, warnings: found }))
}

/// The module under test with the test's providers in their place.
struct Loaded {
    subject: Subject,
    project: Project,
    compiled: Arc<Compiled>,
    scope: TestScope,
    found: Diagnostics,
}

fn load(
    around: &Surroundings<'_>,
    run: &RunBlock,
    judged: &mut Judged,
) -> Result<Result<Loaded, Refused>, Failure> {
    let mut subject = subject::subject(around.test, run);
    let test = around.test;
    let load = |subject: &Subject| {
        Project::under_test(around.context, (test, run.module.as_ref(), subject))
    };
    let refers = subject::refers(test, &subject);
    // What the providers refer to has no value before there is a program.
    let bare = refers.then(|| subject::without_arguments(&subject));
    let (mut project, mut found) = load(bare.as_ref().unwrap_or(&subject))?;
    let mut compiled = Arc::clone(project.compiled_alone());
    found.extend(subject::missing_providers(test, run, &compiled));
    found.extend(expected::not_checkable(test, run));
    found.extend(subject::single_modules(test, run, &compiled));
    if !refers {
        if has_errors(&found) {
            return Ok(Err((found, project.sources_map())));
        }
        if let Some(refused) = judged.mistakes((around, run), &subject, &project)? {
            return Ok(Err(refused));
        }
    }
    let (globals, sources, more) =
        variables::for_test(around.context, &compiled, around.given, around.variables);
    if has_errors(&more) {
        return Ok(Err((more, Arc::new(sources))));
    }
    let scope = TestScope {
        runs: around.runs.clone(),
        all_runs: test.runs.iter().map(|run| run.name.name.clone()).collect(),
        variables: globals,
        outputs: None,
        standing: Standing::FileVariables,
    };
    if refers {
        subject::retain_used(&mut subject, &compiled);
        let mut known = Known::new(project.inputs.clone());
        let mut values = Values::new((&compiled, &mut known), &subject, scope.clone());
        values.assign_file(test, run, &subject);
        values.scope.standing = Standing::Provider;
        values.require_known_runs(test, &subject::arguments(test, &subject));
        let Values { found: own, scope: seen, .. } = values;
        if has_errors(&own) {
            return Ok(Err((own, project.sources_map())));
        }
        subject.scope = Some(Arc::new(seen));
        (project, found) = load(&subject)?;
        compiled = Arc::clone(project.compiled_alone());
        if has_errors(&found) {
            return Ok(Err((found, project.sources_map())));
        }
        if let Some(refused) = judged.mistakes((around, run), &subject, &project)? {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(Loaded { subject, project, compiled, scope, found }))
}
