//! Random characters: the common part of `random_string` and `random_password`.

use super::{LENGTH_MAX, common};
use crate::{draw::Draw, hooked::Hooked, keepers::with_keepers, local::fitted, rules};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block, Proposal, Schema},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use std::sync::Arc;

const NUMERIC: &str = "0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// The classes of characters, and the least numbers of each.
const CLASSES: [&str; 4] = ["numeric", "upper", "lower", "special"];
const MINIMUMS: [&str; 4] = ["min_numeric", "min_upper", "min_lower", "min_special"];

/// What is asked for.
pub(crate) struct Wish {
    pub(crate) length: u64,
    pub(crate) classes: [Class; 4],
}

/// One class of characters.
pub(crate) struct Class {
    pub(crate) is_wanted: bool,
    pub(crate) min: u64,
    pub(crate) characters: String,
}

/// Returns the block of both types; `result` is as given.
pub(crate) fn block(result: Attribute) -> Block {
    let flag = || Attribute::optional(Type::Bool).default(true).replaces();
    let least = || Attribute::optional(Type::Number).default(0_i64).replaces();
    let either = || Attribute::optional_computed(Type::Bool).replaces();
    let deprecated = Some(Text::from("use `numeric`"));
    let own = [
        ("length", Attribute::required(Type::Number).replaces()),
        ("special", flag()),
        ("upper", flag()),
        ("lower", flag()),
        ("numeric", either()),
        ("number", Attribute { deprecated, ..either() }),
        ("min_numeric", least()),
        ("min_upper", least()),
        ("min_lower", least()),
        ("min_special", least()),
        ("override_special", Attribute::optional(Type::String).replaces()),
        ("result", result),
    ];
    Block::of(common().into_iter().chain(own))
}

/// Returns the pure half of a type with such a block.
pub(crate) fn kind(inner: SchemaKind) -> Arc<dyn Kind> {
    Hooked::new(inner)
        .validate(validate)
        .planned(planned)
        .upgrade(|schema, value| Ok(upgraded(schema, value)))
        .shared()
}

/// Returns the proposal of the schema, with `numeric` and `number` made to agree.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    let given = |name| desired.get(name).filter(|value: &&Value| !value.is_null()).cloned();
    let either = given("numeric").or_else(|| given("number"));
    let recorded = prior.and_then(|prior| prior.get("numeric")).filter(|v| !v.is_null()).cloned();
    // Neither is given: the default is true, whatever was recorded before.
    let digits = either.unwrap_or_else(|| Value::from(true));
    let Some(entries) = desired.entries() else { return with_keepers(schema, prior, desired) };
    let agreed = entries.iter().map(|(name, value)| match &**name {
        "numeric" | "number" if value.is_null() => (name.clone(), digits.clone()),
        _ => (name.clone(), value.clone()),
    });
    let agreed = Value::object(agreed).with_marks(desired.marks());
    let mut proposal = with_keepers(schema, prior, &agreed);
    let marks = |value: Option<&Value>| value.and_then(|v| v.get("override_special")).cloned();
    if marks(prior).and_then(|v| v.as_text().cloned()).is_some_and(|text| text.is_empty())
        && marks(Some(desired)).is_some_and(|value| value.is_null())
    {
        // An empty text and none have the same meaning.
        proposal.replace.retain(|path| *path != Path::attribute("override_special"));
    }
    if recorded.as_ref() == Some(&digits) {
        // An older record may lack the other spelling, which is no reason for a new draw.
        let spellings = [Path::attribute("numeric"), Path::attribute("number")];
        proposal.replace.retain(|path| !spellings.contains(path));
    }
    proposal
}

/// Older records have `number` alone, and those of old imports lack what has a default.
fn upgraded(schema: &Schema, value: &Value) -> Value {
    let value = fitted(schema, value);
    let given = |name: &str| value.get(name).filter(|value| !value.is_null()).cloned();
    let digits = given("numeric").or_else(|| given("number")).unwrap_or_else(|| Value::from(true));
    let result = given("result").and_then(|result| result.as_text().cloned());
    let filled = value.entries().unwrap_or_default().iter().map(|(name, inner)| {
        let default = match &**name {
            "numeric" | "number" => Some(digits.clone()),
            "length" => result.as_ref().map(|result| length_of(result)),
            _ => schema.block.attributes.get(name).and_then(|a| a.default.clone()),
        };
        (Text::clone(name), default.filter(|_| inner.is_null()).unwrap_or_else(|| inner.clone()))
    });
    Value::object(filled).with_marks(value.marks())
}

fn length_of(text: &str) -> Value {
    Value::from(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}

/// Returns what is wrong with the known arguments.
pub(crate) fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Diagnostics::new();
    rules::each_within(desired, &MINIMUMS, &(0..=LENGTH_MAX), &mut wrong);
    rules::within(desired, "length", i64::MIN..=LENGTH_MAX, &mut wrong);
    if !wrong.is_empty() {
        return wrong;
    }
    let mut tell = |name: &str, summary: String, help: &str| {
        let found = Diagnostic::error("infra::builtin::characters_wrong", summary);
        wrong.push(found.help(help).at_path(Path::attribute(name)));
    };
    let number = |name: &str| desired.get(name)?.as_number()?.to_i64();
    let least: i64 = MINIMUMS.iter().filter_map(|name| number(name)).sum();
    let flag = |name: &str| desired.get(name).and_then(Value::as_bool);
    let digits = flag("numeric").or_else(|| flag("number"));
    if let Some(length) = number("length") {
        let is_off = |name: &&str| {
            let wanted = if *name == "numeric" { digits } else { flag(name) };
            wanted == Some(false)
        };
        let are_known = MINIMUMS.iter().all(|name| desired.get(name).is_none_or(Value::is_known));
        if length < least.max(1) {
            let least = least.max(1);
            let summary = format!("`length` must be at least {least}, the sum of all minimums");
            tell("length", summary, "make the text longer, or the minimums smaller");
        } else if length > least && are_known && CLASSES.iter().all(is_off) {
            tell("special", ALL_OFF.to_owned(), ALL_OFF_HELP);
        }
    }
    if let (Some(numeric), Some(number)) = (flag("numeric"), flag("number"))
        && numeric != number
    {
        let summary = "`number` and `numeric` contradict each other".to_owned();
        tell("number", summary, "give `numeric` alone; `number` is its older name");
    }
    wrong
}

const ALL_OFF: &str = "Every class of characters is excluded";
const ALL_OFF_HELP: &str = "leave at least one of `numeric`, `lower`, `upper` and `special` on";

/// Returns a class of characters.
pub(crate) fn class(is_wanted: Option<bool>, min: Option<u64>, characters: &str) -> Class {
    let is_wanted = is_wanted.unwrap_or(true);
    Class { is_wanted, min: min.unwrap_or(0), characters: characters.to_owned() }
}

/// The arguments of both types, as far as drawing is concerned.
#[derive(Clone, Copy, Default)]
pub(crate) struct Arguments<'a> {
    pub(crate) length: u64,
    /// Wanted, and how many at least: numeric, lower, upper, special.
    pub(crate) wanted: [Option<bool>; 4],
    pub(crate) least: [Option<u64>; 4],
    pub(crate) override_special: Option<&'a str>,
}

/// Draws a text.
pub(crate) fn draw(arguments: Arguments<'_>, draw: &mut Draw) -> Result<String, Failure> {
    let special = arguments.override_special.filter(|s| !s.is_empty()).unwrap_or(SPECIAL);
    let [numeric, lower, upper, marks] = arguments.wanted;
    let least = arguments.least;
    let wish = Wish {
        length: arguments.length,
        classes: [
            class(numeric, least[0], NUMERIC),
            class(lower, least[1], LOWER),
            class(upper, least[2], UPPER),
            class(marks, least[3], special),
        ],
    };
    drawn(&wish, draw)
}

fn drawn(wish: &Wish, draw: &mut Draw) -> Result<String, Failure> {
    let wanted = wish.classes.iter().filter(|class| class.is_wanted);
    let all: Vec<char> = wanted.flat_map(|class| class.characters.chars()).collect();
    let length = wish.length.min(LENGTH_MAX.unsigned_abs());
    let mut result: Vec<char> = Vec::new();
    for class in &wish.classes {
        let own: Vec<char> = class.characters.chars().collect();
        for _ in 0..class.min.min(length) {
            result.extend(draw.pick(&own)?);
        }
    }
    if all.is_empty() && (result.len() as u64) < length {
        let wrong = Diagnostic::error("infra::builtin::characters_wrong", ALL_OFF);
        return Err(Failure::new(wrong.help(ALL_OFF_HELP)));
    }
    while (result.len() as u64) < length {
        result.extend(draw.pick(&all)?);
    }
    draw.shuffle(&mut result)?;
    Ok(result.into_iter().collect())
}
