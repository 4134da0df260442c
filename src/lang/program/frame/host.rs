//! What the evaluator asks of a block: what a name stands for, and the value of that.

use super::{
    Frame,
    identity::PRIME,
    keys::{Wanted, instance_key, missing_key},
};
use crate::{
    compile::{What, type_of},
    config::block::Repeat,
    evaluate::{Fault, Found, Host, Target, ValueTarget, provider_call},
    functions::{Environment, Function},
    program::memo::{Repetition, Shape},
    syntax::tree::{ExprId, Tree},
};
use infra_model::{
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use std::collections::BTreeMap;

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
            ValueTarget::Output(i) => match self.test.and_then(|test| test.outputs.as_ref()) {
                Some(recorded) => {
                    recorded.get(name).cloned().unwrap_or_else(|| Value::null(Type::Dynamic))
                }
                None => self.cell(What::Output(i)),
            },
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

fn of_test(values: Option<&BTreeMap<Text, Value>>, name: &Text) -> Value {
    let value = values.and_then(|values| values.get(name));
    value.cloned().unwrap_or_else(|| Value::unknown(Type::Dynamic))
}

fn directory(directory: &Text) -> Value {
    if directory.is_empty() { Value::from(".") } else { Value::string(directory.clone()) }
}
