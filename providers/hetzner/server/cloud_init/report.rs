//! What cloud-init says of itself, in any of the forms that it has had.
//!
//! JSON came with version 22.4, "degraded" with 23.4, "not started" with 24.1; before, there is the text
//! of `--long`. What comes before the report (a shell may greet) is passed over.

use serde_json::Value as Json;

/// Asks for a report: JSON if it can, and the text otherwise.
pub(super) const QUESTION: &str = r#"command -v cloud-init >/dev/null 2>&1 || { echo "status: missing"; exit 0; }
o=$(cloud-init status --format=json 2>/dev/null)
case $o in "{"*) printf "%s\n" "$o" ;; *) cloud-init status --long 2>/dev/null ;; esac
exit 0"#;

/// How much one thing that cloud-init says may take of a message, in characters.
const LENGTH_MAX: usize = 400;

/// How many of them a message holds.
const COUNT_MAX: usize = 10;

/// How far cloud-init is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It has not begun, or says nothing yet.
    Waiting,
    /// It is at work.
    Running,
    /// It has done everything.
    Done,
    /// It has done everything, and something was not right.
    Degraded,
    /// It has failed.
    Failed,
    /// It is switched off on this system.
    Disabled,
    /// The system has none.
    Missing,
}

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// How far it is.
    pub(super) stage: Stage,
    /// Its own word for that.
    pub(super) word: String,
    /// What went wrong.
    pub(super) errors: Vec<String>,
    /// What was not right, and did not stop it.
    pub(super) recoverable: Vec<String>,
}

impl Stage {
    /// Returns the word under which it is recorded.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Waiting => "not started",
            Self::Running => "running",
            Self::Done => "done",
            Self::Degraded => "degraded",
            Self::Failed => "error",
            Self::Disabled => "disabled",
            Self::Missing => "missing",
        }
    }
}

/// Reads a report; one that makes no sense is that of a cloud-init that says nothing yet.
pub(super) fn read(answer: &str) -> Report {
    let start = answer.lines().position(|line| line.starts_with('{'));
    let json: Option<String> =
        start.map(|at| answer.lines().skip(at).collect::<Vec<_>>().join("\n"));
    let json: Option<Json> = json.and_then(|text| first_value(&text));
    json.map_or_else(|| of_text(answer), |json| of_json(&json))
}

/// Returns the last lines of a log as people can read them: without colours, and of a line that was
/// written over the last that it became.
pub(super) fn readable(log: &str) -> Vec<String> {
    let last = |line: &str| {
        let line = line.trim_end_matches('\r');
        plain(line.rsplit('\r').next().unwrap_or(line))
    };
    log.lines().map(last).filter(|line| !line.is_empty()).collect()
}

fn first_value(text: &str) -> Option<Json> {
    serde_json::Deserializer::from_str(text).into_iter::<Json>().next()?.ok()
}

fn of_json(json: &Json) -> Report {
    let status = json["status"].as_str().unwrap_or_default();
    let word = json["extended_status"].as_str().unwrap_or(status);
    let texts =
        |list: &Json| -> Vec<String> { list.as_array().into_iter().flatten().map(said).collect() };
    let grave = json["recoverable_errors"].as_object().into_iter().flatten();
    let recoverable: Vec<String> = grave
        .flat_map(|(level, list)| {
            texts(list).into_iter().map(move |text| format!("{level}: {text}"))
        })
        .collect();
    let mut stage = stage(status, word);
    if stage == Stage::Done && !recoverable.is_empty() {
        stage = Stage::Degraded;
    }
    report(stage, word, (texts(&json["errors"]), recoverable))
}

fn of_text(answer: &str) -> Report {
    let field = |name: &str| {
        let mut lines = answer.lines().filter_map(|line| line.strip_prefix(name));
        lines.next().map(str::trim).filter(|text| !text.is_empty())
    };
    let status = field("status:").unwrap_or_default();
    let word = field("extended_status:").unwrap_or(status);
    let stage = stage(status, word);
    let mut errors = Vec::new();
    if stage == Stage::Failed {
        let mut rest = answer
            .lines()
            .skip_while(|line| !(line.starts_with("detail:") || line.starts_with("errors:")));
        errors = rest
            .by_ref()
            .map(|line| line.trim().trim_start_matches("- "))
            .filter(|line| !line.is_empty() && !line.ends_with(':'))
            .map(str::to_owned)
            .collect();
    }
    report(stage, word, (errors, Vec::new()))
}

fn stage(status: &str, word: &str) -> Stage {
    let has = |part: &str| word.contains(part);
    match status {
        "missing" => Stage::Missing,
        "disabled" => Stage::Disabled,
        // It may have failed at something and still be at work: "error - running".
        _ if has("running") => Stage::Running,
        "running" => Stage::Running,
        "done" if has("degraded") => Stage::Degraded,
        "done" => Stage::Done,
        "error" => Stage::Failed,
        _ if status.starts_with("degraded") => Stage::Degraded,
        _ => Stage::Waiting,
    }
}

fn report(stage: Stage, word: &str, (errors, recoverable): (Vec<String>, Vec<String>)) -> Report {
    Report { stage, word: plain(word), errors: few(errors), recoverable: few(recoverable) }
}

/// Each thing once, and not too many of them.
fn few(texts: Vec<String>) -> Vec<String> {
    let mut few: Vec<String> = Vec::new();
    for text in texts {
        let text = plain(&text);
        if few.len() < COUNT_MAX && !few.contains(&text) {
            few.push(text);
        }
    }
    few
}

fn said(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

/// A text in one line, without what steers terminals, and not too long.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // A sequence such as that of a colour ends with a letter.
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else if c == '\t' || c == '\n' {
            plain.push(' ');
        } else if !c.is_control() {
            plain.push(c);
        }
    }
    let plain = plain.trim_end();
    if plain.chars().count() <= LENGTH_MAX {
        return plain.to_owned();
    }
    plain.chars().take(LENGTH_MAX).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
