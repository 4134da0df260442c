//! What self-signed and locally signed certificates have in common: arguments, rules, and the issue.

use super::{
    calendar::Moment,
    key::{self, PrivateKey, Problem},
    pem, renewal,
    subject::{Texts, listed},
    x509::{
        usage,
        write::{self, Constraints},
    },
};
use crate::{hooked::Hooked, rules};
use infra_model::{
    diagnostic::Diagnostics,
    kind::Kind,
    schema::{Attribute, Block, NestedBlock},
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use rsa::BigUint;
use std::sync::Arc;

/// The random bytes of a serial number.
pub(super) const SERIAL: usize = 16;

/// What is asked for.
pub(super) struct Order<'a> {
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    pub(super) public_key: &'a [u8],
    pub(super) alternative_names: Option<Vec<u8>>,
    pub(super) authority_key_id: Option<Vec<u8>>,
    pub(super) terms: Terms<'a>,
}

/// What the arguments say of it.
pub(super) struct Terms<'a> {
    pub(super) hours: u64,
    pub(super) allowed_uses: &'a [Option<String>],
    pub(super) is_ca: bool,
    pub(super) set_subject_key_id: bool,
    pub(super) max_path_length: Option<i64>,
    pub(super) permitted: &'a Texts,
    pub(super) excluded: &'a Texts,
    pub(super) permitted_is_critical: bool,
}

/// What was issued.
pub(super) struct Issued {
    pub(super) id: String,
    pub(super) cert_pem: String,
    pub(super) start: String,
    pub(super) end: String,
}

/// Returns the kind of a certificate with arguments of its own.
pub(super) fn kind(
    name: &'static str,
    own: Vec<(&'static str, Attribute)>,
    blocks: Vec<(&'static str, NestedBlock)>,
    validate: fn(&Value) -> Diagnostics,
) -> Arc<dyn Kind> {
    let computed = |ty: Type| Attribute::computed(ty);
    let given = |ty: Type| Attribute::optional(ty).replaces();
    let flag = || given(Type::Bool).default(false);
    let texts = || given(Type::list(Type::String));
    let common = [
        ("id", computed(Type::String)),
        ("validity_period_hours", Attribute::required(Type::Number).replaces()),
        ("allowed_uses", Attribute::required(Type::list(Type::String)).replaces()),
        ("early_renewal_hours", Attribute::optional(Type::Number).default(0)),
        ("is_ca_certificate", flag()),
        ("max_path_length", given(Type::Number).default(-1)),
        ("set_subject_key_id", flag()),
        ("name_constraint_permitted_dns_names", texts()),
        ("name_constraint_excluded_dns_names", texts()),
        ("name_constraint_permitted_dns_names_critical", given(Type::Bool)),
        ("cert_pem", computed(Type::String)),
        ("ready_for_renewal", computed(Type::Bool)),
        ("validity_start_time", computed(Type::String)),
        ("validity_end_time", computed(Type::String)),
    ];
    let block = Block::of(common.into_iter().chain(own)).with(blocks);
    let inner = SchemaKind::managed(name, block).local();
    Hooked::new(inner).validate(validate).ask(renewal::ask).adjust(renewal::adjust).shared()
}

/// Checks the arguments that both have.
pub(super) fn validate(desired: &Value, wrong: &mut Diagnostics) {
    rules::each_of(desired, "allowed_uses", &usage::names(), wrong);
    rules::within(desired, "validity_period_hours", 0..=i64::MAX, wrong);
    rules::within(desired, "early_renewal_hours", 0..=i64::MAX, wrong);
    rules::within(desired, "max_path_length", -1..=i64::MAX, wrong);
}

/// Issues a certificate.
pub(super) fn issue(
    order: Order<'_>,
    signer: &PrivateKey,
    mut serial: Vec<u8>,
    now_ms: u64,
) -> Result<Issued, Problem> {
    let terms = order.terms;
    if serial.iter().all(|byte| *byte == 0) {
        serial = vec![1];
    }
    let has_key_id = terms.is_ca || terms.set_subject_key_id;
    let key_id = if has_key_id { key::subject_key_id(order.public_key) } else { None };
    let constraints = Constraints {
        permitted: listed(terms.permitted),
        excluded: listed(terms.excluded),
        is_critical: terms.permitted_is_critical,
    };
    let uses: Vec<String> = terms.allowed_uses.iter().flatten().cloned().collect();
    let start = Moment::of_ms(now_ms);
    let end = start.plus_hours(terms.hours);
    let certificate = write::Certificate {
        serial: &serial,
        issuer: order.issuer,
        subject: order.subject,
        not_before: start,
        not_after: end,
        public_key: order.public_key,
        uses: &uses,
        is_ca: terms.is_ca,
        path_length: terms.max_path_length.and_then(|length| u64::try_from(length).ok()),
        subject_key_id: key_id,
        authority_key_id: order.authority_key_id,
        alternative_names: order.alternative_names,
        constraints: &constraints,
    };
    let der = write::certificate(&certificate, signer)?;
    Ok(Issued {
        id: BigUint::from_bytes_be(&serial).to_string(),
        cert_pem: pem::encode("CERTIFICATE", &der),
        start: start.rfc3339(),
        end: end.rfc3339(),
    })
}
