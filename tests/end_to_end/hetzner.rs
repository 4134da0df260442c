//! The program before the simulator of Hetzner's API: a whole estate is made, changed, killed at any
//! instant and destroyed, and nothing is doubled, orphaned, wiped or restarted that the plan did not name.

mod books;
mod cloud;
mod crowd;
mod faults;
mod fresh;
mod impacts;
mod judge;
mod kills;
mod live;
mod machine;
mod marks;
mod numbers;
mod odd;
mod others;
mod pages;
mod taken_over;
mod tokens;

use super::estate::Estate;
use cloud::Cloud;
use machine::Machine;

/// What asks about actions at once: the simulator needs no time.
const PROVIDER: &str =
    "provider \"hcloud\" {\n  poll_interval = \"1ms\"\n  poll_function = \"constant\"\n}\n";

/// An estate with something of most families.
const MAIN: &str = r#"terraform {
  required_providers {
    hcloud = { source = "hetznercloud/hcloud" }
  }
}

provider "hcloud" {
  poll_interval = "1ms"
  poll_function = "constant"
}

variable "size" {
  default = 10
}

variable "type" {
  default = "cx23"
}

resource "hcloud_ssh_key" "ann" {
  name       = "ann"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPnHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD ann"
}

resource "hcloud_network" "lan" {
  name     = "lan"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "lan" {
  network_id   = hcloud_network.lan.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_firewall" "web" {
  name = "web"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "443"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

resource "hcloud_server" "web" {
  count        = 2
  name         = "web-${count.index}"
  server_type  = var.type
  image        = "debian-12"
  location     = "fsn1"
  ssh_keys     = [hcloud_ssh_key.ann.id]
  firewall_ids = [hcloud_firewall.web.id]
}

resource "hcloud_server_network" "web" {
  count     = 2
  server_id = hcloud_server.web[count.index].id
  subnet_id = hcloud_network_subnet.lan.id
  ip        = "10.0.1.${count.index + 5}"
}

resource "hcloud_volume" "data" {
  name     = "data"
  size     = var.size
  location = "fsn1"
  format   = "ext4"
}

resource "hcloud_volume_attachment" "data" {
  volume_id = hcloud_volume.data.id
  server_id = hcloud_server.web[0].id
}

resource "hcloud_rdns" "web" {
  server_id  = hcloud_server.web[0].id
  ip_address = hcloud_server.web[0].ipv4_address
  dns_ptr    = "web.example.com"
}

resource "hcloud_zone" "example" {
  name = "estate.example"
  mode = "primary"
}

resource "hcloud_zone_rrset" "www" {
  zone    = hcloud_zone.example.name
  name    = "www"
  type    = "A"
  records = [for server in hcloud_server.web : { value = server.ipv4_address }]
}
"#;

/// How many resources the estate has.
const RESOURCES: usize = 13;

fn estate(cloud: &Cloud) -> Estate {
    cloud
        .settings()
        .into_iter()
        .fold(Estate::of(MAIN), |estate, (name, value)| estate.with(name, &value))
}

#[test]
fn a_whole_estate_lives_and_ends() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    estate.run("apply -auto-approve").exits(0).says("13 added, 0 changed, 0 destroyed");
    estate.is_settled();
    assert_eq!(cloud.boots(), [1, 1], "each was started once");

    let grown = estate.run("apply -auto-approve -var size=20 -var type=cx33").exits(0);
    let grown = grown.says("0 added, 3 changed, 0 destroyed").says("can never shrink");
    grown.says("is shut down, moved and started again").says("Monthly cost: ");
    assert_eq!(cloud.boots(), [2, 2], "one graceful end and one start");
    assert_eq!(cloud.wiped(), 0);

    cloud.rename_volume("by-hand");
    let drifted = estate.run("plan -var size=20 -var type=cx33 -detailed-exitcode");
    drifted.exits(2).says("\"by-hand\" -> \"data\"");

    estate.run("destroy -auto-approve").exits(0).says("13 destroyed");
    assert_eq!(cloud.objects(), Vec::<String>::new());
}

#[test]
fn mistakes_are_found_before_anything_starts() {
    let cloud = Cloud::start();
    for (from, to, told) in [
        ("\"cx23\"", "\"cx99\"", "Hetzner has no server type `cx99`"),
        ("\"fsn1\"\n  ssh", "\"ash\"\n  ssh", "`cx23` is not sold in `ash`"),
        ("\"debian-12\"", "\"debian-99\"", "Hetzner has no image `debian-99`"),
        ("\"fsn1\"\n  ssh", "\"eu-central\"\n  ssh", "is a network zone"),
        ("\"web-${count.index}\"", "\"web_${count.index}\"", "is no host name"),
        ("\"10.0.0.0/16\"", "\"11.0.0.0/16\"", "can't be `11.0.0.0/16`"),
        ("\"443\"", "\"70000\"", "70000"),
    ] {
        let text = MAIN.replacen(from, to, 1);
        assert_ne!(text, MAIN, "{from}");
        let estate = estate(&cloud);
        estate.write("main.tf", &text);
        estate.run("apply -auto-approve").exits(1).says(told).says("main.tf:");
        assert_eq!(cloud.objects(), Vec::<String>::new(), "{to}");
    }
}

#[test]
fn the_example_is_rehearsed() {
    let cloud = Cloud::start();
    let folder = crate::tidy::root().join("examples/hetzner");
    let estate = estate(&cloud);
    for name in ["main.tf", "docker-host/main.tf"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        // Actions are asked about at once: the simulator needs no time.
        let provider =
            "provider \"hcloud\" {\n  poll_interval = \"1ms\"\n  poll_function = \"constant\"\n}\n";
        let is_root = name == "main.tf";
        estate.write(name, &if is_root { format!("{text}\n{provider}") } else { text });
    }
    let machine = Machine::start(machine::DONE);
    let port = machine.port;
    let key = estate.file("id").display().to_string();
    estate.write("id", &machine.user_key);
    let ssh = format!("{{ host = \"127.0.0.1\", port = {port}, private_key = \"{key}\" }}");
    let public_key = &machine.user_line;
    estate.write("terraform.tfvars", &format!("public_key = \"{public_key} a\"\nssh = {ssh}\n"));
    estate.run("init").exits(0);
    estate.run("apply -auto-approve").exits(0).says("Monthly cost: ").says("Apply complete!");
    estate.is_settled();
    assert_eq!(cloud.boots(), [1, 1]);
    assert_eq!(machine.asked(), 2, "each was waited for");
    estate.run("destroy -auto-approve").exits(0).says("Destroy complete!");
    assert_eq!(cloud.objects(), Vec::<String>::new());
}
