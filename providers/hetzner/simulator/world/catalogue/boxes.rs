//! Types of storage boxes.

use super::{locations::EUROPE, price::Price};
use serde_json::{Value, json};

/// A type of storage boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageBoxType {
    /// Its id.
    pub id: u64,
    /// Its name, such as `bx11`.
    pub name: &'static str,
    /// Its size in bytes.
    pub size: u64,
    /// How many snapshots a person may make.
    pub snapshots_max: u64,
    /// How many snapshots a plan makes.
    pub automatic_snapshots_max: u64,
    /// How many subaccounts it has.
    pub subaccounts_max: u64,
    /// The names of the locations that have it.
    pub locations: Vec<&'static str>,
    /// Its price for a month; fictional.
    pub monthly: Price,
}

impl StorageBoxType {
    /// Returns whether it can be had in a location.
    #[allow(clippy::unused_self, reason = "all types are in the same places, for now")]
    pub(crate) fn is_in(&self, location: &str) -> bool {
        self.locations.contains(&location)
    }

    pub(crate) fn answer(&self) -> Value {
        let price = |location| {
            json!({
                "location": location,
                "price_hourly": self.monthly.hourly().answer(),
                "price_monthly": self.monthly.answer(),
                "setup_fee": Price(0).answer(),
            })
        };
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.name.to_uppercase(),
            "snapshot_limit": self.snapshots_max,
            "automatic_snapshot_limit": self.automatic_snapshots_max,
            "subaccounts_limit": self.subaccounts_max,
            "size": self.size,
            "prices": self.locations.iter().map(price).collect::<Vec<_>>(),
            "deprecation": null,
        })
    }
}

pub(super) fn all() -> Vec<StorageBoxType> {
    const TERABYTE: u64 = 1 << 40;
    let rows = [
        (1333, "bx11", TERABYTE, (10, 10), 32_000),
        (1334, "bx21", 5 * TERABYTE, (20, 20), 109_000),
        (1335, "bx31", 10 * TERABYTE, (30, 30), 207_000),
        (1336, "bx41", 20 * TERABYTE, (40, 40), 405_000),
    ];
    let of = |(id, name, size, (snapshots_max, automatic_snapshots_max), price)| {
        let monthly = Price(price);
        StorageBoxType {
            id,
            name,
            size,
            snapshots_max,
            automatic_snapshots_max,
            subaccounts_max: 100,
            locations: EUROPE.to_vec(),
            monthly,
        }
    };
    rows.into_iter().map(of).collect()
}
