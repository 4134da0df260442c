//! One change: what is done, why, what it does to a running system, and the difference.

use super::View;
use crate::{
    render::{
        copies,
        diff::{Differ, Place, Symbol, same_entry},
        literal::{INDENT, WRITE_ONLY, quoted},
    },
    ui::Style,
};
use infra_model::{
    address::{InstanceKey, Mode},
    path::{Path, Step},
    schema::{Block, NestedBlock, Nesting},
    source::Span,
    text::Text,
    types::Type,
    value::Value,
};
use infra_plan::plan::{Action, Change, Reason, ReplaceCause};

/// Attributes that are shown unchanged, so that a reader knows what it is about.
const ALWAYS: [&str; 2] = ["id", "name"];

/// Column of the text of a block's attributes.
const BODY: usize = 8;

/// Returns whether a change is worth showing.
///
/// What is ephemeral is opened and closed, which is no change.
pub(super) fn is_shown(change: &Change) -> bool {
    let still =
        change.action == Action::NoOp && change.moved_from.is_none() && change.importing.is_none();
    !still && change.address.mode != Mode::Ephemeral
}

/// Writes one change.
pub(super) fn render(out: &mut String, change: &Change, view: &View<'_>) {
    header(out, change, view);
    let (symbol, style) = symbol(change);
    let block = match change.address.mode {
        Mode::Managed => "resource",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    };
    let title = format!("{block} \"{}\" \"{}\"", change.kind, change.address.name);
    if matches!(change.action, Action::Forget | Action::Adopt) {
        out.push_str(&format!("    {title}\n"));
        return;
    }
    out.push_str(&format!("{} {title} {{\n", view.paint.on(style, &format!("{symbol:>3}"))));
    let remark = |path: &Path| remark(change, view, path);
    let mut differ = Differ::new(view.paint, &remark);
    let null = Value::null(Type::Dynamic);
    let before = copies::masked(change.prior.as_ref().unwrap_or(&null));
    let after = copies::masked(change.planned.as_ref().unwrap_or(&null));
    let (before, after) = (before.as_ref(), after.as_ref());
    match view.kinds.get(change.address.mode, &change.kind) {
        Some(kind) => body(&mut differ, &kind.schema().block, (before, after), &Path::default()),
        None => differ.entries((before, after), Place::new(&Path::default(), BODY)),
    }
    out.push_str(&differ.finish());
    out.push_str("    }\n");
}

fn symbol(change: &Change) -> (&'static str, Style) {
    match change.action {
        Action::Create => ("+", Style::Create),
        Action::Update => ("~", Style::Update),
        Action::Replace if change.create_before_destroy => ("+/-", Style::Replace),
        Action::Replace => ("-/+", Style::Replace),
        Action::Delete => ("-", Style::Delete),
        Action::Read => ("<=", Style::Read),
        Action::NoOp | Action::Adopt | Action::Forget => (" ", Style::Dim),
    }
}

/// Writes the comment lines above a change.
fn header(out: &mut String, change: &Change, view: &View<'_>) {
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
    let line = view.paint.on(Style::Bold, &format!("  # {address}"));
    out.push_str(&format!("{line} {what}\n"));
    if let Some(from) = &change.moved_from {
        out.push_str(&format!("  # (moved from {from})\n"));
    }
    if let Some(id) = &change.importing {
        out.push_str(&format!("  # (imported from {id})\n"));
    }
    if change.action == Action::Forget {
        out.push_str("  # (destroy = false is set in the configuration)\n");
    } else if let Some(why) = because(change) {
        out.push_str(&format!("  # (because {why})\n"));
    }
    for impact in &change.impacts {
        let text = format!("  # ! {}: {}", super::sections::impact_word(impact.sort), impact.text);
        out.push_str(&format!("{}\n", view.paint.on(Style::Warning, &text)));
    }
}

fn because(change: &Change) -> Option<String> {
    use InstanceKey::{Any, Index, Name, None as NoKey};
    let key = &change.address.key;
    let configured = "is not in configuration";
    let resource = change.address.with_key(NoKey);
    Some(match change.reason? {
        Reason::NoResource | Reason::Removed => format!("{resource} {configured}"),
        Reason::NoMoveTarget => match &change.moved_from {
            Some(from) => format!("{from} was moved to {}, which {configured}", change.address),
            None => format!("{resource} {configured}"),
        },
        Reason::NoModule => format!("{} {configured}", change.address.module),
        Reason::NoKey => match key {
            Index(_) => format!("index {} is out of range for count", key_text(key)),
            NoKey | Name(_) | Any => format!("key {} is not in for_each map", key_text(key)),
        },
        Reason::WrongRepetition => match key {
            Index(_) => "resource does not use count".to_owned(),
            Name(_) => "resource does not use for_each".to_owned(),
            NoKey | Any => "resource uses count or for_each".to_owned(),
        },
        Reason::Deposed => "it was replaced, and its destruction is still due".to_owned(),
        Reason::Gone => "it was recorded, and is gone".to_owned(),
        Reason::Unknown => "its configuration is not known yet".to_owned(),
        Reason::DependsOn => "something that it depends on has changes pending".to_owned(),
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

/// Writes the attributes and blocks of a schema.
fn body(differ: &mut Differ<'_>, block: &Block, values: (&Value, &Value), path: &Path) {
    block_body(differ, block, values, &Place::new(path, BODY));
}

fn block_body(
    differ: &mut Differ<'_>,
    block: &Block,
    (before, after): (&Value, &Value),
    at: &Place<'_>,
) {
    let names: Vec<&Text> = block.attributes.keys().collect();
    let is_set = |v: Option<&Value>| v.is_some_and(|v| !v.is_null());
    let sent = |name: &Text| block.attributes.get(name).is_some_and(|a| a.write_only);
    // What is write-only is never known to be a change, so it goes with what it stands in.
    let whole = match (before.is_null(), after.is_null()) {
        (true, false) => Some(Symbol::Add),
        (false, true) => Some(Symbol::Remove),
        (true, true) | (false, false) => None,
    };
    let present = |name: &&&Text| sent(name) || is_set(before.get(name)) || is_set(after.get(name));
    let changed = |name: &&&Text| {
        sent(name) && whole.is_some() || !same_entry(before.get(name), after.get(name))
    };
    let shown: Vec<&&Text> = names
        .iter()
        .filter(present)
        .filter(|name| changed(name) || ALWAYS.contains(&&****name))
        .collect();
    let hidden = names.iter().filter(present).count() - shown.len();
    let width = shown.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for name in shown {
        let path = at.path.then(Step::Attribute((*name).clone()));
        let label = format!("{name:width$} = ");
        if let (Some(symbol), true) = (whole, sent(name)) {
            differ.line(symbol, at.indent, &format!("{label}{WRITE_ONLY}"));
            continue;
        }
        let place = Place::new(&path, at.indent);
        differ.entry(&label, before.get(name), after.get(name), &place);
    }
    if hidden > 0 {
        let noun = if hidden == 1 { "attribute" } else { "attributes" };
        differ.hidden(at.indent, &format!("{hidden} unchanged {noun} hidden"));
    }
    let mut unchanged = 0;
    for (name, nested) in &block.blocks {
        differ.separate();
        unchanged += blocks(differ, (name, nested), (before.get(name), after.get(name)), at);
    }
    if unchanged > 0 {
        differ.separate();
        let noun = if unchanged == 1 { "block" } else { "blocks" };
        differ.hidden(at.indent, &format!("{unchanged} unchanged {noun} hidden"));
    }
}

/// Writes the blocks of one type; returns how many are unchanged and not shown.
fn blocks(
    differ: &mut Differ<'_>,
    (name, nested): (&Text, &NestedBlock),
    (before, after): (Option<&Value>, Option<&Value>),
    at: &Place<'_>,
) -> usize {
    let path = at.path.then(Step::Attribute(name.clone()));
    let old = instances(nested, before);
    if after.is_some_and(|value| !value.is_known()) {
        let symbol = if old.is_empty() { Symbol::Add } else { Symbol::Change };
        differ.line(symbol, at.indent, &format!("{name} {{ (known after apply) }}"));
        return 0;
    }
    let mut unchanged = 0;
    for (step, before, after) in matched(nested, &old, &instances(nested, after)) {
        let symbol = match (before, after) {
            (Some(before), Some(after)) if same_entry(Some(before), Some(after)) => {
                unchanged += 1;
                continue;
            }
            (Some(_), Some(_)) => Symbol::Change,
            (None, _) => Symbol::Add,
            (Some(_), None) => Symbol::Remove,
        };
        let label = match &step {
            Some(Step::Key(key)) => format!("{name} {} {{", quoted(key)),
            Some(_) | None => format!("{name} {{"),
        };
        let inner = step.map_or_else(|| path.clone(), |step| path.then(step));
        differ.block(symbol, at.indent, &label, &[&path, &inner]);
        let null = Value::null(Type::Dynamic);
        let values = (before.unwrap_or(&null), after.unwrap_or(&null));
        block_body(differ, &nested.block, values, &Place::new(&inner, at.indent + INDENT));
        differ.line(Symbol::Keep, at.indent, "}");
    }
    unchanged
}

/// Returns the blocks of a value with the step that leads to each.
fn instances<'a>(nested: &NestedBlock, value: Option<&'a Value>) -> Vec<(Option<Step>, &'a Value)> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
    let items = value.items().unwrap_or_default().iter();
    match nested.nesting {
        Nesting::Single | Nesting::Group => vec![(None, value)],
        Nesting::List => items.enumerate().map(|(i, v)| (Some(Step::Index(i)), v)).collect(),
        Nesting::Set => items.map(|v| (Some(Step::Element(Box::new(v.clone()))), v)).collect(),
        Nesting::Map => {
            let entries = value.entries().unwrap_or_default().iter();
            entries.map(|(key, v)| (Some(Step::Key(key.clone())), v)).collect()
        }
    }
}

/// A place with the block before and after.
type Matched<'a> = (Option<Step>, Option<&'a Value>, Option<&'a Value>);

/// Pairs blocks that stand at the same place: of sets those that are equal.
fn matched<'a>(
    nested: &NestedBlock,
    old: &[(Option<Step>, &'a Value)],
    new: &[(Option<Step>, &'a Value)],
) -> Vec<Matched<'a>> {
    let is_set = nested.nesting == Nesting::Set;
    let find = |(step, value): &(Option<Step>, &Value), others: &[(Option<Step>, &'a Value)]| {
        let other = others.iter().find(|(other_step, other)| {
            if is_set { same_entry(Some(value), Some(other)) } else { step == other_step }
        });
        other.map(|(_, value)| *value)
    };
    let gone = old.iter().filter(|one| find(one, new).is_none());
    let gone = gone.map(|(step, value)| (step.clone(), Some(*value), None));
    let rest = new.iter().map(|one| (one.0.clone(), find(one, old), Some(one.1)));
    if is_set { gone.chain(rest).collect() } else { rest.chain(gone).collect() }
}
