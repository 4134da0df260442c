//! What a plan costs: per change, in all, and in words.
//!
//! The kinds tell what values cost; here is what the plan makes of it.

use crate::plan::Plan;
use infra_model::{
    cost::{Cost, Decimal, Rounding},
    kind::{Impact, ImpactSort},
    text::Text,
};

/// What the object of a change costs a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostChange {
    /// As it is now; `None` if there is no object or its price cannot be told.
    pub before: Option<Cost>,
    /// As it is planned; `None` if there will be no object or its price cannot be told.
    pub after: Option<Cost>,
    /// There is a price that cannot be told; such objects are left out of all sums.
    pub untold: bool,
}

/// An amount without and with taxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Without taxes.
    pub net: Decimal,
    /// With taxes.
    pub gross: Decimal,
}

/// What everything costs a month in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostTotal {
    /// The currency.
    pub currency: Text,
    /// As it is now.
    pub before: Amount,
    /// As it is planned.
    pub after: Amount,
}

impl Amount {
    fn add(&mut self, cost: &Cost) {
        self.net = self.net.saturating_add(cost.net);
        self.gross = self.gross.saturating_add(cost.gross);
    }
}

/// Returns the sums of a plan, by currency; none if nothing in it has a price.
pub fn totals(plan: &Plan) -> Vec<CostTotal> {
    let mut totals: Vec<CostTotal> = Vec::new();
    let told = plan.changes.iter().filter_map(|change| change.cost.as_deref());
    for CostChange { before, after, .. } in told.filter(|cost| !cost.untold) {
        if let Some(before) = before {
            total(&mut totals, &before.currency).before.add(before);
        }
        if let Some(after) = after {
            total(&mut totals, &after.currency).after.add(after);
        }
    }
    totals.sort_by(|a, b| a.currency.cmp(&b.currency));
    totals
}

fn total<'a>(totals: &'a mut Vec<CostTotal>, currency: &Text) -> &'a mut CostTotal {
    let found = totals.iter().position(|total| total.currency == *currency);
    let at = found.unwrap_or_else(|| {
        let (before, after) = (Amount::default(), Amount::default());
        totals.push(CostTotal { currency: currency.clone(), before, after });
        totals.len() - 1
    });
    &mut totals[at]
}

/// Returns an amount for people: two decimals, or four of what is less than a cent.
pub fn money(amount: Decimal) -> String {
    let shown = |places| amount.round_dp_with_strategy(places, Rounding::MidpointAwayFromZero);
    if shown(2).is_zero() && !amount.is_zero() {
        return shown(4).normalize().to_string();
    }
    format!("{:.2}", shown(2))
}

/// Returns a difference for people, with its sign.
pub fn difference(before: Decimal, after: Decimal) -> String {
    let difference = after.saturating_sub(before);
    let sign = if difference.is_sign_negative() { "" } else { "+" };
    format!("{sign}{}", money(difference))
}

/// Returns the consequence of a change that costs more or less than what is there.
pub(crate) fn impact(cost: &CostChange) -> Option<Impact> {
    let text = match (&cost.before, &cost.after) {
        _ if cost.untold => return None,
        (None, None) => return None,
        (Some(only), None) | (None, Some(only)) if only.is_free() => return None,
        (None, Some(after)) => {
            format!("{} {} a month", difference(Decimal::ZERO, after.net), after.currency)
        }
        (Some(before), None) => {
            format!("{} {} a month", difference(before.net, Decimal::ZERO), before.currency)
        }
        (Some(before), Some(after)) if before.currency != after.currency => {
            let (was, is) = (money(before.net), money(after.net));
            format!("{was} {} to {is} {} a month", before.currency, after.currency)
        }
        (Some(before), Some(after)) => {
            if (before.net, before.gross) == (after.net, after.gross) {
                return None;
            }
            let (was, is) = (money(before.net), money(after.net));
            let more = difference(before.net, after.net);
            format!("{was} to {is} {} a month ({more})", after.currency)
        }
    };
    Some(Impact { sort: ImpactSort::Cost, text: format!("{text}, net").into() })
}

#[cfg(test)]
mod tests {
    use super::{Cost, CostChange, Decimal, difference, impact, money};
    use infra_model::cost::CostPart;

    fn cost(currency: &str, net: &str) -> Cost {
        let net: Decimal = net.parse().unwrap();
        Cost::of(currency, vec![CostPart { name: "all".into(), net, gross: net }])
    }

    fn said(before: Option<Cost>, after: Option<Cost>) -> Option<String> {
        let change = CostChange { before, after, untold: false };
        impact(&change).map(|impact| impact.text.to_string())
    }

    #[test]
    fn amounts_are_rounded_for_people_alone() {
        let shown = |text: &str| money(text.parse().unwrap());
        assert_eq!(
            ["4.1549", "4.155", "0", "0.004", "-3.5", "1000000"].map(shown),
            ["4.15", "4.16", "0.00", "0.004", "-3.50", "1000000.00"]
        );
        assert_eq!(difference(Decimal::new(45, 1), Decimal::new(3, 0)), "-1.50");
        assert_eq!(difference(Decimal::ONE, Decimal::ONE), "+0.00");
    }

    #[test]
    fn a_change_that_costs_more_or_less_says_so() {
        let (four, eight) = (cost("EUR", "4.15"), cost("EUR", "8.30"));
        let some = |cost: &Cost| Some(cost.clone());
        assert_eq!(said(None, some(&four)).unwrap(), "+4.15 EUR a month, net");
        assert_eq!(said(some(&four), None).unwrap(), "-4.15 EUR a month, net");
        assert_eq!(
            said(some(&four), some(&eight)).unwrap(),
            "4.15 to 8.30 EUR a month (+4.15), net"
        );
        assert_eq!(
            said(some(&four), Some(cost("USD", "9"))).unwrap(),
            "4.15 EUR to 9.00 USD a month, net"
        );
        assert_eq!(said(some(&four), some(&four)), None);
        assert_eq!(said(None, Some(cost("EUR", "0"))), None);
        let untold = CostChange { before: Some(four), after: None, untold: true };
        assert_eq!(impact(&untold), None);
    }
}
