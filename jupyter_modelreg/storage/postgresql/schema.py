"""What PostgreSQL is given beside the tables that all databases have."""

from __future__ import annotations

import sqlalchemy as sa

# Names are sorted and compared by their characters, as everywhere else; the first of these that a server has also knows
# the small letters of all alphabets.
_COLLATIONS = ("pg_c_utf8", "C.utf8", "C")
_HAS = sa.text("SELECT collname::text FROM pg_collation WHERE collname = ANY(:names)")
_TEXTS = sa.text(
    """SELECT c.relname::text, string_agg(format('ALTER COLUMN %I TYPE text COLLATE pg_catalog.%I', a.attname,
        :collation ::text), ', ')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND a.atttypid = 'text'::regtype AND NOT a.attisdropped AND l.collname <> :collation
    GROUP BY c.relname"""
)
# DuckDB looks through a column of a hundred thousand rows in less time than an index takes to be kept.
_INDEXES = {
    "events_by_seq": "events (seq)",
    "events_by_subject": "events (subject_id, subject)",
    "versions_by_model": "versions (model_id, version)",
    "models_by_schema": "models (schema_id)",
    "version_files_by_version": "version_files (version_id)",
    "usage_by_version": "usage (version_id)",
    "comments_by_model": "comments (model_id)",
    "requests_by_target": "requests (subject_id)",
}


def settle(connection: sa.Connection) -> None:
    """Give the tables of the current schema the order of texts and the indexes that they lack."""
    with connection.begin():
        there = set(connection.execute(_HAS, {"names": list(_COLLATIONS)}).scalars())
        collation = next(each for each in _COLLATIONS if each in there)
        for table, changes in connection.execute(_TEXTS, {"collation": collation}).all():
            connection.exec_driver_sql(f"ALTER TABLE {table} {changes}")
        for name, columns in _INDEXES.items():
            connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")
