//! Damaged and arbitrary input: no panic, an end, and places inside of the text.

use super::generate::{self, Random};
use infra_lang::syntax::{
    limits::ERRORS_PER_FILE_MAX, parse_bytes, parse_expression, parse_template,
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
    let _text = super::dump::file(&file);
    let text = String::from_utf8_lossy(bytes);
    let (expression, diagnostics) = parse_expression(SourceId(0), &*text);
    check_places(text.len(), &diagnostics);
    let _text = super::dump::expression(&expression);
    let (template, diagnostics) = parse_template(SourceId(0), &*text);
    check_places(text.len(), &diagnostics);
    let _text = super::dump::expression(&template);
    super::lossless::check(&text);
}

#[test]
fn survives_damaged_files() {
    for seed in 10_000..18_000 {
        let mut random = Random::new(seed);
        let text = generate::file(&mut random);
        check(&generate::damage(&mut random, &text));
    }
}

#[test]
fn survives_arbitrary_bytes() {
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let len = random.below(200);
        let bytes: Vec<u8> = (0..len).map(|_| random.next().to_le_bytes()[2]).collect();
        check(&bytes);
        let ascii: Vec<u8> = bytes.iter().map(|byte| byte & 0x7f).collect();
        check(&ascii);
    }
}

#[test]
fn survives_every_prefix() {
    let mut random = Random::new(7);
    let text = generate::file(&mut random) + &generate::file(&mut random);
    for end in 0..text.len() {
        check(&text.as_bytes()[..end]);
    }
}

#[test]
fn reports_no_error_in_valid_files() {
    for seed in 0..2_000 {
        let text = generate::file(&mut Random::new(seed));
        let (_, diagnostics) = parse_bytes(SourceId(0), text.as_bytes());
        assert!(diagnostics.is_empty(), "seed {seed}: {text}\n{diagnostics:#?}");
    }
}
