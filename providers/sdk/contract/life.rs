//! The life of an object: made, read, planned again, lost and found, imported, destroyed twice.

use super::{
    Sample,
    session::{Made, Problem, Session, desired, told},
};
use infra_model::{
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::Retry,
    kind::{Facts, Find, Kind},
    observed::{Found, Observed},
    value::Value,
};

/// Read after create is stable, a second plan is empty, a second delete is fine.
pub(super) async fn check(session: &mut Session<'_>, sample: &Sample) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let wanted = desired(&kind.schema().block, &sample.base);
    if let Find::NaturalKey(_) = kind.find() {
        exists(session, &*kind, &wanted, false).await?;
    }
    let made = session.create(&*kind, &wanted).await?;
    settled(session, &*kind, &made, &wanted).await?;
    if let Find::NaturalKey(_) = kind.find() {
        exists(session, &*kind, &wanted, true).await?;
    }
    session.delete(&*kind, &made).await?;
    session.delete(&*kind, &made).await.map_err(|p| format!("a second time, {p}"))?;
    Ok(())
}

/// What is read is what was recorded, and nothing more is to be done.
pub(super) async fn settled(
    session: &Session<'_>,
    kind: &dyn Kind,
    made: &Made,
    wanted: &Value,
) -> Result<(), Problem> {
    let seen = match session.refresh(kind, made).await? {
        Observed::Present(seen) => seen,
        other => return Err(format!("is there and seen as {other:?}")),
    };
    let normal = |value: &Value| kind.normalise(still(kind, value), &Facts::new());
    if normal(&seen) != normal(&made.object.value) {
        return Err(format!("is read as {seen} and was recorded as {}", made.object.value));
    }
    let again = session.plan(kind, Some(&made.object.value), wanted).await?;
    let (planned, recorded) = (&again.planned, &made.object.value);
    let same = planned.clone().unmark_deep().0 == recorded.clone().unmark_deep().0;
    if !again.replace.is_empty() || !same {
        return Err(format!("a second plan is not empty: {recorded} becomes {planned}"));
    }
    Ok(())
}

/// The value without what may change at any time.
fn still(kind: &dyn Kind, value: &Value) -> Value {
    use infra_model::schema::Changes;
    let block = &kind.schema().block;
    let entries = value.entries().unwrap_or_default().iter().map(|(name, inner)| {
        let volatile = block.attributes.get(name).filter(|a| a.changes == Changes::Volatile);
        (name.clone(), volatile.map_or_else(|| inner.clone(), |a| Value::null(a.ty.clone())))
    });
    Value::object(entries)
}

async fn exists(
    session: &Session<'_>,
    kind: &dyn Kind,
    wanted: &Value,
    there: bool,
) -> Result<(), Problem> {
    match session.ask(Question::Exists(kind.name().clone(), wanted.clone())).await {
        Answer::Exists(found) if found.is_some() == there => Ok(()),
        other => Err(format!("is there: {there}, but it says {other:?}")),
    }
}

/// An object that others removed is gone, and that is no error.
pub(super) async fn check_gone(session: &mut Session<'_>, sample: &Sample) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let wanted = desired(&kind.schema().block, &sample.base);
    let made = session.create(&*kind, &wanted).await?;
    if session.outside.remove(&made.object) {
        match session.refresh(&*kind, &made).await? {
            Observed::Gone => {}
            other => return Err(format!("is gone and seen as {other:?}")),
        }
    }
    session.delete(&*kind, &made).await.map_err(|problem| format!("when gone, {problem}"))
}

/// A create whose reply was lost is found again, and one that never happened is not.
pub(super) async fn check_lost_create(
    session: &mut Session<'_>,
    sample: &Sample,
) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let wanted = desired(&kind.schema().block, &sample.base);
    let intent = session.intent(&*kind, &wanted);
    match session.find(&intent).await? {
        Found::Absent => {}
        other => return Err(format!("was never made and is found as {other:?}")),
    }
    if kind.find() == Find::Local || !session.outside.lose_next_create() {
        return Ok(());
    }
    let planned = session.plan(&*kind, None, &wanted).await?.planned;
    let call = Call { intent: intent.clone(), prior: None, desired: wanted.clone(), planned };
    match session.step(call).await? {
        CallOutcome::Failed(failure) if failure.retry == Retry::AfterLookup => {}
        CallOutcome::Failed(failure) => {
            let told = told(&failure.diagnostic);
            return Err(format!("loses a reply and asks for no lookup: {told}"));
        }
        CallOutcome::Done(..) => return Err("the world lost no reply".to_owned()),
    }
    let object = match session.find(&intent).await? {
        Found::Adopt(object) => object,
        other => return Err(format!("was made and is found as {other:?}")),
    };
    let made = Made { intent, object: std::sync::Arc::new(*object) };
    let made = caught_up(session, &*kind, made, &wanted).await?;
    settled(session, &*kind, &made, &wanted).await.map_err(|p| format!("when found, {p}"))?;
    session.delete(&*kind, &made).await
}

/// Brings an object whose create was cut off before all was done to what was wanted, by an update.
async fn caught_up(
    session: &Session<'_>,
    kind: &dyn Kind,
    made: Made,
    wanted: &Value,
) -> Result<Made, Problem> {
    let proposal = session.plan(kind, Some(&made.object.value), wanted).await?;
    let plain = |value: &Value| value.clone().unmark_deep().0;
    if plain(&proposal.planned) == plain(&made.object.value) {
        return Ok(made);
    }
    if !proposal.replace.is_empty() {
        return Err("is made and found, and is to be replaced".to_owned());
    }
    let updated = session.update(kind, &made, (wanted, &proposal.planned)).await;
    updated.map_err(|problem| format!("when found, {problem}"))
}

/// An imported object is the object, as far as an import can tell.
pub(super) async fn check_import(
    session: &mut Session<'_>,
    sample: &Sample,
) -> Result<(), Problem> {
    let Some(id) = sample.import else { return Ok(()) };
    let kind = session.kind(sample)?;
    let wanted = desired(&kind.schema().block, &sample.base);
    let made = session.create(&*kind, &wanted).await?;
    let question = Question::Import(kind.name().clone(), id(&made.object));
    let found = match session.ask(question).await {
        Answer::Imported(mut found) if found.len() == 1 => found.pop(),
        other => return Err(format!("can't be imported: {other:?}")),
    };
    let Some(found) = found else { return Err("is imported as nothing".to_owned()) };
    for (name, value) in made.object.value.entries().unwrap_or_default() {
        let is_told = !sample.not_imported.contains(&&**name);
        if is_told && found.value.get(name) != Some(value) {
            return Err(format!("`{name}` is imported as another value"));
        }
    }
    session.delete(&*kind, &made).await
}
