//! The host of expressions that must be constant.

use super::{Fault, Found, Host, Target, ValueTarget};
use crate::{
    functions::Environment,
    syntax::tree::{ExprId, Tree},
};
use infra_model::{text::Text, value::Value};

/// Refuses every reference.
pub(crate) struct Constant;

/// Returns what is said of a reference or a function call where a value must be constant.
pub(super) fn refused(summary: &'static str) -> Fault {
    let detail = "Functions and references may not be used here.";
    Fault::new("infra::config::value_not_constant", summary, detail)
        .help("write the value out, or make it in a local value")
}

impl Host for Constant {
    fn target(&self, _tree: &Tree, _id: ExprId) -> Target {
        Target::Value(ValueTarget::Named, 0)
    }

    fn value(&mut self, _target: ValueTarget, _name: &Text) -> Result<Value, Fault> {
        Err(refused("Variables not allowed"))
    }

    fn resource(&mut self, _resource: u32, _key: Option<&Value>) -> Result<Value, Fault> {
        Err(refused("Variables not allowed"))
    }

    fn call(&mut self, _: u32, _: Option<&Value>, _: Option<&Text>) -> Result<Found, Fault> {
        Err(refused("Variables not allowed"))
    }

    fn is_keyed(&mut self, _target: Target) -> bool {
        false
    }

    fn environment(&self, _draw: u64) -> Option<Environment<'_>> {
        None
    }
}
