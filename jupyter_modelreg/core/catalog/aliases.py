"""Aliases: movable names of one version of a model."""

from __future__ import annotations

from jupyter_modelreg.core.catalog.lookup import require_model, require_version, version_by_alias
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.names import check_alias, check_settable_alias
from jupyter_modelreg.core.rules.aliases import check_alias_target
from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Aliases(Topic):
    """`registry.aliases`."""

    def set(self, model: str, alias: str, version: int, *, reason: str | None = None) -> int | None:
        """Point `alias` of `model` at `version`; returns the version it pointed at before, or None.

        Raises InvalidInput (malformed or reserved), NotFound (model or version), PolicyRefused (an eleventh alias
        of a governed model, or a version whose files are not there).
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

    def get(self, model: str, alias: str) -> Version:
        """The version `alias` points at; `latest` is the highest one. Raises InvalidInput, NotFound, AliasNotFound."""
        check_alias(alias)
        with self._context.read() as tx:
            return version_by_alias(tx, require_model(tx, model), alias)


def point_alias(work: UnitOfWork, model: Model, alias: str, version: Version) -> int | None:
    """Set or move a checked alias; returns where it pointed before."""
    before = model.aliases.get(alias)
    check_alias_target(model, alias, version)
    # MLflow leaves last_updated_timestamp alone when an alias changes; the event log has the time.
    work.log(
        "alias.set" if before is None else "alias.moved",
        model,
        version=version.version,
        before=None if before is None else {alias: before},
        after={alias: version.version},
    )
    return before


def drop_aliases(work: UnitOfWork, model: Model, names: list[str]) -> None:
    """Remove aliases that are there, one event each."""
    for alias in names:
        version = model.aliases[alias]
        work.log("alias.deleted", model, version=version, before={alias: version})
