//! The `build` block of `docker_image`: known, so that it is refused by name and place.

use crate::schemas::{flag, list_of, number, required, text, text_list, text_map};
use infra_model::schema::Block;

/// Returns the inside of the block.
pub(super) fn block() -> Block {
    let texts = [
        "dockerfile",
        "remote_context",
        "isolation",
        "cpu_set_cpus",
        "cpu_set_mems",
        "cgroup_parent",
        "network_mode",
        "target",
        "session_id",
        "platform",
        "version",
        "build_id",
        "builder",
        "build_log_file",
        "provenance",
        "sbom",
    ];
    let numbers = ["cpu_shares", "cpu_quota", "cpu_period", "memory", "memory_swap", "shm_size"];
    let flags = [
        "remove",
        "suppress_output",
        "no_cache",
        "force_remove",
        "pull_parent",
        "squash",
        "use_legacy_builder",
    ];
    let lists =
        ["tag", "additional_contexts", "cache_from", "cache_to", "security_opt", "extra_hosts"];
    let maps = ["label", "build_args", "labels"];
    let attributes = [("context", required())]
        .into_iter()
        .chain(texts.map(|name| (name, text())))
        .chain(numbers.map(|name| (name, number())))
        .chain(flags.map(|name| (name, flag())))
        .chain(lists.map(|name| (name, text_list())))
        .chain(maps.map(|name| (name, text_map())));
    Block::of(attributes).with([
        ("secrets", list_of(Block::of([("id", required()), ("src", text()), ("env", text())]))),
        ("ulimit", list_of(ulimit())),
        ("auth_config", list_of(auth())),
    ])
}

fn ulimit() -> Block {
    let limit = || infra_model::schema::Attribute::required(infra_model::types::Type::Number);
    Block::of([("name", required()), ("hard", limit()), ("soft", limit())])
}

fn auth() -> Block {
    let plain = ["user_name", "email", "server_address"].map(|name| (name, text()));
    let secret = ["password", "auth", "identity_token", "registry_token"];
    let secret = secret.map(|name| (name, text().sensitive()));
    Block::of([("host_name", required())].into_iter().chain(plain).chain(secret))
}
