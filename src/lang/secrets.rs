//! Where secrets are written in files: literals in the values of what a schema, a variable or a call
//! of `sensitive` keeps out of sight.
//!
//! For those who show files to people. It goes by the text alone, so that it works on files with
//! mistakes; a misspelled argument beside secret ones counts as secret.

mod literals;

use crate::syntax::tree::{Attribute, Block, Body, Expr, File};
use infra_model::{
    address::{KindName, Mode},
    kind::Kinds,
    schema::Block as Schema,
    source::Span,
    text::Text,
};
use literals::{Literals, Secret};
use std::collections::BTreeSet;

/// The secret arguments of connections of provisioners.
const CONNECTION: [&str; 5] =
    ["password", "private_key", "bastion_password", "bastion_private_key", "proxy_user_password"];

/// What every resource may have besides the attributes of its type.
const META: [&str; 5] = ["count", "for_each", "provider", "depends_on", "enabled"];

/// What tells secrets from the rest.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    /// The types, with their schemas.
    pub kinds: &'a Kinds,
    /// The names of variables that are sensitive, in any module.
    pub variables: &'a BTreeSet<Text>,
}

/// What is known of the arguments of a body.
#[derive(Clone, Copy)]
enum Arguments<'a> {
    /// Nothing that makes them secret.
    Plain,
    /// A schema.
    Of(&'a Schema),
    /// The names of the secret ones.
    Names(&'a dyn Fn(&str) -> bool),
}

/// Returns the names of the sensitive variables that a file declares.
pub fn sensitive_variables(file: &File) -> Vec<Text> {
    let variables = file.body.blocks_of("variable").filter(|block| is_sensitive(file, block));
    variables.filter_map(|block| Some(block.labels.first()?.text.clone())).collect()
}

/// Returns the places of the secrets in a file of a configuration.
pub fn in_configuration(file: &File, knowledge: Knowledge<'_>) -> Vec<Span> {
    let mut walk = Walk { file, literals: Literals::of(&file.tree) };
    for block in &file.body.blocks {
        walk.top_level(block, knowledge);
    }
    walk.literals.found
}

/// Returns the places of the secrets in a file of values of variables.
pub fn in_variables(file: &File, knowledge: Knowledge<'_>) -> Vec<Span> {
    let mut walk = Walk { file, literals: Literals::of(&file.tree) };
    walk.body(&file.body, Arguments::Names(&|name| knowledge.variables.contains(name)));
    walk.literals.found
}

fn is_sensitive(file: &File, variable: &Block) -> bool {
    let sensitive = variable.body.attribute("sensitive");
    sensitive.is_some_and(|attribute| file.tree.expr(attribute.value) == Expr::Bool(true))
}

struct Walk<'t> {
    file: &'t File,
    literals: Literals<'t>,
}

impl Walk<'_> {
    fn top_level(&mut self, block: &Block, knowledge: Knowledge<'_>) {
        let Knowledge { kinds, variables } = knowledge;
        let label = block.labels.first().map(|label| label.text.clone()).unwrap_or_default();
        let typed = |mode| kinds.get(mode, &KindName(label.clone())).map(|kind| kind.schema());
        let schema = match &*block.kind.name {
            "resource" => typed(Mode::Managed),
            "data" => typed(Mode::Data),
            "ephemeral" => typed(Mode::Ephemeral),
            "provider" => kinds.provider(&label).map(|facts| &facts.config),
            _ => None,
        };
        let is_default = |name: &str| name == "default";
        let is_variable = |name: &str| variables.contains(name);
        self.body(
            &block.body,
            match (&*block.kind.name, schema) {
                (_, Some(schema)) => Arguments::Of(&schema.block),
                ("variable", _) if is_sensitive(self.file, block) => Arguments::Names(&is_default),
                ("module", _) => Arguments::Names(&is_variable),
                _ => Arguments::Plain,
            },
        );
    }

    fn body(&mut self, body: &Body, arguments: Arguments<'_>) {
        for attribute in &body.attributes {
            self.literals.expr(attribute.value, arguments.secret(attribute));
        }
        for block in &body.blocks {
            self.block(block, arguments);
        }
    }

    fn block(&mut self, block: &Block, around: Arguments<'_>) {
        let nested = |name: &str| match around {
            Arguments::Of(schema) => schema
                .blocks
                .get(name)
                .map_or(Arguments::Plain, |nested| Arguments::Of(&nested.block)),
            Arguments::Plain | Arguments::Names(_) => Arguments::Plain,
        };
        match (&*block.kind.name, block.labels.first()) {
            ("connection", _) => {
                self.body(&block.body, Arguments::Names(&|name| CONNECTION.contains(&name)));
            }
            ("dynamic", Some(label)) => {
                for content in block.body.blocks_of("content") {
                    self.body(&content.body, nested(&label.text));
                }
            }
            (name, _) => self.body(&block.body, nested(name)),
        }
    }
}

impl<'a> Arguments<'a> {
    fn secret(self, attribute: &Attribute) -> Secret<'a> {
        let name = &attribute.name.name;
        match self {
            Self::Of(_) if META.contains(&&**name) => Secret::Nothing,
            Self::Of(schema) => Secret::of(schema, name),
            Self::Names(is_secret) if is_secret(name) => Secret::All,
            Self::Plain | Self::Names(_) => Secret::Nothing,
        }
    }
}
