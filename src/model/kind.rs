//! Kinds: resource types and data sources, with their pure hooks.
//!
//! The hooks see configuration, records and facts, never the network: what a hook needs to know of
//! the outside it names in [`Kind::facts`], and the planner asks for it.

use crate::{
    address::{Address, KindName, Mode},
    cost::Cost,
    diagnostic::{Diagnostic, Diagnostics},
    function::Function,
    path::Path,
    schema::{Proposal, Schema, propose},
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// Names a fact of a provider: an image's inherited settings, a catalogue of server types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactKey(pub Text);

/// What a provider learned by reading and its pure hooks may need.
pub type Facts = BTreeMap<FactKey, Value>;

/// How an object is found again when the answer to its create was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    /// A label, comment or name carries lineage and generation.
    Token,
    /// These attributes identify it; allowed only if the intent recorded their prior absence.
    NaturalKey(Vec<Path>),
    /// There is no outside object.
    Local,
}

/// What a change does to a running system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impact {
    /// What sort of consequence.
    pub sort: ImpactSort,
    /// One line for people, such as `the container stops for about 10 s`.
    pub text: Text,
}

/// The sorts of consequences, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImpactSort {
    /// Data is destroyed.
    DataLoss,
    /// It cannot be undone.
    Irreversible,
    /// Something becomes reachable that was not.
    Exposure,
    /// Something stops for a while.
    Downtime,
    /// It costs more or less.
    Cost,
}

/// A resource type, data source or ephemeral resource type.
pub trait Kind: Send + Sync {
    /// Returns the name of the type.
    fn name(&self) -> &KindName;

    /// Returns whether it is a resource, a data source or an ephemeral resource.
    fn mode(&self) -> Mode;

    /// Returns the schema.
    fn schema(&self) -> &Schema;

    /// Returns how a lost create is found again.
    fn find(&self) -> Find;

    /// Returns the greatest number of steps in one call.
    fn batch_max(&self) -> usize {
        1
    }

    /// Returns whether objects hold data that a delete or replacement destroys.
    fn holds_data(&self) -> bool {
        false
    }

    /// Returns the facts that the other hooks will look up for these values.
    fn facts(&self, _prior: Option<&Value>, _desired: &Value) -> Vec<FactKey> {
        Vec::new()
    }

    /// Returns what is wrong with a desired value, beyond the schema; unknown parts are not judged.
    ///
    /// Each diagnostic carries the path it is about. Facts may be missing (under `validate`).
    fn validate(&self, _desired: &Value, _facts: &Facts) -> Diagnostics {
        Vec::new()
    }

    /// Returns what speaks against bringing what was recorded (or nothing) to a desired value: a disk
    /// that would shrink, a type that is not sold any more. Unknown parts are not judged.
    ///
    /// Each diagnostic carries the path it is about; an error refuses the plan.
    fn judge(&self, _prior: Option<&Value>, _desired: &Value, _facts: &Facts) -> Diagnostics {
        Vec::new()
    }

    /// Returns a value in its canonical form: equal meanings become equal values.
    ///
    /// Applied to observed values before they are compared with recorded ones.
    fn normalise(&self, value: Value, _facts: &Facts) -> Value {
        value
    }

    /// Returns the planned value and the paths that force a replacement.
    ///
    /// `desired` has the schema's type, with null where the configuration gives nothing.
    fn planned(&self, prior: Option<&Value>, desired: &Value, _facts: &Facts) -> Proposal {
        propose(self.schema(), prior, desired)
    }

    /// Returns a value in which what is a copy of another part has the marks of that part.
    ///
    /// Applied to what was recorded, to what is planned before others see it, and to what a call gave
    /// back. An unknown copy of something that is marked in parts may be told as unknown parts.
    fn spread_marks(&self, value: Value) -> Value {
        value
    }

    /// Returns what the change does to a running system; `planned` is `None` for a delete, and
    /// `replace` says that the object is deleted and created anew.
    fn impact(&self, _change: &ImpactOf<'_>) -> Vec<Impact> {
        Vec::new()
    }

    /// Returns whether objects of this kind cost something: then one whose cost cannot be told is
    /// counted as such.
    fn is_priced(&self) -> bool {
        false
    }

    /// Returns what an object of this value costs a month; `None` if it costs nothing, or if that
    /// cannot be told while parts of it are unknown. Prices are facts, named in [`Kind::facts`].
    ///
    /// Differences are made of it by the engine: [`Kind::impact`] does not speak of costs.
    fn cost(&self, _value: &Value, _facts: &Facts) -> Option<Cost> {
        None
    }

    /// Returns a recorded value of an older schema version in today's form.
    ///
    /// # Errors
    ///
    /// A diagnostic if the version is newer than this program or the value does not fit it.
    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        if version > self.schema().version {
            return Err(newer_record(self.name(), self.schema(), version));
        }
        Ok(value)
    }

    /// Returns a value of today's schema version that another program recorded, as this kind records
    /// it: what means the same is written in one way.
    fn adopted(&self, value: Value) -> Value {
        value
    }

    /// Returns the value as this kind for an object that was recorded as another kind, if it may move.
    fn move_from(&self, _kind: &KindName, _value: &Value) -> Option<Value> {
        None
    }
}

/// Returns the refusal of a record that a newer program wrote: it may mean something else.
pub fn newer_record(name: &KindName, schema: &Schema, version: u64) -> Diagnostic {
    Diagnostic::error(
        "infra::provider::version_unknown",
        format!("`{name}` has no schema version {version}"),
    )
    .detail(format!(
        "A newer program recorded it; this one knows versions up to {}, and would misread it. \
         Nothing was changed.",
        schema.version
    ))
    .help("Use the version of infra that wrote the state, or a newer one.")
}

/// The change whose impact is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ImpactOf<'a> {
    /// The object before, if there is one.
    pub prior: Option<&'a Value>,
    /// The object after; `None` for a delete.
    pub planned: Option<&'a Value>,
    /// The object is deleted and created anew.
    pub replace: bool,
    /// What the provider learned by reading.
    pub facts: &'a Facts,
}

/// All kinds of a command, by mode and name, and the provider each belongs to.
#[derive(Clone, Default)]
pub struct Kinds {
    all: BTreeMap<(Mode, KindName), Arc<dyn Kind>>,
    providers: BTreeMap<Text, ProviderFacts>,
    stand_ins: Option<Arc<dyn StandIns>>,
}

/// Kinds that stand in for others at some addresses: the mocks of a test.
pub trait StandIns: Send + Sync {
    /// Returns the kind to use at an address in place of its own, if there is one.
    fn kind(&self, address: &Address) -> Option<Arc<dyn Kind>>;
}

/// What is known of a provider without connecting to it.
#[derive(Clone)]
pub struct ProviderFacts {
    /// The schema of its configuration block.
    pub config: Schema,
    /// Its objects live on the host that its configuration names, and die with it.
    pub objects_live_on_host: bool,
    /// The greatest number of calls in flight, if it limits them.
    pub calls_in_flight_max: Option<usize>,
    /// The names of its kinds.
    pub kinds: Vec<(Mode, KindName)>,
    /// Returns what is wrong with a configuration, beyond its schema; unknown parts are not judged.
    ///
    /// Each diagnostic carries the path it is about, if it is about one.
    pub validate: fn(&Value) -> Diagnostics,
    /// The functions it defines, called as `provider::NAME::function`.
    pub functions: &'static [Function],
}

/// Finds nothing wrong with any configuration: for providers whose schema says all.
pub fn any_config(_config: &Value) -> Diagnostics {
    Vec::new()
}

impl Kinds {
    /// Adds a provider with its kinds.
    pub fn add(
        &mut self,
        provider: impl Into<Text>,
        mut facts: ProviderFacts,
        kinds: Vec<Arc<dyn Kind>>,
    ) {
        facts.kinds = kinds.iter().map(|kind| (kind.mode(), kind.name().clone())).collect();
        for kind in kinds {
            self.all.insert((kind.mode(), kind.name().clone()), kind);
        }
        self.providers.insert(provider.into(), facts);
    }

    /// Returns these kinds with others in their place at some addresses.
    #[must_use]
    pub fn with_stand_ins(mut self, stand_ins: Arc<dyn StandIns>) -> Self {
        self.stand_ins = Some(stand_ins);
        self
    }

    /// Returns the kind of an instance: that of its type, or what stands in for it at its address.
    pub fn of(&self, address: &Address) -> Option<Arc<dyn Kind>> {
        let stand_in = self.stand_ins.as_ref().and_then(|stand_ins| stand_ins.kind(address));
        stand_in.or_else(|| self.get(address.mode, &address.kind).cloned())
    }

    /// Returns the kind of a name.
    pub fn get(&self, mode: Mode, name: &KindName) -> Option<&Arc<dyn Kind>> {
        self.all.get(&(mode, name.clone()))
    }

    /// Returns all kinds, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Kind>> {
        self.all.values()
    }

    /// Returns what is known of a provider.
    pub fn provider(&self, provider: &str) -> Option<&ProviderFacts> {
        self.providers.get(provider)
    }

    /// Returns all providers, sorted.
    pub fn providers(&self) -> impl Iterator<Item = (&Text, &ProviderFacts)> {
        self.providers.iter()
    }

    /// Returns the provider that has a kind of this name.
    pub fn provider_of(&self, mode: Mode, name: &KindName) -> Option<&Text> {
        let wanted = (mode, name.clone());
        self.providers.iter().find(|(_, f)| f.kinds.contains(&wanted)).map(|(p, _)| p)
    }
}
