//! The life of something ephemeral: opened, renewed if it asks for that, and given back.

use super::{
    Sample,
    session::{Problem, Session, check_value, desired, told},
};
use infra_model::{
    ask::{Answer, Question},
    journal::Time,
    kind::{Facts, Kind},
    lease::Lease,
    schema::Usage,
    text::Text,
    value::Value,
};
use std::sync::Arc;

/// What is opened is complete and as configured, twice at a time; it is renewed and closed.
pub(super) async fn check(session: &mut Session<'_>, sample: &Sample) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let config = desired(&kind.schema().block, &sample.base);
    if let Some(wrong) = kind.validate(&config, &Facts::new()).iter().find(|d| d.is_error()) {
        return Err(format!("refuses its sample: {}", told(wrong)));
    }
    let first = open(session, &*kind, &config).await?;
    let second = open(session, &*kind, &config).await?;
    let renewed = renew(session, &*kind, &second).await?;
    close(session, &*kind, renewed).await?;
    close(session, &*kind, first).await.map_err(|problem| format!("opened twice, {problem}"))?;
    refuses_odd(session, &*kind, &config).await
}

async fn open(
    session: &mut Session<'_>,
    kind: &dyn Kind,
    config: &Value,
) -> Result<Arc<Lease>, Problem> {
    let address = session.address(kind);
    let lease = match session.ask(Question::Open(address, config.clone())).await {
        Answer::Opened(lease, _) => lease,
        other => return Err(format!("can't be opened: {other:?}")),
    };
    check_value(kind, &lease.value)?;
    let plain = |value: &Value| value.clone().unmark_deep().0;
    for (name, attribute) in &kind.schema().block.attributes {
        let found = lease.value.get(name).map(plain);
        let is_null = found.as_ref().is_none_or(Value::is_null);
        if attribute.usage == Usage::Computed && is_null {
            return Err(format!("is opened without `{name}`"));
        }
        let given = config.get(name).filter(|given| !given.is_null()).map(plain);
        if given.is_some() && given != found {
            return Err(format!("is opened with another `{name}` than is configured"));
        }
    }
    Ok(lease)
}

async fn renew(
    session: &Session<'_>,
    kind: &dyn Kind,
    lease: &Arc<Lease>,
) -> Result<Arc<Lease>, Problem> {
    let Some(at) = lease.renew_at else { return Ok(lease.clone()) };
    let now = Time(session.control.clock.now_ms());
    if at <= now {
        return Err("must be renewed before anything could use it".to_owned());
    }
    let question = Question::Renew(kind.name().clone(), lease.clone());
    match session.ask(question).await {
        Answer::Opened(renewed, _) if renewed.value != lease.value => {
            Err("is renewed with other attributes, which those that use it do not see".to_owned())
        }
        Answer::Opened(renewed, _) if renewed.renew_at.is_some_and(|at| at <= now) => {
            Err("must be renewed again at once".to_owned())
        }
        Answer::Opened(renewed, _) => Ok(renewed),
        other => Err(format!("can't be renewed: {other:?}")),
    }
}

async fn close(session: &Session<'_>, kind: &dyn Kind, lease: Arc<Lease>) -> Result<(), Problem> {
    match session.ask(Question::Close(kind.name().clone(), lease)).await {
        Answer::Closed(_) => Ok(()),
        other => Err(format!("can't be closed: {other:?}")),
    }
}

async fn refuses_odd(
    session: &mut Session<'_>,
    kind: &dyn Kind,
    config: &Value,
) -> Result<(), Problem> {
    let odd = (Text::from("attribute_that_nobody_has"), Value::from(true));
    let entries = config.entries().unwrap_or_default().iter().cloned();
    let config = Value::object(entries.chain([odd]));
    let address = session.address(kind);
    match session.ask(Question::Open(address, config)).await {
        Answer::Failed(_) => Ok(()),
        _ => Err("takes an attribute that it does not have".to_owned()),
    }
}
