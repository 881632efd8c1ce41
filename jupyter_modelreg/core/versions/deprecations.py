"""Deprecations: models and versions that are not to be used any more, and what to use instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    as_reference,
    deprecation_of,
    require_model,
    resolve_version,
    resolve_versions,
)
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import Deprecation, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, RegistryError
from jupyter_modelreg.core.history.facts import KINDS
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.references import Reference

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.unit_of_work import UnitOfWork

# References in one question; a page asks about what it shows.
MOST_ASKED = 1000


class Deprecations(Topic):
    """`registry.deprecations`. A reference to a model is about the model, one to versions about each of them.

    What is deprecated can be loaded, with a warning, and nothing new points at it: see `aliases.set`.
    """

    def set(
        self, reference: ReferenceLike, reason: str, *, in_favour_of: ReferenceLike | None = None
    ) -> Sequence[Deprecation]:
        """Say that a model, or versions, are not to be used any more, why, and what to use instead.

        What was said before is replaced.
        Raises InvalidInput (no reason, or in favour of itself), NotFound, InvalidState (what is to be used instead is
        deprecated, too).
        """
        if not reason.strip():
            raise InvalidInput("nobody is told why", "say it: -m REASON, in Python reason=")
        with self._context.write(reason) as work:
            model, targets = _targets(work.tx, reference)
            work.authorise("deprecations.set", model)
            told: dict[str, JsonValue] = {"reason": reason, "by": work.principal, "at": work.now}
            if in_favour_of is not None:
                told |= _instead(work.tx, model, targets, as_reference(in_favour_of))
            for each in targets:
                if {**told, **_WHEN} != {**(each.deprecated or {}), **_WHEN}:
                    log_deprecated(work, each, told)
            found = [_of(work.tx, each) for each in _now(work.tx, model, targets)]
            return [each for each in found if each is not None]

    def remove(self, reference: ReferenceLike, *, reason: str | None = None) -> Sequence[Deprecation]:
        """Take back that a model, or versions, are deprecated; returns what was said of those that were.

        Raises InvalidInput, NotFound.
        """
        with self._context.write(reason) as work:
            model, targets = _targets(work.tx, reference)
            work.authorise("deprecations.remove", model)
            gone = [(each, _of(work.tx, each)) for each in targets]
            for each, told in gone:
                if told is not None:
                    log_deprecated(work, each, None)
            return [told for _, told in gone if told is not None]

    def of(self, references: Sequence[str]) -> Mapping[str, Deprecation]:
        """Which of these models and versions are deprecated, by reference; of a version also that its model is.

        What is not there, or hidden, is left out. Raises InvalidInput for more than 1,000 references.
        """
        if len(references) > MOST_ASKED:
            raise InvalidInput(f"more than {MOST_ASKED:,} references to look up", "ask in several calls")
        found: dict[str, Deprecation] = {}
        with self._context.read() as tx:
            for each in references:
                told = _told(tx, each)
                if told is not None:
                    found[each] = told
        return found


# Who said so, and when, makes no difference.
_WHEN: Mapping[str, JsonValue] = {"by": None, "at": None}


def log_deprecated(work: UnitOfWork, target: Model | Version, told: Mapping[str, JsonValue] | None) -> None:
    """Have a model or version be deprecated as `told`, None for not at all, and log that."""
    action = "undeprecated" if told is None else "deprecated"
    work.log_update(f"{KINDS[type(target)]}.{action}", target, {"deprecated": told})


def _targets(tx: Transaction, reference: ReferenceLike) -> tuple[Model, Sequence[Model | Version]]:
    """The model that a reference is about, and what it names."""
    asked = as_reference(reference)
    model = require_model(tx, asked.model)
    return model, [model] if asked.whole_model else resolve_versions(tx, asked)


def _now(tx: Transaction, model: Model, targets: Sequence[Model | Version]) -> Sequence[Model | Version]:
    """What the targets are after a change."""
    now = require_model(tx, model.name)
    found = [now if isinstance(each, Model) else tx.versions.get(now, each.version) for each in targets]
    return [each for each in found if each is not None]


def _instead(
    tx: Transaction, model: Model, targets: Sequence[Model | Version], asked: Reference
) -> Mapping[str, JsonValue]:
    """What to use instead of `targets`, as the record has it."""
    other = require_model(tx, asked.model)
    version = None if asked.whole_model else resolve_version(tx, asked)
    itself = other.id == model.id and (
        model in targets or version is None or version.version in [getattr(each, "version", None) for each in targets]
    )
    if itself:
        raise InvalidInput(f"{asked} is what is deprecated itself, or its model", "name another one to use instead")
    told = deprecation_of(tx, other, version)
    if told is not None:
        instead = told.in_favour_of
        raise InvalidState(f"{told.name} is deprecated, too", f"name {instead}" if instead else "name another one")
    return {"model": other.id} if version is None else {"model": other.id, "version": version.version}


def _of(tx: Transaction, each: Model | Version) -> Deprecation | None:
    """What is said of a model, or of a version and not of its model."""
    return deprecation_of(tx, each) if isinstance(each, Model) else deprecation_of(tx, None, each)


def _told(tx: Transaction, reference: str) -> Deprecation | None:
    try:
        asked = as_reference(reference)
        model = require_model(tx, asked.model)
        return deprecation_of(tx, model, None if asked.whole_model else resolve_version(tx, asked))
    except RegistryError:  # what is not there is left out
        return None
