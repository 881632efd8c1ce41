"""Finding things by name, with an error that says what is close when there is nothing there."""

from __future__ import annotations

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Deprecation, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, NotFound, PermissionDenied
from jupyter_modelreg.core.names import check_alias, check_model_name, is_latest
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Condition, Order, Search
from jupyter_modelreg.core.references import Reference, parse_reference

ReferenceLike = str | Reference


def as_reference(reference: ReferenceLike) -> Reference:
    """Parse `reference` unless it has been parsed already."""
    return reference if isinstance(reference, Reference) else parse_reference(reference)


def containers(tx: Transaction, namespace: str) -> list[Catalog | Schema]:
    """The catalog of `catalog`, the catalog and the schema of `catalog.schema`, as far as they are there."""
    catalog, _, schema = namespace.partition(".")
    found = [tx.catalogs.get(catalog), tx.schemas.get(namespace) if schema else None]
    return [each for each in found if each is not None]


def require_catalog(tx: Transaction, name: str) -> Catalog:
    """The catalog called `name`, or NotFound."""
    found = tx.catalogs.get(name)
    if found is None:
        raise NotFound.named("catalog", name, tx.catalogs.closest(name))
    return found


def require_schema(tx: Transaction, name: str) -> Schema:
    """The schema called `name` (`catalog.schema`), or NotFound."""
    found = tx.schemas.get(name)
    if found is None:
        raise NotFound.named("schema", name, tx.schemas.closest(name))
    return found


def require_model(tx: Transaction, name: str) -> Model:
    """The model called `name`, or NotFound."""
    found = tx.models.get(check_model_name(name))
    if found is None:
        raise NotFound.named("model", name, tx.models.closest(name))
    return found


def require_version(tx: Transaction, model: Model, number: int) -> Version:
    """Version `number` of `model`, or NotFound; PermissionDenied where the actor may only browse."""
    _check_readable(model)
    found = tx.versions.get(model, number)
    if found is None:
        raise NotFound.named("version", f"{model.name}/{number}", hint=_which_versions(tx, model))
    return found


def _check_readable(model: Model) -> None:
    if model.browse_only:
        raise PermissionDenied(
            f"you may know that model {model.name} is there, and nothing of its versions; its owner is {model.owner}",
            f"to load it, ask for that: request access EXECUTE on model {model.name}",
        )


def version_by_alias(tx: Transaction, model: Model, alias: str) -> Version:
    """The version `alias` of `model` points to; `latest` is the highest one.

    Raises AliasNotFound, PermissionDenied where the actor may only browse.
    """
    _check_readable(model)
    if is_latest(check_alias(alias)):
        newest = _newest(tx, model)
        if newest is None:
            raise NotFound(f"model {model.name} has no version yet", "register one first")
        return newest
    number = model.aliases.get(alias)
    if number is None:
        known = ", ".join(f"{name} (version {at})" for name, at in sorted(model.aliases.items()))
        raise AliasNotFound(
            f"model {model.name} has no alias {alias}",
            f"its aliases are {known}" if known else "it has no alias at all",
        )
    return require_version(tx, model, number)


def deprecation_of(tx: Transaction, model: Model | None, version: Version | None = None) -> Deprecation | None:
    """That a version of a model is deprecated, or else its model; None where neither is.

    What the record holds is `reason`, `by` and `at`, and `model`, the id of the one to use instead, with the number of
    its `version`, so that what it is called may change.
    """
    for each in (version, model):
        told = None if each is None else each.deprecated
        if each is not None and told is not None:
            return Deprecation(
                name=each.name if isinstance(each, Model) else each.reference,
                reason=str(told["reason"]),
                in_favour_of=_called(tx, told.get("model"), told.get("version")),
                by=str(told["by"]),
                at=int(str(told["at"])),
            )
    return None


def _called(tx: Transaction, model_id: JsonValue, number: JsonValue) -> str | None:
    """What a model, or a version of it, is called now; None where it is not there, or hidden."""
    model = tx.models.by_id(model_id) if isinstance(model_id, int) else None
    if model is None or model.deleted_at is not None:
        return None
    if not isinstance(number, int) or model.browse_only:
        return model.name
    version = tx.versions.get(model, number)
    return None if version is None else version.reference


def resolve_versions(tx: Transaction, reference: ReferenceLike) -> list[Version]:
    """All versions `reference` names, lowest first; a range takes those that exist, but at least one must.

    Raises:
        InvalidInput: the reference names a whole model.
        NotFound: no such model, version, alias, or nothing in that stage.
    """
    ref = as_reference(reference)
    if ref.whole_model:
        raise InvalidInput(
            f"{ref.model} names a model, and this needs a version",
            f"write {ref.model}/1, {ref.model}/latest or {ref.model}@Alias",
        )
    model = require_model(tx, ref.model)
    if ref.alias is not None:
        return [version_by_alias(tx, model, ref.alias)]
    if ref.stage is not None:
        newest = model.latest.get(ref.stage)
        if newest is None:
            raise NotFound(f"model {model.name} has no version in stage {ref.stage}", _which_versions(tx, model))
        return [require_version(tx, model, newest)]
    assert ref.versions is not None
    return _version_range(tx, model, *ref.versions)


def resolve_version(tx: Transaction, reference: ReferenceLike) -> Version:
    """The one version `reference` names. Raises InvalidInput for a range of several."""
    found = resolve_versions(tx, reference)
    if len(found) > 1:
        raise InvalidInput(
            f"{reference} names {len(found)} versions, and this takes one", f"pick one, like {found[-1].reference}"
        )
    return found[0]


def _version_range(tx: Transaction, model: Model, first: int, last: int) -> list[Version]:
    if first == last:
        return [require_version(tx, model, first)]
    bounds = (Condition("version", ">=", first), Condition("version", "<=", last))
    found = tx.versions.search(Search(conditions=bounds, model_id=model.id, order=(Order("version"),), prompts=None))
    if not found:
        raise NotFound(f"model {model.name} has no version from {first} to {last}", _which_versions(tx, model))
    return found


def _newest(tx: Transaction, model: Model) -> Version | None:
    return require_version(tx, model, max(model.latest.values())) if model.latest else None


def _which_versions(tx: Transaction, model: Model) -> str:
    newest = max(model.latest.values(), default=None)
    return f"its newest version is {newest}" if newest else "it has no version yet"
