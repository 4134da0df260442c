//! From the blocks of a test to what a run needs: providers, stand-ins, variables, options.

use super::{Shown, Surroundings};
use crate::{
    operation,
    project::Project,
    render::{
        json,
        literal::Secrets,
        plan::{self as text, View},
        state,
    },
    testing::{
        mock::Given,
        stand_ins::{Mocked, Overridden},
    },
};
use infra_lang::{
    compile::TestScope,
    config::{
        ExprAt,
        block::ProviderBlock,
        testing::{ModuleStandIn, Override, OverrideSort, RunBlock, Subject, TestFile},
    },
    program::Compiled,
    syntax::tree::Ident,
};
use infra_model::{
    address::ModuleAddress,
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    kind::Kinds,
    known::Known,
    snapshot::Snapshot,
    text::Text,
    value::Value,
};
use infra_plan::{
    options::{Options, Target},
    plan::{Plan, PlanMode},
};

/// Returns the directory of a module that needs no installing.
pub(super) fn local(source: &Ident) -> Result<&str, Box<Diagnostic>> {
    let text = &*source.name;
    if text.starts_with("./") || text.starts_with("../") || text == "." || text == ".." {
        return Ok(text);
    }
    let summary = "Module source is not a local path";
    Err(Box::new(
        Diagnostic::error("infra::config::test_module_remote", summary)
            .detail(format!(
                "The source `{text}` would have to be installed, which is not done for the runs of tests."
            ))
            .label(source.span, "a remote source")
            .help("copy the module beside this one and name it with a path that begins with `./` or `../`"),
    ))
}

/// The provider blocks of the file as the module under test knows them, each with its own name.
fn providers(test: &TestFile, run: &RunBlock) -> Vec<(ProviderBlock, ProviderBlock)> {
    if run.providers.is_empty() {
        return test.providers.iter().map(|block| (block.clone(), block.clone())).collect();
    }
    let mut found = Vec::new();
    for (inside, outside) in &run.providers {
        let own = test.providers.iter().find(|block| {
            let alias = block.alias.as_ref().map(|alias| &alias.name);
            block.name.name == outside.name && alias == outside.alias.as_ref()
        });
        let Some(own) = own else { continue };
        let ident = |name: &Text| Ident { name: name.clone(), span: inside.span };
        let block = ProviderBlock {
            name: ident(&inside.name),
            alias: inside.alias.as_ref().map(ident),
            ..own.clone()
        };
        found.push((block, own.clone()));
    }
    found
}

/// Returns what a run puts in its place in the configuration.
pub(super) fn subject(test: &TestFile, run: &RunBlock) -> Subject {
    let all = run.overrides.iter().chain(&test.overrides);
    let mut modules: Vec<ModuleStandIn> = Vec::new();
    for one in all.filter(|one| one.sort == OverrideSort::Module) {
        let Ok(address) = test.written(one.target).parse::<ModuleAddress>() else { continue };
        let path: Vec<Text> = address.steps().iter().map(|step| step.name.clone()).collect();
        if modules.iter().all(|other| other.path != path) {
            let outputs = one.values.map_or_else(Vec::new, |values| test.members(values));
            modules.push(ModuleStandIn { path, outputs });
        }
    }
    let providers = providers(test, run).into_iter().map(|(block, _)| block).collect();
    Subject { providers, modules, null: test.null }
}

/// Returns the planner's options of a run.
pub(super) fn options(around: &Surroundings<'_>, run: &RunBlock) -> Result<Options, Diagnostics> {
    let mut problems = Vec::new();
    let mut replace = Vec::new();
    for one in &run.options.replace {
        match operation::address(around.test.written(*one)) {
            Ok(address) => replace.push(address),
            Err(found) => problems.push(found.label(around.test.span(*one), "here")),
        }
    }
    let mut targets: Vec<Target> = Vec::new();
    for one in &run.options.targets {
        match operation::target(around.test.written(*one)) {
            Ok(target) => targets.push(target),
            Err(found) => problems.push(found.label(around.test.span(*one), "here")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mode = if run.options.refresh_only { PlanMode::RefreshOnly } else { PlanMode::Normal };
    Ok(Options { mode, targets, replace, refresh: run.options.refresh, ..Options::default() })
}

/// Returns a plan as `-verbose` shows it.
pub(super) fn shown_plan(
    around: &Surroundings<'_>,
    project: &Project,
    (plan, prior): (&Plan, &Snapshot),
) -> Shown {
    let text = text::render(plan, &View::new(around.context, project));
    Shown::Plan(text, json::plan(plan, project, (prior, Secrets::Masked)))
}

/// Returns a state as `-verbose` shows it.
pub(super) fn shown_state(snapshot: &Snapshot, kinds: &Kinds) -> Shown {
    let text = state::snapshot(snapshot, (kinds, Secrets::Masked));
    Shown::State(text, json::state(snapshot, Secrets::Masked))
}

/// Values of a test's expressions before its run.
pub(super) struct Values<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) scope: TestScope,
    pub(super) known: &'a mut Known,
    /// Modules that are overridden, in which nothing is left.
    pub(super) modules: &'a [ModuleStandIn],
    pub(super) found: Diagnostics,
}

impl Values<'_> {
    fn value(&mut self, expression: ExprAt) -> Option<Value> {
        let (value, found) = self.compiled.test_value(expression, &self.scope, self.known);
        let failed = has_errors(&found);
        self.found.extend(found);
        (!failed).then_some(value)
    }

    /// Makes the values of a `variables` block; they see those made before the block.
    pub(super) fn assign(&mut self, variables: &[(Ident, ExprAt)]) {
        let mut made = Vec::new();
        for (name, expression) in variables {
            made.extend(self.value(*expression).map(|value| (name.name.clone(), value)));
        }
        self.scope.variables.extend(made);
    }

    /// Warns of variables of a run that nothing there is for.
    pub(super) fn warn_of_unused(&mut self, test: &TestFile, run: &RunBlock) {
        for (name, _) in &run.variables {
            let used = run.assertions.iter().any(|rule| {
                let wanted = format!("var.{}", name.name);
                test.written(rule.condition).contains(&wanted)
                    || test.written(rule.message).contains(&wanted)
            });
            if used || self.compiled.declares(&name.name) {
                continue;
            }
            let (variable, block) = (&name.name, &run.name.name);
            self.found.push(
                Diagnostic::warning("infra::cli::variable_undeclared", "Value for undeclared variable")
                    .detail(format!("The module under test does not declare a variable named {variable:?}, but it is declared in run block {block:?}."))
                    .label(name.span, "not declared")
                    .help("correct the name, or remove it"),
            );
        }
    }

    /// Reports the variables that must have a value and have none.
    pub(super) fn require(&mut self, run: &RunBlock) {
        if has_errors(&self.found) {
            return;
        }
        let (block, summary) = (&run.name.name, "No value for required variable");
        for name in self.compiled.required() {
            if self.scope.variables.contains_key(&name) {
                continue;
            }
            let found = Diagnostic::error("infra::lang::variable_missing", summary)
                .detail(format!("The module under test for run block {block:?} has a required variable {name:?} with no set value. Use a -var or -var-file command line argument or add this variable into a \"variables\" block within the test file or run block."))
                .help(format!("add `{name} = …` to a `variables` block"));
            self.found.push(match self.compiled.variable_span(&name) {
                Some(span) => found.label(span, "needs a value"),
                None => found,
            });
        }
    }

    fn given(&mut self, values: Option<ExprAt>, at_plan: bool) -> Given {
        let values = values.and_then(|values| self.value(values));
        Given { values, at_plan, seed: self.known.inputs.seed }
    }

    /// Returns the overridden resources and data sources; those that win come first.
    pub(super) fn overrides(
        &mut self,
        around: &Surroundings<'_>,
        run: &RunBlock,
    ) -> Vec<Overridden> {
        let mut overridden = Vec::new();
        let test = around.test;
        for one in run.overrides.iter().chain(&test.overrides) {
            self.override_one(test, (one, false), &mut overridden);
        }
        let used = providers(test, run);
        for mock in &test.mocks {
            let alias = |ident: &Option<Ident>| ident.as_ref().map(|ident| ident.name.clone());
            let is_own = |own: &ProviderBlock| {
                own.name.name == mock.name.name && alias(&own.alias) == alias(&mock.alias)
            };
            if used.iter().any(|(_, own)| own.is_mock && is_own(own)) {
                for one in &mock.overrides {
                    self.override_one(test, (one, mock.at_plan), &mut overridden);
                }
            }
        }
        overridden
    }

    fn override_one(
        &mut self,
        test: &TestFile,
        (one, at_plan): (&Override, bool),
        overridden: &mut Vec<Overridden>,
    ) {
        let written = test.written(one.target);
        let exists = if one.sort == OverrideSort::Module {
            written.parse::<ModuleAddress>().is_ok_and(|a| self.compiled.has_module(&a))
        } else if let Ok(target) = operation::address(written) {
            let is_inside = |module: &ModuleStandIn| {
                let steps = target.module.steps().iter().map(|step| &step.name);
                steps.take(module.path.len()).eq(&module.path)
            };
            let exists = self.compiled.has_target(&target) || self.modules.iter().any(is_inside);
            let given = self.given(one.values, one.at_plan.unwrap_or(at_plan));
            overridden.push(Overridden { target, given });
            exists
        } else {
            false
        };
        if !exists {
            self.found.push(
                Diagnostic::warning("infra::cli::override_unused", "Invalid override target")
                    .detail(format!("The override target {written} does not exist within the configuration under test. This could indicate a typo in the target address or an unnecessary override."))
                    .label(test.span(one.target), "no such thing")
                    .help("correct the address, or remove the override"),
            );
        }
    }

    /// Returns the mocked providers.
    pub(super) fn mocks(&mut self, around: &Surroundings<'_>, run: &RunBlock) -> Vec<Mocked> {
        let test = around.test;
        let mut mocked = Vec::new();
        for (block, own) in providers(test, run) {
            let alias = own.alias.as_ref().map(|alias| &alias.name);
            let mock = test.mocks.iter().find(|mock| {
                let other = mock.alias.as_ref().map(|alias| &alias.name);
                own.is_mock && mock.name.name == own.name.name && other == alias
            });
            let Some(mock) = mock else { continue };
            let mut by_kind = std::collections::BTreeMap::new();
            for kind in &mock.kinds {
                let at_plan = kind.at_plan.unwrap_or(mock.at_plan);
                let given = self.given(kind.defaults, at_plan);
                by_kind.insert((kind.mode, kind.kind.clone()), given);
            }
            mocked.push(Mocked {
                provider: self.compiled.provider_type(&block.name.name),
                alias: block.alias.as_ref().map(|alias| alias.name.clone()),
                by_kind,
                otherwise: self.given(None, mock.at_plan),
            });
        }
        mocked
    }
}
