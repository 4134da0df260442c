//! What a certificate may be used for: the names of `allowed_uses`, and the two extensions.

use crate::tls::der::{element, oid, tag};

/// The usages of the key, in the order of their bits.
const KEY: [&str; 9] = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "cert_signing",
    "crl_signing",
    "encipher_only",
    "decipher_only",
];

/// The extended usages.
const EXTENDED: [(&str, &str); 14] = [
    ("any_extended", "2.5.29.37.0"),
    ("client_auth", "1.3.6.1.5.5.7.3.2"),
    ("code_signing", "1.3.6.1.5.5.7.3.3"),
    ("email_protection", "1.3.6.1.5.5.7.3.4"),
    ("ipsec_end_system", "1.3.6.1.5.5.7.3.5"),
    ("ipsec_tunnel", "1.3.6.1.5.5.7.3.6"),
    ("ipsec_user", "1.3.6.1.5.5.7.3.7"),
    ("microsoft_commercial_code_signing", "1.3.6.1.4.1.311.2.1.22"),
    ("microsoft_kernel_code_signing", "1.3.6.1.4.1.311.61.1.1"),
    ("microsoft_server_gated_crypto", "1.3.6.1.4.1.311.10.3.3"),
    ("netscape_server_gated_crypto", "2.16.840.1.113730.4.1"),
    ("ocsp_signing", "1.3.6.1.5.5.7.3.9"),
    ("server_auth", "1.3.6.1.5.5.7.3.1"),
    ("timestamping", "1.3.6.1.5.5.7.3.8"),
];

/// Returns all names, sorted.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = KEY.into_iter().chain(EXTENDED.map(|(name, _)| name)).collect();
    names.sort_unstable();
    names
}

/// Returns the content of the extension of key usages, if there are any.
pub(crate) fn key_usage(uses: &[String]) -> Option<Vec<u8>> {
    let is_used = |name: &&str| uses.iter().any(|used| used == name);
    let mut bytes = [0_u8; 2];
    for (bit, _) in KEY.iter().enumerate().filter(|(_, name)| is_used(name)) {
        bytes[bit / 8] |= 0x80 >> (bit % 8);
    }
    let length = bytes.iter().rposition(|byte| *byte != 0)? + 1;
    let unused = u8::try_from(bytes[length - 1].trailing_zeros()).unwrap_or(0);
    Some(element(tag::BIT_STRING, &[&[unused], &bytes[..length]].concat()))
}

/// Returns the content of the extension of extended usages, if there are any, in their order.
pub(crate) fn extended(uses: &[String]) -> Option<Vec<u8>> {
    let oid_of = |used: &String| EXTENDED.iter().find(|(name, _)| name == used).map(|e| oid(e.1));
    let oids: Vec<Vec<u8>> = uses.iter().filter_map(oid_of).collect();
    (!oids.is_empty()).then(|| element(tag::SEQUENCE, &oids.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(uses: &[&str]) -> Option<Vec<u8>> {
        key_usage(&uses.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn usages_are_bits_without_zeros_behind() {
        assert_eq!(bits(&["server_auth"]), None);
        assert_eq!(bits(&["digital_signature", "key_encipherment"]), Some(vec![3, 2, 5, 0xa0]));
        assert_eq!(bits(&["decipher_only"]), Some(vec![3, 3, 7, 0, 0x80]));
        assert_eq!(names().len(), 23);
    }
}
