//! Values as YAML text, byte for byte as Terraform writes it.
//!
//! Block style; strings in double quotes, folded at 80 columns, or as literal blocks if they have
//! several lines and nothing that a block cannot show.

use infra_model::{
    number::Number,
    value::{Data, Value},
};

/// The column behind which a quoted string is folded at the next space.
const WIDTH: usize = 80;

/// A key longer than this is written behind a question mark.
const KEY_MAX: usize = 128;

/// Returns a known value as a YAML document.
pub(super) fn encode(value: &Value) -> String {
    let mut writer = Writer { out: String::new() };
    writer.value(value, 0, Place::Root);
    if !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    // A plain scalar alone needs an end, lest a reader wait for more of it.
    if matches!(value.data(), Data::Null(_) | Data::Bool(_) | Data::Number(_)) {
        writer.out.push_str("...\n");
    }
    writer.out
}

/// What a value stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Entry,
    Item,
}

struct Writer {
    out: String,
}

impl Writer {
    /// Writes a value behind its introduction (`key:` or `-`), itself at an indentation.
    fn value(&mut self, value: &Value, indent: usize, place: Place) {
        if let Some(items) = value.items() {
            self.items(items, indent, place);
            return;
        }
        if let Some(entries) = value.entries() {
            self.entries(entries, indent, place);
            return;
        }
        if place != Place::Root {
            self.out.push(' ');
        }
        // What continues on a next line is one level deeper than its container.
        let deeper = if place == Place::Root { 2 } else { indent };
        if let Some(text) = value.as_text() {
            self.text(text, deeper, true);
        } else if let Some(number) = value.as_number() {
            let text = if number.is_finite() { number.to_string() } else { infinity(number) };
            self.out.push_str(&text);
        } else if let Some(truth) = value.as_bool() {
            self.out.push_str(if truth { "true" } else { "false" });
        } else {
            self.out.push_str("null");
        }
    }

    fn items(&mut self, items: &[Value], indent: usize, place: Place) {
        if items.is_empty() {
            self.empty("[]", place);
            return;
        }
        // A list in an entry is not indented; one in a list starts on the line of its dash.
        let indent = if place == Place::Entry { indent - 2 } else { indent };
        for (index, item) in items.iter().enumerate() {
            self.begin(index, indent, place);
            self.out.push('-');
            self.value(item, indent + 2, Place::Item);
        }
    }

    fn entries(
        &mut self,
        entries: &[(infra_model::text::Text, Value)],
        indent: usize,
        place: Place,
    ) {
        if entries.is_empty() {
            self.empty("{}", place);
            return;
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            self.begin(index, indent, place);
            if key.len() > KEY_MAX || key.contains('\n') {
                self.out.push_str("? ");
                self.text(key, indent + 2, true);
                self.line(indent);
            } else {
                self.text(key, indent + 2, false);
            }
            self.out.push(':');
            self.value(value, indent + 2, Place::Entry);
        }
    }

    /// Begins an item or entry: on a line of its own, save the first behind a dash.
    fn begin(&mut self, index: usize, indent: usize, place: Place) {
        match (index, place) {
            (0, Place::Root) => {}
            (0, Place::Item) => self.out.push(' '),
            _ => self.line(indent),
        }
    }

    fn line(&mut self, indent: usize) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn empty(&mut self, text: &str, place: Place) {
        if place != Place::Root {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    fn text(&mut self, text: &str, indent: usize, may_break: bool) {
        if may_break && text.contains('\n') && block_can_show(text) {
            self.block(text, indent);
        } else {
            self.quoted(text, indent, may_break);
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        let lines = text.strip_suffix('\n');
        match lines {
            None => self.out.push('-'),
            Some(lines) if lines.is_empty() || lines.ends_with('\n') => self.out.push('+'),
            Some(_) => {}
        }
        self.out.push('\n');
        for line in lines.unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.out.extend(std::iter::repeat_n(' ', indent));
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, may_break: bool) {
        let start = self.out.rfind('\n').map_or(0, |at| at + 1);
        let mut column = self.out[start..].chars().count() + 1;
        self.out.push('"');
        let mut after_space = false;
        let mut rest = text.chars().peekable();
        let mut first = true;
        while let Some(c) = rest.next() {
            if c == ' ' {
                let inside = !first && rest.peek().is_some();
                if may_break && !after_space && column > WIDTH && inside {
                    self.line(indent);
                    column = indent;
                    if rest.peek() == Some(&' ') {
                        self.out.push('\\');
                        column += 1;
                    }
                } else {
                    self.out.push(' ');
                    column += 1;
                }
                after_space = true;
            } else {
                let before = self.out.len();
                self.escaped(c);
                column += self.out[before..].chars().count();
                after_space = false;
            }
            first = false;
        }
        self.out.push('"');
    }

    fn escaped(&mut self, c: char) {
        let code = u32::from(c);
        let short = match c {
            '\0' => "\\0",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\u{1b}' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{85}' => "\\N",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            c if is_printable(c) => {
                self.out.push(c);
                return;
            }
            _ => {
                let (letter, digits) = match code {
                    0..=0xff => ('x', format!("{code:02X}")),
                    0x100..=0xffff => ('u', format!("{code:04X}")),
                    _ => ('U', format!("{code:08X}")),
                };
                self.out.extend(['\\', letter]);
                self.out.push_str(&digits);
                return;
            }
        };
        self.out.push_str(short);
    }
}

fn infinity(number: &Number) -> String {
    if number.is_negative() { "-Inf" } else { "+Inf" }.to_owned()
}

/// What the writer takes for printable: nothing beyond 16 bits.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Returns whether a literal block shows the text as it is.
fn block_can_show(text: &str) -> bool {
    !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(is_printable)
}
