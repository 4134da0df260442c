//! The utility types that real configurations lean on, from the first plan to the last destroy.

use super::estate::Estate;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

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

/// Answers every request on a port of its own, as long as the program that asks runs.
fn served(body: &'static [u8]) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let mut read = Vec::new();
            while !read.windows(4).any(|end| end == b"\r\n\r\n") {
                let length = stream.read(&mut request).unwrap();
                if length == 0 {
                    break;
                }
                read.extend_from_slice(&request[..length]);
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    address
}

const ALL: &str = r#"variable "secret" {
  sensitive = true
}

resource "tls_private_key" "ca" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}

resource "tls_self_signed_cert" "ca" {
  private_key_pem       = tls_private_key.ca.private_key_pem
  validity_period_hours = 87600
  allowed_uses          = ["cert_signing"]
  is_ca_certificate     = true
  subject {
    common_name = "ca"
  }
}

ephemeral "tls_private_key" "leaf" {
  algorithm = "ED25519"
}

resource "tls_cert_request" "leaf" {
  private_key_pem_wo         = ephemeral.tls_private_key.leaf.private_key_pem
  private_key_pem_wo_version = "1"
  dns_names                  = ["a.example"]
}

resource "tls_locally_signed_cert" "leaf" {
  cert_request_pem      = tls_cert_request.leaf.cert_request_pem
  ca_cert_pem           = tls_self_signed_cert.ca.cert_pem
  ca_private_key_pem    = tls_private_key.ca.private_key_pem
  validity_period_hours = 87600
  allowed_uses          = ["server_auth"]
}

data "tls_public_key" "ca" {
  private_key_pem = tls_private_key.ca.private_key_pem
}

data "tls_certificate" "leaf" {
  content = tls_locally_signed_cert.leaf.cert_pem
}

data "http" "page" {
  url             = "http://ADDRESS/page"
  request_headers = { Authorization = "Bearer ${var.secret}" }
}

data "external" "asked" {
  program = ["sh", "-c", "cat >/dev/null; echo '{\"a\": \"b\"}'"]
  query   = { token = var.secret }
}

data "archive_file" "code" {
  type        = "zip"
  output_path = "${path.module}/out/code.zip"
  source {
    filename = "main.py"
    content  = "print(1)"
  }
}

resource "archive_file" "old" {
  type                    = "tar.gz"
  output_path             = "${path.module}/out/old.tar.gz"
  source_content          = "x"
  source_content_filename = "x"
}

data "cloudinit_config" "boot" {
  gzip          = false
  base64_encode = false
  part {
    content_type = "text/cloud-config"
    content      = "hostname: a"
  }
}

resource "cloudinit_config" "boot" {
  part {
    content = "plain"
  }
}

resource "null_resource" "n" {
  triggers = { code = data.archive_file.code.output_sha }
}

resource "random_password" "p" {
  length = 30
}

resource "random_id" "i" {
  byte_length = 4
}

resource "random_integer" "i" {
  min = 1
  max = 9
}

resource "random_pet" "p" {}

resource "random_string" "s" {
  length = 8
}

resource "random_uuid" "u" {}

resource "random_uuid4" "u" {}

resource "random_uuid7" "u" {}

resource "terraform_data" "d" {
  input = data.external.asked.result
}

data "local_sensitive_file" "main" {
  filename   = "${path.module}/secret"
}

output "page" {
  value = [data.http.page.status_code, data.tls_certificate.leaf.certificates[0].subject]
}
"#;

/// With what is in [`MAIN`], every type of the built-in providers.
#[test]
fn every_type_lives_in_one_estate() {
    const SECRET: &str = "hunter2-of-the-estate";
    let body = ALL.replace("ADDRESS", &served(b"text \xff").to_string());
    let estate = Estate::of(&format!("{MAIN}{body}")).with("TF_VAR_secret", SECRET);
    estate.write("secret", SECRET);
    let told = estate.run("apply -auto-approve").exits(0).says("24 added");
    let told = told.says("Deprecated Resource").says("use the data source of the same name");
    told.says("Response body is not recognized as UTF-8").lacks(SECRET).lacks("PRIVATE KEY");
    estate.run("plan -detailed-exitcode").exits(0).says("No changes.").lacks(SECRET);
    let shown = estate.run("show -json").exits(0).lacks(SECRET).lacks("PRIVATE KEY").json();
    let all = shown["values"]["root_module"]["resources"].as_array().unwrap();
    let kinds: BTreeSet<&str> = all.iter().map(|one| one["type"].as_str().unwrap()).collect();
    let schemas = estate.run("providers schema -json").exits(0).json();
    for (_, schema) in schemas["provider_schemas"].as_object().unwrap() {
        for sort in ["resource_schemas", "data_source_schemas"] {
            for name in schema[sort].as_object().into_iter().flat_map(|kinds| kinds.keys()) {
                let is_here = kinds.contains(&**name) || name == "terraform_remote_state";
                assert!(is_here, "{name} is not in the estate");
            }
        }
    }
    estate.run("destroy -auto-approve").exits(0).says("24 destroyed").lacks(SECRET);
    assert_eq!(estate.recorded(), [""; 0]);
}

#[test]
fn a_program_that_repeats_its_query_shows_no_secret() {
    let estate = Estate::of(
        r#"variable "secret" {
  sensitive = true
}

data "external" "x" {
  program = ["sh", "-c", "cat >&2; exit 3"]
  query   = { token = var.secret }
}
"#,
    )
    .with("TF_VAR_secret", "hunter2-\"-quoted");
    let told = estate.run("plan").exits(1).says("`sh` failed").says("(query.token)");
    told.lacks("hunter2");
}

#[test]
fn functions_of_providers_read_times_and_directories() {
    let required = |name: &str| format!("    {name} = {{ source = \"hashicorp/{name}\" }}\n");
    let estate = Estate::of(&format!(
        r#"terraform {{
  required_providers {{
{}{}  }}
}}

output "all" {{
  value = {{
    time     = provider::time::rfc3339_parse("2023-07-25T23:43:16Z").weekday_name
    unix     = provider::time::unix_timestamp_parse(1690328596).rfc3339
    duration = provider::time::duration_parse("1h30m").minutes
    exists   = [provider::local::direxists("."), provider::local::direxists("none")]
    refused  = can(provider::local::direxists("main.tf"))
  }}
}}
"#,
        required("time"),
        required("local")
    ));
    estate.apply();
    let told = estate.run("output -json all").exits(0).json();
    let expected = serde_json::json!({
        "time": "Tuesday", "unix": "2023-07-25T23:43:16Z", "duration": 90,
        "exists": [true, false], "refused": false,
    });
    assert_eq!(told, expected);
    let text = std::fs::read_to_string(estate.file("main.tf")).unwrap();
    estate.write("main.tf", &text.replace("\"2023-07-25T23:43:16Z\")", "\"abcdef\")"));
    let told = estate.run("plan").exits(1).says("Invalid value for \"timestamp\" parameter");
    told.says("Error parsing RFC3339 timestamp")
        .says("\"abcdef\" is not a valid RFC3339 timestamp");
}
