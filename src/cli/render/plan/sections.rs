//! The parts of a plan's text around the changes.

use super::{View, change::place};
use crate::{
    render::{
        copies,
        diff::{Compare, Node, Options, Printer, Symbol, key},
    },
    ui::Style,
};
use infra_model::{
    journal::{Time, Verb},
    kind::ImpactSort,
    path::Path,
    value::Value,
};
use infra_plan::plan::{Action, DeferredReason, Drift, InterruptedEnd, Plan, PlanMode};

/// Column of the text of what stands outermost.
const COLUMN: usize = 4;

/// How much drift that leads to nothing is listed by name.
const FOLDED: usize = 10;

/// Returns the word for a sort of consequence.
pub(super) fn impact_word(sort: ImpactSort) -> &'static str {
    match sort {
        ImpactSort::DataLoss => "data loss",
        ImpactSort::Irreversible => "irreversible",
        ImpactSort::Exposure => "exposure",
        ImpactSort::Downtime => "downtime",
        ImpactSort::Cost => "cost",
    }
}

/// Writes what the symbols mean, those that occur.
pub(super) fn legend(out: &mut String, plan: &Plan, view: &View<'_>) {
    let has = |action: Action| {
        plan.changes.iter().any(|c| c.action == action && super::change::is_shown(c))
    };
    let replaces = |before: bool| {
        plan.changes
            .iter()
            .any(|c| c.action == Action::Replace && c.create_before_destroy == before)
    };
    let lines = [
        (has(Action::Create), Style::Create, "  +", "create"),
        (has(Action::Update), Style::Update, "  ~", "update in-place"),
        (has(Action::Delete), Style::Delete, "  -", "destroy"),
        (replaces(false), Style::Replace, "-/+", "destroy and then create replacement"),
        (replaces(true), Style::Replace, "+/-", "create replacement and then destroy"),
        (has(Action::Read), Style::Read, " <=", "read (data sources)"),
        (has(Action::Forget), Style::Dim, "  .", "forget, without destroying"),
    ];
    if !lines.iter().any(|line| line.0) {
        return;
    }
    out.push_str("\nActions are indicated with the following symbols:\n");
    for (_, style, symbol, meaning) in lines.into_iter().filter(|line| line.0) {
        out.push_str(&format!("{} {meaning}\n", view.paint.on(style, symbol)));
    }
}

/// Writes what has changed outside: in full where it leads to a change, folded where it does not.
pub(super) fn drift(out: &mut String, plan: &Plan, view: &View<'_>) {
    if plan.drift.is_empty() {
        return;
    }
    out.push_str(&format!("\n{}\n", view.paint.on(Style::Bold, "Changed outside of infra:")));
    // What a refresh-only plan is about is shown in full.
    let in_full = |drift: &&Drift| drift.relevant || plan.mode == PlanMode::RefreshOnly;
    for drift in plan.drift.iter().filter(in_full) {
        let what = match drift.observed {
            Some(_) => "has changed",
            None => "is gone",
        };
        out.push_str(&format!("\n  # {} {what}\n", drift.address));
        if let Some(observed) = &drift.observed {
            out.push_str(&changed_outside(drift, observed, view));
        }
    }
    let folded: Vec<String> =
        plan.drift.iter().filter(|d| !in_full(d)).map(|d| d.address.to_string()).collect();
    if !folded.is_empty() {
        let named = folded.iter().take(FOLDED).cloned().collect::<Vec<_>>().join(", ");
        let more = folded.len().saturating_sub(FOLDED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        out.push_str(&format!("\n  # No change follows from what has changed at {named}{more}.\n"));
    }
}

/// Returns the attributes of an object that have changed outside.
fn changed_outside(drift: &Drift, observed: &Value, view: &View<'_>) -> String {
    let compare = Compare { remark: &|_| None, masks: true };
    let recorded = copies::masked(&drift.recorded);
    let observed = copies::masked(observed);
    let kind = view.kinds.get(drift.address.mode, &drift.kind);
    let symbol = view.paint.on(Style::Update, "  ~");
    let address = &drift.address;
    let printer = Printer { paint: view.paint, symbols: true };
    let mut out = format!("{symbol} resource \"{}\" \"{}\" ", address.kind, address.name);
    if let Some(kind) = kind {
        let values = (recorded.as_ref(), observed.as_ref());
        let body = compare.body(&kind.schema().block, values, &Path::default());
        printer.body(&mut out, &body, (COLUMN, Options::default()));
    } else {
        let node = compare.any(Some(&recorded), Some(&observed));
        printer.text(&mut out, &node, (COLUMN, Options::default()));
    }
    out.push('\n');
    out
}

/// Writes which creates of earlier runs are uncertain.
pub(super) fn uncertain(out: &mut String, plan: &Plan, view: &View<'_>) {
    if plan.uncertain.is_empty() {
        return;
    }
    out.push_str(&format!("\n{}\n\n", view.paint.on(Style::Warning, "Uncertain:")));
    for uncertain in &plan.uncertain {
        let Time(at) = uncertain.intent.at;
        let at = infra_state::moment::text(Time(at));
        let address = &uncertain.intent.address;
        if uncertain.in_flight {
            out.push_str(&format!(
                "  # {address}: create in flight since {at}, by the run that holds the lock\n"
            ));
            continue;
        }
        out.push_str(&format!(
            "  # {address}: create started at {at} was cut off; it may exist.\n  #   Until that \
             is known, nothing is planned for it or for what depends on it.\n"
        ));
        for why in &uncertain.why {
            out.push_str(&format!("  #   {}\n", why.summary));
        }
        out.push_str(&format!(
            "  #   To settle it by hand: an `import` block takes it over; \
             infra state rm '{address}' forgets it\n"
        ));
    }
}

/// Writes how the steps of an earlier run ended that was cut off.
pub(super) fn interrupted(out: &mut String, plan: &Plan, view: &View<'_>) {
    if plan.interrupted.is_empty() {
        return;
    }
    let title = "Steps of an earlier run that was cut off:";
    out.push_str(&format!("\n{}\n\n", view.paint.on(Style::Bold, title)));
    for found in &plan.interrupted {
        let at = infra_state::moment::text(found.intent.at);
        let verb = match found.intent.verb {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
        };
        let end = match found.end {
            InterruptedEnd::Adopted => "it had happened, and what it made is taken into the state",
            InterruptedEnd::NotFound => "it left nothing behind",
            InterruptedEnd::StillThere => "the object is still there, as it is shown here",
            InterruptedEnd::Gone => "the object is gone",
        };
        out.push_str(&format!("  # {}: {verb} of {at}: {end}\n", found.intent.address));
    }
}

/// Writes which objects die with the host they live on.
pub(super) fn lost(out: &mut String, plan: &Plan, view: &View<'_>) {
    if plan.lost.is_empty() {
        return;
    }
    let title = "Lost with the host they live on:";
    out.push_str(&format!("\n{}\n\n", view.paint.on(Style::Warning, title)));
    for lost in &plan.lost {
        out.push_str(&format!("  - {} (with {})\n", lost.address, lost.with));
    }
}

/// Writes what can only be planned later, and after what.
pub(super) fn deferred(out: &mut String, plan: &Plan, view: &View<'_>) {
    if plan.deferred.is_empty() {
        return;
    }
    out.push_str(&format!(
        "\n{}\n\n",
        view.paint.on(
            Style::Bold,
            "Deferred: planned in the same apply, once what they wait for is known"
        )
    ));
    for deferred in &plan.deferred {
        let after: Vec<String> = deferred.waits_for.iter().map(|a| format!("`{a}`")).collect();
        let why = match deferred.reason {
            DeferredReason::Expansion => "the number of instances is not known",
            DeferredReason::Provider => "the configuration of its provider is not known",
            DeferredReason::Dependency => "it needs something that is deferred",
        };
        let where_ = deferred.span.and_then(|span| place(view, span));
        let where_ = where_.map(|place| format!(", {place}")).unwrap_or_default();
        let after =
            if after.is_empty() { String::new() } else { format!(" after {}", after.join(", ")) };
        out.push_str(&format!("  # {}{after} ({why}{where_})\n", deferred.address));
    }
}

/// Writes which outputs change.
pub(super) fn outputs(out: &mut String, plan: &Plan, view: &View<'_>) {
    let compare = Compare { remark: &|_| None, masks: true };
    let nodes: Vec<(String, Node)> = plan
        .outputs
        .iter()
        // One that is null is as good as none.
        .filter(|(_, output)| output.prior.is_some() || output.is_change())
        .map(|(name, output)| {
            let after = output.planned.as_ref().filter(|value| !value.is_null());
            (key(name).into_owned(), compare.any(output.prior.as_ref(), after))
        })
        .collect();
    if nodes.iter().all(|(_, node)| node.symbol == Symbol::Keep) {
        return;
    }
    out.push_str("\nChanges to Outputs:\n");
    let width = nodes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let printer = Printer { paint: view.paint, symbols: true };
    for (name, node) in nodes.iter().filter(|(_, node)| node.symbol != Symbol::Keep) {
        let name = format!("{name:width$}");
        printer.field(out, &name, node, (COLUMN, Options::default()));
    }
    if !plan.changes.iter().any(super::change::is_shown) && plan.deferred.is_empty() {
        out.push_str(
            "\nYou can apply this plan to save these new output values to the infra\nstate, without \
             changing any real infrastructure.\n",
        );
    }
}

/// Writes the consequences again, the gravest first, where the eye is when it decides.
pub(super) fn impacts(out: &mut String, plan: &Plan, view: &View<'_>) {
    let of_changes =
        plan.changes.iter().flat_map(|c| c.impacts.iter().map(move |i| (i, &c.address)));
    let of_deferred =
        plan.deferred.iter().flat_map(|d| d.impacts.iter().map(move |i| (i, &d.address)));
    let mut all: Vec<_> = of_changes.chain(of_deferred).collect();
    if all.is_empty() {
        return;
    }
    all.sort();
    out.push_str(&format!("\n{}\n", view.paint.on(Style::Warning, "Consequences:")));
    for (impact, address) in all {
        let word = impact_word(impact.sort);
        out.push_str(&format!("  ! {word}: {address}: {}\n", impact.text));
    }
}
