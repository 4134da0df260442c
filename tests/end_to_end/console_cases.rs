//! The 1,689 recorded answers of Terraform's console, compared with those of `infra console`.

use super::{
    estate::{Estate, files_below},
    outside,
};
use serde_json::{Value as Json, json, value::RawValue};
use std::{collections::BTreeMap, fs, path::Path};

/// How many cases agree in every member, the words of errors left aside. May only rise.
///
/// One cannot: `syntax-123` was recorded from a pipe, where each line stands alone.
const AGREEING_MIN: usize = 1688;

/// How many agree in every member, the words of errors included. May only rise.
const WORDED_MIN: usize = 1628;

/// The case that was recorded from a pipe.
const FROM_A_PIPE: &str = "syntax-123";

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
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let answer = &answers[id];
        let found = differences(case, answer, &MEMBERS);
        agreeing += usize::from(found.is_empty());
        worded += usize::from(found.is_empty() && differences(case, answer, &WORDS).is_empty());
        if !found.is_empty() {
            report.push_str(&format!("{id}: {}\n{}\n", case["expr"], found.join("\n")));
        }
    }
    outside::tell(&format!(
        "{report}{agreeing} of {} answers agree, {worded} in their words too",
        cases.len()
    ));
    assert!(agreeing >= AGREEING_MIN, "{agreeing} agree, {AGREEING_MIN} did before");
    assert!(worded >= WORDED_MIN, "{worded} agree in every word, {WORDED_MIN} did before");
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

#[test]
fn a_heredoc_in_a_pipe_fails_as_recorded() {
    let Some((cases, _)) = cases("console pipe") else { return };
    let case = cases.iter().find(|case| case["id"] == FROM_A_PIPE).unwrap();
    let said = Estate::new().feed("console", case["expr"].as_str().unwrap()).exits(1);
    assert_eq!(said.stdout, "");
    assert!(said.stderr.contains(&format!("Error: {}", case["error"].as_str().unwrap())));
}
