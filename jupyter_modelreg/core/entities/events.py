"""Events of the activity log, and the hashes that chain them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.entities.values import JsonValue

GENESIS = "0" * 64
# What the events written here are like; a registry that holds a later one is opened by a later version only. In the
# first format each event had its hash, a version its location where that was its source, and one that was restored
# did not say its stage.
FORMAT = 2
# The one spelling of an event's values as JSON: any other that means the same is not what was logged. `json.dumps`
# would make an encoder for each line.
canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def chain_hash(event: Event, previous: str) -> str:
    """SHA-256 in hex over `previous` and every field of `event` but its own hash."""
    content = {key: _plain(value) for key, value in vars(event).items()}
    content["hash"] = previous
    if event.os_user is None:
        del content["os_user"]  # as it was before events had it
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, int, dict)):  # asking for a Mapping takes twenty times as long
        return value
    return dict(value) if isinstance(value, Mapping) else value


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the activity log, which carries all that it changes (`core.history.projection` says what).

    Attributes:
        seq: its number, from 1 without gaps; what an event creates has it as its id.
        time: epoch milliseconds.
        actor: who did it.
        action: what was done, as `alias.moved`.
        subject, subject_id, name: the catalog, schema, model or webhook concerned: its kind, id and full name.
        version: the number of the version, when one is concerned.
        before, after: what was changed, from what and to what, in the names of the fields, or of tags and aliases.
        reason: why, in the actor's words.
        on_behalf_of: for whom the actor did it; None for nobody else.
        os_user: the user of the operating system, where that is another than the actor. None otherwise.
        unit: the number of the first event of the unit of work it belongs to, which happened as a whole.
        undoes: the `unit` that this one takes back; None where it takes none back.
        remaining: how many events of that unit come after it.
        format: what it is like: see `FORMAT`.
        hash: the SHA-256 over this line and the hash of the line before, so that an altered or missing line shows. Only
            the last event of a unit keeps it, for all of them: those before it have an empty one, which follows.
    """

    seq: int
    time: int
    actor: str
    action: str
    subject: str
    subject_id: int
    name: str
    version: int | None = None
    before: Mapping[str, JsonValue] | None = None
    after: Mapping[str, JsonValue] | None = None
    reason: str | None = None
    on_behalf_of: str | None = None
    os_user: str | None = None
    undoes: int | None = None
    unit: int
    remaining: int = 0
    format: int = FORMAT
    hash: str


def unit_chained(events: Sequence[Event], last: Event | None) -> list[Event]:
    """`events`, at least one, as a whole unit of work: numbered within it, and chained to `last`, if there is one."""
    found = []
    previous = last.hash if last else GENESIS
    for at, event in enumerate(events):
        # What `replace` does, in a third of the time: it is done for every write.
        placed: Event = object.__new__(Event)
        values = vars(placed)
        values.update(vars(event), unit=events[0].seq, remaining=len(events) - 1 - at)
        previous = chain_hash(placed, previous)
        found.append(placed)
    vars(found[-1])["hash"] = previous
    return found
