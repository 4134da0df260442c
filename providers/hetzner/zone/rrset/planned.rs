//! What a record set is to be: judged, and in the words in which it was recorded.

use super::super::{dns, meaning};
use crate::rules;
use infra_model::{diagnostic::Diagnostics, kind::Facts, path::Path, text::Text, value::Value};
use std::collections::BTreeSet;

/// Returns desired values whose records have the recorded texts where both mean the same.
pub(super) fn aligned(prior: Option<&Value>, desired: &Value) -> Value {
    let (Some(prior), Some(r#type)) = (prior, rules::text(desired, "type")) else {
        return desired.clone();
    };
    let before = prior.get("records").and_then(Value::items).unwrap_or_default();
    let before: Vec<_> = before.iter().filter_map(|record| rules::text(record, "value")).collect();
    let Some(records) = desired.get("records") else { return desired.clone() };
    let (Some(items), Some(element)) = (records.items(), records.element_type()) else {
        return desired.clone();
    };
    let known = |record: &Value| {
        let text = rules::text(record, "value")?;
        let same = |other: &&&Text| meaning::of(r#type, other) == meaning::of(r#type, text);
        let same = before.iter().find(same)?;
        let marks = record.get("value").map(Value::marks).unwrap_or_default();
        let value = Value::string((*same).clone()).with_marks(marks);
        record.with_path(&Path::attribute("value"), value)
    };
    let items = items.iter().map(|record| known(record).unwrap_or_else(|| record.clone()));
    let records = Value::set(element.clone(), items.collect()).with_marks(records.marks());
    desired.with_path(&Path::attribute("records"), records).unwrap_or_else(|| desired.clone())
}

/// Judges a record set.
pub(super) fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = dns::place(desired);
    found.extend(rules::between(desired, "ttl", dns::TTL_MIN, dns::TTL_MAX));
    let r#type = rules::text(desired, "type").map_or("", |name| name);
    found.extend(rules::inside(desired, "records", |record| dns::value(r#type, record)));
    let Some(records) = desired.get("records").and_then(Value::items) else { return found };
    let values: Vec<_> = records.iter().filter_map(|record| rules::text(record, "value")).collect();
    let distinct: BTreeSet<String> = values.iter().map(|text| meaning::of(r#type, text)).collect();
    if records.is_empty() {
        let summary = "`records` is empty".to_owned();
        found.push(rules::wrong("records", summary, "name a record, or remove the resource"));
    } else if distinct.len() < values.len() {
        let summary = "two of the records have the same value".to_owned();
        found.push(rules::wrong("records", summary, "remove one of them"));
    } else if matches!(r#type, "CNAME" | "SOA") && records.len() > 1 {
        let summary = format!("a name has one `{type}` at most");
        found.push(rules::wrong("records", summary, "leave one of the records"));
    }
    found
}
