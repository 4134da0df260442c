//! The mark of the lineage, from the driver to the provider and back; and marks of values, which are
//! no business of providers.

use crate::bench::*;
use infra_fake::world::Sort;
use infra_model::path::Path;
use infra_plan::plan::Action;

fn network(name: &str) -> String {
    format!("resource \"fake_network\" \"{name}\" {{\n  name = \"{name}\"\n}}\n")
}

#[test]
fn what_was_forgotten_is_reported_by_every_refresh_that_sees_it() {
    let bench = Bench::new();
    let both = network("a") + &network("b");
    bench.apply(&[("main.tf", &both)]);
    {
        let world = bench.world.lock().unwrap();
        // The first apply began the state: the connection was made before it had a lineage.
        assert!(world.objects().all(|object| object.lineage == "bench"));
    }
    let forget = "removed {\n  from = fake_network.b\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let plan = bench.apply(&[("main.tf", &(network("a") + forget))]);
    assert!(plan.unrecorded.is_empty(), "it is still recorded");
    for _ in 0..2 {
        let plan = bench.plan(&[("main.tf", &network("a"))]).unwrap();
        let found = &plan.unrecorded[..];
        assert_eq!(found.len(), 1);
        assert_eq!(&*found[0].object.address, "fake_network.b");
        assert_eq!(&*found[0].provider.provider, "fake");
        assert!(plan.is_empty(), "it is no change");
    }
    let import = format!("{both}import {{\n  to = fake_network.b\n  id = \"net-b-1\"\n}}\n");
    bench.apply(&[("main.tf", &import)]);
    assert!(bench.plan(&[("main.tf", &both)]).unwrap().unrecorded.is_empty());
}

#[test]
fn what_becomes_secret_is_recorded_without_a_call() {
    let bench = Bench::new();
    let network = |name: &str| format!("resource \"fake_network\" \"a\" {{\n  name = {name}\n}}\n");
    let (open, secret) = (network("\"n\""), network("sensitive(\"n\")"));
    bench.apply(&[("main.tf", &open)]);
    let calls = || bench.world.lock().unwrap().count(Sort::Update);
    for (text, secrets) in [(&secret, vec![Path::attribute("name")]), (&open, vec![])] {
        let plan = bench.apply(&[("main.tf", text)]);
        assert_eq!(plan.changes[0].action, Action::Update);
        let snapshot = bench.snapshot();
        let (_, object) = snapshot.instances.values().next().unwrap().current().unwrap();
        assert_eq!(object.value.secrets(), secrets);
        assert!(bench.plan(&[("main.tf", text)]).unwrap().is_empty());
    }
    assert_eq!(calls(), 0, "nothing is to be done in the cloud");
}

#[test]
fn what_turns_out_to_be_the_same_is_no_update() {
    let bench = Bench::new();
    // What is made of an identifier is unknown while that is, and then the same again.
    let networks = |cidr: &str| {
        format!(
            "resource \"fake_network\" \"a\" {{\n  name = \"a\"\n  cidr = \"{cidr}\"\n}}\n\
             resource \"fake_network\" \"b\" {{\n  name = fake_network.a.id == \"\" ? \"x\" : \"b\"\n}}\n"
        )
    };
    bench.apply(&[("main.tf", &networks("10.1.0.0/16"))]);
    let plan = bench.apply(&[("main.tf", &networks("10.2.0.0/16"))]);
    let actions: Vec<Action> = plan.changes.iter().map(|change| change.action).collect();
    assert_eq!(actions.last(), Some(&Action::Update));
    assert_eq!(bench.world.lock().unwrap().count(Sort::Update), 0, "nothing is to be done");
    assert!(bench.plan(&[("main.tf", &networks("10.2.0.0/16"))]).unwrap().is_empty());
}
