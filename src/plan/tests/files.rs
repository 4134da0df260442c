//! Plan files, digests, and what `finalise` says of departures.

use crate::{applier::Estate, builder::*, program::kinds};
use infra_model::{
    kind::Facts,
    program::{Desired, Lifecycle},
    types::Type,
    value::{Marks, Value},
    wire::WireProblem,
};
use infra_plan::{
    audit::audit,
    file, finalise,
    plan::{Action, StepId},
};
use std::sync::Arc;

fn config() -> Config {
    Config::of([network("a"), server("s").with("network_id", of("fake_network.a", "id"))])
}

#[test]
fn a_damaged_file_is_refused_and_never_panics() {
    let (plan, _) = Estate::new().plan(&config());
    let bytes = file::encode(&plan);
    assert_eq!(file::digest(&plan), file::digest(&file::decode(&bytes).unwrap()));
    for length in 0..bytes.len() {
        assert!(file::decode(&bytes[..length]).is_err());
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x41;
        let _unimportant = file::decode(&damaged).map(|plan| audit(&plan, &Estate::new().snapshot));
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(file::decode(&longer).unwrap_err().problem, WireProblem::Trailing));
}

#[test]
fn plan_of_another_version_is_refused() {
    let (plan, _) = Estate::new().plan(&config());
    let bytes = file::encode(&plan);
    // The form of the encoding comes first, then the version of the plan.
    assert_eq!(bytes[1], 4);
    for version in [0, 1, 2, 3, 5, 100] {
        let mut other = bytes.clone();
        other[1] = version;
        let refused = file::decode(&other).unwrap_err();
        assert!(refused.to_string().contains("version of a plan"), "{version}: {refused}");
    }
}

#[test]
fn the_audit_finds_what_was_tampered_with() {
    let mut estate = Estate::new();
    let codes = |estate: &Estate, plan: &infra_plan::plan::Plan| -> Vec<&str> {
        audit(plan, &estate.snapshot).iter().map(|d| d.code).collect()
    };
    let (plan, _) = estate.plan(&config());
    let mut unordered = plan.clone();
    unordered.steps[1].after.clear();
    assert_eq!(codes(&estate, &unordered), ["infra::plan::audit_order"]);
    let mut circle = plan.clone();
    circle.steps[0].after = vec![StepId(1)];
    assert!(codes(&estate, &circle).contains(&"infra::plan::audit_cycle"));
    let mut missing = plan.clone();
    missing.steps.pop();
    assert!(codes(&estate, &missing).contains(&"infra::plan::audit_actions"));
    let mut idle = plan.clone();
    idle.changes[0].action = Action::NoOp;
    assert!(codes(&estate, &idle).contains(&"infra::plan::audit_producers"));
    let mut foreign = plan.clone();
    foreign.lineage = "other".into();
    assert_eq!(codes(&estate, &foreign), ["infra::plan::audit_lineage"]);
    let mut secret = plan;
    let value = Value::from("x").with_marks(Marks::EPHEMERAL);
    secret.values.push((at("fake_network.x"), value));
    assert_eq!(codes(&estate, &secret), ["infra::plan::audit_secrets"]);

    let guarded = Config::of([network("a").protected()]);
    assert!(estate.apply(&guarded));
    let mut plan = estate.plan(&guarded).0;
    plan.changes[0].action = Action::Delete;
    plan.changes[0].planned = None;
    plan.changes[0].digest = None;
    let found = codes(&estate, &plan);
    assert!(found.contains(&"infra::plan::audit_protection"));
    assert!(found.contains(&"infra::plan::audit_preconditions"));
}

fn network_value(name: Value, id: Value) -> Value {
    Value::object([
        ("id", id),
        ("name", name),
        ("cidr", Value::null(Type::String)),
        ("labels", Value::null(Type::map(Type::String))),
    ])
}

fn at_apply(desired: Value, planned: &Value) -> Result<finalise::Final, Vec<&'static str>> {
    let desired = Desired {
        value: desired,
        provider: crate::program::provider("fake"),
        needs: Arc::from([]),
        awaits: Arc::from([]),
        lifecycle: Lifecycle::default(),
    };
    let final_value = finalise::at_apply(&finalise::AtApply {
        kinds: &kinds(),
        address: &at("fake_network.a"),
        desired: &desired,
        prior: None,
        planned: Some(planned),
        facts: &Facts::new(),
    });
    final_value.map_err(|said| said.iter().map(|d| d.code).collect())
}

#[test]
fn what_is_sent_refines_what_was_planned() {
    let null = || Value::null(Type::String);
    let mut planned = network_value(Value::unknown(Type::String), Value::unknown(Type::String));
    planned = planned
        .with_path(&infra_model::path::Path::attribute("cidr"), "10.0.0.0/16".into())
        .unwrap();
    assert!(at_apply(network_value("a".into(), null()), &planned).is_ok());
    let fixed = planned.with_path(&infra_model::path::Path::attribute("name"), "b".into()).unwrap();
    let departed = at_apply(network_value("a".into(), null()), &fixed);
    assert_eq!(departed.unwrap_err(), ["infra::plan::plan_departed"]);
    let unknown = at_apply(network_value(Value::unknown(Type::String), null()), &planned);
    assert_eq!(unknown.unwrap_err(), ["infra::plan::value_not_known"]);
}

#[test]
fn a_provider_that_gives_something_else_is_blamed_by_name() {
    let kinds = kinds();
    let address = at("fake_network.a");
    let provider = crate::program::provider("fake");
    let planned = network_value(Value::from("a").sensitive(), Value::unknown(Type::String));
    let result = |value| {
        let (value, said) = finalise::result(&finalise::Returned {
            kind: kinds.get(address.mode, &address.kind).map(|kind| &**kind),
            address: &address,
            provider: &provider,
            planned: Some(&planned),
            value,
        });
        let codes: Vec<&str> = said.iter().map(|d| d.code).collect();
        let named = said.iter().all(|d| d.summary.contains("provider.fake"));
        assert!(named);
        (value, codes)
    };
    let (value, codes) = result(network_value("a".into(), "net-1".into()));
    assert!(codes.is_empty());
    assert!(value.get("name").unwrap().has_sensitive(), "marks are put back");
    let (_, codes) = result(network_value("b".into(), "net-1".into()));
    assert_eq!(codes, ["infra::plan::result_inconsistent"]);
    let (value, codes) = result(network_value("a".into(), Value::unknown(Type::String)));
    assert_eq!(codes, ["infra::plan::result_not_known"]);
    assert!(value.is_wholly_known(), "new objects hold no unknowns");
}
