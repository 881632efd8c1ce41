"""The views that SQL reads, in the order in which they are told: the one list that makes, documents and completes them.

A new one is declared in one of the modules here, over the relations of `seen`, and named in `VIEWS`.
"""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.storage.duckdb.sql.views.names import ALIASES, CATALOGS, COMMENTS, MODELS, SCHEMAS, TAGS
from jupyter_modelreg.storage.duckdb.sql.views.origins import DATASETS, LINEAGE
from jupyter_modelreg.storage.duckdb.sql.views.people import EVENTS, GRANTS, GROUPS, POLICIES, REQUESTS, TAG_POLICIES
from jupyter_modelreg.storage.duckdb.sql.views.versions import (
    COLUMNS,
    FILES,
    LINKS,
    METRICS,
    PARAMS,
    USAGE,
    VERSIONS,
)
from jupyter_modelreg.storage.duckdb.sql.views.view import View

VIEWS: Sequence[View] = (
    CATALOGS,
    SCHEMAS,
    MODELS,
    VERSIONS,
    ALIASES,
    TAGS,
    METRICS,
    PARAMS,
    COLUMNS,
    FILES,
    LINKS,
    LINEAGE,
    DATASETS,
    USAGE,
    COMMENTS,
    REQUESTS,
    EVENTS,
    GRANTS,
    GROUPS,
    POLICIES,
    TAG_POLICIES,
)
