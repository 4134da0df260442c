//! Plans as text, for reading in tests.

use crate::{applier::Estate, builder::Config};
use infra_model::{kind::ImpactSort, value::Value};
use infra_plan::plan::{Action, Change, Plan, Work};

/// Plans and compares with what is expected, line by line.
#[track_caller]
pub(crate) fn check(estate: &mut Estate, config: &Config, expected: &str) -> Plan {
    let (plan, said) = estate.plan(config);
    let mut text = render(&plan);
    for diagnostic in &said {
        let sort = if diagnostic.is_error() { "error" } else { "warning" };
        let code = diagnostic.code.trim_start_matches("infra::plan::");
        text.push_str(&format!("{sort} {code}: {}\n", diagnostic.summary));
    }
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let actual: Vec<&str> = text.lines().map(str::trim).collect();
    assert!(actual == expected, "\n--- expected\n{}\n--- actual\n{text}", expected.join("\n"));
    plan
}

/// Changes but no-ops, then what else there is, then the order.
pub(crate) fn render(plan: &Plan) -> String {
    let mut lines: Vec<String> = Vec::new();
    for change in plan.changes.iter().filter(|c| c.action != Action::NoOp || c.moved_from.is_some())
    {
        lines.push(line(change));
        // That a new server costs what it costs, and one that goes does not any more, is in `costs`.
        let is_kept = change.prior.is_some() && change.planned.is_some();
        let told = change.impacts.iter().filter(|i| is_kept || i.sort != ImpactSort::Cost);
        lines.extend(told.map(|i| format!("  ! {:?}: {}", i.sort, i.text)));
    }
    for drift in &plan.drift {
        let what = if drift.observed.is_some() { "changed" } else { "gone" };
        let open = if drift.relevant { "" } else { " (no change follows)" };
        lines.push(format!("drift {} {what}{open}", drift.address));
    }
    for lost in &plan.lost {
        lines.push(format!("lost {} with {}", lost.address, lost.with));
    }
    for deferred in &plan.deferred {
        let waits: Vec<String> = deferred.waits_for.iter().map(ToString::to_string).collect();
        let (address, reason) = (&deferred.address, deferred.reason);
        lines.push(format!("deferred {address} {reason:?} after {}", waits.join(", ")));
    }
    for interrupted in &plan.interrupted {
        let intent = &interrupted.intent;
        lines.push(format!(
            "interrupted {:?} {} {:?}",
            intent.verb, intent.address, interrupted.end
        ));
    }
    for uncertain in &plan.uncertain {
        let how = if uncertain.in_flight { "in flight" } else { "uncertain" };
        lines.push(format!("{how} {}", uncertain.intent.address));
    }
    for (name, output) in &plan.outputs {
        if output.prior != output.planned {
            let show = |v: &Option<Value>| v.as_ref().map_or("-".to_owned(), ToString::to_string);
            lines.push(format!(
                "output {name}: {} -> {}",
                show(&output.prior),
                show(&output.planned)
            ));
        }
    }
    for step in plan.steps.iter().filter(|step| step.work != Work::Join) {
        let work = match step.work {
            Work::Create { depose: Some(_), .. } => "create+depose",
            Work::Create { .. } => "create",
            Work::Update => "update",
            Work::Delete => "delete",
            Work::Read => "read",
            Work::Join => "join",
        };
        lines.push(format!("{work} {}", step.address));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn line(change: &Change) -> String {
    let sign = match change.action {
        Action::NoOp => "=",
        Action::Read => "<=",
        Action::Create => "+",
        Action::Update => "~",
        Action::Replace if change.create_before_destroy => "+/-",
        Action::Replace => "-/+",
        Action::Delete => "-",
        Action::Adopt => "adopt",
        Action::Forget => "forget",
    };
    let mut line = format!("{sign} {}", change.address);
    if let Some(generation) = change.deposed {
        line.push_str(&format!(" #{}", generation.0));
    }
    if let Some(reason) = change.reason {
        line.push_str(&format!(" ({reason:?})"));
    }
    if let Some(from) = &change.moved_from {
        line.push_str(&format!(" from {from}"));
    }
    if change.importing.is_some() {
        line.push_str(" importing");
    }
    for cause in &change.replace {
        line.push_str(&format!(" forced by {}", cause.path));
    }
    if let (Some(prior), Some(planned)) = (&change.prior, &change.planned) {
        line.push_str(&differences(prior, planned));
    }
    line
}

fn differences(prior: &Value, planned: &Value) -> String {
    let mut text = String::new();
    for (name, after) in planned.entries().unwrap_or_default() {
        let before = prior.get(name).cloned();
        let same = before.as_ref().is_some_and(|b| b.equality(after) == Some(true));
        if !same {
            let before = before.map_or("-".to_owned(), |b| b.to_string());
            text.push_str(&format!("; {name}: {before} -> {after}"));
        }
    }
    text
}
