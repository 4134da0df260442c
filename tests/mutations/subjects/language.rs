//! What must hold of any bytes that are given to the language: each function takes bytes, and panics
//! if something does not hold.
//!
//! Knows nothing of where bytes come from: tests mutate a corpus, and the targets of `fuzz` use the
//! same functions. Needs no more than the crates of the language.

#[path = "language/surroundings.rs"]
mod surroundings;

use infra_lang::{
    compile::compile,
    config::{
        json,
        load::{LoadOptions, load},
    },
    format::format,
    program::{Compiled, parse_tfvars},
    syntax::{
        limits::ERRORS_PER_FILE_MAX,
        parse_bytes, parse_expression, parse_file, parse_template,
        token::{Token, TokenKind, tokenize},
        tree::{Body, File},
    },
};
use infra_model::{
    address::ModuleAddress,
    diagnostic::{Diagnostics, has_errors},
    known::{Inputs, Known},
    program::{NodeId, Program},
    source::SourceId,
    text::Text,
};
use std::sync::Arc;
use surroundings::{Files, kinds};

/// How many instances of one resource are evaluated.
const INSTANCES: usize = 3;

/// Native syntax: mistakes have places in the text and are not too many; tokens cover the text.
pub(crate) fn syntax(bytes: &[u8]) {
    let (_, found) = parse_bytes(SourceId(0), bytes);
    places(&found, bytes.len());
    assert!(found.len() <= ERRORS_PER_FILE_MAX + 1, "{} mistakes", found.len());
    let text = String::from_utf8_lossy(bytes);
    places(&parse_expression(SourceId(0), &*text).1, text.len());
    places(&parse_template(SourceId(0), &*text).1, text.len());
    let mut end = 0;
    for token in tokenize(&text) {
        assert!(token.start == end && token.end > token.start, "tokens cover the text");
        end = token.end;
    }
    assert_eq!(end as usize, text.len(), "tokens cover the text");
}

/// JSON syntax, of configurations and of variables.
pub(crate) fn json_syntax(bytes: &[u8]) {
    for parse in [json::parse_bytes, json::parse_variables] {
        let (_, found) = parse(SourceId(0), bytes);
        places(&found, bytes.len());
        assert!(found.len() <= ERRORS_PER_FILE_MAX + 1, "{} mistakes", found.len());
    }
    evaluated(&[("main.tf.json", bytes)], None);
}

/// Layout: what is valid stays valid and keeps its meaning, and what was laid out stays.
pub(crate) fn layout(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let text = Text::from(text);
    let Ok(once) = format(SourceId(0), &text) else { return };
    let again = |text: &str| {
        format(SourceId(0), &Text::from(text)).unwrap_or_else(|_| panic!("broken:\n{text}"))
    };
    // An interpolation in an interpolation is unwrapped once a run, as Terraform does.
    let mut settled = again(&once);
    for _ in 0..bytes.len() {
        let next = again(&settled);
        if next == settled {
            break;
        }
        assert!(next.len() <= settled.len() + 2, "it grows:\n{next}");
        settled = next;
    }
    assert_eq!(again(&settled), settled, "it never settles");
    assert_eq!(meaning(&once), meaning(&settled), "the meaning of\n{text}\nchanged to\n{settled}");
    assert_eq!(meaning(&text), meaning(&once), "the meaning of\n{text}\nchanged to\n{once}");
}

/// Expressions, in a program that is empty.
pub(crate) fn expression(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let program = compiled(&[("main.tf", b"")]);
    let mut known = Known::new(Inputs::default());
    let (value, found) = program.free(&text, &ModuleAddress::root(), &mut known);
    told(&found);
    let _shown = (value.to_string(), value.ty().to_string());
}

/// A configuration, evaluated whole; and the same as an override of a good one.
pub(crate) fn configuration(bytes: &[u8]) {
    evaluated(&[("main.tf", bytes)], Some(bytes.len()));
    let good = include_bytes!("../corpus/overridden.tf");
    evaluated(&[("main.tf", good), ("main_override.tf", bytes)], None);
    evaluated(&[("main.tf", good), ("override.tf.json", bytes)], None);
}

/// Files of variables.
pub(crate) fn variables(bytes: &[u8]) {
    let (values, found) = parse_tfvars(bytes);
    places(&found, bytes.len());
    let _shown: Vec<String> = values.values().map(ToString::to_string).collect();
}

/// Compiles files and evaluates all there is; `length` is that of the only file.
fn evaluated(files: &[(&str, &[u8])], length: Option<usize>) {
    let sources = Arc::new(Files::of(files));
    let kinds = kinds();
    let (configuration, map, mut found) = load(&*sources, ".", LoadOptions::default());
    let (program, more) = compile(configuration, map, &kinds, sources);
    found.extend(more);
    let mut known = Known::new(Inputs::default());
    found.extend(program.validate(&kinds, &mut known));
    for index in 0..program.nodes().len() {
        let Ok(node) = u32::try_from(index) else { break };
        let (expansion, more) = program.expand(NodeId(node), &mut known);
        found.extend(more);
        for instance in expansion.instances.into_iter().take(INSTANCES) {
            found.extend(program.desired(instance, &mut known).1);
        }
    }
    found.extend(program.outputs(&mut known).1);
    found.extend(program.imports(&mut known).1);
    told(&found);
    if let Some(length) = length {
        places(&found, length);
    }
}

fn compiled(files: &[(&str, &[u8])]) -> Compiled {
    let sources = Arc::new(Files::of(files));
    let (configuration, map, found) = load(&*sources, ".", LoadOptions::default());
    assert!(!has_errors(&found), "{found:?}");
    compile(configuration, map, &kinds(), sources).0
}

/// Checks that findings can be told.
fn told(found: &Diagnostics) {
    for diagnostic in found {
        assert!(diagnostic.code.starts_with("infra::"), "{diagnostic:?}");
        assert!(!diagnostic.summary.is_empty(), "{diagnostic:?}");
    }
}

/// Checks that findings point into a text, if they point into a file at all.
fn places(found: &Diagnostics, length: usize) {
    told(found);
    for label in found.iter().flat_map(|diagnostic| &diagnostic.labels) {
        let span = label.span;
        let fits = span.start <= span.end && span.end as usize <= length;
        assert!(fits || span.source != SourceId(0), "{span:?} in {length} bytes");
    }
}

/// Returns what a file says: its blocks and arguments, the words of each value.
///
/// Comments are left out: those between labels are lost, as with Terraform.
fn meaning(text: &str) -> String {
    let (file, _) = parse_file(SourceId(0), text);
    let tokens = tokenize(text);
    let mut out = String::new();
    body(&file, &file.body, (text, &tokens), &mut out);
    out
}

fn body(file: &File, read: &Body, (text, tokens): (&str, &[Token]), out: &mut String) {
    for attribute in &read.attributes {
        let range = file.tree.range(attribute.value);
        let first = tokens.partition_point(|token| token.start < range.start);
        let last = tokens.partition_point(|token| token.start < range.end);
        let value = words(text, &tokens[first..last]);
        out.push_str(&format!("{} = {value}\n", attribute.name.name));
    }
    for block in &read.blocks {
        // A label without quotes is taken as it stands, one in quotes is normalised.
        let shown = |text: &str| if text.is_ascii() { text.to_owned() } else { "?".to_owned() };
        let labels: Vec<String> = block.labels.iter().map(|label| shown(&label.text)).collect();
        out.push_str(&format!("{} {labels:?} {{\n", block.kind.name));
        body(file, &block.body, (text, tokens), out);
        out.push_str("}\n");
    }
}

/// Returns the words of a value without what the layout may change: blanks, line ends, the marks
/// around a value that is nothing but one interpolation, old types.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens are kept")]
fn words(text: &str, tokens: &[Token]) -> String {
    let mut out = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let written = &text[token.start as usize..token.end as usize];
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::QuoteOpen
            | TokenKind::QuoteClose
            | TokenKind::InterpolationOpen
            | TokenKind::TemplateClose
            | TokenKind::ParenOpen
            | TokenKind::ParenClose => {}
            TokenKind::QuotedString => out.push_str(&written[1..written.len() - 1]),
            // `list` of old is `list(any)`, and `"list"` is `list(string)`.
            TokenKind::Ident if matches!(written, "any" | "string") => {
                let mut before = tokens[..at].iter().rev();
                let before = before.find(|token| token.kind != TokenKind::Whitespace);
                if before.is_none_or(|before| before.kind != TokenKind::ParenOpen) {
                    out.push_str(written);
                }
            }
            _ => out.push_str(written),
        }
    }
    out.retain(|c| !c.is_whitespace());
    out
}
