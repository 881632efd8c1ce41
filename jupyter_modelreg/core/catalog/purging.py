"""What of the trash is to be purged, and what of it is held."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_modelreg.core.catalog.holders import Number, holders_of
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.trash import KeptInTrash
from jupyter_modelreg.core.entities.values import Holder, HolderKind
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.references import Reference, parse_reference
from jupyter_modelreg.core.rules.holders import check_not_held

# What is on the version itself.
_MARKS: Collection[HolderKind] = ("pin", "link")

Held = Mapping[Number, Sequence[Holder]]
"""What holds versions, by the ids of their models and their numbers."""


@dataclass(frozen=True)
class Chosen:
    """What to purge: models, with all their versions, and versions whose models stay."""

    models: Sequence[Model]
    versions: Sequence[Version]

    def without(self, kept: Sequence[KeptInTrash]) -> Chosen:
        """What is left of it; a model that is kept stays whole."""
        ids = {each.id for each in kept}
        models = [model for model in self.models if model.id not in ids]
        return Chosen(models, [each for each in self.versions if ids.isdisjoint((each.id, each.model_id))])


def choose(tx: Transaction, references: Sequence[str], ids: Sequence[int], before: int | None) -> Chosen:
    """What in the trash is named, or all of it, and has been there since `before` at least."""
    asked = [parse_reference(each) for each in references]
    everything = not asked and not ids
    models = {model.id: model for model in tx.models.trashed()}
    versions = tx.versions.trashed()
    found_models = [
        model
        for model in models.values()
        if everything or model.id in ids or any(_names(each, model.name) for each in asked)
    ]
    chosen = {model.id for model in found_models if _since(model.deleted_at, before)}
    alone = [
        version
        for version in versions
        if version.model_id not in models
        and (everything or version.id in ids or any(_names(each, version.name, version) for each in asked))
    ]
    for unknown in set(ids) - {model.id for model in found_models} - {version.id for version in alone}:
        raise NotFound(f"nothing in the trash has the id {unknown}", "trash lists what is there, with its ids")
    for each, text in zip(asked, references, strict=True):
        if not any(_names(each, model.name) for model in found_models) and not any(
            _names(each, version.name, version) for version in alone
        ):
            raise NotFound(f"{text} is not in the trash", "trash lists what is there")
    alone = [version for version in alone if _since(version.deleted_at, before)]
    of_models = [version for version in versions if version.model_id in chosen]
    return Chosen([models[each] for each in sorted(chosen)], [*alone, *of_models])


def _names(reference: Reference, name: str, version: Version | None = None) -> bool:
    """Whether a reference names a model called `name`, or a version of one."""
    if reference.model != name:
        return False
    if version is None or reference.whole_model:
        return reference.whole_model
    return reference.versions is not None and reference.versions[0] <= version.version <= reference.versions[1]


def _since(time: int | None, before: int | None) -> bool:
    return before is None or (time is not None and time <= before)


def held_in_trash(tx: Transaction, chosen: Chosen, now: int, principal: str) -> Held:
    """What holds the chosen versions. Aliases do not: those of a model in the trash lead nowhere."""
    models = {model.id: model for model in chosen.models}
    for version in chosen.versions:
        if version.model_id not in models and (model := tx.models.by_id(version.model_id)) is not None:
            models[model.id] = model
    found = holders_of(tx, list(models.values()), now, principal)
    held = {(each.model_id, each.version): found.of_version(each) for each in chosen.versions}
    return {number: holders for number, holders in held.items() if holders}


def kept_of(chosen: Chosen, held: Held) -> Sequence[KeptInTrash]:
    """What stays as long as it is held: a model as a whole, or a version whose model is not chosen."""
    models = {model.id: model for model in chosen.models}
    found: dict[int, KeptInTrash] = {}
    for version in chosen.versions:
        holders = held.get((version.model_id, version.version))
        if holders:
            whole = models.get(version.model_id)
            row_id, name = (version.id, version.reference) if whole is None else (whole.id, whole.name)
            there = found.get(row_id, KeptInTrash(id=row_id, name=name, kind="version" if whole is None else "model"))
            freed = [_in_trash(holder, name) for holder in holders]
            found[row_id] = replace(there, holders=[*there.holders, *freed])
    return list(found.values())


def check_none_kept(kept: Sequence[KeptInTrash]) -> None:
    """Raise InvalidState for the first of what is held, and named all the same."""
    for each in kept:
        model = each.name if each.kind == "model" else each.name.rpartition("/")[0]
        check_not_held(f"{each.kind} {each.name}", model, each.holders, "purged")


def _in_trash(holder: Holder, name: str) -> Holder:
    """A mark on a version can be taken away only where that is out of the trash."""
    return replace(holder, frees=f"restore {name}, then {holder.frees}") if holder.kind in _MARKS else holder
