"""What a name means: a model, a schema or a catalog. This is the one place that decides it."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.catalog.lookup import require_catalog, require_schema
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.core.references import parse_reference, qualify


def resolve(tx: Transaction, name: str, namespace: str | None = None) -> Model | Schema | Catalog:
    """The securable that `name` means: a model, else the schema or catalog of that name.

    A reference to versions means their model. `namespace` goes in front of a name that is short of it, but not in
    `models:/…`, which only ever means a model.
    Raises InvalidInput (malformed), NotFound, which says what is close among all three.
    """
    reference = parse_reference(name)
    full = reference.model if reference.exact else qualify(reference.model, namespace)
    model = tx.models.get(full)
    if model is not None:
        return model
    if not reference.exact and reference.whole_model:
        container = _find_container(tx, reference.model, namespace)
        if container is not None:
            return container
    raise _nothing(tx, full, reference.model, reference.exact or not reference.whole_model)


def resolve_container(tx: Transaction, name: str, namespace: str | None = None) -> Schema | Catalog:
    """The catalog or schema called `name`; a schema of the catalog in `namespace` may go by its short name.

    Raises NotFound.
    """
    container = _find_container(tx, name, namespace)
    if container is not None:
        return container
    return require_schema(tx, name) if "." in name else require_catalog(tx, name)  # which say what is close


def models_in(tx: Transaction, target: Model | Schema | Catalog, prompts: bool | None = None) -> Sequence[Model]:
    """The models that `target` is or holds; without `prompts`, prompts too, and with False none."""
    if isinstance(target, Model):
        return [target]
    if isinstance(target, Schema):
        return tx.models.search(Search(prompts=prompts, schema_id=target.id))
    return tx.models.search(Search(prompts=prompts, catalog_id=target.id))


def _find_container(tx: Transaction, name: str, namespace: str | None) -> Schema | Catalog | None:
    if "." in name:
        return tx.schemas.get(name)
    catalog = tx.catalogs.get(name)
    if catalog is not None or namespace is None:
        return catalog
    return tx.schemas.get(f"{namespace.partition('.')[0]}.{name}")


def _nothing(tx: Transaction, full: str, name: str, model_only: bool) -> NotFound:
    close = tx.models.closest(full)
    if close or model_only or name.count(".") > 1:
        return NotFound.named("model", full, close)
    kind, containers = ("schema", tx.schemas) if "." in name else ("catalog", tx.catalogs)
    close = containers.closest(name)
    return NotFound.named(f"model or {kind}", name, close) if close else NotFound.named("model", full)
