//! What is wrong with the block, found before anything starts.

use crate::rules::{between, inside, is_given, text, wrong};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    value::Value,
};
use infra_sdk::{
    durations::nanoseconds,
    ssh::{check_private_key, host_key_line},
};

/// What is of no use without a bastion.
const OF_BASTION: [&str; 4] =
    ["bastion_host_key", "bastion_port", "bastion_private_key", "bastion_user"];

/// Judges the block of a server.
pub(crate) fn desired(server: &Value) -> Diagnostics {
    inside(server, "cloud_init", |block| {
        let mut found = login(block);
        found.extend(keys(block));
        found.extend(numbers(block));
        found.extend(bastion(block));
        found.extend(address(server, block));
        found
    })
}

fn login(block: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for name in ["user", "bastion_user"] {
        let is_odd = |user: &str| {
            user.is_empty() || user.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        if let Some(user) = text(block, name).filter(|user| is_odd(user)) {
            let help = "use the name of a user of the image, such as `root`";
            found.push(wrong(name, format!("`{name}` can't be `{user}`"), help));
        }
    }
    for name in ["host", "bastion_host"] {
        let is_odd = |host: &str| host.chars().any(|c| c.is_whitespace() || "/@".contains(c));
        if let Some(host) = text(block, name).filter(|host| is_odd(host)) {
            let help = "use a name or an address alone; the user and the port have attributes";
            found.push(wrong(name, format!("`{name}` can't be `{host}`"), help));
        }
    }
    let is_off = block.get("agent").and_then(Value::as_bool) == Some(false);
    if is_off && !is_given(block, "private_key") {
        let summary = "there is no way to log in without an agent and without a key".to_owned();
        let help =
            "give the `private_key` of one of the server's `ssh_keys`, or let the agent sign";
        found.push(wrong("agent", summary, help));
    }
    found
}

/// What the texts of keys say of themselves never holds anything of them.
fn keys(block: &Value) -> Diagnostics {
    let read = |name: &'static str, check: fn(&str) -> Result<(), String>, help: &'static str| {
        let given = text(block, name).filter(|given| !given.is_empty())?;
        let problem = check(given).err()?;
        Some(wrong(name, format!("`{name}` can't be read: {problem}"), help))
    };
    let private = "give the text of a private key without a passphrase, or let the agent sign";
    let host = "give the line of a public key, such as one of `ssh-keyscan HOST`, without the host";
    [
        read("private_key", check_private_key, private),
        read("bastion_private_key", check_private_key, private),
        read("host_key", |key| host_key_line(key).map(drop), host),
        read("bastion_host_key", |key| host_key_line(key).map(drop), host),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn numbers(block: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for name in ["port", "bastion_port"] {
        found.extend(between(block, name, 1, 65_535));
        let given = block.get(name).and_then(Value::as_number);
        if let Some(given) = given.filter(|number| number.to_i64().is_none()) {
            let help = "use a whole number from 1 to 65535";
            found.push(wrong(name, format!("`{name}` can't be {given}"), help));
        }
    }
    let is_none = |time: &str| nanoseconds(time).is_none_or(|n| n == 0);
    if let Some(given) = text(block, "timeout").filter(|time| is_none(time)) {
        let help = "write a time that is longer than none, such as `10m` or `1h30m`";
        found.push(wrong("timeout", format!("`timeout` can't be `{given}`"), help));
    }
    found
}

fn bastion(block: &Value) -> Diagnostics {
    if is_given(block, "bastion_host") {
        return Diagnostics::new();
    }
    let alone = OF_BASTION.into_iter().filter(|name| is_given(block, name));
    let told = |name| {
        wrong(name, format!("`{name}` is given without `bastion_host`"), "name the bastion as well")
    };
    alone.map(told).collect()
}

/// A server without any address of its own can be logged in to only where the block says.
fn address(server: &Value, block: &Value) -> Option<Diagnostic> {
    if is_given(block, "host") {
        return None;
    }
    let blocks = |name: &str| server.get(name).and_then(Value::items);
    let is_alone = blocks("network").is_some_and(<[Value]>::is_empty);
    let net = blocks("public_net")?.first()?;
    let is_off = |name: &str| net.get(name).and_then(Value::as_bool) == Some(false);
    (is_alone && is_off("ipv4_enabled") && is_off("ipv6_enabled")).then(|| {
        let summary = "the server has no address to log in at".to_owned();
        let help = "give `host` the address that it will have, and a `bastion_host` if need be, or \
                    attach it with a `network` block";
        wrong("host", summary, help)
    })
}
