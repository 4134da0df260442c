//! Certificates as text: what an uploaded one says, and one that looks like an issued one.
//!
//! Nothing is verified: no signature is checked, and those that are made here are not valid.

use super::{
    der::{self, BITS, INTEGER, OBJECT, OCTETS, Reader, SEQUENCE, SET, SHORT_TIME, TEXT, TIME},
    pem,
};
use crate::world::{clock, draw::Draw};
use sha2::{Digest as _, Sha256};

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ALTERNATIVES: &[u8] = &[0x55, 0x1d, 0x11];
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const RSA_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const DNS_NAME: u8 = 0x82;

const TITLE: &str = "CERTIFICATE";

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) domain_names: Vec<String>,
    pub(super) not_valid_before: String,
    pub(super) not_valid_after: String,
    pub(super) fingerprint: String,
    /// The public key's bytes that a private key has too, where it tells them.
    public: Public,
    issuer: Vec<u8>,
    subject: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Public {
    Modulus(Vec<u8>),
    Point(Vec<u8>),
    Other,
}

impl Facts {
    /// Returns whether a private key can be that of the certificate, as far as it tells.
    pub(super) fn belongs_to(&self, key: &[u8]) -> bool {
        let has = |part: &[u8]| key.windows(part.len()).any(|window| window == part);
        match &self.public {
            Public::Modulus(modulus) => has(modulus),
            Public::Point(point) => {
                let length = u8::try_from(point.len() + 1).unwrap_or(u8::MAX);
                let tells_a_point = has(&[BITS, length, 0, point.first().copied().unwrap_or(4)]);
                has(point) || !tells_a_point && has(EC_KEY)
            }
            Public::Other => true,
        }
    }
}

/// Reads a certificate with the chain behind it; the error says what is wrong.
pub(super) fn read_chain(text: &str) -> Result<Facts, &'static str> {
    let blocks = pem::read(text).ok_or("is not in PEM format")?;
    if blocks.iter().any(|(title, _)| title != TITLE) {
        return Err("has something else than certificates");
    }
    let chain: Option<Vec<Facts>> = blocks.iter().map(|(_, bytes)| read(bytes)).collect();
    let chain = chain.ok_or("is not an X.509 certificate")?;
    if chain.windows(2).any(|pair| pair[0].issuer != pair[1].subject) {
        return Err("is not followed by the certificate that certifies it");
    }
    chain.into_iter().next().ok_or("has no certificate")
}

fn read(bytes: &[u8]) -> Option<Facts> {
    let mut signed = Reader(bytes).inside(SEQUENCE)?.inside(SEQUENCE)?;
    signed.take(VERSION);
    signed.take(INTEGER)?;
    signed.take(SEQUENCE)?;
    let issuer = signed.take(SEQUENCE)?.to_vec();
    let mut validity = signed.inside(SEQUENCE)?;
    let (before, after) = (time(&mut validity)?, time(&mut validity)?);
    let subject = signed.take(SEQUENCE)?;
    let public = public(signed.inside(SEQUENCE)?)?;
    let mut domain_names = Vec::new();
    while let Some((tag, content, _)) = signed.any() {
        if tag == EXTENSIONS {
            domain_names = alternatives(Reader(content)).unwrap_or_default();
        }
    }
    if domain_names.is_empty() {
        domain_names.extend(common_name(Reader(subject)));
    }
    let digest = Sha256::digest(bytes);
    let fingerprint = digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    Some(Facts {
        domain_names,
        not_valid_before: before,
        not_valid_after: after,
        fingerprint: fingerprint.join(":"),
        public,
        issuer,
        subject: subject.to_vec(),
    })
}

/// Takes a time and returns it as the API writes it.
fn time(from: &mut Reader<'_>) -> Option<String> {
    let (tag, content, _) = from.any()?;
    let text = std::str::from_utf8(content).ok()?;
    let text = match tag {
        TIME => text.to_owned(),
        SHORT_TIME if text < "50" => format!("20{text}"),
        SHORT_TIME => format!("19{text}"),
        _ => return None,
    };
    if text.len() != 15 || !text.ends_with('Z') {
        return None;
    }
    let (date, time) = (&text[..8], &text[8..14]);
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    Some(format!("{year}-{month}-{day}T{}:{}:{}Z", &time[..2], &time[2..4], &time[4..]))
}

fn public(mut key: Reader<'_>) -> Option<Public> {
    let algorithm = key.inside(SEQUENCE)?.take(OBJECT)?;
    let (_, bits) = key.take(BITS)?.split_first()?;
    if algorithm == RSA_KEY {
        let modulus = Reader(bits).inside(SEQUENCE)?.take(INTEGER)?;
        return Some(Public::Modulus(modulus.to_vec()));
    }
    Some(if algorithm == EC_KEY { Public::Point(bits.to_vec()) } else { Public::Other })
}

/// Returns the names of hosts among the extensions.
fn alternatives(mut extensions: Reader<'_>) -> Option<Vec<String>> {
    let mut all = extensions.inside(SEQUENCE)?;
    while let Some(mut extension) = all.inside(SEQUENCE) {
        if extension.take(OBJECT)? != ALTERNATIVES {
            continue;
        }
        let mut content = extension;
        while let Some((tag, bytes, _)) = content.any() {
            if tag != OCTETS {
                continue;
            }
            let mut names = Reader(bytes).inside(SEQUENCE)?;
            let mut found = Vec::new();
            while let Some((tag, name, _)) = names.any() {
                if tag == DNS_NAME {
                    found.push(String::from_utf8_lossy(name).into_owned());
                }
            }
            return Some(found);
        }
    }
    None
}

fn common_name(mut subject: Reader<'_>) -> Option<String> {
    while let Some(mut set) = subject.inside(SET) {
        let mut part = set.inside(SEQUENCE)?;
        if part.take(OBJECT)? == COMMON_NAME {
            let (_, name, _) = part.any()?;
            return Some(String::from_utf8_lossy(name).into_owned());
        }
    }
    None
}

/// Returns a certificate such as an authority issues, with a key and a signature of chance.
pub(super) fn issue(domains: &[String], from_ms: u64, until_ms: u64, draw: &mut Draw) -> String {
    let mut chance = |count: usize| -> Vec<u8> {
        (0..count).map(|_| draw.next().to_be_bytes()[0] & 0x7f | 1).collect()
    };
    let name = |text: &str| {
        let part = [der::value(OBJECT, COMMON_NAME), der::value(TEXT, text.as_bytes())];
        der::list(SEQUENCE, &[der::list(SET, &[der::list(SEQUENCE, &part)])])
    };
    let algorithm = der::list(SEQUENCE, &[der::value(OBJECT, ECDSA_SHA256)]);
    let point = [vec![0, 4], chance(64)].concat();
    let key = [
        der::list(SEQUENCE, &[der::value(OBJECT, EC_KEY), der::value(OBJECT, P256)]),
        der::value(BITS, &point),
    ];
    let hosts: Vec<Vec<u8>> =
        domains.iter().map(|domain| der::value(DNS_NAME, domain.as_bytes())).collect();
    let alternatives =
        [der::value(OBJECT, ALTERNATIVES), der::value(OCTETS, &der::list(SEQUENCE, &hosts))];
    let signed = der::list(
        SEQUENCE,
        &[
            der::value(VERSION, &der::value(INTEGER, &[2])),
            der::value(INTEGER, &chance(16)),
            algorithm.clone(),
            name("Simulated Authority"),
            der::list(SEQUENCE, &[written(from_ms), written(until_ms)]),
            name(domains.first().map_or("", String::as_str)),
            der::list(SEQUENCE, &key),
            der::value(EXTENSIONS, &der::list(SEQUENCE, &[der::list(SEQUENCE, &alternatives)])),
        ],
    );
    let numbers = [der::value(INTEGER, &chance(32)), der::value(INTEGER, &chance(32))];
    let signature = [vec![0], der::list(SEQUENCE, &numbers)].concat();
    let whole = der::list(SEQUENCE, &[signed, algorithm, der::value(BITS, &signature)]);
    pem::write(TITLE, &whole)
}

fn written(at_ms: u64) -> Vec<u8> {
    let text: String = clock::rfc3339(at_ms).chars().filter(|c| !"-:T".contains(*c)).collect();
    der::value(TIME, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Draw, issue, read_chain};
    use crate::world::clock::BEGIN_MS;

    #[test]
    fn what_is_issued_can_be_read() {
        let domains = ["example.com".to_owned(), "*.example.com".to_owned()];
        let text = issue(&domains, BEGIN_MS, BEGIN_MS + 86_400_000, &mut Draw::new(7));
        let facts = read_chain(&text).unwrap();
        assert_eq!(facts.domain_names, domains);
        assert_eq!(facts.not_valid_before, "2026-11-01T00:00:00Z");
        assert_eq!(facts.not_valid_after, "2026-11-02T00:00:00Z");
        assert_eq!(facts.fingerprint.len(), 95);
        assert!(read_chain(&text.replace("MIIB", "MIIA")).is_err());
        let other = issue(&domains, BEGIN_MS, BEGIN_MS, &mut Draw::new(8));
        assert!(read_chain(&format!("{text}{other}")).is_err(), "no chain");
    }
}
