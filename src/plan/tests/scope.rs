//! `-target`, `-exclude`, `-destroy`.

use crate::{applier::Estate, builder::*, text::check};
use infra_plan::{options::Target, plan::PlanMode};

fn chain() -> Config {
    Config::of([
        network("a"),
        server("s").with("network_id", of("fake_network.a", "id")),
        disk("d").with("server_id", of("fake_server.s", "id")),
        network("other"),
    ])
}

fn target(address: &str) -> Vec<Target> {
    vec![Target::Resource(at(address))]
}

#[test]
fn a_target_brings_what_it_needs() {
    let mut estate = Estate::new();
    estate.options.targets = target("fake_server.s");
    check(
        &mut estate,
        &chain(),
        "
        + fake_network.a
        + fake_server.s
        create fake_network.a
        create fake_server.s
        warning partial: Resource targeting is in effect
    ",
    );
}

#[test]
fn of_a_block_that_a_target_needs_goes_what_it_does_not_have_any_more() {
    let config = |keys: &'static [&'static str]| {
        Config::of([
            network("n").keys(keys),
            server("s").with("network_id", of("fake_network.n[\"y\"]", "id")),
        ])
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&config(&["x", "y"])));
    estate.options.targets = target("fake_server.s");
    check(
        &mut estate,
        &config(&["y"]),
        r#"
        - fake_network.n["x"] (NoKey)
        delete fake_network.n["x"]
        warning partial: Resource targeting is in effect
    "#,
    );
}

#[test]
fn a_target_makes_nothing_first_for_what_it_leaves_out() {
    let config = |image: &'static str| {
        Config::of([
            server("s").with("image", is(image)),
            disk("d").with("server_id", of("fake_server.s", "id")).create_first(),
        ])
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&config("one")));
    estate.options.targets = target("fake_server.s");
    check(
        &mut estate,
        &config("two"),
        r#"
        -/+ fake_server.s (CannotUpdate) forced by image; id: "srv-s-1" -> (known after apply); image: "one" -> "two"; ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
          ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
        create fake_server.s
        warning partial: Resource targeting is in effect
    "#,
    );
}

#[test]
fn an_exclusion_takes_along_what_needs_it() {
    let mut estate = Estate::new();
    estate.options.excludes = target("fake_server.s");
    check(
        &mut estate,
        &chain(),
        "
        + fake_network.a
        + fake_network.other
        create fake_network.a
        create fake_network.other
        warning partial: Resource targeting is in effect
    ",
    );
}

#[test]
fn one_instance_can_be_targeted() {
    let mut estate = Estate::new();
    estate.options.targets = target("fake_network.n[\"y\"]");
    check(
        &mut estate,
        &Config::of([network("n").keys(&["x", "y"])]),
        r#"
        + fake_network.n["y"]
        create fake_network.n["y"]
        warning partial: Resource targeting is in effect
    "#,
    );
}

#[test]
fn destroy_takes_everything_in_reverse() {
    let mut estate = Estate::new();
    assert!(estate.apply(&chain()));
    estate.options.mode = PlanMode::Destroy;
    check(
        &mut estate,
        &chain(),
        "
        - fake_disk.d
        ! DataLoss: everything on the disk is lost
        - fake_network.a
        - fake_network.other
        - fake_server.s
        ! Irreversible: the server and what runs on it are gone
        delete fake_disk.d
        delete fake_network.other
        delete fake_server.s
        delete fake_network.a
    ",
    );
    assert!(estate.apply(&chain()));
    assert_eq!(estate.world.objects().count(), 0);
    assert!(estate.snapshot.instances.is_empty());
}

#[test]
fn destroy_of_a_target_takes_what_is_made_from_it() {
    let mut estate = Estate::new();
    assert!(estate.apply(&chain()));
    estate.options.mode = PlanMode::Destroy;
    estate.options.targets = target("fake_server.s");
    check(
        &mut estate,
        &chain(),
        "
        - fake_disk.d
        ! DataLoss: everything on the disk is lost
        - fake_server.s
        ! Irreversible: the server and what runs on it are gone
        delete fake_disk.d
        delete fake_server.s
        warning partial: Resource targeting is in effect
    ",
    );
    estate.options.targets.clear();
    estate.options.excludes = target("fake_server.s");
    check(
        &mut estate,
        &chain(),
        "
        - fake_disk.d
        ! DataLoss: everything on the disk is lost
        - fake_network.other
        delete fake_disk.d
        delete fake_network.other
        warning partial: Resource targeting is in effect
    ",
    );
}

#[test]
fn destroy_respects_protection() {
    let config = Config::of([network("a").protected(), network("b")]);
    let mut estate = Estate::new();
    assert!(estate.apply(&config));
    estate.options.mode = PlanMode::Destroy;
    check(
        &mut estate,
        &config,
        "
        - fake_network.b
        delete fake_network.b
        error destroy_prevented: `fake_network.a` would be destroyed
    ",
    );
}

#[test]
fn a_targeted_orphan_goes_alone() {
    let mut estate = Estate::new();
    assert!(estate.apply(&chain()));
    estate.options.targets = target("fake_server.s");
    check(
        &mut estate,
        &Config::of([network("a"), network("other")]),
        "
        - fake_server.s (NoResource)
          ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
        warning partial: Resource targeting is in effect
    ",
    );
}
