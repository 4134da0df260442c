//! What a change does to a running container and to those who use it.

use super::{ports::EVERY_ADDRESS, update};
use crate::bridge;
use infra_model::kind::{Impact, ImpactOf, ImpactSort};
use serde_json::Value as Json;

/// Seconds that the engine gives a container to stop, unless told otherwise.
const GRACE_S: i64 = 10;

/// Returns the consequences of a change.
pub(crate) fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let prior = change.prior.map(bridge::to_json);
    let planned = change.planned.map(bridge::to_json);
    let mut found = Vec::new();
    if let Some(planned) = &planned {
        exposure(prior.as_ref(), planned, &mut found);
    }
    let Some(prior) = prior else { return found };
    let goes = change.replace || planned.is_none();
    if goes {
        ends(&prior, change.replace, &mut found);
    } else if let Some(planned) = &planned {
        moves(&prior, planned, &mut found);
    }
    found
}

fn ends(prior: &Json, replace: bool, found: &mut Vec<Impact>) {
    if super::must_run(prior) {
        let grace = ["destroy_grace_seconds", "stop_timeout"]
            .iter()
            .find_map(|name| bridge::number(prior, name).filter(|n| *n > 0));
        let seconds = grace.unwrap_or(GRACE_S);
        let text = if replace {
            format!("the container stops (up to {seconds} s) until its successor runs")
        } else {
            format!("the container stops for good (within {seconds} s)")
        };
        push(found, ImpactSort::Downtime, text);
    }
    let has_anonymous = bridge::items(prior, "volumes").iter().any(|block| {
        let is_set = |name: &str| bridge::text(block, name).is_some();
        is_set("container_path") && !is_set("host_path") && !is_set("volume_name")
    });
    let removes = prior.get("remove_volumes").and_then(Json::as_bool) != Some(false);
    let unnamed = bridge::items(prior, "mounts").iter().any(|mount| {
        bridge::text(mount, "type") == Some("volume") && bridge::text(mount, "source").is_none()
    });
    if removes && (has_anonymous || unnamed) {
        push(found, ImpactSort::DataLoss, "its anonymous volumes are destroyed".to_owned());
    }
}

fn moves(prior: &Json, planned: &Json, found: &mut Vec<Impact>) {
    let sides = super::canonical::Sides { left: prior, right: planned, image: &Json::Null };
    if !sides.is_same("networks_advanced") {
        let text = "connections through the networks that change are cut".to_owned();
        push(found, ImpactSort::Downtime, text);
    }
    debug_assert!(update::stuck(prior, planned).is_empty() || planned.is_object());
}

fn exposure(prior: Option<&Json>, planned: &Json, found: &mut Vec<Impact>) {
    for block in bridge::items(planned, "ports") {
        let was =
            prior.is_some_and(|p| bridge::items(p, "ports").iter().any(|o| is_same_port(o, block)));
        let ip = bridge::text(block, "ip").unwrap_or(EVERY_ADDRESS);
        let is_public = matches!(ip, EVERY_ADDRESS | "::");
        if is_public && !was {
            let protocol = bridge::text(block, "protocol").unwrap_or("tcp");
            let port = bridge::number(block, "external").map_or_else(
                || "a port that the engine chooses".to_owned(),
                |p| format!("port {p}"),
            );
            let text = format!("{port}/{protocol} is open on every address of the host");
            push(found, ImpactSort::Exposure, text);
        }
    }
    let newly = |name: &str, word: &str| {
        let is = |json: &Json| match word {
            "" => bridge::is_true(json, name),
            word => bridge::text(json, name) == Some(word),
        };
        is(planned) && !prior.is_some_and(is)
    };
    if newly("privileged", "") {
        push(found, ImpactSort::Exposure, "the container gets every right on the host".to_owned());
    }
    if newly("network_mode", "host") {
        let text = "every port of the container is open on the host's addresses".to_owned();
        push(found, ImpactSort::Exposure, text);
    }
    if newly("publish_all_ports", "") {
        let text = "every exposed port of the image is open on the host".to_owned();
        push(found, ImpactSort::Exposure, text);
    }
}

fn is_same_port(a: &Json, b: &Json) -> bool {
    let ip = |block: &Json| bridge::text(block, "ip").unwrap_or(EVERY_ADDRESS).to_owned();
    let protocol = |block: &Json| bridge::text(block, "protocol").unwrap_or("tcp").to_lowercase();
    let port = |block: &Json| bridge::number(block, "external");
    let is_same = port(a) == port(b) || port(b).is_none();
    a["internal"] == b["internal"] && ip(a) == ip(b) && protocol(a) == protocol(b) && is_same
}

fn push(found: &mut Vec<Impact>, sort: ImpactSort, text: String) {
    found.push(Impact { sort, text: text.into() });
}
