"""How much catalogs, schemas and models hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from jupyter_modelreg.core.entities.values import Counts
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Search


def count(tx: Transaction, catalogs: Sequence[str], schemas: Sequence[str], models: Sequence[str]) -> Counts:
    """See `Registry.counts`. It takes a few statements: only the catalogs and schemas are looked up one by one."""
    by_schema = tx.models.count_by_schema()
    found_catalogs = [found for found in map(tx.catalogs.get, catalogs) if found is not None]
    by_catalog: Counter[int] = Counter()
    for schema in tx.schemas.list() if found_catalogs else ():
        by_catalog[schema.catalog_id] += by_schema.get(schema.id, 0)
    found_schemas = [found for found in map(tx.schemas.get, schemas) if found is not None]
    found_models = tx.bulk.models(models)
    by_model = tx.versions.count_by_model([each.id for each in found_models.values()])
    return Counts(
        catalogs={each.name: by_catalog[each.id] for each in found_catalogs},
        schemas={each.name: by_schema.get(each.id, 0) for each in found_schemas},
        models={name: by_model.get(each.id, 0) for name, each in found_models.items()},
        workspace=by_schema.get(None, 0),
        prompts=tx.models.count(Search(prompts=True)),
    )
