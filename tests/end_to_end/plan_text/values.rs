//! Values of configurations, and what they are changed into.

use crate::sim::random::Random;

/// A value as it is written in a configuration.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Leaf(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// A function of a value.
    Call(&'static str, Box<Self>),
}

/// Values without parts.
const LEAVES: [&str; 22] = [
    "1",
    "2",
    "0.5",
    "1e21",
    "-3",
    "true",
    "false",
    "null",
    "\"a\"",
    "\"b c\"",
    "\"$${x} %%{y} \\u2028 é\"",
    "\"q\\\"\\\\\\t\"",
    "\"one\\ntwo\\n  three\\n\"",
    "\"one\\n2\\n  three\\nfour\"",
    "\"two\\none\\n\\nfive\\nsix\\nseven\\neight\\n\"",
    "[]",
    "{}",
    "\"[1, 2]\"",
    "\"{\\\"k\\\":1}\"",
    "\"{ \\\"k\\\": 1 }\"",
    "toset([\"x\", \"y\", \"z\"])",
    "tomap({ a = \"1\", b = \"2\" })",
];

/// Names of members.
const NAMES: [&str; 10] =
    ["a", "b", "id", "name", "tags", "longer_name", "\"k k\"", "\"1x\"", "\"ä.b\"", "a-b"];

/// What is only known later.
const UNKNOWN: &str = "terraform_data.new.id";

/// Returns a value and what it becomes; secrets only on request.
pub(super) fn pair(random: &mut Random, secrets: bool) -> [Tree; 2] {
    let before = Tree::random(random, (3, secrets));
    let after = before.changed(random, (3, secrets));
    [before, after]
}

impl Tree {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::List(items) => {
                format!("[{}]", items.iter().map(Self::text).collect::<Vec<_>>().join(", "))
            }
            Self::Object(fields) => {
                let fields = fields.iter().map(|(name, tree)| format!("{name} = {}", tree.text()));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Self::Call(function, tree) => format!("{function}({})", tree.text()),
        }
    }

    fn random(random: &mut Random, (depth, secrets): (usize, bool)) -> Self {
        let inner = (depth.saturating_sub(1), secrets);
        match if depth == 0 { 0 } else { random.below(9) } {
            0..=2 => Self::Leaf((*random.pick(&LEAVES)).to_owned()),
            3 | 4 => {
                let count = random.below(6);
                Self::List((0..count).map(|_| Self::random(random, inner)).collect())
            }
            5 | 6 => Self::object(random, inner),
            7 => Self::Call("jsonencode", Box::new(Self::random(random, (depth - 1, false)))),
            _ if secrets => {
                let text = if random.below(2) == 0 { "7" } else { "[8]" };
                Self::Call("sensitive", Box::new(Self::Leaf(text.to_owned())))
            }
            _ => Self::object(random, inner),
        }
    }

    fn object(random: &mut Random, inner: (usize, bool)) -> Self {
        let mut fields: Vec<(String, Self)> = Vec::new();
        for name in NAMES {
            if random.below(3) == 0 {
                fields.push((name.to_owned(), Self::random(random, inner)));
            }
        }
        Self::Object(fields)
    }

    fn changed(&self, random: &mut Random, at: (usize, bool)) -> Self {
        match random.below(12) {
            0 | 1 => return self.clone(),
            2 => return Self::random(random, at),
            3 if at.0 < 3 => return Self::Leaf(UNKNOWN.to_owned()),
            _ => {}
        }
        let inner = (at.0.saturating_sub(1), at.1);
        match self {
            Self::Leaf(_) => Self::random(random, (0, at.1)),
            Self::Call("sensitive", tree) if random.below(2) == 0 => (**tree).clone(),
            Self::Call(function, tree) => {
                Self::Call(function, Box::new(tree.changed(random, (inner.0, false))))
            }
            Self::Object(fields) => {
                let mut changed = Vec::new();
                for (name, tree) in fields {
                    match random.below(5) {
                        0 => {}
                        1 => changed.push((name.clone(), tree.changed(random, inner))),
                        _ => changed.push((name.clone(), tree.clone())),
                    }
                }
                let name = *random.pick(&NAMES);
                if !fields.iter().any(|(other, _)| other == name) {
                    changed.push((name.to_owned(), Self::random(random, inner)));
                }
                Self::Object(changed)
            }
            Self::List(items) => Self::List(Self::list(items, random, inner)),
        }
    }

    fn list(items: &[Self], random: &mut Random, inner: (usize, bool)) -> Vec<Self> {
        let mut changed = Vec::new();
        for tree in items {
            match random.below(7) {
                0 => {}
                1 => changed.push(tree.changed(random, inner)),
                2 => changed.extend([Self::random(random, inner), tree.clone()]),
                3 => changed.insert(0, tree.clone()),
                _ => changed.push(tree.clone()),
            }
        }
        changed
    }
}
