//! Addresses written in blocks: `moved`, `removed`, `import`, `replace_triggered_by`.

use crate::{
    config::{
        Configuration, ExprAt, ResourceName,
        block::{MovedBlock, RemovedBlock},
    },
    syntax::tree::{Expr, ExprId, StepKind, Tree},
};
use infra_model::{
    address::{Address, InstanceKey, KindName, Mode, ModuleAddress, ModuleStep},
    diagnostic::{Diagnostic, Diagnostics},
    number::Number,
    program::{Endpoint, Moved, Removed},
    text::Text,
};

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
        let mut reader = Reader { configuration, above: &above, diagnostics };
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

struct Reader<'a> {
    configuration: &'a Configuration,
    above: &'a [ModuleStep],
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn moved(&mut self, block: &MovedBlock) -> Option<Moved> {
        let (from, to) = (self.endpoint(block.from), self.endpoint(block.to));
        let (from, to) = match (from?, to?) {
            (Endpoint::Resource(from), Endpoint::Resource(to)) => {
                let (from, to) = same_sort(from, to);
                let is_other =
                    (&from.module, &from.kind, &from.name) != (&to.module, &to.kind, &to.name);
                if from.key == InstanceKey::Any && is_other && self.is_declared(&from) {
                    self.still_there("Moved object still exists", block.from);
                    return None;
                }
                (Endpoint::Resource(from), Endpoint::Resource(to))
            }
            (from @ Endpoint::Module(_), to @ Endpoint::Module(_)) => (from, to),
            _ => {
                let detail = "Both addresses of a moved block must be resources, or both modules.";
                self.fault(detail, "name two resources, or two modules", block.to);
                return None;
            }
        };
        Some(Moved { from, to, span: block.span })
    }

    fn removed(&mut self, block: &RemovedBlock) -> Option<Removed> {
        let from = self.endpoint(block.from)?;
        if let Endpoint::Resource(address) = &from {
            if !matches!(address.key, InstanceKey::Any | InstanceKey::None) {
                let detail =
                    "A removed block names a whole resource or module, without an instance key.";
                self.fault(detail, "leave the key away", block.from);
                return None;
            }
            if self.is_declared(address) {
                self.still_there("Removed resource still exists", block.from);
                return None;
            }
        }
        let from = in_every_instance(from);
        Some(Removed { from, destroy: block.destroy, span: block.span })
    }

    /// Returns whether a resource is still in the configuration, whatever its instances.
    fn is_declared(&self, address: &Address) -> bool {
        let mut place = 0;
        for step in address.module.steps() {
            let calls = &self.configuration.module_at(place).calls;
            let call = calls.get_index_of(&step.name);
            let child = call.and_then(|call| self.configuration.places[place].children[call]);
            let Some(child) = child else { return false };
            place = child;
        }
        let Address { mode, kind, name, .. } = address.clone();
        self.configuration.module_at(place).resources.contains_key(&ResourceName {
            mode,
            kind,
            name,
        })
    }

    fn still_there(&mut self, summary: &'static str, at: ExprAt) {
        self.diagnostics.push(
            Diagnostic::error("infra::config::address_declared", summary)
                .detail("This block says that the resource is gone from here, but it is still declared.")
                .label(self.configuration.span(at), "still declared")
                .help("remove the resource block, or this block"),
        );
    }

    fn endpoint(&mut self, expression: ExprAt) -> Option<Endpoint> {
        let tree = self.configuration.tree(expression.source);
        let names = steps(tree, expression.id);
        let read = names
            .and_then(|names| instance(&names, |key| literal_key(tree, key)).map(|r| (r, names)));
        let Some(((address, module, behind), names)) = read else {
            self.fault(
                "An address is needed here, such as `docker_container.web` or `module.app[\"x\"]`.",
                "write the type and the name, or `module.` and the name of the call",
                expression,
            );
            return None;
        };
        if !behind.is_empty() {
            self.fault(
                "An address ends with the name of a resource or module, or with its key.",
                "remove what stands behind it",
                expression,
            );
            return None;
        }
        let within =
            |module: &ModuleAddress| self.above.iter().chain(module.steps()).cloned().collect();
        Some(match address {
            None => Endpoint::Module(within(&module)),
            Some(address) => {
                // Without a key the whole block is meant.
                let has_key = names.last().is_some_and(|name| name.key.is_some());
                let key = if has_key { address.key.clone() } else { InstanceKey::Any };
                Endpoint::Resource(Address { module: within(&address.module), key, ..address })
            }
        })
    }

    fn fault(&mut self, detail: &str, help: &str, at: ExprAt) {
        if self.configuration.tree(at.source).expr(at.id) == Expr::Invalid {
            return;
        }
        self.diagnostics.push(
            Diagnostic::error("infra::config::address_invalid", "Invalid address")
                .detail(detail)
                .label(self.configuration.span(at), "not such an address")
                .help(help),
        );
    }
}
