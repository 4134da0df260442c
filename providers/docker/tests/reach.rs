//! Engines that can't be reached, and engines over tcp with TLS.

use super::bench::{control, front, helper, provider_config, skip, socket};
use crate::{DockerProvider, Environment};
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
    diagnostic::Retry,
};
use infra_sdk::connection::{Connection, Provider as _};
use serde_json::{Value as Json, json};
use std::{path::Path, process::Stdio, sync::Arc};
use tokio::process::Command;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::WebPkiClientVerifier,
    },
};

#[tokio::test]
async fn engine_that_does_not_answer_is_told_at_once() {
    let provider = DockerProvider::new(Environment::default());
    for host in ["unix:///nonexistent.sock", "tcp://127.0.0.1:1"] {
        let config = provider_config(&json!({ "host": host }));
        let found = provider.connect(config, control(Arc::default())).await.err().unwrap();
        assert_eq!(found.code, "infra::docker::engine_unreachable");
        assert_eq!(found.retry, Some(Retry::Safe));
    }
    assert!(provider.facts().objects_live_on_host);
}

#[tokio::test]
async fn objects_of_an_engine_that_does_not_answer_are_not_askable() {
    let provider = DockerProvider::new(Environment::default());
    let config = json!({"host": "tcp://127.0.0.1:1", "disable_docker_daemon_check": true});
    let (connection, _) =
        provider.connect(provider_config(&config), control(Arc::default())).await.unwrap();
    let question = Question::Refresh(KindName("docker_network".into()), Vec::new());
    let answer = connection.ask(question, control(Arc::default())).await;
    assert!(
        matches!(answer, Answer::NotAskable(d) if d.code == "infra::docker::engine_unreachable")
    );
}

#[tokio::test]
async fn wrong_configurations_are_found_before_anything_is_connected() {
    let provider = DockerProvider::new(Environment::default());
    for (config, code) in [
        (json!({"host": "ftp://x"}), "infra::docker::host_invalid"),
        (json!({"ca_material": "x"}), "infra::docker::keys_incomplete"),
        (json!({"ca_material": "x", "key_material": "x"}), "infra::docker::keys_incomplete"),
    ] {
        let found = (provider.facts().validate)(&provider_config(&config));
        assert_eq!(found[0].code, code);
        assert!(found[0].path.is_some() && found[0].retry.is_none(), "{found:?}");
    }
    let nothing_given = json!({"ca_material": "", "host": ""});
    assert!((provider.facts().validate)(&provider_config(&nothing_given)).is_empty());
    let config = provider_config(&json!({"context": "nowhere"}));
    let found = provider.connect(config, control(Arc::default())).await.err().unwrap();
    assert_eq!(found.code, "infra::docker::context_missing");
}

#[tokio::test]
async fn context_gives_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let meta = folder.path().join("contexts/meta/abc");
    std::fs::create_dir_all(&meta).unwrap();
    let text = json!({"Name": "far", "Endpoints": {"docker": {"Host": "tcp://127.0.0.1:1"}}});
    std::fs::write(meta.join("meta.json"), text.to_string()).unwrap();
    let environment =
        Environment { docker_config: Some(folder.path().to_owned()), ..Environment::default() };
    let provider = DockerProvider::new(environment);
    let config = provider_config(&json!({"context": "far"}));
    let found = provider.connect(config, control(Arc::default())).await.err().unwrap();
    assert_eq!(found.code, "infra::docker::engine_unreachable");
}

/// Makes a certificate authority, and certificates for both ends.
async fn make_keys(folder: &Path) -> bool {
    let script = r#"
        set -e; cd "$1"
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca -keyout ca-key.pem -out ca.pem
        for end in server client; do
          openssl req -newkey rsa:2048 -nodes -subj /CN=$end -keyout $end-key.pem -out $end.csr
          printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%sAuth\n' $end > $end.ext
          openssl x509 -req -days 2 -in $end.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial \
            -extfile $end.ext -out $end.pem
        done
        cp client.pem cert.pem; cp client-key.pem key.pem"#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

/// Takes connections with a client's certificate alone, and hands them on to the engine.
async fn tls_front(folder: &Path, socket: String) -> u16 {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let ca = CertificateDer::from_pem_slice(&read("ca.pem")).unwrap();
    let cert = CertificateDer::from_pem_slice(&read("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&read("server-key.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(ca).unwrap();
    let clients = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let config = ServerConfig::builder().with_client_cert_verifier(clients);
    let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(vec![cert], key).unwrap()));
    let each = move |stream, mut engine| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut client) = acceptor.accept(stream).await else { return };
            tokio::io::copy_bidirectional(&mut client, &mut engine).await.ok();
        }
    };
    front::listen(socket, each).await
}

/// Returns a configuration that holds the keys of a folder.
fn with_material(host: &str, folder: &Path) -> Json {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    json!({
        "host": host, "ca_material": read("ca.pem"), "cert_material": read("cert.pem"),
        "key_material": read("key.pem"),
    })
}

/// Connects with a configuration and asks something.
async fn asks(config: &Json) -> Arc<dyn Connection> {
    let provider = DockerProvider::new(Environment::default());
    let connected = provider.connect(provider_config(config), control(Arc::default())).await;
    let (connection, _) = connected.map_err(|found| format!("{found:?}")).unwrap();
    let question = Question::Refresh(KindName("docker_network".into()), Vec::new());
    let answer = connection.ask(question, control(Arc::default())).await;
    assert!(matches!(answer, Answer::Observed(..)), "{answer:?}");
    connection
}

/// Not a test of its own: the process that is killed by the test below.
#[tokio::test]
async fn helper_that_holds_keys() {
    let Some(config) = helper::input() else { return };
    let _connection = asks(&serde_json::from_str(&config).unwrap()).await;
    helper::be_killed().await;
}

#[tokio::test]
async fn keys_lie_on_no_disk_when_this_program_is_killed() {
    let Some(socket) = socket("tls-kill") else { return };
    let folder = tempfile::tempdir().unwrap();
    if !make_keys(folder.path()).await {
        return skip("tls-kill", "no openssl");
    }
    let port = tls_front(folder.path(), socket).await;
    let temporary = tempfile::tempdir().unwrap();
    let config = with_material(&format!("tcp://127.0.0.1:{port}"), folder.path());
    let test = "tests::reach::helper_that_holds_keys";
    helper::kill(test, &config.to_string(), temporary.path()).await;
    let left = std::fs::read_dir(temporary.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn keys_that_are_none_are_refused_without_showing_them() {
    let config = json!({
        "host": "tcp://127.0.0.1:1", "ca_material": "secret-ca", "cert_material": "secret-cert",
        "key_material": "secret-key",
    });
    let provider = DockerProvider::new(Environment::default());
    let connected = provider.connect(provider_config(&config), control(Arc::default())).await;
    let found = connected.err().unwrap();
    assert_eq!(found.code, "infra::docker::keys_unusable");
    assert!(!format!("{found:?}").contains("secret-"), "{found:?}");
}

/// A second daemon would be closer to life, but takes the bridge of the first one away.
#[tokio::test]
async fn engine_over_tls_answers_those_with_a_key_alone() {
    let Some(socket) = socket("tls") else { return };
    let folder = tempfile::tempdir().unwrap();
    if !make_keys(folder.path()).await {
        return skip("tls", "no openssl");
    }
    let port = tls_front(folder.path(), socket).await;
    let host = format!("tcp://127.0.0.1:{port}");
    let provider = DockerProvider::new(Environment::default());
    let path = folder.path().display().to_string();
    for config in [json!({"host": host, "cert_path": path}), with_material(&host, folder.path())] {
        asks(&config).await;
    }
    let plain = provider_config(&json!({ "host": host }));
    assert!(provider.connect(plain, control(Arc::default())).await.is_err());
    // Another authority's server is not trusted, whatever it answers.
    let other = tempfile::tempdir().unwrap();
    assert!(make_keys(other.path()).await);
    let foreign = json!({"host": host, "cert_path": other.path().display().to_string()});
    assert!(provider.connect(provider_config(&foreign), control(Arc::default())).await.is_err());
}
