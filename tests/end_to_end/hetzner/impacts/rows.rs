//! The rows: what is changed, and what the plan must say about servers.

mod others;
mod servers;

use super::Fate;

/// One change.
pub(super) struct Row {
    /// The attributes that it changes.
    pub(super) covers: &'static str,
    /// Edits of the base that are there before.
    pub(super) given: &'static [(&'static str, &'static str)],
    /// Edits that are planned and applied.
    pub(super) change: &'static [(&'static str, &'static str)],
    /// The worst that the plan must say of a server.
    pub(super) says: Fate,
    /// What the plan refuses it with, if it does.
    pub(super) refused: Option<&'static str>,
}

type Edits = &'static [(&'static str, &'static str)];

const fn row(covers: &'static str, given: Edits, change: Edits, says: Fate) -> Row {
    Row { covers, given, change, says, refused: None }
}

const fn quiet(covers: &'static str, change: Edits) -> Row {
    row(covers, &[], change, Fate::Nothing)
}

const fn refused(covers: &'static str, given: Edits, change: Edits, with: &'static str) -> Row {
    Row { refused: Some(with), ..row(covers, given, change, Fate::Nothing) }
}

/// The types whose changes may touch a server.
pub(super) const TYPES: [&str; 16] = [
    "firewall",
    "firewall_attachment",
    "floating_ip",
    "floating_ip_assignment",
    "network",
    "network_route",
    "network_subnet",
    "placement_group",
    "primary_ip",
    "rdns",
    "server",
    "server_network",
    "snapshot",
    "ssh_key",
    "volume",
    "volume_attachment",
];

/// What has one value only, belongs to something that is not part of the base, is never recorded and
/// so never a change, or has the program log in to a machine (`fresh`).
pub(super) const FIXED: [&str; 6] = [
    "placement_group.type",
    "primary_ip.assignee_type",
    "rdns.load_balancer_id",
    "server.cloud_init.bastion_private_key",
    "server.cloud_init.host_key",
    "server.cloud_init.private_key",
];

/// What every row begins with; lines are added at marks such as `# web`.
pub(super) const BASE: &str = r#"provider "hcloud" {
  poll_interval = "1ms"
  poll_function = "constant"
}

resource "hcloud_server" "web" {
  name        = "web"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
  # web
}

resource "hcloud_server" "other" {
  name        = "other"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
  # other
}

resource "hcloud_ssh_key" "ann" {
  name       = "ann"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPnHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD ann"
  # ann
}

resource "hcloud_ssh_key" "bob" {
  name       = "bob"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGluZnJhLWluZnJhLWluZnJhLWluZnJhLWluZnJh bob"
}

resource "hcloud_network" "lan" {
  name     = "lan"
  ip_range = "10.0.0.0/16"
  # lan
}

resource "hcloud_network_subnet" "one" {
  network_id   = hcloud_network.lan.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_network_subnet" "two" {
  network_id   = hcloud_network.lan.id
  type         = "cloud" // two
  network_zone = "eu-central" // two
  ip_range     = "10.0.2.0/24"
  # two
}

resource "hcloud_network" "far" {
  name     = "far"
  ip_range = "10.200.0.0/16"
}

resource "hcloud_network_subnet" "far" {
  network_id   = hcloud_network.far.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.200.1.0/24"
}

resource "hcloud_network_route" "out" {
  network_id  = hcloud_network.lan.id // out
  destination = "10.100.1.0/24"
  gateway     = "10.0.1.9"
  depends_on  = [hcloud_network_subnet.one, hcloud_network_subnet.far]
}

resource "hcloud_server_network" "other" {
  server_id  = hcloud_server.other.id // attached
  network_id = hcloud_network.lan.id // attached
  ip         = "10.0.1.9"
  depends_on = [hcloud_network_subnet.one, hcloud_network_subnet.far]
  # attached
}

resource "hcloud_firewall" "rules" {
  name = "rules"
  rule {
    direction   = "in"
    protocol    = "tcp"
    port        = "443"
    source_ips  = ["0.0.0.0/0"]
    description = "web"
  }
  # rules
}

resource "hcloud_firewall" "more" {
  name = "more"
}

resource "hcloud_firewall" "spare" {
  name = "spare"
}

resource "hcloud_firewall_attachment" "more" {
  firewall_id = hcloud_firewall.more.id
  server_ids  = [hcloud_server.other.id]
  # applied
}

resource "hcloud_placement_group" "apart" {
  name = "apart"
  type = "spread"
  # apart
}

resource "hcloud_primary_ip" "four" {
  name        = "four"
  type        = "ipv4"
  location    = "fsn1" // four
  auto_delete = false
  # four
}

resource "hcloud_primary_ip" "six" {
  name        = "six"
  type        = "ipv6"
  location    = "fsn1"
  auto_delete = false
}

resource "hcloud_volume" "data" {
  name     = "data"
  size     = 10
  location = "fsn1" // data
  # data
}

resource "hcloud_volume" "spare" {
  name     = "spare"
  size     = 10
  location = "fsn1"
  # spare
}

resource "hcloud_volume_attachment" "data" {
  volume_id = hcloud_volume.data.id
  server_id = hcloud_server.web.id // disk
  # disk
}

resource "hcloud_floating_ip" "moving" {
  name          = "moving"
  type          = "ipv4" // moving
  home_location = "fsn1"
  # moving
}

resource "hcloud_floating_ip" "spare" {
  name          = "spare"
  type          = "ipv4"
  home_location = "fsn1"
  # idle
}

resource "hcloud_floating_ip_assignment" "moving" {
  floating_ip_id = hcloud_floating_ip.moving.id
  server_id      = hcloud_server.web.id // assigned
}

resource "hcloud_rdns" "web" {
  server_id  = hcloud_server.web.id
  ip_address = hcloud_server.web.ipv6_address
  dns_ptr    = "web.example.com"
}

resource "hcloud_snapshot" "before" {
  server_id   = hcloud_server.other.id // snapshot
  description = "before"
  # snapshot
}
"#;

/// All rows.
pub(super) fn all() -> Vec<&'static Row> {
    servers::ROWS.iter().chain(others::ROWS).collect()
}
