//! Reading certificates and requests, which may come from anyone.

use super::{name, write::ALTERNATIVE_NAMES};
use crate::{
    digest::sha1,
    tls::{
        calendar::Moment,
        der::{Element, Reader, dotted, tag},
        key::Problem,
        pem,
    },
};
use rsa::BigUint;

/// What is read of a certificate.
pub(crate) struct Certificate {
    pub(crate) serial_number: String,
    pub(crate) version: i64,
    pub(crate) signature_algorithm: &'static str,
    pub(crate) public_key_algorithm: &'static str,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) subject_der: Vec<u8>,
    pub(crate) not_before: Moment,
    pub(crate) not_after: Moment,
    pub(crate) is_ca: bool,
    pub(crate) public_key: Vec<u8>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) sha1_fingerprint: String,
}

/// What is read of a request.
pub(crate) struct Request {
    pub(crate) subject: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    /// The content of the extension with other names, if it is asked for.
    pub(crate) alternative_names: Option<Vec<u8>>,
}

/// Reads a certificate from PEM.
pub(crate) fn certificate_pem(text: &str) -> Result<Certificate, Problem> {
    let der = labelled(text, &["CERTIFICATE"], "it is PEM of something else than a certificate")?;
    certificate(&der).ok_or("the certificate can't be read")
}

/// Reads a request from PEM.
pub(crate) fn request_pem(text: &str) -> Result<Request, Problem> {
    let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
    let der = labelled(text, &labels, "it is PEM of something else than a certificate request")?;
    request(&der).ok_or("the certificate request can't be read")
}

fn labelled(text: &str, labels: &[&str], wrong: Problem) -> Result<Vec<u8>, Problem> {
    let block = pem::decode(text).ok_or("it is no PEM")?;
    if labels.contains(&block.label.as_str()) { Ok(block.bytes) } else { Err(wrong) }
}

/// Reads a certificate.
pub(crate) fn certificate(der: &[u8]) -> Option<Certificate> {
    let mut outer = Reader::new(der).inside(tag::SEQUENCE)?;
    let mut body = outer.inside(tag::SEQUENCE)?;
    let version = body.inside(0xa0).and_then(|mut inside| inside.take(tag::INTEGER));
    let version = version.and_then(|version| version.content.last().copied()).unwrap_or(0);
    let serial = body.take(tag::INTEGER)?;
    let algorithm = body.take(tag::SEQUENCE)?;
    let issuer = body.take(tag::SEQUENCE)?;
    let mut validity = body.inside(tag::SEQUENCE)?;
    let (not_before, not_after) = (time(&validity.next()?)?, time(&validity.next()?)?);
    let subject = body.take(tag::SEQUENCE)?;
    let key = body.take(tag::SEQUENCE)?;
    let mut found = Certificate {
        serial_number: signed_number(serial.content),
        version: i64::from(version) + 1,
        signature_algorithm: signature_algorithm(algorithm.content),
        public_key_algorithm: public_key_algorithm(key.content),
        issuer: name::to_text(issuer.whole)?,
        subject: name::to_text(subject.whole)?,
        subject_der: subject.whole.to_vec(),
        not_before,
        not_after,
        is_ca: false,
        public_key: key.whole.to_vec(),
        subject_key_id: None,
        sha1_fingerprint: sha1(der),
    };
    while let Some(rest) = body.next() {
        if rest.tag == 0xa3 {
            read_extensions(&mut Reader::new(rest.content).inside(tag::SEQUENCE)?, &mut found);
        }
    }
    Some(found)
}

fn read_extensions(extensions: &mut Reader<'_>, found: &mut Certificate) {
    while let Some((name, content)) = extension(extensions) {
        let mut content = Reader::new(content);
        match name.as_str() {
            "2.5.29.19" => {
                let is_ca = content.inside(tag::SEQUENCE).and_then(|mut c| c.take(tag::BOOLEAN));
                found.is_ca = is_ca.is_some_and(|is_ca| is_ca.content != [0]);
            }
            "2.5.29.14" => {
                found.subject_key_id = content.take(tag::OCTET_STRING).map(|c| c.content.to_vec());
            }
            _ => {}
        }
    }
}

fn request(der: &[u8]) -> Option<Request> {
    let mut outer = Reader::new(der).inside(tag::SEQUENCE)?;
    let mut body = outer.inside(tag::SEQUENCE)?;
    body.take(tag::INTEGER)?;
    let subject = body.take(tag::SEQUENCE)?;
    name::to_text(subject.whole)?;
    let key = body.take(tag::SEQUENCE)?;
    let mut alternative_names = None;
    let mut attributes = body.inside(0xa0);
    while let Some(mut attribute) = attributes.as_mut().and_then(|a| a.inside(tag::SEQUENCE)) {
        if dotted(attribute.take(tag::OID)?.content) != "1.2.840.113549.1.9.14" {
            continue;
        }
        let mut extensions = attribute.inside(tag::SET)?.inside(tag::SEQUENCE)?;
        while let Some((name, content)) = extension(&mut extensions) {
            if name == ALTERNATIVE_NAMES {
                alternative_names = Some(content.to_vec());
            }
        }
    }
    let (subject, public_key) = (subject.whole.to_vec(), key.whole.to_vec());
    Some(Request { subject, public_key, alternative_names })
}

fn extension<'a>(extensions: &mut Reader<'a>) -> Option<(String, &'a [u8])> {
    let mut extension = extensions.inside(tag::SEQUENCE)?;
    let name = dotted(extension.take(tag::OID)?.content);
    extension.take(tag::BOOLEAN);
    Some((name, extension.take(tag::OCTET_STRING)?.content))
}

fn time(element: &Element<'_>) -> Option<Moment> {
    let text = std::str::from_utf8(element.content).ok()?.strip_suffix('Z')?;
    match element.tag {
        tag::GENERALIZED_TIME => Moment::of_digits(text),
        tag::UTC_TIME => {
            let century = if text.get(..2)?.parse::<u8>().ok()? < 50 { "20" } else { "19" };
            Moment::of_digits(&format!("{century}{text}"))
        }
        _ => None,
    }
}

/// Serial numbers should not be negative, and some are.
fn signed_number(content: &[u8]) -> String {
    if content.first().is_none_or(|first| *first < 128) {
        return BigUint::from_bytes_be(content).to_string();
    }
    let inverted: Vec<u8> = content.iter().map(|byte| !byte).collect();
    format!("-{}", BigUint::from_bytes_be(&inverted) + BigUint::from(1_u8))
}

/// Returns the name that Go's library has for the algorithm of a signature.
fn signature_algorithm(identifier: &[u8]) -> &'static str {
    let mut reader = Reader::new(identifier);
    let Some(name) = reader.take(tag::OID) else { return "0" };
    match dotted(name.content).as_str() {
        "1.2.840.113549.1.1.2" => "MD2-RSA",
        "1.2.840.113549.1.1.4" => "MD5-RSA",
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "SHA1-RSA",
        "1.2.840.113549.1.1.11" => "SHA256-RSA",
        "1.2.840.113549.1.1.12" => "SHA384-RSA",
        "1.2.840.113549.1.1.13" => "SHA512-RSA",
        "1.2.840.113549.1.1.10" => rsa_pss(reader),
        "1.2.840.10040.4.3" => "DSA-SHA1",
        "2.16.840.1.101.3.4.3.2" => "DSA-SHA256",
        "1.2.840.10045.4.1" => "ECDSA-SHA1",
        "1.2.840.10045.4.3.2" => "ECDSA-SHA256",
        "1.2.840.10045.4.3.3" => "ECDSA-SHA384",
        "1.2.840.10045.4.3.4" => "ECDSA-SHA512",
        "1.3.101.112" => "Ed25519",
        _ => "0",
    }
}

fn rsa_pss(mut parameters: Reader<'_>) -> &'static str {
    let mut hash = || {
        let mut inside = parameters.inside(tag::SEQUENCE)?.inside(0xa0)?;
        Some(dotted(inside.inside(tag::SEQUENCE)?.take(tag::OID)?.content))
    };
    match hash().as_deref() {
        Some("2.16.840.1.101.3.4.2.1") => "SHA256-RSAPSS",
        Some("2.16.840.1.101.3.4.2.2") => "SHA384-RSAPSS",
        Some("2.16.840.1.101.3.4.2.3") => "SHA512-RSAPSS",
        _ => "0",
    }
}

fn public_key_algorithm(key: &[u8]) -> &'static str {
    let name = Reader::new(key).inside(tag::SEQUENCE).and_then(|mut inside| inside.take(tag::OID));
    match name.map(|name| dotted(name.content)).as_deref() {
        Some("1.2.840.113549.1.1.1") => "RSA",
        Some("1.2.840.10040.4.1") => "DSA",
        Some("1.2.840.10045.2.1") => "ECDSA",
        Some("1.3.101.112") => "Ed25519",
        _ => "0",
    }
}
