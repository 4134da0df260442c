//! The tokens of a text, one after another, are the text.

use super::generate::{self, Random};
use infra_lang::syntax::token::{TokenKind, tokenize};

/// Checks one text: tokens touch each other and cover it all.
pub(super) fn check(text: &str) {
    let mut end = 0;
    for token in tokenize(text) {
        assert_eq!(token.start, end, "no gap and no overlap in {text:?}");
        assert!(token.end > token.start, "no empty token in {text:?}");
        end = token.end;
    }
    assert_eq!(end as usize, text.len(), "all of {text:?} is covered");
}

#[test]
fn tokens_cover_valid_texts() {
    for seed in 0..500 {
        check(&generate::file(&mut Random::new(seed)));
    }
}

#[test]
fn tokens_cover_damaged_texts() {
    for seed in 0..4000 {
        let mut random = Random::new(seed);
        let text = generate::file(&mut random);
        check(&String::from_utf8_lossy(&generate::damage(&mut random, &text)));
    }
}

#[test]
fn comments_and_whitespace_are_tokens() {
    use TokenKind::{
        Comment, Equal, HeredocClose, HeredocOpen, Ident, Newline, TemplateText, Whitespace,
    };
    let text = "\u{feff}a = <<E # no\n# b\r\n\t// c\n/* d\n */ x=<<E\r\n  t\r\n  E\r\n";
    let kinds: Vec<_> = tokenize(text).iter().map(|token| token.kind).collect();
    let less = TokenKind::Less;
    let start = [Whitespace, Ident, Whitespace, Equal, Whitespace, less, less, Ident, Whitespace];
    let comments = [Comment, Newline, Comment, Newline, Whitespace, Comment, Newline, Comment];
    let rest = [Whitespace, Ident, Equal, HeredocOpen, TemplateText, HeredocClose, Newline];
    assert_eq!(kinds, [&start[..], &comments[..], &rest[..]].concat());
}
