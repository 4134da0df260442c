//! Open intents: adopted, made afresh, uncertain, in flight, settled by refresh.

use crate::{
    applier::{Estate, Mishap},
    builder::*,
    text::check,
};
use infra_fake::world::{At, Fault, Faults, Sort};

fn killed(config: &Config, at: usize, how: Mishap) -> Estate {
    let mut estate = Estate::new();
    estate.mishap = Some((at, how));
    assert!(!estate.apply(config));
    estate
}

fn pair() -> Config {
    Config::of([network("a"), server("s").with("network_id", of("fake_network.a", "id"))])
}

#[test]
fn a_create_that_happened_is_adopted() {
    let mut estate = killed(&pair(), 0, Mishap::DiesAfter);
    check(
        &mut estate,
        &pair(),
        "
        adopt fake_network.a
        + fake_server.s
        interrupted Create fake_network.a Adopted
        create fake_server.s
    ",
    );
    assert!(estate.apply(&pair()));
    assert_eq!(estate.world.objects().count(), 2);
    check(&mut estate, &pair(), "");
}

#[test]
fn a_create_that_did_not_happen_is_made_afresh() {
    let mut estate = killed(&pair(), 1, Mishap::DiesBefore);
    check(
        &mut estate,
        &pair(),
        "
        + fake_server.s
        interrupted Create fake_server.s NotFound
        create fake_server.s
    ",
    );
    assert!(estate.apply(&pair()));
    check(&mut estate, &pair(), "");
}

#[test]
fn a_found_object_whose_provisioner_may_not_have_run_is_replaced() {
    let config = Config::of([network("a").provisioned()]);
    let mut estate = killed(&config, 0, Mishap::DiesAfter);
    check(
        &mut estate,
        &config,
        r#"
        -/+ fake_network.a (Tainted); id: "net-a-1" -> (known after apply)
        interrupted Create fake_network.a Adopted
        delete fake_network.a
        create fake_network.a
    "#,
    );
}

#[test]
fn an_uncertain_create_blocks_what_needs_it() {
    let mut estate = killed(&pair(), 0, Mishap::DiesAfter);
    estate.world.faults = Faults::default().always(At::Sort(Sort::Find), Fault::Stale);
    check(
        &mut estate,
        &pair(),
        "
        uncertain fake_network.a
        warning intent_uncertain: `fake_network.a` is uncertain
    ",
    );
    estate.world.faults = Faults::default();
    assert!(estate.apply(&pair()));
}

#[test]
fn an_import_settles_an_uncertain_create() {
    let mut estate = killed(&pair(), 0, Mishap::DiesAfter);
    estate.world.faults = Faults::default().always(At::Sort(Sort::Find), Fault::Stale);
    let nowhere = pair().import("fake_network.a", "net-none");
    check(
        &mut estate,
        &nowhere,
        "
        uncertain fake_network.a
        error import_not_found: There is nothing to import to `fake_network.a`
        warning intent_uncertain: `fake_network.a` is uncertain
    ",
    );
    let config = pair().import("fake_network.a", "net-a-1");
    check(
        &mut estate,
        &config,
        "
        adopt fake_network.a
        + fake_server.s
        interrupted Create fake_network.a Adopted
        create fake_server.s
    ",
    );
    assert!(estate.apply(&config));
    assert_eq!(estate.snapshot.open_intents().count(), 0);
    assert_eq!(estate.world.objects().count(), 2);
    check(&mut estate, &config, "");
}

#[test]
fn an_intent_of_the_live_lock_is_in_flight() {
    let mut estate = killed(&pair(), 0, Mishap::DiesAfter);
    let epoch = estate.snapshot.open_intents().next().unwrap().epoch;
    estate.moment.live_epoch = Some(epoch);
    check(
        &mut estate,
        &pair(),
        "
        in flight fake_network.a
        warning intent_in_flight: `fake_network.a` is being changed
    ",
    );
    assert_eq!(estate.asks, ["fake configure"]);
}

#[test]
fn a_cut_off_create_that_is_no_longer_configured_is_found_and_destroyed() {
    let mut estate = killed(&pair(), 0, Mishap::DiesAfter);
    check(
        &mut estate,
        &Config::default(),
        "
        - fake_network.a (NoResource)
        interrupted Create fake_network.a Adopted
        delete fake_network.a
    ",
    );
    assert!(estate.apply(&Config::default()));
    assert_eq!(estate.world.objects().count(), 0);
    assert!(estate.snapshot.instances.is_empty());
}

#[test]
fn a_lost_local_create_left_nothing() {
    let config = Config::of([block("fake_token", "t")]);
    let mut estate = killed(&config, 0, Mishap::DiesBefore);
    check(
        &mut estate,
        &config,
        "
        + fake_token.t
        interrupted Create fake_token.t NotFound
        create fake_token.t
    ",
    );
}

#[test]
fn a_cut_off_update_is_settled_by_refresh() {
    let mut estate = Estate::new();
    assert!(estate.apply(&pair()));
    let mut config = pair();
    config.blocks[1] = config.blocks[1].clone().with("size", is("large"));
    estate.mishap = Some((0, Mishap::DiesAfter));
    assert!(!estate.apply(&config));
    estate.options.refresh = false;
    check(
        &mut estate,
        &config,
        "
        drift fake_server.s changed (no change follows)
        interrupted Update fake_server.s StillThere
    ",
    );
    estate.options.refresh = true;
    check(
        &mut estate,
        &config,
        "
        drift fake_server.s changed (no change follows)
        interrupted Update fake_server.s StillThere
    ",
    );
    assert!(estate.apply(&config));
    check(&mut estate, &config, "");
}

#[test]
fn a_cut_off_delete_is_settled_by_refresh() {
    let mut estate = Estate::new();
    assert!(estate.apply(&pair()));
    estate.mishap = Some((0, Mishap::DiesAfter));
    assert!(!estate.apply(&Config::default()));
    check(
        &mut estate,
        &Config::default(),
        "
        - fake_network.a (NoResource)
        drift fake_server.s gone
        interrupted Delete fake_server.s Gone
        delete fake_network.a
    ",
    );
    assert!(estate.apply(&Config::default()));
    assert!(estate.snapshot.instances.is_empty());
}

#[test]
fn a_replacement_that_was_cut_off_leaves_a_deposed_object() {
    let of =
        |image: &'static str| Config::of([server("s").with("image", is(image)).create_first()]);
    let mut estate = Estate::new();
    assert!(estate.apply(&of("debian-12")));
    estate.mishap = Some((0, Mishap::DiesAfter));
    assert!(!estate.apply(&of("alpine")));
    check(
        &mut estate,
        &of("alpine"),
        "
        adopt fake_server.s
        - fake_server.s #1 (Deposed)
        ! Irreversible: the server and what runs on it are gone
        interrupted Create fake_server.s Adopted
        delete fake_server.s
    ",
    );
    assert!(estate.apply(&of("alpine")));
    assert_eq!(estate.world.objects().count(), 1);
    estate.mishap = Some((1, Mishap::Fails));
    assert!(!estate.apply(&of("debian-13")));
    check(
        &mut estate,
        &of("debian-13"),
        "
        - fake_server.s #5 (Deposed)
        ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
    ",
    );
    // It may be all that works, so it goes after a new one has come.
    check(
        &mut estate,
        &of("fedora"),
        "
        +/- fake_server.s (CannotUpdate) forced by image; id: \"srv-s-3\" -> (known after apply); image: \"debian-13\" -> \"fedora\"; ip: \"10.38.168.18\" -> (known after apply); revision: 1 -> (known after apply); status: \"running\" -> (known after apply); user: \"debian\" -> \"root\"
          ! Irreversible: the server and what runs on it are gone
        - fake_server.s #5 (Deposed)
          ! Irreversible: the server and what runs on it are gone
        create+depose fake_server.s
        delete fake_server.s
        delete fake_server.s
    ",
    );
    // It moves along with the object that took its place.
    let renamed = Config::of([server("t").with("name", is("s")).with("image", is("debian-13"))])
        .moved("fake_server.s", "fake_server.t");
    check(
        &mut estate,
        &renamed,
        "
        = fake_server.t from fake_server.s
        - fake_server.t #5 (Deposed) from fake_server.s
        ! Irreversible: the server and what runs on it are gone
        delete fake_server.t
    ",
    );
    assert!(estate.apply(&renamed));
    check(&mut estate, &renamed, "");
    assert_eq!(estate.world.objects().count(), 1);
}
