//! The outside: drift, gone, not askable, data sources, imports.

use crate::{applier::Estate, builder::*, text::check};
use infra_fake::world::{At, Fault, Faults, Sort};
use infra_model::{journal::Record, value::Value};
use infra_plan::plan::PlanMode;

fn applied(config: &Config) -> Estate {
    let mut estate = Estate::new();
    assert!(estate.apply(config));
    estate
}

fn id_of(estate: &Estate, address: &str) -> String {
    let value = &estate.snapshot.current(&at(address)).unwrap().value;
    value.get("id").unwrap().as_text().unwrap().to_string()
}

fn pair() -> Config {
    Config::of([network("a"), server("s").with("network_id", of("fake_network.a", "id"))])
}

#[test]
fn drift_is_shown_and_fixed() {
    let mut estate = applied(&pair());
    let id = id_of(&estate, "fake_server.s");
    estate.world.set(&id, "size", Value::from("large"));
    check(
        &mut estate,
        &pair(),
        r#"
        ~ fake_server.s; revision: 1 -> (known after apply); size: "large" -> "small"; status: "running" -> (known after apply)
        ! Downtime: the server stops for about 30 s
        ! Cost: 16.00 to 4.00 XTS a month (-12.00), net
        drift fake_server.s changed
        update fake_server.s
    "#,
    );
    assert!(estate.apply(&pair()));
    check(&mut estate, &pair(), "");
}

#[test]
fn volatile_attributes_are_no_drift() {
    let mut estate = applied(&pair());
    let id = id_of(&estate, "fake_server.s");
    estate.world.set(&id, "status", Value::from("stopped"));
    let plan = check(&mut estate, &pair(), "");
    assert!(plan.records.is_empty());
}

#[test]
fn what_is_gone_is_planned_anew() {
    let mut estate = applied(&pair());
    let id = id_of(&estate, "fake_server.s");
    estate.world.remove(&id);
    check(
        &mut estate,
        &pair(),
        "
        + fake_server.s (Gone)
        drift fake_server.s gone
        create fake_server.s
    ",
    );
    assert!(estate.apply(&pair()));
    check(&mut estate, &pair(), "");
}

#[test]
fn refresh_only_records_and_changes_nothing() {
    let mut estate = applied(&pair());
    let id = id_of(&estate, "fake_server.s");
    estate.world.set(&id, "size", Value::from("large"));
    estate.options.mode = PlanMode::RefreshOnly;
    let plan = check(
        &mut estate,
        &pair(),
        "
        drift fake_server.s changed (no change follows)
    ",
    );
    assert_eq!(plan.records.len(), 1);
    assert!(estate.apply(&pair()));
    check(&mut estate, &pair(), "");
    let removed = id_of(&estate, "fake_server.s");
    estate.world.remove(&removed);
    check(
        &mut estate,
        &pair(),
        "
        drift fake_server.s gone (no change follows)
    ",
    );
}

#[test]
fn without_refresh_the_record_is_believed() {
    let mut estate = applied(&pair());
    let id = id_of(&estate, "fake_server.s");
    estate.world.set(&id, "size", Value::from("large"));
    estate.options.refresh = false;
    check(&mut estate, &pair(), "");
    assert_eq!(estate.asks, ["fake configure", "fake facts 2"]);
}

#[test]
fn not_reachable_is_not_gone() {
    let mut estate = applied(&pair());
    estate.world.faults = Faults::default().always(At::Sort(Sort::Read), Fault::NotAskable);
    let plan = check(
        &mut estate,
        &pair(),
        "
        error provider_not_askable: `provider.fake` cannot be asked
    ",
    );
    assert!(plan.changes.is_empty());
    assert!(plan.records.is_empty());
    let (_, said) = estate.plan(&pair());
    let told = &said[0];
    assert!(told.detail.contains(". Not reachable is not gone. 2 recorded instances"), "{told:?}");
    estate.world.faults = Faults::default().always(At::Sort(Sort::Hello), Fault::NotAskable);
    check(
        &mut estate,
        &pair(),
        "
        error provider_not_askable: `provider.fake` cannot be asked
    ",
    );
}

#[test]
fn data_is_read_while_planning_if_that_is_possible() {
    let mut estate = applied(&Config::of([network("a")]));
    let lookup = || block("data.fake_lookup", "l").with("name", is("a"));
    let user = || server("s").with("network_id", of("data.fake_lookup.l", "id"));
    let config = Config::of([network("a"), lookup(), user()]);
    check(
        &mut estate,
        &config,
        "
        + fake_server.s
        create fake_server.s
    ",
    );
    assert!(estate.apply(&config));
    check(&mut estate, &config, "");
    // What it reads is made anew: it is read at apply.
    let later = Config::of([network("a"), network("z"), lookup().after("fake_network.z"), user()]);
    check(
        &mut estate,
        &later,
        r#"
        + fake_network.z
        ~ fake_server.s; ip: "10.239.75.115" -> (known after apply); network_id: "net-a-1" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
        <= data.fake_lookup.l (DependsOn); found: true -> (known after apply); id: "net-a-1" -> (known after apply)
        create fake_network.z
        read data.fake_lookup.l
        update fake_server.s
    "#,
    );
    assert!(estate.apply(&later));
    check(&mut estate, &later, "");
    // A data source leaves nothing behind.
    assert!(estate.apply(&Config::of([network("a")])));
    assert_eq!(estate.snapshot.instances.len(), 1);
}

#[test]
fn data_with_unknown_configuration_is_read_at_apply() {
    let config = Config::of([
        network("a"),
        block("data.fake_lookup", "l").with("name", of("fake_network.a", "id")),
        server("s").with("network_id", of("fake_network.a", "id")),
    ]);
    check(
        &mut Estate::new(),
        &config,
        "
        + fake_network.a
        + fake_server.s
        <= data.fake_lookup.l (Unknown)
        create fake_network.a
        read data.fake_lookup.l
        create fake_server.s
    ",
    );
}

#[test]
fn imports_take_over_what_is_there() {
    let mut estate = applied(&Config::of([network("a")]));
    let id: &'static str = Box::leak(id_of(&estate, "fake_network.a").into_boxed_str());
    estate.snapshot = infra_model::snapshot::Snapshot::default();
    let config = Config::of([network("a").with("name", is("other"))]).import("fake_network.a", id);
    check(
        &mut estate,
        &config,
        r#"
        ~ fake_network.a importing; name: "a" -> "other"
        update fake_network.a
    "#,
    );
    assert!(estate.apply(&config));
    check(&mut estate, &config, "");
    let lost = Config::of([network("b")]).import("fake_network.b", "net-none");
    estate.snapshot = infra_model::snapshot::Snapshot::default();
    check(
        &mut estate,
        &lost,
        "
        error import_not_found: There is nothing to import to `fake_network.b`
    ",
    );
    let unconfigured = Config::default().import("fake_network.c", "net-1");
    check(
        &mut estate,
        &unconfigured,
        "
        error import_unconfigured: Configuration for import target does not exist
    ",
    );
}

#[test]
fn an_object_with_the_key_that_is_not_ours_is_refused() {
    let mut estate = applied(&Config::of([disk("d")]));
    estate.snapshot = infra_model::snapshot::Snapshot::default();
    check(
        &mut estate,
        &Config::of([disk("d")]),
        "
        error already_exists: What `fake_disk.d` would create is there already
    ",
    );
}

#[test]
fn names_that_the_cloud_spells_otherwise_are_no_drift() {
    let record = || block("fake_record", "r").with("name", is("www")).with("value", is("1.2.3.4"));
    let config = Config::of([record()]);
    let mut estate = applied(&config);
    check(&mut estate, &config, "");
}

#[test]
fn ephemeral_values_are_known_and_never_stored() {
    let config = Config::of([
        block("ephemeral.fake_secret", "e").with("name", is("x")),
        block("fake_values", "v").with("once", of("ephemeral.fake_secret.e", "value")),
    ]);
    let plan = check(
        &mut Estate::new(),
        &config,
        "
        + fake_values.v
        <= ephemeral.fake_secret.e
        read ephemeral.fake_secret.e
        create fake_values.v
    ",
    );
    assert!(!format!("{plan:?}").contains("secret-x"));
}

#[test]
fn an_import_may_come_from_what_is_recorded_already() {
    let mut estate = Estate::new();
    let source = || network("source").with("name", is("net-other-1"));
    assert!(estate.apply(&Config::of([source(), network("other")])));
    let id = estate.world.objects().find(|o| o.id.contains("other")).unwrap().id.clone();
    assert_eq!(id, "net-other-1");
    estate.append(Record::Forgotten { address: at("fake_network.other"), generation: None });
    // The resource to import to stands before the one that its id comes from.
    let config = Config::of([network("a").with("name", is("other")), source()])
        .import_of("fake_network.a", of("fake_network.source", "name"));
    let plan = check(&mut estate, &config, "");
    assert!(plan.changes[0].importing.is_some(), "{:?}", plan.changes);
    assert!(estate.apply(&config));
    assert!(estate.plan(&config).0.is_empty());
}

#[test]
fn an_import_that_is_not_known_is_refused() {
    let mut estate = Estate::new();
    let config = Config::of([network("a"), network("source")])
        .import_of("fake_network.a", of("fake_network.source", "id"));
    check(
        &mut estate,
        &config,
        "
        + fake_network.a
        + fake_network.source
        create fake_network.source
        create fake_network.a
        error import_unknown: Invalid import id argument
    ",
    );
    let circular =
        Config::of([network("a")]).import_of("fake_network.a", of("fake_network.a", "id"));
    check(
        &mut estate,
        &circular,
        "
        + fake_network.a
        create fake_network.a
        error import_circular: The import to `fake_network.a` depends on what it imports
    ",
    );
    let each_other = Config::of([network("a"), network("b")])
        .import_of("fake_network.a", of("fake_network.b", "id"))
        .import_of("fake_network.b", of("fake_network.a", "id"));
    let (_, said) = estate.plan(&each_other);
    let codes: Vec<&str> = said.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["infra::plan::import_circular", "infra::plan::import_unknown"]);
}

#[test]
fn an_import_to_what_is_deferred_is_refused() {
    let mut estate = Estate::new();
    let config = Config::of([server("s"), container("c")])
        .host(of("fake_server.s", "id"))
        .import("fakehost_container.c", "con-1");
    let (_, said) = estate.plan(&config);
    let codes: Vec<&str> = said.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["infra::plan::import_unknown"]);
}

#[test]
fn what_carries_our_mark_and_is_not_recorded_is_reported() {
    let mut estate = Estate::new();
    estate.lineage = "test".to_owned();
    let all = Config::of([network("a"), network("b"), network("c")]);
    assert!(estate.apply(&all));
    check(&mut estate, &all, "");
    estate.append(Record::Forgotten { address: at("fake_network.b"), generation: None });
    let left = Config::of([network("a"), network("c")]);
    let plan = check(
        &mut estate,
        &left,
        "warning object_unrecorded: An object of this state is not recorded in it",
    );
    let found: Vec<String> = plan.unrecorded.iter().map(|u| format!("{:?}", u.object)).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(&*plan.unrecorded[0].object.id, "net-b-1");
    assert_eq!(&*plan.unrecorded[0].object.address, "fake_network.b");
    // Taken over by an import, it is an object like any other.
    let imported = all.import("fake_network.b", "net-b-1");
    check(&mut estate, &imported, "");
    // What is of another state, or of none, is not ours to speak of.
    estate.lineage = "other".to_owned();
    check(&mut estate, &left, "");
}

#[test]
fn what_is_still_looked_up_is_not_reported_as_unrecorded() {
    let mut estate = Estate::new();
    estate.lineage = "test".to_owned();
    assert!(estate.apply(&Config::of([network("a")])));
    estate.mishap = Some((0, crate::applier::Mishap::DiesAfter));
    let both = Config::of([network("a"), network("b")]);
    assert!(!estate.apply(&both));
    check(
        &mut estate,
        &both,
        "
        adopt fake_network.b
        interrupted Create fake_network.b Adopted
    ",
    );
}
