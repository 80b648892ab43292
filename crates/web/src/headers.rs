//! The headers that keep a browser from doing what our pages never ask for.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// The content security policy: deny all, then each need with its reason. `connect` are further origins that scripts
/// may call, such as the card reader program on `https://localhost:53952`.
pub fn content_security_policy(connect: &[String]) -> String {
    let mut connecting = vec!["'self'".to_owned()];
    connecting.extend(connect.iter().cloned());
    [
        // Nothing is allowed that no line below names.
        "default-src 'none'".to_owned(),
        // Our own style sheets; no style attributes, so that injected text cannot dress up.
        "style-src 'self'".to_owned(),
        // Our own script files; no inline script and no eval, so that injected text cannot run.
        "script-src 'self'".to_owned(),
        // Our own pictures, and the logo that a document's display form carries inside itself as PNG (wire-format 6.2);
        // the gate of `kanta::xhtml` lets no other picture through.
        "img-src 'self' data:".to_owned(),
        // Fonts of the design systems, served by ourselves.
        "font-src 'self'".to_owned(),
        // The one worker of ours, which opens the page of the day when there is no network (casework::phone).
        "worker-src 'self'".to_owned(),
        // What a phone needs to know to put us among its applications.
        "manifest-src 'self'".to_owned(),
        // Saving drafts in the background, and the card reader program where cards are used (SCS 1.1).
        format!("connect-src {}", connecting.join(" ")),
        // Forms go to us only; what a person writes cannot be sent elsewhere.
        "form-action 'self'".to_owned(),
        // No other site may show us in a frame and lead a hand to our buttons.
        "frame-ancestors 'none'".to_owned(),
        // Relative addresses stay ours.
        "base-uri 'none'".to_owned(),
    ]
    .join("; ")
}

/// Sets the headers on an answer that does not have them already.
pub(crate) fn secure(headers: &mut HeaderMap, policy: &HeaderValue, https: bool, personal: bool) {
    let mut set = |name: HeaderName, value: &HeaderValue| {
        headers.entry(name).or_insert_with(|| value.clone());
    };
    set(CONTENT_SECURITY_POLICY, policy);
    set(X_CONTENT_TYPE_OPTIONS, &HeaderValue::from_static("nosniff"));
    set(X_FRAME_OPTIONS, &HeaderValue::from_static("DENY"));
    set(REFERRER_POLICY, &HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-opener-policy"), &HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-resource-policy"), &HeaderValue::from_static("same-origin"));
    set(
        HeaderName::from_static("permissions-policy"),
        &HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    );
    if personal {
        set(CACHE_CONTROL, &HeaderValue::from_static("no-store"));
    }
    if https {
        set(STRICT_TRANSPORT_SECURITY, &HeaderValue::from_static("max-age=31536000"));
    }
}
