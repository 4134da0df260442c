//! The names that one block sees: the host of its expressions.

use super::{
    engine::Engine,
    memo::{Cell, Instances, Repetition, Shape, Touch, Trace},
};
use crate::{
    compile::{FreeTargets, TestScope, What, type_of},
    config::{ExprAt, block::Repeat},
    evaluate::{
        Evaluator, Fault, Found, Host, Scope, Target, ValueTarget, index_of, provider_call,
        state::Cause,
    },
    functions::{Environment, Function},
    syntax::tree::{ExprId, Tree},
};
use infra_model::{
    address::{Address, InstanceKey},
    diagnostic::{Diagnostics, Stated, has_errors},
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use std::collections::BTreeMap;

/// A block at hand: where it stands, its own names, and what went into its values so far.
pub(super) struct Frame<'e, 'p, 'k> {
    pub(super) engine: &'e mut Engine<'p, 'k>,
    pub(super) module: u32,
    pub(super) repetition: Repetition,
    /// `self`.
    pub(super) this: Option<Value>,
    /// What a test knows beside its module.
    pub(super) test: Option<&'e TestScope>,
    /// What the references of a free expression are.
    pub(super) free: Option<&'e FreeTargets>,
    pub(super) trace: Trace,
    /// Tells the draws of this block from those of all others.
    pub(super) identity: u64,
}

impl<'e, 'p, 'k> Frame<'e, 'p, 'k> {
    /// Returns the frame of a block in a module instance; `name` tells it from its neighbours.
    pub(super) fn new(engine: &'e mut Engine<'p, 'k>, module: u32, name: &str) -> Self {
        let steps = engine.module(module).address.steps();
        let mut identity = digest(FNV, name);
        for step in steps {
            identity = digest(identity, &step.name);
            identity = digest_key(identity, &step.key);
        }
        let trace = Trace::default();
        Self {
            engine,
            module,
            repetition: Repetition::Once,
            this: None,
            test: None,
            free: None,
            trace,
            identity,
        }
    }

    /// Returns this with `each` or `count`.
    pub(super) fn repeated(mut self, repetition: Repetition, key: &InstanceKey) -> Self {
        self.repetition = repetition;
        self.identity = digest_key(self.identity, key);
        self
    }

    /// Evaluates an expression; findings are the caller's.
    pub(super) fn evaluate(&mut self, expression: ExprAt) -> (Value, Diagnostics) {
        let program = self.engine.program;
        let tree = program.configuration.tree(expression.source);
        let mut evaluator = Evaluator::new(self);
        let value = evaluator.evaluate(&Scope::new(tree), expression.id);
        (value, evaluator.finish())
    }

    /// Says what the references of an expression stand for.
    pub(super) fn statements(&mut self, expression: ExprAt, cause: Cause) -> Vec<Stated> {
        let program = self.engine.program;
        let tree = program.configuration.tree(expression.source);
        let mut evaluator = Evaluator::new(self);
        evaluator.statements(&Scope::new(tree), (expression.id, None), cause)
    }

    /// Evaluates an expression; reports findings, and returns nothing if there is an error.
    pub(super) fn value_of(&mut self, expression: ExprAt) -> Option<Value> {
        let (value, found) = self.evaluate(expression);
        let failed = has_errors(&found);
        self.engine.reported.extend(found);
        (!failed).then_some(value)
    }

    fn cell(&mut self, what: What) -> Value {
        self.take(self.module, what)
    }

    fn take(&mut self, module: u32, what: What) -> Value {
        let Cell { value, origin } = self.engine.cell(module, what);
        self.trace.absorb(&origin);
        value
    }

    /// Returns an instance's value, and remembers that it went into this block.
    fn instance(&mut self, resource: usize, slot: Touch) -> Value {
        self.trace.touch(slot);
        let (value, missing) = self.engine.instance_value(self.module, resource, slot);
        if let Some(id) = missing {
            self.trace.miss(id);
            if self.engine.is_free {
                return Value::unknown(Type::Dynamic);
            }
        }
        value
    }

    fn unknown_instance(&self, resource: usize) -> Value {
        let place = self.engine.module(self.module).place;
        let program = self.engine.program;
        let module = program.configuration.places[place].module;
        Value::unknown(program.parts.facts[module][resource].ty.clone())
    }

    fn keyed_instance(
        &mut self,
        resource: usize,
        instances: &Instances,
        key: &Value,
    ) -> Result<Value, Fault> {
        let marks = key.deep_marks();
        match instance_key(instances.shape, key)? {
            Wanted::Unknown => {
                self.trace.touch(instances.all);
                self.trace.absorb(&instances.origin);
                Ok(self.unknown_instance(resource).with_marks(marks))
            }
            Wanted::Key(key) => {
                if instances.shape == Shape::Unknown {
                    let touch = self.engine.touch_of(self.module, resource, key);
                    self.trace.touch(touch);
                    self.trace.absorb(&instances.origin);
                    return Ok(self.unknown_instance(resource).with_marks(marks));
                }
                let position = instances.position(&key).ok_or_else(|| missing_key(instances))?;
                Ok(self.instance(resource, instances.slots[position]).with_marks(marks))
            }
        }
    }

    fn whole_resource(&mut self, resource: usize, instances: &Instances) -> Value {
        self.trace.touch(instances.all);
        if instances.shape == Shape::Unknown || instances.shape == Shape::Failed {
            self.trace.absorb(&instances.origin);
            return Value::unknown(Type::Dynamic);
        }
        let Cell { value, origin } = self.engine.whole(self.module, resource);
        for id in origin.missing.iter() {
            self.trace.miss(*id);
        }
        let nothing_known =
            !origin.missing.is_empty() && origin.missing.len() == instances.slots.len();
        if self.engine.is_free && nothing_known {
            return Value::unknown(Type::Dynamic);
        }
        value
    }

    /// Returns one output of a module instance, or all as an object.
    fn outputs(&mut self, child: u32, output: Option<&Text>) -> Result<Value, Fault> {
        let place = self.engine.module(child).place;
        let module = self.engine.program.configuration.module_at(place);
        if let Some(name) = output {
            let Some(index) = module.outputs.get_index_of(name) else {
                let detail = format!("This object does not have an attribute named {name:?}.");
                return Err(Fault::new(
                    "infra::lang::attribute_unsupported",
                    "Unsupported attribute",
                    detail,
                ));
            };
            return Ok(self.take(child, What::Output(number(index))));
        }
        let names = module.outputs.keys().cloned().enumerate();
        let entries: Vec<(Text, Value)> = names
            .map(|(index, name)| (name, self.take(child, What::Output(number(index)))))
            .collect();
        Ok(Value::object(entries))
    }

    fn whole_call(&mut self, instances: &Instances) -> Result<Value, Fault> {
        let mut found = Vec::with_capacity(instances.children.len());
        for child in &instances.children {
            found.push(self.outputs(*child, None)?);
        }
        Ok(match instances.shape {
            Shape::Count => Value::tuple(found),
            Shape::Each => {
                let keys = instances.keys.iter().map(|key| match key {
                    InstanceKey::Name(name) => name.clone(),
                    InstanceKey::None | InstanceKey::Index(_) | InstanceKey::Any => Text::from(""),
                });
                Value::object(keys.zip(found))
            }
            Shape::Single => {
                found.into_iter().next().unwrap_or_else(|| Value::unknown(Type::Dynamic))
            }
            Shape::Off => Value::null(Type::Dynamic),
            Shape::Unknown | Shape::Failed => Value::unknown(Type::Dynamic),
        })
    }
}

impl Host for Frame<'_, '_, '_> {
    fn target(&self, tree: &Tree, id: ExprId) -> Target {
        match self.free {
            Some(free) if tree.source() == free.source() => free.get(id),
            _ => self.engine.program.parts.targets.get(tree.source(), id),
        }
    }

    fn value(&mut self, target: ValueTarget, name: &Text) -> Result<Value, Fault> {
        let program = self.engine.program;
        Ok(match target {
            ValueTarget::Variable(i) => self.cell(What::Variable(i)),
            ValueTarget::Local(i) => self.cell(What::Local(i)),
            ValueTarget::EachKey => match &self.repetition {
                Repetition::Each(key, _) => key.clone(),
                _ => Value::unknown(Type::String),
            },
            ValueTarget::EachValue => match &self.repetition {
                Repetition::Each(_, value) => value.clone(),
                _ => Value::unknown(Type::Dynamic),
            },
            ValueTarget::CountIndex => match &self.repetition {
                Repetition::Count(index) => Value::number(*index),
                _ => Value::unknown(Type::Number),
            },
            ValueTarget::This => self.this.clone().unwrap_or_else(|| Value::unknown(Type::Dynamic)),
            ValueTarget::PathModule => {
                let place = self.engine.module(self.module).place;
                directory(&program.configuration.module_at(place).directory)
            }
            ValueTarget::PathRoot => directory(&program.configuration.modules[0].directory),
            ValueTarget::PathCwd => Value::string(program.files.working_directory()),
            ValueTarget::Workspace => match &*self.engine.known.inputs.workspace {
                "" => Value::from("default"),
                _ => Value::string(self.engine.known.inputs.workspace.clone()),
            },
            ValueTarget::Applying => {
                Value::from(self.engine.known.inputs.applying).with_marks(Marks::EPHEMERAL)
            }
            ValueTarget::Output(i) => self.cell(What::Output(i)),
            ValueTarget::Run => of_test(self.test.map(|test| &test.runs), name),
            ValueTarget::TestVariable => of_test(self.test.map(|test| &test.variables), name),
            ValueTarget::Named => Value::unknown(Type::Dynamic),
        })
    }

    fn resource(&mut self, resource: u32, key: Option<&Value>) -> Result<Value, Fault> {
        let resource = resource as usize;
        let instances = self.engine.instances(self.module, resource);
        match (instances.shape, key) {
            (Shape::Single, _) => {
                let Some(slot) = instances.slots.first() else {
                    return Ok(Value::unknown(Type::Dynamic));
                };
                Ok(self.instance(resource, *slot))
            }
            (Shape::Failed, _) => Ok(Value::unknown(Type::Dynamic)),
            (Shape::Off, _) => {
                self.trace.touch(instances.all);
                Ok(Value::null(self.unknown_instance(resource).ty()))
            }
            (_, Some(key)) => self.keyed_instance(resource, &instances, key),
            (_, None) => Ok(self.whole_resource(resource, &instances)),
        }
    }

    fn call(
        &mut self,
        call: u32,
        key: Option<&Value>,
        output: Option<&Text>,
    ) -> Result<Found, Fault> {
        let instances = self.engine.call_instances(self.module, call as usize);
        let found = |value, has_output: bool| {
            if has_output { Found::Output(value) } else { Found::Whole(value) }
        };
        if instances.children.is_empty() && instances.shape == Shape::Single {
            return Ok(found(Value::unknown(Type::Dynamic), output.is_some()));
        }
        if instances.shape == Shape::Off {
            self.trace.absorb(&instances.origin);
            return Ok(Found::Whole(Value::null(Type::Dynamic)));
        }
        let Some(key) = key else {
            if instances.shape == Shape::Single {
                return Ok(found(self.outputs(instances.children[0], output)?, output.is_some()));
            }
            self.trace.absorb(&instances.origin);
            return self.whole_call(&instances).map(Found::Whole);
        };
        let marks = key.deep_marks();
        let child = match instance_key(instances.shape, key)? {
            Wanted::Key(key) if instances.shape != Shape::Unknown => {
                let position = instances.position(&key).ok_or_else(|| missing_key(&instances))?;
                instances.children.get(position).copied()
            }
            Wanted::Key(_) | Wanted::Unknown => {
                self.trace.absorb(&instances.origin);
                let mut types = Vec::new();
                for child in &instances.children {
                    types.push(self.outputs(*child, output)?.ty());
                }
                let ty = match types.as_slice() {
                    [ty] => ty.clone(),
                    _ => Type::Dynamic,
                };
                return Ok(found(Value::unknown(ty).with_marks(marks), output.is_some()));
            }
        };
        match child {
            Some(child) => {
                Ok(found(self.outputs(child, output)?.with_marks(marks), output.is_some()))
            }
            None => Ok(found(Value::unknown(Type::Dynamic), output.is_some())),
        }
    }

    fn is_keyed(&mut self, target: Target) -> bool {
        let place = self.engine.module(self.module).place;
        let module = self.engine.program.configuration.module_at(place);
        let repeat = match target {
            Target::Resource(i, _) => module.resources[i as usize].repeat,
            Target::Call(i) => module.calls[i as usize].repeat,
            Target::Value(..) | Target::Undeclared => Repeat::Once,
        };
        repeat.is_keyed()
    }

    fn environment(&self, draw: u64) -> Option<Environment<'_>> {
        Some(Environment {
            sources: &*self.engine.program.files,
            inputs: &self.engine.renderer.inputs,
            templates: &self.engine.renderer,
            draw: (self.identity ^ draw).wrapping_mul(PRIME),
        })
    }

    fn provider_function(&self, local: &str, name: &str) -> Result<&'static Function, Fault> {
        let program = self.engine.program;
        let module = program.configuration.module_at(self.engine.module(self.module).place);
        let local_name = Text::from(local);
        if !module.requirements.contains_key(&local_name) {
            let full = format!("provider::{local}::{name}");
            return Err(provider_call::undeclared(&full, local, name));
        }
        let provider = type_of(module, &local_name);
        let own = program.kinds.provider(&provider).map_or(&[][..], |facts| facts.functions);
        provider_call::find(own, (&provider, local), name)
    }
}

/// What a key asks for.
enum Wanted {
    Key(InstanceKey),
    Unknown,
}

/// Returns the instance key that a value stands for.
fn instance_key(shape: Shape, key: &Value) -> Result<Wanted, Fault> {
    let (key, _) = key.clone().unmark();
    let (ty, sample) = match shape {
        Shape::Count => (Type::Number, Value::tuple(Vec::new())),
        Shape::Each | Shape::Single | Shape::Off | Shape::Failed => {
            (Type::String, Value::object(Vec::<(Text, Value)>::new()))
        }
        Shape::Unknown => {
            return Ok(
                match (key.as_text(), key.as_number().and_then(infra_model::number::Number::to_u64))
                {
                    (Some(name), _) => Wanted::Key(InstanceKey::Name(name.clone())),
                    (None, Some(index)) => Wanted::Key(InstanceKey::Index(index)),
                    (None, None) => Wanted::Unknown,
                },
            );
        }
    };
    match infra_model::convert::convert(&key, &ty) {
        Ok(value) if !value.is_known() => Ok(Wanted::Unknown),
        Ok(value) => {
            match (value.as_text(), value.as_number().map(infra_model::number::Number::to_u64)) {
                (Some(name), _) => Ok(Wanted::Key(InstanceKey::Name(name.clone()))),
                (None, Some(Some(index))) => Ok(Wanted::Key(InstanceKey::Index(index))),
                _ => Err(index_of(&sample, &value).err().unwrap_or_else(no_element)),
            }
        }
        // The rules for keys of values have the words for every wrong key.
        Err(_) => Err(index_of(&sample, &key).err().unwrap_or_else(no_element)),
    }
}

fn no_element() -> Fault {
    let detail = "The given key does not identify an element in this collection value.";
    Fault::new("infra::lang::index_invalid", "Invalid index", detail)
}

fn missing_key(instances: &Instances) -> Fault {
    if instances.shape != Shape::Count {
        return no_element();
    }
    let reason = if instances.keys.is_empty() {
        "the collection has no elements"
    } else {
        "the given index is greater than or equal to the length of the collection"
    };
    let detail =
        format!("The given key does not identify an element in this collection value: {reason}.");
    Fault::new("infra::lang::index_invalid", "Invalid index", detail)
}

fn of_test(values: Option<&BTreeMap<Text, Value>>, name: &Text) -> Value {
    let value = values.and_then(|values| values.get(name));
    value.cloned().unwrap_or_else(|| Value::unknown(Type::Dynamic))
}

fn directory(directory: &Text) -> Value {
    if directory.is_empty() { Value::from(".") } else { Value::string(directory.clone()) }
}

/// An index as the tables hold it.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The address of a resource in a module instance.
pub(super) fn address_of(
    engine: &Engine<'_, '_>,
    module: u32,
    resource: usize,
    key: InstanceKey,
) -> Address {
    let instance = engine.module(module);
    let (mode, kind, name) = match engine
        .program
        .configuration
        .module_at(instance.place)
        .resources
        .get_index(resource)
    {
        Some((name, _)) => (name.mode, name.kind.clone(), name.name.clone()),
        None => (
            infra_model::address::Mode::Managed,
            infra_model::address::KindName(Text::from("")),
            Text::from(""),
        ),
    };
    Address { module: instance.address.clone(), mode, kind, name, key }
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

fn digest(state: u64, text: &str) -> u64 {
    let separated = text.bytes().chain([0xff]);
    separated.fold(state, |state, byte| (state ^ u64::from(byte)).wrapping_mul(PRIME))
}

fn digest_key(state: u64, key: &InstanceKey) -> u64 {
    match key {
        InstanceKey::None => digest(state, ""),
        InstanceKey::Index(index) => (state ^ index).wrapping_mul(PRIME),
        InstanceKey::Name(name) => digest(state, name),
        InstanceKey::Any => digest(state, "*"),
    }
}
