//! Changes of servers themselves, and of their places in networks.

use super::{Row, quiet, refused, row};
use crate::end_to_end::hetzner::impacts::Fate;

const KEYS: &str = "ssh_keys = [hcloud_ssh_key.ann.id]";
const OTHER_KEYS: &str = "ssh_keys = [hcloud_ssh_key.bob.id]";
const DATA: &str = "user_data = \"#cloud-config\\n\"";
const OTHER_DATA: &str = "user_data = \"#cloud-config\\npackages: []\\n\"";
const NET: &str = "network {\n    network_id = hcloud_network.lan.id\n    ip = \"10.0.2.5\"\n  }\n  depends_on = [hcloud_network_subnet.two, hcloud_network_subnet.far]";
const NO_V4: &str = "public_net {\n    ipv4_enabled = false\n    ipv6_enabled = true\n  }";
const NO_V6: &str = "public_net {\n    ipv4_enabled = true\n    ipv6_enabled = false\n  }";
const BOTH: &str = "public_net {\n    ipv4_enabled = true\n    ipv6_enabled = true\n  }";
const FOUR: &str = "public_net {\n    ipv4_enabled = true\n    ipv4 = hcloud_primary_ip.four.id\n    ipv6_enabled = true\n  }";
const SIX: &str = "public_net {\n    ipv4_enabled = true\n    ipv6 = hcloud_primary_ip.six.id\n    ipv6_enabled = true\n  }";
const PROTECTED: &str = "delete_protection  = true\n  rebuild_protection = true";
const GROUPED: &str = "placement_group_id = hcloud_placement_group.apart.id";
const ISO: &str = "iso = \"alpine-virt-3.22.1-x86_64.iso\"";

const WAIT_COVERS: &str = "server.cloud_init.agent server.cloud_init.bastion_host server.cloud_init.bastion_host_key server.cloud_init.bastion_port server.cloud_init.bastion_user server.cloud_init.host server.cloud_init.port server.cloud_init.timeout server.cloud_init.user";
const WAIT: &str = "cloud_init {
    agent = true
    bastion_host = \"127.0.0.1\"
    bastion_host_key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPnHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD\"
    bastion_port = 9
    bastion_user = \"jump\"
    host = \"127.0.0.1\"
    port = 9
    timeout = \"5m\"
    user = \"admin\"
  }";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    // What a server is called, and what only this tool knows of.
    quiet("server.name", &[("name        = \"web\"", "name = \"api\"")]),
    quiet("server.labels", &[("# web", "labels = { env = \"prod\" }")]),
    quiet("server.keep_disk", &[("# web", "keep_disk = true")]),
    quiet("server.allow_deprecated_images", &[("# web", "allow_deprecated_images = true")]),
    quiet("server.shutdown_before_deletion", &[("# web", "shutdown_before_deletion = true")]),
    quiet("server.server_type_fallbacks", &[("# web", "server_type_fallbacks = [\"cx33\"]")]),
    quiet("server.location_fallbacks", &[("# web", "location_fallbacks = [\"nbg1\"]")]),
    quiet(
        "server.datacenter",
        &[("location    = \"fsn1\"\n  # web", "datacenter = \"fsn1-dc14\"\n  # web")],
    ),
    quiet(
        "server.timeouts.create server.timeouts.read server.timeouts.update server.timeouts.delete server.timeouts.default",
        &[(
            "# web",
            "timeouts {\n    create = \"30m\"\n    read = \"5m\"\n    update = \"20m\"\n    delete = \"10m\"\n    default = \"10m\"\n  }",
        )],
    ),
    quiet("server.backups", &[("# web", "backups = true")]),
    // A server that is there already is not waited for.
    quiet(WAIT_COVERS, &[("# web", WAIT)]),
    row(
        "server.backups",
        &[("# web", "backups = true")],
        &[("backups = true", "backups = false")],
        Fate::Nothing,
    ),
    quiet("server.delete_protection server.rebuild_protection", &[("# web", PROTECTED)]),
    row("server.delete_protection", &[("# web", PROTECTED)], &[(PROTECTED, "")], Fate::Nothing),
    quiet("server.firewall_ids", &[("# web", "firewall_ids = [hcloud_firewall.rules.id]")]),
    row(
        "server.firewall_ids",
        &[("# web", "firewall_ids = [hcloud_firewall.rules.id]")],
        &[(
            "firewall_ids = [hcloud_firewall.rules.id]",
            "firewall_ids = [hcloud_firewall.spare.id]",
        )],
        Fate::Nothing,
    ),
    quiet("server.ignore_remote_firewall_ids", &[("# web", "ignore_remote_firewall_ids = true")]),
    // Another machine under it.
    row("server.server_type", &[], &[("\"cx23\"", "\"cx33\"")], Fate::Restart),
    row(
        "server.server_type server.keep_disk",
        &[("# web", "keep_disk = true")],
        &[("\"cx23\"", "\"cx33\"")],
        Fate::Restart,
    ),
    refused(
        "server.server_type",
        &[("\"cx23\"", "\"cx33\"")],
        &[("\"cx33\"", "\"cx23\"")],
        "disks can't shrink",
    ),
    refused("server.server_type", &[], &[("\"cx23\"", "\"cax11\"")], "a server can't change from"),
    row(
        "server.server_type server.labels server.name",
        &[],
        &[
            ("\"cx23\"", "\"cx33\""),
            ("# web", "labels = { a = \"b\" }"),
            ("name        = \"web\"", "name = \"api\""),
        ],
        Fate::Restart,
    ),
    row(
        "server.server_type server.placement_group_id",
        &[],
        &[("\"cx23\"", "\"cx33\""), ("# web", GROUPED)],
        Fate::Restart,
    ),
    row("server.placement_group_id", &[], &[("# web", GROUPED)], Fate::Restart),
    row("server.placement_group_id", &[("# web", GROUPED)], &[(GROUPED, "")], Fate::Restart),
    // Another disk.
    row("server.image", &[], &[("\"debian-12\"", "\"ubuntu-24.04\"")], Fate::Replace),
    row(
        "server.location",
        &[],
        &[
            ("location    = \"fsn1\"\n  # web", "location = \"nbg1\"\n  # web"),
            (
                "server_id = hcloud_server.web.id // disk",
                "server_id = hcloud_server.other.id // disk",
            ),
        ],
        Fate::Replace,
    ),
    quiet("server.ssh_keys", &[("# web", KEYS)]),
    quiet("server.on_ssh_keys_change", &[("# web", "on_ssh_keys_change = \"rebuild\"")]),
    row(
        "server.on_ssh_keys_change",
        &[("# web", KEYS)],
        &[("# web", "on_ssh_keys_change = \"ignore\"")],
        Fate::Nothing,
    ),
    row("server.ssh_keys", &[("# web", KEYS)], &[(KEYS, OTHER_KEYS)], Fate::Replace),
    row(
        "server.ssh_keys server.on_ssh_keys_change",
        &[("# web", KEYS), ("# web", "on_ssh_keys_change = \"ignore\"")],
        &[(KEYS, OTHER_KEYS)],
        Fate::Nothing,
    ),
    row(
        "server.ssh_keys server.on_ssh_keys_change",
        &[("# web", KEYS), ("# web", "on_ssh_keys_change = \"rebuild\"")],
        &[(KEYS, OTHER_KEYS)],
        Fate::Wipe,
    ),
    row(
        "server.ssh_keys server.on_ssh_keys_change",
        &[("# web", KEYS)],
        &[(KEYS, OTHER_KEYS), ("# web", "on_ssh_keys_change = \"rebuild\"")],
        Fate::Wipe,
    ),
    quiet("server.user_data", &[("# web", DATA)]),
    quiet("server.on_user_data_change", &[("# web", "on_user_data_change = \"rebuild\"")]),
    row("server.user_data", &[("# web", DATA)], &[(DATA, OTHER_DATA)], Fate::Replace),
    row("server.user_data", &[("# web", DATA)], &[(DATA, "")], Fate::Replace),
    row(
        "server.user_data server.on_user_data_change",
        &[("# web", DATA), ("# web", "on_user_data_change = \"ignore\"")],
        &[(DATA, OTHER_DATA)],
        Fate::Nothing,
    ),
    row(
        "server.user_data server.on_user_data_change",
        &[("# web", DATA), ("# web", "on_user_data_change = \"ignore\"")],
        &[("\"ignore\"", "\"rebuild\"")],
        Fate::Nothing,
    ),
    row(
        "server.user_data server.on_user_data_change",
        &[("# web", DATA), ("# web", "on_user_data_change = \"rebuild\"")],
        &[(DATA, OTHER_DATA)],
        Fate::Wipe,
    ),
    row(
        "server.user_data server.server_type",
        &[("# web", DATA), ("# web", "on_user_data_change = \"rebuild\"")],
        &[(DATA, OTHER_DATA), ("\"cx23\"", "\"cx33\"")],
        Fate::Wipe,
    ),
    row(
        "server.user_data server.ssh_keys",
        &[("# web", DATA), ("# web", KEYS), ("# web", "on_user_data_change = \"rebuild\"")],
        &[(DATA, OTHER_DATA), (KEYS, OTHER_KEYS)],
        Fate::Replace,
    ),
    refused(
        "server.user_data server.rebuild_protection",
        &[("# web", DATA), ("# web", "on_user_data_change = \"rebuild\""), ("# web", PROTECTED)],
        &[(DATA, OTHER_DATA)],
        "rebuilds the server, which is protected",
    ),
    row(
        "server.user_data server.rebuild_protection",
        &[("# web", DATA), ("# web", "on_user_data_change = \"rebuild\""), ("# web", PROTECTED)],
        &[(DATA, OTHER_DATA), (PROTECTED, "")],
        Fate::Wipe,
    ),
    // What it boots from.
    row("server.iso", &[], &[("# web", ISO)], Fate::Restart),
    row("server.iso", &[("# web", ISO)], &[(ISO, "")], Fate::Restart),
    row("server.rescue", &[], &[("# web", "rescue = \"linux64\"")], Fate::Restart),
    row(
        "server.rescue",
        &[("# web", "rescue = \"linux64\"")],
        &[("rescue = \"linux64\"", "")],
        Fate::Restart,
    ),
    row(
        "server.iso server.rescue",
        &[],
        &[("# web", ISO), ("# web", "rescue = \"linux64\"")],
        Fate::Restart,
    ),
    // Its public addresses.
    quiet("server.public_net.ipv4_enabled server.public_net.ipv6_enabled", &[("# web", BOTH)]),
    row("server.public_net.ipv4_enabled", &[], &[("# web", NO_V4)], Fate::Restart),
    row("server.public_net.ipv4_enabled", &[("# web", NO_V4)], &[(NO_V4, "")], Fate::Restart),
    row("server.public_net.ipv4_enabled", &[("# web", NO_V4)], &[(NO_V4, BOTH)], Fate::Restart),
    row(
        "server.public_net.ipv6_enabled",
        &[(
            "ip_address = hcloud_server.web.ipv6_address",
            "ip_address = hcloud_server.web.ipv4_address",
        )],
        &[("# web", NO_V6)],
        Fate::Restart,
    ),
    row("server.public_net.ipv4", &[], &[("# web", FOUR)], Fate::Restart),
    // Nothing says any more which address it is to be: it keeps the one that it has.
    row("server.public_net.ipv4", &[("# web", FOUR)], &[(FOUR, BOTH)], Fate::Nothing),
    row(
        "server.public_net.ipv6",
        &[(
            "ip_address = hcloud_server.web.ipv6_address",
            "ip_address = hcloud_server.web.ipv4_address",
        )],
        &[("# web", SIX)],
        Fate::Restart,
    ),
    // Its private networks.
    quiet("server.network.network_id server.network.ip", &[("# web", NET)]),
    row("server.network.ip", &[("# web", NET)], &[("\"10.0.2.5\"", "\"10.0.2.6\"")], Fate::Nothing),
    row(
        "server.network.alias_ips",
        &[("# web", NET)],
        &[("ip = \"10.0.2.5\"", "ip = \"10.0.2.5\"\n    alias_ips = [\"10.0.2.15\"]")],
        Fate::Nothing,
    ),
    row(
        "server.network.network_id",
        &[("# web", NET)],
        &[(
            "network_id = hcloud_network.lan.id\n    ip = \"10.0.2.5\"",
            "network_id = hcloud_network.far.id\n    ip = \"10.200.1.5\"",
        )],
        Fate::Nothing,
    ),
    row(
        "server.network.subnet_id",
        &[("# web", NET)],
        &[(
            "network_id = hcloud_network.lan.id\n    ip = \"10.0.2.5\"",
            "subnet_id = hcloud_network_subnet.far.id",
        )],
        Fate::Nothing,
    ),
    row("server.network.network_id", &[("# web", NET)], &[(NET, "")], Fate::Nothing),
    quiet("server_network.alias_ips", &[("# attached", "alias_ips = [\"10.0.1.19\"]")]),
    quiet("server_network.ip", &[("ip         = \"10.0.1.9\"", "ip = \"10.0.1.10\"")]),
    quiet(
        "server_network.network_id server_network.ip",
        &[
            ("hcloud_network.lan.id // attached", "hcloud_network.far.id // attached"),
            ("ip         = \"10.0.1.9\"", "ip = \"10.200.1.9\""),
        ],
    ),
    quiet(
        "server_network.subnet_id",
        &[(
            "network_id = hcloud_network.lan.id // attached\n  ip         = \"10.0.1.9\"",
            "subnet_id = hcloud_network_subnet.two.id // attached",
        )],
    ),
    quiet(
        "server_network.server_id",
        &[("hcloud_server.other.id // attached", "hcloud_server.web.id // attached")],
    ),
];
