//! The difference of two sequences: elements matched in order, or for sets by equality.

use super::{Differ, Place, Symbol, same};
use infra_model::{
    path::Step,
    value::{Data, Value},
};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many unchanged elements are shown around a change.
const CONTEXT: usize = 1;

impl Differ<'_> {
    /// Writes the difference of the elements of two sequences.
    pub(super) fn items(&mut self, (before, after): (&Value, &Value), at: Place<'_>) {
        let old = before.items().unwrap_or_default();
        let new = after.items().unwrap_or_default();
        if matches!(after.data(), Data::Set(_)) {
            return self.set_items(old, new, at);
        }
        for operation in capture_diff_slices(Algorithm::Myers, old, new) {
            match operation {
                DiffOp::Equal { new_index, len, .. } => {
                    self.kept(&new[new_index..new_index + len], at);
                }
                DiffOp::Delete { old_index, old_len, .. } => {
                    self.all(Symbol::Remove, &old[old_index..old_index + old_len], at);
                }
                DiffOp::Insert { new_index, new_len, .. } => {
                    self.all(Symbol::Add, &new[new_index..new_index + new_len], at);
                }
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    let old = &old[old_index..old_index + old_len];
                    let new = &new[new_index..new_index + new_len];
                    self.replaced(old, new, (new_index, at));
                }
            }
        }
    }

    /// Elements at the same place are compared in depth; the rest comes or goes.
    fn replaced(&mut self, old: &[Value], new: &[Value], (first, at): (usize, Place<'_>)) {
        let paired = old.len().min(new.len());
        for (offset, (before, after)) in old.iter().zip(new).enumerate() {
            let path = at.path.then(Step::Index(first + offset));
            let place = Place { path: &path, indent: at.indent, tail: "," };
            if before.len().is_some() && after.len().is_some() {
                self.entry("", Some(before), Some(after), &place);
            } else {
                self.all(Symbol::Remove, std::slice::from_ref(before), at);
                self.all(Symbol::Add, std::slice::from_ref(after), at);
            }
        }
        self.all(Symbol::Remove, &old[paired..], at);
        self.all(Symbol::Add, &new[paired..], at);
    }

    fn set_items(&mut self, old: &[Value], new: &[Value], at: Place<'_>) {
        let gone: Vec<&Value> = old.iter().filter(|o| !new.iter().any(|n| same(o, n))).collect();
        let come: Vec<&Value> = new.iter().filter(|n| !old.iter().any(|o| same(o, n))).collect();
        for value in &gone {
            self.whole(Symbol::Remove, "", value, (at.indent, ","));
        }
        for value in &come {
            self.whole(Symbol::Add, "", value, (at.indent, ","));
        }
        let kept = new.len() - come.len();
        if kept > 0 {
            self.hidden(at.indent, &elements(kept));
        }
    }

    fn all(&mut self, symbol: Symbol, items: &[Value], at: Place<'_>) {
        for item in items {
            self.whole(symbol, "", item, (at.indent, ","));
        }
    }

    fn kept(&mut self, items: &[Value], at: Place<'_>) {
        if items.len() <= CONTEXT * 2 {
            return self.all(Symbol::Keep, items, at);
        }
        self.hidden(at.indent, &elements(items.len()));
    }
}

fn elements(count: usize) -> String {
    let noun = if count == 1 { "element" } else { "elements" };
    format!("{count} unchanged {noun} hidden")
}
