"""The tables, as they are after the last migration.

A model or version that is looked up by name is looked up by its one `key` column, since DuckDB scans no composite
index; `key` is NULL for a model in the trash, which frees its name. Tags and aliases are small JSON objects on the
row they belong to, so that a point read is one statement and a change rewrites one row; DuckDB searches them as fast
as a table of their own (measured at a million versions). Times are UTC epoch milliseconds.
"""

from __future__ import annotations

import sqlalchemy as sa

from jupyter_modelreg.storage.sql.json_text import AlignedNumbers, CanonicalJson, JsonText, LazyJson

metadata = sa.MetaData()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False)


def _authored() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
    ]


def _grants() -> sa.Column[object]:
    return sa.Column("grants", JsonText, nullable=False, server_default="{}")


def _policies() -> sa.Column[object]:
    return sa.Column("policies", JsonText, nullable=False, server_default="{}")


# The registry itself, in one row.
registry = sa.Table(
    "registry",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("owner", sa.Text),
    sa.Column("grants", JsonText, nullable=False),
    sa.Column("groups", JsonText, nullable=False),
    sa.Column("tag_policies", JsonText, nullable=False, server_default="{}"),
    _policies(),
    sa.Column("policed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("searches", JsonText, nullable=False, server_default="{}"),
    sa.Column("moved_to", sa.Text),
    sa.Column("users", JsonText, nullable=False, server_default="{}"),
    sa.Column("passwords", JsonText, nullable=False, server_default="{}"),
)

catalogs = sa.Table(
    "catalogs",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("description", sa.Text),
    sa.Column("owner", sa.Text, nullable=False),
    *_authored(),
    _grants(),
    _policies(),
)

schemas = sa.Table(
    "schemas",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("catalog_id", sa.BigInteger, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("owner", sa.Text, nullable=False),
    *_authored(),
    _grants(),
    _policies(),
)

models = sa.Table(
    "models",
    metadata,
    _id(),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("schema_id", sa.BigInteger),
    sa.Column("description", sa.Text),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("tags", JsonText, nullable=False),
    sa.Column("aliases", JsonText, nullable=False),
    sa.Column("latest", JsonText, nullable=False),
    sa.Column("is_prompt", sa.Boolean, nullable=False),
    sa.Column("last_version", sa.Integer, nullable=False),
    sa.Column("deployment_job_id", sa.Text),
    sa.Column("deleted_at", sa.BigInteger),
    *_authored(),
    _grants(),
    _policies(),
    sa.Column("deprecated", JsonText),
)

versions = sa.Table(
    "versions",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("model_id", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("tags", JsonText, nullable=False),
    sa.Column("is_prompt", sa.Boolean, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("location", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.Column("run_link", sa.Text),
    sa.Column("logged_model_id", sa.Text),
    sa.Column("params", JsonText),
    sa.Column("metrics", JsonText),
    sa.Column("signature", JsonText),
    sa.Column("managed", sa.Boolean, nullable=False),
    sa.Column("size", sa.BigInteger),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("status_message", sa.Text),
    sa.Column("deleted_at", sa.BigInteger),
    *_authored(),
    sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("links", JsonText, nullable=False, server_default="{}"),
    sa.Column("deprecated", JsonText),
    # What searches ask of metrics and of signatures, which `searching.derived` makes.
    sa.Column("latest_metrics", AlignedNumbers, nullable=False, server_default="{}"),
    sa.Column("inputs", JsonText, nullable=False, server_default="{}"),
    sa.Column("outputs", JsonText, nullable=False, server_default="{}"),
    sa.Column("lineage", LazyJson),
    # The same of lineage.
    sa.Column("notebook", sa.Text),
    sa.Column("experiment", sa.Text),
    sa.Column("flavor", sa.Text),
    sa.Column("datasets", JsonText, nullable=False, server_default="{}"),
    # And of params: those that are numbers.
    sa.Column("numeric_params", AlignedNumbers, nullable=False, server_default="{}"),
)

# Names that governed models have had and left, with the highest version number used under each.
retired_names = sa.Table(
    "retired_names",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("highest", sa.Integer, nullable=False),
)

version_files = sa.Table(
    "version_files",
    metadata,
    sa.Column("version_id", sa.BigInteger, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
)

# Who loaded which version, beside the log.
usage = sa.Table(
    "usage",
    metadata,
    sa.Column("version_id", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("notebook", sa.Text),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("alias", sa.Text),
    sa.Column("last_used_at", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
)

# What was said of models and versions.
comments = sa.Table(
    "comments",
    metadata,
    _id(),
    sa.Column("model_id", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("mentions", JsonText, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("deleted_at", sa.BigInteger),
)

# What people ask each other for.
requests = sa.Table(
    "requests",
    metadata,
    _id(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("alias", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Column("privileges", JsonText, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("seen", JsonText, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("approvals", JsonText, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", sa.BigInteger),
    sa.Column("decision_reason", sa.Text),
    sa.Column("deleted_at", sa.BigInteger),
)

# Lines are added in the order of their numbers and never changed, so that DuckDB finds a number, or a range of them, by
# what it knows of each block; an index would take half as much room as the rest. `created_at` and `updated_at` belong
# into `after` of what is created: as text there each makes a value of its own of what thousands of events say alike.
events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("before", CanonicalJson),
    sa.Column("after", CanonicalJson),
    sa.Column("reason", sa.Text),
    sa.Column("on_behalf_of", sa.Text),
    sa.Column("undoes", sa.BigInteger),
    sa.Column("unit", sa.BigInteger, nullable=False),
    sa.Column("remaining", sa.Integer, nullable=False),
    sa.Column("format", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("os_user", sa.Text),
    sa.Column("created_at", sa.BigInteger),
    sa.Column("updated_at", sa.BigInteger),
)

webhooks = sa.Table(
    "webhooks",
    metadata,
    _id(),
    sa.Column("webhook_id", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("events", JsonText, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("secret", sa.Text),
    sa.Column("deleted_at", sa.BigInteger),
    *_authored(),
)

migrations = sa.Table(
    "migrations",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("applied_at", sa.BigInteger, nullable=False),
)
