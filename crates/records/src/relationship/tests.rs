//! Tests come with the builder.
