//! What is there already: by a token, which makes it ours, or by a name, which makes it somebody's.

use super::{HasLabels as _, Kept};
use crate::{
    client::{Client, List},
    form, labels,
    problem::{Outcome, Problem},
};
use infra_sdk::{connection::Control, failure::Failure, resource::Wanted};
use serde_json::Value as Json;

/// Returns the object that carries a token.
pub(crate) async fn with_token<T: Kept>(
    client: &Client,
    wanted: &Wanted<T::Model>,
    control: &Control,
) -> Outcome<Option<Json>> {
    let token = &wanted.token;
    let selector = format!("{}={token}", labels::TOKEN);
    let list = T::list(&wanted.model).only("label_selector", selector);
    let all = client.all_if_there(&list, control).await?;
    let carries = |object: &&Json| labels::mark(object).is_some_and(|mark| mark.token == *token);
    Ok(all.iter().find(carries).cloned())
}

/// Returns the object that has the name already.
pub(super) async fn same_name<T: Kept>(
    client: &Client,
    wanted: &Wanted<T::Model>,
    control: &Control,
) -> Outcome<Option<Json>> {
    let Some(name) = wanted.model.name() else { return Ok(None) };
    named(client, (&T::list(&wanted.model), name), control).await
}

/// Returns the object of a list that has a name.
pub(crate) async fn named(
    client: &Client,
    (list, name): (&List, &str),
    control: &Control,
) -> Outcome<Option<Json>> {
    let all = client.all(&list.clone().only("name", name), control).await?;
    Ok(all.iter().find(|object| object["name"].as_str() == Some(name)).cloned())
}

/// Makes something of a refused create: what is there with the same key is ours if it carries our
/// token, and otherwise belongs to somebody, who is told how to take it over.
pub(super) async fn taken<T: Kept>(
    client: &Client,
    wanted: &Wanted<T::Model>,
    problem: Problem,
    control: &Control,
) -> Failure {
    if problem.code() != Some("uniqueness_error") {
        return problem.into();
    }
    match T::taken(client, wanted, control).await {
        Ok(Some(object)) => {
            let mark = labels::mark(&object);
            if mark.is_some_and(|mark| mark.token == wanted.token) {
                // An earlier attempt arrived after all: the lookup by token takes it over.
                return Failure::from(problem).after_lookup();
            }
            let failure = Failure::from(problem);
            Failure::new(failure.diagnostic.help(taking_over::<T>(wanted, &object)))
        }
        Ok(None) | Err(_) => problem.into(),
    }
}

/// What to write to take over or to read what is there.
fn taking_over<T: Kept>(wanted: &Wanted<T::Model>, object: &Json) -> String {
    let import = T::import_id(&wanted.model, object);
    let take = format!(
        "take it over with\n\n  import {{\n    to = {}\n    id = \"{import}\"\n  }}\n\n",
        wanted.address
    );
    // What has no number is found by more than its id.
    let read = object["id"].as_i64().map(|id| {
        let (kind, name) = (T::kind().name().clone(), &wanted.address.name);
        format!("or read it with\n\n  data \"{kind}\" \"{name}\" {{\n    id = {id}\n  }}\n\n")
    });
    format!("{take}{}or give another name", read.unwrap_or_default())
}

/// Says what is there already, for people.
pub(super) fn already<T: Kept>(object: &Json) -> String {
    let id = form::id_text(&object["id"]).unwrap_or_default();
    let name = object["name"].as_str().unwrap_or_default();
    format!("`{name}` is at Hetzner already, with the id {id}")
}
