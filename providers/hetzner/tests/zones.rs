//! What zones, record sets and records do beyond the contract.

use super::{
    bench::Bench,
    project::{Given, Project, at},
    samples::zones::records,
};
use infra_model::{observed::Observed, types::Type, value::Value};
use serde_json::json;

const PATH: &str = "/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}";

fn place(name: &'static str, r#type: &'static str) -> [(&'static str, Value); 3] {
    [
        ("zone", Value::from("ground.example")),
        ("name", Value::from(name)),
        ("type", Value::from(r#type)),
    ]
}

fn with(place: &[(&'static str, Value)], more: Given<'_>) -> Vec<(&'static str, Value)> {
    place.iter().chain(more).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_set_is_changed_in_order_and_protected_again() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let www = place("www", "A");
    let guarded = ("change_protection", Value::from(true));
    let one = with(&www, &[("records", records(&[("192.0.2.1", None)])), guarded.clone()]);
    let made = project.create("hcloud_zone_rrset", &one).await.unwrap();
    let create = format!("POST {}", PATH.trim_end_matches("/{rr_name}/{rr_type}"));
    let action = |name: &str| format!("POST {PATH}/actions/{name}");
    assert_eq!(project.calls(), [create, action("change_protection")]);

    let labels = Value::map(Type::String, [("env", Value::from("prod"))]);
    let two = [
        ("records", records(&[("192.0.2.2", None)])),
        ("ttl", Value::from(600)),
        ("labels", labels),
        guarded,
    ];
    let made = project.update(&made, &with(&www, &two)).await.unwrap();
    let names = ["change_protection", "change_ttl", "set_records"].map(action);
    let put = format!("PUT {PATH}");
    let expected: Vec<_> = names.into_iter().chain([put, action("change_protection")]).collect();
    assert_eq!(project.calls(), expected);
    let shown = bench.shown("/zones/ground.example/rrsets/www/A");
    assert_eq!(shown["rrset"]["protection"]["change"], true);

    project.delete(&made).await.unwrap();
    assert_eq!(project.calls(), [action("change_protection"), format!("DELETE {PATH}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_the_beginning_is_taken_over_and_let_go_of() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let soa = "hydrogen.ns.hetzner.com. dns.hetzner.com. 1 7200 1800 3600000 600";
    let given = with(&place("@", "SOA"), &[("records", records(&[(soa, None)]))]);
    let made = project.create("hcloud_zone_rrset", &given).await.unwrap();
    // The serial number rises with every other change, and that is no drift.
    bench.outside(
        "POST",
        "/zones/ground.example/rrsets",
        &json!({
            "name": "new", "type": "A", "records": [{ "value": "192.0.2.1" }],
        }),
    );
    let Observed::Present(seen) = project.refresh(&made).await else { panic!("it is there") };
    assert_eq!(at(&seen, "records"), at(&made.value, "records"));
    project.delete(&made).await.unwrap();
    let left = bench.shown("/zones/ground.example/rrsets/@/SOA");
    assert_eq!(left["rrset"]["labels"], json!({}), "it is not ours any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_leaves_the_others_of_its_set_alone() {
    let bench = Bench::start().await;
    bench.ground();
    bench.outside(
        "POST",
        "/zones/ground.example/rrsets",
        &json!({
            "name": "mail", "type": "MX", "records": [{ "value": "10 theirs.ground.example." }],
        }),
    );
    let project = Project::of(&bench).await;
    let value = ("value", Value::from("20 ours.ground.example."));
    let ours = with(&place("mail", "MX"), &[value]);
    let made = project.create("hcloud_zone_record", &ours).await.unwrap();
    let commented = with(&ours, &[("comment", Value::from("ours"))]);
    let made = project.update(&made, &commented).await.unwrap();
    let records = |bench: &Bench| {
        let shown = bench.shown("/zones/ground.example/rrsets/mail/MX");
        shown["rrset"]["records"].as_array().unwrap().len()
    };
    assert_eq!(records(&bench), 2);
    project.delete(&made).await.unwrap();
    assert_eq!(records(&bench), 1, "theirs is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_is_there_is_told_with_its_import_id() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let body = json!({ "name": "www", "type": "A", "records": [{ "value": "192.0.2.9" }] });
    bench.outside("POST", "/zones/ground.example/rrsets", &body);
    let given = with(&place("www", "A"), &[("records", records(&[("192.0.2.1", None)]))]);
    let failed = project.create("hcloud_zone_rrset", &given).await.unwrap_err();
    let help = &failed.diagnostic.help;
    assert!(help.contains("id = \"ground.example/www/A\""), "{help}");
    assert!(failed.partial.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_records_are_found_with_their_place() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let judged = |place: &[(&'static str, Value)], all| {
        let found = project.judged("hcloud_zone_rrset", &with(place, &[("records", records(all))]));
        found.iter().map(|d| d.path.clone().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(judged(&place("www", "A"), &[("192.0.2.1", None)]), [""; 0]);
    assert_eq!(judged(&place("www", "A"), &[("2001:db8::1", None)]), ["records[*].value"]);
    assert_eq!(judged(&place("@", "TXT"), &[("v=spf1", None)]), ["records[*].value"]);
    assert_eq!(judged(&place("www.ground.example", "A"), &[("192.0.2.1", None)]), ["name"]);
    assert_eq!(judged(&place("www", "ALIAS"), &[("a", None)]), ["type"]);
    let twice = [("2001:db8::1", None), ("2001:DB8::1", None)];
    assert_eq!(judged(&place("www", "AAAA"), &twice), ["records"]);
    assert_eq!(judged(&place("www", "A"), &[]), ["records"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_a_zone_that_is_gone_is_gone() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let given = with(&place("www", "A"), &[("records", records(&[("192.0.2.1", None)]))]);
    let set = project.create("hcloud_zone_rrset", &given).await.unwrap();
    let given = with(&place("mail", "MX"), &[("value", Value::from("10 mx.ground.example."))]);
    let record = project.create("hcloud_zone_record", &given).await.unwrap();
    bench.outside("DELETE", "/zones/ground.example", &json!(null));
    for object in [set, record] {
        let seen = project.refresh(&object).await;
        assert!(matches!(seen, Observed::Gone), "{}: {seen:?}", object.kind);
        project.delete(&object).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_one_set_are_sent_together() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let record = |name: &'static str, value: &'static str, comment: &'static str| {
        let more = [("value", Value::from(value)), ("comment", Value::from(comment))];
        with(&place(name, "A"), &more)
    };
    let kind = "hcloud_zone_record";
    let (one, two) = (record("www", "192.0.2.1", "a"), record("www", "192.0.2.2", "b"));
    let other = record("api", "192.0.2.3", "c");
    let makes = [&one, &two, &other].map(|given| project.creating(kind, given));
    let made: Vec<_> = project.together(kind, makes.to_vec()).await;
    let made: Vec<_> = made.into_iter().map(|made| made.unwrap().unwrap()).collect();
    let action = |name: &str| format!("POST {PATH}/actions/{name}");
    assert_eq!(project.calls(), [action("add_records"), action("add_records")], "one a set");
    assert_eq!(at(&made[1].value, "comment"), "b");

    // One is refused: it is told alone, and the other is made.
    let wrong = project.creating(kind, &two);
    let right = project.creating(kind, &record("www", "192.0.2.9", "d"));
    let results = project.together(kind, vec![wrong, right]).await;
    assert!(results[0].is_err() && results[1].is_ok(), "{results:?}");
    assert_eq!(project.calls().len(), 3, "together, then each alone");

    let changed = record("www", "192.0.2.1", "changed");
    let work = vec![
        project.updating(&made[0], &changed),
        project.deleting(&made[1]),
        project.deleting(&made[2]),
    ];
    let results = project.together(kind, work).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let mut calls = project.calls();
    calls.sort();
    assert_eq!(calls, ["remove_records", "remove_records", "update_records"].map(action));
    let shown = bench.shown("/zones/ground.example/rrsets/www/A");
    let records = shown["rrset"]["records"].as_array().unwrap();
    assert_eq!(records.len(), 2, "{shown}");
    assert!(records.iter().any(|record| record["comment"] == "changed"));
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}
