//! A hand-written [`Program`] over the small configurations of [`crate::builder`].

use crate::builder::{Block, Config, Each, Expr, at, span};
use infra_model::{
    address::{Address, InstanceId, InstanceKey, KindName, ModuleAddress, ProviderAddress},
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kinds,
    known::Known,
    path::Path,
    program::{
        Conditioned, Desired, Expansion, Import, ImportPart, Moved, Node, NodeId, NodeSort,
        Program, ProviderConfig, Provision, Removed, UnknownExpansion, UnknownImport, When,
    },
    snapshot::{Check, CheckStatus},
    source::{SourceMap, Span},
    text::Text,
    types::Type,
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) struct TestProgram {
    config: Config,
    kinds: Arc<Kinds>,
    nodes: Vec<Node>,
    sources: SourceMap,
}

const PROVIDERS: [&str; 2] = ["fake", "fakehost"];

impl TestProgram {
    pub(crate) fn new(config: Config, kinds: Arc<Kinds>) -> Self {
        let mut program = Self { config, kinds, nodes: Vec::new(), sources: SourceMap::default() };
        program.sort();
        program
    }

    /// Puts blocks behind what they reference; both provider nodes stand where they are needed.
    fn sort(&mut self) {
        let mut left: Vec<Block> = self.config.blocks.clone();
        let mut order: Vec<Block> = Vec::new();
        let mut hosted = false;
        loop {
            let before = order.len();
            left.retain(|block| {
                let mut names: BTreeSet<String> = references(block).into_iter().collect();
                if provider_name(block.kind) == "fakehost" {
                    names.extend(self.config.host.iter().flat_map(names_in));
                }
                let own = name_of(block);
                let ready =
                    names.iter().all(|n| *n == own || order.iter().any(|b| name_of(b) == *n));
                if ready {
                    order.push(block.clone());
                }
                !ready
            });
            if order.len() == before {
                break;
            }
        }
        assert!(left.is_empty(), "a test program has no cycles: {left:?}");
        let mut nodes = vec![provider_node("fake", Vec::new())];
        let mut number: BTreeMap<String, NodeId> = BTreeMap::new();
        let mut host_node = None;
        self.config.blocks.clear();
        for block in order {
            let mut depends = vec![NodeId(0)];
            if provider_name(block.kind) == "fakehost" {
                if !hosted {
                    let needs = self.config.host.iter().flat_map(names_in).map(|n| number[&n]);
                    host_node = Some(NodeId(u32::try_from(nodes.len()).unwrap()));
                    nodes.push(provider_node("fakehost", needs.collect()));
                    hosted = true;
                }
                depends = host_node.into_iter().collect();
            }
            depends.extend(references(&block).iter().filter_map(|n| number.get(n).copied()));
            depends.sort();
            depends.dedup();
            number.insert(name_of(&block), NodeId(u32::try_from(nodes.len()).unwrap()));
            nodes.push(Node {
                sort: NodeSort::Resource(block.mode, KindName(block.kind.into())),
                module: Arc::from([]),
                name: name_of(&block).into(),
                depends,
                creates_first: block.lifecycle.create_before_destroy,
                encloses: Vec::new(),
                span: span(),
            });
            self.config.blocks.push(block);
        }
        self.nodes = nodes;
    }

    fn block(&self, address: &Address) -> Option<&Block> {
        self.config.blocks.iter().find(|b| {
            b.mode == address.mode && *b.kind == *address.kind.0 && *b.name == *address.name
        })
    }

    fn evaluate(&self, expr: &Expr, key: &InstanceKey, known: &Known) -> Value {
        let unknown = || Value::unknown(Type::String);
        let read = |address: &Address, attribute: &str| {
            let found = known.value_at(address).and_then(|v| v.get(attribute)).cloned();
            found.unwrap_or_else(unknown)
        };
        match expr {
            Expr::Is(value) => value.clone(),
            Expr::Key => match key {
                InstanceKey::Name(name) => Value::string(name.clone()),
                InstanceKey::Index(index) => Value::string(index.to_string()),
                InstanceKey::None | InstanceKey::Any => Value::from("none"),
            },
            Expr::Of(address, attribute) => read(&at(address), attribute),
            Expr::Same(address, attribute) => read(&at(address).with_key(key.clone()), attribute),
            Expr::All(address, attribute) => {
                let Some(block) = self.block(&at(address)) else { return unknown() };
                let Some(keys) = self.keys(block, known) else { return unknown() };
                let all: Vec<Value> = keys
                    .iter()
                    .map(|k| read(&at(address).with_key(k.clone()), attribute))
                    .collect();
                if all.iter().all(Value::is_known) {
                    let texts: Vec<&str> = all.iter().map(|v| &**v.as_text().unwrap()).collect();
                    Value::string(texts.join(","))
                } else {
                    unknown()
                }
            }
            Expr::Join(parts) => {
                let all: Vec<Value> = parts.iter().map(|p| self.evaluate(p, key, known)).collect();
                match all
                    .iter()
                    .map(|v| v.as_text().map(ToString::to_string))
                    .collect::<Option<String>>()
                {
                    Some(text) => Value::string(text),
                    None => unknown(),
                }
            }
            Expr::Map(name, inner) => {
                Value::map(Type::String, [(*name, self.evaluate(inner, key, known))])
            }
        }
    }

    /// The instance keys of a block, if they are known.
    fn keys(&self, block: &Block, known: &Known) -> Option<Vec<InstanceKey>> {
        match &block.each {
            Each::Single => Some(vec![InstanceKey::None]),
            Each::Keys(keys) => Some(keys.iter().map(|k| InstanceKey::Name((*k).into())).collect()),
            Each::Count(count) => Some((0..*count).map(InstanceKey::Index).collect()),
            Each::From(expr) => {
                let value = self.evaluate(expr, &InstanceKey::None, known);
                let text = value.as_text()?;
                let keys = text.split(',').filter(|k| !k.is_empty());
                Some(keys.map(|k| InstanceKey::Name(k.into())).collect())
            }
        }
    }

    fn needs(block: &Block, key: &InstanceKey) -> Arc<[Address]> {
        let mut needs: Vec<Address> = Vec::new();
        let each = match &block.each {
            Each::From(expr) => Some(expr),
            Each::Single | Each::Keys(_) | Each::Count(_) => None,
        };
        for expr in block.given.iter().map(|(_, e)| e).chain(each) {
            addresses_in(expr, key, &mut needs);
        }
        needs.extend(block.depends_on.iter().map(|a| at(a)));
        needs.sort();
        needs.dedup();
        needs.into()
    }
}

fn provider_node(name: &str, depends: Vec<NodeId>) -> Node {
    Node {
        sort: NodeSort::Provider,
        module: Arc::from([]),
        name: format!("provider.{name}").into(),
        depends,
        creates_first: false,
        encloses: Vec::new(),
        span: span(),
    }
}

fn provider_name(kind: &str) -> &'static str {
    if kind.starts_with("fakehost_") { "fakehost" } else { "fake" }
}

pub(crate) fn provider(name: &str) -> ProviderAddress {
    ProviderAddress {
        module: ModuleAddress::root(),
        provider: name.into(),
        alias: None,
        key: InstanceKey::None,
    }
}

fn name_of(block: &Block) -> String {
    block_name(&Address {
        module: ModuleAddress::root(),
        mode: block.mode,
        kind: KindName(block.kind.into()),
        name: block.name.into(),
        key: InstanceKey::None,
    })
}

fn block_name(address: &Address) -> String {
    address.with_key(InstanceKey::None).to_string()
}

fn addresses_in(expr: &Expr, key: &InstanceKey, found: &mut Vec<Address>) {
    match expr {
        Expr::Is(_) | Expr::Key => {}
        Expr::Of(address, _) => found.push(at(address)),
        Expr::Same(address, _) => found.push(at(address).with_key(key.clone())),
        Expr::All(address, _) => found.push(at(address).with_key(InstanceKey::Any)),
        Expr::Join(parts) => parts.iter().for_each(|p| addresses_in(p, key, found)),
        Expr::Map(_, inner) => addresses_in(inner, key, found),
    }
}

fn names_in(expr: &Expr) -> Vec<String> {
    let mut found = Vec::new();
    addresses_in(expr, &InstanceKey::None, &mut found);
    found.iter().map(block_name).collect()
}

fn references(block: &Block) -> Vec<String> {
    let mut names: Vec<String> = block.given.iter().flat_map(|(_, e)| names_in(e)).collect();
    if let Each::From(expr) = &block.each {
        names.extend(names_in(expr));
    }
    names.extend(block.depends_on.iter().map(|a| block_name(&at(a))));
    let triggers = &block.lifecycle.replace_triggered_by;
    names.extend(triggers.iter().map(|t| block_name(&t.address)));
    names
}

impl Program for TestProgram {
    fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    fn sources(&self) -> &SourceMap {
        &self.sources
    }

    fn expand(&self, node: NodeId, known: &mut Known) -> (Expansion, Diagnostics) {
        known.evaluations += 1;
        let name = &self.nodes[node.0 as usize].name;
        let block = self.config.blocks.iter().find(|b| *name_of(b) == **name).unwrap();
        let base = at(name);
        let mut expansion = Expansion::default();
        match self.keys(block, known) {
            Some(keys) => {
                let mut all: Vec<Address> = keys.into_iter().map(|k| base.with_key(k)).collect();
                all.sort();
                expansion.instances = all.into_iter().map(|a| known.addresses.intern(a)).collect();
            }
            None => {
                let mut waits_for = Vec::new();
                if let Each::From(expr) = &block.each {
                    addresses_in(expr, &InstanceKey::None, &mut waits_for);
                }
                let address = base.with_key(InstanceKey::Any);
                expansion.unknown.push(UnknownExpansion {
                    address,
                    waits_for,
                    span: span(),
                    is_enabled: false,
                });
            }
        }
        (expansion, Vec::new())
    }

    fn node_of(&self, address: &Address) -> Option<NodeId> {
        let name = block_name(address);
        let found = self.nodes.iter().position(|node| *node.name == *name)?;
        Some(NodeId(u32::try_from(found).unwrap()))
    }

    fn provider_of(&self, address: &Address, _known: &mut Known) -> Option<ProviderAddress> {
        Some(provider(provider_name(&address.kind.0)))
    }

    fn desired(&self, instance: InstanceId, known: &mut Known) -> (Option<Desired>, Diagnostics) {
        known.evaluations += 1;
        let address = known.addresses.address(instance).clone();
        let Some(block) = self.block(&address) else { return (None, Vec::new()) };
        let kind = self.kinds.get(address.mode, &address.kind).unwrap();
        let Type::Object(ty) = kind.schema().block.implied_type() else { unreachable!() };
        let null_of = |name: &Text, ty: &Type| {
            let empty = |nested: &infra_model::schema::NestedBlock| match nested.implied_type() {
                Type::List(element) => Value::list((*element).clone(), Vec::new()),
                Type::Set(element) => Value::set((*element).clone(), Vec::new()),
                Type::Map(element) => Value::map((*element).clone(), Vec::<(Text, Value)>::new()),
                other => Value::null(other),
            };
            kind.schema().block.blocks.get(name).map_or_else(|| Value::null(ty.clone()), empty)
        };
        let value = Value::object(ty.attributes.iter().map(|(name, ty)| {
            let given = block.given.iter().find(|(given, _)| **given == **name);
            let value = given.map(|(_, expr)| self.evaluate(expr, &address.key, known));
            (name.clone(), value.unwrap_or_else(|| null_of(name, ty)))
        }));
        let desired = Desired {
            value,
            provider: provider(provider_name(block.kind)),
            needs: Self::needs(block, &address.key),
            awaits: Self::needs(block, &address.key),
            lifecycle: block.lifecycle.clone(),
        };
        (Some(desired), Vec::new())
    }

    fn span_of(&self, address: &Address, _path: &Path) -> Option<Span> {
        self.block(address).map(|_| span())
    }

    fn provider(&self, of: &ProviderAddress, known: &mut Known) -> (ProviderConfig, Diagnostics) {
        known.evaluations += 1;
        let mut needs = Vec::new();
        let value = match (&*of.provider, &self.config.host) {
            ("fakehost", Some(expr)) => {
                addresses_in(expr, &InstanceKey::None, &mut needs);
                let id = self.evaluate(expr, &InstanceKey::None, known);
                Value::object([("server_id", id)])
            }
            ("fakehost", None) => Value::object([("server_id", Value::from("none"))]),
            _ => {
                let fail = self.config.fail.map_or_else(|| Value::null(Type::String), Value::from);
                Value::object([("fail", fail)])
            }
        };
        (ProviderConfig { value, needs: needs.into(), span: Some(span()) }, Vec::new())
    }

    fn conditions(
        &self,
        of: &Conditioned,
        _object: Option<&Value>,
        known: &mut Known,
    ) -> (BTreeMap<Text, Check>, Diagnostics) {
        let Conditioned::Before(id) = of else { return (BTreeMap::new(), Vec::new()) };
        let address = known.addresses.address(*id).clone();
        let holds = self.block(&address).and_then(|b| b.precondition);
        let Some(holds) = holds else { return (BTreeMap::new(), Vec::new()) };
        let status = if holds { CheckStatus::Pass } else { CheckStatus::Fail };
        let check = Check { status, messages: Vec::new() };
        let wrong = Diagnostic::error("infra::test::precondition", "The precondition failed");
        let diagnostics = if holds { Vec::new() } else { vec![wrong] };
        (BTreeMap::from([(address.to_string().into(), check)]), diagnostics)
    }

    fn provisioners(
        &self,
        _instance: InstanceId,
        _when: When,
        _object: &Value,
        _known: &mut Known,
    ) -> (Vec<Provision>, Diagnostics) {
        (Vec::new(), Vec::new())
    }

    fn outputs(&self, known: &mut Known) -> (BTreeMap<Text, Value>, Diagnostics) {
        let all = self.config.outputs.iter().map(|(name, expr)| {
            (Text::from(*name), self.evaluate(expr, &InstanceKey::None, known))
        });
        (all.collect(), Vec::new())
    }

    fn imports(&self, known: &mut Known) -> (Vec<Import>, Diagnostics) {
        let all = self.config.imports.iter().map(|(to, id)| Import {
            to: at(to),
            id: self.evaluate(id, &InstanceKey::None, known),
            provider: provider(provider_name(&at(to).kind.0)),
            argument: None,
            repeated: false,
            span: span(),
        });
        (all.filter(|import| import.id.is_wholly_known()).collect(), Vec::new())
    }

    fn unknown_imports(&self, known: &mut Known) -> Vec<UnknownImport> {
        let is_open = |id: &Expr| !self.evaluate(id, &InstanceKey::None, known).is_known();
        let open = self.config.imports.iter().filter(|(_, id)| is_open(id));
        open.map(|(to, id)| {
            let mut waits_for = Vec::new();
            addresses_in(id, &InstanceKey::None, &mut waits_for);
            UnknownImport { part: ImportPart::Id, to: at(to), waits_for, span: span() }
        })
        .collect()
    }

    fn moved(&self) -> &[Moved] {
        &self.config.moved
    }

    fn removed(&self) -> &[Removed] {
        &self.config.removed
    }

    fn validate(&self, _kinds: &Kinds, _known: &mut Known) -> Diagnostics {
        Vec::new()
    }

    fn free(
        &self,
        _expression: &str,
        _module: &ModuleAddress,
        _known: &mut Known,
    ) -> (Value, Diagnostics) {
        (Value::null(Type::Dynamic), Vec::new())
    }
}

/// Both providers of the fake cloud.
pub(crate) fn kinds() -> Arc<Kinds> {
    use infra_fake::{provider::FakeProvider, world::World};
    use infra_sdk::connection::Provider;
    let world = Arc::new(std::sync::Mutex::new(World::new()));
    let mut kinds = Kinds::default();
    for (name, provider) in PROVIDERS.iter().zip(FakeProvider::pair(&world)) {
        kinds.add(*name, provider.facts(), provider.kinds());
    }
    Arc::new(kinds)
}
