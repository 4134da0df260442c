//! Each argument can be set, changed and unset, and the plan says exactly what will happen.

use super::{
    Sample,
    life::settled,
    session::{Made, Problem, Session, desired},
};
use infra_model::{
    kind::Kind,
    schema::{Changes, Proposal, Usage},
    text::Text,
    value::Value,
};

/// Goes to every variant and back again.
pub(super) async fn check(session: &mut Session<'_>, sample: &Sample) -> Result<(), Problem> {
    let kind = session.kind(sample)?;
    let block = &kind.schema().block;
    let base = desired(block, &sample.base);
    for (name, value) in &sample.variants {
        let given = sample.base.iter().cloned().chain([(*name, value.clone())]);
        let varied = desired(block, &given.collect::<Vec<_>>());
        let wrong = |problem| format!("with `{name}` changed, {problem}");
        let made = session.create(&*kind, &base).await?;
        let made = turn(session, &*kind, made, (name, &varied)).await.map_err(wrong)?;
        let back = |problem| format!("with `{name}` changed back, {problem}");
        let made = turn(session, &*kind, made, (name, &base)).await.map_err(back)?;
        session.delete(&*kind, &made).await?;
    }
    Ok(())
}

/// Brings an object to a desired value that differs in one argument.
async fn turn(
    session: &mut Session<'_>,
    kind: &dyn Kind,
    made: Made,
    (name, wanted): (&str, &Value),
) -> Result<Made, Problem> {
    let proposal = session.plan(kind, Some(&made.object.value), wanted).await?;
    let made = if plain(&proposal.planned) == plain(&made.object.value) {
        may_be_nothing(kind, name, wanted)?;
        made
    } else if proposal.replace.is_empty() {
        check_update(kind, &made.object.value, &proposal, name)?;
        session.update(kind, &made, (wanted, &proposal.planned)).await?
    } else {
        if proposal.replace.iter().any(|path| path.root().is_none_or(|root| **root != *name)) {
            let paths: Vec<String> = proposal.replace.iter().map(ToString::to_string).collect();
            return Err(format!("it is replaced because of {}", paths.join(", ")));
        }
        session.delete(kind, &made).await?;
        session.create(kind, wanted).await?
    };
    settled(session, kind, &made, wanted).await?;
    Ok(made)
}

/// Nothing but the argument changes, and computed attributes that are said to follow.
fn check_update(
    kind: &dyn Kind,
    before: &Value,
    proposal: &Proposal,
    name: &str,
) -> Result<(), Problem> {
    let block = &kind.schema().block;
    for (other, planned) in proposal.planned.entries().unwrap_or_default() {
        let is_same = |value: &Value| {
            value.clone().unmark_deep().0 == planned.clone().unmark_deep().0
                || value.is_null() && planned.is_null()
        };
        if **other == *name || before.get(other).is_some_and(is_same) {
            continue;
        }
        let follows = block.attributes.get(other).is_some_and(|attribute| {
            attribute.is_computed() && attribute.changes != Changes::Stable
        });
        if !follows {
            return Err(format!("the plan changes `{other}` too"));
        }
    }
    let shown = |planned: &Value| before.get(name).map(plain) != Some(plain(planned));
    if proposal.planned.get(name).is_some_and(shown) {
        return Ok(());
    }
    Err("the plan does not show it".to_owned())
}

/// Nothing is to be done about a value that is never recorded, or that the provider keeps.
fn may_be_nothing(kind: &dyn Kind, name: &str, wanted: &Value) -> Result<(), Problem> {
    let attribute = kind.schema().block.attributes.get(&Text::from(name));
    let is_kept = attribute.is_some_and(|attribute| {
        let is_unset = wanted.get(name).is_none_or(Value::is_null);
        attribute.write_only || attribute.usage == Usage::OptionalComputed && is_unset
    }) || block_is_kept(kind, name, wanted);
    if is_kept { Ok(()) } else { Err("the plan does not show it".to_owned()) }
}

/// Blocks that the provider gives where the configuration has none stay when they are taken away.
fn block_is_kept(kind: &dyn Kind, name: &str, wanted: &Value) -> bool {
    let is_unset = wanted.get(name).is_none_or(|value| value.is_null() || value.is_empty());
    is_unset && kind.schema().block.blocks.get(&Text::from(name)).is_some_and(|b| b.computed)
}

fn plain(value: &Value) -> Value {
    value.clone().unmark_deep().0
}
