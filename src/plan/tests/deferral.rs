//! Deferral: parts that can only be planned once something else is final.

use crate::{applier::Estate, builder::*, text::check};
use infra_plan::plan::PlanMode;

fn hosted(image: &'static str) -> Config {
    Config::of([
        server("s").with("image", is(image)),
        container("c"),
        network("n").with("labels", Expr::Map("c", Box::new(of("fakehost_container.c", "id")))),
    ])
    .host(of("fake_server.s", "id"))
}

fn id_of(estate: &Estate, address: &str) -> String {
    let value = &estate.snapshot.current(&at(address)).unwrap().value;
    value.get("id").unwrap().as_text().unwrap().to_string()
}

#[test]
fn one_apply_from_nothing() {
    let mut estate = Estate::new();
    let config = hosted("debian-12");
    check(
        &mut estate,
        &config,
        "
        + fake_server.s
        deferred fake_network.n Dependency after fake_server.s, fakehost_container.c
        deferred fakehost_container.c Provider after fake_server.s
        create fake_server.s
    ",
    );
    assert!(estate.apply(&config), "{:#?}", estate.said);
    assert_eq!(
        estate.log,
        ["create fake_server.s", "create fakehost_container.c", "create fake_network.n"]
    );
    check(&mut estate, &config, "");
    assert_eq!(estate.world.violations(), Vec::<String>::new());
}

#[test]
fn what_lives_on_a_replaced_host_is_lost_and_made_anew() {
    let mut estate = Estate::new();
    assert!(estate.apply(&hosted("debian-12")));
    let config = hosted("alpine");
    check(
        &mut estate,
        &config,
        r#"
        -/+ fake_server.s (CannotUpdate) forced by image; id: "srv-s-1" -> (known after apply); image: "debian-12" -> "alpine"; ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply); user: "debian" -> "root"
        ! Irreversible: the server and what runs on it are gone
        ! Downtime: `fakehost_container.c` is lost with it
        lost fakehost_container.c with fake_server.s
        deferred fake_network.n Dependency after fake_server.s, fakehost_container.c
        deferred fakehost_container.c Provider after fake_server.s
        delete fake_server.s
        create fake_server.s
    "#,
    );
    // What is made from the lost object would be changed in place: that was not approved.
    assert!(!estate.apply(&config));
    assert!(estate.said.iter().any(|d| d.code == "infra::plan::envelope_exceeded"));
    assert!(estate.apply(&config), "{:#?}", estate.said);
    check(&mut estate, &config, "");
    assert_eq!(estate.world.violations(), Vec::<String>::new());
}

#[test]
fn a_lost_object_is_made_anew_in_the_same_apply() {
    let of = |image: &'static str| {
        Config::of([server("s").with("image", is(image)), container("c")])
            .host(of("fake_server.s", "id"))
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&of("debian-12")));
    assert!(estate.apply(&of("alpine")), "{:#?}", estate.said);
    assert_eq!(
        estate.log,
        ["delete fake_server.s", "create fake_server.s", "create fakehost_container.c"]
    );
    check(&mut estate, &of("alpine"), "");
}

#[test]
fn what_lived_on_a_host_that_is_gone_is_gone_with_it() {
    let mut estate = Estate::new();
    assert!(estate.apply(&hosted("debian-12")));
    let id = id_of(&estate, "fake_server.s");
    estate.world.remove(&id);
    let config = hosted("debian-12");
    check(
        &mut estate,
        &config,
        "
        + fake_server.s (Gone)
        ! Downtime: `fakehost_container.c` is lost with it
        drift fake_server.s gone
        lost fakehost_container.c with fake_server.s
        deferred fake_network.n Dependency after fake_server.s, fakehost_container.c
        deferred fakehost_container.c Provider after fake_server.s
        create fake_server.s
    ",
    );
}

#[test]
fn protected_objects_keep_their_host() {
    let of = |image: &'static str| {
        Config::of([server("s").with("image", is(image)), container("c").protected()])
            .host(of("fake_server.s", "id"))
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&of("debian-12")));
    check(
        &mut estate,
        &of("alpine"),
        r#"
        -/+ fake_server.s (CannotUpdate) forced by image; id: "srv-s-1" -> (known after apply); image: "debian-12" -> "alpine"; ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply); user: "debian" -> "root"
        ! Irreversible: the server and what runs on it are gone
        ! Downtime: `fakehost_container.c` is lost with it
        lost fakehost_container.c with fake_server.s
        deferred fakehost_container.c Provider after fake_server.s
        delete fake_server.s
        create fake_server.s
        error destroy_prevented: `fakehost_container.c` would be lost with `fake_server.s`
    "#,
    );
}

#[test]
fn unknown_keys_wait_for_what_they_come_from() {
    let config = Config::of([
        network("a"),
        server("s").each(of("fake_network.a", "id")).with("name", Expr::Key),
        disk("d").with("server_id", of("fake_server.s", "id")),
    ]);
    let mut estate = Estate::new();
    check(
        &mut estate,
        &config,
        "
        + fake_network.a
        deferred fake_disk.d Dependency after fake_network.a, fake_server.s[*]
        deferred fake_server.s[*] Expansion after fake_network.a
        create fake_network.a
    ",
    );
}

#[test]
fn unknown_keys_are_created_in_the_same_apply() {
    let config = Config::of([
        network("a"),
        server("s").each(of("fake_network.a", "id")).with("name", Expr::Key),
        disk("d")
            .each(of("fake_network.a", "id"))
            .with("name", Expr::Join(vec![is("d-"), Expr::Key]))
            .with("server_id", Expr::Same("fake_server.s", "id")),
    ]);
    let mut estate = Estate::new();
    assert!(estate.apply(&config), "{:#?}", estate.said);
    assert_eq!(estate.world.objects().count(), 3);
    check(&mut estate, &config, "");
}

#[test]
fn a_deferred_part_may_not_change_what_is_there() {
    let config = |cidr: &'static str, name: &'static str| {
        Config::of([
            network("a").with("cidr", is(cidr)),
            server("s").each(of("fake_network.a", "id")).with("name", is(name)),
        ])
    };
    let mut estate = Estate::new();
    assert!(estate.apply(&config("10.0.0.0/16", "x")));
    check(
        &mut estate,
        &config("10.1.0.0/16", "x"),
        r#"
        -/+ fake_network.a (CannotUpdate) forced by cidr; cidr: "10.0.0.0/16" -> "10.1.0.0/16"; id: "net-a-1" -> (known after apply)
        deferred fake_server.s[*] Expansion after fake_network.a
        delete fake_network.a
        create fake_network.a
    "#,
    );
    assert!(!estate.apply(&config("10.1.0.0/16", "x")));
    let codes: Vec<&str> = estate.said.iter().map(|d| d.code).collect();
    assert!(codes.contains(&"infra::plan::envelope_exceeded"), "{codes:?}");
    // What was done is kept; the next plan shows the rest.
    check(
        &mut estate,
        &config("10.1.0.0/16", "x"),
        r#"
        - fake_server.s["net-a-1"] (NoKey)
        ! Irreversible: the server and what runs on it are gone
        + fake_server.s["net-a-2"]
        create fake_server.s["net-a-2"]
        delete fake_server.s["net-a-1"]
    "#,
    );
    assert!(estate.apply(&config("10.1.0.0/16", "x")));
}

#[test]
fn a_host_and_what_lives_on_it_are_destroyed_from_the_inside_out() {
    let mut estate = Estate::new();
    assert!(estate.apply(&hosted("debian-12")));
    estate.options.mode = PlanMode::Destroy;
    check(
        &mut estate,
        &hosted("debian-12"),
        "
        - fake_network.n
        - fake_server.s
        ! Irreversible: the server and what runs on it are gone
        - fakehost_container.c
        delete fake_network.n
        delete fakehost_container.c
        delete fake_server.s
    ",
    );
    assert!(estate.apply(&hosted("debian-12")));
    assert_eq!(estate.world.objects().count(), 0);
}

#[test]
fn a_host_that_is_gone_took_everything_with_it() {
    let mut estate = Estate::new();
    assert!(estate.apply(&hosted("debian-12")));
    let id = id_of(&estate, "fake_server.s");
    estate.world.remove(&id);
    estate.options.mode = PlanMode::Destroy;
    check(
        &mut estate,
        &hosted("debian-12"),
        "
        - fake_network.n
        drift fake_server.s gone (no change follows)
        drift fakehost_container.c gone (no change follows)
        delete fake_network.n
    ",
    );
    assert!(estate.apply(&hosted("debian-12")));
    assert!(estate.snapshot.instances.is_empty());
}

#[test]
fn a_host_that_does_not_answer_is_not_gone() {
    let mut estate = Estate::new();
    let config = Config::of([server("s"), container("c")]).host(is("srv-nowhere"));
    check(
        &mut estate,
        &config,
        "
        + fake_server.s
        create fake_server.s
        error provider_not_askable: `provider.fakehost` cannot be asked
    ",
    );
}
