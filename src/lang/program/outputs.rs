//! Root outputs.

use super::engine::Engine;
use crate::{compile::What, index::number};
use infra_model::{diagnostic::Diagnostic, text::Text, value::Value};
use std::collections::BTreeMap;

impl Engine<'_, '_> {
    /// Returns the root outputs, after judging all variables that could not be judged before, and
    /// evaluating what nobody asked for: what is wrong there is told as well.
    pub(super) fn outputs(&mut self) -> BTreeMap<Text, Value> {
        self.validate_variables();
        self.evaluate_rest();
        let program = self.program;
        let mut found = BTreeMap::new();
        for (index, (name, block)) in program.configuration.modules[0].outputs.iter().enumerate() {
            let what = What::Output(number(index));
            self.ensure(0, what);
            let value = self.cell(0, what).value;
            let span = program.configuration.span(block.value);
            if value.has_sensitive() && !block.sensitive {
                self.report(
                    Diagnostic::error("infra::lang::output_sensitive", "Output refers to sensitive values")
                        .detail("To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, any root module output containing sensitive data must be explicitly marked as sensitive, to confirm your intent.")
                        .label(span, "sensitive")
                        .help("if you do intend to export it, add `sensitive = true`"),
                );
            }
            if block.ephemeral {
                self.report(
                    Diagnostic::error(
                        "infra::lang::ephemeral_misuse",
                        "Ephemeral output not allowed",
                    )
                    .detail("Ephemeral outputs are not allowed in context of a root module.")
                    .label(block.span, "ephemeral")
                    .help("remove `ephemeral = true`; what a root module gives is recorded"),
                );
            }
            found.insert(name.clone(), value);
        }
        found
    }

    /// Evaluates the locals and outputs of all module instances that were not evaluated yet.
    fn evaluate_rest(&mut self) {
        for place in 0..self.program.configuration.places.len() {
            let blocks = self.program.configuration.module_at(place);
            let locals = (0..blocks.locals.len()).map(|i| What::Local(number(i)));
            let outputs = (0..blocks.outputs.len()).map(|i| What::Output(number(i)));
            let all: Vec<What> = locals.chain(outputs).collect();
            for module in self.module_instances(place) {
                for what in &all {
                    self.ensure(module, *what);
                    self.cell(module, *what);
                }
            }
        }
    }
}
