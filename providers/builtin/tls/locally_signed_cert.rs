//! `tls_locally_signed_cert`: a certificate for a request, signed by an authority at hand.

use super::{
    certificate_unreadable,
    issue::{self, Order, Terms},
    making_failed,
    signed::{Signed, Term},
    signing_key::AUTHORITY,
    subject::Texts,
    x509::read,
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
pub(crate) struct TlsLocallySignedCert;

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    ca_cert_pem: String,
    ca_private_key_pem: Option<String>,
    ca_private_key_pem_wo: Option<String>,
    ca_private_key_pem_wo_version: Option<String>,
    cert_request_pem: String,
    validity_period_hours: u64,
    allowed_uses: Vec<Option<String>>,
    early_renewal_hours: Option<u64>,
    is_ca_certificate: Option<bool>,
    max_path_length: Option<i64>,
    set_subject_key_id: Option<bool>,
    name_constraint_permitted_dns_names: Texts,
    name_constraint_excluded_dns_names: Texts,
    name_constraint_permitted_dns_names_critical: Option<bool>,
    cert_pem: Option<String>,
    ready_for_renewal: Option<bool>,
    validity_start_time: Option<String>,
    validity_end_time: Option<String>,
    ca_key_algorithm: Option<String>,
}

impl Signed for TlsLocallySignedCert {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let text = || Attribute::required(Type::String).replaces();
        let mut own = vec![
            ("ca_cert_pem", text()),
            ("cert_request_pem", text()),
            ("ca_key_algorithm", Attribute::computed(Type::String)),
        ];
        own.extend(AUTHORITY.attributes());
        issue::kind("tls_locally_signed_cert", own, Vec::new(), validate)
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
    AUTHORITY.validate(desired, &mut wrong);
    issue::validate(desired, &mut wrong);
    match rules::text(desired, "ca_cert_pem").map(read::certificate_pem) {
        Some(Err(problem)) => wrong.push(certificate_unreadable("ca_cert_pem", problem)),
        Some(Ok(authority)) if !authority.is_ca => wrong.push(no_authority()),
        Some(Ok(_)) | None => {}
    }
    if let Some(Err(problem)) = rules::text(desired, "cert_request_pem").map(read::request_pem) {
        wrong.push(certificate_unreadable("cert_request_pem", problem));
    }
    wrong
}

fn no_authority() -> Diagnostic {
    let summary = "The certificate in `ca_cert_pem` is not one of a certificate authority";
    Diagnostic::warning("infra::builtin::authority_doubtful", summary)
        .detail("What it signs may be refused where certificates are checked.")
        .help("set `is_ca_certificate` where that certificate is made")
        .at_path(Path::attribute("ca_cert_pem"))
}

fn issued(model: Model, serial: Vec<u8>, now_ms: u64) -> Result<Model, Failure> {
    let given = (model.ca_private_key_pem.as_ref(), model.ca_private_key_pem_wo.as_ref());
    let key = AUTHORITY.read(given.0, given.1)?;
    let wrong = |name| move |problem| Failure::new(certificate_unreadable(name, problem));
    let authority = read::certificate_pem(&model.ca_cert_pem).map_err(wrong("ca_cert_pem"))?;
    let request = read::request_pem(&model.cert_request_pem).map_err(wrong("cert_request_pem"))?;
    let failed = |problem| making_failed("certificate", problem);
    if key.public_der().map_err(failed)? != authority.public_key {
        let summary = "`ca_private_key_pem` is not the key of `ca_cert_pem`".to_owned();
        let found = rules::conflict(Path::attribute("ca_private_key_pem"), summary);
        return Err(found.help("give the key that belongs to the certificate").into());
    }
    let is_own = authority.subject_der == request.subject;
    let order = Order {
        issuer: &authority.subject_der,
        subject: &request.subject,
        public_key: &request.public_key,
        alternative_names: request.alternative_names,
        authority_key_id: authority.subject_key_id.filter(|_| !is_own),
        terms: Terms {
            hours: model.validity_period_hours,
            allowed_uses: &model.allowed_uses,
            is_ca: model.is_ca_certificate == Some(true),
            set_subject_key_id: model.set_subject_key_id == Some(true),
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
        ca_key_algorithm: Some(key.algorithm().to_owned()),
        ca_private_key_pem_wo: None,
        ..model
    })
}
