//! Values and expressions of configurations: what a block may refer to, and what is made of it.

use crate::sim::random::Random;

/// A variable's type, and literals that it takes.
pub(super) const SORTS: [(&str, &[&str]); 11] = [
    ("string", &["\"a\"", "\"other\"", "5", "true"]),
    ("number", &["1", "2", "2.5", "\"7\""]),
    ("bool", &["true", "false", "\"true\""]),
    ("list(string)", &["[]", "[\"a\", \"b\"]", "[1, true]", "[\"b\"]"]),
    ("set(string)", &["[\"a\", \"b\"]", "[\"b\", \"c\"]", "[]", "[\"a\", \"a\"]"]),
    ("map(string)", &["{ a = 1, b = \"x\" }", "{ b = \"y\" }", "{}", "{ c = true, \"d e\" = 2 }"]),
    ("map(number)", &["{ a = 1 }", "{ a = 1, b = 2 }", "{}"]),
    (
        "object({ name = string, size = optional(number, 3), tags = optional(map(string)), inner = optional(object({ on = optional(bool, true) }), {}) })",
        &[
            "{ name = \"n\" }",
            "{ name = \"m\", size = 4, tags = { a = 1 } }",
            "{ name = 1, inner = { on = false }, extra = 1 }",
        ],
    ),
    (
        "list(object({ key = string, value = optional(any) }))",
        &["[]", "[{ key = \"a\", value = 1 }]", "[{ key = \"a\" }, { key = \"b\" }]"],
    ),
    ("any", &["1", "[1, \"a\"]", "{ a = [1] }", "\"t\""]),
    ("tuple([string, number])", &["[\"a\", 1]", "[2, \"3\"]"]),
];

/// A condition that holds and refers to something.
const PLAINEST: &str = "path.module != \"\"";

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Text,
    Number,
    Bool,
    Sequence,
    Map,
    Object,
    /// Could be anything.
    Any,
}

/// Something that a block may refer to.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) text: String,
    pub(super) is: Is,
    /// Known while planning from nothing, and so fit to repeat over.
    pub(super) known: bool,
    pub(super) sensitive: bool,
}

/// What the blocks of a module may refer to so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) references: Vec<Reference>,
    /// Names that only the block at hand has, such as `each.key`.
    pub(super) own: Vec<Reference>,
    /// Whether sensitive ones may be taken.
    pub(super) secrets: bool,
    /// Whether only what is known may be taken.
    pub(super) known: bool,
}

impl Scope {
    pub(super) fn add(&mut self, text: impl Into<String>, is: Is, known: bool, sensitive: bool) {
        self.references.push(Reference { text: text.into(), is, known, sensitive });
    }

    fn fitting(&self, is: Option<Is>) -> Vec<&Reference> {
        self.references
            .iter()
            .chain(&self.own)
            .filter(|reference| is.is_none_or(|is| reference.is == is))
            .filter(|reference| self.secrets || !reference.sensitive)
            .filter(|reference| !self.known || reference.known)
            .collect()
    }

    fn one(&self, random: &mut Random, is: Option<Is>) -> Option<String> {
        let fitting = self.fitting(is);
        if fitting.is_empty() {
            return None;
        }
        // What is near is taken more often: chains are worth more than fans.
        let last = fitting.len() - 1;
        let place = last - random.below(fitting.len()).min(random.below(fitting.len()));
        Some(fitting[place].text.clone())
    }

    /// Returns an expression of any sort.
    pub(super) fn value(&self, random: &mut Random, depth: usize) -> String {
        if depth == 0 || random.chance(1, 5) {
            return self.plain(random);
        }
        let depth = depth - 1;
        match random.below(16) {
            0 | 1 => format!(
                "{{ a = {}, b = {} }}",
                self.value(random, depth),
                self.value(random, depth)
            ),
            2 => format!("[{}, {}]", self.value(random, depth), self.value(random, depth)),
            3 | 4 => self.text(random, depth),
            5 => format!("jsonencode({})", self.value(random, depth)),
            6 => self.sequence(random, depth),
            7 => format!("try({}.a, {})", self.bracketed(random, depth), self.value(random, depth)),
            8 => self.mapping(random, depth),
            9 => format!("length({})", self.sequence(random, depth)),
            10 => format!("[for v in {} : {{ v = v }}]", self.sequence(random, depth)),
            11 => format!("{{ for k, v in {} : k => v }}", self.mapping(random, depth)),
            12 => {
                let condition = self.condition(random, depth);
                // Nulls have no type here: one of another type is a change to Terraform.
                format!("try(({condition} ? [{}] : [])[0], null)", self.value(random, depth))
            }
            13 => format!(
                "merge({}, {{ z = {} }})",
                self.mapping(random, depth),
                self.value(random, depth)
            ),
            14 if self.secrets => format!("sensitive({})", self.value(random, depth)),
            _ => self.plain(random),
        }
    }

    fn bracketed(&self, random: &mut Random, depth: usize) -> String {
        format!("({})", self.value(random, depth))
    }

    fn plain(&self, random: &mut Random) -> String {
        let reference = if random.chance(3, 4) { self.one(random, None) } else { None };
        let literals =
            ["1", "\"x\"", "true", "null", "[]", "{}", "[\"p\", 1]", "{ k = \"v\" }", "\"y z\""];
        reference.unwrap_or_else(|| (*random.pick(&literals)).to_owned())
    }

    /// Returns an expression of a text.
    pub(super) fn text(&self, random: &mut Random, depth: usize) -> String {
        let Some(text) = self.one(random, Some(Is::Text)) else { return "\"text\"".to_owned() };
        match random.below(6) {
            0 => format!("\"p-${{{text}}}\""),
            1 => format!("upper({text})"),
            2 => format!("join(\",\", [{text}, \"t\"])"),
            3 => format!("\"%{{ if {} }}${{{text}}}%{{ endif }}\"", self.condition(random, depth)),
            4 => format!("format(\"%s/%s\", {text}, \"f\")"),
            _ => text,
        }
    }

    /// Returns an expression of a condition.
    pub(super) fn condition(&self, random: &mut Random, depth: usize) -> String {
        let condition = self.unbound_condition(random, depth);
        // One that refers to nothing is refused, but for what it is worth that is tried too.
        let refers = ["var.", "local.", "terraform_data.", "module.", "each.", "count."]
            .iter()
            .any(|root| condition.contains(root));
        if refers || random.chance(1, 50) { condition } else { PLAINEST.to_owned() }
    }

    fn unbound_condition(&self, random: &mut Random, depth: usize) -> String {
        match random.below(6) {
            0 => self.one(random, Some(Is::Bool)).unwrap_or_else(|| PLAINEST.to_owned()),
            1 => format!("{} != null", self.text(random, depth.min(1))),
            2 => format!("length({}) >= 0", self.sequence(random, depth.min(1))),
            3 => format!("can({}.a)", self.bracketed(random, depth.min(1))),
            4 => format!("{} != \"a\"", self.text(random, depth.min(1))),
            _ => PLAINEST.to_owned(),
        }
    }

    fn sequence(&self, random: &mut Random, depth: usize) -> String {
        match random.below(5) {
            0 | 1 => match self.one(random, Some(Is::Sequence)) {
                Some(text) => format!("coalesce({text}, [])"),
                None => "[\"s\"]".to_owned(),
            },
            2 => format!("keys({})", self.mapping(random, depth)),
            3 => format!("[{}]", self.text(random, depth.min(1))),
            _ => (*random.pick(&["[\"s\", \"t\"]", "[]", "tolist([\"q\"])"])).to_owned(),
        }
    }

    fn mapping(&self, random: &mut Random, depth: usize) -> String {
        match random.below(4) {
            0 => match self.one(random, Some(Is::Map)) {
                Some(text) => format!("coalesce({text}, {{}})"),
                None => "{ m = 1 }".to_owned(),
            },
            1 => format!("{{ (\"k\") = {} }}", self.value(random, depth.min(1))),
            2 => format!("{{ m = {} }}", self.text(random, depth.min(1))),
            _ => (*random.pick(&["{ m = 1, n = \"2\" }", "{}", "tomap({ o = 1 })"])).to_owned(),
        }
    }

    /// Returns an expression to repeat over by number.
    pub(super) fn count(random: &mut Random) -> String {
        (*random.pick(&["1", "2", "3", "0", "2"])).to_owned()
    }

    /// Returns an expression to repeat over by key.
    pub(super) fn each(&self, random: &mut Random) -> String {
        let known = Self { known: true, secrets: false, own: Vec::new(), ..self.clone() };
        match random.below(6) {
            0 => match known.one(random, Some(Is::Map)) {
                Some(text) => format!("coalesce({text}, {{}})"),
                None => "{ x = 1 }".to_owned(),
            },
            1 => match known.one(random, Some(Is::Sequence)) {
                Some(text) => format!("toset([for v in coalesce({text}, []) : jsonencode(v)])"),
                None => "toset([\"x\"])".to_owned(),
            },
            2 => {
                let outer = Self { known: false, secrets: false, ..known };
                format!("{{ x = {}, y = {} }}", outer.value(random, 1), outer.value(random, 1))
            }
            _ => (*random.pick(&[
                "toset([\"x\", \"y\"])",
                "{ x = 1, z = \"q\" }",
                "toset([\"x\"])",
                "{ y = { d = 1 } }",
                "toset([\"y\", \"a b\"])",
            ]))
            .to_owned(),
        }
    }
}
