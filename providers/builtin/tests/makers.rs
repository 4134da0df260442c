//! What the tests of keys, certificates, archives and answers share, and the contract over them.

use super::{
    contract::run,
    support::{connection, create, desired},
};
use infra_model::{
    address::{KindName, Mode},
    ask::{Answer, CallOutcome, Question},
    diagnostic::Diagnostic,
    kind::{Facts, Kind},
    snapshot::Object,
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{
    clock::VirtualClock,
    connection::Control,
    contract::{Sample, block_on},
};
use std::{future::Future, sync::Arc};

/// A moment at which the certificates of these tests are valid, as they are when the tests run.
pub(super) const NOW_MS: u64 = 1_700_000_000_000;
/// So long that they stay valid.
pub(super) const HOURS: i64 = 1_000_000;

/// A control whose clock stands still, so that nothing is ever late.
pub(super) fn still() -> Control {
    Control::quiet(VirtualClock::manual(NOW_MS))
}

/// Makes an object.
pub(super) fn made(address: &str, given: &[(&'static str, Value)]) -> Result<Object, Diagnostic> {
    let call = create(address, given.iter().cloned());
    let kind = call.intent.kind.clone();
    let mut outcomes = block_on(connection(&kind.0).call(kind, vec![call], still()));
    match outcomes.pop() {
        Some(CallOutcome::Done(Some(object), _)) => Ok(*object),
        Some(CallOutcome::Failed(failure)) => Err(failure.diagnostic),
        other => panic!("{other:?}"),
    }
}

/// Reads a data source on a runtime, as sockets and processes need one.
pub(super) fn read(name: &str, given: &[(&'static str, Value)]) -> Result<Value, Diagnostic> {
    read_with(name, given, still())
}

/// As [`read`], with a control of one's own.
pub(super) fn read_with(
    name: &str,
    given: &[(&'static str, Value)],
    control: Control,
) -> Result<Value, Diagnostic> {
    let question = Question::ReadData(KindName(Text::from(name)), config(name, given));
    match on_runtime(connection(name).ask(question, control)) {
        Answer::Value(value, _) => Ok(value),
        Answer::Failed(found) | Answer::NotAskable(found) => Err(found),
        other => panic!("{other:?}"),
    }
}

/// Runs a future with a runtime around it.
pub(super) fn on_runtime<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// The kind of a data source.
pub(super) fn data(name: &str) -> Arc<dyn Kind> {
    let provider = name.split_once('_').map_or(name, |(provider, _)| provider);
    let kinds = super::support::provider(provider).kinds();
    let wanted = |kind: &Arc<dyn Kind>| kind.mode() == Mode::Data && &*kind.name().0 == name;
    kinds.into_iter().find(wanted).unwrap()
}

/// A configuration of a data source.
pub(super) fn config(name: &str, given: &[(&'static str, Value)]) -> Value {
    super::support::filled(&data(name).schema().block, given.iter().cloned())
}

/// The codes and paths of what is wrong with the arguments of a data source.
pub(super) fn wrong_data(name: &str, given: &[(&'static str, Value)]) -> Vec<String> {
    told(&data(name).validate(&config(name, given), &Facts::new()))
}

/// The codes and paths of what is wrong with the arguments of a resource.
pub(super) fn wrong(name: &str, given: &[(&'static str, Value)]) -> Vec<String> {
    let kind = super::support::kind(name);
    told(&kind.validate(&desired(name, given.iter().cloned()), &Facts::new()))
}

fn told(found: &[Diagnostic]) -> Vec<String> {
    let path = |d: &Diagnostic| d.path.as_ref().map(ToString::to_string).unwrap_or_default();
    let code = |d: &Diagnostic| d.code.rsplit("::").next().unwrap_or_default();
    found.iter().map(|d| format!("{} at {}", code(d), path(d))).collect()
}

/// The text at a name.
pub(super) fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_text).unwrap_or_else(|| panic!("{name}")).to_string()
}

/// A list of texts.
pub(super) fn texts(items: &[&str]) -> Value {
    Value::list(Type::String, items.iter().map(|item| Value::from(*item)).collect())
}

/// Blocks of one sort, each with these attributes and null for the others.
pub(super) fn blocks(kind: &dyn Kind, name: &str, each: &[&[(&'static str, Value)]]) -> Value {
    let nested = &kind.schema().block.blocks[&Text::from(name)];
    let ty = nested.block.implied_type();
    let one = |given: &&[(&'static str, Value)]| {
        super::support::filled(&nested.block, given.iter().cloned())
    };
    let items: Vec<Value> = each.iter().map(one).collect();
    match nested.nesting {
        infra_model::schema::Nesting::Set => Value::set(ty, items),
        infra_model::schema::Nesting::List => Value::list(ty, items),
        _ => items.into_iter().next().unwrap(),
    }
}

/// A key in PEM.
pub(super) fn key(name: &str, algorithm: &str, curve: &str) -> Object {
    let given = [("algorithm", Value::from(algorithm)), ("ecdsa_curve", Value::from(curve))];
    made(&format!("tls_private_key.{name}"), &given).unwrap()
}

fn subject(name: &str) -> Value {
    let kind = super::support::kind("tls_self_signed_cert");
    blocks(&*kind, "subject", &[&[("common_name", Value::from(name))]])
}

/// A certificate that a key signs for itself.
pub(super) fn authority(pem: &str) -> Object {
    let given = [
        ("private_key_pem", Value::from(pem)),
        ("validity_period_hours", Value::from(HOURS)),
        ("allowed_uses", texts(&["cert_signing"])),
        ("is_ca_certificate", Value::from(true)),
        ("subject", subject("authority")),
    ];
    made("tls_self_signed_cert.ca", &given).unwrap()
}

/// Keys that are recorded nowhere.
fn unrecorded(pem: &Value) -> Vec<Sample> {
    let version = |text: &'static str| ("private_key_pem_wo_version", Value::from(text));
    vec![
        Sample::ephemeral("tls_private_key", [("algorithm", Value::from("ED25519"))]),
        Sample::ephemeral("tls_public_key", [("private_key_pem", pem.clone())]),
        Sample::new("tls_cert_request", [("private_key_pem_wo", pem.clone()), version("1")])
            .variants([version("2")]),
    ]
}

#[test]
fn keys_and_certificates_keep_the_contract() {
    let number = |number: i64| Value::from(number);
    let (own, other) = (key("a", "ECDSA", "P256"), key("b", "ED25519", "P224"));
    let pem = |key: &Object| Value::string(text(&key.value, "private_key_pem"));
    let hours = ("validity_period_hours", number(10));
    let uses = ("allowed_uses", texts(&["server_auth"]));
    let flag = |name| (name, Value::from(true));
    let common = || {
        let names = || texts(&["a.example"]);
        vec![
            ("validity_period_hours", number(20)),
            ("allowed_uses", texts(&["client_auth", "key_agreement"])),
            ("early_renewal_hours", number(1)),
            ("max_path_length", number(2)),
            flag("set_subject_key_id"),
            ("name_constraint_permitted_dns_names", names()),
            ("name_constraint_excluded_dns_names", names()),
            flag("name_constraint_permitted_dns_names_critical"),
        ]
    };
    let named = || {
        vec![
            ("dns_names", texts(&["a.example"])),
            ("ip_addresses", texts(&["::1", "10.0.0.1"])),
            ("uris", texts(&["spiffe://a/b"])),
        ]
    };
    let ca = authority(&text(&own.value, "private_key_pem"));
    let ca_pem = |ca: &Object| Value::string(text(&ca.value, "cert_pem"));
    let request = |pem: Value| {
        let made = made("tls_cert_request.a", &[("private_key_pem", pem)]).unwrap();
        Value::string(text(&made.value, "cert_request_pem"))
    };
    let locally = [
        ("ca_cert_pem", ca_pem(&ca)),
        ("ca_private_key_pem", pem(&own)),
        ("cert_request_pem", request(pem(&own))),
        hours.clone(),
        uses.clone(),
    ];
    let self_signed = [("private_key_pem", pem(&own)), ("subject", subject("a")), hours, uses];
    let old = Value::object([
        ("id", Value::from("x")),
        ("algorithm", Value::from("ED25519")),
        ("private_key_pem", pem(&other)),
    ]);
    let mut samples = unrecorded(&pem(&own));
    samples.extend([
        Sample::new("tls_private_key", [("algorithm", Value::from("ED25519"))])
            .variants([
                ("algorithm", Value::from("ECDSA")),
                ("rsa_bits", number(1024)),
                ("ecdsa_curve", Value::from("P384")),
                ("openssh_comment", Value::from("me")),
            ])
            .older(0, old),
        Sample::new("tls_cert_request", [("private_key_pem", pem(&own))])
            .variants(named())
            .variants([("private_key_pem", pem(&other)), ("subject", subject("b"))]),
        Sample::new("tls_self_signed_cert", self_signed)
            .variants(named())
            .variants(common())
            .variants([("private_key_pem", pem(&other)), ("subject", subject("b"))])
            .variants([flag("is_ca_certificate")]),
        Sample::new("tls_locally_signed_cert", locally)
            .variants(common())
            .variants([("cert_request_pem", request(pem(&other)))])
            .variants([flag("is_ca_certificate")]),
    ]);
    run("tls", samples);
}

#[test]
fn archives_and_cloud_init_keep_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| Value::from(directory.path().join(name).to_str().unwrap());
    let base = [
        ("type", Value::from("zip")),
        ("source_content", Value::from("a")),
        ("source_content_filename", Value::from("a.txt")),
        ("output_path", path("a.zip")),
    ];
    let sample = Sample::new("archive_file", base).variants([
        ("type", Value::from("tar.gz")),
        ("source_content", Value::from("b")),
        ("source_content_filename", Value::from("b.txt")),
        ("output_path", path("b/b.zip")),
        ("output_file_mode", Value::from("0600")),
        ("exclude_symlink_directories", Value::from(true)),
    ]);
    run("archive", vec![sample]);
    let kind = super::support::kind("cloudinit_config");
    let part = |content: &str| blocks(&*kind, "part", &[&[("content", Value::from(content))]]);
    let sample = Sample::new("cloudinit_config", [("part", part("a"))]).variants([
        ("part", part("b")),
        ("gzip", Value::from(false)),
        ("boundary", Value::from("X")),
    ]);
    run("cloudinit", vec![sample]);
}
