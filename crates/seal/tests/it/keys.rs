//! Keys that must not pass, and elliptic curves that must.

use crate::fixture::{World, document, document_id, noon};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use seal::{KeyError, Role, SealError, SigningKey, sign, verify};

/// A self-signed certificate with an RSA key of 1024 bits.
const RSA_1024: &str = "MIIB/jCCAWegAwIBAgIUS7JSM7LAVhP0g0sOIgyb3LfjbG0wDQYJKoZIhvcNAQELBQAwEDEOMAwGA1UEAwwFc21hbGwwIBcNMjYx\
    MTI0MjIzMzA0WhgPMjEyNjEwMzEyMjMzMDRaMBAxDjAMBgNVBAMMBXNtYWxsMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCk\
    mZLWVwwow6hPSfVMeFRr8XhUiEJzE8f+OdKqxyV233ow/pgc2vuH8dZEBJ2Y7BlpVos1qKDsURDnSqMwlAhZ4y576GqUFdcCNczv\
    xdPXB3q4tBijU3WddBeGqO7CJ5CXOBNs2OvSYntX6GATN4plyhPRMOIhTvAZup34IHWqOwIDAQABo1MwUTAdBgNVHQ4EFgQUHa8H\
    3l5Q2JA6CX9nzx34ZZwn208wHwYDVR0jBBgwFoAUHa8H3l5Q2JA6CX9nzx34ZZwn208wDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG\
    9w0BAQsFAAOBgQALfa7LA1grYxvpE37oX7JF7Gu1F8vCS/xYKkfInsuRGDa3UEEREQGgzpR2X4xqN3UwszmHK6PCSSZIjWTKbEU3\
    Qz0i12yqkxB8qwgINYSkPfSkXc8FLAlkMK/nCrnTdRgSx5oB6eDLNTZaPlXQMrosZYXHAl8Nuvhy95yGmCc4Gg==";
/// The same with a key on the curve P-192.
const P_192: &str = "MIIBWDCCAQ2gAwIBAgIUPExHxTl3r1xPkjWn9dSQ3iSf1XcwCgYIKoZIzj0EAwIwEDEOMAwGA1UEAwwFc21hbGwwIBcNMjYxMTI0\
    MjIzMzA0WhgPMjEyNjEwMzEyMjMzMDRaMBAxDjAMBgNVBAMMBXNtYWxsMEkwEwYHKoZIzj0CAQYIKoZIzj0DAQEDMgAEARcxTjDR\
    hb+dTzzxkJx8joXAFPnAkvrmeYT0EQyy/DWooyFF/xlsKLvwrMwd5coLo1MwUTAdBgNVHQ4EFgQURRYI/+EQTyvUKkmeeCdObOUT\
    dPUwHwYDVR0jBBgwFoAURRYI/+EQTyvUKkmeeCdObOUTdPUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgM5ADA2AhkAj4ae\
    8OMSD3o7I6xtjKXxLrdn+xqTUZt0AhkAnrq4V4deo2H4ukM5jq6meLbCAE4xkQVb";

#[test]
fn fr_39_a_key_smaller_than_rsa_2048_or_p_256_is_refused() {
    let world = World::new();
    let own = BASE64_STANDARD.encode(world.key("system").certificate_der());
    let signed = sign(document().as_bytes(), Role::System, &world.key("system"), noon()).unwrap();
    let signed = String::from_utf8(signed).unwrap();
    for small in [RSA_1024, P_192] {
        let weak = signed.replace(&own, small);
        assert_ne!(weak, signed);
        assert!(matches!(verify(weak.as_bytes(), &document_id()), Err(SealError::SmallKey)));
        let der = BASE64_STANDARD.decode(small).unwrap();
        let prepared = seal::prepare(document().as_bytes(), Role::System, &der, noon());
        assert!(matches!(prepared, Err(SealError::SmallKey)), "nor is one prepared");
    }
}

/// An elliptic key; some cards hold one.
struct EcKey {
    pair: EcdsaKeyPair,
    certificate: Vec<u8>,
}

impl EcKey {
    fn new(curve: &'static rcgen::SignatureAlgorithm, signing: &'static EcdsaSigningAlgorithm) -> Self {
        let key = rcgen::KeyPair::generate_for(curve).unwrap();
        let certificate = rcgen::CertificateParams::default().self_signed(&key).unwrap().der().to_vec();
        Self { pair: EcdsaKeyPair::from_pkcs8(signing, key.serialized_der()).unwrap(), certificate }
    }
}

impl SigningKey for EcKey {
    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let value = self.pair.sign(&SystemRandom::new(), data).map_err(|_| KeyError::Signing)?;
        Ok(value.as_ref().to_vec())
    }

    fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }
}

#[test]
fn fr_39_signatures_on_p_256_and_p_384_verify_whichever_form_the_card_answers_in() {
    let der = EcKey::new(&rcgen::PKCS_ECDSA_P256_SHA256, &ECDSA_P256_SHA256_ASN1_SIGNING);
    let fixed = EcKey::new(&rcgen::PKCS_ECDSA_P384_SHA384, &ECDSA_P384_SHA384_FIXED_SIGNING);
    // Numbers with leading zeros are shorter in DER: many rounds meet them.
    for _ in 0..300 {
        let signed = sign(document().as_bytes(), Role::Professional, &der, noon()).unwrap();
        assert!(verify(&signed, &document_id()).is_ok());
    }
    let signed = sign(document().as_bytes(), Role::Professional, &fixed, noon()).unwrap();
    assert!(verify(&signed, &document_id()).is_ok());
    let changed = String::from_utf8(signed).unwrap().replace("eyJhIjoxfQ==", "eyJhIjoyfQ==");
    assert!(matches!(verify(changed.as_bytes(), &document_id()), Err(SealError::Digest)));
}
