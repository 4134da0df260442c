//! Changes of what servers have, are in, or are behind.

use super::{Row, quiet, row};
use crate::end_to_end::hetzner::impacts::Fate;

const KEYS: &str = "ssh_keys = [hcloud_ssh_key.ann.id]";
const NO_V4: &str = "public_net {\n    ipv4_enabled = false\n    ipv6_enabled = true\n  }";
const FOUR: &str = "public_net {\n    ipv4_enabled = true\n    ipv4 = hcloud_primary_ip.four.id\n    ipv6_enabled = true\n  }";
const GROUPED: &str = "placement_group_id = hcloud_placement_group.apart.id";
const RULE: &str = "rule {\n    direction = \"out\"\n    protocol = \"udp\"\n    port = \"53\"\n    destination_ips = [\"192.0.2.0/24\"]\n  }";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    // Networks.
    quiet("network.name", &[("\"lan\"\n", "\"wan\"\n")]),
    quiet("network.labels", &[("# lan", "labels = { a = \"b\" }")]),
    quiet("network.delete_protection", &[("# lan", "delete_protection = true")]),
    quiet("network.expose_routes_to_vswitch", &[("# lan", "expose_routes_to_vswitch = true")]),
    quiet("network.ip_range", &[("\"10.0.0.0/16\"", "\"10.0.0.0/12\"")]),
    quiet("network_subnet.ip_range", &[("\"10.0.2.0/24\"", "\"10.0.3.0/24\"")]),
    quiet(
        "network_subnet.network_id network_subnet.ip_range",
        &[
            (
                "hcloud_network.lan.id\n  type         = \"cloud\" // two",
                "hcloud_network.far.id\n  type = \"cloud\" // two",
            ),
            ("\"10.0.2.0/24\"", "\"10.200.2.0/24\""),
        ],
    ),
    quiet("network_subnet.network_zone", &[("\"eu-central\" // two", "\"us-east\" // two")]),
    quiet(
        "network_subnet.type network_subnet.vswitch_id",
        &[("\"cloud\" // two", "\"vswitch\""), ("# two", "vswitch_id = 7")],
    ),
    quiet("network_route.destination", &[("\"10.100.1.0/24\"", "\"10.100.2.0/24\"")]),
    quiet("network_route.gateway", &[("gateway     = \"10.0.1.9\"", "gateway = \"10.0.1.8\"")]),
    quiet(
        "network_route.network_id network_route.gateway",
        &[
            ("hcloud_network.lan.id // out", "hcloud_network.far.id"),
            ("gateway     = \"10.0.1.9\"", "gateway = \"10.200.1.9\""),
        ],
    ),
    // Firewalls.
    quiet("firewall.name", &[("\"rules\"\n  rule", "\"walls\"\n  rule")]),
    quiet("firewall.labels", &[("# rules", "labels = { a = \"b\" }")]),
    quiet(
        "firewall.rule.direction firewall.rule.protocol firewall.rule.port firewall.rule.destination_ips",
        &[("# rules", RULE)],
    ),
    quiet(
        "firewall.rule.source_ips firewall.rule.description firewall.rule.port",
        &[
            ("\"443\"", "\"80\""),
            ("[\"0.0.0.0/0\"]", "[\"192.0.2.0/24\"]"),
            ("\"web\"\n  }", "\"more\"\n  }"),
        ],
    ),
    quiet(
        "firewall.apply_to.server",
        &[("# rules", "apply_to {\n    server = hcloud_server.web.id\n  }")],
    ),
    quiet(
        "firewall.apply_to.label_selector",
        &[("# rules", "apply_to {\n    label_selector = \"a=b\"\n  }")],
    ),
    quiet(
        "firewall_attachment.server_ids",
        &[("[hcloud_server.other.id]", "[hcloud_server.web.id]")],
    ),
    quiet("firewall_attachment.label_selectors", &[("# applied", "label_selectors = [\"a=b\"]")]),
    quiet(
        "firewall_attachment.firewall_id",
        &[("hcloud_firewall.more.id", "hcloud_firewall.spare.id")],
    ),
    quiet("placement_group.name", &[("name = \"apart\"", "name = \"away\"")]),
    row(
        "placement_group.name placement_group.labels",
        &[("# web", GROUPED)],
        &[("# apart", "labels = { a = \"b\" }"), ("name = \"apart\"", "name = \"away\"")],
        Fate::Nothing,
    ),
    // Addresses.
    quiet("primary_ip.name", &[("name        = \"four\"", "name = \"vier\"")]),
    row(
        "primary_ip.name primary_ip.labels",
        &[("# web", FOUR)],
        &[("name        = \"four\"", "name = \"vier\""), ("# four", "labels = { a = \"b\" }")],
        Fate::Nothing,
    ),
    quiet("primary_ip.delete_protection", &[("# four", "delete_protection = true")]),
    quiet(
        "primary_ip.auto_delete",
        &[("auto_delete = false\n  # four", "auto_delete = true\n  # four")],
    ),
    quiet(
        "primary_ip.datacenter",
        &[("location    = \"fsn1\" // four", "datacenter = \"fsn1-dc14\" // four")],
    ),
    quiet("primary_ip.location", &[("\"fsn1\" // four", "\"nbg1\" // four")]),
    quiet("primary_ip.type", &[("type        = \"ipv4\"", "type = \"ipv6\"")]),
    row(
        "primary_ip.assignee_id",
        &[("# web", NO_V4), ("# web", "lifecycle {\n    ignore_changes = [public_net]\n  }")],
        &[("# four", "assignee_id = hcloud_server.web.id")],
        Fate::Restart,
    ),
    quiet(
        "floating_ip.name floating_ip.description floating_ip.labels",
        &[
            ("name          = \"moving\"", "name = \"moved\""),
            ("# moving", "description = \"text\"\n  labels = { a = \"b\" }"),
        ],
    ),
    quiet("floating_ip.delete_protection", &[("# moving", "delete_protection = true")]),
    quiet("floating_ip.type", &[("\"ipv4\" // moving", "\"ipv6\" // moving")]),
    quiet("floating_ip.home_location", &[("home_location = \"fsn1\"", "home_location = \"nbg1\"")]),
    quiet("floating_ip.server_id", &[("# idle", "server_id = hcloud_server.other.id")]),
    quiet(
        "floating_ip_assignment.server_id",
        &[("hcloud_server.web.id // assigned", "hcloud_server.other.id // assigned")],
    ),
    quiet(
        "floating_ip_assignment.floating_ip_id",
        &[("hcloud_floating_ip.moving.id", "hcloud_floating_ip.spare.id")],
    ),
    quiet("rdns.dns_ptr", &[("\"web.example.com\"", "\"api.example.com\"")]),
    quiet(
        "rdns.server_id rdns.ip_address",
        &[(
            "server_id  = hcloud_server.web.id\n  ip_address = hcloud_server.web.ipv6_address",
            "server_id = hcloud_server.other.id\n  ip_address = hcloud_server.other.ipv4_address",
        )],
    ),
    quiet(
        "rdns.floating_ip_id",
        &[(
            "server_id  = hcloud_server.web.id\n  ip_address = hcloud_server.web.ipv6_address",
            "floating_ip_id = hcloud_floating_ip.moving.id\n  ip_address = hcloud_floating_ip.moving.ip_address",
        )],
    ),
    quiet(
        "rdns.primary_ip_id",
        &[(
            "server_id  = hcloud_server.web.id\n  ip_address = hcloud_server.web.ipv6_address",
            "primary_ip_id = hcloud_primary_ip.four.id\n  ip_address = hcloud_primary_ip.four.ip_address",
        )],
    ),
    // Volumes.
    quiet(
        "volume.name volume.labels",
        &[("name     = \"data\"", "name = \"more\""), ("# spare", "labels = { a = \"b\" }")],
    ),
    quiet("volume.size", &[("size     = 10", "size = 20")]),
    quiet("volume.delete_protection", &[("# spare", "delete_protection = true")]),
    quiet("volume.format", &[("# spare", "format = \"ext4\"")]),
    row(
        "volume.automount",
        &[("# spare", "server_id = hcloud_server.other.id")],
        &[("# spare", "automount = true")],
        Fate::Nothing,
    ),
    quiet("volume.location", &[("location = \"fsn1\"\n  # spare\n", "location = \"nbg1\"\n")]),
    quiet("volume.server_id", &[("# spare", "server_id = hcloud_server.other.id")]),
    row(
        "volume.server_id",
        &[("# spare", "server_id = hcloud_server.other.id // here")],
        &[("hcloud_server.other.id // here", "hcloud_server.web.id // here")],
        Fate::Nothing,
    ),
    quiet(
        "volume_attachment.server_id",
        &[("hcloud_server.web.id // disk", "hcloud_server.other.id // disk")],
    ),
    quiet("volume_attachment.volume_id", &[("hcloud_volume.data.id", "hcloud_volume.spare.id")]),
    quiet("volume_attachment.automount", &[("# disk", "automount = true")]),
    // What is made of a server, or only stands in it.
    quiet(
        "snapshot.description snapshot.labels",
        &[("\"before\"\n", "\"after\"\n"), ("# snapshot", "labels = { a = \"b\" }")],
    ),
    quiet(
        "snapshot.server_id",
        &[("hcloud_server.other.id // snapshot", "hcloud_server.web.id // snapshot")],
    ),
    quiet(
        "snapshot.timeouts.create snapshot.timeouts.read snapshot.timeouts.update snapshot.timeouts.delete snapshot.timeouts.default",
        &[(
            "# snapshot",
            "timeouts {\n    create = \"30m\"\n    read = \"5m\"\n    update = \"20m\"\n    delete = \"10m\"\n    default = \"10m\"\n  }",
        )],
    ),
    row(
        "ssh_key.name ssh_key.labels",
        &[("# web", KEYS)],
        &[("name       = \"ann\"", "name = \"anna\""), ("# ann", "labels = { a = \"b\" }")],
        Fate::Nothing,
    ),
    quiet(
        "ssh_key.public_key",
        &[(
            "IGluZnJhLWluZnJhLWluZnJhLWluZnJhLWluZnJh bob",
            "IGluZnJhLWluZnJhLWluZnJhLWluZnJhLWluZnJi bob",
        )],
    ),
];
