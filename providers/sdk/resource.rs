//! What an author writes for a resource type: one [`Resource`].
//!
//! The methods do IO and see the attributes in the form of [`Model`]; everything pure lies in the
//! kind. An adapter ([`crate::registry`]) turns these into the erased contract that the driver calls,
//! and does what is the same for all: it converts, settles, judges, upgrades, limits and scrubs.

use crate::{
    connection::Control,
    failure::{Broken, Failure},
    model::Model,
};
use infra_model::{
    address::{Address, Generation},
    diagnostic::{Diagnostic, Diagnostics, Retry},
    kind::{FactKey, Facts, Find, Kind},
    observed::Marked,
    text::Text,
    value::Value,
};
use std::{future::Future, sync::Arc};

/// A real thing as a provider knows it: its attributes and bytes that are no attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing<M> {
    /// The attributes.
    pub model: M,
    /// Bytes that the provider wants back at the next call.
    pub private: Arc<[u8]>,
    /// It is not wholly there, and is to be replaced.
    pub tainted: bool,
    /// What people should know of a step that was done.
    pub warnings: Diagnostics,
}

/// What is to be: the planned attributes, absent where the provider decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<M> {
    /// The attributes, write-only ones included.
    pub model: M,
    /// What is configured, for types that plan a digest in place of what they send.
    pub given: Value,
    /// The text by which the object must be found again, for kinds that are found by token.
    pub token: Text,
    /// The address, for names and notes that people read.
    pub address: Address,
    /// Which of the objects of the address it is to be, for the same.
    pub generation: Generation,
}

/// One step of a batch.
#[derive(Clone, Debug)]
pub enum Step<M> {
    /// Make it.
    Create(Wanted<M>),
    /// Change it.
    Update(Thing<M>, Wanted<M>),
    /// Destroy it.
    Delete(Thing<M>),
}

/// How one step of a batch ended: what is there now, nothing after a delete.
pub type StepResult<M> = Result<Option<Thing<M>>, Broken<M>>;

/// What a read says of one object.
#[derive(Clone, Debug)]
pub enum Seen<M> {
    /// It is there.
    Present(M),
    /// It does not exist.
    Gone,
    /// It could not be asked for.
    NotAskable(Diagnostic),
}

/// What a refresh saw.
#[derive(Clone, Debug)]
pub struct Refreshed<M> {
    /// What is there of each recorded object, in the order of the question.
    pub seen: Vec<Seen<M>>,
    /// Facts that came along.
    pub facts: Facts,
    /// What carries the mark of the lineage in [`Control`] and was not asked about; none for kinds
    /// whose objects carry no mark.
    pub marked: Vec<Marked>,
}

impl<M> From<Vec<Seen<M>>> for Refreshed<M> {
    fn from(seen: Vec<Seen<M>>) -> Self {
        Self { seen, facts: Facts::new(), marked: Vec::new() }
    }
}

/// A resource type.
pub trait Resource: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;
    /// The attributes, field for field as in the schema; optional where they may be absent.
    type Model: Model;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Reads one object; `None` if it does not exist.
    fn read(
        client: &Self::Client,
        recorded: Thing<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Result<Option<Self::Model>, Failure>> + Send;

    /// Makes a new object that carries the token, if its kind is found by token.
    fn create(
        client: &Self::Client,
        wanted: Wanted<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Result<Thing<Self::Model>, Broken<Self::Model>>> + Send;

    /// Changes an object in place.
    fn update(
        client: &Self::Client,
        prior: Thing<Self::Model>,
        wanted: Wanted<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Result<Thing<Self::Model>, Broken<Self::Model>>> + Send;

    /// Destroys an object; one that does not exist is no failure.
    fn delete(
        client: &Self::Client,
        prior: Thing<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Reads all recorded objects, with what comes along; by default one after the other. Where one
    /// request lists them all, [`Listing`](crate::listing::Listing) tells what was seen.
    fn refresh(
        client: &Self::Client,
        recorded: Vec<Thing<Self::Model>>,
        control: &Control,
    ) -> impl Future<Output = Result<Refreshed<Self::Model>, Failure>> + Send {
        async move {
            let mut seen = Vec::with_capacity(recorded.len());
            for thing in recorded {
                seen.push(match Self::read(client, thing, control).await {
                    Ok(Some(model)) => Seen::Present(model),
                    Ok(None) => Seen::Gone,
                    Err(failure) => Seen::NotAskable(failure.into_diagnostic()),
                });
            }
            Ok(seen.into())
        }
    }

    /// Looks for the object of a create whose outcome was lost, by token or natural key as the
    /// kind says; `None` if it surely was not made.
    fn find(
        _client: &Self::Client,
        _wanted: Wanted<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Result<Option<Thing<Self::Model>>, Failure>> + Send {
        async {
            let kind = Self::kind();
            if kind.find() == Find::Local {
                return Ok(None);
            }
            let name = kind.name();
            let summary = format!("`{name}` can't say whether a lost create happened");
            let found = Diagnostic::error("infra::provider::lookup_missing", summary);
            let help = "look whether it exists; take it over with an `import` block, or forget it \
                        with `infra state rm`";
            Err(found.help(help).into())
        }
    }

    /// Returns what is there already with the natural key of what is wanted, described for people.
    fn exists(
        client: &Self::Client,
        wanted: Wanted<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Result<Option<Text>, Failure>> + Send {
        async move {
            if !matches!(Self::kind().find(), Find::NaturalKey(_)) {
                return Ok(None);
            }
            let found = Self::find(client, wanted, control).await?;
            Ok(found.map(|_| Text::from("an object with the same key is there already")))
        }
    }

    /// Reads an object by its import id: a string, or an object of identifying attributes.
    fn import(
        _client: &Self::Client,
        _id: &Value,
        _control: &Control,
    ) -> impl Future<Output = Result<Option<Thing<Self::Model>>, Failure>> + Send {
        async {
            let summary = format!("`{}` can't be imported", Self::kind().name());
            let found = Diagnostic::error("infra::provider::import_unsupported", summary);
            Err(found.help("remove the `import` block; the resource is then created anew").into())
        }
    }

    /// Carries out several steps, at most the kind's `batch_max`; by default one after the other.
    fn batch(
        client: &Self::Client,
        steps: Vec<Step<Self::Model>>,
        control: &Control,
    ) -> impl Future<Output = Vec<StepResult<Self::Model>>> + Send {
        one_by_one::<Self>(client, steps, control)
    }
}

/// Carries out steps one after the other, each by the verb of its own.
pub async fn one_by_one<R: Resource>(
    client: &R::Client,
    steps: Vec<Step<R::Model>>,
    control: &Control,
) -> Vec<StepResult<R::Model>> {
    let mut results = Vec::with_capacity(steps.len());
    for step in steps {
        results.push(one_step::<R>(client, step, control).await);
    }
    results
}

/// Learns facts for a provider's hooks.
pub trait FactSource: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;

    /// Learns these facts; those that can't be learned are missing, with the reason.
    fn learn(
        client: &Self::Client,
        keys: Vec<FactKey>,
        control: &Control,
    ) -> impl Future<Output = Result<(Facts, Diagnostics), Failure>> + Send;
}

/// Makes a provider instance ready for what all its types have in common: to agree on a version, to
/// log in again.
pub trait Prepare: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;

    /// Comes before every question and every step, and remembers in the client what is done.
    fn prepare(
        client: &Self::Client,
        control: &Control,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl<M> From<M> for Thing<M> {
    fn from(model: M) -> Self {
        Self { model, private: Arc::from([]), tainted: false, warnings: Vec::new() }
    }
}

impl<M> Thing<M> {
    /// Adds bytes that the provider wants back.
    #[must_use]
    pub fn private(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.private = bytes.into();
        self
    }

    /// Adds what people should know of the step that was done.
    #[must_use]
    pub fn warning(mut self, warnings: impl IntoIterator<Item = Diagnostic>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// Says that it is not wholly there, and is to be replaced.
    #[must_use]
    pub fn tainted(mut self) -> Self {
        self.tainted = true;
        self
    }
}

async fn one_step<R: Resource>(
    client: &R::Client,
    step: Step<R::Model>,
    control: &Control,
) -> StepResult<R::Model> {
    if control.is_stopping() || control.is_late() {
        let summary = "The run was stopped before this step began";
        let stopped = Diagnostic::error("infra::provider::step_stopped", summary);
        let help = "apply again; what was done before is recorded";
        return Err(stopped.help(help).retry(Retry::Safe).into());
    }
    match step {
        Step::Create(wanted) => R::create(client, wanted, control).await.map(Some),
        Step::Update(prior, wanted) => R::update(client, prior, wanted, control).await.map(Some),
        Step::Delete(prior) => {
            R::delete(client, prior, control).await.map(|()| None).map_err(Broken::from)
        }
    }
}
