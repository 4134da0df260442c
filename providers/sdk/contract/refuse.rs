//! What must be refused, and what must be understood although it is old.

use super::{
    Sample,
    session::{Problem, Session, desired},
};
use infra_model::{
    address::KindName,
    ask::{Answer, Call, CallOutcome, Question},
    text::Text,
    value::Value,
};

/// An attribute that the schema does not have is refused before anything happens.
pub(super) async fn check(session: &mut Session<'_>, sample: &Sample) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let wanted = desired(&kind.schema().block, &sample.base);
    let planned = session.plan(&*kind, None, &wanted).await?.planned;
    let odd = (Text::from("attribute_that_nobody_has"), Value::from(true));
    let with_odd = |value: &Value| {
        let entries = value.entries().unwrap_or_default().iter().cloned();
        Value::object(entries.chain([odd.clone()]))
    };
    let (wanted, planned) = (with_odd(&wanted), with_odd(&planned));
    let intent = session.intent(&*kind, &wanted);
    let call = Call { intent, prior: None, desired: wanted, planned };
    match session.step(call).await? {
        CallOutcome::Failed(_) => Ok(()),
        CallOutcome::Done(..) => Err("takes an attribute that it does not have".to_owned()),
    }
}

/// A question about a type that the provider does not have is answered with an error.
pub(super) async fn check_unknown_kind(session: &mut Session<'_>) -> Option<Problem> {
    let kind = KindName(Text::from("kind_that_nobody_has"));
    match session.ask(Question::ReadData(kind, Value::object::<Text>([]))).await {
        Answer::Failed(_) | Answer::NotAskable(_) => None,
        other => Some(format!("an unknown type is answered with {other:?}")),
    }
}

/// Every older record becomes one of today's schema, and a newer one is refused.
pub(super) fn check_upgrade(session: &Session<'_>, sample: &Sample) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let schema = kind.schema();
    let told: Vec<u64> = sample.older.iter().map(|(version, _)| *version).collect();
    if let Some(missing) = (0..schema.version).find(|version| !told.contains(version)) {
        return Err(format!("has no sample of schema version {missing}"));
    }
    let base = sample.base.iter().map(|(name, value)| (Text::from(*name), value.clone()));
    if kind.upgrade(schema.version + 1, Value::object(base)).is_ok() {
        return Err("takes a record of a newer schema version".to_owned());
    }
    for (version, value) in &sample.older {
        let upgraded = kind.upgrade(*version, value.clone());
        let upgraded = upgraded.map_err(|d| format!("version {version}: {}", d.summary))?;
        let has = |name: &Text| upgraded.get(name).is_some();
        let names = schema.block.attributes.keys().chain(schema.block.blocks.keys());
        if let Some(missing) = names.clone().find(|name| !has(name)) {
            return Err(format!("version {version} is upgraded without `{missing}`"));
        }
        if upgraded.len() != Some(names.count()) {
            return Err(format!("version {version} is upgraded with too much"));
        }
    }
    Ok(())
}
