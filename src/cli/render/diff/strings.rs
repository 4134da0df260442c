//! Writing strings: on one line, over several lines, or as the JSON they hold.

use super::{Compare, Options, Printer, Symbol, compare::Change, json, lines, print::gone};
use crate::render::{console, literal::INDENT};
use infra_model::{path::Path, value::Value};

/// Something happens to a string: what, its sides (`None` is null), and a remark at it.
#[derive(Clone, Copy)]
struct Text<'a> {
    symbol: Symbol,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    remark: &'a str,
}

impl Printer {
    pub(super) fn string(
        self,
        symbol: Symbol,
        (before, after): (Option<&Value>, Option<&Value>),
        remark: &str,
        at: (usize, Options),
    ) -> String {
        let text = Text { symbol, before, after, remark };
        if symbol == Symbol::Change {
            return self.changed(text, at);
        }
        let one = if symbol == Symbol::Remove { before } else { after };
        let gone = gone(symbol, at.1);
        if let Some(value) = one.and_then(json::parsed) {
            let old = (symbol != Symbol::Add).then_some(&value);
            let new = (symbol != Symbol::Remove).then_some(&value);
            return self.json(text, Change { before: old, after: new }, at);
        }
        let shown = one.and_then(Value::as_text).map_or("", |text| &**text);
        if !shown.contains('\n') {
            let mut out = simple(one);
            out.push_str(gone);
            out.push_str(remark);
            return out;
        }
        let body = lines::whole(shown, at.0 + INDENT);
        format!("<<-EOT{remark}\n{body}{}EOT{gone}", " ".repeat(at.0))
    }

    fn changed(self, text: Text<'_>, at: (usize, Options)) -> String {
        let Text { before, after, remark, .. } = text;
        let (old, new) = (before.and_then(json::parsed), after.and_then(json::parsed));
        match (&old, &new) {
            (Some(old), Some(new)) => {
                return self.json(text, Change { before: Some(old), after: Some(new) }, at);
            }
            (None, None) => {}
            _ => {
                let at = (at.0, Options { bare: true, ..at.1 });
                let old = self.string(Symbol::Remove, (before, None), "", at);
                return format!(
                    "{old} -> {}{remark}",
                    self.string(Symbol::Add, (None, after), "", at)
                );
            }
        }
        let side = |value: Option<&Value>| value.and_then(Value::as_text).cloned();
        let (Some(old), Some(new)) = (side(before), side(after)) else {
            return format!("{} -> {}{remark}", simple(before), simple(after));
        };
        if !old.contains('\n') && !new.contains('\n') {
            return format!("{} -> {}{remark}", simple(before), simple(after));
        }
        let body = self.lines((&old, &new), at.0 + INDENT);
        format!("<<-EOT{remark}\n{body}{}EOT", " ".repeat(at.0))
    }

    fn json(
        self,
        text: Text<'_>,
        change: Change<'_>,
        (column, options): (usize, Options),
    ) -> String {
        let compare = Compare { remark: &|_| None, masks: false };
        let node = compare.loose(change, &Path::default());
        let is_layout = text.symbol == Symbol::Change && node.symbol == Symbol::Keep;
        let all = options.all || is_layout;
        let inner = Options { bare: true, all };
        let mut shown = String::new();
        self.text(&mut shown, &node, (column + INDENT, inner));
        let (layout, remark) = match (is_layout, text.remark.is_empty()) {
            (true, true) => (" # whitespace changes", ""),
            (true, false) => (" # whitespace changes force replacement", ""),
            (false, _) => ("", text.remark),
        };
        let gone = gone(text.symbol, options);
        if !shown.contains('\n') {
            return format!("jsonencode({shown}){layout}{remark}");
        }
        let symbol = if text.symbol == Symbol::Change { node.symbol } else { Symbol::Keep };
        let mut lead = String::new();
        self.lead(&mut lead, symbol, column + INDENT);
        let pad = " ".repeat(column);
        format!("jsonencode({layout}{remark}\n{lead}{shown}\n{pad}){gone}")
    }
}

/// Returns a string on one line, or null.
fn simple(value: Option<&Value>) -> String {
    value.and_then(Value::as_text).map_or_else(|| "null".to_owned(), |text| console::quoted(text))
}
