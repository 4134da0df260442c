//! The names that one block sees: the host of its expressions.

mod host;
mod identity;
mod keys;

use super::{
    engine::Engine,
    memo::{Cell, Instances, Repetition, Shape, Touch, Trace},
};
use crate::{
    compile::{FreeTargets, TestScope, What},
    config::ExprAt,
    evaluate::{Evaluator, Fault, Scope, state::Cause},
    index::number,
};
use identity::{FNV, digest, digest_key};
use infra_model::{
    address::InstanceKey,
    diagnostic::{Diagnostics, Stated, has_errors},
    text::Text,
    types::Type,
    value::Value,
};
use keys::{Wanted, instance_key, missing_key};

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
