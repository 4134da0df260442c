//! Writing certificates and requests, with the extensions in the order of Go's library.

use super::usage;
use crate::tls::{
    calendar::Moment,
    der::{bits, element, integer, oid, sequence, tag},
    key::{PrivateKey, Problem},
};
use std::net::IpAddr;

/// Other names of the subject.
#[derive(Clone, Default)]
pub(crate) struct AlternativeNames {
    pub(crate) dns: Vec<String>,
    pub(crate) ips: Vec<IpAddr>,
    pub(crate) uris: Vec<String>,
}

/// What a certificate says.
pub(crate) struct Certificate<'a> {
    /// The number that the issuer gives it, the greatest byte first.
    pub(crate) serial: &'a [u8],
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) not_before: Moment,
    pub(crate) not_after: Moment,
    /// The subject's key as certificates have it.
    pub(crate) public_key: &'a [u8],
    pub(crate) uses: &'a [String],
    pub(crate) is_ca: bool,
    pub(crate) path_length: Option<u64>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) authority_key_id: Option<Vec<u8>>,
    /// The content of the extension, if there is one.
    pub(crate) alternative_names: Option<Vec<u8>>,
    pub(crate) constraints: &'a Constraints,
}

/// The names below which a certificate authority may and may not sign.
#[derive(Clone, Default)]
pub(crate) struct Constraints {
    pub(crate) permitted: Vec<String>,
    pub(crate) excluded: Vec<String>,
    pub(crate) is_critical: bool,
}

const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";
pub(super) const ALTERNATIVE_NAMES: &str = "2.5.29.17";

/// Returns a signed certificate in DER.
pub(crate) fn certificate(
    wanted: &Certificate<'_>,
    signer: &PrivateKey,
) -> Result<Vec<u8>, Problem> {
    let validity = sequence(&[time(wanted.not_before), time(wanted.not_after)]);
    let extensions = element(0xa3, &element(tag::SEQUENCE, &extensions(wanted)));
    let body = sequence(&[
        element(0xa0, &integer(&[2])),
        integer(wanted.serial),
        signer.signature_identifier(),
        wanted.issuer.to_vec(),
        validity,
        wanted.subject.to_vec(),
        wanted.public_key.to_vec(),
        extensions,
    ]);
    signed(body, signer)
}

/// Returns a signed request for a certificate in DER.
pub(crate) fn request(
    subject: &[u8],
    names: &AlternativeNames,
    key: &PrivateKey,
) -> Result<Vec<u8>, Problem> {
    let wanted = alternative_names(names).map(|names| {
        let names = extension(ALTERNATIVE_NAMES, is_empty(subject), &names);
        let extensions = element(tag::SET, &element(tag::SEQUENCE, &names));
        sequence(&[oid(EXTENSION_REQUEST), extensions])
    });
    let attributes = element(0xa0, &wanted.unwrap_or_default());
    let body = sequence(&[integer(&[0]), subject.to_vec(), key.public_der()?, attributes]);
    signed(body, key)
}

/// Returns the content of the extension with other names, if there are any.
pub(crate) fn alternative_names(names: &AlternativeNames) -> Option<Vec<u8>> {
    let dns = names.dns.iter().map(|name| element(0x82, name.as_bytes()));
    let ips = names.ips.iter().map(|ip| match ip {
        IpAddr::V4(ip) => element(0x87, &ip.octets()),
        IpAddr::V6(ip) => element(0x87, &ip.octets()),
    });
    let uris = names.uris.iter().map(|uri| element(0x86, uri.as_bytes()));
    let all: Vec<Vec<u8>> = dns.chain(ips).chain(uris).collect();
    (!all.is_empty()).then(|| element(tag::SEQUENCE, &all.concat()))
}

fn signed(body: Vec<u8>, signer: &PrivateKey) -> Result<Vec<u8>, Problem> {
    let signature = bits(&signer.sign(&body)?);
    Ok(sequence(&[body, signer.signature_identifier(), signature]))
}

fn extensions(wanted: &Certificate<'_>) -> Vec<u8> {
    let mut all = Vec::new();
    let mut add = |oid: &str, is_critical: bool, content: Option<Vec<u8>>| {
        if let Some(content) = content {
            all.extend(extension(oid, is_critical, &content));
        }
    };
    add("2.5.29.15", true, usage::key_usage(wanted.uses));
    add("2.5.29.37", false, usage::extended(wanted.uses));
    add("2.5.29.19", true, Some(basic_constraints(wanted)));
    let subject_key = wanted.subject_key_id.as_ref().map(|id| element(tag::OCTET_STRING, id));
    add("2.5.29.14", false, subject_key);
    let authority = wanted.authority_key_id.as_ref().map(|id| sequence(&[element(0x80, id)]));
    add("2.5.29.35", false, authority);
    let is_unnamed = is_empty(wanted.subject);
    add(ALTERNATIVE_NAMES, is_unnamed, wanted.alternative_names.clone());
    add("2.5.29.30", wanted.constraints.is_critical, name_constraints(wanted.constraints));
    all
}

fn basic_constraints(wanted: &Certificate<'_>) -> Vec<u8> {
    if !wanted.is_ca {
        return sequence(&[]);
    }
    let length = wanted.path_length.map(|length| integer(&length.to_be_bytes()));
    sequence(&[element(tag::BOOLEAN, &[0xff]), length.unwrap_or_default()])
}

fn name_constraints(constraints: &Constraints) -> Option<Vec<u8>> {
    let trees = |tag: u8, names: &[String]| {
        let tree = |name: &String| sequence(&[element(0x82, name.as_bytes())]);
        let trees: Vec<u8> = names.iter().flat_map(tree).collect();
        if trees.is_empty() { Vec::new() } else { element(tag, &trees) }
    };
    let all = [trees(0xa0, &constraints.permitted), trees(0xa1, &constraints.excluded)].concat();
    (!all.is_empty()).then(|| element(tag::SEQUENCE, &all))
}

fn extension(name: &str, is_critical: bool, content: &[u8]) -> Vec<u8> {
    let critical = if is_critical { element(tag::BOOLEAN, &[0xff]) } else { Vec::new() };
    sequence(&[oid(name), critical, element(tag::OCTET_STRING, content)])
}

fn is_empty(name: &[u8]) -> bool {
    name == sequence(&[])
}

/// Years that two digits can tell have two digits.
fn time(moment: Moment) -> Vec<u8> {
    let text = format!("{}Z", moment.digits());
    if (1950..2050).contains(&moment.year()) {
        return element(tag::UTC_TIME, &text.as_bytes()[2..]);
    }
    element(tag::GENERALIZED_TIME, text.as_bytes())
}
