//! Whom a TLS connection trusts, and who it says it is. There is one TLS stack: rustls over ring.

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use std::{error::Error, io, sync::Arc};

/// Whom to trust.
pub enum Trust<'a> {
    /// The authorities that the system trusts.
    System,
    /// These authorities alone, in PEM.
    Only(&'a str),
    /// Anyone.
    Anyone,
}

/// Why a configuration can't be made: the argument that is wrong, and what is.
pub struct Distrust {
    /// The argument of `data.http`.
    pub argument: &'static str,
    /// What is wrong, without a full stop.
    pub problem: &'static str,
}

/// Returns how to connect, with a certificate and its key in PEM if the client has one.
///
/// # Errors
///
/// If one of them cannot be read.
pub fn config(trust: &Trust<'_>, own: Option<(&str, &str)>) -> Result<ClientConfig, Distrust> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let no_versions = |_| Distrust { argument: "url", problem: "no version of TLS can be spoken" };
    let builder = builder.with_safe_default_protocol_versions().map_err(no_versions)?;
    let builder = match trust {
        Trust::Anyone => {
            let verifier = Arc::new(Nobody(provider));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        }
        Trust::System => builder.with_root_certificates(system()),
        Trust::Only(pem) => builder.with_root_certificates(only(pem)?),
    };
    let Some((certificate, key)) = own else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(certificate)
        .filter(|chain| !chain.is_empty())
        .ok_or(Distrust { argument: "client_cert_pem", problem: "it is no certificate in PEM" })?;
    let wrong = |problem| Distrust { argument: "client_key_pem", problem };
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
        .map_err(|_| wrong("it is no private key in PEM"))?;
    let config = builder.with_client_auth_cert(chain, key);
    config
        .map_err(|_| wrong("it is not the key of `client_cert_pem`, or of a kind that TLS has not"))
}

/// Who did not know whom when no connection came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// The server, whose certificate is not to be trusted.
    Server,
    /// We, who showed the server no certificate that it trusts.
    Client,
}

/// Returns who was not trusted, if that is behind an error.
pub fn stranger(error: &(dyn Error + 'static)) -> Option<Stranger> {
    use rustls::{AlertDescription as Alert, Error as Tls};
    let mut next = Some(error);
    while let Some(cause) = next {
        match cause.downcast_ref::<Tls>() {
            Some(Tls::InvalidCertificate(_)) => return Some(Stranger::Server),
            Some(Tls::AlertReceived(
                Alert::CertificateRequired
                | Alert::UnknownCA
                | Alert::BadCertificate
                | Alert::CertificateExpired
                | Alert::CertificateRevoked
                | Alert::CertificateUnknown
                | Alert::UnsupportedCertificate
                | Alert::AccessDenied,
            )) => return Some(Stranger::Client),
            Some(_) | None => {}
        }
        // One of input and output does not give the error within as its source.
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(within) => Some(within),
            None => cause.source(),
        };
    }
    None
}

fn system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // An authority that can't be read is one that is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn only(pem: &str) -> Result<RootCertStore, Distrust> {
    let wrong = || Distrust { argument: "ca_cert_pem", problem: "it is no certificate in PEM" };
    let mut roots = RootCertStore::empty();
    let found = certificates(pem).ok_or_else(wrong)?;
    let (added, _) = roots.add_parsable_certificates(found);
    if added == 0 { Err(wrong()) } else { Ok(roots) }
}

fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().ok()
}

/// Trusts whoever answers; signatures must be right all the same.
#[derive(Debug)]
struct Nobody(Arc<CryptoProvider>);

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
