//! The real API, for whoever asks for it: `INFRA_HETZNER_LIVE=1 HCLOUD_TOKEN=… cargo test live`.
//!
//! What it makes costs nothing, is called `infra-live…`, and is removed again. It is off by default; with
//! `HCLOUD_ENDPOINT` it goes elsewhere.

use crate::end_to_end::{estate::Estate, outside};

const MAIN: &str = r#"provider "hcloud" {}

variable "env" {
  default = "one"
}

resource "hcloud_ssh_key" "live" {
  name       = "infra-live"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGluZnJhLWxpdmUtaW5mcmEtbGl2ZS1pbmZyYS1s live"
  labels     = { env = var.env }
}

resource "hcloud_placement_group" "live" {
  name   = "infra-live"
  type   = "spread"
  labels = { env = var.env }
}

resource "hcloud_network" "live" {
  name     = "infra-live"
  ip_range = "10.0.0.0/16"
  labels   = { env = var.env }
}

resource "hcloud_network_subnet" "live" {
  network_id   = hcloud_network.live.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_firewall" "live" {
  name   = "infra-live"
  labels = { env = var.env }
  rule {
    direction  = "in"
    protocol   = "icmp"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

data "hcloud_server_types" "all" {}

output "types" {
  value = length(data.hcloud_server_types.all.server_types) > 0
}
"#;

#[test]
fn the_real_api_takes_it_where_that_is_asked_for() {
    let token = outside::variable("HCLOUD_TOKEN");
    let (Some(token), Some(_)) = (token, outside::variable("INFRA_HETZNER_LIVE")) else {
        outside::tell("SKIPPED live: it needs INFRA_HETZNER_LIVE=1 and HCLOUD_TOKEN");
        return;
    };
    let mut estate = Estate::of(MAIN).with("HCLOUD_TOKEN", &token);
    if let Some(endpoint) = outside::variable("HCLOUD_ENDPOINT") {
        estate = estate.with("HCLOUD_ENDPOINT", &endpoint);
    }
    let made = estate.run("apply -auto-approve");
    let settled = estate.run("plan -detailed-exitcode");
    let changed = estate.run("apply -auto-approve -var env=two");
    // Whatever was seen, nothing is left behind.
    estate.run("destroy -auto-approve").exits(0);
    made.exits(0).says("5 added");
    settled.exits(0);
    changed.exits(0).says("4 changed");
}
