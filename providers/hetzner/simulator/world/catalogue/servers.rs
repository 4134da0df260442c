//! Types of servers: generations, sizes, where they are on offer and where they are retired.

use super::{
    locations::{ELSEWHERE, EUROPE},
    price::{Price, with_traffic},
};
use crate::world::clock;
use serde_json::{Value, json};

/// When the generation before the current ones was announced to go: 2025-10-16.
const ANNOUNCED_MS: u64 = 1_760_572_800_000;

/// When it was gone: 2025-12-31.
const GONE_MS: u64 = 1_767_139_200_000;

/// When types that are still on offer will be gone; invented: 2027-03-31.
const GOING_MS: u64 = 1_806_451_200_000;

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

/// First id, name's begin, last digit, and `cores, memory, disk, price` of each size.
type Generation = (u64, &'static str, char, &'static [(u64, u64, u64, u64)]);

const CX2: Generation = (
    104,
    "cx",
    '2',
    &[(2, 4, 40, 37_900), (4, 8, 80, 68_000), (8, 16, 160, 164_000), (16, 32, 320, 324_000)],
);
const CX3: Generation = (
    114,
    "cx",
    '3',
    &[(2, 4, 40, 34_900), (4, 8, 80, 54_900), (8, 16, 160, 94_900), (16, 32, 320, 174_900)],
);
const CPX1: Generation = (
    22,
    "cpx",
    '1',
    &[
        (2, 2, 40, 43_500),
        (3, 4, 80, 75_500),
        (4, 8, 160, 136_000),
        (8, 16, 240, 252_000),
        (16, 32, 360, 549_000),
    ],
);
const CPX2: Generation = (
    124,
    "cpx",
    '2',
    &[
        (1, 2, 40, 49_900),
        (2, 4, 80, 64_900),
        (4, 8, 160, 109_900),
        (8, 16, 320, 199_900),
        (12, 24, 480, 284_900),
        (16, 32, 640, 389_900),
    ],
);
const CAX: Generation = (
    45,
    "cax",
    '1',
    &[(2, 4, 40, 37_900), (4, 8, 80, 64_900), (8, 16, 160, 124_900), (16, 32, 320, 244_900)],
);
const CCX: Generation = (
    96,
    "ccx",
    '3',
    &[
        (2, 8, 80, 124_900),
        (4, 16, 160, 244_900),
        (8, 32, 240, 484_900),
        (16, 64, 360, 964_900),
        (32, 128, 600, 1_924_900),
        (48, 192, 960, 2_884_900),
    ],
);

pub(super) fn all() -> Vec<ServerType> {
    let gone = Some(Retirement { announced_ms: ANNOUNCED_MS, unavailable_after_ms: GONE_MS });
    let going =
        Some(Retirement { announced_ms: 1_790_812_800_000, unavailable_after_ms: GOING_MS });
    let europe = |retirement| EUROPE.map(|name| at(name, retirement)).to_vec();
    let mut cpx1 = europe(gone);
    cpx1.extend(ELSEWHERE.map(|name| at(name, going)));
    let everywhere: Vec<TypeAt> =
        EUROPE.iter().chain(&ELSEWHERE).map(|name| at(name, None)).collect();
    let mut types = generation(CX2, ("shared", "x86"), &europe(gone));
    types.extend(generation(CX3, ("shared", "x86"), &europe(None)));
    types.extend(generation(CPX1, ("shared", "x86"), &cpx1));
    types.extend(generation(CPX2, ("shared", "x86"), &europe(None)));
    types.extend(generation(CAX, ("shared", "arm"), &europe(None)));
    types.extend(generation(CCX, ("dedicated", "x86"), &everywhere));
    types
}

fn at(name: &'static str, retirement: Option<Retirement>) -> TypeAt {
    let is_gone = retirement.is_some_and(|retirement| retirement.unavailable_after_ms == GONE_MS);
    TypeAt { name, is_available: !is_gone, is_recommended: retirement.is_none(), retirement }
}

fn generation(
    (first_id, begin, last, sizes): Generation,
    (cpu_type, architecture): (&'static str, &'static str),
    locations: &[TypeAt],
) -> Vec<ServerType> {
    // Sizes of `cx` begin with 2: cx22, cx32.
    let from = if begin == "cx" { 2 } else { 1 };
    let size =
        |(number, (cores, memory_gb, disk_gb, price)): (u64, &(u64, u64, u64, u64))| ServerType {
            id: first_id + number,
            name: format!("{begin}{}{last}", from + number),
            cores: *cores,
            memory_gb: *memory_gb,
            disk_gb: *disk_gb,
            cpu_type,
            architecture,
            monthly: Price(*price),
            locations: locations.to_vec(),
        };
    (0..).zip(sizes).map(size).collect()
}
