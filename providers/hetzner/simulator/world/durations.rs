//! How long actions take. The values are invented; [`super::World::set_duration`] changes them.

/// What a command takes that is not in the table.
const OTHERS_MS: u64 = 1_000;

/// Commands with their milliseconds.
const TABLE: &[(&str, u64)] = &[
    ("attach_volume", 2_000),
    ("change_server_type", 60_000),
    // A storage box.
    ("create", 30_000),
    ("create_certificate", 5_000),
    ("create_image", 45_000),
    ("create_load_balancer", 3_000),
    ("create_server", 8_000),
    ("create_snapshot", 5_000),
    ("create_volume", 3_000),
    ("create_zone", 2_000),
    ("delete_server", 2_000),
    ("detach_volume", 2_000),
    ("reboot_server", 1_000),
    ("issue_certificate", 5_000),
    ("rebuild_server", 40_000),
    ("reset_server", 1_000),
    ("resize_volume", 4_000),
    ("rollback_snapshot", 10_000),
    ("shutdown_server", 1_000),
    ("start_server", 4_000),
    ("stop_server", 3_000),
];

/// How long an operating system takes from ACPI's signal to power off.
pub(crate) const SHUTDOWN_MS: u64 = 12_000;

/// How long a server is away while it boots anew.
pub(crate) const BOOT_MS: u64 = 15_000;

/// Returns how long a command takes.
pub(crate) fn of(command: &str) -> u64 {
    TABLE.iter().find(|(name, _)| *name == command).map_or(OTHERS_MS, |(_, ms)| *ms)
}
