"""Noting that a version was loaded: beside the log, and never in the way of the load.

A process remembers what it has noted, and writes again only for another version, notebook, alias or day, or when some
minutes have passed: what was loaded meanwhile is counted then.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.ports.store import Clock, Store
from jupyter_modelreg.core.times import moment
from jupyter_modelreg.core.usage.reader import Reader

# Milliseconds between two notes of the same.
INTERVAL = 5 * 60_000
# Seconds to wait for others that have the registry; a load some minutes later tries again.
PATIENCE = 0.5
# What is remembered at a time; more is forgotten, and written again.
_MOST = 10_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Load:
    """What is noted as one: of which registry, by whom, of what, from where."""

    uri: str
    actor: str
    version_id: int
    notebook: str | None
    alias: str | None
    day: str


@dataclass
class _Memory:
    """What this process knows of loads: how many have not been noted, and when to note again; by what is noted as one.

    Threads may lose one of two loads of a moment, which does not matter; a lock could stay locked in a forked child.
    """

    waiting: dict[_Load, int] = field(default_factory=dict)
    again_at: dict[_Load, int] = field(default_factory=dict)

    def due(self, load: _Load, now: int) -> bool:
        """Count the load; whether it is time to note what has been counted."""
        if len(self.waiting) >= _MOST:
            self.waiting.clear()
            self.again_at.clear()
        self.waiting[load] = self.waiting.get(load, 0) + 1
        if now < self.again_at.get(load, 0):
            return False
        self.again_at[load] = now + INTERVAL
        return True


_memory = _Memory()


class UsageRecorder:
    """Notes loads of one registry by one actor."""

    def __init__(self, store: Store, actor: str, clock: Clock, reader: Reader) -> None:
        self._store = store
        self._actor = actor
        self._clock = clock
        self._reader = reader

    @property
    def noted(self) -> bool:
        """Whether loads are noted at all."""
        return self._reader.noted()

    def note(self, version: Version, alias: str | None, notebook: str | None = None) -> None:
        """Note that the files of `version` are being loaded, which was asked for by `alias` or otherwise.

        `notebook` is that of somebody elsewhere; without it, it is the one that runs here.

        Raises nothing: where it cannot be noted, that is logged, and it is counted with a later load.
        """
        try:
            if self.noted:
                self._note(version, alias, notebook)
        except RegistryError as error:  # busy, or on a medium that cannot be written: no reason not to load
            log.debug("that %s was loaded cannot be noted: %s", version.reference, error.message)
        except Exception:  # whatever it is, the model is what was asked for
            log.warning("that %s was loaded cannot be noted", version.reference, exc_info=True)

    def _note(self, version: Version, alias: str | None, notebook: str | None) -> None:
        now = self._clock()
        day = moment(now).date().isoformat()
        load = _Load(self._store.uri, self._actor, version.id, notebook or self._reader.notebook(), alias, day)
        if not _memory.due(load, now):
            return
        count = _memory.waiting.get(load, 1)
        usage = UsageDay(
            version_id=version.id,
            actor=self._actor,
            notebook=load.notebook,
            day=day,
            alias=alias,
            last_used_at=now,
            count=count,
        )
        with self._store.write(PATIENCE) as tx:
            if tx.integrity.line(version.id) is not None:  # it may have been purged meanwhile
                tx.usage.note(usage)
        _memory.waiting[load] = max(0, _memory.waiting.get(load, 0) - count)
