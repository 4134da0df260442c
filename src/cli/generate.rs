//! Configuration for objects to import: `plan -generate-config-out=FILE`.
//!
//! Written are the attributes and blocks that can be set, as the provider read them. Secrets are
//! not: `null` stands for them, for a person to fill in.

use crate::{context::Context, failure::Failure, whole};
// Builds and escapes the generated HCL. MIT or Apache-2.0.
use hcl_edit::{
    Decorate, Decorated, Ident,
    expr::{
        Array, Expression, FuncArgs, FuncCall, Object, ObjectKey, ObjectValue,
        ObjectValueTerminator,
    },
    structure::{Attribute as HclAttribute, Block as HclBlock, BlockLabel, Body},
};
use infra_lang::{config::load::is_configuration, format::format};
use infra_model::{
    address::Address,
    diagnostic::Diagnostic,
    kind::Kinds,
    schema::{Attribute, Block, NestedBlock, Nesting, Usage},
    source::SourceId,
    text::Text,
    value::{Data, Marks, Value},
};
use infra_plan::plan::Generated;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const TITLE: &str = "# __generated__ by infra\n# Please review these resources and move them into your main configuration files.\n";

/// Returns where configuration is written to, if it can be.
///
/// # Errors
///
/// If something stands there, or the file would not be part of the configuration.
pub fn target(context: &Context, file: &Path) -> Result<PathBuf, Failure> {
    let path = context.directory.join(file);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let is_read = name.is_some_and(|name| is_configuration(&name));
    if !is_read || path.parent() != Some(context.directory.as_path()) {
        return Err(Failure::from(not_read(file)));
    }
    if path.symlink_metadata().is_ok() {
        return Err(Failure::from(exists(file)));
    }
    Ok(path)
}

/// Writes the configuration of objects to a file that is not there yet, and returns their blocks.
///
/// # Errors
///
/// If it cannot be written.
pub fn write(
    path: &Path,
    objects: &[Generated],
    kinds: &Kinds,
) -> Result<BTreeMap<Address, Text>, Failure> {
    let mut text = String::from(TITLE);
    let mut blocks = BTreeMap::new();
    for object in objects {
        let Some(block) = block(object, kinds) else { continue };
        // What is imported by a secret, such as a password, is known by no other name.
        let id = object.import.id.as_text().filter(|_| !object.value.has_sensitive());
        let id = id.map(|id| format!(" from {:?}", &**id)).unwrap_or_default();
        text.push_str(&format!("\n# __generated__ by infra{id}\n{block}\n"));
        blocks.insert(object.import.to.clone(), Text::from(block));
    }
    let written = whole::write_new(path, text.as_bytes(), 0o666);
    written.map_err(|error| Failure::from(unwritable(path, &error)))?;
    Ok(blocks)
}

/// Returns the block of an object, without a line break at its end.
fn block(object: &Generated, kinds: &Kinds) -> Option<String> {
    let to = &object.import.to;
    let kind = kinds.get(to.mode, &to.kind)?;
    let labels = [&*to.kind.0, &*to.name].map(BlockLabel::from);
    let mut block = HclBlock::builder(Ident::new("resource")).labels(labels).build();
    // What the import names the resource must name as well.
    let named = object.import.argument.as_ref();
    if let Some(provider) = named.and_then(|named| named.parse::<Expression>().ok()) {
        block.body.push(HclAttribute::new(Ident::new("provider"), provider));
    }
    for structure in body(&kind.schema().block, &object.value) {
        block.body.push(structure);
    }
    let text = Body::builder().block(block).build().to_string();
    // What is written here is ours, and can be read.
    let text = format(SourceId(0), &Text::from(text.as_str())).unwrap_or(text);
    Some(text.trim_end().to_owned())
}

fn body(block: &Block, value: &Value) -> Body {
    let mut body = Body::new();
    for (name, attribute) in &block.attributes {
        if let Some(written) = argument(name, attribute, value.get(name)) {
            body.push(written);
        }
    }
    for (name, nested) in &block.blocks {
        for block in blocks(name, nested, value.get(name)) {
            body.push(block);
        }
    }
    body
}

/// Returns the line of an attribute, if a configuration may set it.
fn argument(name: &Text, attribute: &Attribute, value: Option<&Value>) -> Option<HclAttribute> {
    // An id is what the import names.
    let computed = attribute.usage == Usage::Computed
        || attribute.usage == Usage::OptionalComputed && &**name == "id";
    if computed || attribute.deprecated.is_some() {
        return None;
    }
    let key = Ident::new(&**name);
    let secret = attribute.sensitive || value.is_some_and(Value::has_sensitive);
    let remark = match (attribute.write_only, secret) {
        (true, _) => Some(" # write-only"),
        (false, true) => Some(" # sensitive"),
        (false, false) => None,
    };
    if let Some(remark) = remark {
        let mut null = Expression::null();
        null.decor_mut().set_suffix(remark);
        return Some(HclAttribute::new(key, null));
    }
    let is_null = value.is_none_or(Value::is_null);
    let by_provider = attribute.usage == Usage::OptionalComputed;
    if is_null && by_provider {
        return None;
    }
    Some(HclAttribute::new(key, value.map_or_else(Expression::null, expression)))
}

fn blocks(name: &Text, nested: &NestedBlock, value: Option<&Value>) -> Vec<HclBlock> {
    let Some(value) = value.filter(|value| !value.is_null() && value.is_known()) else {
        return Vec::new();
    };
    let one = |label: Option<&Text>, value: &Value| {
        let labels = label.map(|label| BlockLabel::from(Decorated::new(label.to_string())));
        let mut block = HclBlock::builder(Ident::new(&**name)).labels(labels).build();
        block.body = body(&nested.block, value);
        block
    };
    match nested.nesting {
        Nesting::Single | Nesting::Group => vec![one(None, value)],
        Nesting::List | Nesting::Set => {
            value.items().unwrap_or_default().iter().map(|item| one(None, item)).collect()
        }
        Nesting::Map => {
            let entries = value.entries().unwrap_or_default().iter();
            entries.map(|(label, item)| one(Some(label), item)).collect()
        }
    }
}

fn expression(value: &Value) -> Expression {
    if value.marks().contains(Marks::SENSITIVE) {
        return Expression::null();
    }
    match value.data() {
        Data::Null(_) | Data::Unknown(_) => Expression::null(),
        Data::Bool(bool) => Expression::from(*bool),
        // The text of a number is a number.
        Data::Number(number) => number.to_string().parse().unwrap_or_else(|_| Expression::null()),
        Data::String(text) => encoded(text).unwrap_or_else(|| Expression::from(text.to_string())),
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            let items = value.items().unwrap_or_default().iter().map(expression);
            Expression::from(items.collect::<Array>())
        }
        Data::Map(_) | Data::Object(_) => {
            let entries = value.entries().unwrap_or_default().iter();
            object(entries.map(|(name, value)| (&**name, expression(value))))
        }
    }
}

fn object<'a>(entries: impl Iterator<Item = (&'a str, Expression)>) -> Expression {
    let entry = |(index, (name, value)): (usize, (&str, Expression))| {
        // Each entry has a line of its own.
        let prefix = if index == 0 { "\n" } else { "" };
        let mut key = match Ident::try_new(name) {
            Ok(name) => ObjectKey::from(name),
            Err(_) => ObjectKey::from(Expression::from(name)),
        };
        key.decor_mut().set_prefix(prefix);
        key.decor_mut().set_suffix(" ");
        let mut value = ObjectValue::from(value);
        value.set_terminator(ObjectValueTerminator::Newline);
        (key, value)
    };
    Expression::from(entries.enumerate().map(entry).collect::<Object>())
}

/// Returns a JSON document as a call of `jsonencode`, if that gives back the very same text.
fn encoded(text: &str) -> Option<Expression> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let is_document = json.is_object() || json.is_array();
    // The function sorts the members, escapes some characters, and leaves out blanks.
    let same = serde_json::to_string(&json).is_ok_and(|again| again == text);
    if !is_document || !same || text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let arguments = FuncArgs::from(vec![from_json(&json)?]);
    Some(Expression::from(FuncCall::new(Ident::new("jsonencode"), arguments)))
}

fn from_json(json: &serde_json::Value) -> Option<Expression> {
    use serde_json::Value as Json;
    Some(match json {
        Json::Null => Expression::null(),
        Json::Bool(bool) => Expression::from(*bool),
        Json::Number(number) if number.is_i64() || number.is_u64() => {
            number.to_string().parse().ok()?
        }
        Json::Number(_) => return None,
        Json::String(text) => Expression::from(text.as_str()),
        Json::Array(items) => {
            Expression::from(items.iter().map(from_json).collect::<Option<Array>>()?)
        }
        Json::Object(members) => {
            let entries: Option<Vec<(&str, Expression)>> = members
                .iter()
                .map(|(name, value)| Some((name.as_str(), from_json(value)?)))
                .collect();
            object(entries?.into_iter())
        }
    })
}

fn exists(file: &Path) -> Diagnostic {
    Diagnostic::error("infra::cli::generate_exists", "Target generated file already exists")
        .detail(
            "infra can only write generated config into a new file. Either choose a different target \
             location or move all existing configuration out of the target file, delete it and try \
             again.",
        )
        .help(format!("Name another file than `{}`. Nothing was changed.", file.display()))
}

fn not_read(file: &Path) -> Diagnostic {
    Diagnostic::error("infra::cli::generate_place", "Generated configuration would not be read")
        .detail(format!(
            "`{}` is not a file of this configuration: those lie in its directory and end in .tf or \
             .hcl.",
            file.display()
        ))
        .help("Name a new file such as `generated.tf`. Nothing was changed.")
}

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let summary = format!("`{}` cannot be written", path.display());
    Diagnostic::error("infra::cli::generate_unwritable", summary)
        .detail(format!("{error}. The file was not made, and nothing was changed."))
        .help("Make room, or make the directory writable; or name another file.")
}
