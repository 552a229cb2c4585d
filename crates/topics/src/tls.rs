//! Encryption, with the provider of cryptography that the rest of the tree uses.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::{TopicsError, Trust};

/// What a client needs to talk to a broker whose certificates are to be trusted like that.
///
/// # Errors
/// [`TopicsError::File`], [`TopicsError::Tls`].
pub(crate) fn config(trust: &Trust) -> Result<Arc<ClientConfig>, TopicsError> {
    let roots = match trust {
        Trust::Public => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        Trust::File(path) => authorities(path)?,
    };
    // Named, because two are linked in and the library would not choose.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TopicsError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn authorities(path: &Path) -> Result<RootCertStore, TopicsError> {
    let fail = |detail: String| TopicsError::File { path: path.to_owned(), detail };
    let found = CertificateDer::pem_file_iter(path).map_err(|error| fail(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        let certificate = certificate.map_err(|error| fail(error.to_string()))?;
        roots.add(certificate).map_err(|error| fail(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(fail("there is no certificate in it (PEM)".to_owned()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_authorities_are_there_and_a_file_must_hold_some() {
        config(&Trust::Public).unwrap();
        let path = std::env::temp_dir().join(format!("authorities-{}.pem", std::process::id()));
        std::fs::write(&path, "no certificate\n").unwrap();
        let error = config(&Trust::File(path.clone())).unwrap_err().to_string();
        assert!(error.ends_with("there is no certificate in it (PEM)"), "{error}");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(config(&Trust::File(path)), Err(TopicsError::File { .. })));
    }
}
