//! The contract suite over every kind.

use crate::{
    provider::{FakeProvider, SharedWorld, locked},
    tests::support::{cloud, create, id, make},
    world::{At, Fault, Faults, Sort},
};
use infra_model::{snapshot::Object, text::Text, types::Type, value::Value};
use infra_sdk::{
    clock::VirtualClock,
    connection::Control,
    contract::{Bench, Outside, Sample, block_on, check},
};

struct Behind(SharedWorld);

impl Outside for Behind {
    fn remove(&self, object: &Object) -> bool {
        locked(&self.0, |world| world.remove(id(object)))
    }

    fn lose_next_create(&self) -> bool {
        let once = Faults::default().once(At::Sort(Sort::Create), Fault::After);
        locked(&self.0, |world| world.faults = once);
        true
    }
}

fn text(text: &'static str) -> Value {
    Value::from(text)
}

fn by_id(object: &Object) -> Value {
    Value::from(id(object))
}

fn strings(of: impl IntoIterator<Item = (&'static str, &'static str)>) -> Value {
    Value::map(Type::String, of.into_iter().map(|(k, v)| (k, Value::from(v))))
}

fn cloud_samples(network: &str) -> Vec<Sample> {
    let labels = || ("labels", strings([("a", "1")]));
    let server = Sample::new("fake_server", [("name", text("web")), ("image", text("debian-12"))])
        .variants([
            ("name", text("other")),
            ("image", text("arch")),
            ("size", text("large")),
            ("network_id", Value::from(network)),
            ("ip", text("10.9.9.9")),
            ("password", text("hush")),
            labels(),
            ("disk", disks()),
            ("rule", rules()),
            ("boot", boot()),
        ])
        .older(0, old_server())
        .import(by_id, &[]);
    vec![
        server,
        Sample::ephemeral("fake_secret", [("name", text("a"))]),
        Sample::ephemeral("fake_lease", [("name", text("a")), ("ttl_ms", Value::from(60_000_i64))]),
        Sample::ephemeral("fake_lease", [("name", text("for ever"))]),
        Sample::new("fake_network", [("name", text("lan"))])
            .variants([("name", text("wan")), ("cidr", text("10.1.0.0/16")), labels()])
            .import(by_id, &[]),
        Sample::new("fake_disk", [("name", text("data")), ("size", Value::from(10_i64))])
            .variants([
                ("name", text("more")),
                ("size", Value::from(20_i64)),
                ("format", text("xfs")),
            ])
            .import(by_id, &[]),
        Sample::new("fake_record", [("name", text("www")), ("value", text("10.0.0.1"))])
            .variants([
                ("name", text("mail")),
                ("value", text("10.0.0.2")),
                ("zone", text("example.com")),
                ("type", text("AAAA")),
                ("ttl", Value::from(60_i64)),
            ])
            .import(by_id, &[]),
        Sample::new("fake_token", [])
            .variants([("keepers", strings([("a", "1")])), ("note", text("n"))]),
        Sample::new("fake_slow", [("name", text("slow"))])
            .variants([("seconds", Value::from(1_i64)), ("triggers", strings([("a", "1")]))]),
        Sample::new("fake_values", []).variants(values()),
    ]
}

fn values() -> Vec<(&'static str, Value)> {
    let object = || Value::object([("a", text("x")), ("b", Value::from(1_i64))]);
    let list = |value: Value| Value::list(value.ty(), vec![value]);
    let entry = Value::object([
        ("value", text("v")),
        ("fixed", text("f")),
        ("handle", Value::null(Type::String)),
    ]);
    vec![
        ("bool", Value::from(true)),
        ("number", Value::from(7_i64)),
        ("string", text("s")),
        ("list", list(text("x"))),
        ("set", Value::set(Type::Number, vec![Value::from(1_i64)])),
        ("map", Value::map(Type::Bool, [("k", Value::from(false))])),
        ("object", object()),
        ("objects", list(object())),
        ("any", Value::tuple(vec![text("x"), Value::from(1_i64)])),
        ("secret", text("hush")),
        ("once", text("hush")),
        ("once_version", Value::from(1_i64)),
        ("old", text("o")),
        ("entry", Value::map(entry.ty(), [("k", entry)])),
        ("group", Value::object([("text", text("t"))])),
    ]
}

fn disks() -> Value {
    let disk = Value::object([
        ("name", text("d")),
        ("size", Value::null(Type::Number)),
        ("device", Value::null(Type::String)),
    ]);
    Value::list(disk.ty(), vec![disk])
}

fn rules() -> Value {
    let rule = |port: i64, source: Value| {
        Value::object([
            ("port", Value::from(port)),
            ("protocol", Value::null(Type::String)),
            ("source", source),
            ("handle", Value::null(Type::String)),
        ])
    };
    let rules = vec![rule(80, Value::null(Type::String)), rule(22, text("10.0.0.0/8"))];
    Value::set(rules[0].ty(), rules)
}

fn boot() -> Value {
    let order = Value::list(Type::String, vec![text("disk")]);
    Value::object([("order", order), ("secure", Value::null(Type::Bool))])
}

fn old_server() -> Value {
    let world = SharedWorld::default();
    let new = locked(&world, |world| {
        let given = [("name", text("web")), ("image", text("arch"))];
        let call = create(world, "fake_server.old", given);
        make(world, &cloud(), &call).value
    });
    let entries = new.entries().unwrap().iter().map(|(name, value)| {
        (if **name == *"size" { Text::from("flavor") } else { name.clone() }, value.clone())
    });
    Value::object(entries)
}

#[test]
fn every_kind_of_the_cloud_keeps_the_contract() {
    let world = SharedWorld::default();
    let network = locked(&world, |world| {
        let call = create(world, "fake_network.lan", [("name", text("base"))]);
        id(&make(world, &cloud(), &call)).to_owned()
    });
    let found = block_on(check(&Bench {
        provider: &FakeProvider::cloud(world.clone()),
        config: Value::object::<Text>([]),
        control: Control::quiet(VirtualClock::eager(0)),
        samples: cloud_samples(&network),
        outside: &Behind(world.clone()),
    }));
    assert_eq!(found, Vec::<String>::new());
    locked(&world, |world| {
        assert_eq!(world.violations(), Vec::<String>::new());
        let left: Vec<_> = world.objects().map(|object| object.id.clone()).collect();
        assert_eq!(left, [network], "everything else was deleted");
        assert_eq!(world.leases().count(), 0, "everything was closed");
    });
}

#[test]
fn every_kind_of_the_host_keeps_the_contract() {
    let world = SharedWorld::default();
    let server = locked(&world, |world| {
        let given = [("name", text("web")), ("image", text("arch"))];
        let call = create(world, "fake_server.web", given);
        make(world, &cloud(), &call)
    });
    let port =
        Value::object([("internal", Value::from(80_i64)), ("external", Value::null(Type::Number))]);
    let sample = Sample::new("fakehost_container", [("name", text("app")), ("image", text("i"))])
        .variants([
            ("name", text("other")),
            ("image", text("j")),
            ("env", Value::set(Type::String, vec![text("A=1")])),
            ("memory", Value::from(64_i64)),
            ("port", Value::list(port.ty(), vec![port])),
        ])
        .import(by_id, &[]);
    let found = block_on(check(&Bench {
        provider: &FakeProvider::host(world.clone()),
        config: Value::object([("server_id", Value::from(id(&server)))]),
        control: Control::quiet(VirtualClock::eager(0)),
        samples: vec![sample],
        outside: &Behind(world),
    }));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_suite_finds_a_lost_secret_mark_and_an_unplanned_change() {
    // A suite that never finds anything proves nothing.
    let world = SharedWorld::default();
    let wrong = Sample::new("fake_disk", [("name", text("data")), ("size", Value::from(10_i64))])
        .variants([("path", text("given"))]);
    let found = block_on(check(&Bench {
        provider: &FakeProvider::cloud(world.clone()),
        config: Value::object::<Text>([]),
        control: Control::quiet(VirtualClock::eager(0)),
        samples: vec![wrong, Sample::new("fake_network", [])],
        outside: &Behind(world),
    }));
    let has = |part: &str| found.iter().any(|problem| problem.contains(part));
    assert!(has("fake_server: has no sample"), "{found:?}");
    assert!(has("fake_disk: with `path` changed, the plan does not show it"), "{found:?}");
}
