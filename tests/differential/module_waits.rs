//! `depends_on` of modules, and on modules: what is known when planning is what Terraform knows then.
//!
//! Only data sources wait for it, where something that is named has changes pending. The order of
//! effects is compared by seed (`effects`), that of reads here.

use super::{estates::Block, judge, pair, terraform};
use crate::end_to_end::estate::Estate;

/// What each configuration has: something that changes with `v`, and something that does not.
const COMMON: &str = r#"
variable "v" {
  default = 1
}
resource "terraform_data" "changes" {
  input = var.v
}
resource "terraform_data" "replaced" {
  triggers_replace = var.v
}
resource "terraform_data" "settled" {
  input = "same"
}
output "read" {
  value = READ
}
output "constant" {
  value = CONSTANT
}
resource "terraform_data" "uses" {
  input = [READ, CONSTANT]
}
"#;

/// A module that reads, makes and says something.
const READS: &str = r#"
variable "in" {
  default = "none"
}
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "other.tfstate" }
}
resource "terraform_data" "own" {
  input = "constant"
}
resource "terraform_data" "after" {
  input = [data.terraform_remote_state.other.outputs.v, var.in, terraform_data.own.input]
}
output "read" {
  value = data.terraform_remote_state.other.outputs.v
}
output "constant" {
  value = "constant"
}
output "own" {
  value = terraform_data.own.input
}
"#;

/// A module without resources.
const PASSES: &str = r#"
variable "in" {
  default = "none"
}
output "in" {
  value = var.in
}
"#;

/// A module around one that reads.
const AROUND: &str = r#"
variable "in" {
  default = "none"
}
module "inner" {
  source = "../reads"
  in     = var.in
}
output "read" {
  value = module.inner.read
}
output "constant" {
  value = module.inner.constant
}
"#;

const OTHER: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l",
"outputs":{"v":{"value":"hello","type":"string"}},"resources":[],"check_results":null}"#;

/// What is in the root beside [`COMMON`].
const CASES: [(&str, &str); 18] = [
    ("nothing", "module \"m\" {\n source = \"./reads\"\n}"),
    ("a change", "module \"m\" {\n source = \"./reads\"\n depends_on = [terraform_data.changes]\n}"),
    (
        "a replacement",
        "module \"m\" {\n source = \"./reads\"\n depends_on = [terraform_data.replaced]\n}",
    ),
    (
        "nothing that changes",
        "module \"m\" {\n source = \"./reads\"\n depends_on = [terraform_data.settled]\n}",
    ),
    (
        "an instance that changes, beside one that is passed",
        "module \"m\" {\n source = \"./reads\"\n in = terraform_data.changes.output\n
         depends_on = [terraform_data.settled]\n}",
    ),
    (
        "a value",
        "locals {\n l = terraform_data.changes.id\n}\n
         module \"m\" {\n source = \"./reads\"\n depends_on = [local.l]\n}",
    ),
    (
        "a module that changes",
        "module \"first\" {\n source = \"./reads\"\n in = terraform_data.replaced.id\n}\n
         module \"m\" {\n source = \"./reads\"\n depends_on = [module.first]\n}",
    ),
    (
        "a module that does not change",
        "module \"first\" {\n source = \"./reads\"\n}\n
         module \"m\" {\n source = \"./reads\"\n depends_on = [module.first]\n}",
    ),
    (
        "a module that only passes something on",
        "module \"first\" {\n source = \"./passes\"\n in = terraform_data.changes.output\n}\n
         module \"m\" {\n source = \"./reads\"\n depends_on = [module.first]\n}",
    ),
    (
        "a module that waits itself",
        "module \"first\" {\n source = \"./reads\"\n depends_on = [terraform_data.replaced]\n}\n
         module \"m\" {\n source = \"./reads\"\n depends_on = [module.first]\n}",
    ),
    (
        "an output of a module",
        "module \"first\" {\n source = \"./passes\"\n in = terraform_data.changes.id\n}\n
         module \"m\" {\n source = \"./reads\"\n depends_on = [module.first.in]\n}",
    ),
    ("nested", "module \"m\" {\n source = \"./around\"\n depends_on = [terraform_data.changes]\n}"),
    (
        "nested, with nothing that changes",
        "module \"m\" {\n source = \"./around\"\n depends_on = [terraform_data.settled]\n}",
    ),
    (
        "keyed",
        "module \"m\" {\n source = \"./reads\"\n for_each = toset([\"a\", \"b\"])\n
         depends_on = [terraform_data.changes]\n}",
    ),
    (
        "counted, on a keyed one",
        "module \"first\" {\n source = \"./reads\"\n for_each = toset([\"a\"])\n
         depends_on = [terraform_data.changes]\n}\n
         module \"m\" {\n source = \"./reads\"\n count = 2\n depends_on = [module.first]\n}",
    ),
    (
        "a resource and data that wait for a module",
        "module \"m\" {\n source = \"./around\"\n in = terraform_data.replaced.id\n}\n
         resource \"terraform_data\" \"last\" {\n input = \"x\"\n depends_on = [module.m]\n}\n
         data \"terraform_remote_state\" \"last\" {\n backend = \"local\"\n
         config = { path = \"other.tfstate\" }\n depends_on = [module.m]\n}\n
         output \"last\" {\n value = data.terraform_remote_state.last.outputs\n}",
    ),
    (
        "data that wait for a module that does not change",
        "module \"m\" {\n source = \"./reads\"\n}\n
         data \"terraform_remote_state\" \"last\" {\n backend = \"local\"\n
         config = { path = \"other.tfstate\" }\n depends_on = [module.m]\n}\n
         output \"last\" {\n value = data.terraform_remote_state.last.outputs\n}",
    ),
    (
        "an output that waits",
        "module \"m\" {\n source = \"./reads\"\n depends_on = [terraform_data.settled]\n}\n
         output \"waits\" {\n value = \"known\"\n depends_on = [module.m, terraform_data.changes]\n}",
    ),
];

#[test]
fn differential_module_waits() {
    if !terraform::is_there("differential module waits") {
        return;
    }
    judge(
        "module_waits",
        CASES.len() as u64,
        || (),
        |(), number| {
            let (name, text) = CASES[usize::try_from(number).unwrap()];
            let stages = [1, 2].map(|v| blocks(text, v));
            let found = pair::differences(&stages);
            found.into_iter().map(|found| format!("{name}: {found}")).collect()
        },
    );
}

fn blocks(text: &str, v: u32) -> Vec<Block> {
    let each = match (text.contains("for_each = toset([\"a\", \"b\"])"), text.contains("count = 2"))
    {
        (true, _) => "values(module.m)[*]",
        (_, true) => "module.m[*]",
        _ => "module.m",
    };
    let common = COMMON.replace("READ", &format!("{each}.read"));
    let common = common.replace("CONSTANT", &format!("{each}.constant"));
    let files = [
        ("main.tf", format!("{common}{text}\n")),
        ("reads/main.tf", READS.to_owned()),
        ("passes/main.tf", PASSES.to_owned()),
        ("around/main.tf", AROUND.to_owned()),
        ("other.tfstate", OTHER.to_owned()),
        ("terraform.tfvars", format!("v = {v}\n")),
    ];
    files.map(|(file, text)| Block { file: file.to_owned(), text }).to_vec()
}

/// What a module waits for is done before anything in it is read.
#[test]
fn data_in_a_module_is_read_after_what_the_module_waits_for() {
    let main = r#"
resource "terraform_data" "writes" {
  provisioner "local-exec" {
    command = "cp other.json written.tfstate"
  }
}
module "m" {
  source     = "./m"
  depends_on = [terraform_data.writes]
}
output "read" {
  value = module.m.read
}
"#;
    let estate = Estate::of(main);
    estate.write("other.json", OTHER);
    estate.write("m/main.tf", &READS.replace("other.tfstate", "written.tfstate"));
    estate.run("init").exits(0);
    estate.apply();
    assert_eq!(estate.run("output -raw read").exits(0).stdout, "hello");
    estate.is_settled();
}
