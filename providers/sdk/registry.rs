//! The list of a provider's types, one line each, and the connection that serves them.
//!
//! ```text
//! let registry = Registry::new("docker").resource::<Container>().data::<Image>();
//! let connection = registry.shared().connect(client);
//! ```

mod ask;
mod call;
mod erased;
mod openable;
mod readable;
mod typed;

use crate::{
    connection::{BoxFuture, Connection, Control},
    data::DataSource,
    ephemeral::Ephemeral,
    failure::{Failure, blame},
    resource::{FactSource, Prepare, Resource},
};
use erased::Erased;
use infra_model::{
    address::KindName,
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::{Diagnostic, Diagnostics},
    function::Function,
    kind::{FactKey, Facts, Kind, ProviderFacts, any_config},
    schema::{Block, Schema},
    value::Value,
};
use openable::{Openable, Opens};
use readable::{Data, Readable};
use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};
use typed::Typed;

/// How a provider learns facts, boxed.
type Learn<C> = for<'a> fn(
    &'a C,
    Vec<FactKey>,
    &'a Control,
) -> BoxFuture<'a, Result<(Facts, Diagnostics), Failure>>;

/// How a provider makes an instance ready, boxed.
type Ready<C> = for<'a> fn(&'a C, &'a Control) -> BoxFuture<'a, Result<(), Failure>>;

/// The types of a provider whose instances are clients `C`.
pub struct Registry<C> {
    provider: &'static str,
    resources: BTreeMap<KindName, Arc<dyn Erased<C>>>,
    readables: BTreeMap<KindName, Arc<dyn Readable<C>>>,
    openables: BTreeMap<KindName, Arc<dyn Openable<C>>>,
    learn: Option<Learn<C>>,
    ready: Option<Ready<C>>,
    settle_ms: Option<u64>,
    timed_out: Option<fn(Duration) -> Diagnostic>,
    functions: &'static [Function],
}

impl<C: Send + Sync + 'static> Registry<C> {
    /// Returns an empty list for a provider.
    pub fn new(provider: &'static str) -> Self {
        Self {
            provider,
            resources: BTreeMap::new(),
            readables: BTreeMap::new(),
            openables: BTreeMap::new(),
            learn: None,
            ready: None,
            settle_ms: None,
            timed_out: None,
            functions: &[],
        }
    }

    /// Adds a resource type.
    #[must_use]
    pub fn resource<R: Resource<Client = C>>(mut self) -> Self {
        let typed = Typed::<R>::new(self.provider);
        self.resources.insert(typed.kind().name().clone(), Arc::new(typed));
        self
    }

    /// Adds a data source.
    #[must_use]
    pub fn data<D: DataSource<Client = C>>(mut self) -> Self {
        let data = Data::<D>::new();
        self.readables.insert(data.kind().name().clone(), Arc::new(data));
        self
    }

    /// Adds an ephemeral resource type.
    #[must_use]
    pub fn ephemeral<E: Ephemeral<Client = C>>(mut self) -> Self {
        let opens = Opens::<E>::new();
        self.openables.insert(opens.kind().name().clone(), Arc::new(opens));
        self
    }

    /// Says how facts are learned.
    #[must_use]
    pub fn facts<F: FactSource<Client = C>>(mut self) -> Self {
        self.learn = Some(|client, keys, control| Box::pin(F::learn(client, keys, control)));
        self
    }

    /// Says what comes before every question and step.
    #[must_use]
    pub fn prepare<P: Prepare<Client = C>>(mut self) -> Self {
        self.ready = Some(|client, control| Box::pin(P::prepare(client, control)));
        self
    }

    /// Says for how many milliseconds a create whose sender has died may still be on its way: lost
    /// creates are looked up when it is over.
    #[must_use]
    pub fn settles_after(mut self, milliseconds: u64) -> Self {
        self.settle_ms = Some(milliseconds);
        self
    }

    /// Says that steps are given up at the deadline of the run, or when the time is over that the
    /// `timeouts` block of their resource gives them, and what is told then.
    #[must_use]
    pub fn gives_up(mut self, told: fn(Duration) -> Diagnostic) -> Self {
        self.timed_out = Some(told);
        self
    }

    /// Says which functions the provider defines.
    #[must_use]
    pub fn functions(mut self, functions: &'static [Function]) -> Self {
        self.functions = functions;
        self
    }

    /// Returns it as connections share it.
    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    /// Returns the name of the provider.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Returns the pure halves, sorted by mode and name.
    pub fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        let resources = self.resources.values().map(|r| r.kind().clone());
        let readables = self.readables.values().map(|r| r.kind().clone());
        let openables = self.openables.values().map(|o| o.kind().clone());
        resources.chain(readables).chain(openables).collect()
    }

    /// Returns what is known of a provider with this list and this configuration block.
    pub fn provider_facts(&self, config: Block) -> ProviderFacts {
        let kinds = self.kinds();
        ProviderFacts {
            config: Schema { version: 0, block: config },
            objects_live_on_host: false,
            calls_in_flight_max: None,
            kinds: kinds.iter().map(|kind| (kind.mode(), kind.name().clone())).collect(),
            validate: any_config,
            functions: self.functions,
        }
    }

    /// Returns a connection that serves these types through a client.
    pub fn connect(self: Arc<Self>, client: C) -> Arc<dyn Connection> {
        Arc::new(Connected { registry: self, client })
    }

    /// Returns what does not fit between schemas and structs; nothing ever should.
    ///
    /// A value with something in every place goes into each struct and back.
    pub fn mismatches(&self) -> Diagnostics {
        let resources = self.resources.values().map(|r| (r.kind(), r.mismatch()));
        let readables = self.readables.values().map(|r| (r.kind(), r.mismatch()));
        let openables = self.openables.values().map(|o| (o.kind(), o.mismatch()));
        let all = resources.chain(readables).chain(openables);
        let wrong = all.filter_map(|(kind, found)| Some((kind, found?)));
        wrong
            .map(|(kind, found)| {
                let what =
                    format!("The struct of `{}` does not fit its schema: {found}", kind.name());
                blame(self.provider, &what)
            })
            .collect()
    }

    fn unknown_kind(&self, kind: &KindName) -> Diagnostic {
        blame(self.provider, &format!("It was asked for `{kind}`, which it does not have"))
    }
}

impl<C> fmt::Debug for Registry<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.resources.keys()).entries(self.readables.keys());
        list.entries(self.openables.keys()).finish()
    }
}

/// A client with the types that it serves.
struct Connected<C> {
    registry: Arc<Registry<C>>,
    client: C,
}

impl<C: Send + Sync + 'static> Connected<C> {
    async fn prepare(&self, control: &Control) -> Result<(), Failure> {
        match self.registry.ready {
            Some(ready) => ready(&self.client, control).await,
            None => Ok(()),
        }
    }
}

impl<C: Send + Sync + 'static> Connection for Connected<C> {
    fn ask(&self, question: Question, control: Control) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.answer(question, &control).await })
    }

    fn call(
        &self,
        kind: KindName,
        calls: Vec<Call>,
        control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        Box::pin(async move { self.carry_out(&kind, calls, &control).await })
    }
}

/// Returns what a failed question answers.
fn failed(failure: Failure) -> Answer {
    if failure.is_unreachable {
        return Answer::NotAskable(failure.into_diagnostic());
    }
    Answer::Failed(failure.into_diagnostic())
}

/// Returns the clear part of a configuration: what is unknown in it is null.
fn clear(value: &Value) -> Value {
    crate::settle::known_or_null(&value.clone().unmark_deep().0)
}
