//! What an author writes: one [`Resource`], [`DataSource`] or [`Ephemeral`] per type.
//!
//! The methods do IO and see typed structs; everything pure lies in the kind. An adapter
//! ([`crate::registry`]) turns these into the erased contract that the driver calls.

use crate::{
    connection::Control,
    failure::{Broken, Failure},
};
use infra_model::{
    address::Address,
    diagnostic::{Diagnostic, Diagnostics, Retry},
    kind::{FactKey, Facts, Find, Kind},
    observed::Marked,
    text::Text,
    value::Value,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, sync::Arc};

/// A real thing as a provider knows it: its attributes and bytes that are no attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing<M> {
    /// The attributes.
    pub model: M,
    /// Bytes that the provider wants back at the next call.
    pub private: Arc<[u8]>,
}

/// What is to be: the planned attributes, absent where the provider decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<M> {
    /// The attributes, write-only ones included.
    pub model: M,
    /// The text by which the object must be found again, for kinds that are found by token.
    pub token: Text,
    /// The address, for names and notes that people read.
    pub address: Address,
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

/// What a refresh saw, in the order of the question, and facts that came along.
pub type Refreshed<M> = Result<(Vec<Seen<M>>, Facts), Failure>;

/// A resource type.
pub trait Resource: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;
    /// The attributes, field for field as in the schema; optional where they may be absent.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

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

    /// Reads all recorded objects, and what facts come along; by default one after the other.
    fn refresh(
        client: &Self::Client,
        recorded: Vec<Thing<Self::Model>>,
        control: &Control,
    ) -> impl Future<Output = Refreshed<Self::Model>> + Send {
        async move {
            let mut seen = Vec::with_capacity(recorded.len());
            for thing in recorded {
                seen.push(match Self::read(client, thing, control).await {
                    Ok(Some(model)) => Seen::Present(model),
                    Ok(None) => Seen::Gone,
                    Err(failure) => Seen::NotAskable(failure.into_diagnostic()),
                });
            }
            Ok((seen, Facts::new()))
        }
    }

    /// Returns all objects that carry the mark of the lineage in `control`, recorded or not; by
    /// default none, for kinds whose objects carry no mark.
    fn marked(
        _client: &Self::Client,
        _control: &Control,
    ) -> impl Future<Output = Result<Vec<Marked>, Failure>> + Send {
        async { Ok(Vec::new()) }
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
        async move {
            let mut results = Vec::with_capacity(steps.len());
            for step in steps {
                results.push(one_step::<Self>(client, step, control).await);
            }
            results
        }
    }
}

/// A data source.
pub trait DataSource: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;
    /// The attributes, field for field as in the schema.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Reads it; `config` holds what is configured.
    fn read(
        client: &Self::Client,
        config: Self::Model,
        control: &Control,
    ) -> impl Future<Output = Result<Self::Model, Failure>> + Send;

    /// Returns what should be known of what was read, as warnings; by default nothing.
    fn warnings(_read: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }
}

/// An ephemeral resource type.
pub trait Ephemeral: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;
    /// The attributes, field for field as in the schema.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Opens it; `config` holds what is configured.
    fn open(
        client: &Self::Client,
        config: Self::Model,
        control: &Control,
    ) -> impl Future<Output = Result<Opened<Self::Model>, Failure>> + Send;

    /// Prolongs it, at the time that [`Opened::renew_after`] asked for; by default nothing is to be
    /// done. Its attributes stay as they are: those that use them have them already.
    fn renew(
        _client: &Self::Client,
        opened: Opened<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Result<Renewal, Failure>> + Send {
        async move { Ok(Renewal { private: opened.private, renew_after_ms: None }) }
    }

    /// Gives it back; by default nothing is to be done. Called once, when nothing uses it any more,
    /// after failures too, but not after the process was killed: what is opened should end by itself.
    fn close(
        _client: &Self::Client,
        _opened: Opened<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Ok(()) }
    }
}

/// An open ephemeral resource.
#[derive(Clone)]
pub struct Opened<M> {
    /// Its attributes.
    pub model: M,
    /// Bytes of the provider, kept in memory as long as it is open.
    pub private: Arc<[u8]>,
    /// After how many milliseconds it must be renewed.
    pub renew_after_ms: Option<u64>,
}

/// What a renewal changes.
#[derive(Clone)]
pub struct Renewal {
    /// Bytes of the provider.
    pub private: Arc<[u8]>,
    /// After how many milliseconds it must be renewed again.
    pub renew_after_ms: Option<u64>,
}

impl<M> From<M> for Opened<M> {
    fn from(model: M) -> Self {
        Self { model, private: Arc::from([]), renew_after_ms: None }
    }
}

impl<M> Opened<M> {
    /// Adds bytes that the provider wants back.
    #[must_use]
    pub fn private(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.private = bytes.into();
        self
    }

    /// Says after how many milliseconds it must be renewed.
    #[must_use]
    pub fn renew_after(mut self, milliseconds: u64) -> Self {
        self.renew_after_ms = Some(milliseconds);
        self
    }
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

impl<M> From<M> for Thing<M> {
    fn from(model: M) -> Self {
        Self { model, private: Arc::from([]) }
    }
}

impl<M> Thing<M> {
    /// Adds bytes that the provider wants back.
    #[must_use]
    pub fn private(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.private = bytes.into();
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
