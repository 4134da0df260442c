//! Type constraints as they are written, and bringing values to them.

use super::{constant, read::Reader, report::suggest};
use crate::syntax::tree::{Expr, ExprId, ObjectKey, StepKind, Tree};
use infra_model::{
    convert::convert,
    diagnostic::Diagnostic,
    source::Span,
    text::Text,
    types::{Constraint, Defaults, ObjectType, Type},
    value::Value,
};
use std::sync::Arc;

/// What is no type at all.
const NEITHER: &str = "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).";

/// Reads the type constraint of a variable.
pub(super) fn constraint(reader: &mut Reader<'_>, id: ExprId) -> Constraint {
    if let Expr::String(quoted) = reader.tree.expr(id) {
        let word = reader.tree.symbol(quoted).clone();
        reader.report(in_quotes(&word, reader.tree.span(id)));
        return Constraint { ty: Type::Dynamic, defaults: None };
    }
    if let Some(ty) = shorthand(reader.tree, id) {
        return Constraint { ty, defaults: None };
    }
    let (ty, defaults) = read(reader, id);
    Constraint { ty, defaults: is_useful(&defaults).then_some(defaults) }
}

/// Terraform 0.11 had types in quotes.
fn in_quotes(word: &str, span: Span) -> Diagnostic {
    let (instead, why) = match word {
        "string" => ("string", "."),
        "list" => (
            "list(string)",
            " and write list(string) instead to explicitly indicate that the list elements are strings.",
        ),
        "map" => (
            "map(string)",
            " and write map(string) instead to explicitly indicate that the map elements are strings.",
        ),
        _ => {
            let found = Diagnostic::error("infra::config::type_invalid", "Invalid legacy variable type hint")
                .detail("To provide a full type expression, remove the surrounding quotes and give the type expression directly.")
                .label(span, "in quotes");
            return if WORDS.contains(&word) {
                found.help(format!("write `{word}`"))
            } else {
                suggest(found.help("write the type without quotes"), word, WORDS.into_iter())
            };
        }
    };
    Diagnostic::error("infra::config::type_invalid", "Invalid quoted type constraints")
        .detail(format!("Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed in a future version of Terraform. Remove the quotes around \"{word}\"{why}"))
        .label(span, "in quotes")
        .help(format!("write `{instead}`"))
}

/// Returns the type of `list` and `map`, which alone and as a whole need no element type.
fn shorthand(tree: &Tree, id: ExprId) -> Option<Type> {
    let Expr::Traversal { root, steps } = tree.expr(id) else { return None };
    match &**tree.symbol(root) {
        "list" if steps.is_empty() => Some(Type::list(Type::Dynamic)),
        "map" if steps.is_empty() => Some(Type::map(Type::Dynamic)),
        _ => None,
    }
}

/// Returns a value with defaults filled in and converted to the type.
///
/// # Errors
///
/// Why it does not fit.
pub fn conform(value: &Value, constraint: &Constraint) -> Result<Value, Text> {
    constraint.apply(value).map_err(|error| Text::from(error.to_string()))
}

fn is_useful(defaults: &Defaults) -> bool {
    !defaults.values.is_empty() || defaults.children.values().any(is_useful)
}

type Read = (Type, Defaults);

fn plain(ty: Type) -> Read {
    (ty, Defaults::default())
}

fn read(reader: &mut Reader<'_>, id: ExprId) -> Read {
    let tree = reader.tree;
    match tree.expr(id) {
        Expr::Traversal { root, steps } if steps.is_empty() => {
            let word = tree.symbol(root).clone();
            keyword(reader, id, &word)
        }
        Expr::Call(call) => {
            let call = *tree.call(call);
            let name = tree.symbol(call.name).clone();
            let arguments = tree.exprs(call.arguments);
            constructor(reader, id, &name, arguments)
        }
        Expr::Parenthesised(inner) => read(reader, inner),
        Expr::Invalid => plain(Type::Dynamic),
        _ => {
            fault(reader, id, NEITHER);
            plain(Type::Dynamic)
        }
    }
}

fn keyword(reader: &mut Reader<'_>, id: ExprId, word: &str) -> Read {
    let detail = match word {
        "any" => return plain(Type::Dynamic),
        "bool" => return plain(Type::Bool),
        "number" => return plain(Type::Number),
        "string" => return plain(Type::String),
        _ => arguments_of(word).unwrap_or_else(|| match word {
            "optional" => OPTIONAL.into(),
            _ => format!("The keyword \"{word}\" is not a valid type specification."),
        }),
    };
    fault(reader, id, &detail);
    plain(Type::Dynamic)
}

const OPTIONAL: &str =
    "Keyword \"optional\" is valid only as a modifier for object type attributes.";

/// Returns what a type constructor takes; `None` for any other word.
fn arguments_of(word: &str) -> Option<String> {
    let what = match word {
        "list" | "set" | "map" => "element type",
        "object" => "attribute types and values as a map",
        "tuple" => "element types as a list",
        _ => return None,
    };
    Some(format!("The {word} type constructor requires one argument specifying the {what}."))
}

fn constructor(reader: &mut Reader<'_>, id: ExprId, name: &str, arguments: &[ExprId]) -> Read {
    let detail = match (name, arguments) {
        ("list", [argument]) => return collection(reader, *argument, Type::list),
        ("set", [argument]) => return collection(reader, *argument, Type::set),
        ("map", [argument]) => return collection(reader, *argument, Type::map),
        ("object", [argument]) => return object(reader, *argument),
        ("tuple", [argument]) => return tuple(reader, *argument),
        ("bool" | "number" | "string", _) => {
            format!("Primitive type keyword \"{name}\" does not expect arguments.")
        }
        ("any", _) => "Type constraint keyword \"any\" does not expect arguments.".into(),
        ("optional", _) => OPTIONAL.into(),
        _ => arguments_of(name)
            .unwrap_or_else(|| format!("Keyword \"{name}\" is not a valid type constructor.")),
    };
    fault(reader, id, &detail);
    plain(Type::Dynamic)
}

fn collection(reader: &mut Reader<'_>, argument: ExprId, of: fn(Type) -> Type) -> Read {
    let (element, inner) = read(reader, argument);
    let mut defaults = Defaults::default();
    if is_useful(&inner) {
        defaults.children.insert(Text::from(""), inner);
    }
    (of(element), defaults)
}

fn object(reader: &mut Reader<'_>, argument: ExprId) -> Read {
    let tree = reader.tree;
    let Expr::Object(items) = tree.expr(argument) else {
        fault(
            reader,
            argument,
            "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.",
        );
        return plain(Type::Dynamic);
    };
    let mut ty = ObjectType::default();
    let mut defaults = Defaults::default();
    for item in tree.items(items) {
        let Some(name) = item_name(tree, item.key) else {
            reader.report(
                Diagnostic::error("infra::config::type_invalid", "Invalid type specification")
                    .detail("Object constructor map keys must be attribute names.")
                    .label(tree.at(item.key_range), "not a name")
                    .help("write a name without quotes and parentheses as the key"),
            );
            continue;
        };
        if ty.attributes.contains_key(&name) {
            reader.report(
                Diagnostic::error("infra::config::type_invalid", "Invalid type specification")
                    .detail("Object constructor map keys must be unique.")
                    .label(tree.at(item.key_range), "there already")
                    .help(format!("keep one `{name}`")),
            );
            continue;
        }
        let (attribute, inner) = attribute(reader, item.value, &name, (&mut ty, &mut defaults));
        if is_useful(&inner) {
            defaults.children.insert(name.clone(), inner);
        }
        ty.attributes.insert(name, attribute);
    }
    (Type::Object(Arc::new(ty)), defaults)
}

fn item_name(tree: &Tree, key: ObjectKey) -> Option<Text> {
    match key {
        ObjectKey::Name(symbol) => Some(tree.symbol(symbol).clone()),
        ObjectKey::Expression(_) => None,
    }
}

/// Reads one attribute's type, which may be wrapped in `optional(…)`.
fn attribute(
    reader: &mut Reader<'_>,
    id: ExprId,
    name: &Text,
    (ty, defaults): (&mut ObjectType, &mut Defaults),
) -> Read {
    let tree = reader.tree;
    let Expr::Call(call) = tree.expr(id) else { return read(reader, id) };
    let call = *tree.call(call);
    if &**tree.symbol(call.name) != "optional" {
        return read(reader, id);
    }
    let (inner, default) = match *tree.exprs(call.arguments) {
        [inner] => (inner, None),
        [inner, default] => (inner, Some(default)),
        [] => {
            fault(
                reader,
                id,
                "Optional attribute modifier requires the attribute type as its argument.",
            );
            return plain(Type::Dynamic);
        }
        _ => {
            fault(
                reader,
                id,
                "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.",
            );
            return plain(Type::Dynamic);
        }
    };
    ty.optional.insert(name.clone());
    let (attribute, nested) = read(reader, inner);
    let Some(default) = default else { return (attribute, nested) };
    let Some(value) = constant::evaluate(tree, default, reader.diagnostics) else {
        return (attribute, nested);
    };
    let filled = nested.apply(&value);
    match convert(&filled, &attribute) {
        Ok(value) => {
            defaults.values.insert(name.clone(), value);
        }
        Err(error) => reader.report(
            Diagnostic::error("infra::config::type_invalid", "Invalid default value for optional attribute")
                .detail(format!("This default value is not compatible with the attribute's type constraint: {error}."))
                .label(tree.span(default), "does not fit the type")
                .help("change the default or the type"),
        ),
    }
    (attribute, nested)
}

fn tuple(reader: &mut Reader<'_>, argument: ExprId) -> Read {
    let tree = reader.tree;
    let Expr::Tuple(items) = tree.expr(argument) else {
        fault(reader, argument, "Tuple type constructor requires a list of element types.");
        return plain(Type::Dynamic);
    };
    let mut elements = Vec::new();
    let mut defaults = Defaults::default();
    for (index, item) in tree.exprs(items).iter().enumerate() {
        let (element, inner) = read(reader, *item);
        if is_useful(&inner) {
            defaults.children.insert(Text::from(index.to_string()), inner);
        }
        elements.push(element);
    }
    (Type::tuple(elements), defaults)
}

/// The words of type constraints.
const WORDS: [&str; 10] =
    ["any", "bool", "list", "map", "number", "object", "optional", "set", "string", "tuple"];

fn fault(reader: &mut Reader<'_>, id: ExprId, detail: &str) {
    let span = reader.tree.span(id);
    let diagnostic = Diagnostic::error("infra::config::type_invalid", "Invalid type specification")
        .detail(detail)
        .label(span, "not a type");
    let word = match reader.tree.expr(id) {
        Expr::Traversal { root, .. } | Expr::String(root) => reader.tree.symbol(root).clone(),
        Expr::Call(call) => reader.tree.symbol(reader.tree.call(call).name).clone(),
        _ => Text::from(""),
    };
    let form = match &*word {
        "any" | "bool" | "number" | "string" => format!("write `{word}`"),
        "list" | "map" | "set" => format!("write `{word}(TYPE)`"),
        "object" => "write `object({ NAME = TYPE })`".into(),
        "tuple" => "write `tuple([TYPE, TYPE])`".into(),
        "optional" => "write `object({ NAME = optional(TYPE, DEFAULT) })`".into(),
        _ => "use `string`, `number`, `bool`, `any`, `list(…)`, `set(…)`, `map(…)`, `object({…})` or `tuple([…])`".into(),
    };
    let is_word = WORDS.contains(&&*word);
    let diagnostic = diagnostic.help(form);
    reader.report(if is_word { diagnostic } else { suggest(diagnostic, &word, WORDS.into_iter()) });
}

/// Returns the names of a traversal made of attributes only, such as `docker.prod`.
pub(super) fn dotted(tree: &Tree, id: ExprId) -> Option<Vec<Text>> {
    match tree.expr(id) {
        Expr::Traversal { root, steps } => {
            let mut names = vec![tree.symbol(root).clone()];
            for step in tree.steps(steps) {
                let StepKind::Attribute(name) = step.kind else { return None };
                names.push(tree.symbol(name).clone());
            }
            Some(names)
        }
        Expr::String(symbol) => Some(tree.symbol(symbol).split('.').map(Text::from).collect()),
        _ => None,
    }
}
