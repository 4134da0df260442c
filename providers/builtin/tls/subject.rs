//! The arguments that name the subject of a certificate or request, and what they must be.

use super::x509::{name::Subject, write::AlternativeNames};
use crate::rules;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
    value::Value,
};
use std::net::IpAddr;

/// A list of texts as arguments have it.
pub(super) type Texts = Option<Vec<Option<String>>>;

/// Returns the `subject` block.
pub(super) fn block() -> NestedBlock {
    let text = || Attribute::optional(Type::String);
    let block = Block::of([
        ("common_name", text()),
        ("organization", text()),
        ("organizational_unit", text()),
        ("street_address", Attribute::optional(Type::list(Type::String))),
        ("locality", text()),
        ("province", text()),
        ("country", text()),
        ("postal_code", text()),
        ("serial_number", text()),
        ("email_address", text()),
    ]);
    NestedBlock::new(Nesting::List, block).between(0, Some(1)).replaces()
}

/// Returns the arguments with other names.
pub(super) fn names() -> [(&'static str, Attribute); 3] {
    let texts = || Attribute::optional(Type::list(Type::String)).replaces();
    [("dns_names", texts()), ("ip_addresses", texts()), ("uris", texts())]
}

/// Returns the name in DER, empty without a block.
pub(super) fn to_der(subject: Option<&Vec<Subject>>) -> Vec<u8> {
    let subject = subject.and_then(|blocks| blocks.first());
    subject.map_or_else(|| super::der::sequence(&[]), Subject::to_der)
}

/// Returns the other names.
pub(super) fn alternatives(
    dns: &Texts,
    ips: &Texts,
    uris: &Texts,
) -> Result<AlternativeNames, Diagnostic> {
    let parsed = ips.iter().flatten().flatten().map(|ip| {
        ip.parse::<IpAddr>().map_err(|_| address_wrong(Path::attribute("ip_addresses"), ip))
    });
    Ok(AlternativeNames {
        dns: listed(dns),
        ips: parsed.collect::<Result<_, _>>()?,
        uris: listed(uris),
    })
}

/// Returns the texts of a list that are there.
pub(super) fn listed(texts: &Texts) -> Vec<String> {
    texts.iter().flatten().flatten().cloned().collect()
}

/// Checks the arguments with other names.
pub(super) fn validate(desired: &Value, wrong: &mut Diagnostics) {
    for (path, ip) in rules::texts(desired, "ip_addresses") {
        if ip.parse::<IpAddr>().is_err() {
            wrong.push(address_wrong(path, ip));
        }
    }
    for (path, uri) in rules::texts(desired, "uris") {
        let is_clean = |c: char| c.is_ascii_graphic();
        if uri.is_empty() || !uri.chars().all(is_clean) {
            wrong.push(address_wrong(path, uri));
        }
    }
    for (path, name) in rules::texts(desired, "dns_names") {
        if !name.is_ascii() {
            let help = "write names with other letters in Punycode (`xn--…`)";
            wrong.push(address_wrong(path, name).help(help));
        }
    }
}

fn address_wrong(path: Path, text: &str) -> Diagnostic {
    let what = match path.root().map(ToString::to_string).as_deref() {
        Some("ip_addresses") => "no IP address",
        Some("uris") => "no URI",
        _ => "no DNS name that a certificate can hold",
    };
    let summary = format!("{text:?} is {what}");
    Diagnostic::error("infra::builtin::address_wrong", summary).at_path(path)
}
