//! What servers answer: `data.http` and `data.tls_certificate` against the loopback.

use super::{
    makers::{
        HOURS, authority, blocks, data, key, made, on_runtime, read, read_with, text, texts,
        wrong_data,
    },
    server::{Server, answer},
    support::provider,
};
use crate::{Proxies, providers_through};
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
    path::Path,
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{
    clock::VirtualClock,
    connection::{Clock, Control},
};

fn number(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_number).unwrap().to_string()
}

#[test]
fn a_request_is_sent_and_the_answer_taken() {
    let headers = "X-Many: a\r\nX-Many: b\r\ncontent-type: text/plain\r\n";
    let server = Server::start(vec![answer("404 Not Found", headers, "grüß dich")]);
    let url = server.url("/a?b=c");
    let sent = Value::map(Type::String, [("X-Mine", Value::from("1")), ("host", Value::from("h"))]);
    let given = [
        ("url", Value::from(&*url)),
        ("method", Value::from("POST")),
        ("request_body", Value::from("body")),
        ("request_headers", sent),
    ];
    let value = read("http", &given).unwrap();
    let asked = server.asked().concat();
    assert!(asked.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{asked}");
    let lower = asked.to_lowercase();
    for line in ["x-mine: 1\r\n", "host: h\r\n", "user-agent: infra/", "\r\n\r\nbody"] {
        assert!(lower.contains(line), "{asked}");
    }
    assert_eq!(number(&value, "status_code"), "404");
    assert_eq!(text(&value, "id"), url);
    assert_eq!(text(&value, "response_body"), "grüß dich");
    assert_eq!(text(&value, "body"), "grüß dich");
    assert_eq!(text(&value, "response_body_base64"), "Z3LDvMOfIGRpY2g=");
    let headers = value.get("response_headers").unwrap();
    assert_eq!(text(headers, "X-Many"), "a, b");
    assert_eq!(text(headers, "Content-Type"), "text/plain");
}

#[test]
fn redirections_are_followed() {
    let there = Server::start(vec![answer("200 OK", "", "there")]);
    let location = format!("Location: {}\r\n", there.url("/x"));
    let here = Server::start(vec![answer("302 Found", &location, "")]);
    let value = read("http", &[("url", Value::from(&*here.url("/")))]).unwrap();
    assert_eq!(text(&value, "response_body"), "there");
    assert!(there.asked()[0].starts_with("GET /x "));
}

#[test]
fn failures_are_repeated_as_often_as_told() {
    let failed = || answer("503 Service Unavailable", "Retry-After: 7\r\n", "");
    let fine = answer("200 OK", "", "fine");
    let server = Server::start(vec![failed(), failed(), fine]);
    let retry = |attempts: i64| {
        let attempts = [("attempts", Value::from(attempts)), ("min_delay_ms", Value::from(5))];
        ("retry", blocks(&*data("http"), "retry", &[&attempts]))
    };
    let clock = VirtualClock::eager(0);
    let control = Control::quiet(clock.clone());
    let given = [("url", Value::from(&*server.url("/"))), retry(2)];
    let value = read_with("http", &given, control).unwrap();
    assert_eq!(text(&value, "response_body"), "fine");
    assert_eq!(clock.now_ms(), 14_000, "it waited as the server wished");
    assert_eq!(server.asked().len(), 3);
    let server = Server::start(vec![failed(), failed()]);
    let given = [("url", Value::from(&*server.url("/"))), retry(1)];
    let control = Control::quiet(VirtualClock::eager(0));
    let found = read_with("http", &given, control).unwrap_err();
    assert_eq!(found.code, "infra::builtin::request_failed");
    assert_eq!(found.path, Some(Path::attribute("url")));
    assert!(found.detail.contains("503") && found.detail.contains("twice"), "{}", found.detail);
}

#[test]
fn a_server_that_is_late_or_away_is_told_without_its_address() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/?token=hunter2", listener.local_addr().unwrap());
    let given = [("url", Value::from(&*url)), ("request_timeout_ms", Value::from(3))];
    let control = Control::quiet(VirtualClock::eager(0));
    let found = read_with("http", &given, control).unwrap_err();
    assert!(found.detail.contains("within 3 ms"), "{}", found.detail);
    drop(listener);
    let found = read("http", &given).unwrap_err();
    assert_eq!(found.code, "infra::builtin::request_failed");
    assert!(found.detail.contains("refused"), "{}", found.detail);
    assert!(!format!("{found:?}").contains("hunter2"));
}

/// An authority, and a chain and key for the loopback that it has signed.
fn chain() -> (String, String, String) {
    let secret = |name: &str| text(&key(name, "ECDSA", "P256").value, "private_key_pem");
    let (own, leaf) = (secret("ca"), secret("leaf"));
    let ca = text(&authority(&own).value, "cert_pem");
    let given = [
        ("private_key_pem", Value::from(&*leaf)),
        ("ip_addresses", texts(&["127.0.0.1"])),
        ("dns_names", texts(&["localhost"])),
    ];
    let request = text(&made("tls_cert_request.a", &given).unwrap().value, "cert_request_pem");
    let given = [
        ("ca_cert_pem", Value::from(&*ca)),
        ("ca_private_key_pem", Value::from(&*own)),
        ("cert_request_pem", Value::from(&*request)),
        ("validity_period_hours", Value::from(HOURS)),
        ("allowed_uses", texts(&["server_auth", "digital_signature"])),
    ];
    let leaf_pem = text(&made("tls_locally_signed_cert.a", &given).unwrap().value, "cert_pem");
    let pkcs8 = text(&key("leaf", "ECDSA", "P256").value, "private_key_pem_pkcs8");
    (ca.clone(), format!("{leaf_pem}{ca}"), pkcs8)
}

#[test]
fn certificates_made_here_secure_a_connection() {
    let (ca, chain, key) = chain();
    let server = || Server::with_tls(&chain, &key, vec![answer("200 OK", "", "safe")]);
    let ask = |given: &[(&'static str, Value)]| {
        let server = server();
        let url = format!("https://{}/", server.address);
        let given: Vec<_> = given.iter().cloned().chain([("url", Value::from(&*url))]).collect();
        let found = read("http", &given);
        server.asked();
        found
    };
    let value = ask(&[("ca_cert_pem", Value::from(&*ca))]).unwrap();
    assert_eq!(text(&value, "response_body"), "safe");
    assert!(ask(&[("insecure", Value::from(true))]).is_ok());
    let found = ask(&[]).unwrap_err();
    assert_eq!(found.code, "infra::builtin::request_failed");
    assert!(found.detail.contains("certificate"), "{}", found.detail);
}

#[test]
fn the_certificates_of_a_server_are_told_with_the_root_first() {
    let (ca, chain, key) = chain();
    for scheme in ["https", "tls"] {
        let server = Server::with_tls(&chain, &key, vec![String::new()]);
        let url = format!("{scheme}://{}", server.address);
        let given = [("url", Value::from(&*url)), ("verify_chain", Value::from(false))];
        let value = read("tls_certificate", &given).unwrap();
        server.asked();
        let certificates = value.get("certificates").unwrap().items().unwrap();
        assert_eq!(certificates.len(), 2);
        assert_eq!(text(&certificates[0], "cert_pem"), ca);
        assert_eq!(text(&certificates[1], "issuer"), "CN=authority");
    }
    let server = Server::with_tls(&chain, &key, vec![String::new()]);
    let given = [("url", Value::from(&*format!("https://{}", server.address)))];
    let found = read("tls_certificate", &given).unwrap_err();
    server.asked();
    assert_eq!(found.code, "infra::builtin::handshake_failed");
    assert_eq!(found.path, Some(Path::attribute("url")));
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let proxy = Server::start(vec![answer("200 OK", "", "by proxy")]);
    let proxies = Proxies { http: Some(proxy.address.to_string()), ..Proxies::default() };
    let mut all = providers_through(&proxies).into_iter();
    let http = all.find(|provider| provider.name() == "http").unwrap();
    let config = super::makers::config("http", &[("url", Value::from("http://far.example/x"))]);
    let question = Question::ReadData(KindName(Text::from("http")), config);
    let asked = on_runtime(async {
        let control = super::makers::still();
        let (connection, _) =
            http.connect(Value::object::<Text>([]), control.clone()).await.unwrap();
        connection.ask(question, control).await
    });
    let Answer::Value(value, _) = asked else { panic!("{asked:?}") };
    assert_eq!(text(&value, "response_body"), "by proxy");
    assert!(proxy.asked()[0].starts_with("GET http://far.example/x HTTP/1.1\r\n"));
}

#[test]
fn a_proxy_that_cannot_be_read_is_not_passed_by() {
    let bad = || Some("http://proxy example:3128".to_owned());
    let proxies = Proxies { http: bad(), https: bad(), except: None };
    // An address of this machine that is no loopback to proxies.
    for (name, url) in [("http", "http://0.0.0.0:9/"), ("tls_certificate", "https://0.0.0.0:9/")] {
        let all = providers_through(&proxies).into_iter();
        let of = |provider: &str| name.starts_with(provider);
        let provider = all.into_iter().find(|provider| of(provider.name())).unwrap();
        let config = super::makers::config(name, &[("url", Value::from(url))]);
        let question = Question::ReadData(KindName(Text::from(name)), config);
        let asked = on_runtime(async {
            let control = super::makers::still();
            let config = Value::object::<Text>([]);
            let (connection, _) = provider.connect(config, control.clone()).await.unwrap();
            connection.ask(question, control).await
        });
        let Answer::Failed(why) = asked else { panic!("{asked:?}") };
        let told = format!("{} {}", why.summary, why.detail);
        assert!(told.contains("_PROXY` is no address of a proxy"), "{told}");
        assert!(!told.contains("example"), "it may hold a password: {told}");
    }
}

#[test]
fn the_proxy_of_the_provider_is_asked_for_a_way() {
    let proxy = Server::start(vec![answer("407 Proxy Authentication Required", "", "")]);
    let tls = provider("tls");
    let block = &tls.facts().config.block.blocks[&Text::from("proxy")].block;
    let proxy_url = format!("http://{}", proxy.address);
    let given = |url: &str| {
        let given = [
            ("url", Value::from(url)),
            ("username", Value::from("me")),
            ("password", Value::from("pw")),
        ];
        let block = super::support::filled(block, given);
        Value::object([("proxy", Value::list(block.ty(), vec![block]))])
    };
    let config = given(&proxy_url);
    assert_eq!((tls.facts().validate)(&config), []);
    let found = (tls.facts().validate)(&given("ftp://x"));
    assert_eq!(found[0].path.as_ref().unwrap().to_string(), "proxy[0].url");
    let asked =
        super::makers::config("tls_certificate", &[("url", Value::from("https://far.example"))]);
    let question = Question::ReadData(KindName(Text::from("tls_certificate")), asked);
    let told = on_runtime(async {
        let control = super::makers::still();
        let (connection, _) = tls.connect(config, control.clone()).await.unwrap();
        connection.ask(question, control).await
    });
    let Answer::Failed(found) = told else { panic!("{told:?}") };
    assert!(found.detail.contains("the proxy answered 407"), "{}", found.detail);
    let asked = proxy.asked().concat();
    assert!(asked.starts_with("CONNECT far.example:443 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Proxy-Authorization: Basic bWU6cHc=\r\n"));
}

#[test]
fn wrong_arguments_are_told_where_they_are() {
    let text = Value::from;
    let with = |given: &[(&'static str, Value)]| {
        let url = [("url", text("https://a.example"))];
        let given: Vec<_> = url.into_iter().chain(given.iter().cloned()).collect();
        wrong_data("http", &given)
    };
    assert_eq!(with(&[]), [""; 0]);
    for url in ["ftp://a", "a.example", "/x", ""] {
        assert_eq!(with(&[("url", text(url))]), ["address_wrong at url"]);
    }
    assert_eq!(with(&[("method", text("DELETE"))]), ["value_unsupported at method"]);
    let late = [("request_timeout_ms", Value::from(0))];
    assert_eq!(with(&late), ["number_wrong at request_timeout_ms"]);
    let both = [("insecure", Value::from(true)), ("ca_cert_pem", text("x"))];
    assert_eq!(with(&both), ["arguments_conflict at ca_cert_pem"]);
    let alone = [("client_cert_pem", text("x"))];
    assert_eq!(with(&alone), ["arguments_conflict at client_cert_pem"]);
    let headers = Value::map(Type::String, [("a b", text("x")), ("c", text("x\ny"))]);
    let found = with(&[("request_headers", headers)]);
    let places = ["request_headers[\"a b\"]", "request_headers[\"c\"]"];
    assert_eq!(found, places.map(|place| format!("value_unsupported at {place}")));
    let retry: &[_] = &[("min_delay_ms", Value::from(9)), ("max_delay_ms", Value::from(8))];
    let found = with(&[("retry", blocks(&*data("http"), "retry", &[retry]))]);
    assert_eq!(found, ["number_wrong at retry.max_delay_ms"]);
    let found = read("http", &[("url", text("https://127.0.0.1:1")), ("ca_cert_pem", text("x"))]);
    assert_eq!(found.unwrap_err().path, Some(Path::attribute("ca_cert_pem")));
}
