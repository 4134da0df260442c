//! Secrets: their bytes are in no file, no text and no log.

use super::{
    child::Output,
    estate::{Estate, files_below},
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const SECRET: &str = "hunter2-SECRET-bytes";

const MAIN: &str = r#"variable "token" {
  sensitive = true
}

resource "terraform_data" "holder" {
  input = var.token
}

resource "terraform_data" "user" {
  input = { inner = "prefix-${terraform_data.holder.output}" }
  provisioner "local-exec" {
    command = "test -n \"$TOKEN\""
    environment = {
      TOKEN = var.token
    }
  }
}

resource "random_password" "made" {
  length = 24
}

output "token" {
  value     = terraform_data.user.output
  sensitive = true
}
"#;

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

#[track_caller]
fn silent(output: Output) -> Output {
    output.lacks(SECRET)
}

#[test]
fn secret_bytes_are_in_no_file_text_or_log() {
    let estate = Estate::of(MAIN).sealed().with("TF_VAR_token", SECRET).with("INFRA_LOG", "trace");
    silent(estate.run("validate").exits(0));
    silent(estate.run("plan -out=plan").exits(0).says("(sensitive value)"));
    silent(estate.run("show plan").exits(0));
    silent(estate.run("show -json plan").exits(0));
    silent(estate.run("apply plan").exits(0));
    silent(estate.run("plan -json").exits(0));
    silent(estate.run("show").exits(0));
    silent(estate.run("show -json").exits(0));
    silent(estate.run("state show terraform_data.holder").exits(0));
    silent(estate.run("output").exits(0).says("<sensitive>"));
    silent(estate.run("state history").exits(0));
    let changed = "-var token=other-SECRET-bytes";
    estate.run(&format!("apply -auto-approve {changed}")).exits(0).lacks("other-SECRET-bytes");
    let raw = estate.run("output -json token").exits(0);
    assert!(raw.stdout.contains("prefix-other-SECRET-bytes"), "asked for by name it is shown");
    let files = estate.files();
    assert!(files.len() > 3, "{files:?}");
    for (path, bytes) in files {
        for secret in [SECRET, "other-SECRET-bytes", "SECRET-bytes"] {
            assert!(!holds(&bytes, secret), "`{secret}` is in {}", path.display());
        }
    }
}

#[test]
fn secret_is_not_told_when_something_fails() {
    let main = MAIN.replace("test -n \\\"$TOKEN\\\"", "echo $TOKEN; echo $TOKEN >&2; false");
    assert_ne!(main, MAIN);
    let estate = Estate::of(&main).sealed().with("TF_VAR_token", SECRET).with("INFRA_LOG", "trace");
    silent(estate.run("apply -auto-approve").exits(1));
    silent(estate.run("plan").exits(0));
}

#[test]
fn unmarked_output_of_a_secret_is_refused() {
    let estate = Estate::of(&MAIN.replace("  sensitive = true\n}\n", "}\n").replacen(
        "variable \"token\" {\n}",
        "variable \"token\" {\n  sensitive = true\n}",
        1,
    ))
    .with("TF_VAR_token", SECRET);
    silent(estate.run("plan").exits(1).says("sensitive"));
}

#[test]
fn state_and_plan_are_for_their_owner_alone() {
    for sealed in [false, true] {
        let estate = Estate::of(MAIN).with("TF_VAR_token", SECRET);
        let estate = if sealed { estate.sealed() } else { estate };
        estate.run("plan -out=plan").exits(0);
        estate.apply();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&estate.file(".infra")), 0o700);
        assert_eq!(mode(&estate.file("plan")), 0o600);
        for (path, _) in files_below(&estate.file(".infra")) {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            assert_eq!(mode(path.parent().unwrap()), 0o700, "{}", path.display());
        }
    }
}

#[test]
fn encrypted_state_needs_its_key() {
    let estate = Estate::of(MAIN).sealed().with("TF_VAR_token", SECRET);
    estate.apply();
    let estate = estate.with("INFRA_STATE_KEY", "");
    estate.run("plan").exits(1).says("INFRA_STATE_KEY");
    estate.run("state list").exits(1).says("INFRA_STATE_KEY");
    let estate = estate.with("INFRA_STATE_KEY", "another key, a passphrase");
    estate.run("plan").exits(1).says("another key");
    let estate = estate
        .with("INFRA_STATE_KEY", "")
        .with("INFRA_STATE_KEY_COMMAND", &format!("echo {}", super::estate::KEY));
    estate.run("plan -detailed-exitcode").exits(0);
    let estate = estate.with("INFRA_STATE_KEY_COMMAND", "echo no key here >&2; false");
    estate.run("plan").exits(1).says("INFRA_STATE_KEY_COMMAND");
}

#[test]
fn state_without_a_key_says_so() {
    Estate::of(MAIN).run("init").exits(0).says("not encrypted").says("INFRA_STATE_KEY");
    Estate::of(MAIN).sealed().run("init").exits(0).lacks("not encrypted");
}

/// No upper case letter, so that no password may be like it.
const WRITTEN: &str = "hunter2-written-bytes";

#[test]
fn secret_that_is_written_in_a_file_is_not_shown_with_it() {
    let of_box = |name: &str, line: &str| {
        format!(
            "resource \"hcloud_storage_box\" \"{name}\" {{\n  name = \"{name}\"\n  {line}\n  \
             storage_box_type = \"bx11\"\n  location = \"fsn1\"\n}}\n"
        )
    };
    let key = format!("-----BEGIN PRIVATE KEY-----\n{WRITTEN}\n-----END PRIVATE KEY-----");
    for (main, place) in [
        (of_box("a", &format!("password = \"{WRITTEN}\"")), "main.tf:3:"),
        (of_box("a", &format!("password = \"x-${{1}}-{WRITTEN}\"")), "main.tf:3:"),
        (of_box("a", &format!("password = lower(\"{WRITTEN}\")")), "main.tf:3:"),
        (of_box("a", &format!("pasword = \"{WRITTEN}\"")), "main.tf:3:"),
        (of_box("a b", &format!("password = \"{WRITTEN}\"")), "main.tf:1:"),
        (of_box("a", &format!("password = \"{WRITTEN}\"\n  nothing")), "main.tf:4:"),
        (
            format!(
                "resource \"hcloud_uploaded_certificate\" \"a\" {{\n  name = \"a\"\n  \
                 certificate = \"x\"\n  private_key = <<EOT\n{key}\nEOT\n}}\n"
            ),
            "main.tf:3:",
        ),
        (
            format!(
                "resource \"hcloud_zone\" \"a\" {{\n  name = \"a.com\"\n  mode = \"secondary\"\n  \
                 primary_nameservers = [{{ address = \"x\", tsig_key = \"{WRITTEN}\" }}]\n}}\n"
            ),
            "main.tf:4:",
        ),
        (
            format!(
                "provider \"hcloud\" {{\n  token = \"{WRITTEN}\"\n  poll_interval = \"x\"\n}}\n\
                 data \"hcloud_location\" \"a\" {{\n  name = \"fsn1\"\n}}\n"
            ),
            "main.tf:3:",
        ),
        (
            format!(
                "variable \"a\" {{\n  default = \"{WRITTEN}\"\n  type = number\n  sensitive = true\n}}\n"
            ),
            "main.tf:",
        ),
        (format!("locals {{\n  a = sensitive(\"{WRITTEN}\") + nothing\n}}\n"), "main.tf:2:"),
    ] {
        let estate = Estate::of(&main).with("HCLOUD_TOKEN", "nobody");
        let lacks = |output: Output| output.lacks(WRITTEN).lacks("bytes");
        lacks(estate.run("validate").exits(1)).says(place);
        lacks(estate.run("validate -json").exits(1)).says("main.tf");
    }
}

#[test]
fn secret_that_is_written_in_other_files_is_not_shown_with_them() {
    let estate = Estate::of("variable \"key\" {\n  type = number\n  sensitive = true\n}\n");
    fs::write(estate.file("terraform.tfvars"), format!("key = \"{WRITTEN}\"\nnothing\n")).unwrap();
    estate.run("plan").exits(1).lacks(WRITTEN).says("terraform.tfvars:2").says("***");
    let estate = Estate::of("");
    let file = format!(
        "{{\"resource\": {{\"hcloud_storage_box\": {{\"a\": {{\n\"name\": \"a\",\n\
         \"password\": \"{WRITTEN}\",\n\"storage_box_type\": \"bx11\",\n\
         \"location\": \"fsn1\"\n}}}}}}}}\n"
    );
    fs::write(estate.file("box.tf.json"), file).unwrap();
    estate.run("validate").exits(1).lacks(WRITTEN).says("box.tf.json:3");
}

#[test]
fn what_a_type_says_of_a_secret_value_does_not_repeat_it() {
    let estate = Estate::of(
        "variable \"secret\" {\n  sensitive = true\n}\nresource \"hcloud_volume\" \"a\" {\n  \
         name = var.secret\n  size = 10\n  location = \"fsn1\"\n}\n",
    );
    let estate = estate.with("TF_VAR_secret", "hunter2 written bytes");
    estate.run("validate").exits(0);
}
