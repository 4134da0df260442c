//! Addresses and ranges.

use super::{text, wrong};
use infra_model::{diagnostic::Diagnostics, value::Value};
use std::net::{IpAddr, Ipv4Addr};

/// The ranges that networks may use, with the length of each.
const PRIVATE: [(Ipv4Addr, u32); 3] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    start: u32,
    length: u32,
}

impl Range {
    /// Reads a range such as `10.0.0.0/16`; `None` if it is none, or has bits beyond its length.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, length): (Ipv4Addr, u32) = (address.parse().ok()?, length.parse().ok()?);
        let range = Self { start: address.into(), length };
        (length <= 32 && range.start & !range.mask() == 0).then_some(range)
    }

    /// Returns whether another range lies within this.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.length <= other.length && other.start & self.mask() == self.start
    }

    /// Returns whether this is another range grown at its end.
    pub(crate) fn extends(self, other: Self) -> bool {
        self.start == other.start && self.length < other.length
    }

    /// Returns whether an address lies in it.
    pub(crate) fn has(self, address: &str) -> bool {
        let address = address.parse::<Ipv4Addr>().map(u32::from);
        address.is_ok_and(|address| address & self.mask() == self.start)
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - self.length).unwrap_or(0)
    }

    fn is_private(self) -> bool {
        PRIVATE
            .iter()
            .any(|(start, length)| Self { start: (*start).into(), length: *length }.holds(self))
    }
}

/// Judges a private range that is at least as large as a length says.
pub(crate) fn range(desired: &Value, name: &str, length_max: u32) -> Diagnostics {
    judged(
        desired,
        name,
        |range| range.is_private() && range.length <= length_max,
        || format!("use a private range of IPv4 of at least /{length_max}, such as `10.0.0.0/16`"),
    )
}

/// Judges where a route leads to.
pub(crate) fn route_range(desired: &Value, name: &str) -> Diagnostics {
    let everywhere = Range { start: 0, length: 0 };
    judged(
        desired,
        name,
        |range| range.is_private() || range == everywhere,
        || "use a private range of IPv4, or `0.0.0.0/0`".to_owned(),
    )
}

/// Judges an address.
pub(crate) fn address(desired: &Value, name: &str) -> Diagnostics {
    let Some(given) = text(desired, name) else { return Diagnostics::new() };
    if given.parse::<IpAddr>().is_ok() {
        return Diagnostics::new();
    }
    let summary = format!("`{given}` is no IP address");
    vec![wrong(name, summary, "write an address such as `10.0.0.2` or `2001:db8::1`")]
}

fn judged(
    desired: &Value,
    name: &str,
    is_right: impl Fn(Range) -> bool,
    help: impl Fn() -> String,
) -> Diagnostics {
    let Some(given) = text(desired, name) else { return Diagnostics::new() };
    match Range::read(given) {
        Some(range) if is_right(range) => Diagnostics::new(),
        Some(_) => vec![wrong(name, format!("`{name}` can't be `{given}`"), help())],
        None => {
            let summary = format!("`{given}` is no range of addresses");
            vec![wrong(name, summary, help())]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_private_and_large_enough() {
        let of = |text: &str| {
            range(&Value::object([("ip_range", Value::from(text))]), "ip_range", 24).len()
        };
        for good in ["10.0.0.0/8", "172.16.5.0/24", "192.168.0.0/16"] {
            assert_eq!(of(good), 0, "{good}");
        }
        for bad in ["10.0.0.1/8", "11.0.0.0/8", "10.0.0.0/25", "10.0.0.0", "x", "10.0.0.0/33"] {
            assert_eq!(of(bad), 1, "{bad}");
        }
    }

    #[test]
    fn a_range_holds_those_within_it() {
        let read = |text: &str| Range::read(text).unwrap();
        assert!(read("10.0.0.0/8").holds(read("10.1.0.0/16")));
        assert!(!read("10.1.0.0/16").holds(read("10.0.0.0/8")));
        assert!(!read("10.1.0.0/16").holds(read("10.2.0.0/16")));
    }
}
