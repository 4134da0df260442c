//! Instances of provider blocks with `for_each`: which there are, and which of them is meant.

use super::{
    engine::Engine,
    frame::Frame,
    instances::Keys,
    memo::{Located, Origin, Repetition, Shape, Touch},
};
use crate::{
    compile::{KeyAt, ProviderPath, What},
    index::number,
};
use infra_model::{
    address::{InstanceKey, ProviderAddress},
    convert::convert,
    diagnostic::Diagnostic,
    program::ProviderConfig,
    source::Span,
    types::Type,
    value::{Marks, Value},
};
use std::sync::Arc;

impl Engine<'_, '_> {
    /// Returns the key of the provider instance that is responsible for an instance; a wildcard if
    /// it is not known, and nothing if it is wrong, which was reported.
    pub(super) fn provider_key(
        &mut self,
        located: Located,
        path: &ProviderPath,
        at: KeyAt,
    ) -> Option<InstanceKey> {
        let span = self.program.configuration.span(at.expression);
        let (value, touched) = self.key_value(located, at)?;
        let (value, marks) = value.unmark_deep();
        if marks.contains(Marks::SENSITIVE) || marks.contains(Marks::EPHEMERAL) {
            let detail = "The key is derived from a sensitive or ephemeral value. It is recorded with the object, for everyone to read.";
            self.report(key_invalid(detail.to_owned(), span));
            return None;
        }
        if !value.is_known() {
            let module = self.module(located.module).address.clone();
            let any = super::provider_config::address_of(path, &module, InstanceKey::Any);
            self.memo.wild_keys.entry(any.clone()).or_default().extend(touched);
            self.memo.providers.remove(&any);
            return Some(InstanceKey::Any);
        }
        let text = convert(&value, &Type::String).ok();
        let Some(text) = text.as_ref().and_then(Value::as_text) else {
            self.report(key_invalid("The key must be a string.".to_owned(), span));
            return None;
        };
        let (place, block) = path.block?;
        let module = self.around(located.module, place)?;
        let each = self.provider_each(module, block)?;
        let key = InstanceKey::Name(text.clone());
        if each.shape == Shape::Unknown || each.names.binary_search(&key).is_ok() {
            return Some(key);
        }
        let there: Vec<String> = each
            .names
            .iter()
            .filter_map(|key| match key {
                InstanceKey::Name(name) => Some(format!("`{name}`")),
                InstanceKey::None | InstanceKey::Index(_) | InstanceKey::Any => None,
            })
            .collect();
        let there = match there.as_slice() {
            [] => "there are none".to_owned(),
            [only] => format!("there is only {only}"),
            all => format!("there are {}", all.join(", ")),
        };
        let alias = path.alias.as_deref().unwrap_or("");
        let name = format!("{}.{alias}", path.provider);
        self.report(key_invalid(format!("`{name}` has no instance `{text}`; {there}."), span));
        None
    }

    /// Returns the value of a key, and what it was made from.
    fn key_value(&mut self, located: Located, at: KeyAt) -> Option<(Value, Vec<Touch>)> {
        let mut frame = match at.call_of {
            None => self.instance_frame(located, "provider"),
            Some(place) => {
                let child = self.around(located.module, place)?;
                let (parent, _) = self.module(child).parent?;
                let repetition = self.module(child).repetition.clone();
                let key = self.key_of(child);
                Frame::new(self, parent, "provider").repeated(repetition, &key)
            }
        };
        let value = frame.value_of(at.expression)?;
        let trace = std::mem::take(&mut frame.trace);
        Some((value, trace.finish(0).touched.to_vec()))
    }

    /// Returns the instance of the module at a place that a module instance is, or is in.
    fn around(&self, module: u32, place: usize) -> Option<u32> {
        let mut at = module;
        while self.module(at).place != place {
            (at, _) = self.module(at).parent?;
        }
        Some(at)
    }

    /// Returns the instances of a provider block with `for_each`; nothing if it is wrong.
    pub(super) fn provider_each(&mut self, module: u32, index: usize) -> Option<Arc<Keys>> {
        if let Some(found) = self.memo.provider_each.get(&(module, index)) {
            return found.clone();
        }
        let found = self.make_provider_each(module, index).map(Arc::new);
        self.memo.provider_each.insert((module, index), found.clone());
        found
    }

    fn make_provider_each(&mut self, module: u32, index: usize) -> Option<Keys> {
        let program = self.program;
        let place = self.module(module).place;
        let each = program.configuration.module_at(place).providers.get(index)?.for_each?;
        self.ensure(module, What::Provider(number(index)));
        let span = program.configuration.span(each);
        let mut frame = Frame::new(self, module, "provider");
        let value = frame.value_of(each)?;
        let origin = std::mem::take(&mut frame.trace).finish(0);
        if !origin.touched.is_empty() {
            self.report(for_each_invalid("The \"for_each\" of a provider configuration can use only variables and local values made of them, not what resources and data sources give: objects must be reachable even when those are gone.", span));
            return None;
        }
        let keys = self.each_keys(value, span);
        if keys.shape == Shape::Unknown && !self.is_validating {
            self.report(for_each_invalid(
                "The \"for_each\" value of a provider configuration must be known when planning.",
                span,
            ));
            return None;
        }
        (keys.shape != Shape::Failed).then_some(keys)
    }

    /// Returns what `each` is in the configuration of an instance.
    pub(super) fn provider_repetition(
        &mut self,
        module: u32,
        index: usize,
        key: &InstanceKey,
    ) -> Repetition {
        let Some(each) = self.provider_each(module, index) else { return Repetition::Unknown };
        let (InstanceKey::Name(name), Ok(_)) = (key, each.names.binary_search(key)) else {
            return Repetition::Unknown;
        };
        let key = Value::string(name.clone());
        let value = each.values.as_ref().and_then(|map| map.get(name).cloned());
        Repetition::Each(key.clone(), value.unwrap_or(key))
    }

    /// Returns what is known of the instance whose key is not known yet.
    pub(super) fn any_instance(
        &mut self,
        address: &ProviderAddress,
        span: Span,
    ) -> (ProviderConfig, Origin) {
        let touched = self.memo.wild_keys.get(address).cloned().unwrap_or_default();
        let touched: Arc<[Touch]> = touched.into_iter().collect();
        let needs = self.addresses(&touched, None);
        let value = Value::unknown(Type::Dynamic);
        let stamp = self.known.publications();
        let origin = Origin { touched, missing: Arc::from([]), stamp };
        (ProviderConfig { value, needs, span: Some(span) }, origin)
    }

    /// Returns whether the configuration has no such provider instance.
    pub(super) fn lacks_provider(&mut self, address: &ProviderAddress) -> bool {
        if address.key == InstanceKey::Any {
            return false;
        }
        // A default configuration needs no block.
        let is_default =
            address.module.is_root() && address.alias.is_none() && address.key == InstanceKey::None;
        let Some(module) = self.module_of(&address.module) else { return !is_default };
        let program = self.program;
        let place = self.module(module).place;
        let Some((index, block)) = program.provider_block(place, address) else {
            return !is_default;
        };
        match (block.for_each, &address.key) {
            (None, key) => *key != InstanceKey::None,
            (Some(_), key) => self
                .provider_each(module, index)
                .is_some_and(|each| each.names.binary_search(key).is_err()),
        }
    }
}

fn key_invalid(detail: String, span: Span) -> Diagnostic {
    Diagnostic::error("infra::lang::provider_key_invalid", "Invalid provider instance key")
        .detail(detail)
        .label(span, "no such instance")
}

fn for_each_invalid(detail: &str, span: Span) -> Diagnostic {
    Diagnostic::error("infra::lang::for_each_invalid", "Invalid for_each argument")
        .detail(detail)
        .label(span, "")
}
