//! `import-state`: estates that Terraform made, by seed, taken over and given back; what is refused;
//! and death at any moment.

mod random;

use super::{
    child::wait_until,
    estate::Estate,
    oracle::{agree, attempt, has_terraform, terraform},
    outside,
};
use infra_state::{LocalStore, Store as _};
use random::Random;
use serde_json::{Value as Json, json};
use std::path::Path;

/// As many estates are made.
const ESTATES: u64 = 8;

#[test]
fn estates_of_terraform_are_taken_over_and_given_back() {
    if !has_terraform("import_state") {
        return;
    }
    let seeds = outside::number("INFRA_SEED").map_or(0..ESTATES, |seed| seed..seed + 1);
    for seed in seeds {
        let random = Random::new(seed);
        let files = random.estate();
        let (ours, theirs, back) = (Estate::new(), Estate::new(), Estate::new());
        for estate in [&ours, &theirs, &back] {
            for (name, text) in &files {
                estate.write(name, text);
            }
        }
        outside::tell(&format!("seed {seed}"));
        terraform(&theirs, "init");
        terraform(&theirs, "apply -auto-approve");
        let from = theirs.path().display().to_string();
        ours.run(&format!("import-state {from}")).exits(0).says("Imported");
        ours.is_settled();
        let state = ours.run("show -json -show-sensitive").exits(0).json();
        let expected: Json = serde_json::from_str(&terraform(&theirs, "show -json")).unwrap();
        agree(
            &format!("seed {seed}"),
            &without_dependencies(state),
            &without_dependencies(expected),
        );
        ours.run(&format!("import-state {from}")).exits(0).says("already as the file says");
        back.write("terraform.tfstate", &ours.run("state pull").exits(0).stdout);
        terraform(&back, "init");
        let (code, out, err) = attempt(&back, &["plan", "-detailed-exitcode", "-no-color"]);
        assert_eq!(code, 0, "seed {seed}: Terraform plans changes:\n{out}{err}");
        ours.run("destroy -auto-approve").exits(0);
    }
}

/// Terraform records what is needed indirectly too; data sources are read anew.
fn without_dependencies(mut json: Json) -> Json {
    fn walk(json: &mut Json) {
        match json {
            Json::Object(members) => {
                members.remove("depends_on");
                members.values_mut().for_each(walk);
            }
            Json::Array(items) => items.iter_mut().for_each(walk),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }
    walk(&mut json);
    json
}

/// Returns an instance of `terraform_data` in a file.
fn instance(id: &str) -> Json {
    json!({ "schema_version": 0, "attributes": {
        "id": id,
        "input": { "value": id, "type": "string" },
        "output": { "value": id, "type": "string" },
        "triggers_replace": null,
    }, "sensitive_attributes": [] })
}

fn resource(name: &str, instances: Vec<Json>) -> Json {
    let instances = Json::Array(instances);
    json!({ "mode": "managed", "type": "terraform_data", "name": name,
        "provider": "provider[\"terraform.io/builtin/terraform\"]", "instances": instances })
}

fn file(serial: u64, resources: Vec<Json>) -> Json {
    let resources = Json::Array(resources);
    json!({ "version": 4, "terraform_version": "1.11.4", "serial": serial, "lineage": "same",
        "outputs": {}, "resources": resources })
}

const MAIN: &str = "resource \"terraform_data\" \"a\" {\n  input = \"a\"\n}\n";

fn with(instance: Json, more: Json) -> Json {
    let (Json::Object(mut members), Json::Object(more)) = (instance, more) else { panic!() };
    members.extend(more);
    Json::Object(members)
}

#[test]
fn everything_about_an_object_comes_along() {
    let estate = Estate::new();
    let alias = "module.m[\"k\"].provider[\"terraform.io/builtin/terraform\"].east";
    let mut other = with(
        resource(
            "b",
            vec![with(
                instance("b"),
                json!({ "index_key": "k", "private": "c2VjcmV0", "status": "tainted",
            "create_before_destroy": true, "dependencies": ["aws_x.y", "data.a.b", "terraform_data.a"],
            "sensitive_attributes": [[{ "type": "get_attr", "value": "input" }]] }),
            )],
        ),
        json!({ "module": "module.m[\"k\"]", "provider": alias }),
    );
    let deposed = with(instance("old"), json!({ "index_key": "k", "deposed": "00aa00aa" }));
    other["instances"].as_array_mut().unwrap().push(deposed);
    let aws = json!({ "mode": "managed", "type": "aws_x", "name": "y",
        "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [{ "attributes": {} }] });
    let data = json!({ "mode": "data", "type": "a", "name": "b",
        "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [{ "attributes": {} }] });
    let newer = resource("n", vec![with(instance("n"), json!({ "schema_version": 3 }))]);
    let mut text = file(7, vec![aws, data, resource("a", vec![instance("a")]), newer, other]);
    text["outputs"] = json!({ "o": { "value": "hunter2", "type": "string", "sensitive": true } });
    estate.write("old.tfstate", &text.to_string());
    let dry = estate.run("import-state -dry-run old.tfstate").exits(0);
    let said = estate.run("import-state old.tfstate").exits(0).lacks("hunter2");
    for line in [
        "serial 7",
        "+ terraform_data.a",
        "+ module.m[\"k\"].terraform_data.b[\"k\"] (tainted, 1 deposed)",
        "+ output.o",
        "! aws_x.y: there is no resource type `aws_x` here",
        "! data.a.b: a data source",
        "! terraform_data.n: it cannot be brought up to date: `terraform_data` has no schema version 3",
    ] {
        assert!(dry.has(line) && said.has(line), "{line}:\n{}", said.all());
    }
    said.says("Imported 2 instance(s) and 1 output(s)").says("2 instance(s) were left out");
    let pulled = estate.run("state pull").exits(0).json();
    assert_eq!(pulled["lineage"], "same");
    assert_eq!(pulled["outputs"]["o"]["sensitive"], true);
    let found = &pulled["resources"][1];
    assert_eq!(found["provider"], alias);
    assert_eq!(found["module"], "module.m[\"k\"]");
    let objects = found["instances"].as_array().unwrap();
    assert_eq!(objects.len(), 2);
    assert!(objects[0]["deposed"].is_string());
    let current = &objects[1];
    assert_eq!(current["status"], "tainted");
    assert_eq!(current["private"], "c2VjcmV0");
    assert_eq!(current["create_before_destroy"], true);
    assert_eq!(current["dependencies"], json!(["terraform_data.a"]));
    assert_eq!(current["sensitive_attributes"][0][0]["value"], "input");
    estate.run("state history").exits(0).says("import-state 7");
}

#[test]
fn only_a_newer_file_of_the_same_state_takes_its_place() {
    let estate = Estate::of(MAIN);
    let write = |name: &str, serial: u64, id: &str| {
        estate.write(name, &file(serial, vec![resource("a", vec![instance(id)])]).to_string());
    };
    write("5", 5, "a");
    write("6", 6, "aa");
    write("4", 4, "aaa");
    estate.write("other", &file(9, vec![]).to_string().replace("same", "other"));
    estate.run("import-state 5").exits(0);
    estate.run("import-state 5").exits(0).says("already as the file says");
    estate
        .run("import-state other")
        .exits(1)
        .says("The state is not empty")
        .says("Nothing was changed");
    estate.run("import-state 4").exits(1).says("not newer").says("serial 4").says("recorded 5");
    estate.run("import-state -dry-run 4").exits(1).says("not newer");
    estate.run("import-state 6").exits(0);
    estate.run("import-state 5").exits(1).says("not newer");
    estate.run("import-state -force 5").exits(0);
    estate.run("taint terraform_data.a").exits(0);
    write("7", 7, "b");
    estate.run("import-state 7").exits(1).says("changed here since it was imported");
    estate.run("import-state -force 7").exits(0);
    estate.run("import-state -force other").exits(0).says("Forgotten").says("- terraform_data.a");
    assert!(estate.recorded().is_empty());
    let pulled = estate.run("state pull").exits(0).json();
    assert_eq!(pulled["lineage"], "same", "the lineage is kept");
}

#[test]
fn directories_workspaces_and_the_standard_input_are_sources() {
    let estate = Estate::of(MAIN);
    estate.run("import-state").exits(1).says("/terraform.tfstate`");
    let one = file(1, vec![resource("a", vec![instance("a")])]).to_string();
    estate.write("old/terraform.tfstate", &one);
    estate.write("old/terraform.tfstate.d/two/terraform.tfstate", &file(1, vec![]).to_string());
    estate.write("old/.terraform/terraform.tfstate", r#"{"version":3,"backend":{"type":"gcs"}}"#);
    estate.run("import-state -backend=s3").exits(1).says("There are: local, http");
    estate.run("import-state -backend=local -backend-config=pth=x").exits(1).says("no setting");
    estate.run("import-state old x").exits(1);
    estate.run("import-state old/.terraform/terraform.tfstate").exits(1).says("\"gcs\"");
    let config = "import-state -backend=local -backend-config=path=old/terraform.tfstate";
    estate.run(&format!("{config} -dry-run")).exits(0).says("+ terraform_data.a");
    assert!(estate.recorded().is_empty());
    estate.run("import-state old").exits(0);
    assert_eq!(estate.recorded(), ["terraform_data.a"]);
    estate.run("workspace new two").exits(0);
    estate.run("import-state old").exits(0).says("Imported 0 instance(s)");
    let config = format!("{config} -backend-config=workspace_dir=old/terraform.tfstate.d");
    estate.run(&config).exits(0).says("already");
    estate.run("workspace new three").exits(0);
    estate.run("import-state old").exits(1).says("terraform.tfstate.d/three/");
    estate.feed("import-state -", &one).exits(0);
    assert_eq!(estate.recorded(), ["terraform_data.a"]);
}

#[test]
fn bad_files_are_refused_and_change_nothing() {
    let estate = Estate::of(MAIN);
    let two = resource("a", vec![instance("a"), instance("a")]);
    let unknown = resource("a", vec![with(instance("a"), json!({ "attributes": { "bogus": 1 } }))]);
    let type_wrong =
        resource("a", vec![with(instance("a"), json!({ "attributes": { "id": [1] } }))]);
    let whole = file(1, vec![resource("a", vec![instance("a")])]).to_string();
    let no_base64 = resource("a", vec![with(instance("a"), json!({ "private": "%" }))]);
    let no_address = with(resource("a", vec![instance("a")]), json!({ "module": "nowhere" }));
    for (text, said) in [
        (String::new(), "is empty"),
        ("   \n".to_owned(), "is empty"),
        ("hello".to_owned(), "no JSON"),
        ("[]".to_owned(), "no JSON"),
        (whole[..whole.len() / 2].to_owned(), "no JSON"),
        (r#"{"version":3,"modules":[]}"#.to_owned(), "version 3"),
        (r#"{"version":5}"#.to_owned(), "version 5"),
        (r#"{"serial":5}"#.to_owned(), "no version"),
        (r#"{"encrypted_data":"x","version":4}"#.to_owned(), "encrypted"),
        (file(1, vec![two]).to_string(), "more than one current object"),
        (file(1, vec![unknown]).to_string(), "there is no attribute `bogus`"),
        (file(1, vec![type_wrong]).to_string(), "terraform_data.a"),
        (file(1, vec![no_base64]).to_string(), "base64"),
        (file(1, vec![no_address]).to_string(), "nowhere"),
    ] {
        estate.write("bad.tfstate", &text);
        estate.run("import-state bad.tfstate").exits(1).says(said).says("Nothing was changed");
        assert!(estate.run("state history").exits(0).stdout.is_empty(), "{said}");
    }
}

/// As many instances that writing them takes a while.
const MANY: usize = 500;

/// The moment at which a reader sees more than that the state begins.
const FIRST_RECORD: &str = "the first record";

/// Returns as many records as a reader sees.
fn records(state: &Path) -> u64 {
    let reading = LocalStore::open(state, None).and_then(|store| store.read());
    reading.map_or(0, |reading| reading.snapshot.sequence)
}

/// Kills the import when a file of the state appears: all of it is there, or nothing.
#[test]
fn killed_import_leaves_all_or_nothing() {
    let instances = (0..MANY).map(|i| with(instance(&format!("a{i}")), json!({ "index_key": i })));
    let text = file(3, vec![resource("a", instances.collect())]).to_string();
    let moments = ["lock", "journal", FIRST_RECORD, "format", FIRST_RECORD, "index"];
    for moment in moments {
        let estate = Estate::of(MAIN);
        estate.write("terraform.tfstate", &text);
        let (place, whole) = (estate.file(".infra").join(moment), estate.file(".infra/index"));
        let mut running = estate.start("import-state");
        if moment == "index" {
            running.wait_for("Imported");
        }
        let state = estate.file(".infra");
        wait_until(moment, || match moment {
            FIRST_RECORD => records(&state) > 1,
            _ => place.exists() || whole.exists(),
        });
        running.kill();
        let count = estate.recorded().len();
        assert!(count == 0 || count == MANY, "{moment}: {count} of {MANY}");
        let again = estate.run("import-state").exits(0);
        assert!(again.has("Imported") || count == MANY, "{}", again.all());
        assert_eq!(estate.recorded().len(), MANY);
    }
}
