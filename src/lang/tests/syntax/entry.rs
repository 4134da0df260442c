//! Entry points: bytes, byte order marks, expressions, templates, references.

use super::dump;
use infra_lang::syntax::{
    parse_bytes, parse_expression, parse_file, parse_template, references::references,
};
use infra_model::source::SourceId;

#[test]
fn reports_what_is_not_utf8_and_goes_on() {
    let (file, diagnostics) = parse_bytes(SourceId(3), b"a = \"x\xff\xfey\"\nb = = 1\nc = \xc3\n");
    let places: Vec<_> = diagnostics
        .iter()
        .map(|d| (&*d.summary, d.labels[0].span.start, d.labels[0].span.source.0))
        .collect();
    assert_eq!(
        places,
        [
            ("Invalid character encoding", 6, 3),
            ("Invalid character encoding", 7, 3),
            ("Invalid character encoding", 23, 3),
            ("Invalid expression", 15, 3),
            ("Invalid expression", 24, 3),
        ]
    );
    assert!(diagnostics[0].detail.contains("Byte 6"));
    assert_eq!(dump::file(&file), "a = \"x  y\"\nb = <invalid>\nc = <invalid>\n");
}

#[test]
fn counts_the_byte_order_mark() {
    let (file, diagnostics) = parse_file(SourceId(0), "\u{feff}a = 1\n");
    assert!(diagnostics.is_empty());
    assert_eq!(file.body.attributes[0].name.span.start, 3);
    assert_eq!(file.tree.source_text(file.body.attributes[0].value), "1");
}

#[test]
fn expressions_ignore_newlines() {
    let (expression, diagnostics) = parse_expression(SourceId(0), "\n1\n+\n# c\n2\n");
    assert!(diagnostics.is_empty());
    assert_eq!(dump::expression(&expression), "(1 + 2)");
}

#[test]
fn heredocs_in_expressions_may_end_the_text() {
    let (expression, diagnostics) = parse_expression(SourceId(0), "<<E\nx\nE");
    assert!(diagnostics.is_empty());
    assert_eq!(dump::expression(&expression), r#""x\n""#);
}

#[test]
fn templates_need_no_quotes() {
    let check = |text: &str| {
        let (template, diagnostics) = parse_template(SourceId(0), text);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        dump::expression(&template)
    };
    assert_eq!(check(""), r#""""#);
    assert_eq!(check("a \"b\" \\n\n"), r#""a \"b\" \\n\n""#);
    assert_eq!(check("${a}"), "(template ${a})");
    // Measured with Terraform: markers trim no further than the end of the line.
    assert_eq!(
        check("a ${~ 1 ~}\n  b\n   c\n%{ if true ~}\n   d\n%{ endif ~}\n  \\n $${x}\n"),
        r#"(template "a" ${1} "  b\n   c\n" (if true "   d\n" else) "  \\n ${x}\n")"#
    );
}

#[test]
fn templates_go_on_with_the_next_line_after_a_mistake() {
    let (_, diagnostics) = parse_template(SourceId(0), "${a b\n${c}\n${d e}\n%{ if }%{ endif }\n");
    let starts: Vec<_> = diagnostics.iter().map(|d| d.labels[0].span.start).collect();
    assert_eq!(starts, [4, 15, 24]);
}

#[test]
fn references_leave_out_bound_names() {
    let check = |text: &str| {
        let (expression, diagnostics) = parse_expression(SourceId(0), text);
        assert!(diagnostics.is_empty());
        let tree = &expression.tree;
        references(tree, expression.root)
            .into_iter()
            .map(|id| dump::expr(tree, id))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(check("a.b[c.d].e + f(g[*].h)"), "a.b[c.d].e c.d g[*].h");
    assert_eq!(check("[for k, v in k : v[x] if w]"), "k x w");
    assert_eq!(check("{for v in v : v.a => u...}"), "v u");
    assert_eq!(check(r#""${a} %{ for b in b }${b}${c}%{ endfor }${b}""#), "a b c b");
    assert_eq!(check("{ a = b, (c) = d, e.f = g }"), "b c d e.f g");
    assert_eq!(check("[x, -y, !z, (p) ? q : r, [s][t]]"), "x y z p q r s t");
}
