//! The utility types that real configurations lean on, from the first plan to the last destroy.

use super::estate::Estate;

const MAIN: &str = r#"resource "random_shuffle" "zones" {
  input = ["a", "b", "c", "d", "e"]
  seed  = "-"
}

resource "random_bytes" "key" {
  length = 16
}

resource "time_static" "leap" {
  rfc3339 = "2024-02-29T12:00:00Z"
}

resource "time_offset" "later" {
  base_rfc3339 = time_static.leap.rfc3339
  offset_years = 1
}

resource "time_rotating" "far" {
  rotation_years = 50
}

resource "time_sleep" "short" {
  create_duration = "1ms"
  triggers        = { at = time_rotating.far.id }
}

resource "local_file" "list" {
  filename = "${path.module}/out/list"
  content  = join(",", random_shuffle.zones.result)
}

resource "local_sensitive_file" "key" {
  filename       = "${path.module}/out/key"
  content_base64 = random_bytes.key.base64
}

data "local_file" "list" {
  filename = local_file.list.filename
}

data "null_data_source" "copy" {
  inputs = { list = data.local_file.list.content }
}

output "list" {
  value = data.null_data_source.copy.outputs["list"]
}

output "later" {
  value = time_offset.later.rfc3339
}
"#;

#[test]
fn utilities_live_from_plan_to_destroy() {
    let estate = Estate::of(MAIN);
    estate.run("plan").exits(0).says("8 to add").says("later = \"2025-03-01T12:00:00Z\"");
    estate.apply().says("8 added").says("list  = \"a,c,b,e,d\"");
    estate.is_settled();
    let path = estate.file("out/list");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,c,b,e,d");

    std::fs::write(&path, "x").unwrap();
    std::fs::remove_file(estate.file("out/key")).unwrap();
    let told = estate.run("plan").exits(0).says("2 to add, 0 to change, 0 to destroy");
    told.says("local_file.list is gone").says("local_sensitive_file.key is gone");
    estate.apply().says("2 added, 0 changed, 0 destroyed");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,c,b,e,d");

    estate.run("destroy -auto-approve").exits(0).says("8 destroyed");
    assert_eq!(std::fs::read_dir(estate.file("out")).unwrap().count(), 0);
}

/// The length is unknown while it is planned, and wrong when it is known.
#[test]
fn a_wrong_argument_that_becomes_known_late_changes_nothing() {
    let estate = Estate::of(
        r#"resource "terraform_data" "half" {
  input = 0.5
}

resource "random_bytes" "key" {
  length = terraform_data.half.output
}
"#,
    );
    estate.run("plan").exits(0).says("2 to add");
    let told = estate.run("apply -auto-approve").exits(1);
    told.says("`length` must be a whole number from 1 to 1048576").says("Nothing was changed");
    assert_eq!(estate.recorded().len(), 1);
    estate.run("plan").exits(1).says("`length` must be a whole number");
}
