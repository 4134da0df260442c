//! Mutations by seed: of bytes, of words, of brackets, of numbers, and splices of two inputs.

/// Bytes that an input may have.
const BYTES_MAX: usize = 64 * 1024;

/// Words that mean something somewhere.
const WORDS: [&str; 72] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "${",
    "%{",
    "~}",
    "<<EOT\n",
    "<<-E\n",
    "EOT\n",
    "\n",
    "\r\n",
    ".",
    "...",
    ",",
    "=",
    "=>",
    ":",
    "::",
    "?",
    "\\",
    "\\u12",
    "\\ud800",
    "#",
    "//",
    "/*",
    "*/",
    "*",
    "[*]",
    ".*",
    " for x in ",
    "%{ if true }",
    "%{ endif }",
    "%{ else }",
    "null",
    "true",
    "each.key",
    "self",
    "count.index",
    "é",
    "e\u{301}",
    "\u{feff}",
    "\0",
    "$${",
    "%%{",
    "&",
    "'",
    "~",
    "a",
    " ",
    "\t",
    "-",
    "!",
    "&&",
    "||",
    "==",
    "1e999",
    "-0",
    "0.1",
    "dynamic \"x\" {\n",
    "content {\n",
    "lifecycle {\n",
    "variable \"x\" {}\n",
    "var.x",
    "local.a",
    "\"//\":",
    "[{}]",
    "{\"a\":1}",
    "18446744073709551616",
];

/// Numbers that are large, small, or at an edge.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "255",
    "1024",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "1e-400",
    "123456789012345678901234567890",
    "1000000000",
];

/// What nests, and how it closes.
const NESTS: [(&str, &str); 9] = [
    ("[", "]"),
    ("(", ")"),
    ("{a=", "}"),
    ("{\"a\":", "}"),
    ("\"${", "}\""),
    ("[for x in ", ": x]"),
    ("!", ""),
    ("a {\n", "}\n"),
    ("jsonencode(", ")"),
];

/// A small generator, so that each run is the same.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.below(2);
        random
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Makes inputs from good ones.
pub(super) struct Mutator {
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    pub(super) fn new(corpus: Vec<Vec<u8>>) -> Self {
        Self { corpus }
    }

    /// Returns one of the good inputs with up to five changes.
    pub(super) fn mutated(&self, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.good(random).to_vec();
        for _ in 0..=random.below(5) {
            self.change(random, &mut bytes);
        }
        bytes.truncate(BYTES_MAX);
        bytes
    }

    fn good(&self, random: &mut Random) -> &[u8] {
        &self.corpus[random.below(self.corpus.len())]
    }

    fn change(&self, random: &mut Random, bytes: &mut Vec<u8>) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(12) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            3 => {
                let byte = u8::try_from(random.below(256)).unwrap();
                bytes.insert(at, byte);
            }
            4 | 5 => put(bytes, at..at, random.pick(&WORDS).as_bytes()),
            6 => put(bytes, word(bytes, at), random.pick(&WORDS).as_bytes()),
            7 => {
                let number = digits(bytes, at);
                put(bytes, number, random.pick(&NUMBERS).as_bytes());
            }
            8 => {
                let (open, close) = NESTS[random.below(NESTS.len())];
                let depth = [1, 2, 20, 300, 3_000][random.below(5)];
                let nested = word(bytes, at);
                let inner = bytes[nested.clone()].to_vec();
                let mut whole = open.repeat(depth).into_bytes();
                whole.extend(inner);
                whole.extend(close.repeat(depth).bytes());
                put(bytes, nested, &whole);
            }
            9 => {
                let copy = bytes[at..end].repeat([1, 2, 50][random.below(3)]);
                put(bytes, at..at, &copy);
            }
            // A line goes elsewhere, or comes from elsewhere.
            10 => {
                let line = line(bytes, at);
                let copy = bytes[line].to_vec();
                let to = random.below(bytes.len() + 1);
                let to = line_start(bytes, to);
                put(bytes, to..to, &copy);
            }
            _ => {
                let other = self.good(random);
                let from = random.below(other.len() + 1);
                let until = (from + random.below(80)).min(other.len());
                let piece = other[from..until].to_vec();
                put(bytes, at..end, &piece);
            }
        }
    }
}

fn put(bytes: &mut Vec<u8>, range: std::ops::Range<usize>, piece: &[u8]) {
    bytes.splice(range, piece.iter().copied()).for_each(drop);
}

/// Returns the range around a place whose bytes are alike.
fn around(bytes: &[u8], at: usize, alike: impl Fn(u8) -> bool) -> std::ops::Range<usize> {
    let start = bytes[..at].iter().rposition(|byte| !alike(*byte)).map_or(0, |found| found + 1);
    let end = bytes[at..].iter().position(|byte| !alike(*byte)).map_or(bytes.len(), |n| at + n);
    start..end
}

fn word(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    around(bytes, at, |byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns the first number behind a place.
fn digits(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let at = bytes[at..].iter().position(u8::is_ascii_digit).map_or(at, |found| at + found);
    around(bytes, at, |byte| byte.is_ascii_digit())
}

fn line(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let found = around(bytes, at, |byte| byte != b'\n');
    found.start..(found.end + 1).min(bytes.len())
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    line(bytes, at).start.min(bytes.len())
}
