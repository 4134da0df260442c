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
    /// Returns the lines of an attribute or output, its warnings first; the text begins in `column`.
    pub fn field(self, name: &str, node: &Node, (column, options): (usize, Options)) -> String {
        let lead = self.lead(node.symbol, column);
        let text = self.text(node, column, options);
        format!("{}{lead}{name} = {text}\n", self.warnings(node, column))
    }

    /// Returns the text of a value, without its symbol and a line end.
    pub fn text(self, node: &Node, column: usize, options: Options) -> String {
        let remark = node.remark.as_ref().map(|r| format!(" {r}")).unwrap_or_default();
        match &node.sort {
            Sort::Plain { before, after } => {
                let sides = (before.as_ref(), after.as_ref());
                self.plain(node.symbol, sides, &remark, (column, options))
            }
            Sort::Object(fields) => self.object(node, fields, (column, options)),
            Sort::Map(fields) => self.map(node, fields, (column, options)),
            Sort::List(nodes) => self.list(node, nodes, (column, options)),
            Sort::Set(nodes) => self.set(node, nodes, (column, options)),
            Sort::Becomes(before, after) => {
                let options = Options { bare: true, ..options };
                let before = self.text(before, column, options);
                format!("{before} -> {}{remark}", self.text(after, column, options))
            }
            Sort::Unknown(None) => format!("{UNKNOWN}{remark}"),
            Sort::Unknown(Some(before)) => {
                let before = self.text(before, column, Options { bare: true, ..options });
                format!("{before} -> {UNKNOWN}{remark}")
            }
            Sort::Masked(mask) => {
                format!("{}{}{remark}", mask.text, gone(node.symbol, options))
            }
        }
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

    fn object(self, node: &Node, fields: &[Field], (column, options): (usize, Options)) -> String {
        let remark = remark(node);
        if fields.is_empty() {
            return format!("{{}}{}{remark}", gone(node.symbol, options));
        }
        let inner = Options { bare: true, ..options };
        let mut out = format!("{{{remark}\n");
        out.push_str(&self.attributes(fields, (column + INDENT, inner)));
        out.push_str(&Self::close('}', node, (column, options)));
        out
    }

    /// Returns the lines of attributes, and how many are not shown.
    pub(super) fn attributes(
        self,
        fields: &[Field],
        (column, options): (usize, Options),
    ) -> String {
        let keys: Vec<String> = fields.iter().map(|field| key(&field.name)).collect();
        let width = keys.iter().map(String::len).max().unwrap_or(0);
        let mut hidden = 0;
        let mut out = String::new();
        for (field, key) in fields.iter().zip(keys) {
            let always = ALWAYS.contains(&&*field.name);
            if !always && !options.all && field.node.symbol == Symbol::Keep {
                hidden += 1;
                continue;
            }
            let options = Options { all: options.all || always, ..options };
            out.push_str(&self.field(&format!("{key:width$}"), &field.node, (column, options)));
        }
        out.push_str(&self.hidden("attribute", hidden, column));
        out
    }

    fn map(self, node: &Node, fields: &[Field], (column, options): (usize, Options)) -> String {
        let remark = remark(node);
        if fields.is_empty() {
            return format!("{{}}{}{remark}", gone(node.symbol, options));
        }
        let keys: Vec<String> = fields.iter().map(|field| console::quoted(&field.name)).collect();
        let width = keys.iter().map(String::len).max().unwrap_or(0);
        let inner = Options { bare: node.symbol == Symbol::Remove, ..options };
        let column_inner = column + INDENT;
        let mut hidden = 0;
        let mut out = format!("{{{remark}\n");
        for (field, key) in fields.iter().zip(keys) {
            if !options.all && field.node.symbol == Symbol::Keep {
                hidden += 1;
                continue;
            }
            let key = format!("{key:width$}");
            let mut text = self.field(&key, &field.node, (column_inner, inner));
            if matches!(field.node.sort, Sort::Object(_)) {
                text.insert(text.len() - 1, ',');
            }
            out.push_str(&text);
        }
        out.push_str(&self.hidden("element", hidden, column_inner));
        out.push_str(&Self::close('}', node, (column, options)));
        out
    }

    /// Elements in order: the one before a change and the one behind it are shown too.
    fn list(self, node: &Node, nodes: &[Node], (column, options): (usize, Options)) -> String {
        let remark = remark(node);
        if nodes.is_empty() {
            return format!("[]{}{remark}", gone(node.symbol, options));
        }
        let inner = column + INDENT;
        let all = Options { bare: true, all: true };
        let mut out = format!("[{remark}\n");
        let mut kept: Vec<&Node> = Vec::new();
        let mut shows_next = false;
        for element in nodes {
            let is_kept = element.symbol == Symbol::Keep;
            if is_kept && !shows_next && !options.all {
                kept.push(element);
                continue;
            }
            if let Some((last, rest)) = kept.split_last() {
                out.push_str(&self.hidden("element", rest.len(), inner));
                out.push_str(&self.element(last, inner, all));
            }
            kept.clear();
            shows_next = !is_kept;
            let how = if is_kept { all } else { Options { bare: true, ..options } };
            out.push_str(&self.element(element, inner, how));
        }
        out.push_str(&self.hidden("element", kept.len(), inner));
        out.push_str(&Self::close(']', node, (column, options)));
        out
    }

    fn set(self, node: &Node, nodes: &[Node], (column, options): (usize, Options)) -> String {
        let remark = remark(node);
        if nodes.is_empty() {
            return format!("[]{}{remark}", gone(node.symbol, options));
        }
        let inner = column + INDENT;
        let mut out = format!("[{remark}\n");
        let mut hidden = 0;
        for element in nodes {
            if !options.all && element.symbol == Symbol::Keep {
                hidden += 1;
                continue;
            }
            out.push_str(&self.element(element, inner, Options { bare: true, ..options }));
        }
        out.push_str(&self.hidden("element", hidden, inner));
        out.push_str(&Self::close(']', node, (column, options)));
        out
    }

    fn element(self, node: &Node, column: usize, options: Options) -> String {
        let lead = self.lead(node.symbol, column);
        let text = self.text(node, column, options);
        format!("{}{lead}{text},\n", self.warnings(node, column))
    }

    fn close(bracket: char, node: &Node, (column, options): (usize, Options)) -> String {
        format!("{}{bracket}{}", " ".repeat(column), gone(node.symbol, options))
    }

    /// Returns what stands before the text of a line: its symbol in the columns before it.
    pub(super) fn lead(self, symbol: Symbol, column: usize) -> String {
        let (mark, style) = match symbol {
            Symbol::Add => ("+", Style::Create),
            Symbol::Remove => ("-", Style::Delete),
            Symbol::Change => ("~", Style::Update),
            Symbol::Keep => return " ".repeat(column),
        };
        if !self.symbols {
            return " ".repeat(column);
        }
        format!("{}{} ", " ".repeat(column.saturating_sub(2)), self.paint.on(style, mark))
    }

    /// Returns the remark that stands for so many parts that are not shown.
    pub(super) fn hidden(self, noun: &str, count: usize, column: usize) -> String {
        if count == 0 {
            return String::new();
        }
        let plural = if count == 1 { "" } else { "s" };
        self.remark_line(&format!("{count} unchanged {noun}{plural} hidden"), column)
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
pub fn key(name: &str) -> String {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    if begins && chars.all(|c| c == '_' || c == '-' || c.is_alphanumeric()) {
        name.to_owned()
    } else {
        console::quoted(name)
    }
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
