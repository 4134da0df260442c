//! Locations and their network zones.

use serde_json::{Value, json};

/// A location.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// Its id.
    pub id: u64,
    /// Its name, such as `fsn1`.
    pub name: &'static str,
    /// What people call it.
    pub description: &'static str,
    /// Its country's code.
    pub country: &'static str,
    /// Its city.
    pub city: &'static str,
    /// Latitude and longitude.
    pub place: (f64, f64),
    /// The zone in which networks reach.
    pub network_zone: &'static str,
}

impl Location {
    pub(crate) fn answer(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "country": self.country,
            "city": self.city,
            "latitude": self.place.0,
            "longitude": self.place.1,
            "network_zone": self.network_zone,
        })
    }
}

/// Names of the European locations, which come first in lists of prices.
pub(super) const EUROPE: [&str; 3] = ["fsn1", "nbg1", "hel1"];

/// Names of the others.
pub(super) const ELSEWHERE: [&str; 3] = ["ash", "hil", "sin"];

pub(super) fn all() -> Vec<Location> {
    let at = |id, name, description, country, city| (id, name, description, country, city);
    let rows = [
        (
            at(1, "fsn1", "Falkenstein DC Park 1", "DE", "Falkenstein"),
            (50.476, 12.370),
            "eu-central",
        ),
        (at(2, "nbg1", "Nuremberg DC Park 1", "DE", "Nuremberg"), (49.452, 11.077), "eu-central"),
        (at(3, "hel1", "Helsinki DC Park 1", "FI", "Helsinki"), (60.170, 24.942), "eu-central"),
        (at(4, "ash", "Ashburn, VA", "US", "Ashburn, VA"), (39.045, -77.487), "us-east"),
        (at(5, "hil", "Hillsboro, OR", "US", "Hillsboro, OR"), (45.543, -122.936), "us-west"),
        (at(6, "sin", "Singapore", "SG", "Singapore"), (1.283, 103.833), "ap-southeast"),
    ];
    let location = |((id, name, description, country, city), place, network_zone)| Location {
        id,
        name,
        description,
        country,
        city,
        place,
        network_zone,
    };
    rows.into_iter().map(location).collect()
}
