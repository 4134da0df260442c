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
            Sample::new("random_uuid", [])
                .variants([keepers()])
                .import(|object| by("result")(object), &[]),
        ],
    );
}

#[test]
fn local_file_keeps_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    let name = |name: &str| Value::from(directory.path().join(name).to_str().unwrap());
    let base = [("filename", name("a.txt")), ("content", Value::from("hello"))];
    let sample = Sample::new("local_file", base).variants([
        ("filename", name("deep/er/b.txt")),
        ("content", Value::from("other")),
        ("file_permission", Value::from("0600")),
        ("directory_permission", Value::from("0700")),
    ]);
    run("local", vec![sample]);
    assert_eq!(std::fs::read_dir(directory.path().join("deep/er")).unwrap().count(), 0);
}
