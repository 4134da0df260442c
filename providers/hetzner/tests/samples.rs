//! The samples of the contract suite, one file per family.

mod addresses;
mod basics;
pub(crate) mod certificates;
mod firewalls;
mod networks;
mod server;
mod server;
mod storage_boxes;
mod volumes;
mod zones;

use super::contract::Family;

/// Returns all families.
pub(super) fn all() -> Vec<Family> {
    vec![
        addresses::assignments(),
        addresses::floating_ips(),
        addresses::names(),
        addresses::primary_ips(),
        basics::groups(),
        basics::keys(),
        basics::subnets(),
        firewalls::attachments(),
        firewalls::firewalls(),
        networks::networks(),
        networks::routes(),
        networks::servers(),
        server::family(),
        volumes::attachments(),
        volumes::snapshots(),
        volumes::volumes(),
        basics::keys(),
        basics::groups(),
        basics::subnets(),
        certificates::family(),
        server::family(),
        storage_boxes::boxes(),
        storage_boxes::snapshots(),
        storage_boxes::accounts(),
        zones::zones(),
        zones::sets(),
        zones::records_of(),
    ]
}
