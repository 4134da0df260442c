//! Files that somebody or something changed: each is read, or refused with a reason; never a crash,
//! and never half of it.

use super::{FOREIGN, kinds};
use crate::statefile::{outputs, read, survey};
use infra_model::snapshot::Snapshot;
use proptest::prelude::*;

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    /// The rest is missing.
    Cut(usize),
    /// Some bytes are missing.
    Drop(usize, usize),
    /// A piece stands twice.
    Repeat(usize, usize),
    /// Another character stands there.
    Put(usize, char),
    /// Another piece of JSON stands in place of the value behind a colon.
    Swap(usize, &'static str),
}

/// What a value may become.
const VALUES: [&str; 15] = [
    "null",
    "true",
    "-1",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"module.\"",
    "[]",
    "{}",
    "[null]",
    "[{}]",
    "{\"value\":1,\"type\":[\"set\",[\"object\",{}]]}",
    "\"provider[\\\"\"",
    "[[[[[[[[1]]]]]]]]",
    "\"\\ud800\"",
];

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<usize>().prop_map(Change::Cut),
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Change::Drop(at, length)),
        (any::<usize>(), 1..400usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (any::<usize>(), prop::sample::select("{}[]\",:0aé \n\0".chars().collect::<Vec<_>>()))
            .prop_map(|(at, c)| Change::Put(at, c)),
        (any::<usize>(), prop::sample::select(VALUES.to_vec()))
            .prop_map(|(at, value)| Change::Swap(at, value)),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return String::new();
    }
    let piece = |from: usize, to: usize| -> String {
        chars[from.min(chars.len())..to.min(chars.len())].iter().collect()
    };
    let place = |at: &usize| at % chars.len();
    match change {
        Change::Cut(at) => piece(0, place(at)),
        Change::Drop(at, length) => piece(0, place(at)) + &piece(place(at) + length, chars.len()),
        Change::Repeat(at, length) => piece(0, place(at) + length) + &piece(place(at), chars.len()),
        Change::Put(at, c) => {
            piece(0, place(at)) + &c.to_string() + &piece(place(at) + 1, chars.len())
        }
        Change::Swap(at, value) => {
            let colons: Vec<usize> =
                chars.iter().enumerate().filter(|(_, c)| **c == ':').map(|(i, _)| i).collect();
            let Some(colon) = colons.get(at % colons.len().max(1)) else { return text.to_owned() };
            let end = end_of_value(&chars, colon + 1);
            piece(0, colon + 1) + value + &piece(end, chars.len())
        }
    }
}

/// Returns where the JSON value that begins at a place ends, roughly.
fn end_of_value(chars: &[char], from: usize) -> usize {
    let (mut depth, mut in_string) = (0u32, false);
    for (at, c) in chars.iter().enumerate().skip(from) {
        match c {
            '"' if at == 0 || chars[at - 1] != '\\' => in_string = !in_string,
            '{' | '[' if !in_string => depth += 1,
            '}' | ']' | ',' if !in_string && depth == 0 => return at,
            '}' | ']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    chars.len()
}

/// Checks what can be said of any file: a reason for each refusal, and no secret in it.
fn judge<T>(read: Result<T, infra_model::diagnostic::Diagnostics>) -> Option<T> {
    match read {
        Ok(found) => Some(found),
        Err(found) => {
            assert!(!found.is_empty());
            for diagnostic in found {
                assert!(diagnostic.is_error() && !diagnostic.help.is_empty());
                assert!(diagnostic.detail.contains("Nothing was changed."), "{diagnostic:?}");
            }
            None
        }
    }
}

/// Checks that what was taken over has a form of today.
fn is_whole(snapshot: &Snapshot) {
    for instance in snapshot.instances.values() {
        assert!(!instance.objects.is_empty());
        for object in instance.objects.values() {
            assert_eq!(object.schema_version, 2);
            for need in &*object.needs {
                assert!(snapshot.instances.keys().any(|a| a.without_keys() == need.without_keys()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn changed_files_are_read_or_refused(changes in prop::collection::vec(change(), 1..5)) {
        let text = changes.iter().fold(FOREIGN.to_owned(), |text, change| apply(&text, change));
        judge(read(&text, &kinds()));
        judge(outputs(&text));
        if let Some(found) = judge(survey(&text, &kinds())) {
            is_whole(&found.snapshot);
        }
    }
}

#[test]
fn what_has_no_type_here_is_left_out_with_its_reason() {
    let text = FOREIGN.replacen(
        "\"type\": \"thing\",\n      \"name\": \"root\"",
        "\"type\": \"aws\",\n      \"name\": \"root\"",
        1,
    );
    let found = survey(&text, &kinds()).unwrap();
    let left: Vec<String> =
        found.left_out.iter().map(|left| format!("{}: {}", left.address, left.why)).collect();
    assert_eq!(left, ["aws.root: there is no resource type `aws` here"]);
    is_whole(&found.snapshot);
}

#[test]
fn attributes_that_are_null_and_unknown_are_no_reason_to_refuse() {
    let with = |value: &str| {
        FOREIGN.replace("{ \"id\": \"2\" }", &format!("{{ \"id\": \"2\", \"new\": {value} }}"))
    };
    assert!(survey(&with("null"), &kinds()).is_ok());
    assert!(survey(&with("1"), &kinds()).is_err());
    assert!(read(&with("null"), &kinds()).is_err(), "a push is exact");
}
