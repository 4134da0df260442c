//! Types as the console's `type` function shows them, over several lines.

use infra_model::types::Type;
use std::fmt::Write;

/// Returns the text of a type.
pub fn type_text(ty: &Type) -> String {
    let mut out = String::new();
    write(ty, 0, &mut out);
    out
}

fn write(ty: &Type, depth: usize, out: &mut String) {
    match ty {
        Type::Dynamic => out.push_str("dynamic"),
        Type::Bool => out.push_str("bool"),
        Type::Number => out.push_str("number"),
        Type::String => out.push_str("string"),
        Type::List(element) => collection("list", element, depth, out),
        Type::Set(element) => collection("set", element, depth, out),
        Type::Map(element) => collection("map", element, depth, out),
        Type::Tuple(elements) if elements.is_empty() => out.push_str("tuple([])"),
        Type::Tuple(elements) => {
            out.push_str("tuple([\n");
            for element in elements.iter() {
                indent(depth + 1, out);
                write(element, depth + 1, out);
                out.push_str(",\n");
            }
            indent(depth, out);
            out.push_str("])");
        }
        Type::Object(object) if object.attributes.is_empty() => out.push_str("object({})"),
        Type::Object(object) => {
            out.push_str("object({\n");
            for (name, ty) in &object.attributes {
                indent(depth + 1, out);
                // Writing to a string does not fail.
                let _ = write!(out, "{name}: ");
                write(ty, depth + 1, out);
                out.push_str(",\n");
            }
            indent(depth, out);
            out.push_str("})");
        }
    }
}

fn collection(name: &str, element: &Type, depth: usize, out: &mut String) {
    out.push_str(name);
    out.push('(');
    if matches!(element, Type::Tuple(_) | Type::Object(_)) {
        out.push('\n');
        indent(depth + 1, out);
        write(element, depth + 1, out);
        out.push_str(",\n");
        indent(depth, out);
    } else {
        write(element, depth, out);
    }
    out.push(')');
}

fn indent(depth: usize, out: &mut String) {
    for _ in 0..depth {
        out.push_str("    ");
    }
}
