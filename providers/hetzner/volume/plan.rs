//! What can't be done with a volume, and what a change of one means.

use crate::{
    joined::AtServer,
    offered::location,
    rules::{self, is_given, number, text, wrong},
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, ImpactSort},
    value::Value,
};

/// The least and the greatest size, in GB.
const SIZE_GB: (i64, i64) = (10, 10_240);

/// A volume is where its server is.
pub(super) const AT_SERVER: AtServer = AtServer { server: "server_id", what: "volume" };

/// The most characters of a name.
const NAME_MAX: usize = 64;

/// Judges what is desired by itself.
pub(super) fn desired(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::between(desired, "size", SIZE_GB.0, SIZE_GB.1);
    found.extend(rules::one_of(desired, "format", &["ext4", "xfs"]));
    if let Some(name) = text(desired, "name").filter(|name| !is_name(name)) {
        let summary = format!("`{name}` is no name of a volume");
        let help = "use at most 64 letters and digits, with `-`, `_` and `.` between them";
        found.push(wrong("name", summary, help));
    }
    found
}

/// Judges the change from what is there.
pub(super) fn change(prior: Option<&Value>, desired: &Value, facts: &Facts) -> Diagnostics {
    let mut found: Diagnostics =
        location((prior, desired), "location", facts).into_iter().collect();
    let Some(prior) = prior else {
        found.extend(new(desired));
        return found;
    };
    let stays = text(desired, "location").is_none_or(|to| text(prior, "location") == Some(to));
    match (number(prior, "size"), number(desired, "size")) {
        (Some(old), Some(new)) if new < old && stays => {
            let summary = format!("a volume can't shrink from {old} GB to {new} GB");
            let help = format!("keep {old}, or make a smaller volume and move the data there");
            found.push(wrong("size", summary, help));
        }
        _ => {}
    }
    found
}

/// Judges a volume that is to be made.
fn new(desired: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let has_server = is_given(desired, "server_id");
    if !has_server && !is_given(desired, "location") {
        let summary = "nothing says where the volume is to be".to_owned();
        found.push(wrong("location", summary, "give `location`, or `server_id` of its server"));
    }
    let mounts = desired.get("automount").and_then(Value::as_bool) == Some(true);
    if mounts && !has_server {
        let summary = "`automount` needs `server_id`".to_owned();
        let help = "give `server_id`, or set `automount` of the `hcloud_volume_attachment`";
        found.push(wrong("automount", summary, help));
    }
    found
}

/// Tells what a change means for those who use the volume.
pub(super) fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = change.prior else { return Vec::new() };
    let tell = |sort, text: String| Impact { sort, text: text.into() };
    let server = number(prior, "server_id");
    let mut told = Vec::new();
    let Some(planned) = change.planned.filter(|_| !change.replace) else {
        let text = |server| format!("the volume is taken off server {server}, mounted or not");
        told.extend(server.map(|server| tell(ImpactSort::Downtime, text(server))));
        return told;
    };
    match (number(prior, "size"), number(planned, "size")) {
        (Some(old), Some(new)) if new > old => {
            let text = format!(
                "the volume grows from {old} GB to {new} GB and can't shrink again; its file \
                 system is grown by hand"
            );
            told.push(tell(ImpactSort::Irreversible, text));
        }
        _ => {}
    }
    if let Some(server) = server.filter(|server| number(planned, "server_id") != Some(*server)) {
        let text = format!("the volume is taken off server {server}, mounted or not");
        told.push(tell(ImpactSort::Downtime, text));
    }
    told
}

fn is_name(name: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.len() <= NAME_MAX
        && name.chars().all(inner)
        && is_end(name.chars().next())
        && is_end(name.chars().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(size: i64, location: &str) -> Value {
        Value::object([("size", Value::from(size)), ("location", Value::from(location))])
    }

    #[test]
    fn volumes_only_grow() {
        let judged = |old: &Value, new: &Value| change(Some(old), new, &Facts::new()).len();
        assert_eq!(judged(&of(20, "fsn1"), &of(10, "fsn1")), 1);
        assert_eq!(judged(&of(20, "fsn1"), &of(30, "fsn1")), 0);
        assert_eq!(judged(&of(20, "fsn1"), &of(10, "nbg1")), 0, "a new one is made");
    }

    #[test]
    fn a_new_volume_needs_a_place() {
        let nowhere = Value::object([("size", Value::from(10_i64))]);
        assert_eq!(change(None, &nowhere, &Facts::new()).len(), 1);
        assert_eq!(change(None, &of(10, "fsn1"), &Facts::new()).len(), 0);
    }

    #[test]
    fn growth_is_told_as_irreversible() {
        let (prior, planned, facts) = (of(10, "fsn1"), of(20, "fsn1"), Facts::new());
        let told = impact(&ImpactOf {
            prior: Some(&prior),
            planned: Some(&planned),
            replace: false,
            facts: &facts,
        });
        assert_eq!(told.iter().map(|i| i.sort).collect::<Vec<_>>(), [ImpactSort::Irreversible]);
    }

    #[test]
    fn names_are_judged() {
        for good in ["data", "a.b_c-1", "1"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "-a", "a.", "a b", "ä", &"x".repeat(65)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
