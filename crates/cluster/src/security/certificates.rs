//! TLS as the cluster uses it: version 1.3 alone, certificates that processes make for themselves, or those of a CA.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::ring::cipher_suite::{
    TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256,
};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig,
    SignatureScheme,
};

use super::error::SecurityError;

/// PEM files of somebody who has a CA.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// Certificates of those whose signatures count.
    pub ca: PathBuf,
    /// This process's certificate, and those between it and the CA.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// For a certificate made here, which says nothing but is what TLS wants. It is valid from 1975: the clock of a
/// Raspberry Pi stands long ago when it starts.
pub(super) fn own() -> Result<(ClientConfig, ServerConfig), SecurityError> {
    let provider = provider();
    let made = rcgen::generate_simple_self_signed(["bramble".to_owned()])?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
    let verifier = AnyName { provider: Arc::clone(&provider), authority: None };
    let client = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    let server = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.into()], key)?;
    Ok(without_tickets(client, server))
}

/// For certificates of a CA: both sides show one.
pub(super) fn from_files(files: &CertificateFiles) -> Result<(ClientConfig, ServerConfig), SecurityError> {
    let provider = provider();
    let mut roots = RootCertStore::empty();
    for root in read_certificates(&files.ca)? {
        roots.add(root).map_err(|error| explain(&files.ca)(&error))?;
    }
    let roots = Arc::new(roots);
    let chain = read_certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| explain(&files.key)(&error))?;
    let authority = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider))
        .build()
        .map_err(|error| explain(&files.ca)(&error))?;
    let visitors = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider))
        .build()
        .map_err(|error| explain(&files.ca)(&error))?;
    let verifier = AnyName { provider: Arc::clone(&provider), authority: Some(authority) };
    let client = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_auth_cert(chain.clone(), key.clone_key())
        .map_err(|error| explain(&files.certificate)(&error))?;
    let server = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(visitors)
        .with_single_cert(chain, key)
        .map_err(|error| explain(&files.certificate)(&error))?;
    Ok(without_tickets(client, server))
}

/// The ciphers in the order of their speed here: a Raspberry Pi before the fifth computes AES in software.
fn provider() -> Arc<CryptoProvider> {
    let aes = [TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384];
    let mut cipher_suites = vec![TLS13_CHACHA20_POLY1305_SHA256];
    let place = usize::from(!has_aes());
    cipher_suites.splice(place..place, aes);
    Arc::new(CryptoProvider { cipher_suites, ..ring::default_provider() })
}

fn has_aes() -> bool {
    #[cfg(target_arch = "x86_64")]
    let has = std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    let has = std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let has = false;
    has
}

/// Connections last; nothing is remembered of those that have ended.
fn without_tickets(mut client: ClientConfig, mut server: ServerConfig) -> (ClientConfig, ServerConfig) {
    client.resumption = Resumption::disabled();
    server.send_tls13_tickets = 0;
    server.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    (client, server)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, SecurityError> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<_, _>>)
        .map_err(|error| explain(path)(&error))?;
    if certificates.is_empty() {
        return Err(explain(path)(&"it holds no certificate in PEM form"));
    }
    Ok(certificates)
}

fn explain(path: &Path) -> impl Fn(&dyn std::fmt::Display) -> SecurityError {
    move |error| SecurityError::Certificate { path: path.to_owned(), reason: error.to_string() }
}

/// Takes a certificate whose private key the server has, under whatever name: workers are known by addresses that
/// change. With a CA it wants its signature too; without one the proof says who it is.
#[derive(Debug)]
struct AnyName {
    provider: Arc<CryptoProvider>,
    authority: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
