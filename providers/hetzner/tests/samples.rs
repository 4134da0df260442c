//! The samples of the contract suite, one file per family.

mod basics;
pub(crate) mod certificates;
mod load_balancers;
mod server;
mod storage_boxes;
pub(crate) mod zones;

use super::contract::Family;

/// Returns all families.
pub(super) fn all() -> Vec<Family> {
    vec![
        basics::keys(),
        basics::groups(),
        basics::subnets(),
        certificates::family(),
        load_balancers::balancers(),
        load_balancers::networks(),
        load_balancers::services(),
        load_balancers::targets(),
        server::family(),
        storage_boxes::boxes(),
        storage_boxes::snapshots(),
        storage_boxes::accounts(),
        zones::zones(),
        zones::sets(),
        zones::records_of(),
    ]
}
