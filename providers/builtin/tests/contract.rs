//! The contract suite over every type of this crate.

use super::support::{control, provider};
use infra_model::{snapshot::Object, text::Text, types::Type, value::Value};
use infra_sdk::contract::{Bench, Outside, Sample, block_on, check};

struct Disk;

impl Outside for Disk {
    fn remove(&self, object: &Object) -> bool {
        let name = object.value.get("filename").and_then(Value::as_text);
        name.is_some_and(|name| std::fs::remove_file(&**name).is_ok())
    }

    fn lose_next_create(&self) -> bool {
        false
    }
}

pub(super) fn run(name: &str, samples: Vec<Sample>) {
    let found = block_on(check(&Bench {
        provider: &*provider(name),
        config: Value::object::<Text>([]),
        control: control(),
        samples,
        outside: &Disk,
    }));
    assert_eq!(found, Vec::<String>::new());
}

fn number(number: i64) -> Value {
    Value::from(number)
}

fn keepers() -> (&'static str, Value) {
    ("keepers", map())
}

fn map() -> Value {
    Value::map(Type::String, [("a", Value::from("1"))])
}

fn by(name: &'static str) -> impl Fn(&Object) -> Value {
    move |object| object.value.get(name).cloned().unwrap().unmark().0
}

#[test]
fn terraform_data_keeps_the_contract() {
    let tuple = || Value::tuple(vec![number(1), Value::from("x")]);
    let sample = Sample::new("terraform_data", [("input", Value::from("a"))])
        .variants([("input", tuple()), ("triggers_replace", tuple())])
        .import(|object| by("id")(object), &["input", "output", "triggers_replace"]);
    run("terraform", vec![sample, Sample::new("terraform_data", [])]);
}

#[test]
fn null_resource_keeps_the_contract() {
    run("null", vec![Sample::new("null_resource", []).variants([("triggers", map())])]);
}

fn characters(kind: &'static str) -> Sample {
    Sample::new(kind, [("length", number(12))]).variants([
        ("length", number(20)),
        ("special", Value::from(false)),
        ("upper", Value::from(false)),
        ("lower", Value::from(false)),
        ("min_numeric", number(2)),
        ("min_upper", number(2)),
        ("min_lower", number(2)),
        ("min_special", number(2)),
        ("override_special", Value::from("_")),
        keepers(),
    ])
}

fn older(mut sample: Sample, versions: u64) -> Sample {
    for version in 0..versions {
        let recorded = Value::object([
            ("id", Value::from("none")),
            ("length", number(4)),
            ("number", Value::from(false)),
            ("result", Value::from("abcd")),
        ]);
        sample = sample.older(version, recorded);
    }
    sample
}

#[test]
fn random_keeps_the_contract() {
    run(
        "random",
        vec![
            Sample::new("random_bytes", [("length", number(16))])
                .variants([("length", number(32)), keepers()])
                .import(|object| by("base64")(object), &[]),
            Sample::new("random_id", [("byte_length", number(4))])
                .variants([("byte_length", number(8)), ("prefix", Value::from("p-")), keepers()])
                .import(|object| by("b64_url")(object), &[]),
            Sample::new("random_integer", [("min", number(1)), ("max", number(9))])
                .variants([
                    ("min", number(-5)),
                    ("max", number(20)),
                    ("seed", Value::from("s")),
                    keepers(),
                ])
                .import(
                    |object| {
                        let result = object.value.get("result").and_then(Value::as_number).unwrap();
                        Value::string(format!("{result},1,9"))
                    },
                    &[],
                ),
            older(characters("random_string"), 2).import(|object| by("result")(object), &[]),
            older(characters("random_password"), 3)
                .import(|object| by("result")(object), &["bcrypt_hash"]),
            Sample::new("random_pet", []).variants([
                ("length", number(3)),
                ("prefix", Value::from("the")),
                ("separator", Value::from("_")),
                keepers(),
            ]),
            Sample::new("random_shuffle", [("input", strings(&["a", "b", "c"]))]).variants([
                ("input", strings(&["a", "b"])),
                ("result_count", number(7)),
                ("seed", Value::from("s")),
                keepers(),
            ]),
            Sample::ephemeral("random_password", [("length", number(12))]),
            uuid("random_uuid"),
            uuid("random_uuid4"),
            uuid("random_uuid7"),
        ],
    );
}

fn strings(texts: &[&str]) -> Value {
    Value::list(Type::String, texts.iter().map(|text| Value::from(*text)).collect())
}

fn uuid(kind: &'static str) -> Sample {
    Sample::new(kind, []).variants([keepers()]).import(|object| by("result")(object), &[])
}

fn triggers() -> (&'static str, Value) {
    ("triggers", map())
}

fn joined(object: &Object, names: &[&str]) -> Value {
    let text = |name: &&str| by_text(object, name);
    Value::string(names.iter().map(text).collect::<Vec<_>>().join(","))
}

fn by_text(object: &Object, name: &str) -> String {
    // What no attribute is called stands for an empty part.
    let Some(value) = object.value.get(name) else { return String::new() };
    let number = value.as_number().map(ToString::to_string);
    value.as_text().map(ToString::to_string).or(number).unwrap_or_default()
}

#[test]
fn time_keeps_the_contract() {
    let at = || Value::from("2020-02-12T06:36:13Z");
    let later = || Value::from("2120-01-31T12:00:00.5+01:00");
    let offset = Sample::new("time_offset", [("offset_days", number(7))])
        .variants([
            ("base_rfc3339", at()),
            ("offset_years", number(1)),
            ("offset_months", number(-1)),
            ("offset_days", number(8)),
            ("offset_hours", number(30)),
            ("offset_minutes", number(90)),
            ("offset_seconds", number(100)),
            triggers(),
        ])
        .import(
            |object| joined(object, &["base_rfc3339", "-", "-", "offset_days", "-", "-", "-"]),
            &[],
        );
    let rotating = Sample::new("time_rotating", [("rotation_days", number(7))])
        .variants([
            ("rfc3339", later()),
            ("rotation_years", number(1)),
            ("rotation_months", number(1)),
            ("rotation_days", number(8)),
            ("rotation_hours", number(30)),
            ("rotation_minutes", number(90)),
            ("rotation_rfc3339", later()),
            triggers(),
        ])
        .import(|object| joined(object, &["rfc3339", "-", "-", "rotation_days", "-", "-"]), &[]);
    let to_a_time = Sample::new("time_rotating", [("rotation_rfc3339", later())])
        .import(|object| joined(object, &["rfc3339", "rotation_rfc3339"]), &[]);
    let sleep = Sample::new("time_sleep", [("create_duration", Value::from("90s"))])
        .variants([
            ("create_duration", Value::from("1.5h")),
            ("destroy_duration", Value::from("250ms")),
            triggers(),
        ])
        .import(|object| joined(object, &["create_duration", "-"]), &["id"]);
    let fixed = Sample::new("time_static", [])
        .variants([("rfc3339", at()), triggers()])
        .import(|object| by("rfc3339")(object), &[]);
    let given = Sample::new("time_static", [("rfc3339", later())])
        .variants([("rfc3339", at())])
        .import(|object| by("rfc3339")(object), &[]);
    run("time", vec![offset, rotating, to_a_time, sleep, fixed, given]);
}

#[test]
fn local_files_keep_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    let name = |name: &str| Value::from(directory.path().join(name).to_str().unwrap());
    let base = [("filename", name("a.txt")), ("content", Value::from("hello"))];
    let sample = Sample::new("local_file", base).variants([
        ("filename", name("deep/er/b.txt")),
        ("content", Value::from("other")),
        ("file_permission", Value::from("0600")),
        ("directory_permission", Value::from("0700")),
    ]);
    let base = [("filename", name("secret")), ("content", Value::from("hello"))];
    let secret = Sample::new("local_sensitive_file", base).variants([
        ("filename", name("deep/er/secret")),
        ("content", Value::from("other")),
        ("file_permission", Value::from("0600")),
        ("directory_permission", Value::from("0750")),
    ]);
    run("local", vec![sample, secret]);
    assert_eq!(std::fs::read_dir(directory.path().join("deep/er")).unwrap().count(), 0);
}
