//! Ranges of IPv4 addresses.

use std::{fmt, net::Ipv4Addr};

/// A range: its first address and the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cidr {
    base: u32,
    pub(crate) bits: u32,
}

/// The ranges that networks may be in (RFC 1918).
const PRIVATE: [Cidr; 3] = [
    Cidr { base: 0x0a00_0000, bits: 8 },
    Cidr { base: 0xac10_0000, bits: 12 },
    Cidr { base: 0xc0a8_0000, bits: 16 },
];

/// The address that servers' gateways have in every network.
pub(crate) const GATEWAY_OF_ALL: Ipv4Addr = Ipv4Addr::new(172, 31, 1, 1);

impl Cidr {
    /// Reads a range; none unless its address is the first of it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let (address, bits): (Ipv4Addr, u32) = (address.parse().ok()?, bits.parse().ok()?);
        let cidr = Self { base: u32::from(address), bits };
        (bits <= 32 && cidr.base & !cidr.mask() == 0).then_some(cidr)
    }

    pub(crate) fn base(self) -> Ipv4Addr {
        Ipv4Addr::from(self.base)
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - self.bits).unwrap_or(0)
    }

    fn last(self) -> u32 {
        self.base | !self.mask()
    }

    /// Returns the first address that a host can have.
    pub(crate) fn first_host(self) -> Ipv4Addr {
        Ipv4Addr::from(self.base.saturating_add(1))
    }

    /// Returns the addresses that hosts can have.
    pub(crate) fn hosts(self) -> impl Iterator<Item = Ipv4Addr> {
        (self.base.saturating_add(1)..self.last()).map(Ipv4Addr::from)
    }

    /// Returns whether a host can have an address.
    pub(crate) fn hosts_hold(self, ip: Ipv4Addr) -> bool {
        self.holds(ip) && u32::from(ip) != self.base && u32::from(ip) != self.last()
    }

    pub(crate) fn holds(self, ip: Ipv4Addr) -> bool {
        u32::from(ip) & self.mask() == self.base
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.bits <= other.bits && self.holds(other.base())
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Returns whether it is in one of the ranges for private networks.
    pub(crate) fn is_private(self) -> bool {
        PRIVATE.iter().any(|range| range.contains(self))
    }

    /// Returns the parts of a prefix length, in their order.
    pub(crate) fn parts(self, bits: u32) -> impl Iterator<Item = Self> {
        let step = 1_u32.checked_shl(32 - bits).unwrap_or(1);
        let count = 1_u32.checked_shl(bits.saturating_sub(self.bits)).unwrap_or(1);
        (0..count).map(move |at| Self { base: self.base + at * step, bits })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base(), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::Cidr;

    #[test]
    fn ranges_contain_and_overlap() {
        let read = |text: &str| Cidr::read(text).unwrap();
        assert!(read("10.0.0.0/8").contains(read("10.1.2.0/24")));
        assert!(!read("10.1.2.0/24").contains(read("10.0.0.0/8")));
        assert!(read("10.1.2.0/24").overlaps(read("10.0.0.0/8")));
        assert!(!read("10.1.2.0/24").overlaps(read("10.1.3.0/24")));
        assert!(read("0.0.0.0/0").contains(read("255.0.0.0/8")));
        assert!(read("172.31.0.0/16").is_private() && !read("172.32.0.0/16").is_private());
        assert_eq!(read("10.0.0.0/29").hosts().count(), 6);
        let parts: Vec<String> = read("10.0.0.0/23").parts(24).map(|p| p.to_string()).collect();
        assert_eq!(parts, ["10.0.0.0/24", "10.0.1.0/24"]);
        for wrong in ["10.0.0.1/24", "10.0.0.0", "10.0.0.0/33", "10.0.0/24", "x/8", "fd00::/8"] {
            assert_eq!(Cidr::read(wrong), None, "{wrong}");
        }
    }
}
