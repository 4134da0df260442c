//! Types of servers: what one is, where it is on offer and where it is retired.

mod generations;

pub(super) use generations::all;

use super::{
    locations::EUROPE,
    price::{Price, with_traffic},
};
use crate::world::clock;
use serde_json::{Value, json};

/// A type of servers.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerType {
    /// Its id.
    pub id: u64,
    /// Its name, in lower case.
    pub name: String,
    /// Its processors.
    pub cores: u64,
    /// Its memory in GB.
    pub memory_gb: u64,
    /// Its disk in GB.
    pub disk_gb: u64,
    /// `shared` or `dedicated`.
    pub cpu_type: &'static str,
    /// `x86` or `arm`.
    pub architecture: &'static str,
    /// Its price in Europe for a month; fictional.
    pub monthly: Price,
    /// Where it is on offer, or was.
    pub locations: Vec<TypeAt>,
}

/// A type of servers in a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeAt {
    /// The location's name.
    pub name: &'static str,
    /// It can be had now.
    pub is_available: bool,
    /// It is recommended.
    pub is_recommended: bool,
    /// When it goes, if it does.
    pub retirement: Option<Retirement>,
}

/// When something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// When it was announced, in milliseconds since 1970.
    pub announced_ms: u64,
    /// When it can be ordered no longer.
    pub unavailable_after_ms: u64,
}

impl Retirement {
    pub(crate) fn answer(self) -> Value {
        json!({
            "announced": clock::rfc3339(self.announced_ms),
            "unavailable_after": clock::rfc3339(self.unavailable_after_ms),
        })
    }
}

impl TypeAt {
    /// Returns whether it can be ordered no longer.
    pub(crate) fn is_gone(&self, now_ms: u64) -> bool {
        self.retirement.is_some_and(|retirement| retirement.unavailable_after_ms < now_ms)
    }
}

impl ServerType {
    /// Returns the type in a location, if it is or was on offer there.
    pub fn at(&self, location: &str) -> Option<&TypeAt> {
        self.locations.iter().find(|at| at.name == location)
    }

    /// Returns whether it can be ordered nowhere any more: then it is in no list.
    pub(crate) fn is_gone(&self, now_ms: u64) -> bool {
        self.locations.iter().all(|at| at.is_gone(now_ms))
    }

    /// Returns the prices by location.
    pub(crate) fn prices(&self) -> Vec<Value> {
        let price = |at: &TypeAt| {
            let surcharge = if EUROPE.contains(&at.name) { 0 } else { 20 };
            with_traffic(at.name, self.monthly.with_surcharge(surcharge))
        };
        self.locations.iter().map(price).collect()
    }

    pub(crate) fn answer(&self, location_id: impl Fn(&str) -> u64) -> Value {
        let deprecation = |at: &TypeAt| at.retirement.map(Retirement::answer);
        let at = |at: &TypeAt| {
            json!({
                "id": location_id(at.name),
                "name": at.name,
                "deprecation": deprecation(at),
                "recommended": at.is_recommended,
                "available": at.is_available,
            })
        };
        let is_deprecated = self.locations.iter().all(|at| at.retirement.is_some());
        let first = self.locations.first().filter(|_| is_deprecated);
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.name.to_uppercase(),
            "cores": self.cores,
            "memory": self.memory_gb,
            "disk": self.disk_gb,
            "deprecated": is_deprecated,
            "prices": self.prices(),
            "storage_type": "local",
            "cpu_type": self.cpu_type,
            "category": self.category(),
            "architecture": self.architecture,
            "deprecation": first.and_then(deprecation),
            "locations": self.locations.iter().map(at).collect::<Vec<_>>(),
        })
    }

    fn category(&self) -> &'static str {
        match (self.cpu_type, self.name.as_bytes().get(..3)) {
            ("dedicated", _) => "General Purpose",
            (_, Some(b"cpx")) => "Regular Performance",
            _ => "Cost-Optimized",
        }
    }
}
