//! JSON syntax on damaged and arbitrary input: no panic, an end, and places inside of the text.

use super::generate::{self, Random};
use crate::support::Built;
use infra_lang::{
    config::json::{parse_bytes, parse_variables},
    syntax::limits::{ERRORS_PER_FILE_MAX, NESTING_DEPTH_MAX},
};
use infra_model::{diagnostic::Diagnostics, source::SourceId};

fn check_places(len: usize, diagnostics: &Diagnostics) {
    assert!(diagnostics.len() <= ERRORS_PER_FILE_MAX + 1);
    for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
        assert!(label.span.start <= label.span.end && label.span.end as usize <= len);
    }
}

fn check(bytes: &[u8]) {
    let (file, diagnostics) = parse_bytes(SourceId(0), bytes);
    check_places(bytes.len(), &diagnostics);
    // Each expression lies in the file, and can be read.
    for id in file.body.attributes.iter().map(|attribute| attribute.value) {
        assert!(file.tree.span(id).end as usize <= bytes.len());
    }
    let (_, diagnostics) = parse_variables(SourceId(0), bytes);
    check_places(bytes.len(), &diagnostics);
    let text = String::from_utf8_lossy(bytes);
    let built = Built::new(&[
        ("main.tf", "variable \"v\" {}\nresource \"test_thing\" \"a\" {}\n"),
        ("main.tf.json", &text),
        ("override.tf.json", &text),
    ]);
    let map = infra_model::program::Program::sources(&built.program);
    for label in built.found.iter().flat_map(|found| &found.labels) {
        let file = map.file(label.span.source).unwrap();
        assert!(label.span.end as usize <= file.text.len(), "{text}");
    }
}

/// Names and strings that mean something.
const WORDS: [&str; 34] = [
    "resource",
    "test_thing",
    "a",
    "data",
    "variable",
    "v",
    "locals",
    "output",
    "value",
    "module",
    "source",
    "dynamic",
    "rule",
    "content",
    "for_each",
    "iterator",
    "lifecycle",
    "ignore_changes",
    "provisioner",
    "local-exec",
    "connection",
    "provider",
    "depends_on",
    "type",
    "//",
    "${var.v}",
    "%{ if true }x%{ endif }",
    "$${",
    "\\u0024{var.v}",
    "a\\n${\\\"b\\\"}",
    "${",
    "list(string)",
    "\\ud83d\\ude00",
    "terraform",
];

fn value(random: &mut Random, depth: usize, text: &mut String) {
    match random.below(if depth == 0 { 5 } else { 12 }) {
        0 => text.push_str(random.pick(&["null", "true", "false"])),
        1 => text.push_str(random.pick(&["0", "-1.5e3", "1e400", "12345678901234567890"])),
        2..5 => text.push_str(&format!("\"{}\"", random.pick(&WORDS))),
        5..7 => {
            text.push('[');
            for index in 0..random.below(4) {
                text.push_str(if index > 0 { ", " } else { "" });
                value(random, depth - 1, text);
            }
            text.push(']');
        }
        _ => {
            text.push('{');
            for index in 0..random.below(5) {
                text.push_str(if index > 0 { ",\n" } else { "" });
                text.push_str(&format!("\"{}\": ", random.pick(&WORDS)));
                value(random, depth - 1, text);
            }
            text.push('}');
        }
    }
}

#[test]
fn survives_random_documents_whole_and_damaged() {
    for seed in 0..500 {
        let mut random = Random::new(seed);
        let mut text = String::from("{\"resource\": {\"test_thing\": {\"a\": ");
        value(&mut random, 6, &mut text);
        text.push_str("}}, \"output\": ");
        value(&mut random, 4, &mut text);
        text.push_str(", \"x\": ");
        value(&mut random, 4, &mut text);
        text.push('}');
        check(text.as_bytes());
        check(&generate::damage(&mut random, &text));
    }
}

#[test]
fn survives_arbitrary_bytes_and_every_prefix() {
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let len = random.below(120);
        let bytes: Vec<u8> = (0..len).map(|_| random.next().to_le_bytes()[2]).collect();
        check(&bytes);
        let signs = b"{}[],:\"\\\"${}%=utrfn01-.eE ";
        let drawn: Vec<u8> = (0..len).map(|_| signs[random.below(signs.len())]).collect();
        check(&drawn);
    }
    let text = include_str!("../config/mistakes.tf.json");
    for end in (0..text.len()).step_by(7) {
        check(text.as_bytes().get(..end).unwrap());
    }
}

#[test]
fn depth_is_bounded() {
    let deep = 100_000;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        check(format!("{{\"locals\": {{\"a\": {}1", open.repeat(deep)).as_bytes());
        let inner = NESTING_DEPTH_MAX as usize - 3;
        let text = format!(
            "{{\"locals\": {{\"a\": {}\"${{{}1{}}}\"{}}}}}",
            open.repeat(inner),
            "(".repeat(deep),
            ")".repeat(deep),
            close.repeat(inner)
        );
        let (_, found) = parse_bytes(SourceId(0), text.as_bytes());
        assert_eq!(&*found[0].summary, "Nesting too deep");
    }
}

#[test]
fn mistakes_are_counted_to_a_limit() {
    let wrong = "\"${\",".repeat(1_000);
    check(format!("{{\"locals\": {{\"a\": [{wrong}1]}}}}").as_bytes());
    check(format!("{{\"locals\": [{}1]}}", "tru,".repeat(1_000)).as_bytes());
    let same = "\"x\": 1, ".repeat(1_000);
    check(format!("{{\"locals\": {{\"a\": {{{same}\"x\": 1}}}}}}").as_bytes());
}
