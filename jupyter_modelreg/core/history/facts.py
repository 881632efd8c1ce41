"""What an event says of a record, and a record as an event has created it.

An event speaks of fields by their names and of values as JSON has them. What can be left out is left out: a field that
holds its default, who made it and when where that is the event's own actor and time, who owns it and who changed it
when where that is who made it and when, the location of files where that is their source, and what follows from
elsewhere:
the id of something new is the number of its event, aliases are set by events of their own, and which versions are the
newest follows from the versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.entities.webhooks import Webhook

Record = Root | Catalog | Schema | Model | Version | Webhook | Comment | Request
R = TypeVar("R", Catalog, Schema, Model, Version, Webhook)

KINDS: Mapping[type, str] = {
    Root: "registry",
    Catalog: "catalog",
    Schema: "schema",
    Model: "model",
    Version: "version",
    Webhook: "webhook",
    Comment: "comment",
    Request: "request",
}
"""What the kinds of records are called in actions: `catalog.created`."""

# A secret is never in the log; it is kept beside it.
_ELSEWHERE = {"browse_only", "id", "name", "model_id", "version", "aliases", "latest", "deleted_at", "secret"}
# What each of these is where it is not said: what the other one is.
_SAME_AS = {"owner": "created_by", "updated_by": "created_by", "updated_at": "created_at"}
_AUTHORED = ("created_by", "created_at", *_SAME_AS)


def facts_of(record: Record, time: int, actor: str) -> dict[str, JsonValue]:
    """What the event that creates `record`, at `time` and by `actor`, says of it."""
    own = vars(record)
    found = {name: fact(name, own[name]) for name, default in _DEFAULTS[type(record)] if own[name] != default}
    authored = {"created_by": actor, "created_at": time}
    found |= {name: own[name] for name, usual in authored.items() if own[name] != usual}
    found |= {name: own[name] for name, other in _SAME_AS.items() if name in own and own[name] != own[other]}
    if isinstance(record, Version):
        found.pop("location", None)
        if record.location != record.source:
            found["location"] = record.location
    return found


def record_of(event: Event, kind: type[R]) -> R:
    """The record that `event` has created."""
    facts: Mapping[str, Any] = event.after or {}
    values: dict[str, Any] = {"id": event.seq, "name": event.name}
    if kind is Version:
        values |= {"model_id": event.subject_id, "version": event.version}
    values["created_by"] = facts.get("created_by", event.actor)
    values["created_at"] = facts.get("created_at", event.time)
    for name, other in _SAME_AS.items():
        values[name] = facts.get(name, values[other])
    for name, _ in _DEFAULTS[kind]:
        if name in facts:
            values[name] = value_of(name, facts[name])
    if kind is Version and event.format > 1 and "location" not in facts:
        values["location"] = values.get("source")
    if kind in (Version, Webhook):
        del values["owner"]
    return kind(**values)


def fact(name: str, value: Any) -> JsonValue:
    """The value of a field as an event has it."""
    told = _FACTS.get(name)
    if value is None or told is None:
        return dict(value) if isinstance(value, Mapping) else value
    return told(value)


def value_of(name: str, told: Any) -> object:
    """The value of a field from what an event says."""
    made = _VALUES.get(name)
    return told if told is None or made is None else made(told)


def _event_names(pairs: Sequence[tuple[str, str]]) -> JsonValue:
    return [f"{entity}.{action}" for entity, action in pairs]


def _event_pairs(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split(".", 1)) for name in names)


_FACTS: Mapping[str, Callable[[Any], JsonValue]] = {
    "metrics": lambda metrics: [dict(vars(metric)) for metric in metrics],
    "events": _event_names,
}
_VALUES: Mapping[str, Callable[[Any], object]] = {
    "metrics": lambda metrics: tuple(Metric(**metric) for metric in metrics),
    "events": _event_pairs,
}


def _defaults(kind: type) -> Sequence[tuple[str, object]]:
    """The fields an event speaks of, each with the value that need not be said; MISSING for one that always is."""
    found: list[tuple[str, object]] = []
    for field in fields(kind):
        if field.name in _ELSEWHERE or field.name in _AUTHORED:
            continue
        default = field.default if field.default_factory is MISSING else field.default_factory()
        found.append((field.name, default))
    return found


_DEFAULTS = {kind: _defaults(kind) for kind in KINDS}
