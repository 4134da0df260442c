//! Certificates, by all names of their types.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id},
};
use infra_model::{types::Type, value::Value};
use infra_sdk::contract::Sample;

/// A certificate that nothing in the world trusts, made for these tests, and its key.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBoDCCAUegAwIBAgIUMxbCwRDPA9L8V8iA1JpDhhl2n4QwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNYS5leGFtcGxlLmNvbTAgFw0yNjExMjEyMDU0NTJaGA8yMTI2
MTAyODIwNTQ1MlowGDEWMBQGA1UEAwwNYS5leGFtcGxlLmNvbTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABOga6XOAYmteM9B/SYRaGrh69kOaQtlj7QaaW/1xaGaC
ga753VfQkRvXpllU0kYpANNxxUEFRMHRsdnbFlK44tSjbTBrMB0GA1UdDgQWBBRg
ajo+8maSM3SNTXiE3Ut7Bgf7uTAfBgNVHSMEGDAWgBRgajo+8maSM3SNTXiE3Ut7
Bgf7uTAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDWEuZXhhbXBsZS5jb20w
CgYIKoZIzj0EAwIDRwAwRAIgML+s59lmR9H/DoxjHBXFdHn1VlnBZ47q5KbsrvrD
K4wCIC1RR2WMshZm0h300iRAs1zu8aU92QO66y8TqZdQycbg
-----END CERTIFICATE-----
";
const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgefBs+yorqqPMZ/N0
JJp3zJiJguzXGH7QE6Ton3u8b6ChRANCAAToGulzgGJrXjPQf0mEWhq4evZDmkLZ
Y+0Gmlv9cWhmgoGu+d1X0JEb16ZZVNJGKQDTccVBBUTB0bHZ2xZSuOLU
-----END PRIVATE KEY-----
";

/// What is in the project before a test begins.
pub(crate) const GROUND: (&str, &str) = (
    "\
-----BEGIN CERTIFICATE-----
MIIBpTCCAUqgAwIBAgIULGye5klMf5Zq3+amYnXpseGZCx0wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOZ3JvdW5kLmV4YW1wbGUwIBcNMjYxMTIxMjExMTQ4WhgPMjEy
NjEwMjgyMTExNDhaMBkxFzAVBgNVBAMMDmdyb3VuZC5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAE8jNHPDtB3SZaTNaXAZRPzjKLPc7mLI45bObJBd8H
/FkMsFvgTnpOS4lIRyU3rktBH7dPLOWXiovnmCrezXG3Z6NuMGwwHQYDVR0OBBYE
FFGBwZJKTjHsQ+8Qrn4Gz9ZTs0zJMB8GA1UdIwQYMBaAFFGBwZJKTjHsQ+8Qrn4G
z9ZTs0zJMA8GA1UdEwEB/wQFMAMBAf8wGQYDVR0RBBIwEIIOZ3JvdW5kLmV4YW1w
bGUwCgYIKoZIzj0EAwIDSQAwRgIhAJcD34tKDdXDPWsJ7ohVJ+oagbjqSg1ijzWp
y2PbY4XXAiEAlVWlPTBxUm5jMaUkAX+6FaTs8z05Tm8BqCikZNOAXM4=
-----END CERTIFICATE-----
",
    "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/5NNQ5CAqVj5ggpK
RRgjiA/yQvrn3sOFM4ivt1YgMHehRANCAATyM0c8O0HdJlpM1pcBlE/OMos9zuYs
jjls5skF3wf8WQywW+BOek5LiUhHJTeuS0Eft08s5ZeKi+eYKt7Ncbdn
-----END PRIVATE KEY-----
",
);

/// Another one.
const OTHER: &str = "\
-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUdzQBR8oRu3B+Ud3hvfRxDrTCgW8wCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNYi5leGFtcGxlLmNvbTAgFw0yNjExMjEyMDU0NTJaGA8yMTI2
MTAyODIwNTQ1MlowGDEWMBQGA1UEAwwNYi5leGFtcGxlLmNvbTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABOXOd8+4chtgp+KjW5KMHe82gVsc3UlKbP+fD5eH/WCq
j3jCNQ0ZziZ5+K7hcfO3Q59t0r45R9PcalVXesQbWkejbTBrMB0GA1UdDgQWBBTx
hffcvYaYmDjYCKJj+6jfO1K0IzAfBgNVHSMEGDAWgBTxhffcvYaYmDjYCKJj+6jf
O1K0IzAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDWIuZXhhbXBsZS5jb20w
CgYIKoZIzj0EAwIDSAAwRQIhALB7xK5DxC9mxWAwsfSujMUXCsJdWkTKlS4j+WKm
vatzAiBejdM8tAlac6U5CpljAF0SzC3MQ76wX0hCnYiM+8gr7Q==
-----END CERTIFICATE-----
";
const OTHER_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1mq4RaqPpFO1Xw1V
hfJ20SxqUhHU2gyjK2TPpuXqNGChRANCAATlznfPuHIbYKfio1uSjB3vNoFbHN1J
Smz/nw+Xh/1gqo94wjUNGc4mefiu4XHzt0OfbdK+OUfT3GpVV3rEG1pH
-----END PRIVATE KEY-----
";

pub(super) fn family() -> Family {
    fn samples(_: &Ground) -> Vec<Sample> {
        vec![
            uploaded("hcloud_certificate", (CERTIFICATE, KEY)),
            uploaded("hcloud_certificate", (OTHER, OTHER_KEY)),
            uploaded("hcloud_uploaded_certificate", (CERTIFICATE, KEY)),
            uploaded("hcloud_uploaded_certificate", (OTHER, OTHER_KEY)),
            managed(),
        ]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/certificates") }
}

fn uploaded(kind: &'static str, (certificate, key): (&'static str, &'static str)) -> Sample {
    let base = [
        ("name", Value::from("web")),
        ("certificate", Value::from(certificate)),
        ("private_key", Value::from(key)),
    ];
    let variants = [("name", Value::from("api")), labels()];
    Sample::new(kind, base).variants(variants).import(own_id, &["private_key", "labels"])
}

fn managed() -> Sample {
    let names = |names: &[&str]| {
        Value::set(Type::String, names.iter().map(|name| Value::from(*name)).collect())
    };
    let base = [("name", Value::from("web")), ("domain_names", names(&["www.ground.example"]))];
    let variants = [
        ("name", Value::from("api")),
        ("domain_names", names(&["ground.example", "*.ground.example"])),
        labels(),
    ];
    let sample = Sample::new("hcloud_managed_certificate", base).variants(variants);
    sample.import(own_id, &["labels"])
}
