//! The tables of the archive, as one SQL text for SQLite and PostgreSQL.
//!
//! Empty text stands for "none" in indexed columns, so that no query needs two forms for NULL.

use store::Migration;

/// All migrations in order; never edited once released, only added to.
pub static MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_archive", sql: include_str!("schema/0001_archive.sql") },
    Migration { name: "0002_consents", sql: include_str!("schema/0002_consents.sql") },
    Migration { name: "0003_kinds", sql: include_str!("schema/0003_kinds.sql") },
    Migration { name: "0004_summary", sql: include_str!("schema/0004_summary.sql") },
    Migration { name: "0005_notices", sql: include_str!("schema/0005_notices.sql") },
    Migration { name: "0006_retention", sql: include_str!("schema/0006_retention.sql") },
    Migration { name: "0011_archivist", sql: include_str!("schema/0011_archivist.sql") },
    Migration { name: "0012_relationships", sql: include_str!("schema/0012_relationships.sql") },
    Migration { name: "0016_steering", sql: include_str!("schema/0016_steering.sql") },
    Migration { name: "0017_side_by_side", sql: include_str!("schema/0017_side_by_side.sql") },
];
