//! Expressions: the value, if it is constant, or what they refer to.

use super::{Source, put, references};
use crate::render::literal::Secrets;
use infra_lang::config::{Configuration, ExprAt, constant_value};
use infra_lang::syntax::tree::{Block, Body};
use infra_model::{
    schema::{Block as Schema, NestedBlock, Nesting},
    source::SourceId,
    value::Value,
};
use serde_json::{Map, Value as Json, json};

/// Returns an expression: a constant's value, or the references in it.
pub(super) fn value(source: Source<'_>, at: ExprAt, is_secret: bool) -> Json {
    let mut out = Map::new();
    if let Some(value) = constant(source.configuration, at) {
        let is_masked = is_secret && source.secrets == Secrets::Masked;
        let text = (!is_masked).then(|| crate::render::json::values::known(&value, source.secrets));
        let shown = text.flatten().map_or(Json::Null, |text| json!(text));
        out.insert("constant_value".to_owned(), shown);
    }
    let tree = source.configuration.tree(at.source);
    let found = references::of(tree, at.id);
    put(&mut out, "references", found.iter().flat_map(references::Reference::texts).collect());
    Json::Object(out)
}

/// Returns the value of an expression without references and calls.
pub(super) fn constant(configuration: &Configuration, at: ExprAt) -> Option<Value> {
    constant_value(configuration.tree(at.source), at.id)
}

/// Returns what `depends_on` names.
pub(super) fn depends_on(source: Source<'_>, all: &[ExprAt]) -> Json {
    all.iter()
        .flat_map(|at| references::of(source.configuration.tree(at.source), at.id))
        .map(|reference| reference.subject.to_string())
        .collect()
}

/// Returns the arguments and blocks of a body that a schema knows.
pub(super) fn members(
    source: Source<'_>,
    (file, body): (SourceId, &Body),
    schema: &Schema,
) -> Json {
    let mut out = Map::new();
    for attribute in &body.attributes {
        let Some(known) = schema.attributes.get(&attribute.name.name) else { continue };
        let at = ExprAt { source: file, id: attribute.value };
        out.insert(attribute.name.name.to_string(), value(source, at, known.sensitive));
    }
    for (name, nested) in &schema.blocks {
        let blocks: Vec<&Block> = body.blocks_of(name).collect();
        if !blocks.is_empty() {
            out.insert(name.to_string(), repeated(source, file, (&blocks, nested)));
        }
    }
    Json::Object(out)
}

fn repeated(
    source: Source<'_>,
    file: SourceId,
    (blocks, nested): (&[&Block], &NestedBlock),
) -> Json {
    let one = |block: &&Block| members(source, (file, &block.body), &nested.block);
    match nested.nesting {
        Nesting::Single | Nesting::Group => blocks.last().map_or(Json::Null, one),
        Nesting::List | Nesting::Set => blocks.iter().map(one).collect(),
        Nesting::Map => {
            let key = |block: &&Block| block.labels.first().map(|label| label.text.to_string());
            let entries = blocks.iter().filter_map(|block| Some((key(block)?, one(block))));
            entries.collect::<Map<_, _>>().into()
        }
    }
}
