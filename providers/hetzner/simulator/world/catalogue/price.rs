//! Prices: integers inside, decimal strings outside, so that no figure is ever rounded.

use serde_json::{Value, json};

/// Per cent that are added to net prices.
pub(crate) const VAT: u64 = 19;

/// Traffic that comes with a server: 20 TB.
const TRAFFIC_EUROPE: u64 = 20 * 1_000_000_000_000;

/// The same elsewhere.
const TRAFFIC_ELSEWHERE: u64 = 1_000_000_000_000;

/// A net price in ten-thousandths of a euro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price(pub u64);

impl Price {
    /// Returns the hourly price of a monthly one: it reaches the cap before the month ends.
    pub(crate) fn hourly(self) -> Self {
        Self(self.0.div_ceil(624))
    }

    /// Returns the price elsewhere.
    pub(crate) fn with_surcharge(self, per_cent: u64) -> Self {
        Self((self.0 * (100 + per_cent)).div_ceil(100))
    }

    /// Returns net and gross as the API writes them.
    pub(crate) fn answer(self) -> Value {
        let gross = self.0 * (100 + VAT);
        json!({
            "net": format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000),
            "gross": format!("{}.{:06}", gross / 1_000_000, gross % 1_000_000),
        })
    }
}

/// Returns the traffic that comes with something in a location, in bytes.
pub(crate) fn traffic(location: &str) -> u64 {
    let is_europe = matches!(location, "fsn1" | "nbg1" | "hel1");
    if is_europe { TRAFFIC_EUROPE } else { TRAFFIC_ELSEWHERE }
}

/// Returns the prices of something with traffic in a location.
pub(crate) fn with_traffic(location: &str, monthly: Price) -> Value {
    json!({
        "location": location,
        "price_hourly": monthly.hourly().answer(),
        "price_monthly": monthly.answer(),
        "included_traffic": traffic(location),
        "price_per_tb_traffic": Price(if location == "sin" { 74_000 } else { 10_000 }).answer(),
    })
}

#[cfg(test)]
mod tests {
    use super::Price;

    #[test]
    fn prices_are_exact_decimals() {
        let answer = Price(37_901).answer();
        assert_eq!((&answer["net"], &answer["gross"]), (&"3.7901".into(), &"4.510219".into()));
    }
}
