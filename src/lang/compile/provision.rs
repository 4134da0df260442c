//! The arguments of provisioners and connections, as schemas.

use super::layout::Layout;
use infra_model::{
    schema::{Attribute, Block},
    types::Type,
};
use std::{collections::BTreeMap, sync::LazyLock};

static PROVISIONERS: LazyLock<BTreeMap<&'static str, Layout>> = LazyLock::new(|| {
    let strings = || Type::list(Type::String);
    let local = [
        ("command", Attribute::required(Type::String)),
        ("working_dir", Attribute::optional(Type::String)),
        ("interpreter", Attribute::optional(strings())),
        ("environment", Attribute::optional(Type::map(Type::String))),
        ("quiet", Attribute::optional(Type::Bool)),
    ];
    let remote = [
        ("inline", Attribute::optional(strings())),
        ("script", Attribute::optional(Type::String)),
        ("scripts", Attribute::optional(strings())),
    ];
    let file = [
        ("source", Attribute::optional(Type::String)),
        ("content", Attribute::optional(Type::String)),
        ("destination", Attribute::required(Type::String)),
    ];
    BTreeMap::from([
        ("local-exec", Layout::of(&Block::of(local))),
        ("remote-exec", Layout::of(&Block::of(remote))),
        ("file", Layout::of(&Block::of(file))),
    ])
});

static CONNECTION: LazyLock<Layout> = LazyLock::new(|| {
    let texts = [
        "type",
        "user",
        "password",
        "host",
        "timeout",
        "script_path",
        "target_platform",
        "private_key",
        "certificate",
        "host_key",
        "agent_identity",
        "proxy_scheme",
        "proxy_host",
        "proxy_user_name",
        "proxy_user_password",
        "bastion_host",
        "bastion_host_key",
        "bastion_user",
        "bastion_password",
        "bastion_private_key",
        "bastion_certificate",
        "cacert",
    ];
    let numbers = ["port", "proxy_port", "bastion_port"];
    let flags = ["agent", "https", "insecure", "use_ntlm"];
    let of = |ty: Type| move |name: &'static str| (name, Attribute::optional(ty.clone()));
    let attributes = texts.into_iter().map(of(Type::String));
    let attributes = attributes.chain(numbers.into_iter().map(of(Type::Number)));
    Layout::of(&Block::of(attributes.chain(flags.into_iter().map(of(Type::Bool)))))
});

/// Returns the arguments of a provisioner.
pub(crate) fn provisioner(kind: &str) -> Option<&'static Layout> {
    PROVISIONERS.get(kind)
}

/// Returns the arguments of a connection.
pub(crate) fn connection() -> &'static Layout {
    &CONNECTION
}
