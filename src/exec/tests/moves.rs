//! Objects that get another address, and another type with it.

use crate::bench::*;
use infra_model::address::Address;

const NULL: &str = r#"
resource "null_resource" "a" {
  triggers = { image = "one" }
}
output "id" { value = null_resource.a.id }
"#;

fn data(trigger: &str, input: &str) -> String {
    format!(
        r#"
resource "terraform_data" "b" {{
  triggers_replace = {{ image = "{trigger}" }}
  {input}
}}
moved {{
  from = null_resource.a
  to   = terraform_data.b
}}
output "id" {{ value = terraform_data.b.id }}
"#
    )
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn id_of(bench: &Bench, at: &str) -> String {
    let snapshot = bench.snapshot();
    let object = snapshot.current(&address(at)).unwrap();
    object.value.get("id").unwrap().as_text().unwrap().to_string()
}

#[test]
fn a_null_resource_becomes_terraform_data_and_keeps_its_id() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", NULL)]);
    let id = id_of(&bench, "null_resource.a");
    let config = data("one", "");
    let files = [("main.tf", config.as_str())];
    let plan = bench.apply(&files);
    assert_eq!(changes(&plan), ["NoOp terraform_data.b from null_resource.a"]);
    assert_eq!(id_of(&bench, "terraform_data.b"), id);
    let object = bench.snapshot().current(&address("terraform_data.b")).unwrap().clone();
    assert_eq!(&*object.kind.0, "terraform_data");
    assert_eq!(&*object.provider.provider, "terraform");
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn it_is_changed_in_place_in_the_same_apply() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", NULL)]);
    let id = id_of(&bench, "null_resource.a");
    let config = data("one", "input = \"new\"");
    let files = [("main.tf", config.as_str())];
    let plan = bench.apply(&files);
    assert_eq!(changes(&plan), ["Update terraform_data.b from null_resource.a"]);
    assert_eq!(id_of(&bench, "terraform_data.b"), id);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn it_is_replaced_in_the_same_apply() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", NULL)]);
    let id = id_of(&bench, "null_resource.a");
    let config = data("two", "");
    let files = [("main.tf", config.as_str())];
    let plan = bench.apply(&files);
    assert_eq!(changes(&plan), ["Replace terraform_data.b from null_resource.a"]);
    assert_ne!(id_of(&bench, "terraform_data.b"), id);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn it_is_deleted_where_nothing_is_configured_any_more() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", NULL)]);
    let moved = "moved {\n  from = null_resource.a\n  to = terraform_data.b\n}\n";
    let plan = bench.apply(&[("main.tf", moved)]);
    assert_eq!(changes(&plan), ["Delete terraform_data.b from null_resource.a"]);
    assert!(bench.snapshot().instances.is_empty());
}

#[test]
fn another_type_is_refused_by_name() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", NULL)]);
    let config = r#"
resource "random_id" "b" {
  byte_length = 4
}
moved {
  from = null_resource.a
  to   = random_id.b
}
"#;
    let refused = bench.plan(&[("main.tf", config)]).unwrap_err();
    let expected = "infra::plan::move_kind: `null_resource` cannot become `random_id`";
    assert_eq!(said(&refused), [expected]);
}

#[test]
fn a_saved_plan_makes_anew_what_was_found_gone() {
    let bench = Bench::new();
    let config = "resource \"fake_network\" \"a\" {\n  name = \"a\"\n}\n";
    let files = [("main.tf", config)];
    bench.apply(&files);
    let id = id_of(&bench, "fake_network.a");
    bench.world.lock().unwrap().remove(&id);
    let plan = bench.apply(&files);
    assert_eq!(changes(&plan), ["Create fake_network.a"]);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn a_place_that_was_left_takes_a_new_object() {
    let bench = Bench::new();
    let one = "resource \"fake_network\" \"a\" {\n  name = \"one\"\n}\n";
    bench.apply(&[("main.tf", one)]);
    let b = "resource \"fake_network\" \"b\" {\n  name = \"one\"\n}\n";
    let moved = format!("{b}moved {{\n  from = fake_network.a\n  to = fake_network.b\n}}\n");
    bench.apply(&[("main.tf", &moved)]);
    let both = format!("{b}resource \"fake_network\" \"a\" {{\n  name = \"two\"\n}}\n");
    let files = [("main.tf", both.as_str())];
    // The world refuses two objects with one token.
    assert_eq!(changes(&bench.apply(&files)), ["Create fake_network.a"]);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn what_was_forgotten_shares_no_token_with_what_comes_after_it() {
    let bench = Bench::new();
    let one = "resource \"fake_network\" \"a\" {\n  name = \"one\"\n}\n";
    bench.apply(&[("main.tf", one)]);
    let forget = "removed {\n  from = fake_network.a\n  lifecycle {\n    destroy = false\n  }\n}\n";
    bench.apply(&[("main.tf", forget)]);
    bench.apply(&[("main.tf", one)]);
    let world = bench.world.lock().unwrap();
    let tokens: Vec<&String> = world.objects().map(|object| &object.token).collect();
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0], tokens[1]);
}
