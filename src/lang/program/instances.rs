//! Expansion: which instances a block has, evaluated once per module instance.

use super::{
    engine::Engine,
    frame::Frame,
    memo::{Cell, Instances, Located, Origin, Repetition, Shape, Touch, Trace, Waits},
};
use crate::{compile::What, config::block::Repeat, evaluate::state::Cause, index::number};
use infra_model::{
    address::{InstanceId, InstanceKey, Mode},
    convert::convert,
    diagnostic::Diagnostic,
    source::Span,
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};
use std::sync::Arc;

/// The greatest `count`.
pub const COUNT_MAX: u64 = 1_000_000;

/// Keys that were found out.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) shape: Shape,
    pub(super) names: Vec<InstanceKey>,
    pub(super) values: Option<Value>,
}

impl Keys {
    pub(super) fn none(shape: Shape) -> Self {
        Self { shape, names: Vec::new(), values: None }
    }
}

impl Engine<'_, '_> {
    /// Returns the instances of a resource in a module instance.
    pub(super) fn instances(&mut self, module: u32, resource: usize) -> Arc<Instances> {
        if let Some(found) = &self.module(module).resources[resource]
            && self.is_fresh(&found.origin)
        {
            return Arc::clone(found);
        }
        let block =
            &self.program.configuration.module_at(self.module(module).place).resources[resource];
        let (keys, origin, span) =
            self.keys(module, (block.repeat, block.span), What::Resource(number(resource)));
        let address = self.address_of(module, resource, InstanceKey::None);
        let is_wild = self.module(module).is_wild;
        let mut slots = Vec::with_capacity(keys.names.len());
        for (position, key) in keys.names.iter().enumerate() {
            let address = address.with_key(key.clone());
            if is_wild {
                slots.push(self.memo.set(address));
                continue;
            }
            let id = self.known.addresses.intern(address);
            let located = Located { module, resource: number(resource), slot: number(position) };
            self.memo.locate(id, located);
            slots.push(Touch::Instance(id));
        }
        let all = match (keys.shape, slots.first()) {
            (Shape::Single, Some(only)) => *only,
            _ => self.memo.set(address.with_key(InstanceKey::Any)),
        };
        let Keys { shape, names: keys, values } = keys;
        let children = Vec::new();
        let found = Arc::new(Instances { shape, keys, values, slots, children, all, origin, span });
        let instance = self.module_mut(module);
        instance.resources[resource] = Some(Arc::clone(&found));
        instance.wholes[resource] = None;
        found
    }

    /// Returns the instances of a module call in a module instance.
    pub(super) fn call_instances(&mut self, module: u32, call: usize) -> Arc<Instances> {
        if let Some(found) = &self.module(module).calls[call]
            && self.is_fresh(&found.origin)
        {
            return Arc::clone(found);
        }
        let place = self.module(module).place;
        let program = self.program;
        let block = &program.configuration.module_at(place).calls[call];
        let (keys, origin, span) =
            self.keys(module, (block.repeat, block.span), What::Call(number(call)));
        let mut found = Instances {
            shape: keys.shape,
            keys: keys.names,
            values: keys.values,
            slots: Vec::new(),
            children: Vec::new(),
            all: Touch::Set(u32::MAX),
            origin,
            span,
        };
        if let Some(child) = program.configuration.places[place].children[call] {
            let depends_on = self.explicit_needs(module, &block.depends_on);
            self.add_children(module, call, (child, &depends_on), &mut found);
        }
        let found = Arc::new(found);
        self.module_mut(module).calls[call] = Some(Arc::clone(&found));
        found
    }

    fn add_children(
        &mut self,
        module: u32,
        call: usize,
        (child, depends_on): (usize, &[Touch]),
        found: &mut Instances,
    ) {
        let block = &self.program.configuration.module_at(self.module(module).place).calls[call];
        let name = block.name.name.clone();
        let is_enabled = matches!(block.repeat, Repeat::When(_));
        let parent = self.module(module);
        let mut explicit: Vec<Touch> = parent.explicit.to_vec();
        explicit.extend_from_slice(depends_on);
        let explicit: Arc<[Touch]> = explicit.into();
        let above = parent.address.clone();
        let mut needs: Vec<Touch> = parent.needs.to_vec();
        let parent_is_wild = parent.is_wild;
        let parent_waits = parent.waits.clone();
        needs.extend_from_slice(&found.origin.touched);
        needs.extend_from_slice(depends_on);
        needs.sort_unstable();
        needs.dedup();
        let needs: Arc<[Touch]> = needs.into();
        let is_unknown = found.shape == Shape::Unknown;
        let keys = if is_unknown { vec![InstanceKey::Any] } else { found.keys.clone() };
        for (position, key) in keys.into_iter().enumerate() {
            let repetition =
                if is_unknown { Repetition::Unknown } else { found.repetition(position) };
            let address = above.child(name.clone(), key);
            let id = self.add_module(child, address, Some((module, call)), repetition);
            let waits = if is_unknown {
                let touched = Arc::clone(&found.origin.touched);
                Some(Waits { touched, span: found.span, is_enabled })
            } else {
                parent_waits.clone()
            };
            let added = self.module_mut(id);
            added.is_wild = is_unknown || parent_is_wild;
            added.needs = Arc::clone(&needs);
            added.waits = waits;
            added.explicit = Arc::clone(&explicit);
            found.children.push(id);
        }
    }

    /// Evaluates how often a block stands.
    fn keys(
        &mut self,
        module: u32,
        (repeat, span): (Repeat, Span),
        what: What,
    ) -> (Keys, Origin, Span) {
        let expression = match repeat {
            Repeat::Once => {
                let keys =
                    Keys { shape: Shape::Single, names: vec![InstanceKey::None], values: None };
                return (keys, Origin::default(), span);
            }
            Repeat::Count(expression) | Repeat::Each(expression) | Repeat::When(expression) => {
                expression
            }
        };
        self.ensure(module, what);
        self.known.evaluations += 1;
        let at = self.program.configuration.span(expression);
        let mut frame = Frame::new(self, module, "repeat");
        let value = frame.value_of(expression);
        let trace = std::mem::take(&mut frame.trace);
        let before = self.reported.len();
        let is_sensitive = value.as_ref().is_some_and(Value::has_sensitive);
        let keys = match (value, repeat) {
            (None, _) => Keys::none(Shape::Failed),
            (Some(value), Repeat::Each(_)) => self.each_keys(value, at),
            (Some(value), Repeat::When(_)) => self.when_keys(value, at),
            (Some(value), Repeat::Count(_) | Repeat::Once) => self.count_keys(value, at),
        };
        if self.reported.len() > before && matches!(repeat, Repeat::Each(_)) {
            let cause = Cause { is_sensitive };
            let values = Frame::new(self, module, "repeat").statements(expression, cause);
            for found in &mut self.reported[before..] {
                found.values = Some(values.clone());
            }
        }
        let stamp = self.known.publications();
        (keys, trace.finish(stamp), at)
    }

    fn count_keys(&mut self, value: Value, span: Span) -> Keys {
        let (value, marks) = value.unmark_deep();
        let mut wrong = |detail: String| {
            self.report(
                Diagnostic::error("infra::lang::count_invalid", "Invalid count argument")
                    .detail(detail)
                    .label(span, ""),
            );
            Keys::none(Shape::Failed)
        };
        if marks.contains(Marks::EPHEMERAL) {
            return wrong("The given \"count\" is derived from an ephemeral value, which means that it cannot be persisted between plan/apply rounds. Use only non-ephemeral values to specify the number of resource instances.".into());
        }
        if value.is_null() {
            return wrong(
                "The given \"count\" argument value is null. An integer is required.".into(),
            );
        }
        let number = match convert(&value, &Type::Number) {
            Ok(number) => number,
            Err(error) => {
                return wrong(format!(
                    "The given \"count\" argument value is unsuitable: {error}."
                ));
            }
        };
        let Some(number) = number.as_number() else { return Keys::none(Shape::Unknown) };
        if number.is_negative() {
            return wrong("The given \"count\" argument value is unsuitable: must be greater than or equal to zero.".into());
        }
        match number.to_u64() {
            Some(count) if count <= COUNT_MAX => Keys {
                shape: Shape::Count,
                names: (0..count).map(InstanceKey::Index).collect(),
                values: None,
            },
            Some(_) => wrong(format!(
                "The given \"count\" argument value is {number}; at most {COUNT_MAX} are allowed."
            )),
            None => wrong(
                "The given \"count\" argument value is unsuitable: must be a whole number.".into(),
            ),
        }
    }

    pub(super) fn each_map(
        &mut self,
        value: Value,
        span: Span,
    ) -> (Shape, Vec<InstanceKey>, Option<Value>) {
        let Keys { shape, names, values } = self.each_keys(value, span);
        (shape, names, values)
    }

    pub(super) fn each_keys(&mut self, value: Value, span: Span) -> Keys {
        let (value, marks) = value.unmark();
        let wrong = |this: &mut Self, detail: String| {
            this.report(
                Diagnostic::error("infra::lang::for_each_invalid", "Invalid for_each argument")
                    .detail(detail)
                    .label(span, ""),
            );
            Keys::none(Shape::Failed)
        };
        if marks.contains(Marks::SENSITIVE) {
            return wrong(self, "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.".into());
        }
        if marks.contains(Marks::EPHEMERAL) {
            return wrong(self, "The given \"for_each\" value is derived from an ephemeral value, which means that it cannot be persisted between plan/apply rounds. Use only non-ephemeral values to specify a resource's instance keys.".into());
        }
        let unsuitable = "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type";
        match value.data() {
            Data::Null(_) => wrong(self, "The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.".into()),
            Data::Unknown(unknown) => match &unknown.ty {
                Type::Dynamic | Type::Map(_) | Type::Object(_) | Type::Set(_) => Keys::none(Shape::Unknown),
                other => wrong(self, format!("{unsuitable} {}.", other.friendly_name())),
            },
            Data::Map(_) | Data::Object(_) => {
                let entries = value.entries().unwrap_or_default();
                let keys = entries.iter().map(|(key, _)| InstanceKey::Name(key.clone())).collect();
                Keys { shape: Shape::Each, names: keys, values: Some(value) }
            }
            Data::Set(_) => self.set_keys(&value, wrong),
            _ => wrong(self, format!("{unsuitable} {}.", value.ty().friendly_name())),
        }
    }

    fn set_keys(&mut self, value: &Value, wrong: impl Fn(&mut Self, String) -> Keys) -> Keys {
        if !value.is_wholly_known() {
            return Keys::none(Shape::Unknown);
        }
        let mut keys = Vec::new();
        for item in value.items().unwrap_or_default() {
            if item.is_null() {
                return wrong(self, "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.".into());
            }
            let Some(text) = item.as_text() else {
                return wrong(
                    self,
                    format!(
                        "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
                        item.ty().friendly_name()
                    ),
                );
            };
            keys.push(InstanceKey::Name(text.clone()));
        }
        keys.sort_unstable();
        Keys { shape: Shape::Each, names: keys, values: None }
    }

    /// Returns the value of an instance, and its id if it was not published.
    pub(super) fn instance_value(
        &self,
        module: u32,
        resource: usize,
        slot: Touch,
    ) -> (Value, Option<InstanceId>) {
        let place = self.module(module).place;
        let program = self.program;
        let facts = &program.parts.facts[program.configuration.places[place].module][resource];
        let is_ephemeral = facts.kind.as_ref().is_some_and(|kind| kind.mode() == Mode::Ephemeral);
        let marks = if is_ephemeral { Marks::EPHEMERAL } else { Marks::NONE };
        let unknown = || Value::unknown(facts.ty.clone()).with_marks(marks);
        let Touch::Instance(id) = slot else { return (unknown(), None) };
        match (self.known.get(id), &facts.kind) {
            (Some(value), Some(kind)) if facts.has_sensitive => {
                (kind.schema().block.mark_sensitive(value.clone()).with_marks(marks), None)
            }
            (Some(value), _) => (value.clone().with_marks(marks), None),
            (None, _) => (unknown(), Some(id)),
        }
    }

    /// Returns a resource with several instances as one value.
    pub(super) fn whole(&mut self, module: u32, resource: usize) -> Cell {
        if let Some(cell) = &self.module(module).wholes[resource]
            && self.is_fresh(&cell.origin)
        {
            return cell.clone();
        }
        let instances = self.instances(module, resource);
        let mut trace = Trace::default();
        let mut values = Vec::with_capacity(instances.slots.len());
        for slot in &instances.slots {
            let (value, missing) = self.instance_value(module, resource, *slot);
            if let Some(id) = missing {
                trace.miss(id);
            }
            values.push(value);
        }
        let value = if instances.shape == Shape::Each {
            let name = |key: &InstanceKey| match key {
                InstanceKey::Name(name) => name.clone(),
                InstanceKey::None | InstanceKey::Index(_) | InstanceKey::Any => Text::from(""),
            };
            Value::object(instances.keys.iter().map(name).zip(values))
        } else {
            Value::tuple(values)
        };
        self.known.evaluations += 1;
        let cell = Cell { value, origin: trace.finish(self.known.publications()) };
        self.module_mut(module).wholes[resource] = Some(cell.clone());
        cell
    }

    /// Returns the touch of an instance that is not among the known ones.
    pub(super) fn touch_of(&mut self, module: u32, resource: usize, key: InstanceKey) -> Touch {
        let address = self.address_of(module, resource, key);
        self.memo.set(address)
    }

    /// Returns all instances of the module at a place, sorted by address.
    pub(super) fn module_instances(&mut self, place: usize) -> Vec<u32> {
        let Some((parent, call)) = self.program.configuration.places[place].parent else {
            return vec![0];
        };
        let mut found = Vec::new();
        for module in self.module_instances(parent) {
            found.extend_from_slice(&self.call_instances(module, call).children);
        }
        found
    }
}
