//! Tests of all functions: lines whose results Terraform gave, and laws that hold for every one.

mod expression;
mod files;
mod laws;

use super::{Environment, Outcome, Templates, all, lookup, suggest};
use expression::{Memory, evaluate};
use infra_model::{known::Inputs, value::Value};

/// Shows a template's text and variables instead of rendering it.
pub(super) struct Echo;

impl Templates for Echo {
    fn render(&self, source_name: &str, text: &str, variables: &Value) -> Outcome {
        Ok(Value::string(format!("{source_name}: {text} <- {variables}")))
    }
}

/// Calls something with an environment in which files lie in memory.
pub(super) fn with_environment<R>(applying: bool, run: impl FnOnce(&Environment<'_>) -> R) -> R {
    let inputs = Inputs { applying, now_ms: 1_600_000_000_999, ..Inputs::default() };
    run(&Environment { sources: &Memory, inputs: &inputs, templates: &Echo, draw: 7 })
}

/// Returns what an expression gives, as `value : type` or `! message`.
pub(super) fn shown(expression: &str) -> String {
    with_environment(true, |environment| match evaluate(expression, environment) {
        Ok(value) => format!("{value} : {}", value.ty()),
        Err(message) => format!("! {message}"),
    })
}

/// Lines are an expression, `=>`, and its result.
///
/// Known values (as JSON) and error texts were compared with Terraform 1.11.4 when the file was made;
/// types and what is shown of unknown and sensitive results are ours.
#[test]
fn functions_give_what_terraform_gives() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("tests/oracle.txt").lines() {
        let (expression, wanted) = line.split_once(" => ").unwrap();
        let got = shown(expression);
        count += 1;
        if got != wanted {
            wrong.push(format!("{expression}\n  wanted {wanted}\n  got    {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1500, "the table is there");
}

/// What Terraform crashes at, or answers with nonsense, is an ordinary error here.
#[test]
fn deviations_from_terraform_are_deliberate() {
    let table = [
        (
            "indent(-1, \"a\")",
            "! Invalid value for \"spaces\" parameter: the number of spaces must not be negative.",
        ),
        ("log(-1, 10)", "! Call to function \"log\" failed: the result is not a number."),
        ("pow(-8, 0.3)", "! Call to function \"pow\" failed: the result is not a number."),
        (
            "zipmap([null], tolist([1]))",
            "! Call to function \"zipmap\" failed: keys list has null value at index 0.",
        ),
        ("element([\"a\", \"b\"], -1)", "\"b\" : string"),
        ("cidrhost(\"::ffff:10.0.0.0/104\", 5)", "\"10.0.0.5\" : string"),
        (
            "parseint(sensitive(\"FF\"), 10)",
            "! Invalid value for \"number\" parameter: cannot parse (sensitive value) as a base 10 integer.",
        ),
        (
            "format(\"%2000000d\", 1)",
            "! Call to function \"format\" failed: the width 2000000 in \"%2000000d\" is too large; at most 1000000 is allowed.",
        ),
        (
            "indent(99999999999, \"a\\nb\")",
            "! Call to function \"indent\" failed: the result would have 100000000002 bytes; at most 67108864 are allowed.",
        ),
        (
            "setproduct(range(1024), range(1024), range(2))",
            "! Call to function \"setproduct\" failed: the result would have 2097152 elements; at most 1048576 are allowed.",
        ),
        (
            "cidrhost(sensitive(\"my-secret\"), 1)",
            "! Call to function \"cidrhost\" failed: invalid CIDR expression: invalid CIDR address: (sensitive value).",
        ),
        ("upper(sensitive(\"a\"), 1)", "! Function \"upper\" expects only 1 argument(s)."),
    ];
    for (expression, wanted) in table {
        assert_eq!(shown(expression), wanted, "{expression}");
    }
}

#[test]
fn functions_of_opentofu_work() {
    let table = [
        ("urldecode(\"a+b%26c%2Fd%3F%C3%A9~\")", "\"a b&c/d?é~\" : string"),
        (
            "urldecode(\"%zz\")",
            "! Call to function \"urldecode\" failed: failed to decode URL: invalid URL escape \"%zz\".",
        ),
        ("base64gunzip(\"H4sIAAAAAAAA/ypJLS4BAAAA//8BAAD//wx+f9gEAAAA\")", "\"test\" : string"),
        (
            "base64gunzip(\"AAAA\")",
            "! Call to function \"base64gunzip\" failed: failed to gunzip bytes: gzip: invalid header.",
        ),
        ("cidrcontains(\"10.0.0.0/8\", \"10.1.2.3\")", "true : bool"),
        ("cidrcontains(\"10.0.0.0/8\", \"10.0.0.0/7\")", "false : bool"),
        ("cidrcontains(\"2001:db8::/32\", \"2001:db8:ffff::/48\")", "true : bool"),
    ];
    for (expression, wanted) in table {
        assert_eq!(shown(expression), wanted, "{expression}");
    }
}

#[test]
fn marks_are_carried_as_far_as_they_belong() {
    let table = [
        ("[upper(sensitive(\"a\")), \"b\"]", "[(sensitive value), \"b\"]"),
        ("length([sensitive(1)])", "1"),
        ("length(sensitive([1]))", "(sensitive value)"),
        ("element([sensitive(1), 2], 1)", "2"),
        ("keys({a = sensitive(1)})", "[\"a\"]"),
        ("keys(sensitive({a = 1}))", "(sensitive value)"),
        ("values({a = sensitive(1), b = 2})", "[(sensitive value), 2]"),
        ("merge({a = sensitive(1)}, {b = 2})", "{\"a\" = (sensitive value), \"b\" = 2}"),
        ("coalesce(\"a\", sensitive(\"b\"))", "(sensitive value)"),
        ("zipmap([sensitive(\"a\")], [1])", "(sensitive value)"),
        ("lookup({a = sensitive(1), b = 2}, \"b\")", "2"),
        ("concat([sensitive(1)], [2])", "[(sensitive value), 2]"),
        ("jsonencode([sensitive(1)])", "(sensitive value)"),
        ("nonsensitive(sensitive(var.eph))", "(ephemeral value)"),
        ("ephemeralasnull([var.eph, 1])", "[null, 1]"),
        ("issensitive(upper(sensitive(local.unk_string)))", "true"),
        ("issensitive(element(sensitive([\"a\"]), local.unk_number))", "true"),
    ];
    for (expression, wanted) in table {
        let shown = shown(expression);
        assert_eq!(shown.split(" : ").next(), Some(wanted), "{expression}");
    }
}

#[test]
fn unknown_results_keep_what_is_known_of_them() {
    with_environment(false, |environment| {
        let unknown = |expression: &str| {
            let value = evaluate(expression, environment).unwrap();
            let unknown = value.as_unknown().unwrap();
            (unknown.not_null, unknown.prefix.to_string())
        };
        assert_eq!(unknown("upper(local.unk_string)"), (true, String::new()));
        assert_eq!(unknown("format(\"ab-%s\", local.unk_string)"), (true, "ab-".to_owned()));
        assert_eq!(unknown("jsonencode([local.unk_string])"), (true, "[".to_owned()));
        assert_eq!(unknown("jsonencode({a = local.unk_string})"), (true, "{".to_owned()));
        assert_eq!(unknown("element(local.unk_list_string, 0)"), (false, String::new()));
        assert_eq!(unknown("timestamp()"), (true, String::new()));
        assert_eq!(unknown("uuid()"), (true, String::new()));
    });
}

#[test]
fn draws_depend_on_the_call_alone() {
    let draw = |draw: u64, expression: &str| {
        with_environment(true, |environment| {
            let environment = Environment { draw, ..*environment };
            evaluate(expression, &environment).unwrap().to_string()
        })
    };
    for expression in ["uuid()", "bcrypt(\"x\", 4)"] {
        assert_eq!(draw(1, expression), draw(1, expression));
        assert_ne!(draw(1, expression), draw(2, expression));
    }
    assert!(draw(1, "bcrypt(\"x\", 4)").starts_with("\"$2a$04$"));
    assert_eq!(shown("timestamp()"), "\"2020-09-13T12:26:40Z\" : string");
    assert_eq!(shown("plantimestamp()"), "\"2020-09-13T12:26:40Z\" : string");
}

#[test]
fn names_are_found_and_suggested() {
    assert_eq!(lookup("core::upper").map(|f| f.name), Some("upper"));
    assert_eq!(lookup("upper").map(|f| f.name), Some("upper"));
    assert!(lookup("provider::x::upper").is_none());
    assert_eq!(suggest("uper"), Some("upper"));
    assert_eq!(suggest("core::tru"), Some("try"));
    assert_eq!(suggest("nothing_like_it"), None);
    let mut names: Vec<&str> = all().map(|function| function.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "no name stands twice");
}
