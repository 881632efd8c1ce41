"""Usage: who loaded which versions, when and from where."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.catalog.lookup import ReferenceLike, as_reference, require_model, resolve_versions
from jupyter_modelreg.core.catalog.resolve import models_in, resolve
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.usage import LastUse, Used, VersionUsage
from jupyter_modelreg.core.names import is_latest
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.usage.summary import summed


class Usage(Topic):
    """`registry.usage`."""

    def list(
        self,
        reference: ReferenceLike,
        *,
        namespace: str | None = None,
        since: int | None = None,
        limit: int | None = None,
    ) -> Sequence[Used]:
        """Who loaded a version, from where, how often, and when last; the newest first.

        Args:
            reference: a model, versions of one, an alias, which means those who asked for it, a schema or a catalog.
            namespace: `catalog` or `catalog.schema`, in front of a short name.
            since: leave out what was not used from then on, in epoch milliseconds.
            limit: the most there may be.

        Raises InvalidInput, NotFound, AliasNotFound.
        """
        asked = as_reference(reference)
        with self._context.read() as tx:
            if asked.whole_model:
                target = resolve(tx, str(reference), namespace)
                models = models_in(tx, target)
                days = tx.usage.of_models([model.id for model in models], since=since)
                return summed(days, {model.id: model.name for model in models})[:limit]
            model = require_model(tx, asked.model)
            days = _asked_for(tx, model, asked, tx.usage.of_models([model.id], since=since))
            return summed(days, {model.id: model.name})[:limit]

    def noted(self) -> bool:
        """Whether it is noted when this process loads a model; the user may have forbidden that."""
        usage = self._context.usage
        return usage is not None and usage.noted

    def last(self, models: Sequence[str]) -> Sequence[LastUse]:
        """When each version of `models` was loaded last; what is not there, or never was loaded, is left out."""
        with self._context.read() as tx:
            # Whoever asks about one has mostly just read it.
            found = tx.bulk.models(models) if len(models) > 1 else {name: tx.models.get(name) for name in models}
            names = {model.id: model.name for model in found.values() if model is not None}
            last = tx.usage.last_used(list(names))
        return [LastUse(name=names[of], version=number, last_used_at=time) for (of, number), time in last.items()]


def _asked_for(tx: Transaction, model: Model, asked: Reference, days: Sequence[VersionUsage]) -> Sequence[VersionUsage]:
    """Those of `days` that are about the versions, or the alias, that `asked` names. Raises NotFound."""
    if asked.alias is not None and not is_latest(asked.alias):
        by_alias = [day for day in days if day.alias == asked.alias]
        if by_alias or asked.alias in model.aliases:  # an alias that was removed may have been asked for before
            return by_alias
    numbers = {version.version for version in resolve_versions(tx, asked)}
    return [day for day in days if day.version in numbers]
