//! The labels by which our own objects are known: who made them, and for which address.
//!
//! They stand beside the labels of the user and are never shown as drift. Images and tags have no
//! labels of their own; they are known by their names.

use infra_model::{address::Generation, text::Text};
use infra_sdk::mark::Mark;
use serde_json::{Map, Value as Json};

/// Before every label of ours.
const PREFIX: &str = "infra.";
/// The label by which a lost create is found again.
const TOKEN: &str = "infra.token";
/// The identity of the state that made it; objects of older versions have none.
const LINEAGE: &str = "infra.lineage";
/// The address at the time of the create, for people.
const ADDRESS: &str = "infra.address";
/// The generation at the time of the create, for people.
const GENERATION: &str = "infra.generation";
/// Set by tests on what they make, so that it can be swept away.
const TEST: &str = "infra.test";

/// Adds our labels to those of the user.
pub(crate) fn stamp(labels: &mut Map<String, Json>, mark: &Mark) {
    if let Some(lineage) = &mark.lineage {
        labels.insert(LINEAGE.to_owned(), Json::from(&**lineage));
    }
    if let Some(generation) = mark.generation {
        labels.insert(GENERATION.to_owned(), Json::from(generation.0.to_string()));
    }
    labels.insert(TOKEN.to_owned(), Json::from(&*mark.token));
    labels.insert(ADDRESS.to_owned(), Json::from(&*mark.address));
}

/// Returns whether a label is ours and not the user's.
pub(crate) fn is_ours(label: &str) -> bool {
    label.starts_with(PREFIX) && label != TEST
}

/// Returns the mark among labels.
pub(crate) fn mark_of(labels: Option<&Json>) -> Option<Mark> {
    let label = |name: &str| labels?.get(name)?.as_str();
    Some(Mark {
        lineage: label(LINEAGE).map(Into::into),
        token: label(TOKEN)?.into(),
        address: label(ADDRESS).unwrap_or_default().into(),
        generation: label(GENERATION).and_then(|text| text.parse().ok()).map(Generation),
    })
}

/// Returns the mark of an object as a list shows it.
pub(crate) fn mark(listed: &Json) -> Option<Mark> {
    mark_of(listed.get("Labels"))
}

/// Says that the name of a desired object is taken already.
pub(crate) fn is_there(name: &str) -> Text {
    format!("`{name}` is on this engine already").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::address::Address;
    use serde_json::json;

    #[test]
    fn labels_that_are_stamped_are_read_again() {
        let address: Address = "docker_volume.data".parse().unwrap();
        let stamped = Mark {
            lineage: Some("ours".into()),
            token: infra_sdk::token::token("ours", &address, Generation(3)),
            address: address.to_string().into(),
            generation: Some(Generation(3)),
        };
        let mut labels = Map::from_iter([("a".to_owned(), json!("b"))]);
        stamp(&mut labels, &stamped);
        assert_eq!(mark(&json!({ "Labels": labels })), Some(stamped.clone()));
        labels.remove(LINEAGE);
        let older = mark(&json!({ "Labels": labels })).unwrap();
        assert_eq!(older, Mark { lineage: None, ..stamped });
        assert!(older.is_of("ours") && !older.is_of("theirs"));
        assert_eq!(mark(&json!({"Labels": {"a": "b"}})), None);
        assert_eq!(mark(&json!({"Labels": null})), None);
    }
}
