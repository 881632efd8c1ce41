"""Views of what has a name: catalogs, schemas, models, and what models say of themselves."""

from __future__ import annotations

from jupyter_modelreg.storage.duckdb.sql.views.view import (
    Column,
    View,
    authored,
    entries,
    mapping,
    text,
    time,
)

_MODEL = text("name", "The full name of the model.", "m.name")
# Of a model that may only be browsed the numbers are 0, as they are of one without versions.
_LATEST = "(SELECT max(v.version) FROM seen_versions v WHERE v.model_id = m.id)"
_COUNT = "(SELECT count(*) FROM seen_versions v WHERE v.model_id = m.id)"

CATALOGS = View(
    "catalogs",
    "Catalogs.",
    (
        text("name", "The name of the catalog."),
        text("description", "What it is for."),
        text("owner", "Who owns it: a user or a group."),
        *authored("catalog"),
    ),
    of="seen_catalogs",
)
SCHEMAS = View(
    "schemas",
    "Schemas.",
    (
        text("name", "The full name of the schema, `catalog.schema`."),
        text("catalog", "The catalog it is in.", "split_part(name, '.', 1)"),
        text("schema", "The last part of its name.", "split_part(name, '.', 2)"),
        text("description", "What it is for."),
        text("owner", "Who owns it: a user or a group."),
        *authored("schema"),
    ),
    of="seen_schemas",
)
MODELS = View(
    "models",
    "Models, without prompts.",
    (
        _MODEL,
        text("catalog", "The catalog it is in; NULL for a workspace model.", "split_part(s.name, '.', 1)"),
        text("schema", "The schema it is in, `catalog.schema`; NULL for a workspace model.", "s.name"),
        text("description", "What it is for, in Markdown.", "m.description"),
        text("owner", "Who owns it: a user or a group.", "m.owner"),
        Column("governed", "BOOLEAN", "Whether it has a three-part name.", "m.schema_id IS NOT NULL"),
        Column(
            "browse_only",
            "BOOLEAN",
            "Whether you may only know that it is there: all but name, description and owner is NULL or 0.",
            "NOT m.reads",
        ),
        Column("versions", "BIGINT", "How many versions it has.", _COUNT),
        Column("latest_version", "INTEGER", "The highest number of a version it has.", _LATEST),
        mapping("aliases", "Its aliases, each with the number of the version it points at.", "m.aliases", "INTEGER"),
        mapping("tags", "Its tags.", "m.tags"),
        text("deprecated", "Why it is not to be used any more; NULL while it is.", "m.deprecated ->> '$.reason'"),
        *authored("model", "m."),
    ),
    of="seen_models m LEFT JOIN registry.schemas s ON s.id = m.schema_id",
)
ALIASES = View(
    "aliases",
    "Aliases of models.",
    (
        text("name", "The full name of the model."),
        text("alias", "The name of the alias.", "e.key"),
        Column("version", "INTEGER", "The number of the version it points at.", "e.value"),
    ),
    of=f"(SELECT name, unnest({entries('aliases', 'INTEGER')}) AS e FROM seen_models WHERE aliases <> '{{}}')",
    order="1, 2",
)
TAGS = View(
    "tags",
    "Tags of models and of versions.",
    (
        text("name", "The full name of the model."),
        Column("version", "INTEGER", "The number of the version; NULL for a tag of the model."),
        text("key", "The key of the tag.", "e.key"),
        text("value", "Its value.", "e.value"),
    ),
    of=(
        f"(SELECT name, NULL::INTEGER AS version, unnest({entries('tags')}) AS e FROM seen_models WHERE tags <> '{{}}' "
        f"UNION ALL SELECT name, version, unnest({entries('tags')}) FROM seen_versions WHERE tags <> '{{}}')"
    ),
    order="1, 2 NULLS FIRST, 3",
)
COMMENTS = View(
    "comments",
    "What was said of models and versions, but for what was deleted.",
    (
        Column("id", "BIGINT", "The number of the comment.", "c.id"),
        text("name", "The full name of the model.", "m.name"),
        Column("version", "INTEGER", "The number of the version; NULL for what is said of the model.", "c.version"),
        text("author", "Who said it.", "c.author"),
        text("text", "What was said, in Markdown.", "c.text"),
        Column(
            "mentions",
            "VARCHAR[]",
            "The users and groups it speaks to.",
            "CAST(CAST(c.mentions AS JSON) AS VARCHAR[])",
        ),
        time("created_at", "When it was said.", "c.created_at"),
        time("updated_at", "When it was edited last.", "c.updated_at"),
    ),
    of=(
        "registry.comments c JOIN seen_models m ON m.id = c.model_id AND m.reads "
        "LEFT JOIN seen_versions v ON v.model_id = c.model_id AND v.version = c.version "
        "WHERE c.deleted_at IS NULL AND (c.version IS NULL OR v.id IS NOT NULL)"
    ),
)
