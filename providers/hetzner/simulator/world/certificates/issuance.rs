//! The issuance of managed certificates: what the authority checks first, and how it ends.
//!
//! It issues for names in zones of the project that are in primary mode, delegated, and whose CAA
//! records allow it; what it says otherwise is in the action and in the certificate.

use super::{Certificate, x509};
use crate::world::{
    World,
    action::Outcome,
    call::{Answer, Call},
    deed::{Deed, When},
    input::Input,
    kind::Kind,
    refusal::Refusal,
    rrsets, standard,
    store::Resource as _,
    zones::{Zone, names},
};
use serde_json::{Value, json};

/// So long is a certificate valid: 90 days.
const VALID_MS: u64 = 90 * 86_400_000;

/// The authority, as CAA records name it.
const AUTHORITY: &str = "letsencrypt.org";

/// How far the issuance of a certificate is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Issuance {
    #[default]
    Pending,
    Completed,
    Failed {
        code: String,
        message: String,
    },
}

impl Issuance {
    pub(super) fn answer(&self) -> Value {
        match self {
            Self::Pending => {
                json!({ "issuance": "pending", "renewal": "unavailable", "error": null })
            }
            Self::Completed => {
                json!({ "issuance": "completed", "renewal": "scheduled", "error": null })
            }
            Self::Failed { code, message } => {
                let error = json!({ "code": code, "message": message });
                json!({ "issuance": "failed", "renewal": "unavailable", "error": error })
            }
        }
    }
}

/// Reads the names that a certificate shall be for.
pub(super) fn read_domains(input: &mut Input<'_>) -> Vec<String> {
    let domains = input.texts("domain_names").unwrap_or_default();
    if domains.is_empty() {
        input.refuse("domain_names", "must not be empty");
    }
    for (at, domain) in domains.iter().enumerate() {
        let name = domain.strip_prefix("*.").unwrap_or(domain);
        let is_name = name.contains('.') && !name.ends_with('.') && names::is_host(name);
        if !is_name || name.contains('*') || name.chars().any(|c| c.is_ascii_uppercase()) {
            input.refuse(&format!("domain_names.{at}"), "is not a domain name");
        } else if domains[..at].contains(domain) {
            input.refuse(&format!("domain_names.{at}"), "is there twice");
        }
    }
    domains
}

/// Begins to issue a certificate; returns the action.
pub(super) fn begin(world: &mut World, command: &'static str, id: u64) -> u64 {
    let mut deed = Deed::new(command).on(Kind::Certificate, id);
    let domains = world.certificates.get(&id).map(|of| of.domain_names.clone()).unwrap_or_default();
    let trouble = domains.iter().find_map(|domain| trouble(world, domain));
    if let Some((code, message)) = trouble {
        deed = deed.failing(code, message);
    }
    let deed = deed.done(move |world| {
        let from_ms = world.now_ms();
        let text = x509::issue(&domains, from_ms, from_ms + VALID_MS, &mut world.draw);
        let issued = x509::read_chain(&text).ok().map(|facts| (text, facts));
        world.alter(id, |certificate: &mut Certificate| {
            certificate.issuance = Some(Issuance::Completed);
            certificate.issued = issued;
        });
    });
    world.begin(deed.when(When::Failed, move |world| fail(world, id)))
}

/// Notes in the certificate what its last action says.
fn fail(world: &mut World, id: u64) {
    let is_meant = |resources: &[(Kind, u64)]| resources.contains(&(Kind::Certificate, id));
    let actions = world.actions.seen().filter(|action| is_meant(&action.resources));
    let outcome = actions.filter_map(|action| action.outcome.as_ref()).last();
    let error = outcome.and_then(|Outcome { error, .. }| error.clone());
    let (code, message) = match error {
        Some(error) => (error.code, error.message),
        None => ("action_failed".to_owned(), "the issuance failed".to_owned()),
    };
    world.alter(id, |certificate: &mut Certificate| {
        certificate.issuance = Some(Issuance::Failed { code, message });
    });
}

/// Issues anew what could not be issued.
pub(super) fn retry(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let issuance = &world.find::<Certificate>(id)?.issuance;
    // Which code the API has for these was not verified.
    let refusal = |message| Err(Refusal::rule("unsupported_error", message));
    match issuance {
        None => return refusal("only managed certificates are issued"),
        Some(Issuance::Pending | Issuance::Completed) => return refusal("nothing has failed"),
        Some(Issuance::Failed { .. }) => {}
    }
    world.alter(id, |of: &mut Certificate| of.issuance = Some(Issuance::Pending));
    let action = begin(world, "issue_certificate", id);
    standard::acted(world, action)
}

/// Returns why the authority would not issue for a name.
fn trouble(world: &World, domain: &str) -> Option<(&'static str, &'static str)> {
    let name = domain.strip_prefix("*.").unwrap_or(domain);
    let holds = |zone: &&Zone| {
        name == zone.head().name || name.ends_with(&format!(".{}", zone.head().name))
    };
    let Some(zone) = world.zones.values().find(holds) else {
        return Some(("dns_zone_not_found", "DNS zone not found"));
    };
    if world.is_primary(zone.head().id).is_err() {
        return Some(("dns_zone_is_secondary_zone", "DNS zone is a secondary zone"));
    }
    if !zone.is_delegated {
        let code = "could_not_verify_domain_delegated_to_zone";
        return Some((code, "Could not verify domain delegated to zone"));
    }
    if !is_allowed(world, zone, name, domain.starts_with("*.")) {
        let code = "caa_record_does_not_allow_ca";
        return Some((code, "CAA record does not allow certificate authority"));
    }
    None
}

/// Returns whether the nearest CAA records let the authority issue.
fn is_allowed(world: &World, zone: &Zone, name: &str, is_wild: bool) -> bool {
    let inner = name.strip_suffix(&zone.head().name).unwrap_or_default();
    let mut inner = inner.strip_suffix('.').unwrap_or(inner);
    loop {
        let own = if inner.is_empty() { "@" } else { inner };
        let mut sets = rrsets::of(world, zone.head().id);
        if let Some(set) = sets.find(|set| set.sort == "CAA" && set.head.name == own) {
            let all = |tag: &str| -> Vec<String> {
                let values = set.records.iter().map(|record| record.value.as_str());
                let values = values.filter(|value| value.split(' ').nth(1) == Some(tag));
                values.map(str::to_owned).collect()
            };
            let wild = all("issuewild");
            let rules = if is_wild && !wild.is_empty() { wild } else { all("issue") };
            return rules.is_empty() || rules.iter().any(|rule| rule.contains(AUTHORITY));
        }
        if inner.is_empty() {
            return true;
        }
        inner = inner.split_once('.').map_or("", |(_, rest)| rest);
    }
}
