//! Provider blocks of a test: they see its variables and the runs before. No provider that can be
//! had without a download lets Terraform show this, so the fake cloud does.

use crate::end_to_end::{cloud::Cloud, estate::Estate};

const MAIN: &str = r#"
provider "fake" {
  socket = "/nowhere"
}
resource "fake_network" "net" {
  name = "net"
}
output "id" {
  value = fake_network.net.id
}
"#;

const SET_UP: &str = r#"
variable "where" {}
output "socket" {
  value = var.where
}
output "unknown" {
  value = terraform_data.made.id
}
resource "terraform_data" "made" {}
"#;

fn estate(test: &str) -> (Estate, Cloud) {
    let cloud = Cloud::start();
    let estate = Estate::of(MAIN).with("INFRA_FAKE_PROVIDER", "1");
    estate.write("set_up/main.tf", SET_UP);
    estate.write("tests/terraform.tfvars", &format!("socket = \"{}\"\n", cloud.socket().display()));
    estate.write("tests/a.tftest.hcl", test);
    (estate, cloud)
}

const HOLDS: &str =
    "assert {\n    condition     = output.id != null\n    error_message = \"m\"\n  }";

#[test]
fn a_provider_sees_the_variables_of_its_file_and_from_outside() {
    let test = format!(
        "variables {{\n  place = var.socket\n}}\nprovider \"fake\" {{\n  socket = var.place\n}}\nrun \"x\" {{\n  {HOLDS}\n}}\n"
    );
    let (estate, cloud) = estate(&test);
    estate.run("test").exits(0).says("run \"x\"... pass");
    assert!(cloud.world(|world| world.requests()) > 0, "the cloud was asked");
}

#[test]
fn a_provider_sees_the_runs_before() {
    let test = format!(
        "provider \"fake\" {{\n  socket = run.set_up.socket\n}}\nrun \"set_up\" {{\n  module {{\n    source = \"./set_up\"\n  }}\n  variables {{\n    where = var.socket\n  }}\n}}\nrun \"x\" {{\n  {HOLDS}\n}}\n"
    );
    let (estate, cloud) = estate(&test);
    let said = estate.run("test").exits(0).says("run \"set_up\"... pass");
    said.says("run \"x\"... pass").says("2 passed, 0 failed");
    assert!(cloud.world(|world| world.requests()) > 0, "the cloud was asked");
}

#[test]
fn a_provider_that_refers_wrongly_stops_its_run() {
    let cases = [
        ("run.later.socket", "The run block \"later\" has not executed yet."),
        ("run.nowhere.socket", "does not exist within this test file."),
        ("var.nothing", "The input variable \"nothing\" is not available"),
        ("fake_network.net.id", "from the provider blocks of a test file."),
    ];
    for (value, said) in cases {
        let test = format!(
            "provider \"fake\" {{\n  socket = {value}\n}}\nrun \"x\" {{}}\nrun \"later\" {{}}\n"
        );
        let (estate, cloud) = estate(&test);
        let told = estate.run("test").exits(1).says("run \"x\"... fail");
        let words = told.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = words.replace(" │ ", " ");
        let all = format!("{words} {}", told.stdout);
        assert!(all.contains(said) || told.stdout.contains(said), "{value}: {all}");
        assert_eq!(cloud.world(|world| world.requests()), 0);
    }
    let test = "provider \"fake\" {\n  socket = run.planned.unknown\n}\nrun \"planned\" {\n  command = plan\n  module {\n    source = \"./set_up\"\n  }\n  variables {\n    where = \"x\"\n  }\n}\nrun \"x\" {}\n";
    let (estate, _cloud) = estate(test);
    estate.run("test").exits(1).says("Reference to unknown value");
}
