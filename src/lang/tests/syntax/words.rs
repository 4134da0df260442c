//! Where mistakes are shown and what is said of them, where that depends on more than their code.

use infra_lang::syntax::parse_file;
use infra_model::source::SourceId;

/// Returns `[place] help` of the only mistake of a text.
fn said(text: &str) -> String {
    let (_, found) = parse_file(SourceId(0), text);
    assert_eq!(found.len(), 1, "{text:?}: {found:#?}");
    let span = found[0].labels[0].span;
    let place = &text[span.start as usize..span.end as usize];
    format!("[{place}] {}", found[0].help)
}

#[test]
fn what_the_end_of_the_text_cuts_off_is_shown_at_its_opening() {
    let (quote, marker) =
        ("add the closing quote", "write the marker alone on a line that ends with a newline");
    for (text, place, help) in [
        ("a {\n  b = \"c ${d}", "\"", quote),
        ("a \"b", "\"", quote),
        ("a {\n  b = <<-EOT\n  c\n  EOT)\n}\n", "<<-EOT", marker),
        ("a {\n  b = [\"${\"x\"}\", <<E\r\n  E", "<<E", marker),
    ] {
        assert_eq!(said(text), format!("[{place}] {help}"), "{text:?}");
    }
}

#[test]
fn the_end_of_the_text_is_shown_by_its_last_character() {
    for (text, place) in [("a =", "="), ("a = 1 +", "+"), ("a = ü ?  ", "?")] {
        assert_eq!(said(text), format!("[{place}] write a value here"), "{text:?}");
    }
    assert_eq!(said("a = (ü"), "[ü] add `)`");
}

#[test]
fn the_help_for_a_separator_fits_what_follows() {
    let close = |bracket| format!("add a comma, or close it with `{bracket}`");
    for (text, wanted) in [
        ("a = [1 2]\n", "[2] add a comma".to_owned()),
        ("a = [1\nb = 2\n", format!("[b] {}", close(']'))),
        ("a = f(1 2)\n", "[2] add a comma".to_owned()),
        ("a = f(1]\n", format!("[]] {}", close(')'))),
        ("a = f(1", format!("[1] {}", close(')'))),
        ("a = { b = 1 c = 2 }\n", "[c] add a comma or a newline".to_owned()),
        ("a = { b = 1 ]\n", "[]] add a comma or a newline, or close it with `}`".to_owned()),
        ("a = f(b..., c)\n", "[...] move this argument to the end".to_owned()),
        ("a = f(b... c)\n", "[...] add `)`".to_owned()),
    ] {
        assert_eq!(said(text), wanted, "{text:?}");
    }
}

#[test]
fn directives_of_other_languages_are_understood() {
    let nest = "nest another `%{ if ... }` behind it";
    for (template, wanted) in [
        ("%{ if a then }b%{ endif }", "[then] remove this".to_owned()),
        ("%{ if a", "[\"] add `}`".to_owned()),
        ("%{ if a }%{ else if b }%{ endif }", format!("[if] end the directive here and {nest}")),
        (
            "%{ if a }%{ elseif b }%{ endif }",
            format!("[elseif] there is no `elseif`: write `%{{ else }}` and {nest}"),
        ),
        ("%{ iff a }", "[iff] did you mean `if`?".to_owned()),
        (
            "%{ for a of b }%{ endfor }",
            "[of] write `%{ for value in collection }` or `%{ for key, value in collection }`"
                .to_owned(),
        ),
        ("%{ for a in b }%{ endif }", "[%{ endif }] did you mean `endfor`?".to_owned()),
        ("%{ if a }%{ endfor }", "[%{ endfor }] did you mean `endif`?".to_owned()),
        ("%{ for a in b }%{ else }", "[%{ else }] remove it".to_owned()),
    ] {
        assert_eq!(said(&format!("a = \"{template}\"\n")), wanted, "{template}");
    }
}

#[test]
fn characters_are_named_where_they_cannot_be_seen() {
    for (text, wanted) in [
        ("a = ${ var.x }\n", "[$] write `var.x`; `${` and `}` are for strings"),
        ("a = ${{}}\n", "[$] write the expression without `${` and `}`, which are for strings"),
        ("a = $x\n", "[$] remove it"),
        ("a = `x`\n", "[`] use double quotes (`\"`); for several lines, a heredoc (`<<EOT`)"),
        ("a =\u{a0}1\n", "[\u{a0}] remove it, or write a space"),
        ("a = 1\rb = 2\n", "[\r] remove it, or write a space"),
    ] {
        assert_eq!(said(text), wanted, "{text:?}");
    }
    let (_, found) = parse_file(SourceId(0), "a = 1\u{200b}\n");
    assert!(found[0].detail.contains("U+200B (zero-width space)"), "{}", found[0].detail);
}
