//! Limits are refused by name, and nothing below them overflows.

use super::{dump, file};
use infra_lang::syntax::{
    limits::{ERRORS_PER_FILE_MAX, FILE_BYTES_MAX, NESTING_DEPTH_MAX},
    parse_bytes, parse_expression, parse_file, parse_template,
    tree::Expr,
};
use infra_model::source::SourceId;

const MANY: usize = 100_000;

#[test]
fn refuses_deep_nesting_by_name() {
    let opens = [
        "[",
        "(",
        "{a=",
        "{(",
        "f(",
        "a[",
        "!",
        "-",
        "\"${",
        "1+(",
        "a?",
        "a?b:",
        "{for a in ",
        "[for a in b:",
        "\"%{for a in ",
        "[<<E\n${",
        "-[",
        "[\"${{a=",
        "a.*[",
        "[{\n",
    ];
    for open in opens {
        let (_, diagnostics) = parse_expression(SourceId(0), open.repeat(MANY));
        assert_eq!(diagnostics.len(), 1, "{open}: {diagnostics:#?}");
        if open != "[{\n" {
            assert!(diagnostics[0].detail.contains("NESTING_DEPTH_MAX"), "{open}");
        }
    }
    for open in ["a {\n", "a \"b\" {\n", "a b {\nc = 1\n"] {
        let (_, diagnostics) = parse_file(SourceId(0), open.repeat(MANY));
        assert!(diagnostics[0].detail.contains("NESTING_DEPTH_MAX"), "{open}: {diagnostics:#?}");
    }
    for open in ["${[\"", "%{ if a }", "%{ for a in b }", "%{ if a }\n  %{ for b in c ~}\n"] {
        let (_, diagnostics) = parse_template(SourceId(0), open.repeat(MANY));
        assert_eq!(diagnostics.len(), 1, "{open}");
        assert!(diagnostics[0].detail.contains("NESTING_DEPTH_MAX"), "{open}: {diagnostics:#?}");
    }
}

#[test]
fn closers_without_openers_end() {
    for close in ["]", ")", "}", "}\n", "\"", "\"\n", "~}", "*/", "EOT\n", "<<EOT\n", "a \"", ","] {
        let text = close.repeat(MANY);
        for diagnostics in [
            parse_file(SourceId(0), &*text).1,
            parse_expression(SourceId(0), &*text).1,
            parse_template(SourceId(0), &*text).1,
        ] {
            assert!(diagnostics.len() <= ERRORS_PER_FILE_MAX + 1);
        }
    }
}

#[test]
fn takes_nesting_up_to_the_limit() {
    let depth = NESTING_DEPTH_MAX as usize - 1;
    for (open, close) in [("[", "]"), ("(", ")"), ("{a=", "}"), ("f(", ")"), ("\"${", "}\"")] {
        let text = open.repeat(depth) + "1" + &close.repeat(depth);
        let (expression, diagnostics) = parse_expression(SourceId(0), text);
        assert!(diagnostics.is_empty(), "{open}: {diagnostics:#?}");
        let _text = dump::expression(&expression);
    }
}

#[test]
fn long_chains_are_flat() {
    for (first, link) in [("1", " + 1"), ("a", "[0]"), ("a", ".b"), ("a", "&&b"), ("f()", ".b")] {
        let text = first.to_owned() + &link.repeat(MANY);
        let (expression, diagnostics) = parse_expression(SourceId(0), text);
        assert!(diagnostics.is_empty(), "{link}");
        let len = match expression.expr() {
            Expr::Operation { rest, .. } => rest.len(),
            Expr::Traversal { steps, .. } | Expr::Access { steps, .. } => steps.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(len, MANY);
    }
    let mixed = "1".to_owned() + &" + 2 * 3 == 4 && b || c < 5 - 6".repeat(10_000);
    let (_, diagnostics) = parse_expression(SourceId(0), mixed);
    assert!(diagnostics.is_empty());
}

#[test]
fn caps_the_number_of_errors() {
    let text = "a = = 1\n".repeat(1000);
    let (_, diagnostics) = parse_file(SourceId(0), text);
    assert_eq!(diagnostics.len(), ERRORS_PER_FILE_MAX + 1);
    assert_eq!(&*diagnostics[ERRORS_PER_FILE_MAX].summary, "Too many errors");
    let (_, diagnostics) = parse_file(SourceId(0), "= 1\n".repeat(ERRORS_PER_FILE_MAX));
    assert_eq!(diagnostics.len(), ERRORS_PER_FILE_MAX);
    assert!(diagnostics.iter().all(|found| &*found.summary != "Too many errors"));
}

#[test]
fn caps_errors_of_the_encoding_and_of_the_syntax_together() {
    let (wrong, bad) = (b"= 1\n", b"# \xff\n");
    for (syntax, encoding) in [(0, 1000), (30, 30), (50, 1), (1000, 1), (1000, 1000)] {
        let text = [wrong.repeat(syntax), bad.repeat(encoding)].concat();
        let (_, diagnostics) = parse_bytes(SourceId(0), &text);
        assert_eq!(diagnostics.len(), ERRORS_PER_FILE_MAX + 1, "{syntax} {encoding}");
        let many = diagnostics.iter().filter(|found| &*found.summary == "Too many errors").count();
        assert_eq!(many, 1, "{syntax} {encoding}");
        assert_eq!(&*diagnostics[ERRORS_PER_FILE_MAX].summary, "Too many errors");
    }
}

#[test]
fn the_end_of_checking_is_final() {
    let heredoc = "c = <<-\"EOT\"\n  x {\nEOT\nd = 1 2\n";
    let (_, diagnostics) = parse_file(SourceId(0), "= 1\n".repeat(ERRORS_PER_FILE_MAX) + heredoc);
    assert_eq!(diagnostics.len(), ERRORS_PER_FILE_MAX + 1);
}

#[test]
fn unclosed_brackets_cost_no_square_time() {
    let text = "a = [\n  {b = (\n".repeat(20_000);
    let (_, diagnostics) = parse_file(SourceId(0), text);
    assert!(!diagnostics.is_empty());
}

#[test]
fn finds_a_repeated_argument_among_many() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for n in 0..10_000 {
        let _ = writeln!(text, "a{n} = {n}");
    }
    text += "a5000 = 1\n";
    assert!(file(&text).starts_with("10001: Attribute redefined\n"));
}

#[test]
fn texts_name_the_limits_they_mean() {
    let (_, deep) = parse_expression(SourceId(0), "[".repeat(MANY));
    assert!(deep[0].detail.contains(&format!("({NESTING_DEPTH_MAX})")));
    let (_, many) = parse_file(SourceId(0), "= 1\n".repeat(MANY));
    let last = &many[ERRORS_PER_FILE_MAX];
    assert!(last.detail.contains(&format!("({ERRORS_PER_FILE_MAX})")));
    let long = " ".repeat(FILE_BYTES_MAX + 1);
    let (file, diagnostics) = parse_file(SourceId(0), long);
    assert!(file.body.attributes.is_empty());
    let mebibytes = FILE_BYTES_MAX / 1024 / 1024;
    assert!(diagnostics[0].detail.contains(&format!("FILE_BYTES_MAX ({mebibytes} MiB)")));
}
