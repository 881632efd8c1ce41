"""Lineage: where versions come from, what comes from them, and what a change would touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    as_reference,
    require_model,
    resolve_version,
    resolve_versions,
)
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.lineage import records
from jupyter_modelreg.core.lineage.derived import notebook_in
from jupyter_modelreg.core.lineage.graph import Impact, Impacted, LineageGraph, LineageNode, Refreshed
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.ports.tracking import Origin
from jupyter_modelreg.core.query.search import Condition, Order, Search

if TYPE_CHECKING:
    from jupyter_modelreg.core.lineage.walking import Walk

MOST_STEPS, MOST_NODES = 50, 1000
_STEPS, _NODES = 5, 100
_NEWEST_FIRST = (Order("created_at", descending=True),)


class Lineage(Topic):
    """`registry.lineage`."""

    def of(self, reference: ReferenceLike) -> records.Lineage:
        """What is known of where a version comes from. Raises InvalidInput, NotFound, AliasNotFound."""
        with self._context.read() as tx:
            return records.Lineage.of(resolve_version(tx, reference).lineage)

    def graph(
        self, reference: ReferenceLike, *, up: int = _STEPS, down: int = _STEPS, limit: int = _NODES
    ) -> LineageGraph:
        """What a version comes from, `up` steps far, and what comes from it, `down` steps far: `limit` nodes at most.

        Upwards: its run or what it is a copy of, then datasets and code. Downwards: aliases, copies, what it is linked
        with, and who has loaded it. What the actor may not see is left out.
        Raises InvalidInput, NotFound, AliasNotFound.
        """
        from jupyter_modelreg.core.lineage.walking import Walk

        _check_steps(up, down, limit)
        with self._context.read() as tx:
            version = resolve_version(tx, reference)
            return Walk(tx, self._context.now(), self._context.principal, limit).of_version(version, up, down)

    def dataset(self, dataset: str, *, down: int = _STEPS, limit: int = _NODES) -> LineageGraph:
        """What was made of a dataset, by its name or its digest: the versions, and what comes from these; see `graph`.

        Raises InvalidInput, NotFound where no version that the actor may see has used it.
        """
        from jupyter_modelreg.core.lineage.walking import Walk

        _check_steps(0, down, limit)
        with self._context.read() as tx:
            versions = _trained_on(tx, dataset)
            if not versions:
                raise _no_dataset(tx, dataset)
            walk = Walk(tx, self._context.now(), self._context.principal, limit)
            return walk.of_dataset(_node_of(dataset, versions), first_hand(versions), down)

    def impact(self, target: str, *, limit: int = _NODES) -> Impact:
        """What would feel a change to a version, a model or a dataset: `limit` versions, those in use first.

        Of versions these are they themselves and copies of them, of a dataset the versions that were trained or
        measured on it, and copies of them, each with its aliases, what it is linked with, and who has loaded it.
        `target` is a reference to versions, or else the name or digest of a dataset; `dataset:` in front means that.
        Raises InvalidInput, NotFound.
        """
        from jupyter_modelreg.core.lineage.walking import Walk

        _check_steps(0, 0, limit)
        with self._context.read() as tx:
            walk = Walk(tx, self._context.now(), self._context.principal, limit)
            found: dict[int, Impacted] = {}
            for version, why in _touched(tx, target):
                _add_with_copies(walk, version, why, found)
        ordered = sorted(found.values(), key=_in_use)
        return Impact(target=target, versions=ordered[:limit], left_out=max(len(ordered) - limit, 0))

    def refresh(self, reference: ReferenceLike, *, reason: str | None = None) -> Sequence[Refreshed]:
        """Have versions say of metrics, parameters and datasets what their runs and logged models say today.

        Gives what they say otherwise now; nothing is changed where nothing differs. It is one event for each version,
        and can be undone.
        Raises InvalidInput, NotFound (no such version, or a run that is not there any more), InvalidState (a version
        that was made by no run), SourceUnavailable; nothing is changed then.
        """
        with self._context.reading() as (tx, access):
            named = resolve_versions(tx, reference)
            if access is not None:  # before anything is asked of a server
                access.authorise("lineage.refresh", require_model(tx, named[0].name))
        origins = {version.id: self._origin(version) for version in named}
        refreshed: list[Refreshed] = []
        with self._context.write(reason) as work:
            model = require_model(work.tx, named[0].name)
            work.authorise("lineage.refresh", model)
            for version in resolve_versions(work.tx, reference):
                if version.id in origins:
                    changes = _changes(version, origins[version.id], governed=model.governed)
                    if changes:
                        work.log_update("version.updated", version, changes)
                        refreshed += _differences(version, changes)
        return refreshed

    def _origin(self, version: Version) -> Origin:
        if not version.run_id and not version.logged_model_id:
            raise InvalidState(
                f"{version.reference} was made by no run, so there is nothing to ask",
                "register what the run has logged: register runs:/… or models:/m-…",
            )
        try:
            return self._context.tracking.origin(version.run_id, version.logged_model_id)
        except NotFound as error:
            raise NotFound(f"{version.reference} stays as it is: {error.message}", error.hint) from error


def _check_steps(up: int, down: int, limit: int) -> None:
    if not (0 <= up <= MOST_STEPS and 0 <= down <= MOST_STEPS):
        raise InvalidInput(f"a lineage goes 0 to {MOST_STEPS} steps", "ask for fewer")
    if not 1 <= limit <= MOST_NODES:
        raise InvalidInput(f"a lineage shows 1 to {MOST_NODES:,} things", "ask for fewer")


# --- datasets ----------------------------------------------------------------------------------------------------


def _trained_on(tx: Transaction, dataset: str) -> Sequence[Version]:
    conditions = (Condition("dataset", "=", dataset),)
    return tx.versions.search(Search(conditions=conditions, order=_NEWEST_FIRST, prompts=None))


def _no_dataset(tx: Transaction, dataset: str) -> NotFound:
    like = (Condition("dataset", "CONTAINS", dataset),) if dataset.strip() else ()
    near = tx.versions.search(Search(conditions=like, order=_NEWEST_FIRST, limit=20, prompts=None)) if like else []
    names = (each.name for version in near for each in records.Lineage.of(version.lineage).datasets)
    close = list(dict.fromkeys(name for name in names if dataset.lower() in name.lower()))[:3]
    return NotFound(
        f"no version is known to have used a dataset {dataset}",
        f"did you mean {', '.join(close)}?" if close else "runs note them with mlflow.log_input",
    )


def _node_of(dataset: str, versions: Sequence[Version]) -> LineageNode:
    """The dataset as a node: what is the same of all that are called so."""
    those = [
        each
        for version in versions
        for each in records.Lineage.of(version.lineage).datasets
        if dataset in (each.name, each.digest)
    ]
    digests, sources = {each.digest for each in those}, {each.source for each in those}
    names = list(dict.fromkeys(each.name for each in those))
    detail = next(iter(digests)) or "no digest" if len(digests) == 1 else f"{len(digests)} digests"
    return LineageNode(
        id=f"dataset\n{dataset}",
        kind="dataset",
        title=dataset,
        detail=detail if dataset in names else ", ".join(names),
        path=sources.pop() if len(sources) == 1 else None,
    )


def first_hand(versions: Sequence[Version]) -> list[Version]:
    """Those of `versions` that are no copies of others of them."""
    there = {(version.model_id, version.version) for version in versions}
    found = []
    for version in versions:
        copied = records.Lineage.of(version.lineage).copied_from
        if copied is None or (copied.model, copied.version) not in there:
            found.append(version)
    return found


# --- impact ------------------------------------------------------------------------------------------------------


def _touched(tx: Transaction, target: str) -> Iterator[tuple[Version, str]]:
    """The versions that `target` names, or that have used the dataset that it names, each with why it is there."""
    dataset = target.removeprefix("dataset:")
    if dataset == target:
        try:
            named = _named(tx, target)
        except (InvalidInput, NotFound, AliasNotFound) as error:
            if not _trained_on(tx, dataset):
                raise _neither(target, error) from error
        else:
            yield from ((version, "") for version in named)
            return
    versions = _trained_on(tx, dataset)
    if not versions:
        raise _no_dataset(tx, dataset)
    for version in first_hand(versions):
        used = [each for each in records.Lineage.of(version.lineage).datasets if dataset in (each.name, each.digest)]
        contexts = dict.fromkeys(each.context for each in used if each.context)
        yield version, f"{' and '.join(contexts) or 'used'}: {used[0].name}"


def _named(tx: Transaction, target: str) -> Sequence[Version]:
    """The versions of a reference, of a model all."""
    reference = as_reference(target)
    if not reference.whole_model:
        return resolve_versions(tx, reference)
    model = require_model(tx, reference.model)
    if not tx.versions.count(model.id):
        raise NotFound(f"model {model.name} has no version", "register one first")
    return tx.versions.search(Search(model_id=model.id, order=(Order("version", descending=True),), prompts=None))


def _neither(target: str, error: InvalidInput | NotFound) -> NotFound:
    return NotFound(f"{target} is neither a version nor a dataset that a version has used: {error.message}", error.hint)


def _add_with_copies(walk: Walk, version: Version, why: str, found: dict[int, Impacted]) -> None:
    left = [(version, why)]
    while left:
        version, why = left.pop(0)
        if version.id in found:
            continue
        found[version.id] = _impacted(walk, version, why)
        left += [(copy, f"copy of {version.reference}") for copy in walk.copies(version)]


def _impacted(walk: Walk, version: Version, why: str) -> Impacted:
    known = records.Lineage.of(version.lineage)
    place = (known.training and known.training.place) or known.registered
    days = walk.days(version)
    return Impacted(
        name=version.name,
        version=version.version,
        why=why,
        notebook=notebook_in(version.lineage),
        cell=place.cell if place else None,
        aliases=version.aliases,
        links=tuple(version.links.items()),
        users=list(dict.fromkeys(day.actor for day in days)),
        last_used_at=max((day.last_used_at for day in days), default=None),
    )


def _in_use(each: Impacted) -> tuple[object, ...]:
    """What is deployed first, then what an alias points at, what is loaded, and the rest; by name and newest."""
    deployed = any(kind == "endpoint" for _, kind in each.links)
    return not deployed, not each.aliases, -(each.last_used_at or 0), each.name, -each.version


# --- refresh -----------------------------------------------------------------------------------------------------


def _changes(version: Version, origin: Origin, *, governed: bool) -> dict[str, object]:
    """The fields of a version that its run and its logged model say otherwise."""
    known = records.Lineage.of(version.lineage)
    found: dict[str, object] = {}
    metrics = origin.last_metrics if governed else origin.metrics
    if metrics is not None and list(metrics) != list(version.metrics or ()):
        found["metrics"] = tuple(metrics)
    if origin.params is not None and dict(origin.params) != dict(version.params or {}):
        found["params"] = dict(origin.params)
    lineage = replace(known, datasets=origin.datasets, training=origin.training).facts()
    if lineage != known.facts():
        found["lineage"] = lineage
    return found


def _differences(version: Version, changes: Mapping[str, object]) -> Iterator[Refreshed]:
    after = Version(**{**vars(version), **changes})
    for what, told in (("metrics", _metrics), ("params", _params), ("datasets", _datasets)):
        ours, theirs = told(version), told(after)
        for key in dict.fromkeys([*ours, *theirs]):
            if ours.get(key) != theirs.get(key):
                yield Refreshed(
                    name=version.reference,
                    what=f"{what}.{key}",
                    before=_said(ours.get(key)),
                    after=_said(theirs.get(key)),
                )
    if "lineage" in changes and _training(version) != _training(after):
        yield Refreshed(name=version.reference, what="run", before=_training(version), after=_training(after))


def _metrics(version: Version) -> Mapping[str, float]:
    return version.latest_metrics


def _params(version: Version) -> Mapping[str, str]:
    return version.params or {}


def _datasets(version: Version) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for each in records.Lineage.of(version.lineage).datasets:
        words = [each.digest or "no digest", each.context, each.snapshot, *each.metrics]
        found[each.name] = "; ".join(filter(None, (found.get(each.name), " ".join(filter(None, words)))))
    return found


def _training(version: Version) -> str | None:
    training = records.Lineage.of(version.lineage).training
    return None if training is None else f"{training.run_name or 'run'} in {training.experiment or 'an experiment'}"


def _said(value: object) -> str | None:
    return None if value is None else str(value)
