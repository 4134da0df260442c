//! Files as they are shown to people: secrets that are written in them are not.

use crate::wire;
use infra_lang::{config::json, secrets, syntax};
use infra_model::{
    diagnostic::Diagnostic,
    source::{SourceId, SourceMap, Span},
    text::Text,
};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for a byte of a secret: what stands behind it keeps its place.
const MASK: &str = "*";

/// The texts of the files that findings point into, without secrets.
#[derive(Debug, Default)]
pub struct Concealed(BTreeMap<SourceId, Text>);

impl Concealed {
    /// Reads the files that findings point into.
    pub fn of<'a>(found: impl IntoIterator<Item = &'a Diagnostic>, sources: &SourceMap) -> Self {
        let mut named = BTreeSet::new();
        found.into_iter().for_each(|found| note_sources(found, &mut named));
        if named.is_empty() {
            return Self::default();
        }
        let variables = sensitive_variables(sources);
        let knowledge = secrets::Knowledge { kinds: wire::schemas(), variables: &variables };
        let shown = named.into_iter().filter_map(|id| {
            let file = sources.file(id)?;
            let tree = parsed(id, sources)?;
            let spans = if is_of_variables(&file.name) {
                secrets::in_variables(&tree, knowledge)
            } else {
                secrets::in_configuration(&tree, knowledge)
            };
            (!spans.is_empty()).then(|| (id, masked(&file.text, (id, &spans))))
        });
        Self(shown.collect())
    }

    /// Returns the text of a file as it is shown.
    pub fn text<'a>(&'a self, id: SourceId, sources: &'a SourceMap) -> Option<&'a Text> {
        self.0.get(&id).or_else(|| sources.file(id).map(|file| &file.text))
    }
}

fn note_sources(found: &Diagnostic, named: &mut BTreeSet<SourceId>) {
    named.extend(found.labels.iter().map(|label| label.span.source));
    found.related.iter().for_each(|other| note_sources(other, named));
}

fn sensitive_variables(sources: &SourceMap) -> BTreeSet<Text> {
    let ids = (0..sources.files().len()).filter_map(|at| u32::try_from(at).ok()).map(SourceId);
    let trees = ids.filter(|id| sources.file(*id).is_some_and(|file| !is_of_variables(&file.name)));
    let trees = trees.filter_map(|id| parsed(id, sources));
    trees.flat_map(|tree| secrets::sensitive_variables(&tree)).collect()
}

fn parsed(id: SourceId, sources: &SourceMap) -> Option<syntax::tree::File> {
    let file = sources.file(id)?;
    let (tree, _) = match (file.name.ends_with(".json"), is_of_variables(&file.name)) {
        (true, true) => json::parse_variables(id, file.text.as_bytes()),
        (true, false) => json::parse_bytes(id, file.text.as_bytes()),
        (false, _) => syntax::parse_file(id, file.text.clone()),
    };
    Some(tree)
}

fn is_of_variables(name: &str) -> bool {
    name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
}

/// Returns a text in which all but the quotation marks and the ends of lines of some places is masked.
fn masked(text: &str, (id, spans): (SourceId, &[Span])) -> Text {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut ranges: Vec<(usize, usize)> = spans
        .iter()
        .filter(|span| span.source == id)
        .map(|span| (span.start as usize, span.end as usize))
        .collect();
    ranges.sort_unstable();
    for (start, end) in ranges {
        let (start, end) = (start.max(at), end.min(text.len()));
        let (Some(before), Some(secret)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        out.push_str(before);
        for c in secret.chars() {
            match c {
                '"' | '\n' | '\r' => out.push(c),
                c => out.push_str(&MASK.repeat(c.len_utf8())),
            }
        }
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out.into()
}
