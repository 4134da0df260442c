//! Configurations by seed: what Terraform itself can make, in every shape that a state can have.

use std::fmt::Write as _;

/// Draws, the same for the same seed.
pub(super) struct Random {
    state: u64,
}

/// A resource that later ones may refer to.
struct Made {
    /// An expression for one of its outputs.
    output: String,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % end
    }

    /// Returns the files of an estate.
    pub(super) fn estate(mut self) -> Vec<(String, String)> {
        let mut main =
            "variable \"secret\" {\n  default   = { word = \"hunter2\", list = [1, 2] }\n  \
                        sensitive = true\n}\n"
                .to_owned();
        let made = self.resources(&mut main, "r", "var.secret.word");
        for (index, how) in ["", "count", "for_each"].into_iter().enumerate() {
            let repeated = match how {
                "count" => format!("  count  = {}\n", self.below(3)),
                "for_each" => "  for_each = { \"a b\" = 1, \"c\\\"d\" = 2.5 }\n".to_owned(),
                _ => String::new(),
            };
            let given = self.value(&made, 0);
            writeln!(
                main,
                "module \"m{index}\" {{\n  source = \"./inner\"\n{repeated}  given  = {given}\n}}"
            )
            .unwrap();
            writeln!(
                main,
                "output \"m{index}\" {{\n  value     = module.m{index}\n  sensitive = true\n}}"
            )
            .unwrap();
        }
        for (index, one) in made.iter().enumerate() {
            let sensitive = if self.below(3) == 0 { "" } else { "nonsensitive" };
            let value = if sensitive.is_empty() {
                format!("{}\n  sensitive = true", one.output)
            } else {
                // Whether it is a secret or not: here the output of a secret input is one, unlike in
                // Terraform, and the values must agree.
                format!("nonsensitive(sensitive(jsonencode({})))", one.output)
            };
            writeln!(main, "output \"o{index}\" {{\n  value = {value}\n}}").unwrap();
        }
        let mut inner = "variable \"given\" {}\n".to_owned();
        let made = self.resources(&mut inner, "i", "var.given");
        inner.push_str("module \"deep\" {\n  source = \"./deep\"\n  count  = 2\n}\n");
        for (index, one) in made.iter().enumerate() {
            writeln!(
                inner,
                "output \"o{index}\" {{\n  value     = {}\n  sensitive = true\n}}",
                one.output
            )
            .unwrap();
        }
        let mut deep = String::new();
        self.resources(&mut deep, "d", "\"deep\"");
        let file = |name: &str, text| (name.to_owned(), text);
        vec![file("main.tf", main), file("inner/main.tf", inner), file("inner/deep/main.tf", deep)]
    }

    /// Writes a few resources, each made from earlier ones.
    fn resources(&mut self, out: &mut String, prefix: &str, secret: &str) -> Vec<Made> {
        let mut made: Vec<Made> = vec![Made { output: secret.to_owned() }];
        for index in 0..2 + self.below(4) {
            let name = format!("{prefix}{index}");
            let repeated = self.below(3);
            let head = match repeated {
                1 => format!("  count = {}\n", 1 + self.below(3)),
                2 => "  for_each = toset([\"x\", \"y z\", \"${1 + 1}\"])\n".to_owned(),
                _ => String::new(),
            };
            writeln!(out, "resource \"terraform_data\" \"{name}\" {{\n{head}").unwrap();
            if self.below(5) > 0 {
                writeln!(out, "  input = {}", self.value(&made, 0)).unwrap();
            }
            if self.below(3) == 0 {
                writeln!(out, "  triggers_replace = {}", self.value(&made, 0)).unwrap();
            }
            if self.below(4) == 0 {
                out.push_str("  lifecycle {\n    create_before_destroy = true\n  }\n");
            }
            out.push_str("}\n");
            let all = format!("terraform_data.{name}");
            let output = match repeated {
                1 => format!("{all}[0].output"),
                2 => format!("[for k, v in {all} : v.id]"),
                _ => format!("{all}.output"),
            };
            made.push(Made { output });
        }
        made
    }

    fn value(&mut self, made: &[Made], depth: u64) -> String {
        let simple = ["1", "0.25", "true", "\"text\"", "\"é \\\"q\\\" ${1 + 1}\"", "null", "1e30"];
        let pick = |index: u64, length: usize| usize::try_from(index).unwrap() % length;
        match self.below(if depth > 2 { 6 } else { 10 }) {
            0..=2 => simple[pick(self.below(100), simple.len())].to_owned(),
            3..=5 => made[pick(self.below(100), made.len())].output.clone(),
            6 => format!("[{}, {}]", self.value(made, depth + 1), self.value(made, depth + 1)),
            7 => format!(
                "{{ a = {}, \"b c\" = {} }}",
                self.value(made, depth + 1),
                self.value(made, depth + 1)
            ),
            8 => "toset([\"b\", \"a\"])".to_owned(),
            _ => "tomap({ k = \"v\" })".to_owned(),
        }
    }
}
