"""What holds versions: aliases, pins, endpoints that serve them, copies made from them, and open requests.

Deleting, purging, renaming and pruning ask here, each for the kinds that are its business. What the actor may not see
holds nothing, since a refusal would tell of it.

A copy says what it was made from by the name that had then. So the names that a model has had count, each for as long
as it had that: what is called so today may be another one.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import Holder
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.search import Condition, Search

_NAMING = ("model.renamed", "model.deleted", "model.restored")
_COPIED = "models:/"
_FOREVER = 1 << 63

Number = tuple[int, int]
"""The id of a model, and the number of one of its versions."""


@dataclass(frozen=True)
class Holders:
    """What holds the versions of some models, but for what their own rows say.

    Attributes:
        principal: who asks, for whom the commands are that free something.
        copies: those in sight, by what they are copies of.
        requests: the commands that end open ones, by number, by what they ask for.
    """

    principal: str
    copies: Mapping[Number, Sequence[Version]] = field(default_factory=dict)
    requests: Mapping[Number, Mapping[int, str]] = field(default_factory=dict)

    def of_version(self, version: Version, leaving: Collection[Number] = ()) -> list[Holder]:
        """What holds `version`; copies that are `leaving`, too, hold nothing."""
        return [
            *_marks(version),
            *self._said(version.name, (version.model_id, version.version), leaving),
        ]

    def of_model(self, model: Model, marked: Sequence[Version]) -> list[Holder]:
        """What holds any version of a model, of which those that are `marked` say so themselves; aliases aside."""
        numbers = {number for at, number in (*self.copies, *self.requests) if at == model.id}
        said = [each for number in sorted(numbers) for each in self._said(model.name, (model.id, number), ())]
        return [*(each for version in marked for each in _marks(version)), *said]

    def _said(self, model: str, number: Number, leaving: Collection[Number]) -> Iterator[Holder]:
        for copy in self.copies.get(number, ()):
            if (copy.model_id, copy.version) not in leaving:
                yield Holder(kind="copy", version=number[1], text=copy.reference, frees=f"delete {copy.reference}")
        for request, frees in self.requests.get(number, {}).items():
            yield Holder(kind="request", version=number[1], text=f"request {request}", frees=frees)


def holders_of(tx: Transaction, models: Sequence[Model], now: int, principal: str) -> Holders:
    """What holds versions of `models` at `now`, in epoch milliseconds, as far as `principal` may see it."""
    return Holders(principal, _copies(tx, models), _requests(tx, models, now, principal))


def held_versions(tx: Transaction, model: Model, versions: Sequence[Version], now: int, principal: str) -> list[Holder]:
    """What holds one of these `versions` of a model, which are to go together."""
    found = holders_of(tx, [model], now, principal)
    leaving = {(model.id, version.version) for version in versions}
    aliases = pointing(model, {version.version for version in versions})
    return [*aliases, *(each for version in versions for each in found.of_version(version, leaving))]


def held_model(tx: Transaction, model: Model, now: int, principal: str) -> list[Holder]:
    """What holds a model as a whole: what holds one of its versions."""
    found = holders_of(tx, [model], now, principal)
    return [*pointing(model, set(model.aliases.values())), *found.of_model(model, tx.versions.marked(model.id))]


def held_name(tx: Transaction, model: Model, now: int, principal: str) -> list[Holder]:
    """What goes by the name of a model, so that it is not to be renamed; aliases aside, which are asked about.

    Pins and links stay where they are, and copies need no name.
    """
    found = Holders(principal, requests=_requests(tx, [model], now, principal))
    return found.of_model(model, ())


def pointing(model: Model, numbers: Collection[int]) -> list[Holder]:
    """The aliases of a model that point at versions with these numbers."""
    return [
        Holder(kind="alias", version=at, text=f"@{alias}", frees=f"unalias {model.name}@{alias}")
        for alias, at in sorted(model.aliases.items())
        if at in numbers
    ]


def _marks(version: Version) -> Iterator[Holder]:
    """What holds a version and is on the version itself."""
    name, number = version.reference, version.version
    if version.pinned:
        yield Holder(kind="pin", version=number, text="a pin", frees=f"unpin {name}")
    for url in version.endpoints:
        yield Holder(kind="link", version=number, text=url, frees=f"unlink {name} {shlex.quote(url)}")


def _requests(tx: Transaction, models: Sequence[Model], now: int, principal: str) -> Mapping[Number, Mapping[int, str]]:
    from jupyter_modelreg.core.discussion.states import open_for  # which few processes need

    found: dict[Number, dict[int, str]] = {}
    for request in open_for(tx, now, [model.id for model in models]):
        assert request.version is not None
        ends = f"cancel {request.id}" if request.author == principal else f"reject {request.id}"
        found.setdefault((request.subject_id, request.version), {})[request.id] = ends
    return found


@dataclass(frozen=True)
class _Named:
    """That a model was called so, from a time until another one."""

    model_id: int
    since: int
    until: int


def _copies(tx: Transaction, models: Sequence[Model]) -> Mapping[Number, Sequence[Version]]:
    if not models:
        return {}
    called: dict[str, list[_Named]] = {}
    for name, named in _names(tx, models):
        called.setdefault(name, []).append(named)
    found: dict[Number, list[Version]] = {}
    for source in [f"{_COPIED}{name}/%" for name in called] if len(models) == 1 else [f"{_COPIED}%"]:
        for copy in tx.versions.search(Search(conditions=[Condition("source", "LIKE", source)], prompts=None)):
            name, _, number = str(copy.source).removeprefix(_COPIED).lstrip("/").rpartition("/")
            for named in called.get(name, ()) if number.isdecimal() else ():
                if named.since <= copy.created_at <= named.until:
                    found.setdefault((named.model_id, int(number)), []).append(copy)
    return {number: sorted(copies, key=lambda each: each.id) for number, copies in found.items()}


def _names(tx: Transaction, models: Sequence[Model]) -> Iterator[tuple[str, _Named]]:
    """What each of the models was called, and when."""
    subject = ("model", models[0].id) if len(models) == 1 else None
    events: dict[int, list[Event]] = {}
    for event in reversed(tx.events.recent(EventQuery(subject=subject, actions=_NAMING))):
        events.setdefault(event.subject_id, []).append(event)
    for model in models:
        since = model.created_at
        for event in events.get(model.id, ()):
            if event.action != "model.restored":  # until which it was nowhere
                name = str((event.before or {}).get("name", event.name))
                yield name, _Named(model.id, since, event.time)
            since = event.time
        if model.deleted_at is None:
            yield model.name, _Named(model.id, since, _FOREVER)
