//! Random HCL for tests: valid texts from a grammar, and damaged ones from these.

/// A small pseudo-random generator (xorshift), so that a seed names a test.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub(crate) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const NAMES: &[&str] = &["a", "b", "var", "each", "local", "x-y", "_z", "fôo", "data", "server_1"];
const SPACE: &[&str] = &[" ", "  ", "\t", " /* c */ ", ""];
const LINE: &[&str] = &["\n", "\r\n", " # c\n", " // c\n", "\n\n"];

/// Returns a valid file.
pub(crate) fn file(random: &mut Random) -> String {
    let mut text = String::new();
    body(random, &mut text, 3);
    text
}

fn body(random: &mut Random, text: &mut String, depth: usize) {
    for n in 0..=random.below(4) {
        if depth > 0 && random.below(3) == 0 {
            *text += random.pick(&["block", "resource", "dynamic"]);
            for _ in 0..random.below(3) {
                *text += random.pick(&[" \"label\"", " label", " \"la\\\"bel\"", " \"\""]);
            }
            *text += " {";
            match random.below(3) {
                0 => {}
                1 => {
                    *text += " one = ";
                    *text += &expression(random, 1);
                    *text += " ";
                }
                _ => {
                    *text += random.pick(LINE);
                    body(random, text, depth - 1);
                }
            }
            *text += "}";
        } else {
            if random.below(8) == 0 {
                *text += &format!("heredoc{n} = {}\n", heredoc(random));
            }
            *text += &format!("{}{n} = ", random.pick(&["arg", "name", "für"]));
            *text += &expression(random, 3);
        }
        *text += random.pick(LINE);
    }
}

/// Returns a valid expression on one line, or on several inside of brackets.
pub(super) fn expression(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return atom(random);
    }
    let space = random.pick(SPACE);
    let inner = |random: &mut Random| expression(random, depth - 1);
    match random.below(16) {
        0 => format!("({}{space})", inner(random)),
        1 => format!("[{},{space}{}]", inner(random), inner(random)),
        2 => format!("{{{space}k1 = {}, \"k2\" : {} }}", inner(random), inner(random)),
        3 => format!("{{\n  k1 = {}\n  (k2) = {}\n}}", inner(random), inner(random)),
        4 => format!("f({}, {})", inner(random), inner(random)),
        5 => format!("provider::p::f({}...)", inner(random)),
        6 => format!("[for v in {} : {}]", inner(random), inner(random)),
        7 => format!("{{for k, v in {} : k => {} if v}}", inner(random), inner(random)),
        8 => format!("{{for k, v in {} : k => {}...}}", inner(random), inner(random)),
        9 => format!("{} ? {} : {}", operand(random), inner(random), inner(random)),
        10 | 11 => {
            let mut chain = operand(random);
            for _ in 0..=random.below(3) {
                let operator = random
                    .pick(&["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]);
                chain += &format!(" {operator} {}", operand(random));
            }
            chain
        }
        12 => format!("{}{}", random.pick(&["!", "-"]), operand(random)),
        13 => traversal(random),
        _ => template(random, depth - 1),
    }
}

fn atom(random: &mut Random) -> String {
    match random.below(6) {
        0 => random.pick(&["0", "1", "42", "3.14", "1e3", "0.5"]).to_owned(),
        1 => random.pick(&["true", "false", "null"]).to_owned(),
        2 => random.pick(&["\"\"", "\"abc\"", "\"ä$b%\"", "\"a b\""]).to_owned(),
        3 => random.pick(&["[]", "{}", "f()"]).to_owned(),
        _ => random.pick(NAMES).to_owned(),
    }
}

/// What may stand beside an operator without parentheses.
fn operand(random: &mut Random) -> String {
    match random.below(3) {
        0 => traversal(random),
        _ => atom(random),
    }
}

fn traversal(random: &mut Random) -> String {
    let mut text = random.pick(NAMES).to_owned();
    for _ in 0..random.below(4) {
        text += random.pick(&[".b", ".c", "[0]", "[\"k\"]", "[var.i]", "[*].d", ".0"]);
        if text.ends_with(".0") {
            text += ".e";
        }
    }
    if random.below(8) == 0 {
        text += ".*.f";
    }
    text
}

fn template(random: &mut Random, depth: usize) -> String {
    let mut text = String::from("\"");
    for _ in 0..random.below(4) {
        text +=
            random.pick(&["abc", " ", "ö", "\\n", "\\\"", "\\u00e4", "$${x}", "%%{x}", "$", "%"]);
        // A dollar before an interpolation would escape it.
        text += " ";
        let (left, right) = (random.pick(&["", "~"]), random.pick(&["", "~"]));
        let inner = expression(random, depth);
        match random.below(4) {
            0 => text += &format!("${{{left} {inner} {right}}}"),
            1 => {
                text +=
                    &format!("%{{{left} if c {right}}}yes%{{{right} else }}no%{{ endif {left}}}");
            }
            2 => text += &format!("%{{ for v in x {right}}}${{v}},%{{{left} endfor }}"),
            _ => {}
        }
    }
    text + "\""
}

fn heredoc(random: &mut Random) -> String {
    let mut text = format!("<<{}EOT\n", random.pick(&["", "-"]));
    for _ in 0..=random.below(4) {
        text += random.pick(&["    ", "  ", "\t", ""]);
        text += random.pick(&["line", "a \"b\"", "${var.x} y", "\\n", "$${z}", ""]);
        text += "\n";
    }
    text + random.pick(&["EOT", "  EOT"])
}

/// Returns the text with some bytes removed, doubled, swapped or replaced; may not be UTF-8.
pub(super) fn damage(random: &mut Random, text: &str) -> Vec<u8> {
    const PIECES: &[&str] = &[
        "{", "}", "[", "]", "(", ")", "\"", "${", "%{", "~}", "<<EOT\n", "<<-E\n", "EOT\n", "\n",
        "\r\n", ".", "...", ",", "=", "=>", ":", "::", "?", "\\", "\\u12", "#", "//", "/*", "*/",
        "*", "for ", "in ", "if ", "endif", "else", "0", "1.", "é", "\u{feff}", "\u{0}", "$", "%",
        "&", "'", "~", "a", " ",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(6)).min(bytes.len());
        match random.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let copy = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, copy).for_each(drop);
            }
            2 => bytes.truncate(at),
            3 if random.below(4) == 0 => bytes.insert(at, random.next().to_le_bytes()[3]),
            _ => bytes.splice(at..at, random.pick(PIECES).bytes()).for_each(drop),
        }
    }
    bytes
}
