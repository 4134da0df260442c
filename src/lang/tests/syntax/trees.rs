//! The tree of each construct.

use super::{expression, file};

/// Compares the dumps of expressions.
fn check(cases: &[(&str, &str)]) {
    for (text, want) in cases {
        assert_eq!(expression(text), *want, "{text}");
    }
}

#[test]
fn literals() {
    check(&[
        ("null", "null"),
        ("true", "true"),
        ("01", "01"),
        ("1.50e-3", "1.50e-3"),
        ("1e400", "1e400"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        (r#""""#, r#""""#),
        (r#""a\n\t\r\"\\\u00e4\U0001F600""#, r#""a\n\t\r\"\\ä😀""#),
        (r#""$ % $$ %% $x $5""#, r#""$ % $$ %% $x $5""#),
        (r#""$${a} %%{b} $$${c} $$$${d}""#, r#""${a} %{b} $${c} $$${d}""#),
    ]);
}

#[test]
fn strings_and_keys_are_normalised() {
    check(&[
        ("\"e\u{301}\"", "\"é\""),
        (r#""\u0065\u0301""#, "\"é\""),
        ("\"e\u{301}${a}\"", "(template \"é\" ${a})"),
        ("{ e\u{301} = 1 }", "{é: 1}"),
    ]);
}

#[test]
fn operators_bind_as_in_terraform() {
    check(&[
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("a || b && c == d < e + f % g", "(a || (b && (c == (d < (e + (f % g))))))"),
        ("a + b < c == d && e || f", "(((((a + b) < c) == d) && e) || f)"),
        ("-a.b * !c", "((Negate a.b) * (Not c))"),
        ("- -1", "(Negate (Negate 1))"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a == b ? c + 1 : -d", "(? (a == b) (c + 1) (Negate d))"),
        ("(a + b) * c", "((paren (a + b)) * c)"),
        ("a-b - c", "(a-b - c)"),
    ]);
}

#[test]
fn steps_are_flat() {
    check(&[
        ("a", "a"),
        ("a.b[0].c[\"d\"][e.f]", "a.b[0].c[\"d\"][e.f]"),
        ("a . b [ 0 ]", "a.b[0]"),
        ("a.0.b.1", "a.<0>.b.<1>"),
        ("a[*].b[*].c[0]", "a[*].b[*].c[0]"),
        ("a.*.b.0.c[0].d", "a.*<3>.b.<0>.c[0].d"),
        ("a.*", "a.*<0>"),
        ("a.*[*].b", "a.*<0>[*].b"),
        ("f(x)[0].y", "(f(x))[0].y"),
        ("(a).b", "((paren a)).b"),
        ("[1][0]", "([1])[0]"),
        ("true.a", "(true).a"),
        ("\"a${b}\"[0]", "((template \"a\" ${b}))[0]"),
    ]);
}

#[test]
fn collections() {
    check(&[
        ("[]", "[]"),
        ("[1, [2], {},]", "[1, [2], {}]"),
        ("{}", "{}"),
        ("{ a = 1, a = 2 }", "{a: 1, a: 2}"),
        ("{\n\na = 1 # x\nb: 2,\n\"c\" = 3\n}", "{a: 1, b: 2, <\"c\">: 3}"),
        (
            "{ (a) = 1, a.b = 2, 3 = 4, \"${k}\" = 5 }",
            "{<(paren a)>: 1, <a.b>: 2, <3>: 4, <(template ${k})>: 5}",
        ),
        ("{ true = 1, null = 2, if = 3 }", "{true: 1, null: 2, if: 3}"),
        ("{ a = b ? c : d }", "{a: (? b c d)}"),
    ]);
}

#[test]
fn calls() {
    check(&[
        ("f()", "f()"),
        ("f(1, [2]...)", "f(1, [2]...)"),
        ("f(\n1,\n)", "f(1)"),
        ("f (g(x...))", "f(g(x...))"),
        ("core::upper(a)", "core::upper(a)"),
        ("provider :: time :: parse(a).b", "(provider::time::parse(a)).b"),
        ("true(1)", "true(1)"),
    ]);
}

#[test]
fn for_expressions() {
    check(&[
        ("[for v in a : v]", "(for v in a value v)"),
        ("[for k, v in a : v if k]", "(for k,v in a value v if k)"),
        ("{for k, v in a : k => v}", "(for k,v in a key k value v)"),
        ("{for v in a : v => v... if v}", "(for v in a key v value v if v group)"),
        ("[for\r\nv\nin\na\n?\nb\n:\nc\n:\nv\n]", "(for v in (? a b c) value v)"),
        ("{\nfor v in a : v =>\nv}", "(for v in a key v value v)"),
        ("[for in in in : in]", "(for in in in value in)"),
    ]);
}

#[test]
fn templates() {
    check(&[
        (r#""${a}""#, "(template ${a})"),
        (r#""a${b}c""#, r#"(template "a" ${b} "c")"#),
        (r#""silly ${"${"nesting"}"}""#, r#"(template "silly " ${(template ${"nesting"})})"#),
        (r#""a ${~ b ~} \n c""#, r#"(template "a" ${b} "c")"#),
        (r#"" ${~ a ~} ""#, r#"(template ${a} "")"#),
        (r#"" ${~ a ~}  ${ b } ""#, r#"(template ${a} ${b} " ")"#),
        (r#""%{ if a }b%{ endif }""#, r#"(template (if a "b" else))"#),
        (r#""%{if a~} b %{~else~} c %{~endif}""#, r#"(template (if a "b" else "c"))"#),
        (r#""%{ if true }a\"b\nc%{ endif }""#, r#"(template (if true "a\"b\nc" else))"#),
        (r#""%{ for k, v in a }${k}%{ endfor }!""#, r#"(template (for k,v in a ${k}) "!")"#),
        ("\"%{ if a\n? b : c }x%{ endif\n}\"", r#"(template (if (? a b c) "x" else))"#),
        (
            r#""%{if a}%{for b in c}${b}%{endfor}%{else}d%{endif}""#,
            r#"(template (if a (for b in c ${b}) else "d"))"#,
        ),
        ("\"${ {\na = \"}\"\n}.a }\"", r#"(template ${({a: "}"}).a})"#),
    ]);
}

/// All results were measured with Terraform.
#[test]
fn heredocs() {
    check(&[
        ("[<<E\nE\n]", r#"[""]"#),
        ("[<<E\nE\n, <<E\nx\nE\n]", r#"["", "x\n"]"#),
        ("[<<E\n a\\n \"b\" $${c}\nE\n]", r#"[" a\\n \"b\" ${c}\n"]"#),
        ("[<<E\r\na\r\n  E\r\n]", r#"["a\r\n"]"#),
        ("[<<E\na E\n${x}E\n  E\n]", r#"[(template "a E\n" ${x} "E\n")]"#),
        ("[<<-E\n    a\n\n      b\n     c\n   E\n]", r#"["a\n\n  b\n c\n"]"#),
        ("[<<-E\n    a\n \n    b\n  E\n]", r#"["a\n \nb\n"]"#),
        ("[<<-E\n    a\n        \n    b\n  E\n]", r#"["a\n        \nb\n"]"#),
        ("[<<-E\r\n    a\r\n\r\n    b\r\n  E\r\n]", r#"["a\r\n\r\nb\r\n"]"#),
        ("[<<-E\n\ta\n  b\nE\n]", r#"["a\n b\n"]"#),
        ("[<<-E\n    ${x} y\n      z\n    E\n]", r#"[(template ${x} " y\n  z\n")]"#),
        ("[<<-E\n      a ${x\n  }\n    b\n  E\n]", r#"[(template "  a " ${x} "\nb\n")]"#),
        ("[<<-E\n  ${~ 1 ~}\n  a\n  E\n]", r#"[(template ${1} "  a\n")]"#),
        (
            "[<<-E\n    a\n    %{ if t ~}\n      b\n    %{ endif ~}\n    c\n  E\n]",
            r#"[(template "a\n" (if t "      b\n" else) "    c\n")]"#,
        ),
        ("[<<E\nx ${~ y ~}\n   z\n  w\nE\n]", r#"[(template "x" ${y} "   z\n  w\n")]"#),
        ("[<<E-1_ü\nx\nE-1_ü\n]", r#"["x\n"]"#),
    ]);
}

#[test]
fn an_expression_with_a_mistake_stands_for_it_as_a_whole() {
    check(&[
        ("[1, = , 3]", "1: Invalid expression\n<invalid>"),
        ("(1 2) + 3", "1: Unbalanced parentheses\n<invalid>"),
        ("a.0.1", "1: Invalid legacy index syntax\n<invalid>"),
        ("a.*.*", "1: Nested splat expression not allowed\n<invalid>"),
        ("{ for: 1 }", "1: Invalid 'for' expression\n<invalid>"),
        (
            "\"a\nb\"",
            "1: Invalid multi-line string\n2: Extra characters after expression\n<invalid>",
        ),
    ]);
}

#[test]
fn bodies() {
    let text = "\u{feff}a = 1 # c\r\n\r\nblock \"l\\\"1\" l2 \"\" {\n  b = [\n    2,\n  ]\n\n  empty {}\n  \
                line { d = { e = 3 } }\n}\nfür = /* x\n*/ null";
    insta::assert_snapshot!(file(text), @r#"
    a = 1
    für = null
    block "l"1" l2 "" {
      b = [2]
      empty {
      }
      line {
        d = {e: 3}
      }
    }
    "#);
}

#[test]
fn spans_are_exact() {
    use infra_lang::syntax::{parse_file, tree::Expr};
    use infra_model::source::{SourceId, Span};
    let text = "\u{feff}name = a . b[0] # x\nkind \"l\" m {\n  x = 1\n}\n";
    let (file, _) = parse_file(SourceId(7), text);
    let at = |span: Span| {
        assert_eq!(span.source, SourceId(7));
        &text[span.start as usize..span.end as usize]
    };
    let attribute = &file.body.attributes[0];
    assert_eq!(at(attribute.name.span), "name");
    assert_eq!(at(attribute.equals), "=");
    assert_eq!(at(attribute.span), "name = a . b[0]");
    let value = file.expression(attribute.value);
    assert_eq!(at(value.span()), "a . b[0]");
    assert_eq!(at(value.tree.root_span(value.root)), "a");
    let Expr::Traversal { steps, .. } = value.expr() else { panic!("a traversal") };
    let steps: Vec<_> =
        value.tree.steps(steps).iter().map(|step| at(value.tree.at(step.range))).collect();
    assert_eq!(steps, [". b", "[0]"]);
    let block = &file.body.blocks[0];
    assert_eq!(at(block.header()), "kind \"l\" m");
    assert_eq!(at(block.labels[0].span), "\"l\"");
    assert_eq!((at(block.open), at(block.close)), ("{", "}"));
    assert_eq!(at(block.body.span), "\n  x = 1\n");
    assert_eq!(at(block.span()), "kind \"l\" m {\n  x = 1\n}");
    assert_eq!(at(file.body.span), text);
}

#[test]
fn nodes_are_small() {
    use infra_lang::syntax::tree::{Expr, Step};
    assert!(size_of::<Expr>() <= 16, "{}", size_of::<Expr>());
    assert!(size_of::<Step>() <= 16, "{}", size_of::<Step>());
}
