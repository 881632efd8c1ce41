"""What an actor may see of a registry, as relations of DuckDB: the same that `core.access.guard` shows, no row more.

They are made in an instance that has a copy of the registry attached, from the tables of the copy:

- `seen_names`: securables that may be known to be there, with their names; what is in the trash is left out
- `seen_catalogs`, `seen_schemas`
- `seen_models`: out of the trash, without prompts; `reads` says whether more may be known than that it is there, and
  without it nothing more is told
- `seen_versions`: out of the trash, of models that may be read, with the aliases in `pointing`
- `seen_requests`, `seen_events`: those the actor may know of
- `seen_grants`, `seen_policies`: what is said of grants and policies on what, and of whom, the actor may know
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.access.sight import Sight
from jupyter_modelreg.core.entities.securables import AnySecurable, level_of
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.searching.visibility import in_sight, visible_values

# Models of which somebody asks who may grant something there.
_GRANTING = """
    SELECT id FROM registry.models WHERE grants <> '{}'
    UNION SELECT subject_id FROM registry.requests WHERE subject = 'model' AND kind = 'access'
    UNION SELECT subject_id FROM registry.events WHERE subject = 'model' AND (action = 'grant.changed'
        OR action LIKE 'request.%' AND after ->> '$.kind' = 'access')
"""
_ALL = """
    CREATE TEMP TABLE known AS
    SELECT 'registry' AS kind, 0::BIGINT AS id, true AS sees, true AS reads, true AS manages
    UNION ALL SELECT 'catalog', id, true, true, true FROM registry.catalogs
    UNION ALL SELECT 'schema', id, true, true, true FROM registry.schemas
    UNION ALL SELECT 'model', id, true, true, true FROM registry.models
"""
_SOME = "CREATE TEMP TABLE known (kind VARCHAR, id BIGINT, sees BOOLEAN, reads BOOLEAN, manages BOOLEAN)"
# What may be known of a model by whoever may only browse; the rest is as if there was nothing.
_BLANK = {"policies": "'{}'", "tags": "'{}'", "aliases": "'{}'", "deprecated": "NULL"}
_TOLD = ", ".join(f"CASE WHEN k.reads THEN m.{name} ELSE {empty} END AS {name}" for name, empty in _BLANK.items())
_RELATIONS = (
    """seen_catalogs AS SELECT c.* FROM registry.catalogs c JOIN known k ON k.kind = 'catalog' AND k.id = c.id
       WHERE k.sees""",
    """seen_schemas AS SELECT s.* FROM registry.schemas s JOIN known k ON k.kind = 'schema' AND k.id = s.id
       WHERE k.sees""",
    f"""seen_models AS SELECT m.* REPLACE ({_TOLD}), k.reads FROM registry.models m
       JOIN known k ON k.kind = 'model' AND k.id = m.id
       WHERE k.sees AND m.deleted_at IS NULL AND NOT m.is_prompt""",
    """seen_versions AS SELECT v.*, m.name, (SELECT list(e.key ORDER BY e.key) FROM (
           SELECT unnest(map_entries(CAST(CAST(m.aliases AS JSON) AS MAP(VARCHAR, INTEGER)))) AS e)
           WHERE e.value = v.version) AS pointing
       FROM registry.versions v JOIN seen_models m ON m.id = v.model_id WHERE m.reads AND v.deleted_at IS NULL""",
    """seen_names AS SELECT 'registry' AS kind, 0::BIGINT AS id, 'registry' AS name
       UNION ALL SELECT 'catalog', id, name FROM seen_catalogs
       UNION ALL SELECT 'schema', id, name FROM seen_schemas
       UNION ALL SELECT 'model', m.id, m.name FROM registry.models m JOIN known k ON k.kind = 'model' AND k.id = m.id
           WHERE k.sees AND m.deleted_at IS NULL""",
    """seen_requests AS SELECT r.* FROM registry.requests r
       LEFT JOIN known k ON k.kind = r.subject AND k.id = r.subject_id
       WHERE r.deleted_at IS NULL AND (r.author = (SELECT actor FROM seeing)
           OR CASE WHEN k.id IS NULL THEN (SELECT manages FROM seeing) WHEN r.kind = 'access' THEN k.manages
              ELSE k.reads END)""",
    """seen_events AS SELECT e.* FROM registry.events e LEFT JOIN known k ON k.kind = e.subject AND k.id = e.subject_id
       WHERE e.action = 'search.saved'
           OR (e.action LIKE 'request.%' AND coalesce(e.on_behalf_of, e.actor) = (SELECT actor FROM seeing))
           OR CASE WHEN k.id IS NULL THEN (SELECT manages FROM seeing)
              WHEN e.action = 'grant.changed' OR (e.action LIKE 'request.%' AND e.after ->> '$.kind' = 'access')
              THEN k.reads AND k.manages ELSE k.reads END""",
    """said AS SELECT 'registry' AS kind, 0::BIGINT AS id, 'registry' AS name, grants, policies FROM registry.registry
       UNION ALL SELECT 'catalog', id, name, grants, policies FROM seen_catalogs
       UNION ALL SELECT 'schema', id, name, grants, policies FROM seen_schemas
       UNION ALL SELECT 'model', m.id, m.name, m.grants, m.policies FROM registry.models m
           JOIN known k ON k.kind = 'model' AND k.id = m.id WHERE k.reads AND m.deleted_at IS NULL""",
    """seen_grants AS SELECT s.kind, s.name, s.e.key AS principal, s.e.value AS privileges FROM (
           SELECT kind, id, name, unnest(map_entries(CAST(CAST(grants AS JSON) AS MAP(VARCHAR, VARCHAR[])))) AS e
           FROM said WHERE grants <> '{}') s JOIN known k ON k.kind = s.kind AND k.id = s.id
       WHERE k.manages OR list_contains((SELECT principals FROM seeing), s.e.key)""",
    "seen_policies AS SELECT kind, name, policies FROM said WHERE policies <> '{}'",
)


def see(database: Database, tx: Transaction, sight: Sight) -> None:
    """Make the relations of what `sight` shows of what `database` holds; `tx` is on that, too."""
    raw = database.raw
    registry = sight.reads_and_manages("registry", 0)[1]
    principals = [] if sight.access is None else list(sight.access.principals)
    raw.execute("CREATE TEMP TABLE seeing (actor VARCHAR, principals VARCHAR[], manages BOOLEAN)")
    raw.execute("INSERT INTO seeing VALUES (?, ?, ?)", [sight.actor, principals, registry])
    reads, browses = sight.models(browse=False), sight.models(browse=True)
    if reads is None or browses is None:
        raw.execute(_ALL)
    else:
        rows: list[_Row] = [("registry", 0, True, registry, registry)]
        rows += _of_containers(sight, [*tx.catalogs.list(), *tx.schemas.list()])
        rows += _of_models(database, sight, reads, browses)
        raw.execute(_SOME)
        raw.execute(
            "INSERT INTO known SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
            [list(values) for values in zip(*rows, strict=True)],
        )
    for relation in _RELATIONS:
        raw.execute(f"CREATE TEMP VIEW {relation}")


_Row = tuple[str, int, bool, bool, bool]


def _of_containers(sight: Sight, securables: Iterable[AnySecurable]) -> list[_Row]:
    found: list[_Row] = []
    for each in securables:
        reads, manages = sight.reads_and_manages(level_of(each), each.id)
        found.append((level_of(each), each.id, sight.sees(each), reads, manages))
    return found


def _of_models(database: Database, sight: Sight, reads: Visibility, browses: Visibility) -> list[_Row]:
    """What is seen of models, those in the trash one by one: what they are in may be gone.

    Whether they may be managed is found out of those only of which somebody asks.
    """
    raw = database.raw
    readable, known = set(_visible(database, reads)), set(_visible(database, browses))
    asked = {row[0] for row in raw.execute(_GRANTING).fetchall()}
    found: list[_Row] = []
    for row_id, trashed in raw.execute("SELECT id, deleted_at IS NOT NULL FROM registry.models").fetchall():
        if trashed:
            may_read, manages = sight.reads_and_manages("model", row_id)
            found.append(("model", row_id, False, may_read, manages))
            continue
        may_manage = sight.reads_and_manages("model", row_id)[1] if row_id in asked else False
        found.append(("model", row_id, row_id in known or row_id in readable, row_id in readable, may_manage))
    return found


def _visible(database: Database, visible: Visibility) -> Sequence[int]:
    """The ids of the models in sight."""
    clause = in_sight(database.backend, len(visible.principals))
    statement = sa.select(tables.models.c.id).where(clause)
    return [row[0] for row in database.connection.execute(statement, visible_values(database.backend, visible))]


def rows_of(raw: duckdb.DuckDBPyConnection, statement: str) -> Any:
    """What a statement gives, as an Arrow table, to be taken elsewhere."""
    return raw.sql(statement).to_arrow_table()
