//! `import` blocks.

use super::{
    engine::Engine,
    frame::Frame,
    lifecycle::instance_key,
    memo::{Repetition, Shape, Trace},
    provider_config::address_of,
};
use crate::{
    compile::{endpoint_instance, endpoint_steps, find_provider},
    config::{ExprAt, block::ImportBlock},
    syntax::tree::{Expr, ExprId},
};
use infra_model::{
    address::{Address, InstanceKey, Mode, ModuleAddress, ProviderAddress},
    convert::convert,
    diagnostic::Diagnostic,
    number::Number,
    program::{Import, ImportPart, Program, UnknownImport},
    source::Span,
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};

const WRONG_ID: &str = "Invalid import id argument";

const EMPTY_ID: &str =
    "The import ID value evaluates to an empty string, please provide a non-empty value.";

const MODULE_ONLY: &str = "A resource instance address is required here. The module path must be followed by a resource instance specification.";

const NO_ADDRESS: &str =
    "The address of a resource instance is needed here, such as `docker_container.web`.";

/// The instances of a block.
type Repetitions = Vec<(Repetition, InstanceKey)>;

/// One instance of an `import` block, or a block whose instances cannot be told.
enum Read {
    Known(Import),
    Unknown(UnknownImport),
}

impl Engine<'_, '_> {
    /// Returns the imports that are known, expanded.
    pub(super) fn imports(&mut self) -> Vec<Import> {
        let known = |read| if let Read::Known(import) = read { Some(import) } else { None };
        self.read_imports().into_iter().filter_map(known).collect()
    }

    /// Returns what of the imports is not known.
    pub(super) fn unknown_imports(&mut self) -> Vec<UnknownImport> {
        let unknown = |read| if let Read::Unknown(import) = read { Some(import) } else { None };
        self.read_imports().into_iter().filter_map(unknown).collect()
    }

    fn read_imports(&mut self) -> Vec<Read> {
        let mut found = Vec::new();
        let program = self.program;
        for place in 0..program.configuration.places.len() {
            for block in &program.configuration.module_at(place).imports {
                if place != 0 {
                    self.report(
                        Diagnostic::error(
                            "infra::config::import_place",
                            "Invalid import configuration",
                        )
                        .detail(format!(
                            "An import block was detected in \"{}\". Import blocks are only allowed in the root module.",
                            written(&program.configuration.places[place].path)
                        ))
                        .label(block.span, "in a called module")
                        .help("move it to the root module, with the module's path in `to`"),
                    );
                    continue;
                }
                match self.import_repetitions(block) {
                    Ok(all) => {
                        for (repetition, key) in all {
                            found.extend(self.import(block, repetition, &key));
                        }
                    }
                    Err((each, trace)) => {
                        // Every key of `to` counts as unknown while `each` is.
                        if let Some(to) = self.import_target(block) {
                            let part = (ImportPart::ForEach, each);
                            found.push(Read::Unknown(self.unknown_import(part, to, trace)));
                        }
                    }
                }
            }
        }
        found
    }

    /// Returns the repetitions of a block, or its `for_each` and what that is made from.
    fn import_repetitions(&mut self, block: &ImportBlock) -> Result<Repetitions, (ExprAt, Trace)> {
        let Some(each) = block.for_each else {
            return Ok(vec![(Repetition::Once, InstanceKey::None)]);
        };
        let span = self.program.configuration.span(each);
        let mut frame = Frame::new(self, 0, "import");
        let Some(value) = frame.value_of(each) else { return Ok(Vec::new()) };
        let trace = std::mem::take(&mut frame.trace);
        // As in Terraform, the elements have to be known as well: `to` and `id` are made from them.
        let is_known = value.is_wholly_known();
        if let Some(items) = listed(&value).filter(|_| is_known) {
            let one = |(index, item): (u64, &Value)| {
                let key = Value::number(Number::from(index));
                (Repetition::Each(key, item.clone()), InstanceKey::Index(index))
            };
            return Ok((0_u64..).zip(items).map(one).collect());
        }
        let (shape, keys, values) = self.each_map(value, span);
        if !is_known && shape != Shape::Failed {
            return Err((each, trace));
        }
        let repetition = |key: InstanceKey| {
            let InstanceKey::Name(name) = &key else { return None };
            let text = Value::string(name.clone());
            let value = values.as_ref().and_then(|map| map.get(name).cloned());
            Some((Repetition::Each(text.clone(), value.unwrap_or(text)), key))
        };
        Ok(keys.into_iter().filter_map(repetition).collect())
    }

    /// Returns where a block imports to, with a wildcard for every key that is an expression.
    fn import_target(&mut self, block: &ImportBlock) -> Option<Address> {
        let tree = self.program.configuration.tree(block.to.source);
        let names = endpoint_steps(tree, block.to.id)?;
        endpoint_instance(&names, |_| Some(InstanceKey::Any))?.0
    }

    fn unknown_import(
        &mut self,
        (part, at): (ImportPart, ExprAt),
        to: Address,
        trace: Trace,
    ) -> UnknownImport {
        let origin = trace.finish(self.known.publications());
        let waits_for = self.addresses(&origin.touched, None).to_vec();
        UnknownImport { part, to, waits_for, span: self.program.configuration.span(at) }
    }

    fn import(
        &mut self,
        block: &ImportBlock,
        repetition: Repetition,
        key: &InstanceKey,
    ) -> Option<Read> {
        let program = self.program;
        let tree = program.configuration.tree(block.to.source);
        if tree.expr(block.to.id) == Expr::Invalid {
            return None;
        }
        let mut frame = Frame::new(self, 0, "import").repeated(repetition, key);
        let id = frame.value_of(block.id)?;
        let names = endpoint_steps(tree, block.to.id);
        let source = block.to.source;
        let read = names.and_then(|names| {
            endpoint_instance(&names, |id: ExprId| instance_key(&mut frame, ExprAt { source, id }))
        });
        let at = tree.span(block.to.id);
        let (to, behind) = match read {
            Some((Some(to), _, behind)) => (to, behind),
            Some((None, _, _)) => {
                self.report(address_wrong(MODULE_ONLY, at));
                return None;
            }
            None => {
                self.report(address_wrong(NO_ADDRESS, at));
                return None;
            }
        };
        if to.mode != Mode::Managed {
            self.report(address_wrong("Only managed resources can be imported.", at));
            return None;
        }
        if !behind.is_empty() {
            self.report(address_wrong(NO_ADDRESS, at));
            return None;
        }
        let is_open = to.key == InstanceKey::Any
            || to.module.steps().iter().any(|step| step.key == InstanceKey::Any);
        if is_open || !id.is_wholly_known() {
            let trace = std::mem::take(&mut frame.trace);
            let part =
                if is_open { (ImportPart::To, block.to) } else { (ImportPart::Id, block.id) };
            return Some(Read::Unknown(self.unknown_import(part, to, trace)));
        }
        let id = self.import_id(id, program.configuration.span(block.id))?;
        self.refuse_provider(block, &to)?;
        let provider = self.import_provider(block, &to)?;
        let argument = block.provider.as_ref().map(|named| named.text().into());
        let repeated = block.for_each.is_some();
        Some(Read::Known(Import { to, id, provider, argument, repeated, span: block.span }))
    }

    /// Returns the id as a string that says something.
    fn import_id(&mut self, id: Value, at: Span) -> Option<Value> {
        let (id, marks) = id.unmark_deep();
        let id = convert(&id, &Type::String).unwrap_or(id);
        let (summary, detail) = if marks.contains(Marks::EPHEMERAL) {
            (WRONG_ID, "The import ID cannot be ephemeral.")
        } else if id.is_null() {
            (WRONG_ID, "The import ID cannot be null.")
        } else {
            match id.as_text() {
                Some(text) if text.is_empty() => (WRONG_ID, EMPTY_ID),
                Some(_) => return Some(id),
                None => ("Incorrect value type", "Invalid expression value: string required."),
            }
        };
        self.report(
            Diagnostic::error("infra::lang::import_invalid", summary)
                .detail(detail)
                .label(at, "names no object")
                .help("write the id by which the provider knows the object"),
        );
        None
    }

    /// The provider of a resource that has a block stands in that block; the same one may stand here
    /// as well, as it does once configuration was generated.
    fn refuse_provider(&mut self, block: &ImportBlock, to: &Address) -> Option<()> {
        let Some(named) = &block.provider else { return Some(()) };
        if self.program.node_of(to).is_none() {
            return Some(());
        }
        let written = self.program.written_provider(to);
        if written.is_some_and(|own| (&own.name, &own.alias) == (&named.name, &named.alias)) {
            return Some(());
        }
        self.report(
            Diagnostic::error("infra::config::import_provider", "Invalid import provider argument")
                .detail("The provider argument can only be specified in import blocks that will generate configuration.\n\nUse the provider argument in the target resource block to configure the provider for a resource with explicit provider configuration.")
                .label(named.span, "the resource has a block")
                .help("remove this argument; if it is not the default, write it into the resource block"),
        );
        None
    }

    fn import_provider(&mut self, block: &ImportBlock, to: &Address) -> Option<ProviderAddress> {
        let program = self.program;
        if let Some(named) = &block.provider {
            let path =
                find_provider(&program.configuration, 0, (&named.name, named.alias.as_ref()))?;
            return Some(address_of(&path, &ModuleAddress::root(), InstanceKey::None));
        }
        if let Some(path) = program.provider_path(to) {
            if path.key.is_some() {
                let id = self.known.addresses.intern(to.clone());
                let located = self.located(id)?;
                return self.provider_address(located);
            }
            return Some(address_of(path, &to.module, InstanceKey::None));
        }
        let provider = program.kinds.provider_of(to.mode, &to.kind)?.clone();
        let path = find_provider(&program.configuration, 0, (&provider, None))?;
        Some(address_of(&path, &ModuleAddress::root(), InstanceKey::None))
    }
}

/// Returns the elements of a list, which an `import` block may repeat over, unlike a resource.
fn listed(value: &Value) -> Option<&[Value]> {
    match value.data() {
        Data::List(_) | Data::Tuple(_) if value.deep_marks().is_empty() => value.items(),
        _ => None,
    }
}

fn written(path: &[Text]) -> String {
    path.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
}

fn address_wrong(detail: &'static str, at: Span) -> Diagnostic {
    Diagnostic::error("infra::config::address_invalid", "Invalid import address")
        .detail(detail)
        .label(at, "not such an address")
        .help("write the type and the name, with the key if there is one")
}
