//! What everything costs a month, below the counts; nothing where nothing has a price.

use super::{View, filled};
use crate::ui::Style;
use infra_plan::{
    cost::{self, Amount, CostTotal, money},
    plan::Plan,
};

const HEAD: &str = "Monthly cost:";

pub(super) fn render(out: &mut String, plan: &Plan, (view, alone): (&View<'_>, bool)) {
    let text = sentences(plan);
    if text.is_empty() {
        return;
    }
    if alone {
        out.push('\n');
    }
    let head = view.paint.on(Style::Bold, HEAD);
    out.push_str(&filled(&format!("{HEAD} {text}"), view.width).replacen(HEAD, &head, 1));
}

/// Returns what is said of the costs of a plan; empty if nothing has a price.
fn sentences(plan: &Plan) -> String {
    let mut said: Vec<String> = cost::totals(plan).iter().map(sentence).collect();
    said.extend(uncounted(plan.unpriced.len()));
    said.join(" ")
}

fn sentence(CostTotal { currency, before, after }: &CostTotal) -> String {
    let Amount { net, gross } = after;
    if before == after {
        return format!("{} {currency}, net; gross {}.", money(*net), money(*gross));
    }
    format!(
        "{} {currency} now, {} {currency} after this ({}), net; gross {} to {}.",
        money(before.net),
        money(*net),
        cost::difference(before.net, *net),
        money(before.gross),
        money(*gross)
    )
}

/// Returns what is said of the resources whose price cannot be told.
pub fn uncounted(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("Not counted: 1 resource whose price cannot be told.".to_owned()),
        _ => Some(format!("Not counted: {count} resources whose price cannot be told.")),
    }
}
