"""Views of versions, and of what they hold."""

from __future__ import annotations

from jupyter_modelreg.storage.duckdb.sql.views.view import NAME, VERSION, Column, View, entries, mapping, text, time

# MLflow's metrics: a line for each step that was logged.
_METRIC = '[{"key": "VARCHAR", "value": "DOUBLE", "timestamp": "BIGINT", "step": "BIGINT"}]'
# What stands in a list of a signature: a column or a tensor. MLflow before 2.6 wrote `optional`.
_FIELD = (
    '[{"name": "VARCHAR", "type": "JSON", "tensor-spec": {"dtype": "VARCHAR"}, "required": "BOOLEAN", '
    '"optional": "BOOLEAN"}]'
)

VERSIONS = View(
    "versions",
    "Versions of models.",
    (
        NAME,
        VERSION,
        text("reference", "The reference, `model/3`.", "v.name || '/' || v.version"),
        text("status", "`READY`, or what has become of its registration.", "v.status"),
        text("stage", "The stage of a version of a workspace model; `None` else.", "v.stage"),
        text("description", "What it is, in Markdown.", "v.description"),
        Column("aliases", "VARCHAR[]", "The aliases that point at it.", "coalesce(v.pointing, [])"),
        mapping("tags", "Its tags.", "v.tags"),
        mapping("params", "The parameters it was trained with.", "coalesce(v.params, '{}')"),
        mapping("metrics", "Its metrics, each as it was logged last.", "v.latest_metrics", "DOUBLE"),
        text("run_id", "The run that made it.", "v.run_id"),
        text("logged_model_id", "The logged model that it was made from.", "v.logged_model_id"),
        text("source", "What was registered.", "v.source"),
        Column("managed", "BOOLEAN", "Whether the registry keeps its files.", "v.managed"),
        Column("size", "BIGINT", "Bytes of its files, where the registry keeps them.", "v.size"),
        Column("pinned", "BOOLEAN", "Whether a pin keeps it.", "v.pinned"),
        text("deprecated", "Why it is not to be used any more; NULL while it is.", "v.deprecated ->> '$.reason'"),
        time("last_used_at", "When it was loaded last.", "u.last_used_at"),
        time("created_at", "When it was registered.", "v.created_at"),
        text("created_by", "Who registered it.", "v.created_by"),
        time("updated_at", "When something about it was changed last.", "v.updated_at"),
        text("updated_by", "Who changed that.", "v.updated_by"),
    ),
    of=(
        "seen_versions v LEFT JOIN (SELECT version_id, max(last_used_at) AS last_used_at FROM registry.usage "
        "GROUP BY version_id) u ON u.version_id = v.id"
    ),
    order="1, 2",
)
METRICS = View(
    "metrics",
    "Metrics of versions, a row for each time that one was logged.",
    (
        NAME,
        VERSION,
        text("key", "What was measured.", "e.key"),
        Column("value", "DOUBLE", "The value.", "e.value"),
        Column("step", "BIGINT", "The step of the training.", "e.step"),
        time("logged_at", "When it was logged.", "e.timestamp"),
        Column(
            "latest",
            "BOOLEAN",
            "Whether it is the one that counts: that of the highest step, logged last.",
            "row_number() OVER (PARTITION BY v.id, e.key ORDER BY coalesce(e.step, 0) DESC, "
            "coalesce(e.timestamp, 0) DESC, nth DESC) = 1",
        ),
    ),
    of=(
        f"(SELECT id, name, version, unnest(from_json(metrics, '{_METRIC}')) AS e, "
        f"generate_subscripts(from_json(metrics, '{_METRIC}'), 1) AS nth "
        "FROM seen_versions WHERE metrics IS NOT NULL AND metrics <> '[]') v"
    ),
    order="1, 2, 3, 5",
)
PARAMS = View(
    "params",
    "Parameters that versions were trained with.",
    (
        NAME,
        VERSION,
        text("key", "The name of the parameter.", "e.key"),
        text("value", "Its value, as text.", "e.value"),
    ),
    of=f"(SELECT name, version, unnest({entries('params')}) AS e FROM seen_versions WHERE params <> '{{}}') v",
    order="1, 2, 3",
)
COLUMNS = View(
    "columns",
    "Columns and tensors that versions take and give back, by their signatures.",
    (
        NAME,
        VERSION,
        text("side", "`input`, `output`, or `param` for a parameter of the prediction."),
        Column("position", "BIGINT", "Where it stands among those of its side, from 1.", "nth"),
        text("column", "Its name; NULL for one without.", "e.name"),
        text(
            "type",
            "Its type, `double`; of a tensor that of its elements.",
            "coalesce(e.\"tensor-spec\".dtype, e.type ->> '$')",
        ),
        Column(
            "required",
            "BOOLEAN",
            "Whether it must be given.",
            "coalesce(e.optional, false) = false AND coalesce(e.required, true)",
        ),
    ),
    of=(
        "(SELECT name, version, side, unnest(fields) AS e, generate_subscripts(fields, 1) AS nth FROM ("
        + " UNION ALL ".join(
            f"SELECT name, version, '{part[:-1]}' AS side, "
            f"TRY(from_json(signature ->> '$.{part}', '{_FIELD}')) AS fields "
            "FROM seen_versions WHERE signature IS NOT NULL"
            for part in ("inputs", "outputs", "params")
        )
        + ")) v"
    ),
    order="1, 2, 3, 4",
)
FILES = View(
    "files",
    "Files that the registry keeps of versions, as their manifests say.",
    (
        NAME,
        VERSION,
        text("path", "The path within the folder of the version.", "f.path"),
        Column("size", "BIGINT", "Bytes.", "f.size"),
        text("sha256", "The SHA-256 of the content, in hex.", "f.sha256"),
        text("kind", "`file`, `executable`, or `folder` for one with nothing in it.", "f.kind"),
    ),
    of="registry.version_files f JOIN seen_versions v ON v.id = f.version_id",
    order="1, 2, 3",
)
LINKS = View(
    "links",
    "Where versions are deployed or used.",
    (
        NAME,
        VERSION,
        text("url", "Where.", "e.key"),
        text("kind", "What is there: `endpoint`, `job`, `report` or `app`.", "e.value"),
    ),
    of=f"(SELECT name, version, unnest({entries('links')}) AS e FROM seen_versions WHERE links <> '{{}}') v",
    order="1, 2, 3",
)
USAGE = View(
    "usage",
    "Who loaded which version, a row for each day and notebook.",
    (
        NAME,
        VERSION,
        text("actor", "Who loaded it.", "u.actor"),
        text("notebook", "The path of the notebook; NULL where there was none.", "u.notebook"),
        text("alias", "The alias it was asked for by; NULL where it was none.", "u.alias"),
        Column("day", "DATE", "The day, in UTC.", "TRY_CAST(u.day AS DATE)"),
        Column("count", "BIGINT", "How often.", "u.count"),
        time("last_used_at", "When last on that day.", "u.last_used_at"),
    ),
    of="registry.usage u JOIN seen_versions v ON v.id = u.version_id",
    order="1, 2, 6, 3",
)
