//! Server types as the catalogue tells of them: what they are, where they are sold, and which one comes
//! nearest to one that is not.

use crate::catalogue::{self, SERVER_TYPES};
use infra_model::{kind::Facts, number::Number, value::Value};

/// The server types.
#[derive(Clone, Copy)]
pub(super) struct Types<'a>(&'a Value);

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct ServerType<'a> {
    pub(super) name: &'a str,
    of: &'a Value,
}

/// Whether a type can be had in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sale {
    /// It can.
    Offered,
    /// Not at the moment.
    SoldOut,
    /// It is not sold there.
    Elsewhere,
    /// It is not sold any more since a time, or will not be after it.
    Retired(String),
}

impl<'a> Types<'a> {
    /// Returns the server types, if they were learned.
    pub(super) fn of(facts: &'a Facts) -> Option<Self> {
        facts.get(&catalogue::key(SERVER_TYPES)).map(Self)
    }

    /// Returns a type by its name.
    pub(super) fn get(self, name: &str) -> Option<ServerType<'a>> {
        self.all().find(|one| one.name == name)
    }

    fn all(self) -> impl Iterator<Item = ServerType<'a>> {
        let entries = self.0.entries().unwrap_or_default();
        entries.iter().map(|(name, of)| ServerType { name, of })
    }

    /// Returns the type that is sold in a place and has at least as much of everything as another, and
    /// the least of it; of types that are not known any more, the one whose name is alike.
    pub(super) fn nearest(self, to: &str, location: Option<&str>) -> Option<ServerType<'a>> {
        let sold = |one: &ServerType<'a>| {
            one.name != to && location.is_none_or(|place| one.sale(place) == Sale::Offered)
        };
        let candidates: Vec<ServerType<'a>> = self.all().filter(sold).collect();
        let Some(old) = self.get(to) else {
            return candidates.into_iter().min_by_key(|one| (unlike(one.name, to), one.name));
        };
        let is_enough = |one: &&ServerType<'a>| {
            one.architecture() == old.architecture()
                && one.number("cores") >= old.number("cores")
                && one.number("memory") >= old.number("memory")
                && one.number("disk") >= old.number("disk")
        };
        let size = |one: &&ServerType<'a>| {
            let numbers = ["cores", "memory", "disk"].map(|name| one.number(name));
            (one.text("cpu_type") != old.text("cpu_type"), numbers, one.name)
        };
        candidates.iter().filter(is_enough).min_by_key(size).copied()
    }
}

impl<'a> ServerType<'a> {
    /// Returns the architecture.
    pub(super) fn architecture(self) -> Option<&'a str> {
        self.text("architecture")
    }

    /// Returns the size of the disk, in GB.
    pub(super) fn disk_gb(self) -> i64 {
        self.number("disk")
    }

    /// Returns whether it can be had in a place.
    pub(super) fn sale(self, location: &str) -> Sale {
        let Some(place) = self.of.get("locations").and_then(|all| all.get(location)) else {
            return Sale::Elsewhere;
        };
        if let Some(after) = place.get("retired").and_then(Value::as_text) {
            return Sale::Retired(after.to_string());
        }
        let is_there = place.get("is_available").and_then(Value::as_bool) != Some(false);
        if is_there { Sale::Offered } else { Sale::SoldOut }
    }

    /// Returns the places where it can be had.
    pub(super) fn locations(self) -> Vec<&'a str> {
        let all = self.of.get("locations").and_then(Value::entries).unwrap_or_default();
        let names = all.iter().map(|(name, _)| &**name);
        names.filter(|name| self.sale(name) == Sale::Offered).collect()
    }

    /// Returns the monthly price in a place, net, as text.
    pub(super) fn price(self, location: &str) -> Option<&'a str> {
        let place = self.of.get("locations")?.get(location)?;
        place.get("price")?.get("net")?.as_text().map(|text| &**text)
    }

    fn text(self, name: &str) -> Option<&'a str> {
        self.of.get(name).and_then(Value::as_text).map(|text| &**text)
    }

    fn number(self, name: &str) -> i64 {
        let number = self.of.get(name).and_then(Value::as_number);
        // Memory may be a fraction of a GB; hundredths are enough to compare.
        number.and_then(hundredths).unwrap_or_default() / if name == "memory" { 1 } else { 100 }
    }
}

/// Returns what a change takes from a server's disk, for people.
pub(crate) fn wipe_text() -> &'static str {
    "everything on the server's own disk is lost"
}

fn hundredths(number: &Number) -> Option<i64> {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole: i64 = whole.parse().ok()?;
    let part: String = format!("{part:0<2}").chars().take(2).collect();
    Some(whole * 100 + part.parse::<i64>().ok()?)
}

/// How much two names differ: `cx22` and `cx23` are of one line and size.
fn unlike(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    one.len().max(other.len()) - same
}

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::text::Text;

    fn one(cores: i64, memory: i64, location: &str) -> Value {
        let place = Value::object([("is_available", Value::from(true))]);
        Value::object([
            ("cores", Value::from(cores)),
            ("memory", Value::from(memory)),
            ("disk", Value::from(40_i64)),
            ("architecture", Value::from("x86")),
            ("locations", Value::object([(Text::from(location), place)])),
        ])
    }

    #[test]
    fn the_nearest_is_no_smaller_and_is_sold_there() {
        let all = Value::object([
            ("cx23", one(2, 4, "fsn1")),
            ("cx33", one(4, 8, "fsn1")),
            ("cpx11", one(2, 4, "ash")),
            ("cx11", one(1, 2, "nowhere")),
        ]);
        let types = Types(&all);
        let nearest = |name: &str, place| types.nearest(name, Some(place)).map(|one| one.name);
        assert_eq!(nearest("cx11", "fsn1"), Some("cx23"));
        assert_eq!(nearest("cpx11", "fsn1"), Some("cx23"));
        assert_eq!(nearest("cx22", "fsn1"), Some("cx23"), "by its name, since nobody knows it");
        assert_eq!(nearest("cx33", "ash"), None);
        assert_eq!(types.get("cx33").unwrap().number("memory"), 800);
    }
}
