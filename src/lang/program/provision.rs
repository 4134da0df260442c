//! Provisioners of an instance.

use super::{
    decode::{Decoder, Ephemeral},
    engine::Engine,
    frame::Frame,
    memo::{Located, Touch},
};
use crate::{
    compile::{What, connection_layout, layout::Layout, provisioner_layout},
    config::block::{ProvisionerBlock, RemovedBlock, ResourceBlock},
    evaluate::{Evaluator, Scope},
    syntax::tree::{Body, Tree},
};
use infra_model::{
    address::InstanceId,
    program::{Provision, When},
    source::SourceId,
    text::Text,
    types::Type,
    value::Value,
};

impl Engine<'_, '_> {
    /// Returns the evaluated provisioners of an instance for a moment.
    pub(super) fn provisioners(
        &mut self,
        id: InstanceId,
        when: When,
        object: &Value,
    ) -> Vec<Provision> {
        let Some(located) = self.located(id) else {
            if when == When::Create {
                return Vec::new();
            }
            let address = self.known.addresses.address(id).clone();
            return self.orphaned_provisioners(&address, object);
        };
        let program = self.program;
        let place = self.module(located.module).place;
        let block = &program.configuration.module_at(place).resources[located.resource as usize];
        let wanted = |p: &&ProvisionerBlock| p.on_destroy == (when == When::Destroy);
        if !block.provisioners.iter().any(|p| wanted(&p)) {
            return Vec::new();
        }
        self.ensure(located.module, What::Resource(located.resource));
        let mut frame = self.instance_frame(located, "provisioner");
        frame.this = Some(object.clone());
        let found = block.provisioners.iter().filter(wanted);
        let of = Provisioned::from(block);
        found.map(|provisioner| evaluate(&mut frame, of, provisioner)).collect()
    }

    /// Returns what the create-time provisioners of an instance are made from.
    pub(super) fn provision_needs(
        &mut self,
        located: Located,
        block: &ResourceBlock,
    ) -> Vec<Touch> {
        if block.provisioners.iter().all(|provisioner| provisioner.on_destroy) {
            return Vec::new();
        }
        let of = Provisioned::from(block);
        let before = self.reported.len();
        let mut frame = self.instance_frame(located, "provisioner");
        frame.this = Some(Value::unknown(Type::Dynamic));
        for provisioner in block.provisioners.iter().filter(|p| !p.on_destroy) {
            evaluate(&mut frame, of, provisioner);
        }
        let trace = std::mem::take(&mut frame.trace);
        // What is wrong with them is told when they are run.
        self.reported.truncate(before);
        trace.finish(0).touched.to_vec()
    }
}

/// A block with provisioners.
#[derive(Clone, Copy)]
pub(super) struct Provisioned<'p> {
    pub(super) provisioners: &'p [ProvisionerBlock],
    connection: Option<&'p Body>,
    source: SourceId,
}

impl<'p> From<&'p ResourceBlock> for Provisioned<'p> {
    fn from(block: &'p ResourceBlock) -> Self {
        let (provisioners, connection) = (&block.provisioners, block.connection.as_ref());
        Self { provisioners, connection, source: block.span.source }
    }
}

impl<'p> From<&'p RemovedBlock> for Provisioned<'p> {
    fn from(block: &'p RemovedBlock) -> Self {
        let (provisioners, connection) = (&block.provisioners, block.connection.as_ref());
        Self { provisioners, connection, source: block.span.source }
    }
}

/// Evaluates one provisioner in the frame of its resource.
pub(super) fn evaluate(
    frame: &mut Frame<'_, '_, '_>,
    of: Provisioned<'_>,
    provisioner: &ProvisionerBlock,
) -> Provision {
    let program = frame.engine.program;
    let tree = program.configuration.tree(of.source);
    let empty = Layout::default();
    let layout = provisioner_layout(&provisioner.kind.name).unwrap_or(&empty);
    let config = body(frame, layout, (tree, &provisioner.body));
    let outer = of.connection.map(|inner| body(frame, connection_layout(), (tree, inner)));
    let own = provisioner
        .connection
        .as_ref()
        .map(|inner| body(frame, connection_layout(), (tree, inner)));
    Provision {
        kind: provisioner.kind.name.clone(),
        config,
        connection: merged(outer, own),
        continue_on_failure: provisioner.continue_on_failure,
        span: provisioner.span,
    }
}

fn body(frame: &mut Frame<'_, '_, '_>, layout: &Layout, (tree, body): (&Tree, &Body)) -> Value {
    let mut decoder = Decoder::new(Evaluator::new(frame), Ephemeral::Allowed);
    let value = decoder.body(layout, &Scope::new(tree), body);
    let found = decoder.finish();
    frame.engine.reported.extend(found);
    value
}

/// Lays the provisioner's own connection over that of the resource.
fn merged(outer: Option<Value>, own: Option<Value>) -> Value {
    let (Some(outer), Some(own)) = (&outer, &own) else {
        return own.or(outer).unwrap_or_else(|| Value::null(Type::Dynamic));
    };
    let entries = own.entries().unwrap_or_default().iter().map(|(name, value)| {
        let value = if value.is_null() { outer.get(name).unwrap_or(value) } else { value };
        (name.clone(), value.clone())
    });
    Value::object(entries.collect::<Vec<(Text, Value)>>())
}
