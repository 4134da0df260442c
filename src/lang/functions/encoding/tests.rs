//! Tests of `base64gzip`: digests of what Terraform 1.11.4 makes of texts of many kinds and sizes.

#![allow(clippy::cast_possible_truncation, reason = "what is drawn is small")]

use crate::functions::{call, lookup, tests::with_environment};
use infra_model::value::Value;
use std::fmt::Write as _;

/// Draws numbers, always the same ones for a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn letter(&mut self, letters: u64) -> char {
        char::from(b' ' + u8::try_from(self.below(letters)).unwrap())
    }
}

const KINDS: [&str; 12] = [
    "one",
    "two",
    "four",
    "sixteen",
    "printable",
    "cyrillic",
    "han",
    "words",
    "lines",
    "period",
    "far",
    "runs",
];

/// Returns a text of a kind with at least so many bytes, or a few more.
fn text(kind: &str, size: usize) -> String {
    let mut draw = Draw(size as u64 * 0x9e37_79b9 + 88_172_645_463_325_252);
    let mut text = String::new();
    let block: String = (0..33_000).map(|_| draw.letter(95)).collect();
    for n in 0.. {
        if text.len() >= size {
            break;
        }
        match kind {
            "one" => text.push('a'),
            "two" => text.push(draw.letter(2)),
            "four" => text.push(draw.letter(4)),
            "sixteen" => text.push(draw.letter(16)),
            "printable" => text.push(draw.letter(95)),
            "cyrillic" => text.push(char::from_u32(0x410 + draw.below(64) as u32).unwrap()),
            "han" => text.push(char::from_u32(0x4e00 + draw.below(0x5000) as u32).unwrap()),
            "words" => {
                let at = draw.below(400) as usize * 7;
                text.push_str(&block[at..at + 2 + at % 9]);
                text.push(' ');
            }
            "lines" => {
                let (a, b) = (draw.below(1000), draw.below(7));
                writeln!(text, "  \"key_{n}\": {{ \"id\": {a}, \"enabled\": {} }},", b > 3)
                    .unwrap();
            }
            "period" => text.push_str(&block[..=(size % 997)]),
            // The same again at distances about the greatest one.
            "far" => text.push_str(&block[..32_700 + draw.below(300) as usize]),
            _ => {
                let c = draw.letter(95);
                text.extend(std::iter::repeat_n(c, 1 + draw.below(300) as usize));
                (0..draw.below(60)).for_each(|_| text.push(draw.letter(95)));
            }
        }
    }
    text
}

fn packed(text: &str, then: &str) -> String {
    with_environment(true, |environment| {
        let packed = call(lookup("base64gzip").unwrap(), &[Value::string(text)], environment);
        let found = call(lookup(then).unwrap(), &[packed.unwrap()], environment);
        found.unwrap().as_text().unwrap().to_string()
    })
}

/// Lines are a kind, a size, and the SHA-256 of what `base64gzip` gives.
#[test]
fn bytes_are_those_of_terraform() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("tests/oracle.txt").lines() {
        let [kind, size, wanted] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line} has three parts");
        };
        count += 1;
        if packed(&text(kind, size.parse().unwrap()), "sha256") != wanted {
            wrong.push(format!("{kind} {size}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}: {wrong:?}", wrong.len());
    assert!(count > 400, "the table is there");
}

#[test]
fn what_is_packed_unpacks() {
    for kind in KINDS {
        for size in [0, 1, 3, 260, 70_001] {
            let text = text(kind, size);
            assert!(packed(&text, "base64gunzip") == text, "{kind} {size}");
        }
    }
}
