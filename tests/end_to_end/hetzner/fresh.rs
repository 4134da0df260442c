//! Servers that were just made: the program waits until cloud-init has ended, and its host key goes to
//! those who log in later.

use super::{
    Cloud,
    machine::{DONE, FAILED, Machine, RUNNING},
};
use crate::end_to_end::estate::Estate;

const MAIN: &str = r#"
terraform {
  required_providers {
    hcloud = { source = "hetznercloud/hcloud" }
  }
}

provider "hcloud" {
  poll_interval = "1ms"
  poll_function = "constant"
}

variable "key" {
  ephemeral = true
}

variable "port" {
  type = number
}

resource "hcloud_server" "web" {
  name        = "web"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
  cloud_init {
    host        = "127.0.0.1"
    port        = var.port
    agent       = false
    private_key = var.key
  }
}

resource "terraform_data" "later" {
  input = hcloud_server.web.host_key
  connection {
    host        = "127.0.0.1"
    port        = var.port
    agent       = false
    private_key = var.key
    host_key    = hcloud_server.web.host_key
    timeout     = "10s"
  }
  provisioner "remote-exec" {
    inline = ["echo set up"]
  }
}

output "key" {
  value = hcloud_server.web.host_key
}
"#;

fn estate(cloud: &Cloud, machine: &Machine) -> Estate {
    let settings = cloud.settings().into_iter();
    let estate = settings.fold(Estate::of(MAIN), |e, (name, value)| e.with(name, &value));
    let estate = estate.with("TF_VAR_key", &machine.user_key);
    estate.with("TF_VAR_port", &machine.port.to_string())
}

/// Nothing of the private key is in any file.
fn holds_no_key(estate: &Estate) {
    for (path, bytes) in estate.files() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("PRIVATE KEY"), "{}", path.display());
    }
}

#[test]
fn a_failure_shows_the_log_and_is_waited_for_again() {
    let (cloud, machine) = (Cloud::start(), Machine::start(FAILED));
    let estate = estate(&cloud, &machine);
    let failed = estate.run("apply -auto-approve").exits(1);
    let failed = failed.says("cloud-init failed on `web`").says("runcmd failed");
    let failed = failed.says("E: Unable to locate package docker.io");
    failed.says("is there and recorded. The next apply waits again").lacks("PRIVATE KEY");
    assert_eq!(estate.recorded(), ["hcloud_server.web"]);
    let plan = estate.run("plan").exits(0);
    let plan = plan.says("~ cloud_init_status").says("\"error\" -> (known after apply)");
    plan.says("1 to add, 1 to change, 0 to destroy").lacks("tainted");

    machine.says(DONE);
    estate.run("apply -auto-approve").exits(0).says("1 added, 1 changed, 0 destroyed");
    estate.run("output -raw key").exits(0).says(&machine.line);
    let asked = machine.asked();
    estate.is_settled();
    assert_eq!(machine.asked(), asked, "nobody asks again");
    assert_eq!((cloud.boots(), cloud.wiped()), (vec![1], 0));
    holds_no_key(&estate);
}

#[test]
fn a_server_whose_provisioners_have_not_run_is_made_anew() {
    let (cloud, machine) = (Cloud::start(), Machine::start(FAILED));
    let estate = estate(&cloud, &machine);
    let own = r#"
  connection {
    host        = "127.0.0.1"
    port        = var.port
    agent       = false
    private_key = var.key
    host_key    = self.host_key
    timeout     = "10s"
  }
  provisioner "remote-exec" {
    inline = ["echo ready"]
  }
}

resource "terraform_data" "later" {"#;
    let text = MAIN.replacen("}\n\nresource \"terraform_data\" \"later\" {", own, 1);
    assert_ne!(text, MAIN);
    estate.write("main.tf", &text);
    estate.run("apply -auto-approve").exits(1).says("provisioners of its own is made anew");
    machine.says(DONE);
    let mended = estate.run("apply -auto-approve").exits(0).says("is tainted");
    mended.says("2 added, 0 changed, 1 destroyed").says("ready");
    estate.is_settled();
    assert_eq!((cloud.boots(), cloud.wiped()), (vec![1], 0));
}

#[test]
fn killed_while_it_waits_the_server_is_found_and_waited_for() {
    let (cloud, machine) = (Cloud::start(), Machine::start(RUNNING));
    let estate = estate(&cloud, &machine);
    let running = estate.start("apply -auto-approve");
    machine.hunt(running.id());
    assert_eq!(running.finish().code, None, "it was killed");
    machine.says(DONE);
    estate.run("apply -auto-approve").exits(0);
    estate.run("output -raw key").exits(0).says(&machine.line);
    estate.is_settled();
    let servers = cloud.objects();
    assert_eq!(servers.iter().filter(|object| object.starts_with("server ")).count(), 1);
    assert_eq!((cloud.boots(), cloud.wiped()), (vec![1], 0));
    holds_no_key(&estate);
}

#[test]
fn another_machine_is_not_believed() {
    let (cloud, machine) = (Cloud::start(), Machine::start(FAILED));
    let estate = estate(&cloud, &machine);
    estate.run("apply -auto-approve").exits(1);
    let other = Machine::start(DONE);
    let estate = estate.with("TF_VAR_port", &other.port.to_string());
    let estate = estate.with("TF_VAR_key", &other.user_key);
    let refused = estate.run("apply -auto-approve").exits(1);
    refused.says("`web` shows another host key").says("Nothing was done or changed there");
    assert_eq!(other.asked(), 0);
}

#[test]
fn wrong_blocks_and_missing_keys_are_found_before_anything_is_made() {
    let (cloud, machine) = (Cloud::start(), Machine::start(DONE));
    let estate = estate(&cloud, &machine);
    for (from, to, told) in [
        ("port        = var.port\n    agent", "port = 0\n    agent", "`port` can't be 0"),
        ("private_key = var.key", "timeout = \"soon\"", "`timeout` can't be `soon`"),
        ("private_key = var.key", "private_key = \"word\"", "no key found"),
        ("private_key = var.key", "user = \"me\"", "no way to log in"),
        (
            "agent       = false\n    private_key = var.key",
            "agent = true",
            "SSH agent requested but SSH_AUTH_SOCK not-specified",
        ),
    ] {
        let text = MAIN.replacen(from, to, 1);
        assert_ne!(text, MAIN, "{from}");
        estate.write("main.tf", &text);
        if told.starts_with('`') {
            estate.run("validate").exits(1).says(told).says("main.tf:");
        }
        estate.run("apply -auto-approve").exits(1).says(told).says("main.tf:");
        assert_eq!(cloud.objects(), Vec::<String>::new(), "{to}");
    }
}
