//! What people write wrong is found while planning, with its place, and not by a refusal half-way: a
//! row for each sort of mistake, in arguments that are right but for it.

use super::{
    bench::{Bench, Ground},
    project::Project,
    samples,
};
use infra_model::{diagnostic::Diagnostic, types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::{Value as Json, json};

/// A type, an argument of it, and values that the argument can't have.
type Row = (&'static str, &'static str, Vec<Json>);

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_found_with_their_place() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let samples: Vec<Sample> =
        samples::all().iter().flat_map(|family| (family.samples)(&ground)).collect();
    let mut missed = Vec::new();
    let rows = [names(), places(), sizes(), addresses(&ground), records(), services(), rest()];
    for (kind, argument, values) in rows.into_iter().flatten() {
        for wrong in values {
            if let Err(why) = found(&project, &samples, (kind, argument, &wrong)).await {
                missed.push(format!("{kind}: `{argument}` = {wrong}: {why}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_is_not_spoken_against() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let samples = samples::all();
    for sample in samples.iter().flat_map(|family| (family.samples)(&ground)) {
        let variants = sample.variants.iter().map(|variant| with(&sample.base, variant.clone()));
        for given in std::iter::once(sample.base.clone()).chain(variants) {
            let told = judged(&project, sample.kind, &given).await;
            let errors: Vec<_> = told.iter().filter(|told| told.is_error()).collect();
            assert!(errors.is_empty(), "{}: {given:?}: {errors:?}", sample.kind);
        }
    }
    for image in ["docker-ce", "ubuntu-24.04"] {
        let server = samples.iter().flat_map(|family| (family.samples)(&ground));
        let server = server.into_iter().find(|sample| sample.kind == "hcloud_server").unwrap();
        let given = with(&server.base, ("image", Value::from(image)));
        assert!(judged(&project, "hcloud_server", &given).await.is_empty(), "{image}");
    }
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

/// Looks for an error with the place of an argument, in any of the samples that have it.
async fn found(
    project: &Project<'_>,
    samples: &[Sample],
    (kind, argument, wrong): (&str, &'static str, &Json),
) -> Result<(), String> {
    let of_kind: Vec<&Sample> = samples.iter().filter(|sample| sample.kind == kind).collect();
    let has = |sample: &&&Sample| sample.base.iter().any(|(name, _)| *name == argument);
    let sample = of_kind.iter().find(has).or(of_kind.first()).ok_or("there is no such type")?;
    let given = with(&sample.base, (argument, value(project, (kind, argument), wrong)));
    let told = judged(project, sample.kind, &given).await;
    let is_it = |told: &Diagnostic| {
        let root = told.path.as_ref().and_then(|path| path.root());
        told.is_error() && root.is_some_and(|root| **root == *argument)
    };
    match told.iter().find(|told| is_it(told)) {
        Some(told) if told.help.is_empty() => Err(format!("no help: {}", told.summary)),
        Some(_) => Ok(()),
        None => Err(format!("{:?}", told.iter().map(|told| &told.summary).collect::<Vec<_>>())),
    }
}

async fn judged(
    project: &Project<'_>,
    kind: &'static str,
    given: &[(&'static str, Value)],
) -> Vec<Diagnostic> {
    let mut told = project.judged(kind, given);
    told.extend(project.planned(kind, given).await);
    told
}

fn with(
    base: &[(&'static str, Value)],
    (argument, value): (&'static str, Value),
) -> Vec<(&'static str, Value)> {
    let others = base.iter().filter(|(name, _)| *name != argument).cloned();
    others.chain([(argument, value)]).collect()
}

/// Returns JSON as a value of an argument; what is left out of objects is null.
fn value(project: &Project<'_>, (kind, argument): (&str, &str), json: &Json) -> Value {
    typed(&project.type_of(kind, argument), json)
}

fn typed(ty: &Type, json: &Json) -> Value {
    let items = || json.as_array().into_iter().flatten();
    match ty {
        _ if json.is_null() => Value::null(ty.clone()),
        Type::List(element) => {
            Value::list((**element).clone(), items().map(|item| typed(element, item)).collect())
        }
        Type::Set(element) => {
            Value::set((**element).clone(), items().map(|item| typed(element, item)).collect())
        }
        Type::Map(element) => {
            let entries = json.as_object().into_iter().flatten();
            Value::map(
                (**element).clone(),
                entries.map(|(name, item)| (name.as_str(), typed(element, item))),
            )
        }
        Type::Object(object) => {
            let attributes = object.attributes.iter();
            Value::object(attributes.map(|(name, ty)| (name.clone(), typed(ty, &json[&**name]))))
        }
        Type::Number => {
            Value::number(json.to_string().parse::<infra_model::number::Number>().unwrap())
        }
        Type::Bool => Value::from(json.as_bool().unwrap()),
        Type::String | Type::Tuple(_) | Type::Dynamic => Value::from(json.as_str().unwrap()),
    }
}

fn names() -> Vec<Row> {
    let labels = || {
        vec![
            json!({ "a b": "x" }),
            json!({ "a": "-x" }),
            json!({ "infra/token": "x" }),
            json!({ "hetzner.cloud/a": "x" }),
            json!({ "a": "x".repeat(64) }),
        ]
    };
    let long = || vec![json!(""), json!("x".repeat(129))];
    let mut rows: Vec<Row> = vec![
        ("hcloud_server", "name", vec![json!("-web"), json!("we_b"), json!("a..b"), json!("")]),
        ("hcloud_volume", "name", vec![json!("a b"), json!(""), json!("-a")]),
        ("hcloud_zone", "name", vec![json!("Example.com"), json!("example.com."), json!("local")]),
        (
            "hcloud_zone_rrset",
            "name",
            vec![json!("WWW"), json!("www."), json!("www.ground.example")],
        ),
        ("hcloud_zone_record", "name", vec![json!("WWW"), json!("a b")]),
        ("hcloud_firewall", "name", long()),
        ("hcloud_load_balancer", "name", long()),
    ];
    let named = [
        "hcloud_certificate",
        "hcloud_floating_ip",
        "hcloud_managed_certificate",
        "hcloud_network",
        "hcloud_placement_group",
        "hcloud_primary_ip",
        "hcloud_ssh_key",
        "hcloud_storage_box",
        "hcloud_uploaded_certificate",
    ];
    rows.extend(named.map(|kind| (kind, "name", vec![json!("")])));
    let labelled = [
        "hcloud_certificate",
        "hcloud_firewall",
        "hcloud_floating_ip",
        "hcloud_load_balancer",
        "hcloud_managed_certificate",
        "hcloud_network",
        "hcloud_placement_group",
        "hcloud_primary_ip",
        "hcloud_server",
        "hcloud_snapshot",
        "hcloud_ssh_key",
        "hcloud_storage_box",
        "hcloud_storage_box_snapshot",
        "hcloud_storage_box_subaccount",
        "hcloud_volume",
        "hcloud_zone",
        "hcloud_zone_rrset",
    ];
    rows.extend(labelled.map(|kind| (kind, "labels", labels())));
    rows
}

fn places() -> Vec<Row> {
    let nowhere = || vec![json!("mars"), json!("eu-central")];
    vec![
        ("hcloud_server", "location", nowhere()),
        ("hcloud_volume", "location", nowhere()),
        ("hcloud_floating_ip", "home_location", nowhere()),
        ("hcloud_primary_ip", "location", nowhere()),
        ("hcloud_load_balancer", "location", nowhere()),
        ("hcloud_load_balancer", "network_zone", vec![json!("mars"), json!("fsn1")]),
        ("hcloud_storage_box", "location", nowhere()),
        ("hcloud_network_subnet", "network_zone", vec![json!("mars"), json!("fsn1")]),
    ]
}

fn sizes() -> Vec<Row> {
    vec![
        ("hcloud_server", "server_type", vec![json!("cx22"), json!("cx9999"), json!("CX23")]),
        ("hcloud_load_balancer", "load_balancer_type", vec![json!("lb1")]),
        ("hcloud_storage_box", "storage_box_type", vec![json!("bx1")]),
        ("hcloud_server", "image", vec![json!("debian-1"), json!("docker"), json!("99999999")]),
        ("hcloud_volume", "size", vec![json!(9), json!(10_241), json!(10.5)]),
        ("hcloud_volume", "format", vec![json!("ntfs")]),
        ("hcloud_zone", "ttl", vec![json!(59), json!(2_147_483_648_u64)]),
        ("hcloud_zone_rrset", "ttl", vec![json!(59), json!(2_147_483_648_u64)]),
    ]
}

fn addresses(ground: &Ground) -> Vec<Row> {
    let rule = |port: &str, source: &str| json!([{ "direction": "in", "protocol": "tcp", "port": port, "source_ips": [source] }]);
    let subnet = |range: &str| json!(format!("{}-{range}", ground.network));
    vec![
        (
            "hcloud_network",
            "ip_range",
            vec![json!("10.0.0.1/8"), json!("11.0.0.0/8"), json!("10.0.0.0"), json!("x")],
        ),
        (
            "hcloud_network_subnet",
            "ip_range",
            vec![json!("10.0.0.1/24"), json!("8.0.0.0/24"), json!("10.0.0.0/31")],
        ),
        ("hcloud_network_subnet", "type", vec![json!("clouds"), json!("vswitch")]),
        ("hcloud_network_route", "destination", vec![json!("10.0.0.1/24"), json!("8.8.8.0/24")]),
        ("hcloud_network_route", "gateway", vec![json!("10.0.1"), json!("10.0.0.0/24")]),
        ("hcloud_server_network", "ip", vec![json!("10.0.1.300")]),
        ("hcloud_server_network", "alias_ips", vec![json!(["x"])]),
        ("hcloud_server_network", "subnet_id", vec![json!("10.0.1.0/24"), subnet("10.0.1.1/24")]),
        ("hcloud_load_balancer_network", "ip", vec![json!("10.0.1")]),
        ("hcloud_load_balancer_network", "subnet_id", vec![json!("x")]),
        ("hcloud_load_balancer_target", "ip", vec![json!("192.0.2")]),
        ("hcloud_load_balancer_target", "type", vec![json!("servers")]),
        ("hcloud_load_balancer_target", "label_selector", vec![json!("a = = b"), json!("a in b")]),
        ("hcloud_rdns", "ip_address", vec![json!("192.0.2")]),
        ("hcloud_floating_ip", "type", vec![json!("ipv5")]),
        ("hcloud_primary_ip", "type", vec![json!("ipv5")]),
        ("hcloud_primary_ip", "assignee_type", vec![json!("balancer")]),
        (
            "hcloud_firewall",
            "rule",
            vec![
                rule("99999", "0.0.0.0/0"),
                rule("20-10", "0.0.0.0/0"),
                rule("ssh", "0.0.0.0/0"),
                rule("80", "10.0.0.1/24"),
                rule("80", "everyone"),
                json!([{ "direction": "in", "protocol": "tcp", "source_ips": ["0.0.0.0/0"] }]),
                json!([{ "direction": "in", "protocol": "tcp", "port": "80" }]),
                json!([{ "direction": "up", "protocol": "icmp", "source_ips": ["0.0.0.0/0"] }]),
                json!([{ "direction": "in", "protocol": "ping", "source_ips": ["0.0.0.0/0"] }]),
            ],
        ),
        ("hcloud_firewall", "apply_to", vec![json!([{ "label_selector": "a = = b" }])]),
        ("hcloud_firewall_attachment", "label_selectors", vec![json!(["a = = b"])]),
    ]
}

fn records() -> Vec<Row> {
    let value = |value: &str| json!([{ "value": value }]);
    vec![
        ("hcloud_zone_rrset", "records", vec![value("192.0.2.1"), value("x"), json!([])]),
        ("hcloud_zone_rrset", "type", vec![json!("AAAAA")]),
        ("hcloud_zone_record", "type", vec![json!("SOA"), json!("MXX")]),
        ("hcloud_zone_record", "value", vec![json!("mail.example.com."), json!("ten mail")]),
        ("hcloud_zone", "mode", vec![json!("third")]),
        (
            "hcloud_zone",
            "primary_nameservers",
            vec![
                json!([{ "address": "ns.example.com" }]),
                json!([{ "address": "192.0.2.1", "port": 0 }]),
                json!([{ "address": "192.0.2.1", "port": 65_536 }]),
                json!([{ "address": "192.0.2.1", "tsig_key": "x" }]),
                json!([{ "address": "192.0.2.1", "tsig_key": "x", "tsig_algorithm": "md5" }]),
            ],
        ),
    ]
}

fn services() -> Vec<Row> {
    let check = |field: &str, value: Json| {
        let mut check =
            json!({ "protocol": "tcp", "port": 80, "interval": 15, "timeout": 10, "retries": 3 });
        check[field] = value;
        json!([check])
    };
    let codes = |code: &str| {
        let mut with = check("protocol", json!("http"));
        with[0]["http"] = json!([{ "path": "/", "status_codes": [code] }]);
        with
    };
    vec![
        ("hcloud_load_balancer_service", "listen_port", vec![json!(0), json!(65_536)]),
        ("hcloud_load_balancer_service", "destination_port", vec![json!(0), json!(65_536)]),
        ("hcloud_load_balancer_service", "protocol", vec![json!("udp")]),
        (
            "hcloud_load_balancer_service",
            "health_check",
            vec![
                check("port", json!(0)),
                check("interval", json!(2)),
                check("timeout", json!(61)),
                check("retries", json!(0)),
                check("protocol", json!("icmp")),
                codes("abc"),
            ],
        ),
        ("hcloud_load_balancer", "algorithm", vec![json!([{ "type": "random" }])]),
    ]
}

fn rest() -> Vec<Row> {
    vec![
        ("hcloud_ssh_key", "public_key", vec![json!("abc"), json!("")]),
        ("hcloud_certificate", "certificate", vec![json!("abc")]),
        ("hcloud_certificate", "private_key", vec![json!("abc")]),
        ("hcloud_managed_certificate", "domain_names", vec![json!([]), json!(["a b"])]),
        ("hcloud_placement_group", "type", vec![json!("pack")]),
        ("hcloud_storage_box", "password", vec![json!("short"), json!("all-lower-case-1")]),
        ("hcloud_storage_box_subaccount", "password", vec![json!("short")]),
        ("hcloud_storage_box_subaccount", "home_directory", vec![json!("/x"), json!("")]),
        (
            "hcloud_storage_box",
            "snapshot_plan",
            vec![
                json!({ "max_snapshots": 7, "minute": 60, "hour": 3 }),
                json!({ "max_snapshots": 7, "minute": 0, "hour": 24 }),
                json!({ "max_snapshots": 0, "minute": 0, "hour": 0 }),
                json!({ "max_snapshots": 7, "minute": 0, "hour": 0, "day_of_week": 8 }),
                json!({ "max_snapshots": 7, "minute": 0, "hour": 0, "day_of_month": 32 }),
            ],
        ),
        ("hcloud_server", "rescue", vec![json!("windows")]),
        ("hcloud_server", "on_user_data_change", vec![json!("rebuilt")]),
    ]
}
