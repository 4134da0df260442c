//! What stands in for providers, resources and data sources in one run.
//!
//! A mocked provider keeps its address and is connected to a mock. An instance that is overridden
//! gets a provider instance of its own, which is always a mock; so it is never sent to the real one,
//! not even when it is destroyed by a later run.

use super::mock::{Given, MockKind, MockProvider};
use infra_exec::driver::StandIn;
use infra_model::{
    address::{Address, InstanceId, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    diagnostic::Diagnostics,
    kind::{Kind, Kinds, StandIns},
    known::{Inputs, Known},
    path::Path,
    program::{
        Conditioned, Desired, Expansion, Import, Keying, Moved, Node, NodeId, Program,
        ProviderConfig, Provision, Removed, UnknownImport, When,
    },
    snapshot::Check,
    source::{SourceMap, Span},
    text::Text,
    value::Value,
};
use infra_sdk::connection::Provider;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How the provider instances of overridden instances are told from others: no alias looks so.
const OVERRIDE: &str = "(override ";

/// An instance, or all of a resource, that is overridden.
#[derive(Clone, Debug)]
pub struct Overridden {
    /// The address; without a key all instances.
    pub target: Address,
    /// What it gives.
    pub given: Given,
}

/// A provider configuration of the root module that is mocked.
#[derive(Clone, Debug)]
pub struct Mocked {
    /// The provider's type.
    pub provider: Text,
    /// The alias.
    pub alias: Option<Text>,
    /// What it gives by kind.
    pub by_kind: BTreeMap<(Mode, KindName), Given>,
    /// What it gives for all other kinds.
    pub otherwise: Given,
}

/// Everything that stands in for something.
pub struct Table {
    /// Overridden instances; an earlier one wins.
    pub overrides: Vec<Overridden>,
    /// Mocked providers.
    pub mocks: Vec<Mocked>,
    /// The kinds themselves.
    pub kinds: Arc<Kinds>,
}

impl Table {
    fn overriding(&self, address: &Address) -> Option<usize> {
        self.overrides.iter().position(|one| {
            let is_whole = one.target.key == InstanceKey::None;
            let target =
                if is_whole { one.target.with_key(InstanceKey::Any) } else { one.target.clone() };
            target.covers(address)
        })
    }

    /// Returns the provider instance of an overridden instance.
    fn instead(&self, address: &Address) -> Option<ProviderAddress> {
        let index = self.overriding(address)?;
        let provider = self.kinds.provider_of(address.mode, &address.kind)?;
        Some(ProviderAddress {
            module: ModuleAddress::root(),
            provider: provider.clone(),
            alias: Some(Text::from(format!("{OVERRIDE}{index})"))),
            key: InstanceKey::None,
        })
    }

    fn mocked(&self, provider: &ProviderAddress) -> Option<&Mocked> {
        let is_root = provider.module.is_root();
        let same = |mock: &&Mocked| {
            mock.provider == provider.provider && mock.alias == provider.alias && is_root
        };
        self.mocks.iter().find(same)
    }

    /// Returns what a provider instance is connected to.
    fn provider(&self, address: &ProviderAddress) -> Option<Arc<dyn Provider>> {
        let kinds = Arc::clone(&self.kinds);
        if let Some(index) = override_index(address) {
            let given = self.overrides.get(index);
            let whole = given.map(|given| given.given.clone()).unwrap_or_default();
            return Some(Arc::new(MockProvider {
                kinds,
                whole: Some(whole),
                by_kind: Arc::default(),
                otherwise: Given::default(),
            }));
        }
        let mock = self.mocked(address)?;
        Some(Arc::new(MockProvider {
            kinds,
            whole: None,
            by_kind: Arc::new(mock.by_kind.clone()),
            otherwise: mock.otherwise.clone(),
        }))
    }

    fn is_mock(&self, provider: &ProviderAddress) -> bool {
        override_index(provider).is_some() || self.mocked(provider).is_some()
    }
}

/// Returns the number in the alias of an override's provider instance; `None` for all others.
fn override_index(address: &ProviderAddress) -> Option<usize> {
    let number = address.alias.as_ref()?.strip_prefix(OVERRIDE)?;
    // What no override has stands for one without values.
    Some(number.trim_end_matches(')').parse().unwrap_or(usize::MAX))
}

/// Returns what the driver asks for stand-ins.
pub fn connections(table: &Arc<Table>) -> StandIn {
    let table = Arc::clone(table);
    Arc::new(move |address| table.provider(address))
}

/// The kinds of a run, by address.
pub struct MockKinds {
    table: Arc<Table>,
    program: Arc<dyn Program>,
    inputs: Inputs,
    found: Mutex<BTreeMap<Address, Option<Arc<dyn Kind>>>>,
}

impl MockKinds {
    /// Returns the kinds of a program with these stand-ins.
    pub fn new(table: Arc<Table>, program: Arc<dyn Program>, inputs: Inputs) -> Self {
        Self { table, program, inputs, found: Mutex::default() }
    }

    fn make(&self, address: &Address) -> Option<Arc<dyn Kind>> {
        let real = self.table.kinds.get(address.mode, &address.kind)?.clone();
        let given = if let Some(index) = self.table.overriding(address) {
            self.table.overrides[index].given.clone()
        } else {
            let mut known = Known::new(self.inputs.clone());
            let provider = self.program.provider_of(address, &mut known)?;
            let mock = self.table.mocked(&provider)?;
            let own = mock.by_kind.get(&(address.mode, address.kind.clone()));
            own.unwrap_or(&mock.otherwise).clone()
        };
        Some(Arc::new(MockKind::new(real, given, Text::from(address.to_string()))))
    }
}

impl StandIns for MockKinds {
    fn kind(&self, address: &Address) -> Option<Arc<dyn Kind>> {
        if self.table.overrides.is_empty() && self.table.mocks.is_empty() {
            return None;
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(address) {
            return known.clone();
        }
        let made = self.make(address);
        found.insert(address.clone(), made.clone());
        made
    }
}

/// A program in which overridden instances have providers of their own.
pub struct TestProgram {
    /// The program.
    pub inner: Arc<dyn Program>,
    /// What stands in.
    pub table: Arc<Table>,
}

impl Program for TestProgram {
    fn nodes(&self) -> &[Node] {
        self.inner.nodes()
    }

    fn sources(&self) -> &SourceMap {
        self.inner.sources()
    }

    fn expand(&self, node: NodeId, known: &mut Known) -> (Expansion, Diagnostics) {
        self.inner.expand(node, known)
    }

    fn node_of(&self, address: &Address) -> Option<NodeId> {
        self.inner.node_of(address)
    }

    fn keying(&self, address: &Address) -> Option<Keying> {
        self.inner.keying(address)
    }

    fn module_stands(&self, module: &ModuleAddress, known: &mut Known) -> Option<bool> {
        self.inner.module_stands(module, known)
    }

    fn lacks_provider(&self, provider: &ProviderAddress, known: &mut Known) -> bool {
        !self.table.is_mock(provider) && self.inner.lacks_provider(provider, known)
    }

    fn provider_of(&self, address: &Address, known: &mut Known) -> Option<ProviderAddress> {
        self.table.instead(address).or_else(|| self.inner.provider_of(address, known))
    }

    fn desired(&self, instance: InstanceId, known: &mut Known) -> (Option<Desired>, Diagnostics) {
        let address = known.addresses.address(instance).clone();
        let (mut desired, found) = self.inner.desired(instance, known);
        if let (Some(desired), Some(provider)) = (&mut desired, self.table.instead(&address)) {
            desired.provider = provider;
        }
        (desired, found)
    }

    fn span_of(&self, address: &Address, path: &Path) -> Option<Span> {
        self.inner.span_of(address, path)
    }

    fn provider(
        &self,
        provider: &ProviderAddress,
        known: &mut Known,
    ) -> (ProviderConfig, Diagnostics) {
        if self.table.is_mock(provider) {
            let value = Value::object(Vec::<(Text, Value)>::new());
            return (ProviderConfig { value, needs: Arc::from([]), span: None }, Vec::new());
        }
        self.inner.provider(provider, known)
    }

    fn conditions(
        &self,
        of: &Conditioned,
        object: Option<&Value>,
        known: &mut Known,
    ) -> (BTreeMap<Text, Check>, Diagnostics) {
        self.inner.conditions(of, object, known)
    }

    fn provisioners(
        &self,
        instance: InstanceId,
        when: When,
        object: &Value,
        known: &mut Known,
    ) -> (Vec<Provision>, Diagnostics) {
        let address = known.addresses.address(instance).clone();
        let of_mock = self.provider_of(&address, known).is_some_and(|own| self.table.is_mock(&own));
        if of_mock {
            return (Vec::new(), Vec::new());
        }
        self.inner.provisioners(instance, when, object, known)
    }

    fn outputs(&self, known: &mut Known) -> (BTreeMap<Text, Value>, Diagnostics) {
        self.inner.outputs(known)
    }

    fn imports(&self, known: &mut Known) -> (Vec<Import>, Diagnostics) {
        self.inner.imports(known)
    }

    fn unknown_imports(&self, known: &mut Known) -> Vec<UnknownImport> {
        self.inner.unknown_imports(known)
    }

    fn moved(&self) -> &[Moved] {
        self.inner.moved()
    }

    fn removed(&self) -> &[Removed] {
        self.inner.removed()
    }

    fn validate(&self, kinds: &Kinds, known: &mut Known) -> Diagnostics {
        self.inner.validate(kinds, known)
    }

    fn free(
        &self,
        expression: &str,
        module: &ModuleAddress,
        known: &mut Known,
    ) -> (Value, Diagnostics) {
        self.inner.free(expression, module, known)
    }
}
