//! `tls_self_signed_cert`: a certificate that its own key has signed.

use super::{
    issue::{self, Order, Terms},
    key, making_failed,
    signed::{Signed, Term},
    signing_key::OWN,
    subject::{self, Texts},
    x509::{name::Subject, write},
};
use crate::rules;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::Attribute,
    types::Type,
    value::Value,
};
use infra_sdk::failure::Failure;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct TlsSelfSignedCert;

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    private_key_pem: Option<String>,
    private_key_pem_wo: Option<String>,
    private_key_pem_wo_version: Option<String>,
    validity_period_hours: u64,
    allowed_uses: Vec<Option<String>>,
    early_renewal_hours: Option<u64>,
    is_ca_certificate: Option<bool>,
    max_path_length: Option<i64>,
    set_subject_key_id: Option<bool>,
    set_authority_key_id: Option<bool>,
    name_constraint_permitted_dns_names: Texts,
    name_constraint_excluded_dns_names: Texts,
    name_constraint_permitted_dns_names_critical: Option<bool>,
    dns_names: Texts,
    ip_addresses: Texts,
    uris: Texts,
    cert_pem: Option<String>,
    ready_for_renewal: Option<bool>,
    validity_start_time: Option<String>,
    validity_end_time: Option<String>,
    key_algorithm: Option<String>,
    subject: Option<Vec<Subject>>,
}

impl Signed for TlsSelfSignedCert {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let mut own = vec![
            ("set_authority_key_id", Attribute::optional(Type::Bool).default(false).replaces()),
            ("key_algorithm", Attribute::computed(Type::String)),
        ];
        own.extend(OWN.attributes());
        own.extend(subject::names());
        issue::kind("tls_self_signed_cert", own, vec![("subject", subject::block())], validate)
    }

    fn issued(model: Model, serial: Vec<u8>, now_ms: u64) -> Result<Model, Failure> {
        issued(model, serial, now_ms)
    }

    fn term(model: &mut Model) -> Term<'_> {
        Term {
            end: model.validity_end_time.as_deref(),
            early_hours: model.early_renewal_hours.unwrap_or(0),
            is_ready: &mut model.ready_for_renewal,
        }
    }
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    OWN.validate(desired, &mut wrong);
    issue::validate(desired, &mut wrong);
    subject::validate(desired, &mut wrong);
    let known = |name: &str| desired.get(name).filter(|value| value.is_known());
    let flag = |name: &str| known(name).map(|value| value.as_bool().unwrap_or(false));
    let is_ca = flag("is_ca_certificate");
    let named = known("subject").map(|blocks| blocks.items().is_some_and(|b| !b.is_empty()));
    if is_ca == Some(true) && named == Some(false) {
        let summary = "A certificate authority needs a `subject` with a name".to_owned();
        let found = rules::conflict(Path::attribute("is_ca_certificate"), summary);
        wrong.push(found.help("add a `subject` block, at least with `common_name`"));
    }
    let ids = (flag("set_authority_key_id"), flag("set_subject_key_id"));
    if ids == (Some(true), Some(false)) && is_ca == Some(false) {
        wrong.push(no_authority_key_id());
    }
    wrong
}

fn no_authority_key_id() -> Diagnostic {
    let summary = "There is no subject key identifier to be the authority's".to_owned();
    let found = rules::conflict(Path::attribute("set_authority_key_id"), summary);
    found.help("set `set_subject_key_id` too, or remove `set_authority_key_id`")
}

fn issued(model: Model, serial: Vec<u8>, now_ms: u64) -> Result<Model, Failure> {
    let key = OWN.read(model.private_key_pem.as_ref(), model.private_key_pem_wo.as_ref())?;
    let failed = |problem| making_failed("certificate", problem);
    let public_key = key.public_der().map_err(failed)?;
    let names = subject::alternatives(&model.dns_names, &model.ip_addresses, &model.uris)?;
    let name = subject::to_der(model.subject.as_ref());
    let is_ca = model.is_ca_certificate == Some(true);
    let has_key_id = is_ca || model.set_subject_key_id == Some(true);
    let sets_authority = model.set_authority_key_id == Some(true);
    if sets_authority && !has_key_id {
        return Err(no_authority_key_id().into());
    }
    let authority = if sets_authority { key::subject_key_id(&public_key) } else { None };
    let order = Order {
        issuer: &name,
        subject: &name,
        public_key: &public_key,
        alternative_names: write::alternative_names(&names),
        authority_key_id: authority,
        terms: Terms {
            hours: model.validity_period_hours,
            allowed_uses: &model.allowed_uses,
            is_ca,
            set_subject_key_id: has_key_id,
            max_path_length: model.max_path_length,
            permitted: &model.name_constraint_permitted_dns_names,
            excluded: &model.name_constraint_excluded_dns_names,
            permitted_is_critical: model.name_constraint_permitted_dns_names_critical == Some(true),
        },
    };
    let issued = issue::issue(order, &key, serial, now_ms).map_err(failed)?;
    Ok(Model {
        id: Some(issued.id),
        cert_pem: Some(issued.cert_pem),
        validity_start_time: Some(issued.start),
        validity_end_time: Some(issued.end),
        ready_for_renewal: Some(false),
        key_algorithm: Some(key.algorithm().to_owned()),
        private_key_pem_wo: None,
        ..model
    })
}
