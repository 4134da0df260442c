//! Types of load balancers.

use super::{
    locations::{ELSEWHERE, EUROPE},
    price::{Price, with_traffic},
};
use serde_json::{Value, json};

/// A type of load balancers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancerType {
    /// Its id.
    pub id: u64,
    /// Its name, such as `lb11`.
    pub name: &'static str,
    /// How many connections it takes.
    pub connections_max: u64,
    /// How many services it has.
    pub services_max: u64,
    /// How many targets it has.
    pub targets_max: u64,
    /// How many certificates it has.
    pub certificates_max: u64,
    /// Its price for a month; fictional.
    pub monthly: Price,
}

impl LoadBalancerType {
    /// Returns the prices by location.
    pub(crate) fn prices(&self) -> Vec<Value> {
        let everywhere = EUROPE.iter().chain(&ELSEWHERE);
        everywhere.map(|location| with_traffic(location, self.monthly)).collect()
    }

    pub(crate) fn answer(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.name.to_uppercase(),
            "max_connections": self.connections_max,
            "max_services": self.services_max,
            "max_targets": self.targets_max,
            "max_assigned_certificates": self.certificates_max,
            "deprecated": null,
            "deprecation": null,
            "prices": self.prices(),
        })
    }
}

pub(super) fn all() -> Vec<LoadBalancerType> {
    let rows = [
        (1, "lb11", 10_000, (5, 25, 10), 53_900),
        (2, "lb21", 20_000, (15, 75, 25), 164_000),
        (3, "lb31", 40_000, (30, 150, 50), 324_000),
    ];
    let of = |(id, name, connections_max, (services_max, targets_max, certificates_max), price)| {
        let monthly = Price(price);
        LoadBalancerType {
            id,
            name,
            connections_max,
            services_max,
            targets_max,
            certificates_max,
            monthly,
        }
    };
    rows.into_iter().map(of).collect()
}
