//! Codes that rules depend on; every other code is data.
