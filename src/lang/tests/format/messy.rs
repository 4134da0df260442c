//! Untidy texts: generated files whose whitespace is thrown about where the language allows it.

use crate::syntax::generate::{self, Random};
use infra_lang::syntax::token::{TokenKind, tokenize};

const BLANKS: &[&str] = &[" ", "  ", "\t", "    ", " \t "];

/// Returns an untidy file; not every one is valid.
pub(super) fn file(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        text.push_str(&generate::file(&mut random));
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&extra(&mut random));
    }
    let mut out = String::new();
    for token in tokenize(&text) {
        let written = &text[token.start as usize..token.end as usize];
        match token.kind {
            TokenKind::Whitespace => out.push_str(random.pick(BLANKS)),
            TokenKind::Newline => {
                out.push_str(random.pick(&["", "", "", " ", "\t", " # why", "  // é"]));
                out.push_str(written);
                out.push_str(random.pick(&["", "", "  ", "\n", " \n\n", "\t"]));
            }
            TokenKind::Equal | TokenKind::Comma | TokenKind::Plus | TokenKind::Minus => {
                out.push_str(random.pick(&["", "", " ", "  "]));
                out.push_str(written);
                out.push_str(random.pick(&["", "", " ", " /* k */ "]));
            }
            _ => out.push_str(written),
        }
    }
    out
}

/// Returns a few attributes of the kinds that the layout has rules for; their names are new.
fn extra(random: &mut Random) -> String {
    let mut out = String::new();
    for _ in 0..random.below(6) {
        let number = random.below(1_000_000);
        out.push_str(random.pick(&["", "  ", "é", "longer_", "x-"]).trim_start());
        out.push_str(&format!("n{number}="));
        out.push_str(random.pick(VALUES));
        out.push_str(random.pick(&["\n", "\n", "# c\n", " // longer\n", "/* b */ # c\n", "\n\n"]));
    }
    if random.below(3) == 0 {
        let kind = random.pick(&["\"string\"", "\"list\"", "\"map\"", "list", "set", "map", "any"]);
        out.push_str(&format!("variable {} {{\ntype={kind}\n}}\n", random.pick(&["a", "\"b\""])));
    }
    out
}

const VALUES: &[&str] = &[
    "\"${a}\"",
    "\"${ a.b }\"",
    "\"${a}${b}\"",
    "\"${foo(\"${a}\")}\"",
    "\"${foo(\n1,\n2)}\"",
    "\"${\na\n}\"",
    "\"${(a\n)}\"",
    "\"${{a=1}}\"",
    "\"x${ {a=1} }\"",
    "\"%{if a}b%{ else }c%{ endif ~}\"",
    "{\na=1\nbcd =2 # c\n\"e f\"= 3\n}",
    "{ a=1,b:2 }",
    "[\n1,[\n2,3\n]\n,{ a=1 },\n]",
    "[{\na=1\n},{\nb=2\n}]",
    "foo([\n1\n])",
    "foo(a,b...)",
    "[for a in[1]:a]",
    "{for k,v in a:k=>v...if v}",
    "(a\n?b\n:c)",
    "a?b:-1",
    "-a - -b",
    "!a&&!(b||c)",
    "a[0] [1].b[*].c",
    "a.0.b.*.c",
    "a::b(1)",
    "(a)[0]",
    "1*-1%2/3",
    "a==-1",
    "<<EOT\n x\n  ${ a }\n${ foo(\n1) } z\nEOT\n",
    "<<-EOT\n\tx\n\t%{ for a in b }${a}%{ endfor }\n\tEOT\n",
    "foo(<<EOT\nx\nEOT\n,[\n1])",
    "[<<EOT\n${[\n1]}\nEOT\n,2]",
    "\"a\\\"${b}\\n\"",
    "\"e\u{301}日本\"",
    "\"$${a}\"",
    "{}",
    "{ }",
    "[ ]",
    "( [\n# c\n1,# d\n2 # e\n])",
    "{(a)=1,(b):2}",
    "/* x\ny */ 1",
];
