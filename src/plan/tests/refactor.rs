//! `moved`, `removed`, and keys that come and go.

use crate::{
    applier::{Estate, Mishap},
    builder::*,
    text::check,
};

fn applied(config: &Config) -> Estate {
    let mut estate = Estate::new();
    assert!(estate.apply(config));
    estate
}

#[test]
fn moved_keeps_the_object() {
    let mut estate = applied(&Config::of([network("a")]));
    let config =
        Config::of([network("b").with("name", is("a"))]).moved("fake_network.a", "fake_network.b");
    check(
        &mut estate,
        &config,
        "
        = fake_network.b from fake_network.a
    ",
    );
    assert!(estate.apply(&config));
    check(&mut estate, &config, "");
}

#[test]
fn moves_follow_chains_to_their_end_and_carry_dependants() {
    let mut estate = applied(&Config::of([
        network("a"),
        server("s").with("network_id", of("fake_network.a", "id")),
    ]));
    let config = Config::of([
        network("c").with("name", is("a")),
        server("s").with("network_id", of("fake_network.c", "id")),
    ])
    .moved("fake_network.a", "fake_network.b")
    .moved("fake_network.b", "fake_network.c");
    check(
        &mut estate,
        &config,
        "
        = fake_network.c from fake_network.a
    ",
    );
    assert!(estate.apply(&config));
    check(&mut estate, &config, "");
}

#[test]
fn what_was_moved_and_goes_goes_after_what_was_made_from_it() {
    let user = |name| server(name).with("network_id", of("fake_network.a", "id"));
    let mut estate = applied(&Config::of([network("a"), user("s"), user("t")]));
    let config = Config::default()
        .moved("fake_network.a", "fake_network.b")
        .moved("fake_server.s", "fake_server.r");
    check(
        &mut estate,
        &config,
        "
        - fake_network.b (NoMoveTarget) from fake_network.a
        - fake_server.r (NoMoveTarget) from fake_server.s
          ! Irreversible: the server and what runs on it are gone
        - fake_server.t (NoResource)
          ! Irreversible: the server and what runs on it are gone
        delete fake_server.r
        delete fake_server.t
        delete fake_network.b
    ",
    );
    assert!(estate.apply(&config));
}

#[test]
fn what_moves_by_itself_goes_after_what_was_made_from_it() {
    let mut estate = applied(&Config::of([
        network("a"),
        server("s").with("network_id", of("fake_network.a", "id")),
    ]));
    // A new address, and a new object: the old one goes after its user.
    let config = Config::of([network("a").count(1).with("cidr", is("10.9.0.0/16"))]);
    check(
        &mut estate,
        &config,
        r#"
        -/+ fake_network.a[0] (CannotUpdate) from fake_network.a forced by cidr; cidr: "10.0.0.0/16" -> "10.9.0.0/16"; id: "net-a-1" -> (known after apply)
        - fake_server.s (NoResource)
          ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
        delete fake_network.a[0]
        create fake_network.a[0]
    "#,
    );
    assert!(estate.apply(&config));
}

#[test]
fn a_chain_leads_to_its_end_even_past_what_is_on_the_way() {
    let mut estate = applied(&Config::of([network("a"), network("b")]));
    let config =
        Config::of([network("b").with("name", is("a")), network("c").with("name", is("b"))])
            .moved("fake_network.b", "fake_network.c")
            .moved("fake_network.a", "fake_network.b");
    check(
        &mut estate,
        &config,
        "
        - fake_network.a (NoResource)
        + fake_network.b
        = fake_network.c from fake_network.b
        create fake_network.b
        delete fake_network.a
        error move_exists: Moved object still exists
    ",
    );
}

#[test]
fn a_move_to_a_taken_place_is_refused_with_a_warning() {
    let mut estate = applied(&Config::of([network("a"), network("b")]));
    let config = Config::of([network("b")]).moved("fake_network.a", "fake_network.b");
    check(
        &mut estate,
        &config,
        "
        - fake_network.a (NoResource)
        delete fake_network.a
        warning move_blocked: Unresolved resource instance address changes
    ",
    );
}

#[test]
fn moves_in_a_circle_are_refused() {
    let mut estate = applied(&Config::of([network("a")]));
    let config = Config::of([network("a")])
        .moved("fake_network.a", "fake_network.b")
        .moved("fake_network.b", "fake_network.a");
    check(
        &mut estate,
        &config,
        "
        error move_cycle: Cyclic dependency in move statements
        error move_exists: Moved object still exists
    ",
    );
}

#[test]
fn another_type_cannot_be_taken_over_silently() {
    let mut estate = applied(&Config::of([network("a")]));
    let config = Config::of([server("a")]).moved("fake_network.a", "fake_server.a");
    check(
        &mut estate,
        &config,
        "
        - fake_network.a (NoResource)
        + fake_server.a
        create fake_server.a
        delete fake_network.a
        error move_kind: `fake_network` cannot become `fake_server`
    ",
    );
}

#[test]
fn count_that_comes_and_goes_moves_the_first() {
    let mut estate = applied(&Config::of([network("a")]));
    let two = Config::of([network("a").count(2)]);
    check(
        &mut estate,
        &two,
        "
        = fake_network.a[0] from fake_network.a
        + fake_network.a[1]
        create fake_network.a[1]
    ",
    );
    assert!(estate.apply(&two));
    check(
        &mut estate,
        &Config::of([network("a")]),
        "
        = fake_network.a from fake_network.a[0]
        - fake_network.a[1] (NoKey)
        delete fake_network.a[1]
    ",
    );
}

#[test]
fn keys_that_go_are_deleted() {
    let mut estate = applied(&Config::of([network("a").keys(&["x", "y"])]));
    check(
        &mut estate,
        &Config::of([network("a").keys(&["x"])]),
        r#"
        - fake_network.a["y"] (NoKey)
        delete fake_network.a["y"]
    "#,
    );
}

#[test]
fn removed_forgets_or_destroys() {
    let mut estate = applied(&Config::of([network("a"), network("b")]));
    let config = Config::default().removed("fake_network.a", false).removed("fake_network.b", true);
    check(
        &mut estate,
        &config,
        "
        forget fake_network.a (Removed)
        - fake_network.b (Removed)
        delete fake_network.b
        warning forgotten: Some objects will no longer be managed by infra
    ",
    );
    assert!(estate.apply(&config));
    assert_eq!(estate.world.objects().count(), 1);
    assert!(estate.snapshot.instances.is_empty());
}

#[test]
fn what_was_cut_off_moves_along() {
    let mut estate = Estate::new();
    estate.mishap = Some((0, Mishap::DiesAfter));
    assert!(!estate.apply(&Config::of([network("a")])));
    let two = Config::of([network("a").count(1)]);
    check(
        &mut estate,
        &two,
        "
        adopt fake_network.a[0] from fake_network.a
        interrupted Create fake_network.a[0] Adopted
    ",
    );
    assert!(estate.apply(&two));
    check(&mut estate, &two, "");
}
