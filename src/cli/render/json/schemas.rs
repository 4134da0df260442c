//! The schemas of providers as JSON, in Terraform's format 1.0.

use super::functions::{Signature, signature};
use crate::{provider_names::provider_source, statefile::type_json};
use infra_lang::functions::of_provider;
use infra_model::{
    address::Mode,
    kind::{Kinds, ProviderFacts},
    schema::{Attribute, Block, NestedBlock, Nesting, Schema, Usage},
    text::Text,
};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the format.
const FORMAT: &str = "1.0";

/// How descriptions are to be read.
const PLAIN: &str = "plain";

#[derive(Serialize)]
struct Schemas<'a> {
    format_version: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    provider_schemas: BTreeMap<String, ProviderJson<'a>>,
}

#[derive(Serialize)]
struct ProviderJson<'a> {
    provider: SchemaJson<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    resource_schemas: BTreeMap<&'a str, SchemaJson<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    data_source_schemas: BTreeMap<&'a str, SchemaJson<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    ephemeral_resource_schemas: BTreeMap<&'a str, SchemaJson<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    functions: BTreeMap<&'static str, Signature>,
}

#[derive(Serialize)]
struct SchemaJson<'a> {
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<BlockJson<'a>>,
}

#[derive(Serialize)]
struct BlockJson<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'a str, AttributeJson<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    block_types: BTreeMap<&'a str, NestedJson<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    description_kind: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members of the format")]
struct AttributeJson<'a> {
    #[serde(rename = "type")]
    ty: Json,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    description_kind: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    optional: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    computed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sensitive: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    write_only: bool,
}

#[derive(Serialize)]
struct NestedJson<'a> {
    nesting_mode: &'static str,
    block: BlockJson<'a>,
    #[serde(skip_serializing_if = "is_none")]
    min_items: u64,
    #[serde(skip_serializing_if = "is_none")]
    max_items: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Returns the schemas of the providers of these names.
pub fn schemas(kinds: &Kinds, names: &BTreeSet<Text>) -> String {
    let used = kinds.providers().filter(|(name, _)| names.contains(*name));
    let provider_schemas =
        used.map(|(name, facts)| (provider_source(name), provider(kinds, name, facts))).collect();
    super::document(&Schemas { format_version: FORMAT, provider_schemas })
}

fn provider<'a>(kinds: &'a Kinds, name: &str, facts: &'a ProviderFacts) -> ProviderJson<'a> {
    let of_mode = |mode: Mode| -> BTreeMap<&'a str, SchemaJson<'a>> {
        let names = facts.kinds.iter().filter(|(own, _)| *own == mode);
        let found = names.filter_map(|(mode, kind)| kinds.get(*mode, kind));
        found.map(|kind| (&*kind.name().0, schema(kind.schema()))).collect()
    };
    let own = of_provider(name, facts.functions);
    ProviderJson {
        provider: provider_schema(&facts.config),
        resource_schemas: of_mode(Mode::Managed),
        data_source_schemas: of_mode(Mode::Data),
        ephemeral_resource_schemas: of_mode(Mode::Ephemeral),
        functions: own.map(|function| (function.name, signature(function))).collect(),
    }
}

fn provider_schema(config: &Schema) -> SchemaJson<'_> {
    let is_empty = config.block.attributes.is_empty() && config.block.blocks.is_empty();
    if is_empty { SchemaJson { version: config.version, block: None } } else { schema(config) }
}

fn schema(schema: &Schema) -> SchemaJson<'_> {
    SchemaJson { version: schema.version, block: Some(block(&schema.block)) }
}

fn block(block: &Block) -> BlockJson<'_> {
    let attributes = block.attributes.iter().map(|(name, own)| (&**name, attribute(own)));
    let blocks = block.blocks.iter().map(|(name, own)| (&**name, nested(own)));
    BlockJson {
        attributes: attributes.collect(),
        block_types: blocks.collect(),
        description: &block.description,
        description_kind: PLAIN,
        deprecated: block.deprecated.is_some(),
    }
}

fn attribute(attribute: &Attribute) -> AttributeJson<'_> {
    let usage = attribute.usage;
    AttributeJson {
        ty: type_json(&attribute.ty),
        description: &attribute.description,
        description_kind: PLAIN,
        deprecated: attribute.deprecated.is_some(),
        required: usage == Usage::Required,
        optional: matches!(usage, Usage::Optional | Usage::OptionalComputed),
        // A default is given by the provider, as the ecosystem's providers say it.
        computed: matches!(usage, Usage::Computed | Usage::OptionalComputed),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
    }
}

fn nested(nested: &NestedBlock) -> NestedJson<'_> {
    let nesting_mode = match nested.nesting {
        Nesting::Single => "single",
        Nesting::Group => "group",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    };
    let is_repeated = !matches!(nested.nesting, Nesting::Single | Nesting::Group);
    let bound = |count: u64| if is_repeated { count } else { 0 };
    NestedJson {
        nesting_mode,
        block: block(&nested.block),
        min_items: bound(nested.min),
        max_items: bound(nested.max.unwrap_or(0)),
    }
}
