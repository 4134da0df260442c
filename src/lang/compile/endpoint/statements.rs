//! The addresses of `moved` and `removed` blocks, and what is wrong with them.

use super::{in_every_instance, instance, literal_key, same_sort, steps};
use crate::{
    config::{
        Configuration, ExprAt, ResourceName,
        block::{MovedBlock, RemovedBlock},
    },
    syntax::tree::{Expr, Tree},
};
use infra_model::{
    address::{Address, InstanceKey, Mode, ModuleAddress, ModuleStep},
    diagnostic::{Diagnostic, Diagnostics},
    program::{Endpoint, Moved, Removed},
    source::Span,
};

/// Why an expression is no address.
enum Wrong {
    /// It is computed.
    NotStatic,
    /// A type without a name.
    NoName,
    /// Something stands behind it.
    TooLong,
}

/// Reads the blocks of one place in the tree of modules.
pub(super) struct Reader<'a> {
    configuration: &'a Configuration,
    above: &'a [ModuleStep],
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        configuration: &'a Configuration,
        above: &'a [ModuleStep],
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self { configuration, above, diagnostics }
    }

    /// Decodes a `moved` block.
    pub(super) fn moved(&mut self, block: &MovedBlock) -> Option<Moved> {
        let (from, to) = (self.endpoint(block.from), self.endpoint(block.to));
        let (from, to) = match (from?, to?) {
            (Endpoint::Resource(from), Endpoint::Resource(to)) => {
                let (from, to) = same_sort(from, to);
                (Endpoint::Resource(from), Endpoint::Resource(to))
            }
            (from @ Endpoint::Module(_), to @ Endpoint::Module(_)) => (from, to),
            (Endpoint::Module(_), Endpoint::Resource(_))
            | (Endpoint::Resource(_), Endpoint::Module(_)) => {
                self.report(("Invalid \"moved\" addresses", MIXED), BOTH, block.span);
                return None;
            }
        };
        Some(Moved { from, to, span: block.span })
    }

    /// Decodes a `removed` block.
    pub(super) fn removed(&mut self, block: &RemovedBlock) -> Option<Removed> {
        let from = self.endpoint(block.from)?;
        let at = self.configuration.span(block.from);
        if !self.is_whole(&from, at) {
            return None;
        }
        let (what, stands) = match &from {
            Endpoint::Resource(address) => ("resource", self.is_declared(address)),
            Endpoint::Module(module) => ("module", self.place_of(module).is_some()),
        };
        if stands {
            self.still_there(what, block.from);
            return None;
        }
        if let (Endpoint::Module(_), Some(first)) = (&from, block.provisioners.first()) {
            self.diagnostics.push(
                Diagnostic::error(
                    "infra::config::provisioner_misplaced",
                    "Invalid provisioner block",
                )
                .detail(
                    "Provisioners are valid only when a removed block targets a managed resource.",
                )
                .label(first.span, "for a whole module")
                .help("write a `removed` block for each resource whose destruction needs it"),
            );
            return None;
        }
        let from = in_every_instance(from);
        Some(Removed { from, destroy: block.destroy, span: block.span })
    }

    /// Reports keys, and data sources, which a `removed` block does not speak of.
    fn is_whole(&mut self, from: &Endpoint, at: Span) -> bool {
        let (module, key, mode) = match from {
            Endpoint::Module(module) => (module, InstanceKey::Any, Mode::Managed),
            Endpoint::Resource(address) => (&address.module, address.key.clone(), address.mode),
        };
        let own = &module.steps()[self.above.len()..];
        let has_key =
            |key: &InstanceKey| matches!(key, InstanceKey::Index(_) | InstanceKey::Name(_));
        if mode != Mode::Managed {
            self.report(("Data source address not allowed", DATA), NO_BLOCK, at);
        } else if own.iter().any(|step| has_key(&step.key)) {
            self.report(("Module instance keys not allowed", MODULE_KEY), NO_KEY, at);
        } else if has_key(&key) {
            self.report(("Resource instance keys not allowed", RESOURCE_KEY), NO_KEY, at);
        } else {
            return true;
        }
        false
    }

    /// Returns the place of a module, if it is still called.
    fn place_of(&self, module: &ModuleAddress) -> Option<usize> {
        let mut place = 0;
        for step in module.steps() {
            let call = self.configuration.module_at(place).calls.get_index_of(&step.name)?;
            place = self.configuration.places[place].children[call]?;
        }
        Some(place)
    }

    /// Returns whether a resource is still in the configuration, whatever its instances.
    fn is_declared(&self, address: &Address) -> bool {
        let Some(place) = self.place_of(&address.module) else { return false };
        let Address { mode, kind, name, .. } = address.clone();
        let name = ResourceName { mode, kind, name };
        self.configuration.module_at(place).resources.contains_key(&name)
    }

    fn still_there(&mut self, what: &str, at: ExprAt) {
        let span = self.configuration.span(at);
        let written = self.configuration.tree(at.source).source_text(at.id).to_owned();
        self.diagnostics.push(
            Diagnostic::error(
                "infra::config::address_declared",
                format!("Removed {what} still exists"),
            )
            .detail(format!(
                "This statement declares that {written} was removed, but it is still declared in configuration."
            ))
            .label(span, "still declared")
            .help(format!("remove the {what} block, or this block")),
        );
    }

    fn endpoint(&mut self, expression: ExprAt) -> Option<Endpoint> {
        let tree = self.configuration.tree(expression.source);
        match read(tree, expression) {
            Ok((address, module, has_key)) => {
                let within = |module: &ModuleAddress| {
                    self.above.iter().chain(module.steps()).cloned().collect()
                };
                Some(match address {
                    None => Endpoint::Module(within(&module)),
                    Some(address) => {
                        // Without a key the whole block is meant.
                        let key = if has_key { address.key.clone() } else { InstanceKey::Any };
                        let module = within(&address.module);
                        Endpoint::Resource(Address { module, key, ..address })
                    }
                })
            }
            Err(wrong) => {
                if tree.expr(expression.id) != Expr::Invalid {
                    let (said, help) = match wrong {
                        Wrong::NotStatic => (("Invalid expression", NOT_STATIC), FORM),
                        Wrong::NoName => (("Invalid address", NO_NAME), FORM),
                        Wrong::TooLong => {
                            (("Invalid address", TOO_LONG), "remove what stands behind it")
                        }
                    };
                    self.report(said, help, tree.span(expression.id));
                }
                None
            }
        }
    }

    fn report(
        &mut self,
        (summary, detail): (&'static str, &'static str),
        help: &'static str,
        at: Span,
    ) {
        self.diagnostics.push(
            Diagnostic::error("infra::config::address_invalid", summary)
                .detail(detail)
                .label(at, "not such an address")
                .help(help),
        );
    }
}

/// An address, its module, and whether it ends with a key.
type Found = (Option<Address>, ModuleAddress, bool);

fn read(tree: &Tree, expression: ExprAt) -> Result<Found, Wrong> {
    let names = steps(tree, expression.id).ok_or(Wrong::NotStatic)?;
    let is_static = |id| literal_key(tree, id).is_some();
    if !names.iter().filter_map(|name| name.key).all(is_static) {
        return Err(Wrong::NotStatic);
    }
    let (address, module, behind) =
        instance(&names, |key| literal_key(tree, key)).ok_or(Wrong::NoName)?;
    if !behind.is_empty() {
        return Err(Wrong::TooLong);
    }
    Ok((address, module, names.last().is_some_and(|name| name.key.is_some())))
}

const FORM: &str = "write the type and the name, or `module.` and the name of the call";
const BOTH: &str = "name two resources, or two modules";
const NO_KEY: &str = "leave the key away";
const NO_BLOCK: &str = "remove this block";
const MIXED: &str = "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.";
const NOT_STATIC: &str = "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.";
const NO_NAME: &str = "Resource specification must include a resource type and name.";
const TOO_LONG: &str = "Resource instance key must be given in square brackets.";
const DATA: &str = "Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the data source from state, remove the data source block from configuration.";
const MODULE_KEY: &str = "Module address must be a module (e.g. \"module.foo\"), not a module instance (e.g. \"module.foo[1]\").";
const RESOURCE_KEY: &str = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \"test_instance.foo[1]\").";
