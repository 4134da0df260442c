//! Tests of `rsadecrypt`, with keys of 1024 bits that were made for them by `openssl` and
//! `ssh-keygen` and protect nothing. Results were compared with Terraform 1.11.4.

use super::key;
use crate::functions::{call, lookup, tests::with_environment};
use infra_model::value::Value;

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("tests/", $name))
    };
}

const PKCS1: &str = file!("pkcs1.pem");

fn decrypted(sealed: &str, key: &str) -> String {
    let arguments = [Value::string(sealed), Value::string(key)];
    let function = lookup("rsadecrypt").unwrap();
    match with_environment(true, |environment| call(function, &arguments, environment)) {
        Ok(value) => value.as_text().unwrap().to_string(),
        Err(error) => format!("! {}", error.message),
    }
}

#[test]
fn keys_are_read_in_each_form() {
    let crlf = PKCS1.replace('\n', "\r\n");
    let amid = format!("some text\n-----BEGIN NOTHING-----\n{PKCS1}more text\n");
    for key in [PKCS1, file!("pkcs8.pem"), file!("openssh.pem"), &crlf, &amid, PKCS1.trim()] {
        assert_eq!(decrypted(file!("hello.txt"), key), "hello wörld");
    }
    assert_eq!(decrypted(file!("empty.txt"), PKCS1), "");
}

#[test]
fn what_is_no_key_of_rsa_is_said() {
    let not_rsa = "! invalid private key type: only RSA keys can decrypt";
    let locked = "! invalid private key: ssh: this private key is passphrase protected";
    let none = "! invalid private key: ssh: no key found";
    let indented = PKCS1.replace('\n', "\n  ");
    for (key, wanted) in [
        ("", none),
        (indented.trim(), none),
        (file!("pkcs1_encrypted.pem"), locked),
        (file!("openssh_encrypted.pem"), locked),
        (
            file!("pkcs8_encrypted.pem"),
            "! invalid private key: ssh: unsupported key type \"ENCRYPTED PRIVATE KEY\"",
        ),
        (file!("public.pem"), "! invalid private key: ssh: unsupported key type \"PUBLIC KEY\""),
        (file!("pkcs1_cut.pem"), "! invalid ASN1 data in the given private key: data truncated"),
        (file!("ec.pem"), not_rsa),
        (file!("pkcs8_ed25519.pem"), not_rsa),
        (file!("openssh_ed25519.pem"), not_rsa),
    ] {
        assert_eq!(decrypted(file!("hello.txt"), key), wanted, "{key}");
    }
}

#[test]
fn what_the_key_does_not_open_is_refused() {
    let failed = "! failed to decrypt: crypto/rsa: decryption error";
    let longer = file!("hello.txt").trim_end_matches('=').to_owned() + "AAAA";
    for (sealed, wanted) in [
        (file!("oaep.txt"), failed),
        ("aGVsbG8=", failed),
        ("", failed),
        (&longer, "! failed to decode input"),
        (file!("binary.txt"), "! the result of decrypting the provided string is not valid UTF-8"),
    ] {
        assert!(decrypted(sealed, PKCS1).starts_with(wanted), "{sealed}");
    }
}

#[test]
fn a_cut_key_never_panics() {
    for text in [PKCS1, file!("pkcs8.pem"), file!("openssh.pem")] {
        let whole = super::pem::first(text).unwrap();
        for len in 0..whole.body.len() {
            let cut = crate::functions::encoding::to_base64(&whole.body[..len]);
            let label = whole.label;
            let cut = format!("-----BEGIN {label}-----\n{cut}\n-----END {label}-----\n");
            // What comes behind the exponent is not needed.
            assert!(key::parse(&cut).is_err() || len > whole.body.len() / 3, "{label} {len}");
        }
    }
}
