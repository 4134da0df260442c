//! The difference of two values, line by line: what is added, removed, changed and hidden.

use super::literal::{INDENT, Secrets, UNKNOWN, is_multi_line, key, literal, mask};
use crate::ui::{Paint, Style};
use infra_model::{
    path::{Path, Step},
    types::Type,
    value::{Data, Value},
};
use similar::{ChangeTag, TextDiff};

mod json;
mod sequence;
#[cfg(test)]
mod tests;

/// What a line says of what stands on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// It is new.
    Add,
    /// It goes away.
    Remove,
    /// It changes.
    Change,
    /// It stays.
    Keep,
}

/// Collects the lines of a difference.
pub struct Differ<'a> {
    out: String,
    /// An empty line comes before the next one.
    separated: bool,
    paint: Paint,
    /// Returns a remark to put behind the attribute at a path, such as `# forces replacement`.
    remark: &'a dyn Fn(&Path) -> Option<String>,
}

impl<'a> Differ<'a> {
    /// Returns an empty difference.
    pub fn new(paint: Paint, remark: &'a dyn Fn(&Path) -> Option<String>) -> Self {
        Self { out: String::new(), separated: false, paint, remark }
    }

    /// Returns the lines.
    pub fn finish(self) -> String {
        self.out
    }

    /// Puts an empty line before the next one, if something stands before it at the same level.
    pub fn separate(&mut self) {
        self.separated = !self.out.is_empty() && !self.out.ends_with("{\n");
    }

    fn push(&mut self, line: &str) {
        if std::mem::take(&mut self.separated) && line.trim() != "}" {
            self.out.push('\n');
        }
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// Writes the header of a block, with the remark of the first of these paths that has one.
    pub fn block(&mut self, symbol: Symbol, indent: usize, header: &str, paths: &[&Path]) {
        let remark = paths.iter().find_map(|path| (self.remark)(path));
        let remark = remark.map(|r| format!(" {r}")).unwrap_or_default();
        self.line(symbol, indent, &format!("{header}{remark}"));
    }

    /// Writes a line with its symbol in the two columns before `indent`.
    pub fn line(&mut self, symbol: Symbol, indent: usize, text: &str) {
        let (mark, style) = match symbol {
            Symbol::Add => ("+", Some(Style::Create)),
            Symbol::Remove => ("-", Some(Style::Delete)),
            Symbol::Change => ("~", Some(Style::Update)),
            Symbol::Keep => (" ", None),
        };
        let mark = style.map_or_else(|| mark.to_owned(), |style| self.paint.on(style, mark));
        let pad = " ".repeat(indent.saturating_sub(2));
        self.push(&format!("{pad}{mark} {text}"));
    }

    /// Writes a remark in place of lines that are not shown.
    pub fn hidden(&mut self, indent: usize, text: &str) {
        let text = self.paint.on(Style::Dim, &format!("# ({text})"));
        self.push(&format!("{}{text}", " ".repeat(indent)));
    }

    /// Writes the difference of a named value: `label` is `name =` with its alignment, or empty.
    pub fn entry(
        &mut self,
        label: &str,
        before: Option<&Value>,
        after: Option<&Value>,
        at: &Place<'_>,
    ) {
        let before = before.filter(|value| !value.is_null());
        let after = after.filter(|value| !value.is_null());
        let remark = (self.remark)(at.path).map(|r| format!(" {r}")).unwrap_or_default();
        let remark = format!("{}{remark}", at.tail);
        match (before, after) {
            (None, None) => self.line(Symbol::Keep, at.indent, &format!("{label}null{remark}")),
            (None, Some(after)) => self.whole(Symbol::Add, label, after, (at.indent, &remark)),
            (Some(before), None) => {
                let remark = format!(" -> null{remark}");
                self.whole(Symbol::Remove, label, before, (at.indent, &remark));
            }
            (Some(before), Some(after)) => self.changed(label, (before, after), at, &remark),
        }
    }

    /// Writes a value that is wholly new, wholly gone, or stays.
    pub fn whole(
        &mut self,
        symbol: Symbol,
        label: &str,
        value: &Value,
        (indent, remark): (usize, &str),
    ) {
        if symbol == Symbol::Keep || mask(value, Secrets::Masked).is_some() {
            let text = literal(value, indent, Secrets::Masked);
            return self.line(symbol, indent, &format!("{label}{text}{remark}"));
        }
        if let Some(json) = json::parsed(value) {
            return self.wrapped(symbol, label, &json, (indent, remark));
        }
        let nested = value.len().is_some_and(|n| n > 0);
        if !nested {
            let text = literal(value, indent, Secrets::Masked);
            return self.line(symbol, indent, &format!("{label}{text}{remark}"));
        }
        let (open, close) = brackets(value);
        self.line(symbol, indent, &format!("{label}{open}"));
        self.inside(symbol, value, indent + INDENT);
        self.line(Symbol::Keep, indent, &format!("{close}{remark}"));
    }

    /// Writes the parts of a container that all share a symbol.
    fn inside(&mut self, symbol: Symbol, value: &Value, indent: usize) {
        if let Some(entries) = value.entries() {
            // An attribute that is null is not there; a key of a map is.
            let is_object = matches!(value.data(), Data::Object(_));
            let entries: Vec<_> =
                entries.iter().filter(|(_, inner)| !is_object || !inner.is_null()).collect();
            let width = entries.iter().map(|(n, _)| key(n).chars().count()).max().unwrap_or(0);
            for (name, inner) in entries {
                let label = format!("{:width$} = ", key(name));
                self.whole(symbol, &label, inner, (indent, ""));
            }
        }
        for item in value.items().unwrap_or_default() {
            self.whole(symbol, "", item, (indent, ","));
        }
    }

    fn wrapped(
        &mut self,
        symbol: Symbol,
        label: &str,
        json: &Value,
        (indent, remark): (usize, &str),
    ) {
        self.line(symbol, indent, &format!("{label}jsonencode("));
        self.whole(symbol, "", json, (indent + INDENT, ""));
        self.line(Symbol::Keep, indent, &format!("){remark}"));
    }

    /// Opens a container that changes inside; remarks stand here, what separates at its end.
    fn open(&mut self, label: &str, bracket: char, remark: &str, at: &Place<'_>) {
        let remark = remark.strip_prefix(at.tail).unwrap_or(remark);
        self.line(Symbol::Change, at.indent, &format!("{label}{bracket}{remark}"));
    }

    fn changed(
        &mut self,
        label: &str,
        (before, after): (&Value, &Value),
        at: &Place<'_>,
        remark: &str,
    ) {
        let masked = mask(before, Secrets::Masked).or(mask(after, Secrets::Masked));
        if let Some(mask) = masked {
            let symbol = if same(before, after) { Symbol::Keep } else { Symbol::Change };
            return self.line(symbol, at.indent, &format!("{label}{mask}{remark}"));
        }
        if before == after {
            let text = literal(after, at.indent, Secrets::Masked);
            return self.line(Symbol::Keep, at.indent, &format!("{label}{text}{remark}"));
        }
        if !after.is_known() {
            let text = literal(before, at.indent, Secrets::Masked);
            let text = format!("{label}{text} -> {UNKNOWN}{remark}");
            return self.line(Symbol::Change, at.indent, &text);
        }
        match (before.data(), after.data()) {
            (Data::String(_), Data::String(_)) => self.strings(label, (before, after), at, remark),
            (Data::Map(_) | Data::Object(_), Data::Map(_) | Data::Object(_)) => {
                self.open(label, '{', remark, at);
                self.entries((before, after), at.inner());
                self.line(Symbol::Keep, at.indent, &format!("}}{}", at.tail));
            }
            (
                Data::List(_) | Data::Set(_) | Data::Tuple(_),
                Data::List(_) | Data::Set(_) | Data::Tuple(_),
            ) => {
                self.open(label, '[', remark, at);
                self.items((before, after), at.inner());
                self.line(Symbol::Keep, at.indent, &format!("]{}", at.tail));
            }
            _ => {
                let before = literal(before, at.indent, Secrets::Masked);
                let after = literal(after, at.indent, Secrets::Masked);
                let text = format!("{label}{before} -> {after}{remark}");
                self.line(Symbol::Change, at.indent, &text);
            }
        }
    }

    fn strings(
        &mut self,
        label: &str,
        (before, after): (&Value, &Value),
        at: &Place<'_>,
        remark: &str,
    ) {
        if let (Some(old), Some(new)) = (json::parsed(before), json::parsed(after)) {
            let remark = remark.strip_prefix(at.tail).unwrap_or(remark);
            let only_layout = if old == new { " # only white space changes" } else { "" };
            let text = format!("{label}jsonencode({remark}{only_layout}");
            self.line(Symbol::Change, at.indent, &text);
            self.changed("", (&old, &new), &at.inner(), "");
            return self.line(Symbol::Keep, at.indent, &format!("){}", at.tail));
        }
        let (Some(old), Some(new)) = (before.as_text(), after.as_text()) else { return };
        if !is_multi_line(old) && !is_multi_line(new) {
            let old = literal(before, at.indent, Secrets::Masked);
            let new = literal(after, at.indent, Secrets::Masked);
            return self.line(Symbol::Change, at.indent, &format!("{label}{old} -> {new}{remark}"));
        }
        let remark = remark.strip_prefix(at.tail).unwrap_or(remark);
        self.line(Symbol::Change, at.indent, &format!("{label}<<-EOT{remark}"));
        let inner = at.indent + INDENT;
        let diff = TextDiff::from_lines(&**old, &**new);
        for group in diff.grouped_ops(3).iter().enumerate() {
            let (number, operations) = group;
            if number > 0 {
                self.hidden(inner, "unchanged lines hidden");
            }
            for change in operations.iter().flat_map(|op| diff.iter_changes(op)) {
                let symbol = match change.tag() {
                    ChangeTag::Equal => Symbol::Keep,
                    ChangeTag::Delete => Symbol::Remove,
                    ChangeTag::Insert => Symbol::Add,
                };
                self.line(symbol, inner, change.value().trim_end_matches('\n'));
            }
        }
        if old.trim_end_matches('\n') == new.trim_end_matches('\n') {
            self.hidden(inner, "only line ends at its end differ");
        }
        self.line(Symbol::Keep, at.indent, &format!("EOT{}", at.tail));
    }

    /// Writes the difference of the entries of two maps or objects.
    pub fn entries(&mut self, (before, after): (&Value, &Value), at: Place<'_>) {
        let mut names: Vec<_> =
            before.entries().into_iter().chain(after.entries()).flatten().map(|(n, _)| n).collect();
        names.sort();
        names.dedup();
        names.retain(|n| {
            let is_set = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
            is_set(before.get(n)) || is_set(after.get(n))
        });
        let shown: Vec<_> =
            names.iter().filter(|n| !same_entry(before.get(n), after.get(n))).collect();
        let hidden = names.len() - shown.len();
        let width = shown.iter().map(|n| key(n).chars().count()).max().unwrap_or(0);
        let is_map = matches!(before.data(), Data::Map(_));
        for name in shown {
            let name = (*name).clone();
            let step = if is_map { Step::Key(name.clone()) } else { Step::Attribute(name.clone()) };
            let path = at.path.then(step);
            let label = format!("{:width$} = ", key(&name));
            let inner = Place::new(&path, at.indent);
            self.entry(&label, before.get(&name), after.get(&name), &inner);
        }
        if hidden > 0 {
            let noun = if hidden == 1 { "element" } else { "elements" };
            self.hidden(at.indent, &format!("{hidden} unchanged {noun} hidden"));
        }
    }
}

/// Where a difference is written, and where it is in the value.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// In the value.
    pub path: &'a Path,
    /// Column of the text, behind the symbol.
    pub indent: usize,
    /// What follows the value: a comma between the elements of a sequence.
    pub tail: &'static str,
}

impl<'a> Place<'a> {
    /// Returns the place of a named value.
    pub fn new(path: &'a Path, indent: usize) -> Self {
        Self { path, indent, tail: "" }
    }

    /// Returns the same place one level further in.
    fn inner(&self) -> Self {
        Self { path: self.path, indent: self.indent + INDENT, tail: "" }
    }
}

/// Returns whether two values are the same to a reader: marks do not count.
pub fn same(before: &Value, after: &Value) -> bool {
    before == after || before.clone().unmark_deep().0 == after.clone().unmark_deep().0
}

/// Returns whether two entries are the same; absent is null.
pub fn same_entry(before: Option<&Value>, after: Option<&Value>) -> bool {
    let null = Value::null(Type::Dynamic);
    let before = before.unwrap_or(&null);
    let after = after.unwrap_or(&null);
    (before.is_null() && after.is_null()) || same(before, after)
}

fn brackets(value: &Value) -> (&'static str, &'static str) {
    if value.entries().is_some() { ("{", "}") } else { ("[", "]") }
}
