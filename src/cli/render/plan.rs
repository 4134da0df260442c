//! The plan for people: what was found, each change, the counts, the outputs, the consequences.
//!
//! The text of a change and of an output is Terraform's, line by line. Deliberately different:
//!
//! - "infra will perform the following actions", and a shorter line before the symbols, of which
//!   those of the plan are listed.
//! - Below the counts stands what everything costs, where something has a price.
//! - Consequences stand above each change and again behind all of them.
//! - What changed outside, what is uncertain, interrupted, lost with its host or deferred has
//!   sections of its own. What will be forgotten is a warning of the plan, in words of ours.
//! - A change that looks like a rename comes with the `moved` block that would make it one.
//! - `# forces replacement` names the file and the line.

mod change;
mod cost;
mod sections;
mod suggested;
#[cfg(test)]
mod tests;

pub use cost::uncounted;

use crate::{
    context::Context,
    project::Project,
    ui::{Paint, Style},
};
use infra_model::{kind::Kinds, program::Program, value::Value};
use infra_plan::plan::{Action, Plan, PlanMode};

/// The greatest width of lines of prose, and of the line above the note.
const RULE_MAX: usize = 77;

/// How much text of changes is gathered before it is handed on, in bytes.
const PIECE: usize = 64 << 10;

/// What a plan is shown with.
pub struct View<'a> {
    /// The program it was made from, for places in files.
    pub program: &'a dyn Program,
    /// The kinds, for blocks and attributes.
    pub kinds: &'a Kinds,
    /// Colours or not.
    pub paint: Paint,
    /// Columns.
    pub width: usize,
    /// Where it was saved.
    pub saved: Option<&'a str>,
    /// What to type next is of use.
    pub guides: bool,
}

impl<'a> View<'a> {
    /// Returns the view of a project's plan on the screen of a command.
    pub fn new(context: &Context, project: &'a Project) -> Self {
        Self {
            program: project.program.as_ref(),
            kinds: &project.kinds,
            paint: context.screen.paint(),
            width: context.screen.width,
            saved: None,
            guides: !context.environment.is_automation(),
        }
    }
}

/// How many objects a plan touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Imported into the state.
    pub import: usize,
    /// Created, replacements included.
    pub add: usize,
    /// Changed in place.
    pub change: usize,
    /// Destroyed, replacements included.
    pub destroy: usize,
    /// Dropped from the state without being destroyed.
    pub forget: usize,
}

/// Returns how many objects a plan touches.
pub fn totals(plan: &Plan) -> Totals {
    let mut totals = Totals::default();
    for change in &plan.changes {
        totals.import += usize::from(change.importing.is_some() || change.action == Action::Adopt);
        match change.action {
            Action::Create => totals.add += 1,
            Action::Update => totals.change += 1,
            Action::Replace => {
                totals.add += 1;
                totals.destroy += 1;
            }
            Action::Delete => totals.destroy += usize::from(is_managed(change)),
            Action::Forget => totals.forget += 1,
            Action::NoOp | Action::Read | Action::Adopt => {}
        }
    }
    totals
}

fn is_managed(change: &infra_plan::plan::Change) -> bool {
    change.address.mode == infra_model::address::Mode::Managed
}

/// Returns the text of a plan.
pub fn render(plan: &Plan, view: &View<'_>) -> String {
    let mut text = String::new();
    render_in_pieces(plan, view, |piece| text.push_str(piece));
    text
}

/// Makes the text of a plan and hands it on in pieces: of a large plan it takes more memory than the
/// plan itself.
pub fn render_in_pieces(plan: &Plan, view: &View<'_>, mut hand_on: impl FnMut(&str)) {
    let mut out = String::new();
    sections::drift(&mut out, plan, view);
    sections::interrupted(&mut out, plan, view);
    sections::uncertain(&mut out, plan, view);
    if plan.is_empty() {
        out.push_str(&nothing(plan, view));
        cost::render(&mut out, plan, (view, false));
        return hand_on(&out);
    }
    let touched: Vec<_> = plan.changes.iter().filter(|c| change::is_shown(c)).collect();
    if !touched.is_empty() {
        sections::legend(&mut out, plan, view);
        out.push_str("\ninfra will perform the following actions:\n");
        for change in touched {
            out.push('\n');
            change::render(&mut out, (plan, change), view);
            if out.len() > PIECE {
                hand_on(&out);
                out.clear();
            }
        }
    }
    sections::lost(&mut out, plan, view);
    sections::deferred(&mut out, plan, view);
    let counts = counts(plan, view);
    out.push_str(&counts);
    cost::render(&mut out, plan, (view, counts.is_empty()));
    sections::outputs(&mut out, plan, view);
    sections::impacts(&mut out, plan, view);
    suggested::render(&mut out, plan, view);
    out.push_str(&closing(plan, view));
    hand_on(&out);
}

fn nothing(plan: &Plan, view: &View<'_>) -> String {
    let text = match plan.mode {
        PlanMode::Destroy => {
            "\nNo changes. No objects need to be destroyed.\n\nNothing that is recorded is still there.\n"
        }
        PlanMode::RefreshOnly if !plan.drift.is_empty() => {
            return "\nThis is a refresh-only plan: applying it records what has changed outside, and changes nothing there.\n".to_owned();
        }
        PlanMode::Normal | PlanMode::RefreshOnly => {
            "\nNo changes. Your infrastructure matches the configuration.\n"
        }
    };
    view.paint.on(Style::Create, text)
}

/// Returns how much is done, if anything is done to an object.
fn counts(plan: &Plan, view: &View<'_>) -> String {
    if !plan.changes.iter().any(change::is_shown) && plan.deferred.is_empty() {
        return String::new();
    }
    let Totals { import, add, change, destroy, forget } = totals(plan);
    let mut parts = Vec::new();
    if import > 0 {
        parts.push(format!("{import} to import"));
    }
    parts.push(format!("{add} to add"));
    parts.push(format!("{change} to change"));
    parts.push(format!("{destroy} to destroy"));
    if forget > 0 {
        parts.push(format!("{forget} to forget"));
    }
    if !plan.deferred.is_empty() {
        parts.push(format!("{} deferred", plan.deferred.len()));
    }
    format!("\n{} {}.\n", view.paint.on(Style::Bold, "Plan:"), parts.join(", "))
}

/// Returns what is said last: whether it is the whole truth, and how exactly this is carried out.
fn closing(plan: &Plan, view: &View<'_>) -> String {
    let mut out = String::new();
    if plan.partial {
        out.push_str("\nTargets or exclusions are in force: this plan is not the whole truth.\n");
    }
    let Some(file) = view.saved else { return out };
    out.push_str(&format!("\nSaved to {file}."));
    if view.guides {
        let file = crate::render::literal::quoted(file);
        out.push_str(&format!(" To carry out exactly this plan:\n  infra apply {file}"));
    }
    out + "\n"
}

/// Returns what is said of a plan with changes that was not saved.
pub fn unsaved(plan: &Plan, width: usize) -> String {
    if plan.is_empty() {
        return String::new();
    }
    let note = "Note: You didn't use the -out option to save this plan, so infra can't guarantee to \
                take exactly these actions if you run \"infra apply\" now.";
    let width = width.min(RULE_MAX);
    format!("\n{}\n\n{}", "─".repeat(width), filled(note, width))
}

/// Returns a text in lines of at most so many columns; a longer word has a line of its own.
pub fn filled(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.len() - 1;
        let length = lines[line].chars().count();
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            lines[line].push_str(if length > 0 { " " } else { "" });
            lines[line].push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

/// Returns a plan whose secrets are none any more, for a person who asked for them.
pub fn revealed(mut plan: Plan) -> Plan {
    let clear = |value: &mut Option<Value>| {
        *value = value.take().map(|value| value.unmark_deep().0);
    };
    for change in &mut plan.changes {
        clear(&mut change.prior);
        clear(&mut change.planned);
    }
    for output in plan.outputs.values_mut() {
        clear(&mut output.prior);
        clear(&mut output.planned);
    }
    for drift in &mut plan.drift {
        drift.recorded = drift.recorded.clone().unmark_deep().0;
        clear(&mut drift.observed);
    }
    plan
}
