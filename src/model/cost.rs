//! What an object costs a month: exact decimals of a currency, never floats.
//!
//! A kind tells the cost of a value ([`crate::kind::Kind::cost`]); sums, differences and what is said
//! of them are the engine's.

use crate::text::Text;
pub use rust_decimal::{Decimal, RoundingStrategy as Rounding};

/// What an object costs a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The currency, such as `EUR`.
    pub currency: Text,
    /// Without taxes.
    pub net: Decimal,
    /// With taxes.
    pub gross: Decimal,
    /// What it is made of, in the order in which it is told; all together are the whole.
    pub parts: Vec<CostPart>,
}

/// A part of a cost, such as the backups of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostPart {
    /// What it is, such as `backups`.
    pub name: Text,
    /// Without taxes.
    pub net: Decimal,
    /// With taxes.
    pub gross: Decimal,
}

impl Cost {
    /// Returns the cost that is made of these parts.
    pub fn of(currency: impl Into<Text>, parts: Vec<CostPart>) -> Self {
        let sum = |amount: fn(&CostPart) -> Decimal| {
            parts.iter().map(amount).fold(Decimal::ZERO, Decimal::saturating_add)
        };
        let (net, gross) = (sum(|part| part.net), sum(|part| part.gross));
        Self { currency: currency.into(), net, gross, parts }
    }

    /// Returns whether it costs nothing.
    pub fn is_free(&self) -> bool {
        self.net.is_zero() && self.gross.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, CostPart, Decimal};

    #[test]
    fn the_parts_are_the_whole_exactly() {
        // With floats the sum of these is not 0.3.
        let part = |name: &str, net: &str| CostPart {
            name: name.into(),
            net: net.parse().unwrap(),
            gross: Decimal::from_str_exact(net).unwrap() * Decimal::new(119, 2),
        };
        let cost = Cost::of("EUR", vec![part("a", "0.1"), part("b", "0.2")]);
        assert_eq!(cost.net, Decimal::new(3, 1));
        assert_eq!(cost.gross, Decimal::new(357, 3));
        assert!(!cost.is_free() && Cost::of("EUR", Vec::new()).is_free());
    }
}
