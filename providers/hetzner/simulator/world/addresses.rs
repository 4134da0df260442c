//! Addresses of the public net, one after the other, from networks that nobody routes.

use super::{World, dns_ptrs::Address};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// 198.18.0.0/15 is for benchmarks.
const FIRST_V4: u32 = 0xc612_0001;

impl World {
    /// Returns an address that nobody has.
    pub(crate) fn new_address(&mut self, is_v6: bool) -> Address {
        self.addresses += 1;
        let number = self.addresses;
        Address::new(if is_v6 {
            let [high, low] =
                [number >> 16, number & 0xffff].map(|part| u16::try_from(part).unwrap_or(0));
            IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, high, low, 0, 0, 0, 0))
        } else {
            // Both ends of each /24 are left out, as people expect.
            let host = number % 254 + number / 254 * 256;
            IpAddr::V4(Ipv4Addr::from(FIRST_V4.wrapping_add(host)))
        })
    }
}
