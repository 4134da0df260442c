//! A configuration as a command uses it: loaded, compiled, with its variables and its backend.

mod early;
mod found;
mod given_again;
mod loading;

pub use loading::{load_called, load_modules, sources};

use crate::{
    arguments::VariableArguments,
    context::Context,
    failure::Failure,
    files::{Captured, FileSources},
    install,
    testing::stand_ins::{self, Table, TestProgram},
    variables, wire, workspace,
};
use early::Early;
use found::Found;
use infra_exec::driver::Registry;
use infra_lang::{
    compile::{Requirements, compile, required_providers},
    config::{
        Configuration,
        load::{Called, LoadOptions, load},
        testing::{Subject, TestFile},
    },
    program::Compiled,
};
use infra_model::{
    address::ModuleAddress,
    diagnostic::{self, Diagnostics},
    kind::Kinds,
    known::{Inputs, Known},
    program::{NodeSort, Program},
    source::SourceMap,
    sources::Sources,
    text::Text,
    types::Type,
    value::Value,
};
use infra_state::DEFAULT_WORKSPACE;
use loading::options;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The code for a root module without files.
const NO_FILES: &str = "infra::config::module_empty";

/// Where the state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// The directory, if the configuration names one.
    pub path: Option<String>,
    /// The directory of the workspaces, if the configuration names one.
    pub workspace_dir: Option<String>,
    /// The workspace.
    pub workspace: Text,
}

impl Default for Backend {
    fn default() -> Self {
        Self { path: None, workspace_dir: None, workspace: Text::from(DEFAULT_WORKSPACE) }
    }
}

/// A loaded and compiled configuration; cheap to clone.
#[derive(Clone)]
pub struct Project {
    /// The program.
    pub program: Arc<dyn Program>,
    /// All kinds.
    pub kinds: Arc<Kinds>,
    /// All providers and provisioners.
    pub registry: Registry,
    /// Variables, time and seed.
    pub inputs: Inputs,
    /// Where the state is kept.
    pub backend: Backend,
    /// Root variables whose values are for one run only.
    pub ephemeral: BTreeSet<Text>,
    compiled: Arc<Compiled>,
    files: Arc<FileSources>,
}

impl Project {
    /// Loads a configuration with its variables; any error stops it.
    ///
    /// # Errors
    ///
    /// With every mistake in all files and variables.
    pub fn load(context: &Context, given: &VariableArguments) -> Result<Self, Failure> {
        let (mut project, found) = Self::compiled(context, None, Early::Given(given))?;
        project.take_variables(context, given, found.all())?;
        let variables = &mut project.inputs.variables;
        let wrong = variables::ask(context, &project.compiled, variables);
        if !wrong.is_empty() {
            return Err(Failure::new(wrong, project.sources_map()));
        }
        Ok(project)
    }

    /// Loads a configuration of which much may be missing or wrong: variables, whose values are
    /// unknown then, every file, and what single blocks say. Returns what is wrong with those.
    ///
    /// # Errors
    ///
    /// With every mistake that leaves nothing to evaluate, and those in the variables that are
    /// given.
    pub fn load_partly(
        context: &Context,
        given: &VariableArguments,
    ) -> Result<(Self, Diagnostics), Failure> {
        let (mut project, mut found) = Self::compiled(context, None, Early::Given(given))?;
        found.loading.retain(|found| found.code != NO_FILES || !found.labels.is_empty());
        let is_of_blocks = found.is_of_blocks();
        let found = found.all();
        if !is_of_blocks {
            return Err(Failure::new(found, project.sources_map()));
        }
        project.take_variables(context, given, Vec::new())?;
        for name in project.compiled.required() {
            let value = project.inputs.variables.entry(name);
            value.or_insert_with(|| Value::unknown(Type::Dynamic));
        }
        Ok((project, found))
    }

    /// Takes the values of the root variables; any error stops it.
    fn take_variables(
        &mut self,
        context: &Context,
        given: &VariableArguments,
        mut diagnostics: Diagnostics,
    ) -> Result<(), Failure> {
        let (values, sources, more) = variables::collect(context, &self.compiled, given);
        diagnostics.extend(more);
        if diagnostic::has_errors(&diagnostics) {
            return Err(Failure::new(diagnostics, Arc::new(sources)));
        }
        context.screen.diagnostics(&diagnostics, &sources);
        self.inputs.variables = values;
        Ok(())
    }

    /// Loads and compiles, and leaves mistakes to the caller.
    ///
    /// # Errors
    ///
    /// If the system gives no random bytes.
    pub fn compile(
        context: &Context,
        given: &VariableArguments,
    ) -> Result<(Self, Diagnostics), Failure> {
        let (project, found) = Self::compiled(context, None, Early::Given(given))?;
        Ok((project, found.all()))
    }

    /// Loads and compiles, and returns what is wrong with the configuration whoever uses it: with its
    /// files and how its modules are connected, and not in single blocks.
    ///
    /// # Errors
    ///
    /// As [`Self::compile`].
    pub fn faults_of_all(
        context: &Context,
        given: &VariableArguments,
    ) -> Result<(Diagnostics, Arc<SourceMap>), Failure> {
        let (project, found) = Self::compiled(context, None, Early::Given(given))?;
        let Found { loading, compiling } = found;
        let of_all = compiling.into_iter().filter(Found::is_of_all);
        Ok((loading.into_iter().chain(of_all).collect(), project.sources_map()))
    }

    /// Compiles the configuration that a saved plan was made from.
    ///
    /// # Errors
    ///
    /// If it does not compile any more, which a newer program may cause.
    pub fn replay(context: &Context, captured: Captured, inputs: Inputs) -> Result<Self, Failure> {
        Self::replayed(context, captured, inputs)
    }

    /// Compiles the configuration that a saved plan was made from, to carry it out: with the values
    /// of those variables that the plan does not keep.
    ///
    /// # Errors
    ///
    /// As [`Self::replay`], and if other variables are given than when the plan was made.
    pub fn replay_to_apply(
        context: &Context,
        (captured, inputs): (Captured, Inputs),
        (given, planned): (&VariableArguments, &[Text]),
    ) -> Result<Self, Failure> {
        let mut project = Self::replayed(context, captured, inputs)?;
        let compiled = &project.compiled;
        let (values, sources, mut diagnostics) = variables::collect(context, compiled, given);
        let named = variables::named(context, compiled, given);
        diagnostics.extend(given_again::check(&project, (given, &named), (&values, planned)));
        if diagnostic::has_errors(&diagnostics) {
            return Err(Failure::new(diagnostics, Arc::new(sources)));
        }
        let again = values.into_iter().filter(|(name, _)| project.ephemeral.contains(name));
        project.inputs.variables.extend(again);
        Ok(project)
    }

    fn replayed(context: &Context, captured: Captured, inputs: Inputs) -> Result<Self, Failure> {
        let early = Early::Recorded(&inputs.variables);
        let (mut project, found) = Self::compiled(context, Some(captured), early)?;
        let diagnostics = found.all();
        if diagnostic::has_errors(&diagnostics) {
            return Err(Failure::new(diagnostics, project.sources_map()));
        }
        project.backend.workspace = inputs.workspace.clone();
        project.inputs = inputs;
        Ok(project)
    }

    /// Returns where the state of the current workspace is, from the `backend` block alone.
    ///
    /// # Errors
    ///
    /// If the block cannot be read, or there is no such workspace; other mistakes in the
    /// configuration do not matter.
    pub fn backend(context: &Context) -> Result<Backend, Failure> {
        let backend = Self::backend_of_any(context)?;
        workspace::current(context)?.enter(context, backend)
    }

    /// Returns where the state of the default workspace is, from the `backend` block alone.
    ///
    /// # Errors
    ///
    /// If the block cannot be read.
    pub fn backend_of_any(context: &Context) -> Result<Backend, Failure> {
        install::refuse_unfinished(context)?;
        let files = sources(context, None);
        let given = VariableArguments::default();
        let loaded = early::load(context, &files, Early::Given(&given), options())?;
        loaded.backend.map_err(|found| Failure::new(found, Arc::new(loaded.map)))
    }

    /// Returns the sources that diagnostics point into.
    pub fn sources_map(&self) -> Arc<SourceMap> {
        Arc::new(self.program.sources().clone())
    }

    /// Returns the values of the root variables as the configuration sees them: with defaults,
    /// converted, and marked.
    pub fn variables(&self) -> BTreeMap<Text, Value> {
        let mut known = Known::new(self.inputs.clone());
        let root = ModuleAddress::root();
        let nodes = self.program.nodes().iter();
        let variables = nodes.filter(|n| n.sort == NodeSort::Variable && n.module.is_empty());
        let mut values = BTreeMap::new();
        for node in variables {
            let (value, _) = self.program.free(&node.name, &root, &mut known);
            let name = node.name.strip_prefix("var.").unwrap_or(&node.name);
            values.insert(Text::from(name), value);
        }
        values
    }

    /// Returns the configuration that the program was made from.
    pub fn configuration(&self) -> &Configuration {
        self.compiled.configuration()
    }

    /// Returns which providers each module requires.
    pub fn required_providers(&self) -> Vec<Requirements> {
        required_providers(self.compiled.configuration(), &self.kinds)
    }

    /// Returns everything that was read, for the plan's source snapshot.
    pub fn captured(&self) -> Captured {
        self.files.captured()
    }

    /// Returns everything that was read, as bytes for the history.
    pub fn captured_bytes(&self) -> Vec<u8> {
        crate::planfile::captured_bytes(&self.files.captured())
    }

    /// Returns the program that the configuration was compiled to, with nothing in its place.
    pub fn compiled_alone(&self) -> &Arc<Compiled> {
        &self.compiled
    }

    /// Compiles the module that a run of a test is about, with what the test puts in its place.
    ///
    /// # Errors
    ///
    /// If the system gives no random bytes.
    pub fn under_test(
        context: &Context,
        (test, called, subject): (&TestFile, Option<&Called>, &Subject),
    ) -> Result<(Self, Diagnostics), Failure> {
        let files = sources(context, None);
        let options = LoadOptions { beside: &test.trees, called, ..options() };
        let (mut configuration, map, mut diagnostics) = load(files.as_ref(), ".", options);
        diagnostics.extend(install::unfinished_modules(context, &configuration));
        configuration.prepare(subject);
        let loaded = (configuration, map, Backend::default());
        let (project, more) = Self::of(context, files, loaded)?;
        diagnostics.extend(more);
        Ok((project, diagnostics))
    }

    /// Puts what stands in for providers and instances in its place.
    pub fn stand_in(&mut self, table: &Arc<Table>) {
        let real = Arc::clone(&self.program);
        let kinds = stand_ins::MockKinds::new(Arc::clone(table), real, self.inputs.clone());
        self.kinds = Arc::new((*self.kinds).clone().with_stand_ins(Arc::new(kinds)));
        self.registry.stand_in = Some(stand_ins::connections(table));
        let inner = Arc::clone(&self.program);
        self.program = Arc::new(TestProgram { inner, table: Arc::clone(table) });
    }

    fn compiled(
        context: &Context,
        captured: Option<Captured>,
        early: Early<'_>,
    ) -> Result<(Self, Found), Failure> {
        let replaying = captured.is_some();
        if !replaying {
            install::refuse_unfinished(context)?;
        }
        let files = sources(context, captured);
        let loaded = early::load(context, &files, early, options())?;
        let mut loading = loaded.diagnostics;
        let mut backend = loaded.backend.unwrap_or_else(|found| {
            loading.extend(found);
            Backend::default()
        });
        // A saved plan names its workspace itself, and brought its modules.
        if !replaying {
            loading.extend(install::unfinished_modules(context, &loaded.configuration));
            backend = workspace::current(context)?.enter(context, backend)?;
        }
        let loaded = (loaded.configuration, loaded.map, backend);
        let (project, compiling) = Self::of(context, files, loaded)?;
        Ok((project, Found { loading, compiling }))
    }

    /// Compiles what was loaded, without values of its variables.
    fn of(
        context: &Context,
        files: Arc<FileSources>,
        (configuration, map, backend): (Configuration, SourceMap, Backend),
    ) -> Result<(Self, Diagnostics), Failure> {
        let registry = wire::registry(context);
        let kinds = Arc::new(wire::kinds(&registry));
        let shared: Arc<dyn Sources> = Arc::<FileSources>::clone(&files);
        let (compiled, diagnostics) = compile(configuration, map, &kinds, shared);
        let compiled = Arc::new(compiled);
        let inputs = Inputs {
            now_ms: context.now().0,
            seed: wire::random()?,
            workspace: backend.workspace.clone(),
            ..Inputs::default()
        };
        let program: Arc<dyn Program> = Arc::<Compiled>::clone(&compiled);
        let ephemeral = compiled.ephemeral().into_iter().collect();
        let project =
            Self { program, kinds, registry, inputs, backend, ephemeral, compiled, files };
        Ok((project, diagnostics))
    }
}
