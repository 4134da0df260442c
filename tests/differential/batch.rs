//! Expressions in batches, under `infra` and under Terraform: what fails and with which words, and
//! the value, the type, what is unknown and what is sensitive of what works.
//!
//! Each expression is a local value. One plan of Terraform tells all errors at once; without those
//! that fail, a second one plans an object of all values, whose JSON is compared with ours.
//! The types and the texts of values come from a single line of both consoles.

use super::{
    compare::{by_fifteen_digits, differ, read, with_fifteen_digits},
    terraform::{feed, succeeds, terraform},
};
use crate::end_to_end::estate::Estate;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// How often what fails is taken out, until Terraform finds nothing more: an error of a value may
/// hide one that comes later.
const ROUNDS_MAX: usize = 6;

/// An error that we tell at another place.
const NULL_KEY: &str = "Null value as key";

/// The file that the expressions are in.
const FILE: &str = "batch.tf";

const FIXTURE: [(&str, &str); 5] = [
    ("main.tf", include_str!("fixture/main.tf")),
    ("unknown/main.tf", include_str!("fixture/unknown/main.tf")),
    ("unknown/typed/main.tf", include_str!("fixture/unknown/typed/main.tf")),
    ("hello.txt", include_str!("fixture/hello.txt")),
    ("list.tmpl", include_str!("fixture/list.tmpl")),
];

/// Two directories with the fixture: one for us, one for Terraform.
pub(super) struct Desk {
    ours: Estate,
    theirs: Estate,
}

/// The summaries of the errors of an expression.
type Errors = BTreeSet<String>;

/// What Terraform says of a batch.
struct Said {
    /// The summary of the first error of each expression that has one.
    first: BTreeMap<usize, String>,
    /// The expressions of which we tell other errors, with those that both tell.
    other: BTreeSet<usize>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self { ours: Estate::new(), theirs: Estate::new() };
        for estate in [&desk.ours, &desk.theirs] {
            for (name, text) in FIXTURE {
                estate.write(name, text);
            }
        }
        succeeds(&desk.theirs, "init");
        desk
    }

    /// Returns for each expression how we differ from Terraform; empty if we do not.
    pub(super) fn differences(&self, expressions: &[String]) -> Vec<Vec<String>> {
        let Some(theirs) = self.their_errors(expressions) else {
            return self.halves(expressions);
        };
        let ours = self.our_first_errors(expressions);
        let mut found = vec![Vec::new(); expressions.len()];
        let mut working = Vec::new();
        for (index, own) in ours.iter().enumerate() {
            match (own, theirs.first.get(&index)) {
                (None, None) => working.push(index),
                (Some(a), Some(b)) if a == b && !theirs.other.contains(&index) => {}
                _ => self.compare_errors(expressions, index, own.as_deref(), &mut found),
            }
        }
        let compared = self.compare_values(expressions, &working, &mut found);
        if compared.is_none() && expressions.len() > 1 {
            return self.halves(expressions);
        }
        found
    }

    /// Looks at each half alone: something in one of them is more than a batch can bear.
    fn halves(&self, expressions: &[String]) -> Vec<Vec<String>> {
        if expressions.len() == 1 {
            // Terraform itself crashes or gives an error that belongs to no expression. There is
            // nothing to compare with.
            return vec![Vec::new()];
        }
        let (first, second) = expressions.split_at(expressions.len() / 2);
        [self.differences(first), self.differences(second)].concat()
    }

    /// Returns what Terraform says, with our plans beside its own; `None` if it crashed.
    fn their_errors(&self, expressions: &[String]) -> Option<Said> {
        let mut said = Said { first: BTreeMap::new(), other: BTreeSet::new() };
        for _ in 0..ROUNDS_MAX {
            let left: Vec<usize> =
                (0..expressions.len()).filter(|index| !said.first.contains_key(index)).collect();
            let (text, lines) = locals(expressions, &left);
            for estate in [&self.ours, &self.theirs] {
                estate.write(FILE, &text);
            }
            let theirs = terraform(&self.theirs, "plan -json -refresh=false");
            if theirs.ok {
                return Some(said);
            }
            let theirs = errors(&theirs.stdout, &lines)?;
            let ours = self.ours.run("plan -json -refresh=false").stdout;
            let ours = sets(&errors(&ours, &lines)?);
            for (index, all) in sets(&theirs) {
                if ours.get(&index).is_some_and(|own| *own != all) {
                    said.other.insert(index);
                }
            }
            let before = said.first.len();
            for (index, summary) in theirs {
                said.first.entry(index).or_insert(summary);
            }
            if said.first.len() == before {
                return None;
            }
        }
        None
    }

    /// Returns the summary of our first error of each expression.
    fn our_first_errors(&self, expressions: &[String]) -> Vec<Option<String>> {
        // Unused here, but it must not stand in the way.
        self.ours.write(FILE, "");
        let questions: String = expressions
            .iter()
            .map(|text| json!({ "expr": format!("({text})") }).to_string() + "\n")
            .collect();
        let said = self.ours.feed("console -json -show-sensitive", &questions).exits(0);
        let answers = said.stdout.lines().map(|line| {
            let answer: Json = serde_json::from_str(line).unwrap();
            (answer["ok"] != true).then(|| answer["error"].as_str().unwrap().to_owned())
        });
        let answers: Vec<Option<String>> = answers.collect();
        assert_eq!(answers.len(), expressions.len(), "{}", said.stderr);
        answers
    }

    /// Compares errors once more, with what Terraform's console says: a plan finds some things
    /// before values are known, and says less of them.
    fn compare_errors(
        &self,
        expressions: &[String],
        index: usize,
        first: Option<&str>,
        found: &mut [Vec<String>],
    ) {
        let expression = &expressions[index];
        if expression.contains('\n') {
            // A pipe takes single lines.
            return;
        }
        for estate in [&self.ours, &self.theirs] {
            estate.write(FILE, "");
        }
        let question = format!("({expression})\n");
        let said = feed(&self.theirs, "console", &question);
        // What makes Terraform stumble over itself has no answer.
        if said.stderr.contains("panic") || said.stderr.contains("TERRAFORM CRASH") {
            return;
        }
        let theirs = boxed(&said.stderr);
        let ours = boxed(&self.ours.feed("console", &question).stderr);
        // Terraform tells a null key at its value, and so after what is wrong with the value.
        let is_first = first == theirs.first().map(String::as_str) || first == Some(NULL_KEY);
        let set = |errors: &[String]| errors.iter().cloned().collect::<Errors>();
        let is_same = is_first && said.ok == first.is_none() && set(&ours) == set(&theirs);
        if !is_same && !self.is_ill(expression) {
            found[index].push(format!("error: {first:?} of {ours:?} | {theirs:?}"));
        }
    }

    /// Returns whether Terraform stumbles over itself where an expression stands alone, or over its
    /// type: `merge` of a null gives it an object that cannot be.
    fn stumbles(&self, expression: &str) -> bool {
        ["", "type"].iter().any(|outer| {
            let said = feed(&self.theirs, "console", &format!("{outer}({expression})\n"));
            said.stderr.contains("panic") || said.stderr.contains("TERRAFORM CRASH")
        })
    }

    /// Returns whether Terraform has no answer to a call in an expression, or one of its own: names of
    /// files above the directory are those of two estates.
    fn is_ill(&self, expression: &str) -> bool {
        calls(expression)
            .iter()
            .any(|call| call.starts_with("fileset(") && call.contains("..") || self.stumbles(call))
    }

    /// Compares what works for both; `None` if one of the two cannot do it for the whole batch.
    fn compare_values(
        &self,
        expressions: &[String],
        working: &[usize],
        found: &mut [Vec<String>],
    ) -> Option<()> {
        let (text, _) = locals(expressions, working);
        let text = text + &resource(working);
        for estate in [&self.ours, &self.theirs] {
            estate.write(FILE, &text);
        }
        let planned = self.ours.run("plan -out=saved");
        if planned.code != Some(0) {
            if let [index] = working {
                found[*index].push(format!("we do not plan: {}", planned.all()));
            }
            return None;
        }
        let shown = self.ours.run("show -json -show-sensitive saved").exits(0);
        terraform(&self.theirs, "plan -refresh=false -out=saved").ok.then_some(())?;
        let theirs = succeeds(&self.theirs, "show -json saved");
        let (ours, theirs) = (change(&read(&shown.stdout)), change(&read(&theirs)));
        let mut clean = Vec::new();
        for &index in working {
            let mut keeps_marks = false;
            for side in ["after", "after_unknown", "after_sensitive"] {
                for part in ["v", "j"] {
                    let name = format!("e{index}");
                    let at = |change: &Json, side: &str| change[side]["input"][part][&name].clone();
                    let (mut mine, mut other) = (at(&ours, side), at(&theirs, side));
                    if is_inexact(&expressions[index]) {
                        (mine, other) = (with_fifteen_digits(&mine), with_fifteen_digits(&other));
                    }
                    if side == "after_sensitive" {
                        let unknown = at(&theirs, "after_unknown");
                        let merges_null = is_merged_null(&expressions[index]);
                        let kept = if merges_null && mine == Json::Bool(true) {
                            other.clone()
                        } else {
                            without_kept_marks(&mine, &other, &unknown)
                        };
                        keeps_marks |= kept != mine;
                        mine = kept;
                    }
                    differ(&mine, &other, &format!("{side}.{part}"), &mut found[index]);
                }
            }
            if !found[index].is_empty() && self.is_ill(&expressions[index]) {
                found[index].clear();
            } else if found[index].is_empty() && !keeps_marks {
                clean.push(index);
            }
        }
        self.compare_texts(expressions, &clean, found);
        Some(())
    }

    /// Compares types and texts, in ever smaller parts where they differ.
    fn compare_texts(&self, expressions: &[String], working: &[usize], found: &mut [Vec<String>]) {
        if working.is_empty() {
            return;
        }
        let names: Vec<String> = working.iter().map(|index| format!("local.e{index}")).collect();
        let all = format!("[{}]", names.join(", "));
        let mut differences = Vec::new();
        for question in [format!("type({all})\n"), format!("{all}\n")] {
            let ours = self.ours.feed("console", &question);
            let theirs = feed(&self.theirs, "console", &question);
            let (mut mine, mut other) = (ours.stdout.clone(), theirs.stdout.clone());
            if matches!(working, [index] if is_inexact(&expressions[*index])) {
                (mine, other) = (by_fifteen_digits(&mine), by_fifteen_digits(&other));
            }
            let differs = (ours.code == Some(0)) != theirs.ok || mine != other;
            let is_ill = || matches!(working, [index] if self.is_ill(&expressions[*index]));
            if differs && !is_ill() {
                differences.push(format!("console:\n{}|\n{}", ours.all(), theirs.stdout));
            }
        }
        if let [index] = working {
            found[*index].extend(differences);
        } else if !differences.is_empty() {
            let (first, second) = working.split_at(working.len() / 2);
            self.compare_texts(expressions, first, found);
            self.compare_texts(expressions, second, found);
        }
    }
}

/// Returns whether an expression may go on with the binary fraction that Terraform's `pow` and `log`
/// give, of which we have the digits that are printed.
fn is_inexact(expression: &str) -> bool {
    ["pow(", "log("].iter().any(|name| expression.contains(name))
}

/// Returns whether an expression may merge a null, whose marks Terraform forgets.
fn is_merged_null(expression: &str) -> bool {
    expression.contains("merge(") && expression.contains("n_object")
}

/// Returns the summaries of the errors that a plan tells of expressions, each with its expression, in
/// their order; `None` where one belongs to none.
fn errors(lines_of_json: &str, lines: &[usize]) -> Option<Vec<(usize, String)>> {
    let read = |line| serde_json::from_str::<Json>(line).ok();
    let told = lines_of_json.lines().filter_map(read).map(|mut line| line["diagnostic"].take());
    let errors =
        told.filter(|found| found["severity"] == "error" && found["range"]["filename"] == FILE);
    errors
        .map(|found| {
            let line = usize::try_from(found["range"]["start"]["line"].as_u64()?).ok()?;
            Some((*lines.get(line.checked_sub(1)?)?, found["summary"].as_str()?.to_owned()))
        })
        .collect()
}

fn sets(errors: &[(usize, String)]) -> BTreeMap<usize, Errors> {
    let mut sets = BTreeMap::<usize, Errors>::new();
    for (index, summary) in errors {
        sets.entry(*index).or_default().insert(summary.clone());
    }
    sets
}

/// Returns the calls of functions in an expression, but for those with brackets in their texts.
fn calls(expression: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let open = expression.match_indices('(').map(|(at, _)| at);
    let call = |at: usize| {
        let name = expression[..at].rfind(|c| !is_name(c)).map_or(0, |end| end + 1);
        let mut depth = 0;
        let length = expression[at..].find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        })?;
        (name < at).then(|| &expression[name..=at + length])
    };
    open.filter_map(call).collect()
}

/// Returns the summaries of the errors that a console draws.
fn boxed(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim_start_matches(['│', '╷', '╵', '×', ' ']));
    lines.filter_map(|line| line.strip_prefix("Error: ")).map(|s| s.trim().to_owned()).collect()
}

/// Leaves out where we say that something unknown is sensitive and Terraform does not: it forgets
/// the marks of what an unknown comes from, and we keep them.
fn without_kept_marks(ours: &Json, theirs: &Json, unknown: &Json) -> Json {
    match (ours, theirs, unknown) {
        (Json::Bool(true), _, Json::Bool(true)) => theirs.clone(),
        (Json::Object(a), Json::Object(b), Json::Object(u)) => a
            .iter()
            .filter_map(|(name, mine)| {
                let (other, unknown) = (b.get(name), u.get(name).unwrap_or(&Json::Null));
                let kept = without_kept_marks(mine, other.unwrap_or(&Json::Null), unknown);
                (other.is_some() || kept != Json::Null).then(|| (name.clone(), kept))
            })
            .collect(),
        (Json::Array(a), Json::Array(b), Json::Array(u)) => a
            .iter()
            .enumerate()
            .map(|(index, mine)| {
                let at = |list: &[Json]| list.get(index).cloned().unwrap_or_default();
                without_kept_marks(mine, &at(b), &at(u))
            })
            .collect(),
        _ => ours.clone(),
    }
}

/// Returns a file with expressions as local values, and the expression of each of its lines.
fn locals(expressions: &[String], which: &[usize]) -> (String, Vec<usize>) {
    let (mut text, mut lines) = ("locals {\n".to_owned(), vec![usize::MAX]);
    for &index in which {
        let entry = format!("e{index} = ({})\n", expressions[index]);
        lines.extend(vec![index; entry.matches('\n').count()]);
        text += &entry;
    }
    (text + "}\n", lines)
}

/// Returns a resource with the values as they are, and as texts with every digit.
fn resource(which: &[usize]) -> String {
    let mut text = "resource \"terraform_data\" \"all\" {\ninput = {\nv = {\n".to_owned();
    for index in which {
        text += &format!("e{index} = local.e{index}\n");
    }
    text += "}\nj = {\n";
    for index in which {
        text += &format!("e{index} = try(jsonencode(local.e{index}), \"none\")\n");
    }
    text + "}\n}\n}\n"
}

fn change(plan: &Json) -> Json {
    let changes = plan["resource_changes"].as_array().unwrap();
    let all = changes.iter().find(|change| change["address"] == "terraform_data.all");
    all.unwrap()["change"].clone()
}
