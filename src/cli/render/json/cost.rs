//! What things cost a month, as JSON: exact amounts, as text so that no reader makes floats of them.

use infra_model::cost::{Cost, Decimal};
use infra_plan::{
    cost::{self, Amount, CostChange},
    plan::{Action, Plan},
};
use serde::Serialize;

/// What an object costs before and after a change.
#[derive(Serialize)]
pub(super) struct CostChangeJson<'a> {
    before: Option<CostJson<'a>>,
    after: Option<CostJson<'a>>,
    /// One of them has a price that cannot be told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unpriced: bool,
}

#[derive(Serialize)]
struct CostJson<'a> {
    currency: &'a str,
    net: String,
    gross: String,
    parts: Vec<PartJson<'a>>,
}

#[derive(Serialize)]
struct PartJson<'a> {
    name: &'a str,
    net: String,
    gross: String,
}

/// What everything costs, by currency.
#[derive(Serialize)]
pub(super) struct CostsJson {
    totals: Vec<TotalJson>,
    unpriced: Vec<String>,
}

#[derive(Serialize)]
struct TotalJson {
    currency: String,
    before: AmountJson,
    after: AmountJson,
    difference: AmountJson,
}

#[derive(Serialize)]
struct AmountJson {
    net: String,
    gross: String,
}

/// The document of `infra cost`.
#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    resources: Vec<ResourceJson<'a>>,
    monthly_cost: CostsJson,
}

#[derive(Serialize)]
struct ResourceJson<'a> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    action: &'static str,
    monthly_cost: CostChangeJson<'a>,
}

/// Returns the costs of a plan as a document of their own.
pub fn costs(plan: &Plan) -> String {
    let priced = plan.changes.iter().filter_map(|c| Some((c, c.cost.as_deref()?)));
    super::document(&Document {
        format_version: "1.0",
        resources: priced
            .map(|(of, cost)| ResourceJson {
                address: of.address.to_string(),
                deposed: of.deposed.map(|generation| format!("{:08x}", generation.0)),
                action: word(of.action),
                monthly_cost: change(cost),
            })
            .collect(),
        monthly_cost: all(plan).unwrap_or(CostsJson { totals: Vec::new(), unpriced: Vec::new() }),
    })
}

fn word(action: Action) -> &'static str {
    match action {
        Action::NoOp | Action::Adopt => "no-op",
        Action::Read => "read",
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Forget => "forget",
    }
}

pub(super) fn change(change: &CostChange) -> CostChangeJson<'_> {
    CostChangeJson {
        before: change.before.as_ref().map(whole),
        after: change.after.as_ref().map(whole),
        unpriced: change.untold,
    }
}

/// Returns the sums of a plan; none if nothing in it has a price.
pub(super) fn all(plan: &Plan) -> Option<CostsJson> {
    let totals = cost::totals(plan);
    if totals.is_empty() && plan.unpriced.is_empty() {
        return None;
    }
    let total = |total: cost::CostTotal| {
        let (before, after) = (total.before, total.after);
        TotalJson {
            currency: total.currency.to_string(),
            before: amount(before),
            after: amount(after),
            difference: amount(Amount {
                net: after.net.saturating_sub(before.net),
                gross: after.gross.saturating_sub(before.gross),
            }),
        }
    };
    Some(CostsJson {
        totals: totals.into_iter().map(total).collect(),
        unpriced: plan.unpriced.iter().map(ToString::to_string).collect(),
    })
}

fn whole(cost: &Cost) -> CostJson<'_> {
    CostJson {
        currency: &cost.currency,
        net: exact(cost.net),
        gross: exact(cost.gross),
        parts: cost
            .parts
            .iter()
            .map(|part| PartJson {
                name: &part.name,
                net: exact(part.net),
                gross: exact(part.gross),
            })
            .collect(),
    }
}

fn amount(amount: Amount) -> AmountJson {
    AmountJson { net: exact(amount.net), gross: exact(amount.gross) }
}

fn exact(amount: Decimal) -> String {
    amount.normalize().to_string()
}
