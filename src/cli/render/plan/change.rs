//! One change: what is done, why, what it does to a running system, and the difference.

use super::View;
use crate::{
    render::{
        copies,
        diff::{Compare, Options, Printer},
        literal::quoted,
    },
    ui::Style,
};
use infra_model::{
    address::{InstanceKey, Mode},
    path::{Path, Step},
    source::Span,
    types::Type,
    value::Value,
};
use infra_plan::plan::{Action, Change, Plan, Reason, ReplaceCause};

/// Column of the brace that closes a change.
const COLUMN: usize = 4;

/// Returns whether a change is worth showing.
///
/// What is ephemeral is opened and closed, which is no change.
pub(super) fn is_shown(change: &Change) -> bool {
    let still =
        change.action == Action::NoOp && change.moved_from.is_none() && change.importing.is_none();
    !still && change.address.mode != Mode::Ephemeral
}

/// Writes one change of a plan.
pub(super) fn render(out: &mut String, (plan, change): (&Plan, &Change), view: &View<'_>) {
    header(out, (plan, change), view);
    let (symbol, style) = symbol(change);
    let block = match change.address.mode {
        Mode::Managed => "resource",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    };
    let title = format!("{block} \"{}\" \"{}\"", change.kind, change.address.name);
    if change.action == Action::Adopt {
        out.push_str(&format!("    {title}\n"));
        return;
    }
    let symbol = view.paint.on(style, symbol);
    out.push_str(&format!("{symbol} {title} "));
    difference(out, change, view);
    out.push('\n');
}

/// Writes the difference in braces.
fn difference(out: &mut String, change: &Change, view: &View<'_>) {
    let remark = |path: &Path| remark(change, view, path);
    let null = Value::null(Type::Dynamic);
    let before = copies::masked(change.prior.as_ref().unwrap_or(&null));
    let forgotten = change.action == Action::Forget;
    let planned = if forgotten { &change.prior } else { &change.planned }.as_ref();
    let after = copies::masked(planned.unwrap_or(&null));
    let (before, after) = (before.as_ref(), after.as_ref());
    let compare = Compare { remark: &remark, masks: true };
    let printer = Printer { paint: view.paint, symbols: true };
    let options = Options { bare: false, all: change.importing.is_some() };
    if let Some(kind) = view.kinds.get(change.address.mode, &change.kind) {
        let body = compare.body(&kind.schema().block, (before, after), &Path::default());
        printer.body(out, &body, (COLUMN, options));
    } else {
        let node = compare.any(Some(before), Some(after));
        printer.text(out, &node, (COLUMN, options));
    }
}

fn symbol(change: &Change) -> (&'static str, Style) {
    match change.action {
        Action::Create => ("  +", Style::Create),
        Action::Update => ("  ~", Style::Update),
        Action::Replace if change.create_before_destroy => ("+/-", Style::Replace),
        Action::Replace => ("-/+", Style::Replace),
        Action::Delete => ("  -", Style::Delete),
        Action::Read => (" <=", Style::Read),
        Action::Forget => (" .", Style::Dim),
        Action::NoOp | Action::Adopt => ("   ", Style::Dim),
    }
}

/// Writes the comment lines above a change.
fn header(out: &mut String, (plan, change): (&Plan, &Change), view: &View<'_>) {
    let address = match change.deposed {
        Some(generation) => format!("{} (deposed object {})", change.address, generation.0),
        None => change.address.to_string(),
    };
    let what = match change.action {
        Action::Create => "will be created",
        Action::Update => "will be updated in-place",
        Action::Replace if change.reason == Some(Reason::Tainted) => {
            "is tainted, so must be replaced"
        }
        Action::Replace if change.reason == Some(Reason::Requested) => {
            "will be replaced, as requested"
        }
        Action::Replace if change.reason == Some(Reason::Triggered) => {
            "will be replaced due to changes in replace_triggered_by"
        }
        Action::Replace => "must be replaced",
        Action::Delete => "will be destroyed",
        Action::Read => "will be read during apply",
        Action::NoOp if change.importing.is_some() => "will be imported",
        Action::NoOp => "has moved",
        Action::Adopt => "was created by a run that was cut off, and is taken into the state",
        Action::Forget => "will no longer be managed by infra, but will not be destroyed",
    };
    let what = alarming(what, view);
    moved_or_named(out, change, (&address, &what), view);
    if plan.generated_config.contains_key(&change.address) {
        out.push_str("  # (config will be generated)\n");
    }
    if change.action == Action::Forget {
        out.push_str(" # (destroy = false is set in the configuration)\n");
    } else if let Some(why) = because(change) {
        out.push_str(&format!("  # ({why})\n"));
    }
    for impact in &change.impacts {
        let text = format!("  # ! {}: {}", super::sections::impact_word(impact.sort), impact.text);
        out.push_str(&format!("{}\n", view.paint.on(Style::Warning, &text)));
    }
}

/// Writes the address with what becomes of it, and where it comes from.
fn moved_or_named(
    out: &mut String,
    change: &Change,
    (address, what): (&str, &str),
    view: &View<'_>,
) {
    let bold = |text: String| view.paint.on(Style::Bold, &text);
    let is_still = change.action == Action::NoOp;
    let moved = change.moved_from.as_ref();
    let from = change.importing.as_ref();
    match (moved, from) {
        (Some(moved), None) if is_still => {
            let line = bold(format!("  # {moved}"));
            return out.push_str(&format!("{line} has moved to {}\n", bold(address.to_owned())));
        }
        _ => {
            let indent = if change.action == Action::Forget { " " } else { "  " };
            let line = bold(format!("{indent}# {address}"));
            out.push_str(&format!("{line} {what}\n"));
        }
    }
    if let Some(moved) = moved {
        out.push_str(&format!("  # (moved from {moved})\n"));
    }
    if let (Some(id), false) = (from, is_still) {
        out.push_str(&format!("  # (imported from {id})\n"));
    }
}

fn because(change: &Change) -> Option<String> {
    use InstanceKey::{Any, Index, Name, None as NoKey};
    let key = &change.address.key;
    let configured = "is not in configuration";
    let resource = change.address.with_key(NoKey);
    Some(match change.reason? {
        Reason::NoResource | Reason::Removed => format!("because {resource} {configured}"),
        Reason::NoMoveTarget => match &change.moved_from {
            Some(from) => {
                format!("because {from} was moved to {}, which {configured}", change.address)
            }
            None => format!("because {resource} {configured}"),
        },
        Reason::NoModule => format!("because {} {configured}", change.address.module),
        Reason::NoKey => match key {
            Index(_) => format!("because index {} is out of range for count", key_text(key)),
            Name(_) | Any => format!("because key {} is not in for_each map", key_text(key)),
            NoKey => format!("because enabled is false for {resource}"),
        },
        Reason::WrongRepetition => match key {
            Index(_) => "because resource does not use count".to_owned(),
            Name(_) => "because resource does not use for_each".to_owned(),
            NoKey | Any => "because resource uses count or for_each".to_owned(),
        },
        Reason::Deposed => {
            "left over from a partially-failed replacement of this instance".to_owned()
        }
        Reason::Gone => "because it was recorded, and is gone".to_owned(),
        Reason::Unknown => "config refers to values not yet known".to_owned(),
        Reason::DependsOn => "depends on a resource or a module with changes pending".to_owned(),
        Reason::Tainted | Reason::Requested | Reason::CannotUpdate | Reason::Triggered => {
            return None;
        }
    })
}

/// Returns an instance key as it stands behind an address, brackets included.
fn key_text(key: &InstanceKey) -> String {
    match key {
        InstanceKey::None => String::new(),
        InstanceKey::Index(index) => format!("[{index}]"),
        InstanceKey::Name(name) => format!("[{}]", quoted(name)),
        InstanceKey::Any => "[*]".to_owned(),
    }
}

/// Returns the remark behind an attribute.
fn remark(change: &Change, view: &View<'_>, path: &Path) -> Option<String> {
    // What is inside the list or set of an attribute is shown without a place of its own.
    let kind = view.kinds.get(change.address.mode, &change.kind);
    let is_attribute = kind.is_some_and(|k| k.schema().block.attribute_at(path).is_some());
    let within = |cause: &ReplaceCause| {
        let next = cause.path.0.get(path.0.len());
        let is_element = matches!(next, Some(Step::Index(_) | Step::Element(_)));
        cause.path == *path || is_attribute && is_element && cause.path.starts_with(path)
    };
    let cause = change.replace.iter().find(|cause| within(cause))?;
    let place = cause.span.and_then(|span| place(view, span));
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    Some(view.paint.on(Style::Delete, &format!("# forces replacement{place}")))
}

/// Returns `file:line` of a span.
pub(super) fn place(view: &View<'_>, span: Span) -> Option<String> {
    let sources = view.program.sources();
    let position = sources.position(span.source, span.start)?;
    Some(format!("{}:{}", sources.file(span.source)?.name, position.line))
}

/// Returns what is done with the word in red that tells of a loss, as Terraform shows it.
fn alarming(what: &str, view: &View<'_>) -> String {
    for word in ["destroyed", "replaced"] {
        if !what.contains("not be") && what.contains(&format!("be {word}")) {
            return what.replacen(word, &view.paint.on(Style::Alarm, word), 1);
        }
    }
    what.to_owned()
}
