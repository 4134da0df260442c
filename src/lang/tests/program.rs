//! Tests of programs: what is expanded, desired, needed, and refused.

#![allow(
    clippy::format_push_string,
    clippy::unwrap_used,
    reason = "tests fail by panics and build small texts"
)]

mod beyond;
mod conditions;
mod expansion;
mod help;
mod json;
mod lifecycle;
mod loops;
mod modules;
mod needs;
mod overrides;
mod providers;
mod resources;
mod spec;
mod validation;
mod variables;

use crate::support::{Built, known};
use infra_model::{
    address::{Address, InstanceId},
    diagnostic::Diagnostics,
    known::Known,
    program::{Desired, Expansion, NodeId, NodeSort, Program},
    types::Type,
    value::Value,
};

/// A program that is driven as the planner does it.
struct Driven {
    built: Built,
    known: Known,
    found: Diagnostics,
    desired: Vec<(InstanceId, Desired)>,
    unknown: Vec<String>,
}

impl Driven {
    /// Walks all nodes; publishes what is desired, computed attributes unknown.
    fn new(text: &str) -> Self {
        Self::with(&[("main.tf", text)], &[])
    }

    fn with(files: &[(&str, &str)], variables: &[(&str, Value)]) -> Self {
        let built = Built::new(files);
        assert_eq!(built.texts(&built.found), Vec::<String>::new());
        Self::of(built, variables)
    }

    /// Walks what was compiled, whatever was found in it.
    fn of(built: Built, variables: &[(&str, Value)]) -> Self {
        let mut known = known(variables);
        known.begin_planning();
        let mut driven =
            Self { built, known, found: Vec::new(), desired: Vec::new(), unknown: Vec::new() };
        driven.walk();
        driven
    }

    fn walk(&mut self) {
        for index in 0..self.built.program.nodes().len() {
            let id = NodeId(u32::try_from(index).unwrap());
            let NodeSort::Resource(mode, kind) = self.built.program.nodes()[index].sort.clone()
            else {
                continue;
            };
            let (expansion, found) = self.built.program.expand(id, &mut self.known);
            self.found.extend(found);
            let Expansion { instances, unknown } = expansion;
            for unknown in unknown {
                let waits: Vec<String> =
                    unknown.waits_for.iter().map(ToString::to_string).collect();
                self.unknown.push(format!("{} waits for {}", unknown.address, waits.join(", ")));
            }
            for instance in instances {
                let (desired, found) = self.built.program.desired(instance, &mut self.known);
                self.found.extend(found);
                let Some(desired) = desired else { continue };
                let kinds = crate::support::kinds();
                let schema = kinds.get(mode, &kind).unwrap().schema();
                let entries = desired.value.entries().unwrap().iter().map(|(name, value)| {
                    let computed =
                        schema.block.attributes.get(name).is_some_and(|a| !a.is_configurable());
                    let ty = value.ty();
                    (name.clone(), if computed { Value::unknown(ty) } else { value.clone() })
                });
                let planned = Value::object(entries.collect::<Vec<_>>());
                self.known.publish(instance, planned);
                self.desired.push((instance, desired));
            }
        }
        let (_, found) = self.built.program.outputs(&mut self.known);
        self.found.extend(found);
    }

    fn good(self) -> Self {
        assert_eq!(self.built.texts(&self.found), Vec::<String>::new());
        self
    }

    /// Returns the findings as text.
    fn texts(&self) -> Vec<String> {
        self.built.texts(&self.found)
    }

    /// Returns the addresses of all instances.
    fn addresses(&self) -> Vec<String> {
        self.desired.iter().map(|(id, _)| self.known.addresses.address(*id).to_string()).collect()
    }

    /// Returns what is desired at an address.
    fn at(&self, address: &str) -> &Desired {
        let address: Address = address.parse().unwrap();
        let id = self.known.addresses.find(&address).unwrap();
        &self.desired.iter().find(|(other, _)| *other == id).unwrap().1
    }

    /// Returns an attribute of what is desired, as text.
    fn attribute(&self, address: &str, name: &str) -> String {
        self.at(address).value.get(name).unwrap().to_string()
    }

    /// Returns what an instance is made from.
    fn needs(&self, address: &str) -> String {
        let needs: Vec<String> = self.at(address).needs.iter().map(ToString::to_string).collect();
        needs.join(", ")
    }

    /// Returns a free expression's value as text.
    fn free(&mut self, expression: &str) -> String {
        let module = crate::support::root();
        let (value, found) = self.built.program.free(expression, &module, &mut self.known);
        assert_eq!(self.built.texts(&found), Vec::<String>::new());
        value.to_string()
    }
}

/// Compiles one file and returns what is wrong with it.
fn faults(text: &str) -> Vec<String> {
    let built = Built::new(&[("main.tf", text)]);
    built.texts(&built.found)
}

/// The type that says nothing.
const ANY: Type = Type::Dynamic;
