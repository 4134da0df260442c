//! The 1,689 recorded answers of Terraform's console, compared with those of `infra console`.
//!
//! An answer that is not the recorded one is right only if Terraform itself gives it, now, to the
//! same expression typed at a terminal: each such case is typed there.

use super::{
    console::terraform_at_terminal,
    estate::{Estate, files_below},
    oracle::{has_terraform, terraform},
    outside,
    typed::typed,
};
use serde_json::{Value as Json, json, value::RawValue};
use std::{collections::BTreeMap, fs, path::Path};

/// How many answers may be others than the recorded ones, with Terraform's own answer at a terminal
/// to show for it. May only fall.
///
/// A record was made by typing the expression between `jsonencode(` and a line with `)`. Terraform's
/// line reader ends a command at an empty line behind a heredoc, so that `)` was read alone, and an
/// error was recorded for an expression that has a value.
const NOT_AS_RECORDED_MAX: usize = 1;

/// How many agree in every member, the words of errors included: `INFRA_SHOW_WORDS=1` shows the
/// others. May only rise.
///
/// Of the others, five were recorded with `)` in the line behind them, which their errors are about;
/// two tell a secret; one is a comment without an end, which has a better word here; and there is
/// the one above.
const WORDED_MIN: usize = 1680;

/// Members that are compared. Where the recording lacks `json` or `type` it could not tell them;
/// of an unknown it could not tell whether it is sensitive.
const MEMBERS: [&str; 7] = ["ok", "json", "type", "render", "unknown", "sensitive", "ephemeral"];

/// The words of errors.
const WORDS: [&str; 2] = ["error", "error_detail"];

fn cases(name: &str) -> Option<(Vec<Json>, Estate)> {
    let Some(shared) = outside::shared("conformance/terraform-console") else {
        outside::skip(name, "there is no ../shared", "INFRA_REQUIRE_SHARED");
        return None;
    };
    let text = fs::read_to_string(shared.join("cases.json")).unwrap();
    let cases: Vec<BTreeMap<String, Box<RawValue>>> = serde_json::from_str(&text).unwrap();
    Some((cases.iter().map(case).collect(), copy(&shared.join("fixture"))))
}

/// Returns a case without its `value`, whose numbers are too great for this reader.
fn case(members: &BTreeMap<String, Box<RawValue>>) -> Json {
    let kept = members.iter().filter(|(name, _)| *name != "value");
    kept.map(|(name, text)| (name.clone(), serde_json::from_str::<Json>(text.get()).unwrap()))
        .collect()
}

/// Returns a copy of a directory.
fn copy(from: &Path) -> Estate {
    let estate = Estate::new();
    for (path, bytes) in files_below(from) {
        let to = estate.path().join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    estate
}

/// Returns the answers to all cases by their ids.
fn answers(cases: &[Json], fixture: &Estate, arguments: &str) -> BTreeMap<String, Json> {
    let empty = Estate::new();
    let mut answers = BTreeMap::new();
    for (estate, wants) in [(&empty, false), (fixture, true)] {
        let asked = cases.iter().filter(|case| case["fixture"] == wants);
        let questions: String = asked
            .map(|case| json!({ "id": case["id"], "expr": case["expr"] }).to_string() + "\n")
            .collect();
        let said = estate.feed(arguments, &questions).exits(0);
        assert_eq!(said.stderr, "");
        for line in said.stdout.lines() {
            let answer: Json = serde_json::from_str(line).unwrap();
            answers.insert(answer["id"].as_str().unwrap().to_owned(), answer);
        }
    }
    answers
}

/// Returns what an answer gives otherwise than it was recorded.
fn differences(case: &Json, answer: &Json, members: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for member in members {
        let recorded = match (*member, case.get(member)) {
            ("json" | "type", None) => continue,
            ("sensitive", None) if case["unknown"] == true => continue,
            ("unknown" | "sensitive" | "ephemeral", None) => &Json::Bool(false),
            (_, recorded) => recorded.unwrap_or(&Json::Null),
        };
        if answer.get(member) != Some(recorded) {
            found.push(format!("    {member}: {recorded} {:?}", answer.get(member)));
        }
    }
    found
}

#[test]
fn every_recorded_case_has_terraforms_answer() {
    let Some((cases, fixture)) = cases("console cases") else { return };
    let answers = answers(&cases, &fixture, "console -json -show-sensitive");
    let (mut agreeing, mut worded, mut report) = (0, 0, String::new());
    let mut others = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let answer = &answers[id];
        let found = differences(case, answer, &MEMBERS);
        let words = differences(case, answer, &WORDS);
        agreeing += usize::from(found.is_empty());
        worded += usize::from(found.is_empty() && words.is_empty());
        if !found.is_empty() || !words.is_empty() {
            let found = [found.clone(), words].concat().join("\n");
            report.push_str(&format!("{id}: {}\n{found}\n", case["expr"]));
        }
        if !found.is_empty() {
            others.push((case, answer));
        }
    }
    let asked = ask_terraform(&others, &fixture);
    let total = cases.len();
    if outside::variable("INFRA_SHOW_WORDS").is_some() {
        outside::tell(&report);
    }
    outside::tell(&format!(
        "{agreeing} of {total} answers are as recorded, {asked} as Terraform's at a terminal; \
         {worded} errors and values agree in every word"
    ));
    assert_eq!(agreeing + others.len(), total);
    assert!(others.len() <= NOT_AS_RECORDED_MAX, "not as recorded:\n{report}");
    assert!(worded >= WORDED_MIN, "{worded} agree in every word, {WORDED_MIN} did before");
}

/// Types the expressions of cases at Terraform's console, which must give our answers, and returns
/// how many that were.
fn ask_terraform(cases: &[(&Json, &Json)], fixture: &Estate) -> usize {
    if cases.is_empty() || !has_terraform("console cases at a terminal") {
        return 0;
    }
    let empty = Estate::new();
    terraform(fixture, "init");
    for (case, answer) in cases {
        let estate = if case["fixture"] == true { fixture } else { &empty };
        let said = typed(terraform_at_terminal(estate), case["expr"].as_str().unwrap());
        if answer["ok"] == true {
            assert_eq!(answer["render"], said, "{}", case["id"]);
        } else {
            assert!(said.starts_with("╷\n│ Error: "), "{}: {said}", case["id"]);
        }
    }
    cases.len()
}

#[test]
fn secrets_of_the_recorded_cases_are_left_out() {
    let Some((cases, fixture)) = cases("console secrets") else { return };
    let clear = answers(&cases, &fixture, "console -json -show-sensitive");
    let masked = answers(&cases, &fixture, "console -json");
    let mut left_out = 0;
    for (id, clear) in clear {
        let mut expected = clear.clone();
        if clear["sensitive"] == true || clear["ephemeral"] == true {
            left_out += usize::from(!clear["json"].is_null());
            expected["json"] = Json::Null;
        }
        let is_secret = expected != clear;
        assert_eq!(masked[&id], expected);
        assert!(!is_secret || !masked[&id].to_string().contains("hunter2"), "{id}");
    }
    assert!(left_out > 30, "{left_out}");
}
