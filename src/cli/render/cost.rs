//! What everything costs a month, for people: resources with their parts, and the sums.

use crate::{
    render::plan::uncounted,
    ui::{Paint, Style},
};
use infra_model::cost::{CostPart, Decimal};
use infra_plan::{
    cost::{self, Amount, CostChange, CostTotal, money},
    plan::{Change, Plan},
};

/// What stands where there is no amount.
const NOTHING: &str = "-";
/// What stands where there is one that cannot be told.
const UNTOLD: &str = "?";

/// A line of the table.
struct Row {
    name: String,
    cells: [String; 2],
    bold: bool,
}

/// Returns the table of a plan's costs.
pub fn table(plan: &Plan, paint: Paint) -> String {
    let mut rows: Vec<Row> = Vec::new();
    for change in &plan.changes {
        if let Some(cost) = change.cost.as_deref() {
            resource(&mut rows, change, cost);
        }
    }
    let totals = cost::totals(plan);
    if rows.is_empty() && plan.unpriced.is_empty() {
        return "\nNothing in this configuration has a price.\n".to_owned();
    }
    let mut out = String::new();
    if !rows.is_empty() {
        rows.insert(0, row("A month, net", ["now".into(), "planned".into()], true));
        for total in &totals {
            sums(&mut rows, total);
        }
        print(&mut out, &rows, paint);
    }
    if let Some(said) = uncounted(plan.unpriced.len()) {
        out.push_str(&format!("\n{said}\n"));
        out.extend(plan.unpriced.iter().map(|address| format!("  {address}\n")));
    }
    out
}

fn resource(rows: &mut Vec<Row>, change: &Change, cost: &CostChange) {
    let mut name = change.address.to_string();
    if let Some(generation) = change.deposed {
        name.push_str(&format!(" (deposed object {})", generation.0));
    }
    let there = [change.prior.is_some(), change.planned.is_some()];
    let sides = [&cost.before, &cost.after];
    let cell = |at: usize| match sides[at] {
        Some(cost) => shown(cost.net, &cost.currency),
        None if cost.untold && there[at] => UNTOLD.to_owned(),
        None => NOTHING.to_owned(),
    };
    rows.push(row(name, [cell(0), cell(1)], false));
    let parts = |at: usize| sides[at].iter().flat_map(|cost| &cost.parts).collect::<Vec<_>>();
    let all = [parts(0), parts(1)];
    if all.iter().all(|parts| parts.len() < 2) {
        // The part is the whole.
        return;
    }
    for name in names(&all) {
        let part = |at: usize| {
            let found = all[at].iter().find(|part| *part.name == *name);
            match (found, sides[at]) {
                (Some(part), Some(cost)) => shown(part.net, &cost.currency),
                _ => NOTHING.to_owned(),
            }
        };
        rows.push(row(format!("  {name}"), [part(0), part(1)], false));
    }
}

/// Returns the names of all parts, once each, in the order in which they are told.
fn names<'a>(all: &[Vec<&'a CostPart>; 2]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for part in all.iter().flatten() {
        if !names.contains(&&*part.name) {
            names.push(&part.name);
        }
    }
    names
}

fn sums(rows: &mut Vec<Row>, CostTotal { currency, before, after }: &CostTotal) {
    let both = |of: fn(&Amount) -> Decimal| [before, after].map(|side| shown(of(side), currency));
    rows.push(row("", [String::new(), String::new()], false));
    rows.push(row("All, net", both(|amount| amount.net), true));
    rows.push(row("All, gross", both(|amount| amount.gross), true));
    if before != after {
        let more = |of: fn(&Amount) -> Decimal| {
            format!("{} {currency}", cost::difference(of(before), of(after)))
        };
        rows.push(row("Difference, net", [String::new(), more(|a| a.net)], false));
        rows.push(row("Difference, gross", [String::new(), more(|a| a.gross)], false));
    }
}

fn row(name: impl Into<String>, cells: [String; 2], bold: bool) -> Row {
    Row { name: name.into(), cells, bold }
}

fn shown(amount: Decimal, currency: &str) -> String {
    format!("{} {currency}", money(amount))
}

/// Names to the left, amounts to the right.
fn print(out: &mut String, rows: &[Row], paint: Paint) {
    let width = |text: &str| text.chars().count();
    let widest = |of: &dyn Fn(&Row) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let name = widest(&|row| width(&row.name));
    let cells = [0, 1].map(|at| widest(&|row| width(&row.cells[at])));
    out.push('\n');
    for row in rows {
        let [now, planned] = &row.cells;
        let line = format!("{:<name$}   {now:>1$}   {planned:>2$}", row.name, cells[0], cells[1]);
        let line = line.trim_end();
        let line = if row.bold { paint.on(Style::Bold, line) } else { line.to_owned() };
        out.push_str(&line);
        out.push('\n');
    }
}
