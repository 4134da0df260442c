//! Why a certificate was not issued, and what to do about it.

use infra_model::diagnostic::Diagnostic;
use infra_sdk::failure::Failure;

/// The codes of a failed issuance, each with what to do.
const CODES: [(&str, &str); 8] = [
    (
        "caa_record_does_not_allow_ca",
        "let the CAA records of the domain allow `letsencrypt.org`, or remove them, and apply again",
    ),
    (
        "ca_dns_validation_failed",
        "see that the name servers of the domain are Hetzner's and answer everywhere, and apply \
         again after the time to live of the old ones",
    ),
    (
        "ca_too_many_authorizations_failed_recently",
        "correct what failed before, wait an hour, and apply again: Let's Encrypt counts failures",
    ),
    (
        "ca_too_many_certificates_issued_for_registered_domain",
        "wait: Let's Encrypt issues a limited number of certificates per domain and week; put \
         several names into one certificate",
    ),
    (
        "ca_too_many_duplicate_certificates",
        "wait a week, or change the set of names: Let's Encrypt issues the same one a few times only",
    ),
    (
        "could_not_verify_domain_delegated_to_zone",
        "set the name servers of the domain at its registrar to those that \
         `authoritative_nameservers` of the zone names, and apply again",
    ),
    (
        "dns_zone_not_found",
        "make a `hcloud_zone` for the domain in this project, and let the certificate depend on it",
    ),
    (
        "dns_zone_is_secondary_zone",
        "use a zone of mode `primary`: proofs can't be written into a secondary one",
    ),
];

/// Returns what is told of a failed issuance; `None` if a code is about something else.
pub(super) fn failure(code: &str, message: &str) -> Option<Failure> {
    let (_, help) = CODES.iter().find(|(known, _)| *known == code)?;
    let summary = "The certificate was not issued";
    let found = Diagnostic::error("infra::hetzner::issuance_failed", summary)
        .detail(format!(
            "{} ({code}). The certificate object is there without a certificate; it is recorded, \
             and the next apply replaces it.",
            message.trim_end_matches('.')
        ))
        .help(*help);
    Some(Failure::new(found))
}
