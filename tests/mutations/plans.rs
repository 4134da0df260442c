//! Plans as the program saves them, and saved plans that somebody changed.

use super::mutator::{Mutator, Random};
use crate::end_to_end::estate::Estate;
use infra::planfile;
use std::fs;

const MAIN: &str = r#"
variable "secret" {
  type      = string
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "a" {
  count = 2
  input = { n = count.index, s = var.secret, l = [1, null, "x"] }
}
resource "terraform_data" "b" {
  input            = terraform_data.a[*].id
  triggers_replace = [1]
}
moved {
  from = terraform_data.old
  to   = terraform_data.b
}
output "o" {
  value     = terraform_data.b
  sensitive = true
}
check "c" {
  assert {
    condition     = length(terraform_data.a) == 3
    error_message = "no"
  }
}
"#;

/// Returns an estate with saved plans of a first run and of a change.
fn estate() -> Estate {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=first").exits(0);
    estate.apply();
    estate.write("main.tf", &MAIN.replace("count = 2", "count = 1").replace("[1]", "[2]"));
    estate.run("plan -out=second").exits(0);
    estate
}

/// Returns the bytes of good plans, without what seals them.
pub(super) fn good() -> Vec<Vec<u8>> {
    let estate = estate();
    let load = |name| planfile::load(&estate.file(name), None).map(|saved| saved.bytes);
    ["first", "second"].map(|name| load(name).unwrap_or_else(|_| panic!("{name}"))).into()
}

/// A file that was changed is refused with a reason, or is what it was.
#[test]
fn changed_plan_files_are_refused() {
    let estate = estate();
    let file = estate.file("second");
    let good = fs::read(&file).unwrap();
    let whole = planfile::load(&file, None).unwrap_or_else(|_| panic!("a good one")).bytes;
    let mutator = Mutator::new(vec![good]);
    for seed in 0..400 {
        fs::write(&file, mutator.mutated(&mut Random::new(seed))).unwrap();
        if let Ok(saved) = planfile::load(&file, None) {
            assert_eq!(saved.bytes, whole, "seed {seed}");
        }
    }
}
