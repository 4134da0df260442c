//! What Hetzner would refuse, found before anything starts: in the configuration alone, and in the change
//! from what is there.

use super::{
    cloud_init,
    plan::digest,
    schema::{ON_CHANGE, location_of},
    types::{Sale, ServerType, Types},
};
use crate::{
    catalogue::{self, IMAGES, LOCATIONS, SERVER_TYPES},
    rules::{datacenter, hostname, is_given, number, one_of, text, wrong},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts},
    path::Path,
    value::Value,
};

/// The most bytes of user data.
const USER_DATA_BYTES_MAX: usize = 32 * 1024;

/// Returns the facts that a change is judged by; what stays as it is needs none.
pub(super) fn facts(prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
    let differs = |name: &str| {
        is_given(desired, name) && prior.is_none_or(|prior| prior.get(name) != desired.get(name))
    };
    let mut keys = Vec::new();
    if differs("server_type") {
        keys.push(catalogue::key(SERVER_TYPES));
    }
    if differs("location") || differs("datacenter") {
        keys.push(catalogue::key(LOCATIONS));
    }
    if differs("image")
        && let Some(image) = text(desired, "image")
    {
        keys.push(if is_number(image) {
            catalogue::image_key(image)
        } else {
            catalogue::key(IMAGES)
        });
    }
    keys
}

/// Judges what is desired by itself.
pub(super) fn desired(desired: &Value, facts: &Facts) -> Diagnostics {
    let mut found = hostname(desired, facts);
    found.extend(one_of(desired, "on_user_data_change", &ON_CHANGE));
    found.extend(one_of(desired, "on_ssh_keys_change", &ON_CHANGE));
    found.extend(one_of(desired, "rescue", &["linux64"]));
    found.extend(datacenter(desired));
    if text(desired, "user_data").is_some_and(|data| data.len() > USER_DATA_BYTES_MAX) {
        let summary = "`user_data` is longer than 32 KiB".to_owned();
        found.push(wrong("user_data", summary, "let the server fetch the rest at its first start"));
    }
    let known = desired.get("delete_protection").zip(desired.get("rebuild_protection"));
    let both = known.map(|(a, b)| (a.as_bool() == Some(true), b.as_bool() == Some(true)));
    let is_known = |name: &str| desired.get(name).is_none_or(Value::is_known);
    if both.is_some_and(|(delete, rebuild)| delete != rebuild)
        && is_known("delete_protection")
        && is_known("rebuild_protection")
    {
        let summary = "`delete_protection` and `rebuild_protection` differ".to_owned();
        let help = "Hetzner takes them together only: set both, or none";
        found.push(wrong("rebuild_protection", summary, help));
    }
    found.extend(twice(desired));
    found.extend(cloud_init::desired(desired));
    found
}

/// Judges the change from what is there, or the making of something new.
pub(super) fn change(prior: Option<&Value>, desired: &Value, facts: &Facts) -> Diagnostics {
    let mut found = Diagnostics::new();
    let place = place(prior, desired);
    if let Some(types) = Types::of(facts) {
        found.extend(server_type(prior, desired, (types, place.as_deref())));
    }
    found.extend(location(desired, facts));
    found.extend(image(prior, desired, facts));
    found.extend(prior.and_then(|prior| rebuild(prior, desired)));
    found
}

/// An address of a network can be taken once.
fn twice(desired: &Value) -> Option<Diagnostic> {
    let blocks = desired.get("network").and_then(Value::items).unwrap_or_default();
    let mut ids: Vec<String> = blocks
        .iter()
        .filter_map(|block| block.get("network_id")?.as_number().map(ToString::to_string))
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    (ids.len() < all).then(|| {
        let summary = "a server can be in a network once only".to_owned();
        wrong("network", summary, "give further addresses as `alias_ips` of the one block")
    })
}

fn server_type(
    prior: Option<&Value>,
    desired: &Value,
    (types, place): (Types<'_>, Option<&str>),
) -> Option<Diagnostic> {
    let name = text(desired, "server_type")?;
    let before = prior.and_then(|prior| text(prior, "server_type"));
    if before == Some(name) {
        // What runs may go on running, although it is not sold any more.
        return None;
    }
    let nearest = || nearest(types, name, place);
    let Some(wanted) = types.get(name) else {
        let summary = format!("Hetzner has no server type `{name}`");
        return Some(wrong("server_type", summary, nearest()));
    };
    if let Some(found) = architecture(before.and_then(|before| types.get(before)), wanted) {
        return Some(found);
    }
    if let Some(found) = prior.and_then(|prior| disk(prior, wanted)) {
        return Some(found);
    }
    let fallbacks =
        is_given(desired, "server_type_fallbacks") || is_given(desired, "location_fallbacks");
    let place = place?;
    match wanted.sale(place) {
        Sale::Offered => None,
        Sale::Retired(after) => {
            let summary = format!("the server type `{name}` is retired in `{place}` ({after})");
            let found = Diagnostic::warning("infra::hetzner::type_retired", summary)
                .detail("It can't be ordered after that time; what runs goes on running.")
                .help(nearest())
                .at_path(Path::attribute("server_type"));
            Some(found)
        }
        sale @ (Sale::SoldOut | Sale::Elsewhere) => {
            let what = if sale == Sale::SoldOut { "not available now" } else { "not sold" };
            let summary = format!("the server type `{name}` is {what} in `{place}`");
            let detail = format!("It can be had in: {}.", wanted.locations().join(", "));
            let found = if fallbacks {
                Diagnostic::warning("infra::hetzner::type_unavailable", summary)
            } else {
                Diagnostic::error("infra::hetzner::type_unavailable", summary)
            };
            Some(found.detail(detail).help(nearest()).at_path(Path::attribute("server_type")))
        }
    }
}

fn architecture(before: Option<ServerType<'_>>, wanted: ServerType<'_>) -> Option<Diagnostic> {
    let (old, new) = (before?.architecture()?, wanted.architecture()?);
    (old != new).then(|| {
        let summary = format!("a server can't change from `{old}` to `{new}`");
        let help = "choose a type of the same architecture, or make a new server: \
                    `infra apply -replace=ADDRESS` with another image";
        wrong("server_type", summary, help)
    })
}

/// Who protects a server against a rebuild does not want one that comes with something else.
fn rebuild(prior: &Value, desired: &Value) -> Option<Diagnostic> {
    let is_protected = |of: &Value| of.get("rebuild_protection").and_then(Value::as_bool);
    if is_protected(prior) != Some(true) || is_protected(desired) != Some(true) {
        return None;
    }
    let is_rebuild = |mode: &str| text(desired, mode).is_some_and(|mode| &**mode == "rebuild");
    let given = |of: &Value, name: &str| {
        of.get(name).filter(|value| !value.is_null()).map(|value| value.clone().unmark_deep().0)
    };
    let data = given(desired, "user_data").map(|data| match data.as_text() {
        Some(text) => Value::from(&*digest(text)),
        None => data,
    });
    let attribute = [("user_data", data), ("ssh_keys", given(desired, "ssh_keys"))]
        .into_iter()
        .find(|(name, wanted)| {
            let before = given(prior, name);
            is_rebuild(&format!("on_{name}_change")) && before.is_some() && before != *wanted
        })?
        .0;
    let summary = format!("a change of `{attribute}` rebuilds the server, which is protected");
    let help = "set `rebuild_protection` and `delete_protection` to false with the same change";
    Some(wrong(attribute, summary, help))
}

/// A disk that has grown is too large for the types before.
fn disk(prior: &Value, wanted: ServerType<'_>) -> Option<Diagnostic> {
    let (now, then) = (number(prior, "primary_disk_size")?, wanted.disk_gb());
    (then < now).then(|| {
        let summary = format!(
            "the disk of the server has {now} GB, and that of `{}` only {then} GB",
            wanted.name
        );
        let help = "disks can't shrink: choose a type with at least as large a disk, or make a new \
                    server with `infra apply -replace=ADDRESS`";
        wrong("server_type", summary, help)
    })
}

/// Says what to order instead, and what it costs there.
fn nearest(types: Types<'_>, name: &str, place: Option<&str>) -> String {
    let Some(other) = types.nearest(name, place) else {
        return "choose another type or location; see `data \"hcloud_server_types\"`".to_owned();
    };
    match place.and_then(|place| Some((place, other.price(place)?))) {
        Some((place, price)) => {
            format!("the nearest in `{place}` is `{}`, {price} EUR a month net", other.name)
        }
        None => format!("the nearest is `{}`", other.name),
    }
}

fn location(desired: &Value, facts: &Facts) -> Option<Diagnostic> {
    let all = facts.get(&catalogue::key(LOCATIONS))?;
    let given = text(desired, "location")?;
    if all.get(given).is_some() {
        return None;
    }
    let names = all.entries().unwrap_or_default().iter().map(|(name, _)| format!("`{name}`"));
    let of_zone = |(_, place): &&(infra_model::text::Text, Value)| {
        place.get("zone").and_then(Value::as_text) == Some(given)
    };
    let mut in_zone = all.entries().unwrap_or_default().iter().filter(of_zone);
    let help = match in_zone.next() {
        Some((name, _)) => format!("`{given}` is a network zone; `{name}` is a location in it"),
        None => format!("use one of {}", names.collect::<Vec<_>>().join(", ")),
    };
    Some(wrong("location", format!("Hetzner has no location `{given}`"), help))
}

fn image(prior: Option<&Value>, desired: &Value, facts: &Facts) -> Option<Diagnostic> {
    let given = text(desired, "image")?;
    if prior.is_some_and(|prior| text(prior, "image") == Some(given)) {
        return None;
    }
    let architecture =
        text(desired, "server_type").and_then(|name| Types::of(facts)?.get(name)?.architecture());
    let built_for: Vec<&str> = if is_number(given) {
        let image = facts.get(&catalogue::image_key(given))?;
        if image.is_null() {
            return Some(image_id_unknown(given));
        }
        image.get("architecture").and_then(Value::as_text).map(|a| &**a).into_iter().collect()
    } else {
        let all = facts.get(&catalogue::key(IMAGES))?;
        let Some(image) = all.get(given) else {
            return Some(image_unknown(given, all));
        };
        let listed = image.get("architectures").and_then(Value::items).unwrap_or_default();
        listed.iter().filter_map(Value::as_text).map(|a| &**a).collect()
    };
    let architecture = architecture?;
    (!built_for.is_empty() && !built_for.contains(&architecture)).then(|| {
        let summary = format!("the image `{given}` is not for `{architecture}`");
        let help = format!(
            "it is for {}: choose a server type of that architecture",
            built_for.join(", ")
        );
        wrong("image", summary, help)
    })
}

fn image_id_unknown(id: &str) -> Diagnostic {
    let summary = format!("Hetzner has no image with the id {id}");
    Diagnostic::error("infra::hetzner::image_unknown", summary)
        .help("use the id of an image of this project, or the name of one of Hetzner's")
        .at_path(Path::attribute("image"))
}

fn image_unknown(given: &str, all: &Value) -> Diagnostic {
    let names = all.entries().unwrap_or_default().iter().map(|(name, _)| &**name);
    let stem: String = given.chars().take_while(char::is_ascii_alphabetic).collect();
    let alike: Vec<String> = names
        .filter(|name| !stem.is_empty() && name.starts_with(&stem))
        .map(|name| format!("`{name}`"))
        .collect();
    let help = if alike.is_empty() {
        "see `data \"hcloud_images\"`; snapshots and backups are named by their id".to_owned()
    } else {
        format!("there are {}", alike.join(", "))
    };
    wrong("image", format!("Hetzner has no image `{given}`"), help)
}

/// Returns where the server is or will be, if that is known.
fn place(prior: Option<&Value>, desired: &Value) -> Option<String> {
    let given = text(desired, "location").map(ToString::to_string);
    let old = || Some(location_of(text(desired, "datacenter")?).to_owned());
    let before = || Some(text(prior?, "location")?.to_string());
    given.or_else(old).or_else(before)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
