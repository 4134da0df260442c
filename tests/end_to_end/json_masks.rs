//! Secrets in machine-readable output: masked in the configuration, in values however deep, and in
//! lines; in clear where that is asked for.

use super::estate::Estate;

const MAIN: &str = r#"
variable "token" {
  default   = "hush-DEFAULT-bytes"
  sensitive = true
}

resource "terraform_data" "deep" {
  input = { list = [{ inside = var.token }, { plain = "seen" }], text = "in-${var.token}" }

  provisioner "local-exec" {
    command = "echo ${var.token}"
  }
}

module "inner" {
  source = "./inner"
  secret = "hush-INPUT-bytes"
}

output "token" {
  value     = var.token
  sensitive = true
}
"#;

const INNER: &str = r#"
variable "secret" {
  sensitive = true
}

resource "terraform_data" "copy" {
  input = var.secret
}
"#;

#[test]
fn secrets_are_in_no_line_and_in_no_document() {
    let estate = Estate::of(MAIN).sealed();
    estate.write("inner/main.tf", INNER);
    for command in [
        "plan -json -out=saved",
        "show -json saved",
        "apply -json saved",
        "show -json",
        "plan -json -destroy",
        "refresh -json",
        "destroy -json -auto-approve",
    ] {
        estate.run(command).exits(0).lacks("DEFAULT-bytes").lacks("INPUT-bytes");
    }
}

#[test]
fn documents_show_secrets_where_that_is_asked_for() {
    let estate = Estate::of(MAIN).sealed();
    estate.write("inner/main.tf", INNER);
    estate.run("plan -out=saved").exits(0);
    let plan = estate.run("show -json -show-sensitive saved").exits(0).json();
    let root = &plan["configuration"]["root_module"];
    assert_eq!(root["variables"]["token"]["default"], "hush-DEFAULT-bytes");
    let input = &root["module_calls"]["inner"]["expressions"]["secret"];
    assert_eq!(input["constant_value"], "hush-INPUT-bytes");
    let masked = estate.run("show -json saved").exits(0).json();
    let after = &masked["resource_changes"][0]["change"]["after"]["input"];
    assert!(after["list"][0]["inside"].is_null(), "{after}");
    assert_eq!(after["list"][1]["plain"], "seen");
}
