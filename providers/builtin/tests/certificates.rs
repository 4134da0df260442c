//! Certificates and requests: what they say, that signatures hold, and what is refused.

use super::{
    makers::{HOURS, authority, blocks, key, made, read, text, texts, wrong, wrong_data},
    support::kind,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::value::Value;
use std::process::Command;

fn secret(algorithm: &str, curve: &str) -> Value {
    Value::string(text(&key("k", algorithm, curve).value, "private_key_pem"))
}

fn request(key: &Value) -> Value {
    let kind = kind("tls_cert_request");
    let subject: &[_] = &[
        ("common_name", Value::from("leaf, one")),
        ("organization", Value::from("Bäcker")),
        ("street_address", texts(&["b", "a"])),
    ];
    let given = [
        ("private_key_pem", key.clone()),
        ("dns_names", texts(&["a.example", "*.b.example"])),
        ("ip_addresses", texts(&["10.0.0.1", "::1"])),
        ("uris", texts(&["spiffe://a/b"])),
        ("subject", blocks(&*kind, "subject", &[subject])),
    ];
    let made = made("tls_cert_request.a", &given).unwrap();
    assert_eq!(text(&made.value, "id").len(), 40);
    Value::string(text(&made.value, "cert_request_pem"))
}

fn signed(ca: &Value, key: &Value, request: Value) -> Value {
    let given = [
        ("ca_cert_pem", ca.clone()),
        ("ca_private_key_pem", key.clone()),
        ("cert_request_pem", request),
        ("validity_period_hours", Value::from(HOURS)),
        ("allowed_uses", texts(&["digital_signature", "server_auth"])),
        ("set_subject_key_id", Value::from(true)),
    ];
    made("tls_locally_signed_cert.a", &given).unwrap().value.clone()
}

fn shown(pem: &str) -> Value {
    let read = read("tls_certificate", &[("content", Value::from(pem))]).unwrap();
    let certificates = read.get("certificates").unwrap().items().unwrap();
    assert_eq!(certificates.len(), 1);
    certificates[0].clone()
}

#[test]
fn a_certificate_says_what_was_asked_for() {
    for (algorithm, curve) in [("ECDSA", "P256"), ("ED25519", "P224"), ("RSA", "P224")] {
        let key = secret(algorithm, curve);
        let ca = authority(key.as_text().unwrap());
        assert_eq!(text(&ca.value, "key_algorithm"), algorithm);
        let ca_pem = Value::string(text(&ca.value, "cert_pem"));
        let leaf = signed(&ca_pem, &key, request(&secret("ECDSA", "P384")));
        assert_eq!(text(&leaf, "ca_key_algorithm"), algorithm);
        let told = shown(&text(&leaf, "cert_pem"));
        assert_eq!(text(&told, "subject"), "CN=leaf\\, one,STREET=a+STREET=b,O=Bäcker");
        assert_eq!(text(&told, "issuer"), "CN=authority");
        assert_eq!(text(&told, "public_key_algorithm"), "ECDSA");
        assert_eq!(text(&told, "serial_number"), text(&leaf, "id"));
        assert_eq!(text(&told, "not_before"), text(&leaf, "validity_start_time"));
        assert_eq!(text(&leaf, "validity_start_time"), "2023-11-14T22:13:20Z");
        assert_eq!(text(&told, "not_after"), text(&leaf, "validity_end_time"));
        assert_eq!(told.get("is_ca"), Some(&Value::from(false)));
        assert_eq!(told.get("version"), Some(&Value::from(3)));
        assert_eq!(text(&told, "cert_pem"), text(&leaf, "cert_pem"));
        let told = shown(&text(&ca.value, "cert_pem"));
        assert_eq!(told.get("is_ca"), Some(&Value::from(true)));
    }
}

#[test]
fn openssl_verifies_the_chain_and_the_request() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let kinds = [("ECDSA", "P224"), ("ECDSA", "P384"), ("ECDSA", "P521"), ("ED25519", "P224")];
    for (algorithm, curve) in kinds.into_iter().chain([("RSA", "P224")]) {
        let key = secret(algorithm, curve);
        let ca = text(&authority(key.as_text().unwrap()).value, "cert_pem");
        let request = request(&key);
        let leaf = text(&signed(&Value::from(&*ca), &key, request.clone()), "cert_pem");
        let (ca, leaf) = (write("ca", &ca), write("leaf", &leaf));
        let request = write("request", request.as_text().unwrap());
        let checks: [&[&str]; 2] = [
            &["verify", "-x509_strict", "-CAfile", &ca, &leaf],
            &["req", "-verify", "-noout", "-in", &request],
        ];
        for check in checks {
            let Ok(output) = Command::new("openssl").args(check).output() else {
                println!("SKIPPED: `openssl` is not installed");
                return;
            };
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let arguments = ["x509", "-noout", "-text", "-in", &leaf];
        let told = Command::new("openssl").args(arguments).output().unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        let extensions = [
            "Digital Signature\n",
            "TLS Web Server Authentication\n",
            "CA:FALSE",
            "DNS:a.example, DNS:*.b.example, IP Address:10.0.0.1",
            "URI:spiffe://a/b",
            "X509v3 Subject Key Identifier",
            "X509v3 Authority Key Identifier",
        ];
        for extension in extensions {
            assert!(told.contains(extension), "{extension} is not in {told}");
        }
    }
}

#[test]
fn an_authority_must_have_a_name_and_its_own_key() {
    let key = secret("ECDSA", "P256");
    let base = [
        ("private_key_pem", key.clone()),
        ("validity_period_hours", Value::from(1)),
        ("allowed_uses", texts(&[])),
    ];
    let with = |given: &[(&'static str, Value)]| {
        let given: Vec<_> = base.iter().chain(given).cloned().collect();
        wrong("tls_self_signed_cert", &given)
    };
    assert_eq!(with(&[]), [""; 0]);
    let unnamed = with(&[("is_ca_certificate", Value::from(true))]);
    assert_eq!(unnamed, ["arguments_conflict at is_ca_certificate"]);
    let flags = [
        ("set_authority_key_id", Value::from(true)),
        ("set_subject_key_id", Value::from(false)),
        ("is_ca_certificate", Value::from(false)),
    ];
    assert_eq!(with(&flags), ["arguments_conflict at set_authority_key_id"]);
    let other = secret("ED25519", "P224");
    let ca = text(&authority(key.as_text().unwrap()).value, "cert_pem");
    let given = [
        ("ca_cert_pem", Value::from(&*ca)),
        ("ca_private_key_pem", other),
        ("cert_request_pem", request(&key)),
        ("validity_period_hours", Value::from(1)),
        ("allowed_uses", texts(&[])),
    ];
    let found = made("tls_locally_signed_cert.a", &given).unwrap_err();
    assert_eq!(found.code, "infra::builtin::arguments_conflict");
}

#[test]
fn wrong_arguments_are_told_where_they_are() {
    let given = [
        ("private_key_pem", Value::from("x")),
        ("validity_period_hours", Value::from(-1)),
        ("early_renewal_hours", Value::from(-1)),
        ("max_path_length", Value::from(-2)),
        ("allowed_uses", texts(&["server_auth", "everything"])),
        ("ip_addresses", texts(&["::1", "10.0.0"])),
        ("uris", texts(&["a b"])),
        ("dns_names", texts(&["bäcker.example"])),
    ];
    let expected = [
        "key_unreadable at private_key_pem",
        "value_unsupported at allowed_uses[1]",
        "number_wrong at validity_period_hours",
        "number_wrong at early_renewal_hours",
        "number_wrong at max_path_length",
        "address_wrong at ip_addresses[1]",
        "address_wrong at uris[0]",
        "address_wrong at dns_names[0]",
    ];
    assert_eq!(wrong("tls_self_signed_cert", &given), expected);
    let given = [
        ("ca_private_key_pem", Value::from("x")),
        ("ca_cert_pem", Value::from("x")),
        ("cert_request_pem", Value::from("x")),
    ];
    let expected = [
        "key_unreadable at ca_private_key_pem",
        "certificate_unreadable at ca_cert_pem",
        "certificate_unreadable at cert_request_pem",
    ];
    assert_eq!(wrong("tls_locally_signed_cert", &given), expected);
    let url = |url: &str| wrong_data("tls_certificate", &[("url", Value::from(url))]);
    assert_eq!(url("https://a.example"), [""; 0]);
    for wrong in ["http://a.example", "tls://a.example", "a.example", ""] {
        assert_eq!(url(wrong), ["address_wrong at url"], "{wrong}");
    }
    assert_eq!(wrong_data("tls_certificate", &[]), ["argument_missing at url"]);
}

#[test]
fn hostile_certificates_are_refused_and_nothing_panics() {
    let pem = text(&authority(secret("ECDSA", "P256").as_text().unwrap()).value, "cert_pem");
    let body = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let der = STANDARD.decode(body).unwrap();
    for place in 0..der.len() {
        for change in [der[place].wrapping_add(1), 0, 0xff] {
            let mut damaged = der.clone();
            damaged[place] = change;
            let text = format!(
                "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                STANDARD.encode(&damaged[..])
            );
            wrong_data("tls_certificate", &[("content", Value::from(&*text))]);
        }
    }
}
