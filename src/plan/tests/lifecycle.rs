//! `lifecycle`: order of replacement, protection, ignored changes, triggers, taint.

use crate::{applier::Estate, builder::*, text::check};
use infra_model::{journal::Record, value::Value};
use infra_plan::plan::Work;
use std::sync::Arc;

fn applied(config: &Config) -> Estate {
    let mut estate = Estate::new();
    assert!(estate.apply(config));
    estate
}

fn pair(cidr: &'static str, first: bool) -> Config {
    let a = network("a").with("cidr", is(cidr));
    let s = server("s").with("network_id", of("fake_network.a", "id"));
    Config::of([a, if first { s.create_first() } else { s }])
}

#[test]
fn an_update_that_needs_a_replaced_object_comes_after_it() {
    let mut estate = applied(&pair("10.0.0.0/16", false));
    check(
        &mut estate,
        &pair("10.1.0.0/16", false),
        r#"
        -/+ fake_network.a (CannotUpdate) forced by cidr; cidr: "10.0.0.0/16" -> "10.1.0.0/16"; id: "net-a-1" -> (known after apply)
        ~ fake_server.s; ip: "10.239.75.115" -> (known after apply); network_id: "net-a-1" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
        delete fake_network.a
        create fake_network.a
        update fake_server.s
    "#,
    );
}

#[test]
fn create_before_destroy_spreads_to_what_is_needed() {
    let mut estate = applied(&pair("10.0.0.0/16", true));
    let config = pair("10.1.0.0/16", true);
    check(
        &mut estate,
        &config,
        r#"
        +/- fake_network.a (CannotUpdate) forced by cidr; cidr: "10.0.0.0/16" -> "10.1.0.0/16"; id: "net-a-1" -> (known after apply)
        ~ fake_server.s; ip: "10.239.75.115" -> (known after apply); network_id: "net-a-1" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
        create+depose fake_network.a
        update fake_server.s
        delete fake_network.a
    "#,
    );
    assert!(estate.apply(&config));
    assert_eq!(estate.world.violations(), Vec::<String>::new());
    assert!(estate.snapshot.current(&at("fake_network.a")).unwrap().create_before_destroy);
    check(&mut estate, &config, "");
}

#[test]
fn both_replaced_with_create_first() {
    let mut estate = applied(&pair("10.0.0.0/16", true));
    let mut config = pair("10.1.0.0/16", true);
    config.blocks[1] = config.blocks[1].clone().with("image", is("alpine"));
    check(
        &mut estate,
        &config,
        r#"
        +/- fake_network.a (CannotUpdate) forced by cidr; cidr: "10.0.0.0/16" -> "10.1.0.0/16"; id: "net-a-1" -> (known after apply)
        +/- fake_server.s (CannotUpdate) forced by image; id: "srv-s-1" -> (known after apply); image: "debian-12" -> "alpine"; ip: "10.239.75.115" -> (known after apply); network_id: "net-a-1" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply); user: "debian" -> "root"
        ! Irreversible: the server and what runs on it are gone
        create+depose fake_network.a
        create+depose fake_server.s
        delete fake_server.s
        delete fake_network.a
    "#,
    );
    assert!(estate.apply(&config));
    assert_eq!(estate.world.violations(), Vec::<String>::new());
}

#[test]
fn protection_holds_by_configuration_and_by_record() {
    let of = |image: &'static str| Config::of([server("s").with("image", is(image)).protected()]);
    let mut estate = applied(&of("debian-12"));
    check(
        &mut estate,
        &of("alpine"),
        "
        error destroy_prevented: `fake_server.s` would be replaced
    ",
    );
    check(
        &mut estate,
        &Config::default(),
        "
        error destroy_prevented: `fake_server.s` would be destroyed
    ",
    );
    // Lifting it and destroying are two applies.
    let lifted = Config::of([server("s").with("image", is("alpine"))]);
    check(
        &mut estate,
        &lifted,
        "
        error destroy_prevented: `fake_server.s` would be replaced
    ",
    );
    let only_lifted = Config::of([server("s")]);
    let plan = check(&mut estate, &only_lifted, "");
    assert_eq!(plan.records.len(), 1);
    assert!(estate.apply(&only_lifted));
    check(
        &mut estate,
        &lifted,
        r#"
        -/+ fake_server.s (CannotUpdate) forced by image; id: "srv-s-1" -> (known after apply); image: "debian-12" -> "alpine"; ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply); user: "debian" -> "root"
        ! Irreversible: the server and what runs on it are gone
        delete fake_server.s
        create fake_server.s
    "#,
    );
}

#[test]
fn ignored_changes_are_left_alone() {
    let labels = |v: &'static str| Expr::Map("env", Box::new(is(v)));
    let mut estate = applied(&Config::of([network("a").with("labels", labels("x"))]));
    let path = Config::of([network("a").with("labels", labels("y")).ignoring("labels")]);
    check(&mut estate, &path, "");
    let all = Config::of([network("a").with("cidr", is("10.9.0.0/16")).ignoring("all")]);
    check(&mut estate, &all, "");
    let id = estate.snapshot.current(&at("fake_network.a")).unwrap().value.get("id").cloned();
    let outside = Value::map(infra_model::types::Type::String, [("env", Value::from("z"))]);
    estate.world.set(id.unwrap().as_text().unwrap(), "labels", outside);
    check(
        &mut estate,
        &path,
        "
        drift fake_network.a changed (no change follows)
    ",
    );
}

#[test]
fn triggers_replace_for_an_instance_an_attribute_and_a_whole_resource() {
    let of = |name: &'static str, trigger: (&'static str, &'static str)| {
        Config::of([
            network("a").with("name", is(name)),
            server("s").triggered_by(trigger.0, trigger.1),
        ])
    };
    let mut estate = applied(&of("a", ("fake_network.a", "")));
    let whole = ("fake_network.a", "");
    check(
        &mut estate,
        &of("b", whole),
        r#"
        ~ fake_network.a; name: "a" -> "b"
        -/+ fake_server.s (Triggered); id: "srv-s-1" -> (known after apply); ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
        ! Irreversible: the server and what runs on it are gone
        update fake_network.a
        delete fake_server.s
        create fake_server.s
    "#,
    );
    check(
        &mut estate,
        &of("b", ("fake_network.a", "cidr")),
        r#"
        ~ fake_network.a; name: "a" -> "b"
        update fake_network.a
    "#,
    );
    check(
        &mut estate,
        &of("b", ("fake_network.a", "name")),
        r#"
        ~ fake_network.a; name: "a" -> "b"
        -/+ fake_server.s (Triggered); id: "srv-s-1" -> (known after apply); ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
        ! Irreversible: the server and what runs on it are gone
        update fake_network.a
        delete fake_server.s
        create fake_server.s
    "#,
    );
    let every = ("fake_network.a[*]", "");
    check(
        &mut estate,
        &of("b", every),
        r#"
        ~ fake_network.a; name: "a" -> "b"
        -/+ fake_server.s (Triggered); id: "srv-s-1" -> (known after apply); ip: "10.34.168.172" -> (known after apply); revision: 1 -> (known after apply); status: "running" -> (known after apply)
        ! Irreversible: the server and what runs on it are gone
        update fake_network.a
        delete fake_server.s
        create fake_server.s
    "#,
    );
    check(&mut estate, &of("a", whole), "");
}

#[test]
fn tainted_and_requested_objects_are_replaced() {
    let config = Config::of([network("a"), network("b")]);
    let mut estate = applied(&config);
    let instance = estate.snapshot.instance(&at("fake_network.a")).unwrap().clone();
    let (generation, object) = instance.current().unwrap();
    let mut object = (**object).clone();
    object.tainted = true;
    estate.append(Record::Recorded {
        address: at("fake_network.a"),
        generation,
        object: Arc::new(object),
    });
    estate.options.replace = vec![at("fake_network.b")];
    check(
        &mut estate,
        &config,
        r#"
        -/+ fake_network.a (Tainted); id: "net-a-1" -> (known after apply)
        -/+ fake_network.b (Requested); id: "net-b-1" -> (known after apply)
        delete fake_network.a
        create fake_network.a
        delete fake_network.b
        create fake_network.b
    "#,
    );
}

#[test]
fn a_disk_that_shrinks_loses_its_data() {
    let mut estate = applied(&Config::of([disk("d").with("size", is(20))]));
    check(
        &mut estate,
        &Config::of([disk("d").with("size", is(30))]),
        "
        ~ fake_disk.d; size: 20 -> 30
        update fake_disk.d
    ",
    );
    check(
        &mut estate,
        &Config::of([disk("d").with("size", is(10))]),
        r#"
        -/+ fake_disk.d (CannotUpdate) forced by size; id: "dsk-d-1" -> (known after apply); path: "path-dsk-d-1" -> (known after apply); size: 20 -> 10
        ! DataLoss: everything on the disk is lost
        delete fake_disk.d
        create fake_disk.d
    "#,
    );
}

#[test]
fn a_failed_precondition_blocks_the_instance_and_what_needs_it() {
    let config = Config::of([
        network("a").requires(false),
        server("s").with("network_id", of("fake_network.a", "id")),
        network("b").requires(true),
    ]);
    let plan = check(
        &mut Estate::new(),
        &config,
        "
        + fake_network.b
        create fake_network.b
        error infra::test::precondition: The precondition failed
    ",
    );
    assert_eq!(plan.checks.len(), 2);
}

#[test]
fn a_key_that_its_predecessor_keeps_until_later_is_not_free() {
    let config = |format: &'static str, first: bool| {
        let user = network("n").with("labels", Expr::Map("d", Box::new(of("fake_disk.d", "id"))));
        let user = if first { user.create_first() } else { user };
        Config::of([disk("d").with("format", is(format)), user])
    };
    for first in [false, true] {
        let mut estate = applied(&config("ext4", first));
        let asked = estate.asks.iter().filter(|ask| ask.starts_with("exists")).count();
        let (plan, _) = estate.plan(&config("xfs", first));
        let made = plan.steps.iter().find(|step| matches!(step.work, Work::Create { .. })).unwrap();
        let Work::Create { depose, absent_before } = made.work else { panic!("it is replaced") };
        // Destroyed first, it leaves the key free; it is our own, and nobody has to be asked.
        assert_eq!((depose.is_some(), absent_before), (first, !first));
        let asks = estate.asks.iter().filter(|ask| ask.starts_with("exists")).count();
        assert!(asks <= asked, "{:?}", estate.asks);
    }
}
