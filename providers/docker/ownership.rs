//! The labels by which our own objects are known: who made them, and for which address.
//!
//! They stand beside the labels of the user and are never shown as drift. Images and tags have no
//! labels of their own; they are known by their names.

use infra_model::{
    address::{Address, Generation, KindName},
    journal::Intent,
    observed::Marked,
};
use serde_json::{Map, Value as Json};

/// Before every label of ours.
const PREFIX: &str = "infra.";
/// The label by which a lost create is found again.
pub(crate) const TOKEN: &str = "infra.token";
/// The identity of the state that made it; objects of older versions have none.
pub(crate) const LINEAGE: &str = "infra.lineage";
/// The address at the time of the create, for people.
pub(crate) const ADDRESS: &str = "infra.address";
/// The generation at the time of the create, for people.
pub(crate) const GENERATION: &str = "infra.generation";
/// Set by tests on what they make, so that it can be swept away.
const TEST: &str = "infra.test";

/// Adds our labels to those of the user.
pub(crate) fn stamp(labels: &mut Map<String, Json>, intent: &Intent, lineage: &str) {
    labels.insert(LINEAGE.to_owned(), Json::from(lineage));
    labels.insert(TOKEN.to_owned(), Json::from(&*intent.token));
    labels.insert(ADDRESS.to_owned(), Json::from(intent.address.to_string()));
    labels.insert(GENERATION.to_owned(), Json::from(intent.generation.0.to_string()));
}

/// Returns whether a label is ours and not the user's.
pub(crate) fn is_ours(label: &str) -> bool {
    label.starts_with(PREFIX) && label != TEST
}

/// Returns the token among the labels of an inspected object.
pub(crate) fn token(labels: Option<&Json>) -> Option<&str> {
    labels?.get(TOKEN)?.as_str()
}

/// Returns the mark of a listed object, if it carries that of a lineage; its id is under `key`.
pub(crate) fn marked(
    listed: &Json,
    key: &str,
    (kind, lineage): (&KindName, &str),
) -> Option<Marked> {
    let labels = listed.get("Labels");
    let label = |name: &str| labels?.get(name)?.as_str();
    let token = token(labels)?;
    let address = label(ADDRESS).unwrap_or_default();
    let ours = match label(LINEAGE) {
        Some(theirs) => theirs == lineage,
        // Without the label, the token tells: it is made of lineage, address and generation.
        None => label(GENERATION)
            .and_then(|generation| generation.parse().ok())
            .zip(address.parse::<Address>().ok())
            .is_some_and(|(generation, address)| {
                *infra_sdk::token::token(lineage, &address, Generation(generation)) == *token
            }),
    };
    let id = listed.get(key)?.as_str()?;
    (ours && !lineage.is_empty()).then(|| Marked {
        kind: kind.clone(),
        id: id.into(),
        address: address.into(),
        token: token.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_of_our_lineage_are_known_with_the_label_and_without_it() {
        let kind = KindName("docker_volume".into());
        let address: Address = "docker_volume.data".parse().unwrap();
        let token = infra_sdk::token::token("ours", &address, Generation(3));
        let labels = |lineage: Option<&str>| {
            let mut labels = json!({
                TOKEN: &*token, ADDRESS: address.to_string(), GENERATION: "3",
            });
            if let Some(lineage) = lineage {
                labels[LINEAGE] = json!(lineage);
            }
            json!({"Name": "data", "Labels": labels})
        };
        let is_ours = |json: &Json, lineage: &str| marked(json, "Name", (&kind, lineage)).is_some();
        assert!(is_ours(&labels(Some("ours")), "ours"));
        assert!(is_ours(&labels(None), "ours"));
        assert!(!is_ours(&labels(Some("theirs")), "ours"));
        assert!(!is_ours(&labels(None), "theirs"));
        assert!(!is_ours(&labels(Some("")), ""), "a state that has not begun has no objects");
        assert!(!is_ours(&json!({"Name": "data", "Labels": {"a": "b"}}), "ours"));
        assert!(!is_ours(&json!({"Name": "data", "Labels": null}), "ours"));
    }
}
