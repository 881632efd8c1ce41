"""When the aliases, tags and descriptions of a model and its versions were changed last, as the log says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.sync.marks import Marks
from jupyter_modelreg.core.sync.records import Change, Item, version_key

_CREATED = ("model.created", "version.created")
_UPDATED = ("model.updated", "version.updated")


def changes_of(
    tx: Transaction, model: Model, versions: Mapping[int, Version], marks: Marks, called: str
) -> dict[Item, Change]:
    """What each item is that was ever there, and what made it so; those of versions only of the `versions` given.

    Args:
        versions: by number.
        marks: the syncs from the other registry.
        called: what the other registry calls the model.
    """
    last: dict[Item, Event] = {}
    for event in whole(tx).events.list(("model", model.id)):
        last |= dict.fromkeys(_touched(event), event)
    return {
        item: Change(
            model=model.name,
            version=item.version,
            kind=item.kind,
            key=item.key,
            value=value_of(item, model, versions),
            points=_points(tx, item, model),
            at=event.seq,
            agreed=marks.agreed(called, item.label(versions), event.seq),
            seen=marks.seen(called, item.label(versions)),
            actor=event.on_behalf_of or event.actor,
            time=event.time,
            reason=event.reason,
        )
        for item, event in last.items()
        if item.version is None or item.version in versions
    }


def former_names(tx: Transaction, model: Model) -> Sequence[str]:
    """What a model was called before it was renamed, oldest first."""
    events = whole(tx).events.recent(EventQuery(subject=("model", model.id), actions=("model.renamed",)))
    return [str(name) for event in reversed(events) if (name := (event.before or {}).get("name")) is not None]


def value_of(item: Item, model: Model, versions: Mapping[int, Version]) -> str | None:
    """What an item is by now."""
    if item.kind == "alias":
        return str(model.aliases[item.key]) if item.key in model.aliases else None
    holder = model if item.version is None else versions[item.version]
    return holder.tags.get(item.key) if item.kind == "tag" else holder.description


def _points(tx: Transaction, item: Item, model: Model) -> str | None:
    number = model.aliases.get(item.key) if item.kind == "alias" else None
    version = None if number is None else tx.versions.get(model, number)
    return None if version is None else version_key(version)


def _touched(event: Event) -> Iterator[Item]:
    """The items that an event has made what they are."""
    before: Mapping[str, Any] = event.before or {}
    after: Mapping[str, Any] = event.after or {}
    kind = event.action.partition(".")[0]
    if kind == "alias":
        for key in {**before, **after}:
            yield Item(kind="alias", key=key)
    elif kind == "tag":
        for key in {**before, **after}:
            yield Item(kind="tag", key=key, version=event.version)
    elif event.action in _UPDATED and "description" in after:
        yield Item(kind="description", version=event.version)
    elif event.action in _CREATED:
        if after.get("description"):
            yield Item(kind="description", version=event.version)
        for key in after.get("tags") or {}:
            yield Item(kind="tag", key=key, version=event.version)
