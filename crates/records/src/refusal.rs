//! The catalogue of refusals (functional specification 2.4).
