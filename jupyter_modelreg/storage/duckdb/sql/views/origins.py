"""Views of where versions come from."""

from __future__ import annotations

from jupyter_modelreg.storage.duckdb.sql.views.view import NAME, VERSION, Column, View, listed, text

# What is kept of a dataset: see `core.lineage.records.Dataset`.
_DATASET = (
    '[{"name": "VARCHAR", "digest": "VARCHAR", "source": "VARCHAR", "source_type": "VARCHAR", "snapshot": "VARCHAR", '
    '"context": "VARCHAR", "rows": "BIGINT", "metrics": ["VARCHAR"]}]'
)
_TRAINED, _REGISTERED = "$.training.place", "$.registered"

LINEAGE = View(
    "lineage",
    "Where versions come from, as far as that is known.",
    (
        NAME,
        VERSION,
        text("experiment", "The experiment of the run that made it.", "l ->> '$.training.experiment'"),
        text("run_name", "What that run was called.", "l ->> '$.training.run_name'"),
        text("trained_in", "The notebook or script that trained it.", f"l ->> '{_TRAINED}.path'"),
        text("trained_by_cell", "The id of the cell that did.", f"l ->> '{_TRAINED}.cell'"),
        text("registered_in", "The notebook or script that registered it.", f"l ->> '{_REGISTERED}.path'"),
        text("registered_by_cell", "The id of the cell that did.", f"l ->> '{_REGISTERED}.cell'"),
        text(
            "git_commit",
            "The commit of the code that trained it, else of the code that registered it.",
            f"coalesce(l ->> '{_TRAINED}.git.commit', l ->> '{_REGISTERED}.git.commit')",
        ),
        Column(
            "git_dirty",
            "BOOLEAN",
            "Whether files had been changed since that commit.",
            f"TRY_CAST(coalesce(l ->> '{_TRAINED}.git.dirty', l ->> '{_REGISTERED}.git.dirty') AS BOOLEAN)",
        ),
        text("copied_from", "The version that it is a copy of, where you may read that.", "o.name || '/' || o.version"),
        listed("requirements", "The packages that it asks for.", "coalesce(l -> '$.requirements', '[]')"),
    ),
    of=(
        "(SELECT id, name, version, CAST(lineage AS JSON) AS l FROM seen_versions WHERE lineage IS NOT NULL) v "
        "LEFT JOIN seen_versions o ON o.model_id = TRY_CAST(l ->> '$.copied_from.model' AS BIGINT) "
        "AND o.version = TRY_CAST(l ->> '$.copied_from.version' AS INTEGER)"
    ),
    order="1, 2",
)
DATASETS = View(
    "datasets",
    "Data that versions were trained or measured on.",
    (
        NAME,
        VERSION,
        text("dataset", "What it is called.", "e.name"),
        text("digest", "The digest of its content; NULL where there is none.", "e.digest"),
        text("source", "Where it is: a path, an address or a table.", "e.source"),
        text("source_type", "What MLflow calls the kind of source.", "e.source_type"),
        text("snapshot", "The version, snapshot or commit of it that was read.", "e.snapshot"),
        text("context", "What for, as `training` or `evaluation`.", "e.context"),
        Column("rows", "BIGINT", "How many rows it had.", "e.rows"),
        Column("metrics", "VARCHAR[]", "The metrics that were measured on it.", "coalesce(e.metrics, [])"),
    ),
    of=(
        f"(SELECT name, version, unnest(from_json(lineage -> '$.datasets', '{_DATASET}')) AS e FROM seen_versions "
        "WHERE lineage IS NOT NULL) v"
    ),
    order="1, 2, 3, 4",
)
