//! The note on changes that look like renames.

use super::{RULE_MAX, View, filled};
use crate::ui::Style;
use infra_plan::{plan::Plan, suggest};

/// Writes the `moved` blocks that would keep the objects.
pub(super) fn render(out: &mut String, plan: &Plan, view: &View<'_>) {
    let suggested = suggest::moves(plan, view.kinds);
    if suggested.is_empty() {
        return;
    }
    let (these, them) = match suggested.len() {
        1 => ("This destroy and create look like a rename", "this block"),
        _ => ("These destroys and creates look like renames", "these blocks"),
    };
    let note = format!("Note: {these}. To keep the objects, add {them} to the configuration:");
    let note = filled(&note, view.width.min(RULE_MAX));
    out.push('\n');
    out.push_str(&note.replacen("Note:", &view.paint.on(Style::Bold, "Note:"), 1));
    for moved in suggested {
        out.push_str(&format!(
            "\n  moved {{\n    from = {}\n    to   = {}\n  }}\n",
            moved.from, moved.to
        ));
    }
}
