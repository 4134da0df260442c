//! Renewal: a refresh tells that a certificate is due, and the plan replaces it.

use super::{
    makers::{authority, key, still, text},
    support::{connection, desired, kind},
};
use infra_model::{
    address::{Generation, KindName},
    ask::{Answer, Question, Recorded},
    kind::{FactKey, Facts},
    observed::Observed,
    path::Path,
    schema::Attribute,
    snapshot::Object,
    text::Text,
    value::Value,
};
use infra_sdk::{clock::VirtualClock, connection::Control, contract::block_on};
use std::sync::Arc;

const KIND: &str = "tls_self_signed_cert";
const HOUR_MS: u64 = 3_600_000;

fn certificate(early_hours: i64) -> Object {
    let pem = text(&key("a", "ECDSA", "P256").value, "private_key_pem");
    let mut made = authority(&pem);
    let with = |name: &'static str, value: i64| (Text::from(name), Value::from(value));
    let given = [with("early_renewal_hours", early_hours)];
    let entries = made.value.entries().unwrap().iter().cloned().chain(given);
    made.value = Value::object(entries);
    made
}

fn refreshed(object: &Object, hours_later: u64) -> Value {
    let recorded = Recorded {
        address: "tls_self_signed_cert.ca".parse().unwrap(),
        generation: Generation(1),
        object: Arc::new(object.clone()),
    };
    let now_ms = super::makers::NOW_MS + hours_later * HOUR_MS;
    let control = Control::quiet(VirtualClock::manual(now_ms));
    let question = Question::Refresh(KindName(Text::from(KIND)), vec![recorded]);
    match block_on(connection(KIND).ask(question, control)) {
        Answer::Observed(mut observed, ..) => match observed.pop() {
            Some(Observed::Present(value)) => value,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// What the configuration of a recorded object was, with other hours of early renewal.
fn wanted(object: &Object, early_hours: i64) -> Value {
    let schema = kind(KIND).schema().clone();
    let is_given =
        |name: &Text| schema.block.attributes.get(name).is_none_or(Attribute::is_configurable);
    let kept = object.value.entries().unwrap().iter().filter(|(name, _)| is_given(name)).cloned();
    let early = (Text::from("early_renewal_hours"), Value::from(early_hours));
    let base = desired(KIND, []);
    Value::object(base.entries().unwrap().iter().cloned().chain(kept).chain([early]))
}

#[test]
fn a_certificate_that_is_due_is_replaced() {
    let object = certificate(2);
    let hours = u64::try_from(super::makers::HOURS).unwrap();
    let ready = |value: &Value| value.get("ready_for_renewal").and_then(Value::as_bool);
    assert_eq!(ready(&refreshed(&object, hours - 3)), Some(false));
    let due = refreshed(&object, hours - 2);
    assert_eq!(ready(&due), Some(true));
    let proposal = kind(KIND).planned(Some(&due), &wanted(&object, 2), &Facts::new());
    assert_eq!(proposal.replace, [Path::attribute("ready_for_renewal")]);
    assert_eq!(ready(&proposal.planned), Some(false));
    let fresh = kind(KIND).planned(None, &wanted(&object, 2), &Facts::new());
    assert_eq!(ready(&fresh.planned), Some(false));
    assert!(!fresh.planned.get("cert_pem").unwrap().is_known());
}

#[test]
fn other_hours_change_in_place_unless_they_make_it_due() {
    let object = certificate(0);
    let kind = kind(KIND);
    assert_eq!(kind.facts(Some(&object.value), &wanted(&object, 0)), []);
    let keys = kind.facts(Some(&object.value), &wanted(&object, 5));
    assert_eq!(keys, [FactKey(Text::from("now_ms"))]);
    let answer = block_on(connection(KIND).ask(Question::Facts(keys), still()));
    let Answer::Facts(facts, _) = answer else { panic!("{answer:?}") };
    let later = kind.planned(Some(&object.value), &wanted(&object, 5), &facts);
    assert_eq!(later.replace, []);
    let all = super::makers::HOURS;
    let now = kind.planned(Some(&object.value), &wanted(&object, all), &facts);
    assert_eq!(now.replace, [Path::attribute("ready_for_renewal")]);
}

/// Old states hold a checksum of the key in its place.
#[test]
fn a_checksum_becomes_the_key_in_place() {
    let object = certificate(0);
    let checksum = (Text::from("private_key_pem"), Value::from("cbcd2a1f"));
    let old = Value::object(object.value.entries().unwrap().iter().cloned().chain([checksum]));
    let proposal = kind(KIND).planned(Some(&old), &wanted(&object, 0), &Facts::new());
    assert_eq!(proposal.replace, []);
    let other = text(&key("b", "ECDSA", "P256").value, "private_key_pem");
    let other = (Text::from("private_key_pem"), Value::from(&*other));
    let wanted = wanted(&object, 0);
    let wanted = Value::object(wanted.entries().unwrap().iter().cloned().chain([other]));
    let proposal = kind(KIND).planned(Some(&object.value), &wanted, &Facts::new());
    assert_eq!(proposal.replace, [Path::attribute("private_key_pem")]);
}
