//! Create, update, replace, delete, and nothing.

use crate::{applier::Estate, builder::*, text::check};

fn estate() -> (Estate, Config) {
    let config =
        Config::of([network("a"), server("s").with("network_id", of("fake_network.a", "id"))]);
    let mut estate = Estate::new();
    assert!(estate.apply(&config));
    (estate, config)
}

#[test]
fn creates_in_the_order_of_needs() {
    let config =
        Config::of([server("s").with("network_id", of("fake_network.a", "id")), network("a")]);
    let mut estate = Estate::new();
    check(
        &mut estate,
        &config,
        "
        + fake_network.a
        + fake_server.s
        create fake_network.a
        create fake_server.s
    ",
    );
    assert!(estate.apply(&config));
    assert_eq!(estate.world.violations(), Vec::<String>::new());
}

#[test]
fn second_plan_is_empty() {
    let (mut estate, config) = estate();
    let plan = check(&mut estate, &config, "");
    assert!(plan.is_empty());
    assert!(plan.records.is_empty(), "{:?}", plan.records);
    assert_eq!(
        estate.asks,
        [
            "fake configure",
            "fake refresh fake_network 1",
            "fake refresh fake_server 1",
            "fake facts 1"
        ]
    );
}

#[test]
fn updates_in_place_and_says_what_follows() {
    let (mut estate, _) = estate();
    let config = Config::of([
        network("a"),
        server("s").with("network_id", of("fake_network.a", "id")).with("size", is("large")),
    ]);
    check(
        &mut estate,
        &config,
        r#"
        ~ fake_server.s; revision: 1 -> (known after apply); size: "small" -> "large"; status: "running" -> (known after apply)
          ! Downtime: the server stops for about 30 s
          ! Cost: 4.00 to 16.00 XTS a month (+12.00), net
        update fake_server.s
    "#,
    );
    assert!(estate.apply(&config));
    check(&mut estate, &config, "");
}

#[test]
fn replaces_with_the_cause_and_everything_that_needs_it() {
    let (mut estate, _) = estate();
    let config = Config::of([
        network("a").with("cidr", is("10.1.0.0/16")),
        server("s").with("network_id", of("fake_network.a", "id")).with("image", is("alpine")),
    ]);
    check(
        &mut estate,
        &config,
        r#"
        -/+ fake_network.a (CannotUpdate) forced by cidr; cidr: "10.0.0.0/16" -> "10.1.0.0/16"; id: "net-a-1" -> (known after apply)
        -/+ fake_server.s (CannotUpdate) forced by image; id: "srv-s-1" -> (known after apply); image: "debian-12" -> "alpine"; ip: "10.239.75.115" -> (known after apply); network_id: "net-a-1" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply); user: "debian" -> "root"
        ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
        delete fake_network.a
        create fake_network.a
        create fake_server.s
    "#,
    );
}

#[test]
fn deletes_what_is_no_longer_configured_dependants_first() {
    let (mut estate, _) = estate();
    check(
        &mut estate,
        &Config::default(),
        "
        - fake_network.a (NoResource)
        - fake_server.s (NoResource)
          ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
        delete fake_network.a
    ",
    );
    assert!(estate.apply(&Config::default()));
    assert_eq!(estate.world.objects().count(), 0);
    assert!(estate.snapshot.is_empty());
}

#[test]
fn refuses_what_the_kind_refuses_and_plans_the_rest() {
    let (mut estate, _) = estate();
    let config = Config::of([
        network("a"),
        network("b"),
        server("s").with("size", is("giant")),
        disk("d").with("server_id", of("fake_server.s", "id")),
    ]);
    check(
        &mut estate,
        &config,
        "
        + fake_network.b
        create fake_network.b
        error infra::fake::size_unknown: there is no size `giant`
    ",
    );
}

#[test]
fn outputs_before_and_after() {
    let config = Config::of([network("a")]).output("id", of("fake_network.a", "id"));
    let mut estate = Estate::new();
    check(
        &mut estate,
        &config,
        "
        + fake_network.a
        output id: - -> (known after apply)
        create fake_network.a
    ",
    );
    assert!(estate.apply(&config));
    let without = Config::of([network("a")]);
    check(&mut estate, &without, r#"output id: "net-a-1" -> -"#);
}

#[test]
fn hundred_instances_are_refreshed_by_one_ask() {
    let config = Config::of([network("a").count(100)]);
    let mut estate = Estate::new();
    assert!(estate.apply(&config));
    let plan = check(&mut estate, &config, "");
    assert_eq!(estate.asks, ["fake configure", "fake refresh fake_network 100"]);
    assert_eq!(plan.counters.asks, 2);
}
