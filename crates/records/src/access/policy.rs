//! The policy as text.

/// Prints the whole policy.
pub fn policy_table() -> String {
    String::new()
}
