//! Provisioners of an instance.

use super::{
    decode::{Decoder, Ephemeral},
    engine::Engine,
    frame::Frame,
    memo::{Located, Touch},
};
use crate::{
    compile::{What, connection_layout, layout::Layout, provisioner_layout},
    config::{
        block::{ProvisionerBlock, RemovedBlock, ResourceBlock},
        report::attribute_missing,
    },
    evaluate::{Evaluator, Scope},
    syntax::tree::{Body, Tree},
};
use infra_model::{
    address::InstanceId,
    diagnostic::{Diagnostic, Diagnostics},
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
        let mut found = Diagnostics::new();
        for provisioner in block.provisioners.iter().filter(|p| !p.on_destroy) {
            let provision = evaluate(&mut frame, of, provisioner);
            found.extend(judge(of, provisioner, &provision));
        }
        let trace = std::mem::take(&mut frame.trace);
        // What else is wrong with them is told when they are run.
        self.reported.truncate(before);
        self.reported.extend(found);
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
        when: if provisioner.on_destroy { When::Destroy } else { When::Create },
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

/// Says of a provisioner what would fail on its way to the machine, as far as it is known before
/// anything is made.
pub(super) fn judge(
    of: Provisioned<'_>,
    provisioner: &ProvisionerBlock,
    provision: &Provision,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    let kind = &*provisioner.kind.name;
    let is_set = |name: &str| provision.config.get(name).is_some_and(|value| !value.is_null());
    let mut wrong = |summary: &str, detail: &str| {
        let invalid = Diagnostic::error("infra::config::provisioner_invalid", summary);
        found.push(invalid.detail(detail).label(provisioner.span, "this provisioner"));
    };
    let scripts = ["inline", "script", "scripts"].into_iter().filter(|name| is_set(name)).count();
    match (kind, is_set("source"), is_set("content")) {
        ("remote-exec", ..) if scripts != 1 => wrong(
            "Invalid remote-exec provisioner configuration",
            r#"Only one of "inline", "script", or "scripts" must be set"#,
        ),
        ("file", true, true) => wrong("Cannot set both 'source' and 'content'", ""),
        ("file", false, false) => wrong("Must provide one of 'source' or 'content'", ""),
        _ => {}
    }
    let connection = &provision.connection;
    let text = |name: &str| {
        connection.get(name).and_then(|value| value.clone().unmark().0.as_text().cloned())
    };
    if kind != "local-exec" {
        let summary = "The provisioner cannot connect";
        let type_of = text("type").unwrap_or_default();
        let platform = text("target_platform").unwrap_or_default();
        if connection.is_null() {
            wrong(summary, "Missing connection configuration for provisioner.");
        } else if !["", "ssh"].contains(&&*type_of) {
            wrong(summary, &format!("connection type '{type_of}' not supported"));
        } else if !["", "unix", "windows"].contains(&&*platform) {
            wrong(summary, "target_platform for provisioner has to be either unix or windows");
        }
    }
    let bodies = [of.connection, provisioner.connection.as_ref()];
    let has_host = bodies.iter().flatten().any(|body| body.attribute("host").is_some());
    if !connection.is_null() && !has_host {
        found.push(attribute_missing("host", provisioner.span));
    }
    found
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
