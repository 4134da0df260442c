//! The data source `terraform_remote_state`: the root outputs of another state.
//!
//! It belongs to the provider `terraform` and lies here because stores are known here alone; the
//! provider's other types are those of the crate that has them.

mod settings;

use crate::{
    context::Context,
    elsewhere::{self, Local, http},
    statefile,
};
use infra_model::{
    address::{KindName, Mode},
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Find, Kind, ProviderFacts},
    path::Path,
    schema::{Attribute, Block, Proposal, Schema},
    snapshot::Snapshot,
    text::Text,
    types::Type,
    value::{MarkedPath, Value},
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Connection, Control, Provider},
    kind::SchemaKind,
};
use infra_state::{DEFAULT_WORKSPACE, is_workspace_name};
use std::{collections::BTreeMap, sync::Arc};

/// The provider that has it.
const PROVIDER: &str = "terraform";
const KIND: &str = "terraform_remote_state";
/// Returns a provider, with the data source if it is the one that has it.
pub fn beside(provider: Arc<dyn Provider>, context: &Context) -> Arc<dyn Provider> {
    if provider.name() != PROVIDER {
        return provider;
    }
    Arc::new(WithRemoteState { inner: provider, context: context.clone() })
}

struct WithRemoteState {
    inner: Arc<dyn Provider>,
    context: Context,
}

impl Provider for WithRemoteState {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn facts(&self) -> ProviderFacts {
        self.inner.facts()
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        let mut kinds = self.inner.kinds();
        kinds.push(Arc::new(RemoteState::new()));
        kinds
    }

    fn connect(&self, config: Value, control: Control) -> BoxFuture<'_, Connected> {
        Box::pin(async move {
            let (inner, found) = self.inner.connect(config, control).await?;
            let connection = Reader { inner, context: self.context.clone() };
            Ok((Arc::new(connection) as Arc<dyn Connection>, found))
        })
    }
}

struct Reader {
    inner: Arc<dyn Connection>,
    context: Context,
}

impl Connection for Reader {
    fn ask(&self, question: Question, control: Control) -> BoxFuture<'_, Answer> {
        match question {
            Question::ReadData(kind, config) if *kind.0 == *KIND => {
                Box::pin(async move { read(&self.context, &config, &control).await })
            }
            Question::Configure(_)
            | Question::Facts(_)
            | Question::Refresh(..)
            | Question::Find(_)
            | Question::ReadData(..)
            | Question::Import(..)
            | Question::Exists(..)
            | Question::Open(..)
            | Question::Renew(..)
            | Question::Close(..) => self.inner.ask(question, control),
        }
    }

    fn call(
        &self,
        kind: KindName,
        calls: Vec<Call>,
        control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        self.inner.call(kind, calls, control)
    }
}

/// The pure half: the schema, and what can be said of a configuration without reading anything.
struct RemoteState {
    inner: SchemaKind,
}

impl RemoteState {
    fn new() -> Self {
        let attributes = [
            (
                "backend",
                Attribute::required(Type::String)
                    .describe("The type of the backend: `local` or `http`."),
            ),
            (
                "config",
                Attribute::optional(Type::Dynamic)
                    .describe("What a `backend` block of that type would say."),
            ),
            (
                "defaults",
                Attribute::optional(Type::Dynamic)
                    .describe("Values of outputs that the state does not have."),
            ),
            (
                "outputs",
                Attribute::computed(Type::Dynamic).describe("The root outputs of the state."),
            ),
            (
                "workspace",
                Attribute::optional(Type::String)
                    .describe("The workspace; the default one if absent."),
            ),
        ];
        Self { inner: SchemaKind::data(KIND, Block::of(attributes)) }
    }
}

impl Kind for RemoteState {
    fn name(&self) -> &KindName {
        self.inner.name()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn find(&self) -> Find {
        self.inner.find()
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        let proposal = self.inner.planned(prior, desired, facts);
        Proposal { planned: veiled(proposal.planned), ..proposal }
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        let mut found = Vec::new();
        let known = |name: &str| desired.get(name).filter(|v| v.is_known() && !v.is_null());
        if let Some(backend) = known("backend").and_then(Value::as_text) {
            // As in Terraform, the settings are judged once all of them are known.
            let config = known("config").filter(|config| config.is_wholly_known());
            found.extend(settings::check(backend, config));
        }
        if known("defaults").is_some_and(|defaults| defaults.entries().is_none()) {
            found.push(
                Diagnostic::error("infra::cli::remote_defaults_invalid", "Invalid default values")
                    .detail("Defaults must be given in an object value.")
                    .help("Write `defaults = { name = value }`.")
                    .at_path(Path::attribute("defaults")),
            );
        }
        let workspace = known("workspace").and_then(Value::as_text);
        if let Some(name) = workspace.filter(|name| !is_workspace_name(name)) {
            found.push(
                settings::invalid("local", &format!("{:?} is no name of a workspace", &**name))
                    .help("Use the name as `infra workspace list` prints it.")
                    .at_path(Path::attribute("workspace")),
            );
        }
        found
    }
}

/// Returns a text, also where a number or a truth value converts to one.
fn as_text(value: &Value) -> Option<String> {
    let number = value.as_number().map(ToString::to_string);
    let truth = value.as_bool().map(|truth| truth.to_string());
    value.as_text().map(ToString::to_string).or(number).or(truth)
}

/// What was found, and what is said about it.
type Found = Result<(Snapshot, Diagnostics), Diagnostic>;

async fn read(context: &Context, config: &Value, control: &Control) -> Answer {
    // Marks of the arguments are put back by whoever asks; those of outputs are made here.
    let (config, _) = config.clone().unmark_deep();
    let backend = config.get("backend").and_then(Value::as_text);
    let found = if backend.is_some_and(|name| **name == *settings::HTTP) {
        read_address(context, &config, control).await
    } else {
        read_place(context, &config)
    };
    let (found, warnings) = match found {
        Ok(found) => found,
        Err(why) => return Answer::Failed(why),
    };
    let mut all: BTreeMap<Text, Value> = BTreeMap::new();
    let defaults = config.get("defaults").and_then(Value::entries).unwrap_or_default();
    all.extend(defaults.iter().map(|(name, value)| (name.clone(), value.clone())));
    all.extend(found.outputs.into_iter().map(|(name, output)| (name, output.value)));
    let entries = config.entries().unwrap_or_default().iter().map(|(name, value)| {
        let is_outputs = **name == *"outputs";
        (name.clone(), if is_outputs { Value::object(all.clone()) } else { value.clone() })
    });
    Answer::Value(veiled(Value::object(entries)), warnings)
}

/// Returns the setting of a backend as text.
fn given(config: &Value, name: &str) -> Option<String> {
    config.get("config").and_then(|settings| settings.get(name)).and_then(as_text)
}

fn workspace(config: &Value) -> &str {
    config.get("workspace").and_then(Value::as_text).map_or(DEFAULT_WORKSPACE, |name| &**name)
}

fn read_place(context: &Context, config: &Value) -> Found {
    let local =
        Local { path: given(config, "path"), workspace_dir: given(config, "workspace_dir") };
    let place = local.place(context, workspace(config));
    let found =
        elsewhere::outputs(context, &place).map_err(|failure| first(failure.diagnostics))?;
    let found = found.ok_or_else(|| not_found(&place))?;
    let successor = elsewhere::successor(context, &place, &found.lineage);
    let warnings = successor.map(|ours| left_behind(&place, &ours));
    Ok((found, warnings.into_iter().collect()))
}

async fn read_address(context: &Context, config: &Value, control: &Control) -> Found {
    if workspace(config) != DEFAULT_WORKSPACE {
        return Err(settings::no_workspaces());
    }
    let settings = http::Settings::of(|name| given(config, name), &context.environment)?;
    let text = http::fetch(&settings, context, &*control.clock).await?;
    let text = text.ok_or_else(|| settings::nothing_at(&settings.shown()))?;
    let found = statefile::outputs(&text);
    let found = found.map_err(|wrong| http::of_address(&settings, first(wrong)))?;
    Ok((found, Vec::new()))
}

/// Returns a value in which what is secret in the settings of a backend is marked.
fn veiled(value: Value) -> Value {
    let secrets = value.get("config").map(http::secrets).unwrap_or_default();
    let inside = |(path, marks): MarkedPath| {
        let steps = Path::attribute("config").0.into_iter().chain(path.0);
        (Path(steps.collect()), marks)
    };
    value.mark_paths(&secrets.into_iter().map(inside).collect::<Vec<_>>())
}

fn not_found(place: &elsewhere::Place) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "infra::cli::remote_state_missing",
        "Unable to find remote state",
    )
    .detail(format!(
        "No stored state was found for the given workspace in the given backend: there is no \
                 `{}`. Nothing was changed.",
        place.path().display()
    ));
    match elsewhere::beside(place) {
        Some(ours) => diagnostic
            .help(format!("There is a state in `{}`: give that as `path`.", ours.display())),
        None => diagnostic.help("Correct `path`, or apply the other configuration first."),
    }
}

fn left_behind(place: &elsewhere::Place, ours: &std::path::Path) -> Diagnostic {
    let summary = format!("`{}` is out of date", place.path().display());
    Diagnostic::warning("infra::cli::remote_state_old", summary)
        .detail(format!(
            "It was taken over into `{}`, the state that infra writes; the file is not written any more.",
            ours.display()
        ))
        .help("Give that directory as `path`, or remove the one that is not used.")
}

/// Returns one diagnostic of several, the others in it.
fn first(diagnostics: Diagnostics) -> Diagnostic {
    let mut all = diagnostics.into_iter();
    let first = all.next().unwrap_or_else(|| settings::invalid("local", "it cannot be read"));
    all.fold(first, Diagnostic::related)
}
