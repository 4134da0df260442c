//! Mounts: `mounts` blocks, the older `volumes` blocks, and how the engine keeps them.

use super::body::all;
use crate::{bridge, pairs};
use serde_json::{Map, Value as Json, json};

/// Returns `mounts` blocks as the engine takes them.
pub(crate) fn mounts(spec: &Json) -> Option<Json> {
    all(spec, "mounts", |block| {
        Some(json!({
            "Target": block.get("target"), "Source": block.get("source"), "Type": block.get("type"),
            "ReadOnly": block.get("read_only"),
            "BindOptions": bridge::items(block, "bind_options").first().map(|options| {
                json!({"Propagation": options.get("propagation")})
            }),
            "VolumeOptions": bridge::items(block, "volume_options").first().map(volume_options),
            "TmpfsOptions": bridge::items(block, "tmpfs_options").first().map(|options| {
                json!({"SizeBytes": options.get("size_bytes"), "Mode": options.get("mode")})
            }),
        }))
    })
}

fn volume_options(options: &Json) -> Json {
    let driver = bridge::text(options, "driver_name")
        .map(|name| json!({"Name": name, "Options": options.get("driver_options")}));
    json!({
        "NoCopy": options.get("no_copy"), "Labels": pairs::labels_to_map(options, "labels"),
        "DriverConfig": driver, "Subpath": options.get("subpath"),
    })
}

/// Returns the engine's mounts as `mounts` blocks.
pub(crate) fn seen_mounts(host: &Json) -> Json {
    let one = |mount: &Json| {
        let options = |name: &str| mount.get(name).filter(|o| !bridge::is_nothing(o));
        json!({
            "target": mount.get("Target"), "source": mount.get("Source"), "type": mount.get("Type"),
            "read_only": mount.get("ReadOnly"),
            "bind_options": options("BindOptions").map(|o| {
                json!([{"propagation": o.get("Propagation")}])
            }),
            "volume_options": options("VolumeOptions").map(|o| json!([{
                "no_copy": o.get("NoCopy"), "labels": pairs::map_to_labels(o.get("Labels")),
                "driver_name": o.pointer("/DriverConfig/Name"),
                "driver_options": o.pointer("/DriverConfig/Options"), "subpath": o.get("Subpath"),
            }])),
            "tmpfs_options": options("TmpfsOptions").map(|o| {
                json!([{"size_bytes": o.get("SizeBytes"), "mode": o.get("Mode")}])
            }),
        })
    };
    Json::Array(bridge::items(host, "Mounts").iter().map(one).collect())
}

/// Returns the paths of `volumes` blocks that name no source: anonymous volumes.
pub(crate) fn anonymous(spec: &Json) -> Option<Json> {
    let path = |block: &Json| {
        let path = bridge::text(block, "container_path")?;
        source(block).is_none().then(|| (path.to_owned(), json!({})))
    };
    let map: Map<String, Json> = bridge::items(spec, "volumes").iter().filter_map(path).collect();
    (!map.is_empty()).then_some(Json::Object(map))
}

/// Returns `volumes` blocks with a source as the engine takes them.
pub(crate) fn binds(spec: &Json) -> Option<Json> {
    all(spec, "volumes", |block| {
        let (source, path) = (source(block)?, bridge::text(block, "container_path")?);
        let mode = if bridge::is_true(block, "read_only") { "ro" } else { "rw" };
        let relabel = bridge::text(block, "selinux_relabel").map(|z| format!(",{z}"));
        Some(Json::from(format!("{source}:{path}:{mode}{}", relabel.unwrap_or_default())))
    })
}

/// Returns the containers whose volumes are taken over.
pub(crate) fn volumes_from(spec: &Json) -> Option<Json> {
    all(spec, "volumes", |block| {
        let container = bridge::text(block, "from_container")?;
        let mode = if bridge::is_true(block, "read_only") { ":ro" } else { "" };
        Some(Json::from(format!("{container}{mode}")))
    })
}

/// Returns what the engine keeps as `volumes` blocks; those of the image are not the user's.
pub(crate) fn seen_volumes(inspected: &Json, image: &Json) -> Json {
    let host = inspected.get("HostConfig").cloned().unwrap_or_default();
    let mut blocks: Vec<Json> = bridge::texts(&host, "Binds").into_iter().map(bind).collect();
    for from in bridge::texts(&host, "VolumesFrom") {
        let (container, mode) = from.split_once(':').unwrap_or((from, ""));
        blocks.push(json!({"from_container": container, "read_only": mode == "ro"}));
    }
    let own = inspected.pointer("/Config/Volumes").and_then(Json::as_object);
    for (path, _) in own.into_iter().flatten() {
        if image.get("Volumes").is_none_or(|of_image| of_image.get(path).is_none()) {
            blocks.push(json!({"container_path": path}));
        }
    }
    Json::Array(blocks)
}

fn bind(text: &str) -> Json {
    let mut parts = text.splitn(3, ':');
    let (source, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let modes: Vec<&str> = parts.next().unwrap_or_default().split(',').collect();
    let name = if source.starts_with('/') { "host_path" } else { "volume_name" };
    json!({
        name: source, "container_path": path, "read_only": modes.contains(&"ro"),
        "selinux_relabel": modes.iter().find(|mode| matches!(**mode, "z" | "Z")),
    })
}

fn source(block: &Json) -> Option<&str> {
    bridge::text(block, "host_path").or_else(|| bridge::text(block, "volume_name"))
}

/// Returns a path without doubled and trailing slashes.
pub(crate) fn cleaned(path: &str) -> String {
    let parts: Vec<&str> =
        path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}
