//! Values exactly as Terraform's console prints them; secrets masked, always.

use super::literal::{EPHEMERAL, SENSITIVE, UNKNOWN};
use infra_model::{
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};

/// Spaces per level.
const INDENT: usize = 2;

/// Returns what the console prints for a value, without a line end.
pub fn console(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

fn write(value: &Value, indent: usize, out: &mut String) {
    if !value.is_known() {
        return out.push_str(UNKNOWN);
    }
    if value.marks().contains(Marks::SENSITIVE) {
        return out.push_str(SENSITIVE);
    }
    if value.marks().contains(Marks::EPHEMERAL) {
        return out.push_str(EPHEMERAL);
    }
    match value.data() {
        Data::Null(ty) => out.push_str(&null(ty)),
        Data::Unknown(_) => out.push_str(UNKNOWN),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) if number.is_finite() => out.push_str(&number.to_string()),
        Data::Number(number) => out.push_str(if number.is_negative() { "-Inf" } else { "+Inf" }),
        Data::String(text) => string(text, indent, out),
        Data::Tuple(_) => sequence(value, indent, out),
        Data::List(_) => called("tolist", sequence, (value, indent), out),
        Data::Set(_) => called("toset", sequence, (value, indent), out),
        Data::Map(_) => called("tomap", mapping, (value, indent), out),
        Data::Object(_) => mapping(value, indent, out),
    }
}

/// Returns a null with its type, as far as the console tells it.
fn null(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "null".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::List(element) => format!("tolist(null) /* of {} */", element.friendly_name()),
        Type::Set(element) => format!("toset(null) /* of {} */", element.friendly_name()),
        Type::Map(element) => format!("tomap(null) /* of {} */", element.friendly_name()),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", ty.friendly_name()),
    }
}

fn called(
    function: &str,
    inner: fn(&Value, usize, &mut String),
    (value, indent): (&Value, usize),
    out: &mut String,
) {
    out.push_str(function);
    out.push('(');
    inner(value, indent, out);
    out.push(')');
}

fn sequence(value: &Value, indent: usize, out: &mut String) {
    let items = value.items().unwrap_or_default();
    out.push('[');
    for item in items {
        line(indent + INDENT, out);
        write(item, indent + INDENT, out);
        out.push(',');
    }
    if !items.is_empty() {
        line(indent, out);
    }
    out.push(']');
}

fn mapping(value: &Value, indent: usize, out: &mut String) {
    let entries: &[(Text, Value)] = value.entries().unwrap_or_default();
    out.push('{');
    for (name, item) in entries {
        line(indent + INDENT, out);
        string(name, indent + INDENT, out);
        out.push_str(" = ");
        write(item, indent + INDENT, out);
    }
    if !entries.is_empty() {
        line(indent, out);
    }
    out.push('}');
}

fn line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Writes a text in quotes, or as a heredoc if it has several lines.
fn string(text: &str, indent: usize, out: &mut String) {
    if !text.contains('\n') {
        return out.push_str(&quoted(text));
    }
    let mut marker = String::from("EOT");
    while text.split('\n').any(|line| line.trim() == marker) {
        marker.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&marker);
    for part in text.split('\n') {
        line(indent, out);
        out.push_str(part);
    }
    line(indent, out);
    out.push_str(&marker);
}

/// Writes a text as Go quotes it: `${` stays as it is, what cannot be printed is escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// Returns whether a character is a letter, mark, number, punctuation, symbol, or the plain space.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return c == ' ' || c.is_ascii_graphic();
    }
    // The library escapes marks only at the start of a text, and otherwise what is not printable.
    let mut buffer = [0; 5];
    buffer[0] = b'a';
    let end = 1 + c.encode_utf8(&mut buffer[1..]).len();
    std::str::from_utf8(&buffer[..end]).is_ok_and(|text| text.escape_debug().nth(1) == Some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_as_go_does() {
        let given =
            "it's \"q\" \\ ${x} \u{200b}\u{7f}\u{1}\u{e000} é e\u{301} \u{10ffff} \u{b}\t日";
        let wanted =
            "\"it's \\\"q\\\" \\\\ ${x} \\u200b\\x7f\\x01\\ue000 é e\u{301} \\U0010ffff \\v\\t日\"";
        assert_eq!(console(&Value::string(given)), wanted);
    }

    #[test]
    fn the_marker_of_a_heredoc_is_none_of_its_lines() {
        assert_eq!(console(&Value::string("a\n EOT \n")), "<<EOT_\na\n EOT \n\nEOT_");
    }

    #[test]
    fn secrets_and_what_is_typed_null_are_told() {
        let secret = Value::string("hush").sensitive();
        let list = Value::list(Type::String, vec![secret, Value::null(Type::String)]);
        assert_eq!(console(&list), "tolist([\n  (sensitive value),\n  tostring(null),\n])");
        let none = Value::null(Type::list(Type::map(Type::Number)));
        assert_eq!(console(&none), "tolist(null) /* of map of number */");
    }
}
