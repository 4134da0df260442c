//! Values of a test's expressions before its run: variables, mocks and overrides.

use super::{Surroundings, subject::providers};
use crate::{
    operation,
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
        testing::{ModuleStandIn, Override, OverrideSort, RunBlock, Standing, Subject, TestFile},
    },
    program::Compiled,
    syntax::tree::Ident,
};
use infra_model::{
    address::ModuleAddress,
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    known::Known,
    text::Text,
    value::Value,
};
use std::collections::BTreeSet;

/// Values of a test's expressions before its run.
pub(super) struct Values<'a> {
    compiled: &'a Compiled,
    pub(super) scope: TestScope,
    known: &'a mut Known,
    /// Modules that are overridden, in which nothing is left.
    modules: &'a [ModuleStandIn],
    pub(super) found: Diagnostics,
}

impl<'a> Values<'a> {
    pub(super) fn new(
        (compiled, known): (&'a Compiled, &'a mut Known),
        subject: &'a Subject,
        scope: TestScope,
    ) -> Self {
        Self { compiled, scope, known, modules: &subject.modules, found: Vec::new() }
    }

    fn value(&mut self, expression: ExprAt) -> Option<Value> {
        let (value, found) = self.compiled.test_value(expression, &self.scope, self.known);
        let failed = has_errors(&found);
        self.found.extend(found);
        (!failed).then_some(value)
    }

    /// Makes the value of a variable; one that does not fit it is reported where it stands.
    fn fitting(&mut self, name: &str, expression: ExprAt, test: &TestFile) -> Option<Value> {
        let value = self.value(expression)?;
        let unsuitable = self.compiled.unsuitable(name, &value, test.span(expression));
        let is_fit = unsuitable.is_none();
        self.found.extend(unsuitable);
        is_fit.then_some(value)
    }

    /// Makes the values of the file's variables that the run has a use for; they see what was given
    /// from outside.
    pub(super) fn assign_file(&mut self, test: &TestFile, run: &RunBlock, subject: &Subject) {
        self.scope.standing = Standing::FileVariables;
        let is_own = |name: &Text| run.variables.iter().any(|(own, _)| own.name == *name);
        let rules = run.assertions.iter().flat_map(|rule| [rule.condition, rule.message]);
        let own = run.variables.iter().map(|(_, value)| *value);
        let arguments = super::subject::arguments(test, subject);
        let all = rules.chain(own).chain(arguments).flat_map(|at| test.references(at));
        let named: BTreeSet<Text> =
            all.filter(|(root, ..)| **root == *"var").map(|(_, name, _)| name).collect();
        let mut made = Vec::new();
        for (name, expression) in &test.variables {
            let name = &name.name;
            let is_input = self.compiled.declares(name) && !is_own(name);
            if is_input || named.contains(name) {
                made.extend(self.fitting(name, *expression, test).map(|v| (name.clone(), v)));
            }
        }
        self.scope.variables.extend(made);
    }

    /// Makes the values of a run's variables; they see those made before, and the runs before.
    pub(super) fn assign_run(&mut self, test: &TestFile, run: &RunBlock) {
        self.scope.standing = Standing::RunVariables;
        let all: Vec<ExprAt> = run.variables.iter().map(|(_, value)| *value).collect();
        self.require_known_runs(test, &all);
        let mut made = Vec::new();
        for (name, expression) in &run.variables {
            let value = self.fitting(&name.name, *expression, test);
            made.extend(value.map(|value| (name.name.clone(), value)));
        }
        self.scope.variables.extend(made);
        self.scope.standing = Standing::StandIn;
    }

    /// Reports outputs of runs that a plan could not tell.
    pub(super) fn require_known_runs(&mut self, test: &TestFile, expressions: &[ExprAt]) {
        for (root, run, whole) in expressions.iter().flat_map(|at| test.references(*at)) {
            if &*root != "run" || !self.scope.runs.contains_key(&run) {
                continue;
            }
            let (value, found) = self.compiled.test_value(whole, &self.scope, self.known);
            if has_errors(&found) || value.is_wholly_known() {
                continue;
            }
            let written = test.written(whole);
            self.found.push(
                Diagnostic::error("infra::lang::run_unavailable", "Reference to unknown value")
                    .detail(format!("The value for {written} is unknown. Run block {:?} is executing a \"plan\" operation, and the specified output value is only known after apply.", &*run))
                    .label(test.span(whole), "not known")
                    .help("let the run before apply"),
            );
        }
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
