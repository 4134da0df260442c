//! States behind `https://`: whom we trust, and who we say we are, beside Terraform's backend `http`.
//!
//! The certificates are made by the program itself.

use super::super::{
    estate::Estate,
    oracle::{attempt, has_terraform, terraform},
};
use super::FILE;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use serde_json::{Value as Json, json};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

const CA: &str = "client_ca_certificate_pem";
const CERTIFICATE: &str = "client_certificate_pem";
const KEY: &str = "client_private_key_pem";

/// Two authorities; the first signs for a server and a client, the second for another client.
const AUTHORITIES: &str = r#"
resource "tls_private_key" "all" {
  for_each    = toset(["ca", "other", "server", "client", "stranger"])
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}

resource "tls_self_signed_cert" "ca" {
  for_each              = toset(["ca", "other"])
  private_key_pem       = tls_private_key.all[each.key].private_key_pem
  is_ca_certificate     = true
  validity_period_hours = 24
  allowed_uses          = ["cert_signing"]
  subject {
    common_name = each.key
  }
}

resource "tls_cert_request" "all" {
  for_each        = toset(["server", "client", "stranger"])
  private_key_pem = tls_private_key.all[each.key].private_key_pem
  ip_addresses    = ["127.0.0.1"]
  subject {
    common_name = each.key
  }
}

resource "tls_locally_signed_cert" "all" {
  for_each              = { server = "ca", client = "ca", stranger = "other" }
  cert_request_pem      = tls_cert_request.all[each.key].cert_request_pem
  ca_private_key_pem    = tls_private_key.all[each.value].private_key_pem
  ca_cert_pem           = tls_self_signed_cert.ca[each.value].cert_pem
  validity_period_hours = 24
  allowed_uses          = ["digital_signature", "server_auth", "client_auth"]
}

output "certificates" {
  value = {
    for name, made in merge(tls_self_signed_cert.ca, tls_locally_signed_cert.all) : name => made.cert_pem
  }
}

output "keys" {
  value     = { for name, made in tls_private_key.all : name => made.private_key_pem }
  sensitive = true
}
"#;

/// What the authorities made.
struct Made(Json);

impl Made {
    fn by_ourselves() -> Self {
        let estate = Estate::of(AUTHORITIES);
        estate.apply();
        Self(estate.run("output -json").exits(0).json())
    }

    fn certificate(&self, name: &str) -> &str {
        self.0["certificates"]["value"][name].as_str().unwrap()
    }

    fn key(&self, name: &str) -> &str {
        self.0["keys"]["value"][name].as_str().unwrap()
    }

    /// Returns the settings by which a client says who it is.
    fn client(&self, certificate: &str, key: &str) -> Json {
        json!({ CERTIFICATE: self.certificate(certificate), KEY: self.key(key) })
    }

    /// Starts a server that gives the state, perhaps only to clients that the authority knows, and
    /// returns its port.
    fn serve(&self, asks_for_certificate: bool) -> u16 {
        let der = |name| CertificateDer::from_pem_slice(self.certificate(name).as_bytes()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = if asks_for_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(der("ca")).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from_pem_slice(self.key("server").as_bytes()).unwrap();
        let config = Arc::new(builder.with_single_cert(vec![der("server")], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let session = ServerConnection::new(Arc::clone(&config)).unwrap();
                answer(StreamOwned::new(session, stream));
            }
        });
        port
    }
}

/// Gives the state to whoever gets through the handshake.
fn answer(mut stream: StreamOwned<ServerConnection, TcpStream>) {
    let lines = BufReader::new(&mut stream).lines();
    let asked = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).count();
    if asked > 0 {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", FILE.len());
        let whole = format!("{head}Connection: close\r\n\r\n{FILE}");
        // A client that has seen enough does not listen any more.
        stream.write_all(whole.as_bytes()).and_then(|()| stream.flush()).ok();
        stream.conn.send_close_notify();
        stream.flush().ok();
    }
    // Hanging up on what was not read would take away what was said.
    stream.sock.shutdown(Shutdown::Write).ok();
    stream.sock.read_to_end(&mut Vec::new()).ok();
}

const READER: &str = r#"
variable "config" {
  type = any
}

data "terraform_remote_state" "net" {
  backend = "http"
  config  = var.config
}

output "range" {
  value = data.terraform_remote_state.net.outputs.range
}
"#;

/// One address with settings, and what comes of it: nothing said is the state.
struct Case {
    host: &'static str,
    mutual: bool,
    settings: Json,
    says: Option<&'static str>,
}

fn cases(made: &Made) -> Vec<Case> {
    let ca = json!({ CA: made.certificate("ca") });
    let other = json!({ CA: made.certificate("other") });
    let skip = json!({ "skip_cert_verification": true });
    let with = |a: &Json, b: Json| {
        let mut all = a.clone();
        all.as_object_mut().unwrap().extend(b.as_object().unwrap().clone());
        all
    };
    let (client, stranger) = (made.client("client", "client"), made.client("stranger", "stranger"));
    let case = |mutual: bool, settings: Json, says: Option<&'static str>| Case {
        host: "127.0.0.1",
        mutual,
        settings,
        says,
    };
    let unknown = Some("invalid peer certificate: UnknownIssuer");
    let needed = Some("received fatal alert: CertificateRequired");
    vec![
        case(false, json!({}), unknown),
        case(false, other, unknown),
        case(false, with(&json!({ "skip_cert_verification": false }), client.clone()), unknown),
        case(false, ca.clone(), None),
        case(false, skip.clone(), None),
        // A certificate that nobody asks for does no harm.
        case(false, with(&ca, stranger.clone()), None),
        Case { host: "localhost", ..case(false, ca.clone(), Some("not valid for name")) },
        Case { host: "localhost", ..case(false, skip.clone(), None) },
        case(true, ca.clone(), needed),
        case(true, skip.clone(), needed),
        case(true, client.clone(), unknown),
        case(true, with(&ca, stranger), Some("received fatal alert: UnknownCA")),
        case(true, with(&ca, client.clone()), None),
        case(true, with(&skip, client), None),
    ]
}

#[test]
fn a_server_is_trusted_and_a_client_known_as_in_terraform() {
    let made = Made::by_ourselves();
    let ports = [false, true].map(|mutual| made.serve(mutual));
    let (ours, theirs) = (Estate::of(READER), Estate::of(READER));
    let oracle = has_terraform("remote_state_tls");
    if oracle {
        terraform(&theirs, "init");
    }
    for Case { host, mutual, settings, says } in cases(&made) {
        let address = format!("https://{host}:{}/state", ports[usize::from(mutual)]);
        let trusted =
            says.is_none_or(|why| !why.starts_with("invalid peer") && host == "127.0.0.1");
        // Nobody asks a second time where the server is not trusted.
        for (estate, retries) in [(&ours, if trusted { 0 } else { 9 }), (&theirs, 0)] {
            let mut config = settings.clone();
            config["address"] = Json::from(&*address);
            config["retry_max"] = Json::from(retries);
            estate.write("terraform.tfvars.json", &json!({ "config": config }).to_string());
        }
        let said = ours.run("plan -no-color").exits(i32::from(says.is_some()));
        match says {
            None => drop(said.says("10.0.0.0/8")),
            Some(why) => {
                let line =
                    format!("Failed to get state: GET {address} giving up after 1 attempt(s)");
                let help = if trusted { CERTIFICATE } else { CA };
                let said = said.says(&line).says(why).says("Nothing was changed");
                drop(said.says(&format!("`{help}`")).lacks("PRIVATE KEY"));
            }
        }
        if oracle {
            let (code, out, told) = attempt(&theirs, &["plan", "-no-color"]);
            assert_eq!(code, i32::from(says.is_some()), "{address}, {settings}: {out}{told}");
        }
    }
}

#[test]
fn a_state_behind_tls_is_taken_over() {
    let made = Made::by_ourselves();
    let (open, mutual) = (made.serve(false), made.serve(true));
    let estate = Estate::of("");
    let import = |port: u16, settings: &[(&str, &str)]| {
        let mut words = vec!["import-state".to_owned(), "-dry-run".to_owned()];
        words.push("-backend=http".to_owned());
        words.push(format!("-backend-config=address=https://127.0.0.1:{port}/state"));
        words.push("-backend-config=retry_max=0".to_owned());
        words
            .extend(settings.iter().map(|(name, value)| format!("-backend-config={name}={value}")));
        estate.run_words(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let ca = (CA, made.certificate("ca"));
    let client = [(CERTIFICATE, made.certificate("client")), (KEY, made.key("client"))];
    import(open, &[]).exits(1).says("invalid peer certificate: UnknownIssuer");
    import(open, &[ca]).exits(0).says("written by Terraform");
    import(open, &[("skip_cert_verification", "true")]).exits(0).says("written by Terraform");
    import(mutual, &[ca]).exits(1).says("received fatal alert: CertificateRequired");
    import(mutual, &[ca, client[0], client[1]]).exits(0).says("written by Terraform");
    // A plain address takes them from Terraform's variables.
    let variables = [
        ("TF_HTTP_CLIENT_CA_CERTIFICATE_PEM", ca.1.to_owned()),
        ("TF_HTTP_CLIENT_CERTIFICATE_PEM", client[0].1.to_owned()),
        ("TF_HTTP_CLIENT_PRIVATE_KEY_PEM", client[1].1.to_owned()),
    ];
    let command = format!("import-state -dry-run https://127.0.0.1:{mutual}/state");
    estate.run_with(&command, &variables).exits(0).says("written by Terraform");
    // What is no certificate, and a key of somebody else's, are told before anybody is asked.
    let wrong = import(open, &[(CA, "no certificate")]).exits(1);
    wrong.says("client_ca_certificate_pem cannot be used: it is no certificate in PEM");
    let wrong = import(mutual, &[ca, client[0], (KEY, made.key("stranger"))]).exits(1);
    wrong.says("client_private_key_pem cannot be used: it is not the key of").lacks("PRIVATE KEY");
    let wrong = import(mutual, &[ca, client[0]]).exits(1);
    wrong.says("client_certificate_pem is set but client_private_key_pem is not");
    assert!(estate.recorded().is_empty());
}
