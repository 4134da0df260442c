//! What an expression refers to, as Terraform names it: an object, and the way into it.

use infra_lang::syntax::{
    references::references,
    tree::{Expr, ExprId, StepKind, Tree},
};
use infra_model::text::Text;
use std::fmt;

/// A reference to an object and, as far as that is constant, into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render::json) struct Reference {
    /// The object.
    pub(in crate::render::json) subject: Subject,
    /// The steps behind it.
    pub(in crate::render::json) remaining: Vec<Step>,
}

/// What can be referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render::json) enum Subject {
    /// `var.a`, `local.a`, `each.key`, `path.module`, `self`: a root with, mostly, one name.
    Named(Text, Option<Text>),
    /// A resource, or an instance of one.
    Resource {
        /// `data.` or `ephemeral.`; empty for what is managed.
        mode: &'static str,
        /// Its type.
        kind: Text,
        /// Its name.
        name: Text,
        /// The key, if one is written.
        key: Option<Key>,
    },
    /// A module, or an instance or output of one.
    Module {
        /// The call.
        name: Text,
        /// The key, if one is written.
        key: Option<Key>,
        /// The output.
        output: Option<Text>,
    },
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render::json) enum Step {
    /// `.name`
    Attribute(Text),
    /// `["key"]`, `[0]`
    Index(Key),
}

/// A constant key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render::json) enum Key {
    /// A number as it is written.
    Number(Text),
    /// A string.
    Text(Text),
}

/// Returns the references of an expression, in the order of its parts.
pub(in crate::render::json) fn of(tree: &Tree, id: ExprId) -> Vec<Reference> {
    references(tree, id).into_iter().filter_map(|found| reference(tree, found)).collect()
}

fn reference(tree: &Tree, id: ExprId) -> Option<Reference> {
    let Expr::Traversal { root, steps } = tree.expr(id) else { return None };
    let steps = tree.constant_steps(steps).iter().filter_map(|step| match step.kind {
        StepKind::Attribute(name) => Some(Step::Attribute(tree.symbol(name).clone())),
        StepKind::Index(key) | StepKind::LegacyIndex(key) => Some(Step::Index(constant(tree, key))),
        // Such steps are no constant ones.
        StepKind::Splat | StepKind::AttributeSplat { .. } => None,
    });
    let mut steps: Vec<Step> = steps.collect();
    let subject = subject(tree.symbol(root), &mut steps)?;
    Some(Reference { subject, remaining: steps })
}

fn constant(tree: &Tree, key: ExprId) -> Key {
    if let Expr::String(text) = tree.expr(key) {
        return Key::Text(tree.symbol(text).clone());
    }
    Key::Number(tree.source_text(key).into())
}

/// Takes the subject off the front of the steps.
fn subject(root: &Text, steps: &mut Vec<Step>) -> Option<Subject> {
    Some(match &**root {
        "self" => Subject::Named(root.clone(), None),
        "count" | "each" | "path" | "terraform" | "local" | "var" => {
            Subject::Named(root.clone(), Some(attribute(steps)?))
        }
        "module" => {
            let name = attribute(steps)?;
            let key = key(steps);
            let output = attribute(steps);
            Subject::Module { name, key, output }
        }
        "data" => resource("data.", attribute(steps)?, steps)?,
        "ephemeral" => resource("ephemeral.", attribute(steps)?, steps)?,
        "resource" => resource("", attribute(steps)?, steps)?,
        _ => resource("", root.clone(), steps)?,
    })
}

fn resource(mode: &'static str, kind: Text, steps: &mut Vec<Step>) -> Option<Subject> {
    let name = attribute(steps)?;
    Some(Subject::Resource { mode, kind, name, key: key(steps) })
}

fn attribute(steps: &mut Vec<Step>) -> Option<Text> {
    let Some(Step::Attribute(name)) = steps.first().cloned() else { return None };
    steps.remove(0);
    Some(name)
}

fn key(steps: &mut Vec<Step>) -> Option<Key> {
    let Some(Step::Index(key)) = steps.first().cloned() else { return None };
    steps.remove(0);
    Some(key)
}

impl Reference {
    /// Returns the reference and what it goes through, from the inmost part outwards.
    pub(super) fn texts(&self) -> Vec<String> {
        let whole = self.subject.to_string();
        let mut texts: Vec<String> = (0..=self.remaining.len())
            .rev()
            .map(|count| {
                let steps = self.remaining[..count].iter().map(ToString::to_string);
                steps.fold(whole.clone(), |text, step| text + &step)
            })
            .collect();
        texts.extend(self.subject.around().map(|outer| outer.to_string()));
        texts
    }
}

impl Subject {
    /// Returns what an instance or an output is one of.
    fn around(&self) -> Option<Self> {
        match self.clone() {
            Self::Resource { mode, kind, name, key: Some(_) } => {
                Some(Self::Resource { mode, kind, name, key: None })
            }
            Self::Module { name, key, output: Some(_) } => {
                Some(Self::Module { name, key, output: None })
            }
            Self::Module { name, key: Some(_), output: None } => {
                Some(Self::Module { name, key: None, output: None })
            }
            Self::Named(..) | Self::Resource { .. } | Self::Module { .. } => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(root, None) => f.write_str(root),
            Self::Named(root, Some(name)) => write!(f, "{root}.{name}"),
            Self::Resource { mode, kind, name, key } => {
                write!(f, "{mode}{kind}.{name}")?;
                key.as_ref().map_or(Ok(()), |key| write!(f, "{key}"))
            }
            Self::Module { name, key, output } => {
                write!(f, "module.{name}")?;
                key.as_ref().map_or(Ok(()), |key| write!(f, "{key}"))?;
                output.as_ref().map_or(Ok(()), |output| write!(f, ".{output}"))
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, ".{name}"),
            Self::Index(key) => write!(f, "{key}"),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(text) => write!(f, "[{text}]"),
            Self::Text(text) => write!(f, "[{}]", crate::render::literal::quoted(text)),
        }
    }
}
