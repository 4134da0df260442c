//! Keys: every form says the same, `openssl` and `ssh-keygen` agree where they are, and nothing is
//! told of what is secret.

use super::{
    makers::{key, made, read, text, wrong, wrong_data},
    support::kind,
};
use infra_model::{snapshot::Object, value::Value};
use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    process::{Command, Stdio},
};

const KINDS: [(&str, &str); 6] = [
    ("RSA", "P224"),
    ("ECDSA", "P224"),
    ("ECDSA", "P256"),
    ("ECDSA", "P384"),
    ("ECDSA", "P521"),
    ("ED25519", "P224"),
];

fn attribute(key: &Object, name: &str) -> String {
    text(&key.value, name)
}

/// What a program prints, given a text; `None`, and told, if it is not installed.
fn printed(program: &str, arguments: &[&str], input: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        println!("SKIPPED: `{program}` is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_form_of_a_key_is_of_the_same_key() {
    for (algorithm, curve) in KINDS {
        let made = key("a", algorithm, curve);
        let forms = ["private_key_pem", "private_key_pem_pkcs8", "private_key_openssh"];
        for form in forms {
            let secret = attribute(&made, form);
            if secret.is_empty() {
                assert_eq!((form, curve, algorithm), ("private_key_openssh", "P224", "ECDSA"));
                continue;
            }
            let argument = if form == "private_key_openssh" { form } else { "private_key_pem" };
            let public = read("tls_public_key", &[(argument, Value::from(&*secret))]).unwrap();
            assert_eq!(text(&public, "algorithm"), algorithm);
            let names =
                ["public_key_pem", "public_key_openssh", "public_key_fingerprint_md5", "id"];
            for name in names.into_iter().chain(["public_key_fingerprint_sha256"]) {
                assert_eq!(text(&public, name), attribute(&made, name), "{form} {name}");
            }
        }
    }
}

#[test]
fn a_seed_gives_the_same_key_and_another_name_another_one() {
    let (one, same, other) =
        (key("a", "ED25519", "P224"), key("a", "ED25519", "P224"), key("b", "ED25519", "P224"));
    assert_eq!(one.value, same.value);
    assert_ne!(attribute(&one, "id"), attribute(&other, "id"));
}

#[test]
fn known_keys_are_read_as_others_read_them() {
    // From RFC 8410, with the fingerprints that `ssh-keygen -l` tells.
    let pem = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";
    let public = read("tls_public_key", &[("private_key_pem", Value::from(pem))]).unwrap();
    let expected = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";
    assert_eq!(text(&public, "public_key_pem"), expected);
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm/RAlphM3+hUG6wWfcO5bIUIaqMLa2ywxcOK1wMWbh\n";
    assert_eq!(text(&public, "public_key_openssh"), line);
}

#[test]
fn openssl_agrees() {
    for (algorithm, curve) in KINDS {
        let made = key("a", algorithm, curve);
        for form in ["private_key_pem", "private_key_pem_pkcs8"] {
            let secret = attribute(&made, form);
            let Some(public) = printed("openssl", &["pkey", "-pubout"], &secret) else { return };
            assert_eq!(public, attribute(&made, "public_key_pem"), "{algorithm} {curve}");
            printed("openssl", &["pkey", "-check", "-noout"], &secret);
        }
    }
}

#[test]
fn ssh_keygen_agrees() {
    let directory = tempfile::tempdir().unwrap();
    for (algorithm, curve) in KINDS {
        let given = [
            ("algorithm", Value::from(algorithm)),
            ("ecdsa_curve", Value::from(curve)),
            ("openssh_comment", Value::from("me@here")),
        ];
        let made = made("tls_private_key.a", &given).unwrap();
        let secret = attribute(&made, "private_key_openssh");
        if secret.is_empty() {
            continue;
        }
        let path = directory.path().join(format!("{algorithm}{curve}"));
        let mut file = std::fs::OpenOptions::new();
        let mut file = file.write(true).create_new(true).mode(0o600).open(&path).unwrap();
        file.write_all(secret.as_bytes()).unwrap();
        let path = path.to_str().unwrap();
        let Some(public) = printed("ssh-keygen", &["-y", "-f", path], "") else { return };
        assert_eq!(public, attribute(&made, "public_key_openssh"));
        assert!(public.ends_with(" me@here\n"));
        let told = printed("ssh-keygen", &["-l", "-f", path], "").unwrap();
        assert!(told.contains(&attribute(&made, "public_key_fingerprint_sha256")), "{told}");
        let told = printed("ssh-keygen", &["-l", "-E", "md5", "-f", path], "").unwrap();
        assert!(told.contains(&attribute(&made, "public_key_fingerprint_md5")), "{told}");
    }
}

#[test]
fn the_size_of_an_rsa_key_is_as_wanted() {
    let given = [("algorithm", Value::from("RSA")), ("rsa_bits", Value::from(1024))];
    let made = made("tls_private_key.a", &given).unwrap();
    // 128 bytes in base 64, and what stands around them.
    assert_eq!(attribute(&made, "public_key_pem").len(), 272);
}

#[test]
fn wrong_arguments_are_told_where_they_are() {
    let algorithm = |name: &str| ("algorithm", Value::from(name));
    assert_eq!(wrong("tls_private_key", &[algorithm("RSA")]), [""; 0]);
    assert_eq!(wrong("tls_private_key", &[algorithm("DSA")]), ["value_unsupported at algorithm"]);
    let curve = ("ecdsa_curve", Value::from("P128"));
    let found = wrong("tls_private_key", &[algorithm("ECDSA"), curve]);
    assert_eq!(found, ["value_unsupported at ecdsa_curve"]);
    for bits in [0, 512, -1, 1 << 20] {
        let found = wrong("tls_private_key", &[algorithm("RSA"), ("rsa_bits", Value::from(bits))]);
        assert_eq!(found, ["number_wrong at rsa_bits"]);
    }
    assert_eq!(wrong_data("tls_public_key", &[]), ["argument_missing at private_key_pem"]);
}

#[test]
fn no_error_tells_what_a_key_holds() {
    let secret = attribute(&key("a", "ECDSA", "P256"), "private_key_pem");
    let middle = secret.lines().nth(1).unwrap();
    let cut = secret.replace(middle, &middle[4..]);
    for text in [cut.as_str(), middle, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END"] {
        let given = [("private_key_pem", Value::from(text))];
        assert_eq!(wrong_data("tls_public_key", &given), ["key_unreadable at private_key_pem"]);
        let found = format!("{:?}", read("tls_public_key", &given).unwrap_err());
        assert!(!found.contains(&middle[8..20]), "{found}");
    }
}

#[test]
fn private_forms_are_sensitive() {
    let made = key("a", "ED25519", "P224");
    let shown = format!("{:?} {}", made.value, made.value);
    let secret = attribute(&made, "private_key_pem");
    assert!(!shown.contains(secret.lines().nth(1).unwrap()));
    assert!(!shown.contains("BEGIN OPENSSH"));
}

/// Records of the version before lack forms; they are made of the key that is there.
#[test]
fn older_records_are_completed() {
    let made = key("a", "ECDSA", "P256");
    let old = Value::object(
        ["id", "algorithm", "ecdsa_curve", "private_key_pem", "public_key_pem"]
            .map(|name| (name, made.value.get(name).unwrap().clone())),
    );
    let upgraded = kind("tls_private_key").upgrade(0, old).unwrap();
    for name in ["private_key_pem_pkcs8", "private_key_openssh", "public_key_fingerprint_sha256"] {
        assert_eq!(text(&upgraded, name), attribute(&made, name));
    }
    assert!(!format!("{upgraded:?}").contains("BEGIN OPENSSH"));
}
