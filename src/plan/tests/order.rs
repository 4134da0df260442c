//! The order of larger plans, and that it costs no more than it should.

use crate::{applier::Estate, builder::*};
use infra_plan::plan::Work;

/// A block of many that another block of many needs as a whole.
fn many(count: u64) -> Config {
    Config::of([
        network("a").count(count),
        server("s").count(count).with("network_id", Expr::Same("fake_network.a", "id")),
        block("fake_token", "t").count(count).with("note", Expr::All("fake_server.s", "id")),
    ])
}

#[test]
fn whole_resources_are_needed_through_a_join() {
    let mut estate = Estate::new();
    let (plan, _) = estate.plan(&many(100));
    assert_eq!(plan.steps.iter().filter(|step| step.work == Work::Join).count(), 1);
    let edges: usize = plan.steps.iter().map(|step| step.after.len()).sum();
    assert_eq!(edges, 300, "servers by network, the join by server, tokens by the join");
    assert!(estate.apply(&many(100)));
    let (plan, _) = estate.plan(&Config::default());
    let edges: usize = plan.steps.iter().map(|step| step.after.len()).sum();
    assert_eq!(edges, 300);
    assert!(estate.apply(&Config::default()));
    assert_eq!(estate.world.objects().count(), 0);
}

#[test]
fn costs_grow_with_the_number_of_instances() {
    let counters = |count| Estate::new().plan(&many(count)).0.counters;
    let (small, large) = (counters(50), counters(500));
    assert!(large.evaluations <= small.evaluations * 11, "{small:?} {large:?}");
    assert!(large.edges <= small.edges * 11, "{small:?} {large:?}");
    assert_eq!(small.asks, large.asks);
}

#[test]
fn a_chain_through_what_does_not_change_is_kept() {
    let of_size = |cidr: &'static str, size: i64| {
        Config::of([
            network("a").with("cidr", is(cidr)).create_first(),
            block("fake_token", "t").with("note", is("x")).after("fake_network.a"),
            disk("d").with("size", is(size)).after("fake_token.t"),
        ])
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&of_size("10.0.0.0/16", 1)));
    let (plan, _) = estate.plan(&of_size("10.1.0.0/16", 2));
    let place = |address: &str, work: fn(&Work) -> bool| {
        plan.steps.iter().position(|s| s.address == at(address) && work(&s.work)).unwrap()
    };
    let made = place("fake_network.a", |w| matches!(w, Work::Create { .. }));
    let grown = place("fake_disk.d", |w| *w == Work::Update);
    assert!(made < grown);
    let waits = &plan.steps[grown].after;
    assert_eq!(*waits, [plan.steps[made].id], "through the unchanged token");
}

#[test]
fn a_destroyed_object_waits_over_what_does_not_change() {
    // The disk stands on the token, which stands on the network and does not change itself.
    let of_size = |size: i64| {
        Config::of([
            network("a").with("cidr", is("10.0.0.0/16")).create_first(),
            block("fake_token", "t").with("note", is("x")).after("fake_network.a"),
            disk("d").with("size", is(size)).after("fake_token.t"),
        ])
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&of_size(1)));
    let after = Config::of([
        network("a").with("cidr", is("10.1.0.0/16")).create_first(),
        block("fake_token", "t").with("note", is("x")),
        disk("d").with("size", is(2)),
    ]);
    let (plan, _) = estate.plan(&after);
    let place = |address: &str, work: fn(&Work) -> bool| {
        plan.steps.iter().position(|s| s.address == at(address) && work(&s.work)).unwrap()
    };
    let grown = place("fake_disk.d", |w| *w == Work::Update);
    let gone = place("fake_network.a", |w| *w == Work::Delete);
    let waits = plan.steps[gone].after.iter().any(|before| *before == plan.steps[grown].id);
    assert!(waits, "{:?}", plan.steps);
}

/// An object that is deposed and what replaced it share an address: records can lead in a circle.
#[test]
fn recorded_circles_are_told_and_hide_no_other_chain() {
    let of = |cidr: &'static str, size: i64, after: bool| {
        let token = block("fake_token", "t").with("note", is("x"));
        let disk = disk("d").with("size", is(size));
        let [token, disk] = if after {
            [token.after("fake_network.a"), disk.after("fake_token.t")]
        } else {
            [token, disk]
        };
        let network = network("a").with("cidr", is(cidr)).create_first();
        let other = |name| block("fake_token", name).with("note", is("y"));
        Config::of([network, token, disk, other("u"), other("v"), other("w")])
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&of("10.0.0.0/16", 1, true)));
    let mut needs = |of: &str, need: &str| {
        let instance = estate.snapshot.instances.get_mut(&at(of)).unwrap();
        let object = instance.objects.values_mut().next().unwrap();
        let needs = [at(need)].into();
        *object = infra_model::snapshot::Object { needs, ..(**object).clone() }.into();
    };
    needs("fake_token.u", "fake_token.v");
    needs("fake_token.v", "fake_token.w");
    needs("fake_token.w", "fake_token.u");
    let (plan, said) = estate.plan(&of("10.1.0.0/16", 2, false));
    let told: Vec<&str> = said.iter().map(|found| found.code).collect();
    assert_eq!(told, ["infra::plan::needs_circular"]);
    let names = "`fake_token.u`, `fake_token.v`, `fake_token.w`.";
    assert!(!said[0].is_error() && said[0].detail.contains(names), "{said:?}");
    let place = |address: &str, work: Work| {
        plan.steps.iter().position(|s| s.address == at(address) && s.work == work).unwrap()
    };
    let grown = place("fake_disk.d", Work::Update);
    let gone = place("fake_network.a", Work::Delete);
    assert!(plan.steps[gone].after.contains(&plan.steps[grown].id), "{:?}", plan.steps);
    // Where nothing is destroyed, there is no such order to be lost.
    let (_, said) = estate.plan(&of("10.0.0.0/16", 2, true));
    assert!(said.is_empty(), "{said:?}");
}
