"""Aliases: movable names of one version of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.lookup import deprecation_of, require_model, require_version, version_by_alias
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import AliasChange
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.names import check_alias, check_settable_alias
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.rules.aliases import check_alias_target
from jupyter_modelreg.core.rules.deprecations import check_not_deprecated, deprecation_warning

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Aliases(Topic):
    """`registry.aliases`."""

    def set(self, model: str, alias: str, version: int, *, reason: str | None = None) -> int | None:
        """Point `alias` of `model` at `version`; returns the version it pointed at before, or None.

        Raises InvalidInput (malformed or reserved), NotFound (model or version), PolicyRefused (an eleventh alias
        of a governed model, or a version whose files are not there), InvalidState (it is deprecated, or its model is).
        """
        check_settable_alias(alias)
        with self._context.write(reason) as work:
            found = require_model(work.tx, model)
            work.authorise("aliases.set", found)
            return point_alias(work, found, alias, require_version(work.tx, found, version))

    def remove(self, model: str, alias: str, *, reason: str | None = None) -> int | None:
        """Remove `alias`; returns the version it pointed at, None when it was not there (no error: MLflow).

        Raises InvalidInput, NotFound (model).
        """
        check_alias(alias)
        with self._context.write(reason) as work:
            found = require_model(work.tx, model)
            work.authorise("aliases.remove", found)
            if alias not in found.aliases:
                return None
            drop_aliases(work, found, [alias])
            return found.aliases[alias]

    def rollback(
        self,
        model: str,
        alias: str,
        *,
        version: int | None = None,
        at: int | None = None,
        reason: str | None = None,
    ) -> AliasChange:
        """Move `alias` back: to where it pointed before it was moved, or removed.

        Args:
            model: the model.
            alias: the alias; it need not be there any more.
            version: move it to this version instead.
            at: move it to where it pointed at this time instead, in epoch milliseconds.
            reason: kept in the log.

        Where it goes back to a version that was deprecated since, that is warned of.
        Raises InvalidInput, NotFound (model, version), InvalidState (it has never pointed elsewhere, pointed nowhere at
        that time, or the version is not there any more), PolicyRefused as `set`.
        """
        check_settable_alias(alias)
        with self._context.write(reason) as work:
            found = require_model(work.tx, model)
            work.authorise("aliases.rollback", found)
            if version is None:
                version = _pointed_before(work.tx, found, alias, at)
                if work.tx.versions.get(found, version) is None:
                    raise InvalidState(
                        f"version {version} of {model}, where {alias} pointed, is not there any more",
                        f"restore {model}/{version}, or name another one: rollback {model}@{alias} --to N",
                    )
            before = point_alias(work, found, alias, require_version(work.tx, found, version), back=True)
            return AliasChange(model=model, alias=alias, before=before, after=version)

    def get(self, model: str, alias: str) -> Version:
        """The version `alias` points at; `latest` is the highest one. Raises InvalidInput, NotFound, AliasNotFound."""
        check_alias(alias)
        return self._context.look(lambda tx: version_by_alias(tx, require_model(tx, model), alias))


def _pointed_before(tx: Transaction, model: Model, alias: str, at: int | None) -> int:
    """Where `alias` pointed at that time, or last before it pointed where it does."""
    if at is not None:
        return _pointed_at(tx, model, alias, at)
    now = model.aliases.get(alias)
    for event in tx.events.recent(EventQuery(subject=("model", model.id), alias=alias)):
        before = (event.before or {}).get(alias)
        if isinstance(before, int) and before != now:
            return before
    raise InvalidState(
        f"{model.name}@{alias} has never pointed at another version",
        f"history {model.name} shows what happened; alias {model.name}@{alias} N sets it",
    )


def _pointed_at(tx: Transaction, model: Model, alias: str, time: int) -> int:
    """Where `alias` pointed at that time."""
    events = tx.events.recent(EventQuery(subject=("model", model.id), alias=alias, until=time), 1)
    pointed = (events[0].after or {}).get(alias) if events else None
    if not isinstance(pointed, int):
        raise InvalidState(
            f"{model.name}@{alias} pointed at no version at that time",
            f"history {model.name}@{alias} shows when it did",
        )
    return pointed


def point_alias(work: UnitOfWork, model: Model, alias: str, version: Version, *, back: bool = False) -> int | None:
    """Set or move a checked alias; returns where it pointed before.

    What is deprecated is refused, but for an alias that goes `back`: whoever has to leave a version that fails has the
    one before at hand, and is warned.
    """
    before = model.aliases.get(alias)
    check_alias_target(model, alias, version)
    if back:
        warn_of_deprecated(work, model, version)
    elif before != version.version:
        check_alias_current(work.tx, model, alias, version)
    if before == version.version and work.reason is None:
        return before  # nothing is to be undone, or told, unless somebody says why it is to stay
    # MLflow leaves last_updated_timestamp alone when an alias changes; the event log has the time.
    work.log(
        "alias.set" if before is None else "alias.moved",
        model,
        version=version.version,
        before=None if before is None else {alias: before},
        after={alias: version.version},
    )
    return before


def check_alias_current(tx: Transaction, model: Model, alias: str, version: Version | None) -> None:
    """Refuse to point an alias at what is deprecated; None for a version yet to be made. Raises InvalidState."""
    what = f"{model.name}/{model.last_version + 1}" if version is None else version.reference
    check_not_deprecated(f"{model.name}@{alias}", what, deprecation_of(tx, model, version))


def warn_of_deprecated(work: UnitOfWork, model: Model, version: Version | None = None) -> None:
    """Say that what is used anew, a version or a model, is deprecated, where it is."""
    told = deprecation_of(work.tx, model, version)
    if told is not None:
        work.warnings.append(deprecation_warning(version.reference if version else model.name, told))


def drop_aliases(work: UnitOfWork, model: Model, names: list[str]) -> None:
    """Remove aliases that are there, one event each."""
    for alias in names:
        version = model.aliases[alias]
        work.log("alias.deleted", model, version=version, before={alias: version})
