//! Writing a comparison as text.

use super::node::{Field, Mask, Node, Sort, Symbol};
use crate::{
    render::{
        console,
        literal::{INDENT, UNKNOWN},
    },
    ui::{Paint, Style},
};
use infra_model::value::{Data, Value};
use std::borrow::Cow;

/// Attributes that are shown unchanged, so that a reader knows what it is about.
const ALWAYS: [&str; 3] = ["id", "name", "tags"];

/// Writes comparisons.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// Colours or not.
    pub paint: Paint,
    /// Each line begins with its symbol.
    pub symbols: bool,
}

/// How a part is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What goes away is not followed by `-> null`.
    pub bare: bool,
    /// What stays is shown too.
    pub all: bool,
}

impl Printer {
    /// Writes the lines of an attribute or output, its warnings first; the text begins in `column`.
    pub fn field(self, out: &mut String, name: &str, node: &Node, at: (usize, Options)) {
        self.begin(out, node, at.0);
        out.push_str(name);
        out.push_str(" = ");
        self.text(out, node, at);
        out.push('\n');
    }

    /// Writes the text of a value, without its symbol and a line end.
    pub fn text(self, out: &mut String, node: &Node, (column, options): (usize, Options)) {
        let bare = (column, Options { bare: true, ..options });
        match &node.sort {
            Sort::Plain { before, after } => {
                let sides = (before.as_ref(), after.as_ref());
                let remark = remark(node);
                return out.push_str(&self.plain(node.symbol, sides, &remark, (column, options)));
            }
            Sort::Object(fields) => return self.object(out, node, fields, (column, options)),
            Sort::Map(fields) => return self.map(out, node, fields, (column, options)),
            Sort::List(nodes) => return self.list(out, node, nodes, (column, options)),
            Sort::Set(nodes) => return self.set(out, node, nodes, (column, options)),
            Sort::Becomes(before, after) => {
                self.text(out, before, bare);
                out.push_str(" -> ");
                self.text(out, after, bare);
            }
            Sort::Unknown(before) => {
                if let Some(before) = before {
                    self.text(out, before, bare);
                    out.push_str(" -> ");
                }
                out.push_str(UNKNOWN);
            }
            Sort::Masked(mask) => {
                out.push_str(mask.text);
                out.push_str(gone(node.symbol, options));
            }
        }
        out.push_str(&remark(node));
    }

    /// Writes what stands before a value: warnings, and the symbol.
    fn begin(self, out: &mut String, node: &Node, column: usize) {
        if matches!(node.sort, Sort::Masked(_)) {
            out.push_str(&self.warnings(node, column));
        }
        self.lead(out, node.symbol, column);
    }

    fn plain(
        self,
        symbol: Symbol,
        (before, after): (Option<&Value>, Option<&Value>),
        remark: &str,
        at: (usize, Options),
    ) -> String {
        if [before, after].iter().flatten().any(|value| value.as_text().is_some()) {
            return self.string(symbol, (before, after), remark, at);
        }
        match symbol {
            Symbol::Add => format!("{}{remark}", scalar(after)),
            Symbol::Keep => format!("{}{remark}", scalar(before)),
            Symbol::Remove => {
                let gone = if before.is_some() { gone(symbol, at.1) } else { "" };
                format!("{}{gone}{remark}", scalar(before))
            }
            Symbol::Change => format!("{} -> {}{remark}", scalar(before), scalar(after)),
        }
    }

    fn object(
        self,
        out: &mut String,
        node: &Node,
        fields: &[Field],
        (column, options): (usize, Options),
    ) {
        let at = (column, options);
        if fields.is_empty() {
            return Self::empty(out, "{}", node, options);
        }
        open(out, '{', node);
        self.attributes(out, fields, (column + INDENT, Options { bare: true, ..options }));
        Self::close(out, '}', node, at);
    }

    /// Writes the lines of attributes, and how many are not shown.
    pub(super) fn attributes(
        self,
        out: &mut String,
        fields: &[Field],
        (column, options): (usize, Options),
    ) {
        let keys: Vec<Cow<'_, str>> = fields.iter().map(|field| key(&field.name)).collect();
        let width = widest(&keys);
        let mut hidden = 0;
        for (field, key) in fields.iter().zip(keys) {
            let always = ALWAYS.contains(&&*field.name);
            if !always && !options.all && field.node.symbol == Symbol::Keep {
                hidden += 1;
                continue;
            }
            let options = Options { all: options.all || always, ..options };
            self.named(out, (&key, width), &field.node, (column, options));
            out.push('\n');
        }
        self.hidden(out, "attribute", hidden, column);
    }

    /// Writes a member without a line end, its name as wide as the widest one.
    fn named(
        self,
        out: &mut String,
        (name, width): (&str, usize),
        node: &Node,
        at: (usize, Options),
    ) {
        self.begin(out, node, at.0);
        out.push_str(name);
        // As Go pads: the widest in bytes, each in characters.
        pad(out, width.saturating_sub(name.chars().count()));
        out.push_str(" = ");
        self.text(out, node, at);
    }

    fn map(
        self,
        out: &mut String,
        node: &Node,
        fields: &[Field],
        (column, options): (usize, Options),
    ) {
        if fields.is_empty() {
            return Self::empty(out, "{}", node, options);
        }
        let keys: Vec<Cow<'_, str>> =
            fields.iter().map(|field| console::quoted(&field.name).into()).collect();
        let width = widest(&keys);
        let inner = (column + INDENT, Options { bare: node.symbol == Symbol::Remove, ..options });
        let mut hidden = 0;
        open(out, '{', node);
        for (field, key) in fields.iter().zip(keys) {
            if !options.all && field.node.symbol == Symbol::Keep {
                hidden += 1;
                continue;
            }
            self.named(out, (&key, width), &field.node, inner);
            let is_object = matches!(field.node.sort, Sort::Object(_));
            out.push_str(if is_object { ",\n" } else { "\n" });
        }
        self.hidden(out, "element", hidden, inner.0);
        Self::close(out, '}', node, (column, options));
    }

    /// Elements in order: the one before a change and the one behind it are shown too.
    fn list(
        self,
        out: &mut String,
        node: &Node,
        nodes: &[Node],
        (column, options): (usize, Options),
    ) {
        if nodes.is_empty() {
            return Self::empty(out, "[]", node, options);
        }
        let inner = column + INDENT;
        let all = Options { bare: true, all: true };
        open(out, '[', node);
        let mut kept: Vec<&Node> = Vec::new();
        let mut shows_next = false;
        for element in nodes {
            let is_kept = element.symbol == Symbol::Keep;
            if is_kept && !shows_next && !options.all {
                kept.push(element);
                continue;
            }
            if let Some((last, rest)) = kept.split_last() {
                self.hidden(out, "element", rest.len(), inner);
                self.element(out, last, (inner, all));
            }
            kept.clear();
            shows_next = !is_kept;
            let how = if is_kept { all } else { Options { bare: true, ..options } };
            self.element(out, element, (inner, how));
        }
        self.hidden(out, "element", kept.len(), inner);
        Self::close(out, ']', node, (column, options));
    }

    fn set(
        self,
        out: &mut String,
        node: &Node,
        nodes: &[Node],
        (column, options): (usize, Options),
    ) {
        if nodes.is_empty() {
            return Self::empty(out, "[]", node, options);
        }
        let inner = column + INDENT;
        open(out, '[', node);
        let mut hidden = 0;
        for element in nodes {
            if !options.all && element.symbol == Symbol::Keep {
                hidden += 1;
                continue;
            }
            self.element(out, element, (inner, Options { bare: true, ..options }));
        }
        self.hidden(out, "element", hidden, inner);
        Self::close(out, ']', node, (column, options));
    }

    fn element(self, out: &mut String, node: &Node, at: (usize, Options)) {
        self.begin(out, node, at.0);
        self.text(out, node, at);
        out.push_str(",\n");
    }

    /// Writes what has no parts.
    fn empty(out: &mut String, brackets: &str, node: &Node, options: Options) {
        out.push_str(brackets);
        out.push_str(gone(node.symbol, options));
        out.push_str(&remark(node));
    }

    fn close(out: &mut String, bracket: char, node: &Node, (column, options): (usize, Options)) {
        pad(out, column);
        out.push(bracket);
        out.push_str(gone(node.symbol, options));
    }

    /// Writes what stands before the text of a line: its symbol in the columns before it.
    pub(super) fn lead(self, out: &mut String, symbol: Symbol, column: usize) {
        let (mark, style) = match symbol {
            Symbol::Add => ("+", Style::Create),
            Symbol::Remove => ("-", Style::Delete),
            Symbol::Change => ("~", Style::Update),
            Symbol::Keep => return pad(out, column),
        };
        if !self.symbols {
            return pad(out, column);
        }
        pad(out, column.saturating_sub(2));
        out.push_str(&self.paint.on(style, mark));
        out.push(' ');
    }

    /// Writes the remark that stands for so many parts that are not shown.
    pub(super) fn hidden(self, out: &mut String, noun: &str, count: usize, column: usize) {
        if count == 0 {
            return;
        }
        let plural = if count == 1 { "" } else { "s" };
        let text = format!("{count} unchanged {noun}{plural} hidden");
        out.push_str(&self.remark_line(&text, column));
    }

    /// Returns a remark of ours or of Terraform's on a line of its own.
    pub(super) fn remark_line(self, text: &str, column: usize) -> String {
        let text = self.paint.on(Style::Dim, &format!("# ({text})"));
        format!("{}{text}\n", " ".repeat(column))
    }

    /// Returns what is said before a value that begins or ceases to be masked.
    fn warnings(self, node: &Node, column: usize) -> String {
        let Sort::Masked(Mask { masked, is_same, .. }) = &node.sort else { return String::new() };
        if masked.0 == masked.1 || node.symbol != Symbol::Change {
            return String::new();
        }
        let pad = " ".repeat(column.saturating_sub(2));
        let warning = self.paint.on(Style::Warning, "Warning");
        let same = if *is_same { " The value is unchanged." } else { "" };
        let (first, second) = if masked.0 {
            ("no longer be marked as sensitive", "after applying this change.")
        } else {
            (
                "be marked as sensitive and will not",
                "display in UI output after applying this change.",
            )
        };
        format!("{pad}# {warning}: this attribute value will {first}\n{pad}# {second}{same}\n")
    }
}

/// Returns a name of an attribute: bare where that is allowed.
pub fn key(name: &str) -> Cow<'_, str> {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    if begins && chars.all(|c| c == '_' || c == '-' || c.is_alphanumeric()) {
        name.into()
    } else {
        console::quoted(name).into()
    }
}

fn widest(keys: &[Cow<'_, str>]) -> usize {
    keys.iter().map(|key| key.len()).max().unwrap_or(0)
}

/// Writes blanks.
pub(super) fn pad(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

fn open(out: &mut String, bracket: char, node: &Node) {
    out.push(bracket);
    out.push_str(&remark(node));
    out.push('\n');
}

fn remark(node: &Node) -> String {
    node.remark.as_ref().map(|remark| format!(" {remark}")).unwrap_or_default()
}

/// Returns what follows a value that goes away.
pub(super) fn gone(symbol: Symbol, options: Options) -> &'static str {
    if symbol == Symbol::Remove && !options.bare { " -> null" } else { "" }
}

/// Returns a number, bool or null.
fn scalar(value: Option<&Value>) -> String {
    match value.map(Value::data) {
        Some(Data::Bool(value)) => value.to_string(),
        Some(Data::Number(number)) => number.to_string(),
        _ => "null".to_owned(),
    }
}
