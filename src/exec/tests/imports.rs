//! Import blocks whose parts become known only while planning, or not at all: as Terraform 1.11.

use crate::bench::*;

const SOURCE: &str = "resource \"terraform_data\" \"source\" {\n  input = \"net-b-1\"\n}\n";
const TARGET: &str = "resource \"fake_network\" \"b\" {\n  name = \"b\"\n}\n";
const EACH: &str =
    "resource \"fake_network\" \"b\" {\n  for_each = toset([\"net-b-1\"])\n  name = \"b\"\n}\n";
const FORGET: &str =
    "removed {\n  from = fake_network.b\n  lifecycle {\n    destroy = false\n  }\n}\n";
const BY_EACH: &str = "for_each = toset([terraform_data.source.output])\n\
                       to = fake_network.b[each.key]\nid = each.key";

fn import(block: &str) -> String {
    format!("import {{\n{block}\n}}\n")
}

#[test]
fn what_is_not_known_is_an_error_that_names_it() {
    let bench = Bench::new();
    let id = "to = fake_network.b\nid = terraform_data.source.output";
    let key = "for_each = { x = terraform_data.source.output }\n\
               to = fake_network.b[each.value]\nid = \"net-b-1\"";
    for (target, block, part) in
        [(TARGET, id, "import id"), (EACH, BY_EACH, "for_each"), (EACH, key, "for_each")]
    {
        let config = [SOURCE, target, &import(block)].concat();
        let refused = bench.plan(&[("main.tf", &config)]).unwrap_err();
        assert_eq!(refused.len(), 1, "{refused:#?}");
        assert_eq!(refused[0].code, "infra::plan::import_unknown");
        assert_eq!(&*refused[0].summary, format!("Invalid {part} argument"), "{refused:#?}");
        assert!(refused[0].detail.contains("`terraform_data.source`"), "{refused:#?}");
    }
}

#[test]
fn what_comes_from_something_recorded_is_known() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", &[SOURCE, TARGET].concat())]);
    bench.apply(&[("main.tf", &[SOURCE, FORGET].concat())]);
    let config = [SOURCE, EACH, &import(BY_EACH)].concat();
    let plan = bench.apply(&[("main.tf", &config)]);
    assert!(plan.changes.iter().any(|change| change.importing.is_some()));
    assert_eq!(bench.world.lock().unwrap().objects().count(), 1, "nothing was created");
}

#[test]
fn what_refers_to_its_own_target_is_refused() {
    let bench = Bench::new();
    let block = import("to = fake_network.b\nid = fake_network.b.id");
    let refused = bench.plan(&[("main.tf", &[TARGET, &block].concat())]).unwrap_err();
    assert_eq!(said(&refused).len(), 1);
    assert_eq!(refused[0].code, "infra::plan::import_circular");
}
