//! The `lifecycle` block of an instance.

use super::frame::Frame;
use crate::{
    compile::{ResourceFacts, endpoint_instance, endpoint_steps},
    config::{ExprAt, block::ResourceBlock, report::suggest},
    syntax::tree::{Expr, ExprId, StepKind},
};
use infra_model::{
    address::{Address, InstanceKey},
    convert::convert,
    diagnostic::Diagnostic,
    path::{Path, Step},
    program::{Ignore, Lifecycle, Trigger},
    types::Type,
    value::{Marks, Value},
};

/// Returns the evaluated block; `None` if something in it is wrong, which was reported.
pub(super) fn evaluate(
    frame: &mut Frame<'_, '_, '_>,
    (block, facts): (&ResourceBlock, &ResourceFacts),
) -> Option<Lifecycle> {
    let lifecycle = &block.lifecycle;
    // Each part is evaluated even if one before it is wrong, so that all is reported.
    let create_before_destroy =
        flag(frame, lifecycle.create_before_destroy, "create_before_destroy");
    let prevent_destroy = flag(frame, lifecycle.prevent_destroy, "prevent_destroy");
    let ignored: Vec<Option<Path>> =
        lifecycle.ignore.iter().map(|expression| path(frame, *expression, facts)).collect();
    let triggers: Vec<Option<Trigger>> = lifecycle
        .replace_triggered_by
        .iter()
        .map(|expression| trigger(frame, *expression))
        .collect();
    let ignored: Option<Vec<Path>> = ignored.into_iter().collect();
    let ignore_changes = match ignored? {
        _ if lifecycle.ignore_all => Ignore::All,
        paths if paths.is_empty() => Ignore::Nothing,
        paths => Ignore::Paths(paths),
    };
    Some(Lifecycle {
        create_before_destroy: create_before_destroy?,
        prevent_destroy: prevent_destroy?,
        ignore_changes,
        replace_triggered_by: triggers.into_iter().collect::<Option<_>>()?,
        provisioned: block.provisioners.iter().any(|provisioner| !provisioner.on_destroy),
        destroy_provisioned: block.provisioners.iter().any(|provisioner| provisioner.on_destroy),
    })
}

/// Evaluates a flag, which must be known: a guard that is not known guards nothing.
fn flag(frame: &mut Frame<'_, '_, '_>, expression: Option<ExprAt>, name: &str) -> Option<bool> {
    let Some(expression) = expression else { return Some(false) };
    let span = frame.engine.program.configuration.span(expression);
    let value = frame.value_of(expression)?;
    let (value, marks) = value.unmark_deep();
    let converted = convert(&value, &Type::Bool).ok();
    let found = converted.as_ref().filter(|value| !value.is_null());
    let detail = match found.map(|value| (value.as_bool(), value.is_known())) {
        _ if marks.contains(Marks::EPHEMERAL) => {
            format!("The value of {name} is ephemeral, so it may be another one at apply.")
        }
        _ if marks.contains(Marks::SENSITIVE) => {
            format!("The value of {name} is sensitive, and the plan would tell it.")
        }
        Some((Some(flag), _)) => return Some(flag),
        Some((None, false)) if frame.engine.is_validating => return Some(false),
        Some((None, false)) => format!("The value of {name} must be known when planning."),
        _ => format!("The value of {name} must be true or false."),
    };
    frame.engine.report(
        Diagnostic::error("infra::lang::lifecycle_invalid", format!("Invalid {name} value"))
            .detail(detail)
            .label(span, ""),
    );
    None
}

/// Returns the path that an `ignore_changes` reference names.
fn path(frame: &mut Frame<'_, '_, '_>, expression: ExprAt, facts: &ResourceFacts) -> Option<Path> {
    let program = frame.engine.program;
    let tree = program.configuration.tree(expression.source);
    let span = tree.span(expression.id);
    let (root, steps) = match tree.expr(expression.id) {
        Expr::Traversal { root, steps } => (tree.symbol(root), tree.steps(steps)),
        Expr::Invalid => return None,
        _ => {
            frame.engine.report(
                Diagnostic::error("infra::lang::lifecycle_invalid", "Invalid expression")
                .detail("A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.")
                .label(span, "not an attribute"),
            );
            return None;
        }
    };
    if facts.kind.is_some() && !facts.layout.has(root) {
        let diagnostic = Diagnostic::error(
            "infra::config::attribute_unknown",
            "Unsupported attribute",
        )
        .detail(format!(
            "This object has no argument, nested block, or exported attribute named {root:?}."
        ))
        .label(span, "no such attribute");
        frame.engine.report(suggest(diagnostic, root, facts.layout.names()));
        return None;
    }
    let mut path = Path::attribute(root.clone());
    for step in steps {
        let step = match step.kind {
            StepKind::Attribute(name) => Step::Attribute(tree.symbol(name).clone()),
            StepKind::Index(key) | StepKind::LegacyIndex(key) => {
                key_step(frame, ExprAt { source: expression.source, id: key })?
            }
            StepKind::Splat | StepKind::AttributeSplat { .. } => return Some(path),
        };
        path = path.then(in_terms_of(&facts.ty, &path, step));
    }
    Some(path)
}

fn key_step(frame: &mut Frame<'_, '_, '_>, key: ExprAt) -> Option<Step> {
    let value = frame.value_of(key)?;
    if let Some(text) = value.as_text() {
        return Some(Step::Key(text.clone()));
    }
    value.as_number().and_then(infra_model::number::Number::to_usize).map(Step::Index)
}

/// Names a step as the type at the path does: `tags.a` means a key if `tags` is a map.
fn in_terms_of(ty: &Type, path: &Path, step: Step) -> Step {
    let mut at = Some(ty);
    for step in &path.0 {
        at = at.and_then(|ty| match (ty, step) {
            (Type::Object(object), Step::Attribute(name)) => object.attributes.get(name),
            (ty, _) => ty.element(),
        });
    }
    match (at, step) {
        (Some(Type::Map(_)), Step::Attribute(name)) => Step::Key(name),
        (Some(Type::Object(_)), Step::Key(name)) => Step::Attribute(name),
        (_, step) => step,
    }
}

/// Returns what a `replace_triggered_by` reference names.
fn trigger(frame: &mut Frame<'_, '_, '_>, expression: ExprAt) -> Option<Trigger> {
    let program = frame.engine.program;
    let tree = program.configuration.tree(expression.source);
    let span = tree.span(expression.id);
    let names = endpoint_steps(tree, expression.id)?;
    let source = expression.source;
    let mut key = |id: ExprId| instance_key(frame, ExprAt { source, id });
    let read = endpoint_instance(&names, &mut key);
    let Some((Some(address), _, behind)) = read else {
        frame.engine.report(
            Diagnostic::error("infra::lang::lifecycle_invalid", "Invalid replace_triggered_by reference")
                .detail("Each element must name a managed resource of this module, an instance or an attribute of it.")
                .label(span, "not such a reference"),
        );
        return None;
    };
    let module = frame.engine.module(frame.module);
    let block =
        program.configuration.module_at(module.place).resources.get(&super::name_of(&address))?;
    let is_whole = address.key == InstanceKey::None && block.repeat.is_keyed();
    let key = if is_whole { InstanceKey::Any } else { address.key };
    let module = module.address.clone();
    let mut path = Path::default();
    for named in behind {
        path = path.then(Step::Attribute(named.name));
        if let Some(id) = named.key {
            path = path.then(key_step(frame, ExprAt { source, id })?);
        }
    }
    Some(Trigger { address: Address { module, key, ..address }, path, span })
}

/// Returns the instance key that an expression evaluates to.
pub(super) fn instance_key(frame: &mut Frame<'_, '_, '_>, key: ExprAt) -> Option<InstanceKey> {
    let value: Value = frame.value_of(key)?;
    if !value.is_known() {
        return Some(InstanceKey::Any);
    }
    if let Some(text) = value.as_text() {
        return Some(InstanceKey::Name(text.clone()));
    }
    value.as_number().and_then(infra_model::number::Number::to_u64).map(InstanceKey::Index)
}
