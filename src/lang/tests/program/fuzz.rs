//! No text makes the program panic: mutations of good configurations, evaluated whole.

use crate::support::{Built, kinds, known, root};
use infra_model::program::{NodeId, Program};
use std::path::PathBuf;

/// Mutations for each text.
const ROUNDS: u64 = 400;

/// A small generator, so that each run is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

const RICH: &str = r#"
variable "v" {
  type = object({ a = optional(list(string), ["x"]), n = number })
  default = { n = 2 }
  validation {
    condition     = var.v.n > 1
    error_message = "small ${var.v.n}"
  }
}
locals {
  m = { for k, x in var.v.a : x => k... if length(x) > 0 }
  t = "%{ for x in var.v.a ~} ${x} %{ endfor }"
  s = test_thing.a[*].name
}
resource "test_thing" "a" {
  count = var.v.n
  name  = "n-${count.index}"
  tags  = { (local.t) = try(local.m.x[0], "none") }
  dynamic "rule" {
    for_each = [for i in range(2) : i]
    content {
      port = rule.value
      note = rule.key == 0 ? null : "x"
    }
  }
  lifecycle {
    ignore_changes       = [tags["k"]]
    replace_triggered_by = [terraform_data.b]
    precondition {
      condition     = can(each.key) || true
      error_message = "no"
    }
  }
}
resource "terraform_data" "b" {
  for_each = toset(["x", "y"])
  input    = { k = each.key, all = test_thing.c.rule.*.port }
  provisioner "local-exec" { command = "echo ${self.id}" }
}
resource "test_thing" "c" {
  name = join(",", var.v.a...)
  one { deep { text = path.module } }
}
output "o" { value = [local.s, local.m, values(terraform_data.b)[*].id] }
check "c" {
  assert {
    condition     = length(local.s) == 2
    error_message = "s"
  }
}
moved {
  from = test_thing.old
  to   = test_thing.c
}
import {
  to = test_thing.c
  id = "i"
}
"#;

fn exercise(text: &str) {
    let built = Built::new(&[("main.tf", text)]);
    let mut known = known(&[]);
    built.program.validate(&kinds(), &mut known);
    for index in 0..built.program.nodes().len() {
        let node = NodeId(u32::try_from(index).unwrap());
        let (expansion, _) = built.program.expand(node, &mut known);
        for id in expansion.instances.into_iter().take(4) {
            built.program.desired(id, &mut known);
        }
    }
    built.program.outputs(&mut known);
    built.program.imports(&mut known);
    built.program.free("local.m", &root(), &mut known);
}

#[test]
fn mutated_configurations_are_survived() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/config");
    let mut texts: Vec<String> = vec![RICH.to_owned()];
    for entry in std::fs::read_dir(directory).unwrap() {
        texts.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    texts.sort();
    exercise(RICH);
    let pieces = [
        "{", "}", "[", "]", "(", ")", "\"", "${", "...", "[*]", ".", "null", "each", "1e999",
        "self", "?", ":", "=", "\n",
    ];
    for (seed, text) in (1..).zip(&texts) {
        let mut random = Random(seed);
        for _ in 0..ROUNDS {
            let mut mutated: Vec<&str> = text.split_inclusive([' ', '\n', '.', '(', '[']).collect();
            for _ in 0..=random.below(3) {
                let at = random.below(mutated.len());
                let from = random.below(mutated.len());
                match random.below(4) {
                    0 => drop(mutated.remove(at)),
                    1 => mutated.insert(at, mutated[from]),
                    2 => mutated[at] = mutated[from],
                    _ => mutated.insert(at, pieces[random.below(pieces.len())]),
                }
            }
            exercise(&mutated.concat());
        }
    }
}
