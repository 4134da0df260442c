//! The samples of the contract suite, one file per family.

mod addresses;
mod basics;
pub(crate) mod certificates;
pub(crate) mod firewalls;
mod load_balancers;
mod networks;
mod server;
mod storage_boxes;
mod volumes;
pub(crate) mod zones;

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
        certificates::family(),
        firewalls::attachments(),
        firewalls::firewalls(),
        load_balancers::balancers(),
        load_balancers::networks(),
        load_balancers::services(),
        load_balancers::targets(),
        networks::networks(),
        networks::routes(),
        networks::servers(),
        server::family(),
        storage_boxes::accounts(),
        storage_boxes::boxes(),
        storage_boxes::snapshots(),
        volumes::attachments(),
        volumes::snapshots(),
        volumes::volumes(),
        zones::records_of(),
        zones::sets(),
        zones::zones(),
    ]
}
