//! `infra console -json`: a question per line, an answer per line, for programs.

use super::session::{Evaluated, Session};
use infra_model::{diagnostic::Diagnostic, value::Marks};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What tells a question from others: any JSON, given back as it is written.
type Id = Box<RawValue>;

/// A line of the input.
#[derive(Deserialize)]
struct Question {
    id: Option<Id>,
    expr: String,
}

/// A line of the output; what does not apply is null.
#[derive(Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members of the answer")]
struct Answer {
    id: Option<Id>,
    ok: bool,
    json: Option<String>,
    #[serde(rename = "type")]
    ty: Option<String>,
    render: Option<String>,
    unknown: bool,
    sensitive: bool,
    ephemeral: bool,
    error: Option<String>,
    error_detail: Option<String>,
}

/// Answers a line; `shows_secrets` gives the JSON of marked values too.
pub(super) fn answer(session: &mut Session<'_>, line: &[u8], shows_secrets: bool) -> String {
    let answer = match serde_json::from_slice::<Question>(line) {
        Ok(question) => {
            let evaluated = session.evaluate(&question.expr);
            of(question.id, &evaluated, shows_secrets)
        }
        Err(error) => Answer {
            id: id_of(line),
            error: Some("Invalid question".to_owned()),
            error_detail: Some(format!(
                "Each line must be one JSON object with \"id\" and \"expr\": {error}."
            )),
            ..Answer::default()
        },
    };
    // Only maps with keys that are no strings fail here; there are none.
    let mut text = serde_json::to_string(&answer).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns the id of a line that is an object and no question all the same.
fn id_of(line: &[u8]) -> Option<Id> {
    let members: Option<BTreeMap<String, Id>> = serde_json::from_slice(line).ok();
    members?.remove("id")
}

fn of(id: Option<Id>, evaluated: &Evaluated, shows_secrets: bool) -> Answer {
    // Several are told in the order of the text, and so the first of them is.
    let place = |found: &&Diagnostic| found.labels.first().map(|label| label.span);
    let errors = evaluated.found.iter().filter(|found| found.is_error());
    if let Some(error) = errors.min_by_key(place) {
        return Answer {
            id,
            error: Some(error.summary.to_string()),
            error_detail: Some(error.detail.to_string()),
            ..Answer::default()
        };
    }
    let marks = evaluated.value.deep_marks();
    let shown = shows_secrets || marks.is_empty();
    Answer {
        id,
        ok: true,
        json: shown.then(|| evaluated.json()).flatten(),
        ty: Some(evaluated.type_text()),
        render: Some(evaluated.render()),
        unknown: !evaluated.value.is_wholly_known(),
        sensitive: marks.contains(Marks::SENSITIVE),
        ephemeral: marks.contains(Marks::EPHEMERAL),
        ..Answer::default()
    }
}
