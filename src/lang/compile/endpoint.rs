//! Addresses written in blocks: `moved`, `removed`, `import`, `replace_triggered_by`.

mod statements;

use crate::{
    config::Configuration,
    syntax::tree::{Expr, ExprId, StepKind, Tree},
};
use infra_model::{
    address::{Address, InstanceKey, KindName, Mode, ModuleAddress, ModuleStep},
    diagnostic::Diagnostics,
    number::Number,
    program::{Endpoint, Moved, Removed},
    text::Text,
};
use statements::Reader;

/// One name on the way to an endpoint, with the key behind it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The name.
    pub(crate) name: Text,
    /// The key, if there is one.
    pub(crate) key: Option<ExprId>,
}

/// Returns the names of a traversal with their keys.
pub(crate) fn steps(tree: &Tree, id: ExprId) -> Option<Vec<Named>> {
    let Expr::Traversal { root, steps } = tree.expr(id) else { return None };
    let mut found = vec![Named { name: tree.symbol(root).clone(), key: None }];
    for step in tree.steps(steps) {
        match step.kind {
            StepKind::Attribute(name) => {
                found.push(Named { name: tree.symbol(name).clone(), key: None });
            }
            StepKind::Index(key) | StepKind::LegacyIndex(key) => {
                let last = found.last_mut()?;
                if last.key.is_some() {
                    return None;
                }
                last.key = Some(key);
            }
            StepKind::Splat | StepKind::AttributeSplat { .. } => return None,
        }
    }
    Some(found)
}

/// Returns the address of a traversal, asking `key` for the keys in it; and the names behind it.
pub(crate) fn instance(
    names: &[Named],
    mut key: impl FnMut(ExprId) -> Option<InstanceKey>,
) -> Option<(Option<Address>, ModuleAddress, Vec<Named>)> {
    let mut rest = names;
    let mut module: Vec<ModuleStep> = Vec::new();
    while let [first, name, behind @ ..] = rest
        && &*first.name == "module"
    {
        let key = name.key.map_or(Some(InstanceKey::None), &mut key)?;
        module.push(ModuleStep { name: name.name.clone(), key });
        rest = behind;
    }
    let module: ModuleAddress = module.into_iter().collect();
    if rest.is_empty() {
        return Some((None, module, Vec::new()));
    }
    let mode = match &*rest[0].name {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    };
    if mode != Mode::Managed || &*rest[0].name == "resource" {
        rest = &rest[1..];
    }
    let [kind, name, behind @ ..] = rest else { return None };
    let key = name.key.map_or(Some(InstanceKey::None), &mut key)?;
    let kind = KindName(kind.name.clone());
    let address = Address { module: module.clone(), mode, kind, name: name.name.clone(), key };
    Some((Some(address), module, behind.to_vec()))
}

/// Returns the instance key that an expression literally is.
fn literal_key(tree: &Tree, id: ExprId) -> Option<InstanceKey> {
    match tree.expr(id) {
        Expr::String(text) => Some(InstanceKey::Name(tree.symbol(text).clone())),
        Expr::Number => Number::parse(tree.source_text(id)).ok()?.to_u64().map(InstanceKey::Index),
        _ => None,
    }
}

/// Decodes the `moved` and `removed` blocks of all places.
pub(super) fn refactorings(
    configuration: &Configuration,
    diagnostics: &mut Diagnostics,
) -> (Vec<Moved>, Vec<Removed>) {
    let (mut moved, mut removed) = (Vec::new(), Vec::new());
    for place in &configuration.places {
        let module = &configuration.modules[place.module];
        // In a called module the blocks hold for every instance of it.
        let above: Vec<ModuleStep> = place
            .path
            .iter()
            .map(|name| ModuleStep { name: name.clone(), key: InstanceKey::Any })
            .collect();
        let mut reader = Reader::new(configuration, &above, diagnostics);
        moved.extend(module.moved.iter().filter_map(|block| reader.moved(block)));
        removed.extend(module.removed.iter().filter_map(|block| reader.removed(block)));
    }
    diagnostics.dedup();
    (moved, removed)
}

/// Beside an instance with a key, an address without one means the instance without a key.
fn same_sort(from: Address, to: Address) -> (Address, Address) {
    match (&from.key, &to.key) {
        (InstanceKey::Any, InstanceKey::Any) => (from, to),
        (InstanceKey::Any, _) => (from.with_key(InstanceKey::None), to),
        (_, InstanceKey::Any) => (from, to.with_key(InstanceKey::None)),
        _ => (from, to),
    }
}

/// Returns whether the resource of a `removed` block is that of an address.
pub(crate) fn covers(endpoint: &Endpoint, address: &Address) -> bool {
    let Endpoint::Resource(wide) = endpoint else { return false };
    let names = |address: &Address| -> Vec<Text> {
        address.module.steps().iter().map(|step| step.name.clone()).collect()
    };
    (wide.mode, &wide.kind, &wide.name) == (address.mode, &address.kind, &address.name)
        && names(wide) == names(address)
}

/// Names without keys stand for every instance.
fn in_every_instance(endpoint: Endpoint) -> Endpoint {
    let any = |module: &ModuleAddress| -> ModuleAddress {
        let open = |step: &ModuleStep| match &step.key {
            InstanceKey::None => ModuleStep { name: step.name.clone(), key: InstanceKey::Any },
            InstanceKey::Index(_) | InstanceKey::Name(_) | InstanceKey::Any => step.clone(),
        };
        module.steps().iter().map(open).collect()
    };
    match endpoint {
        Endpoint::Module(module) => Endpoint::Module(any(&module)),
        Endpoint::Resource(address) => {
            let module = any(&address.module);
            Endpoint::Resource(Address { module, ..address })
        }
    }
}
