//! What a change does to a running server: how long it is away, what is lost, what cannot be undone.

use super::{types::Types, wipe_text};
use crate::rules::{number, text};
use infra_model::{
    kind::{Impact, ImpactOf, ImpactSort},
    value::Value,
};

/// Returns the consequences of a change.
pub(super) fn of(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = change.prior else { return Vec::new() };
    let name = text(prior, "name").map_or_else(|| "the server".to_owned(), |n| format!("`{n}`"));
    match change.planned {
        Some(planned) if !change.replace => changed(&name, prior, planned, change),
        _ => gone(&name, prior),
    }
}

/// The server is destroyed, be it that another one takes its place.
fn gone(name: &str, prior: &Value) -> Vec<Impact> {
    let mut all = vec![
        impact(
            ImpactSort::DataLoss,
            format!("{name} is destroyed: {}, and its backups", wipe_text()),
        ),
        impact(ImpactSort::Downtime, format!("{name} is gone; what runs on it ends")),
    ];
    if !text(prior, "ipv4_address").is_none_or(|ip| ip.is_empty()) {
        let text = "its public addresses are given back, unless they are primary IPs of their own";
        all.push(impact(ImpactSort::Irreversible, text.to_owned()));
    }
    if is_on(prior, "delete_protection") {
        let text = format!("{name} is protected against deletion: the protection is lifted first");
        all.push(impact(ImpactSort::Irreversible, text));
    }
    all
}

fn changed(name: &str, prior: &Value, planned: &Value, change: &ImpactOf<'_>) -> Vec<Impact> {
    let differs = |attribute: &str| differs(prior, planned, attribute);
    let mut all = Vec::new();
    let is_renumbered = ["ipv4_address", "ipv6_address"].iter().any(|name| differs(name));
    if differs("server_type") {
        all.extend(resized(name, prior, planned, change));
    } else if is_renumbered || differs("placement_group_id") {
        let text = format!("{name} is shut down and started again: away for about 1 min");
        all.push(impact(ImpactSort::Downtime, text));
    }
    if is_on(prior, "start_pending") {
        let text = format!("{name} was left off by a run that was broken off: it is started");
        all.push(impact(ImpactSort::Downtime, text));
    }
    if is_renumbered {
        let text = format!("the public addresses of {name} change");
        all.push(impact(ImpactSort::Irreversible, text));
    }
    for attribute in ["iso", "rescue"] {
        if differs(attribute) {
            let text = format!("{name} is reset for `{attribute}`: away for about 1 min");
            all.push(impact(ImpactSort::Downtime, text));
        }
    }
    if is_rebuilt(prior, planned) {
        let text =
            format!("{name} is rebuilt from its image: {}; id and addresses stay", wipe_text());
        all.push(impact(ImpactSort::DataLoss, text));
        let text = format!("{name} is away for about 2 min, and then set up anew");
        all.push(impact(ImpactSort::Downtime, text));
    }
    if differs("backups") && !is_on(planned, "backups") {
        let text = format!("the backups of {name} are deleted");
        all.push(impact(ImpactSort::DataLoss, text));
    }
    all
}

fn resized(name: &str, prior: &Value, planned: &Value, change: &ImpactOf<'_>) -> Vec<Impact> {
    let text_of = |value: &Value| text(value, "server_type").map(ToString::to_string);
    let mut all = vec![impact(
        ImpactSort::Downtime,
        format!("{name} is shut down, moved and started again: away for about 2 min"),
    )];
    if is_on(planned, "keep_disk") {
        return all;
    }
    let before = number(prior, "primary_disk_size");
    let after =
        Types::of(change.facts).and_then(|types| Some(types.get(&text_of(planned)?)?.disk_gb()));
    match (before, after) {
        (Some(before), Some(after)) if after > before => {
            let text = format!(
                "the disk of {name} grows from {before} to {after} GB and can never shrink; \
                 `keep_disk = true` leaves it as it is"
            );
            all.push(impact(ImpactSort::Irreversible, text));
        }
        (Some(_), Some(_)) => {}
        _ => {
            let text =
                format!("if the new type has a larger disk, {name} can't go back to the old one");
            all.push(impact(ImpactSort::Irreversible, text));
        }
    }
    all
}

/// Returns whether a change is brought about by a new disk under the same server.
pub(super) fn is_rebuilt(prior: &Value, planned: &Value) -> bool {
    [("user_data", "on_user_data_change"), ("ssh_keys", "on_ssh_keys_change")].iter().any(
        |(attribute, mode)| {
            let was_given = prior.get(attribute).is_some_and(|value| !value.is_null());
            let is_rebuild = text(planned, mode).is_some_and(|mode| &**mode == "rebuild");
            was_given && is_rebuild && differs(prior, planned, attribute)
        },
    )
}

fn differs(prior: &Value, planned: &Value, attribute: &str) -> bool {
    let plain = |value: &Value| {
        let inner = value.get(attribute).filter(|value| !value.is_null());
        inner.map(|value| value.clone().unmark_deep().0)
    };
    plain(prior) != plain(planned)
}

fn is_on(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool) == Some(true)
}

fn impact(sort: ImpactSort, text: String) -> Impact {
    Impact { sort, text: text.into() }
}
