//! Evaluation of expressions: a tree and what names stand for, to a value.
//!
//! Knows nothing of modules and memos: a [`Host`] says what references stand for. An evaluation
//! never stops at a mistake: it reports it, takes an unknown value in its place and goes on, so
//! that one run finds all. Marks spread as they do in Terraform.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most expressions and values are none of the few that a rule is about"
)]

mod access;
mod call;
mod conditional;
pub(crate) mod constant;
mod construct;
mod expression;
mod foresee;
mod index;
pub(crate) mod iterate;
pub(crate) mod limits;
mod mismatch;
mod operator;
pub(crate) mod provider_call;
mod reference;
pub(crate) mod render;
mod splat;
pub(crate) mod state;
mod template;

use crate::{
    functions::{Environment, Function},
    syntax::tree::{ExprId, Symbol, Tree},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::Span,
    text::Text,
    types::Type,
    value::Value,
};
use std::borrow::Cow;

pub(crate) use index::{attribute_of, index_of};

/// What the root of a traversal stands for, as found by static analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A value with the number of steps that name it, such as one for `var.a`.
    Value(ValueTarget, u8),
    /// A resource of the module, by its index; mode, type and name are the steps of this number.
    Resource(u32, u8),
    /// A module call, by its index.
    Call(u32),
    /// Nothing; that was reported.
    Undeclared,
}

/// Names that stand for a whole value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueTarget {
    /// `var.NAME`, by its index.
    Variable(u32),
    /// `local.NAME`, by its index.
    Local(u32),
    /// `each.key`
    EachKey,
    /// `each.value`
    EachValue,
    /// `count.index`
    CountIndex,
    /// `self`
    This,
    /// `path.module`
    PathModule,
    /// `path.root`
    PathRoot,
    /// `path.cwd`
    PathCwd,
    /// `terraform.workspace`
    Workspace,
    /// `terraform.applying`
    Applying,
    /// `output.NAME` in a test, by its index.
    Output(u32),
    /// `run.NAME` in a test.
    Run,
    /// `var.NAME` in a test, of a variable that the module does not declare.
    TestVariable,
    /// A name that the host looks up by its text.
    Named,
}

/// Says what references stand for.
pub(crate) trait Host {
    /// Returns what a traversal's root is.
    fn target(&self, tree: &Tree, id: ExprId) -> Target;

    /// Returns the value of a name.
    fn value(&mut self, target: ValueTarget, name: &Text) -> Result<Value, Fault>;

    /// Returns a resource as a whole, or the instance with a key.
    fn resource(&mut self, resource: u32, key: Option<&Value>) -> Result<Value, Fault>;

    /// Returns a module call as a whole, or the instance with a key, or only an output of it.
    fn call(
        &mut self,
        call: u32,
        key: Option<&Value>,
        output: Option<&Text>,
    ) -> Result<Found, Fault>;

    /// Returns whether instances of the resource, or of the call, have keys.
    fn is_keyed(&mut self, target: Target) -> bool;

    /// Returns what functions may know of the world; `None` where none may be called.
    fn environment(&self, draw: u64) -> Option<Environment<'_>>;

    /// Returns a function that a provider defines, by the provider's local name.
    fn provider_function(&self, local: &str, name: &str) -> Result<&'static Function, Fault> {
        let full = format!("provider::{local}::{name}");
        Err(provider_call::undeclared(&full, local, name))
    }
}

/// What a lookup in a module call found.
pub(crate) enum Found {
    /// The call, or an instance of it.
    Whole(Value),
    /// The output that was asked for.
    Output(Value),
}

/// A mistake without a place: whoever asked knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) detail: String,
    pub(crate) help: Cow<'static, str>,
}

impl Fault {
    pub(crate) fn new(
        code: &'static str,
        summary: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { code, summary, detail: detail.into(), help: Cow::Borrowed("") }
    }

    pub(crate) fn help(self, help: impl Into<Cow<'static, str>>) -> Self {
        Self { help: help.into(), ..self }
    }

    pub(crate) fn at(self, span: Span, label: &str) -> Diagnostic {
        let found = Diagnostic::error(self.code, self.summary).detail(self.detail);
        found.label(span, label).help(&*self.help)
    }
}

/// The names that an expression sees besides those of its host.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub(crate) tree: &'s Tree,
    bound: Option<&'s Bound<'s>>,
}

/// A name bound by a `for` expression, a template or a `dynamic` block.
struct Bound<'s> {
    name: BoundName<'s>,
    value: &'s Value,
    outer: Option<&'s Self>,
}

/// Names are compared as symbols where they come from the same tree.
enum BoundName<'s> {
    Symbol(Symbol),
    Text(&'s str),
}

impl<'s> Scope<'s> {
    /// Returns the scope of an expression with no names of its own.
    pub(crate) fn new(tree: &'s Tree) -> Self {
        Self { tree, bound: None }
    }

    fn find(&self, name: Symbol) -> Option<&'s Value> {
        let mut next = self.bound;
        while let Some(bound) = next {
            let found = match bound.name {
                BoundName::Symbol(symbol) => symbol == name,
                BoundName::Text(text) => **self.tree.symbol(name) == *text,
            };
            if found {
                return Some(bound.value);
            }
            next = bound.outer;
        }
        None
    }

    /// Runs something in a scope that has one more name.
    pub(crate) fn with_named<R>(
        &self,
        name: &str,
        value: &Value,
        run: impl FnOnce(&Scope<'_>) -> R,
    ) -> R {
        let bound = Bound { name: BoundName::Text(name), value, outer: self.bound };
        run(&Scope { tree: self.tree, bound: Some(&bound) })
    }

    fn is_bound(&self, name: Symbol) -> bool {
        self.find(name).is_some()
    }

    fn with<R>(&self, name: Symbol, value: &Value, run: impl FnOnce(&Scope<'_>) -> R) -> R {
        let bound = Bound { name: BoundName::Symbol(name), value, outer: self.bound };
        run(&Scope { tree: self.tree, bound: Some(&bound) })
    }
}

/// Evaluates expressions and collects what is wrong with them.
pub(crate) struct Evaluator<'h> {
    pub(crate) host: &'h mut dyn Host,
    pub(crate) diagnostics: Diagnostics,
    /// Elements made so far, bounded by [`limits::ELEMENTS_MAX`].
    made: usize,
    /// Function calls so far, which tell the draws of one evaluation apart.
    calls: u64,
    /// How many evaluations are under way whose findings nobody will hear.
    unheard: usize,
}

impl<'h> Evaluator<'h> {
    /// Returns an evaluator that asks `host` for references.
    pub(crate) fn new(host: &'h mut dyn Host) -> Self {
        Self { host, diagnostics: Vec::new(), made: 0, calls: 0, unheard: 0 }
    }

    /// Returns what was found.
    pub(crate) fn finish(self) -> Diagnostics {
        self.diagnostics
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a mistake and returns what stands for the value that could not be had.
    fn fail(&mut self, fault: Fault, span: Span, label: &str) -> Value {
        self.report(fault.at(span, label));
        unknown()
    }

    /// Returns whether an error was reported since the count was `before`.
    fn failed_since(&self, before: usize) -> bool {
        self.diagnostics.get(before..).is_some_and(infra_model::diagnostic::has_errors)
    }
}

/// A value of which nothing is known.
pub(crate) fn unknown() -> Value {
    Value::unknown(Type::Dynamic)
}
