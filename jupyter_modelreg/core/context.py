"""What every topic works with: the database, the files, the sources, and the actor on whose behalf."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.ports.exchange import Traffic, TrafficFactory
from jupyter_modelreg.core.ports.files import Artifacts
from jupyter_modelreg.core.ports.store import Clock, Store, Transaction
from jupyter_modelreg.core.ports.tracking import Origins, OriginsFactory
from jupyter_modelreg.core.unit_of_work import Work


def epoch_ms() -> int:
    """Now, in UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Domain:
    """A registry's insides, opened for one actor; `Registry` puts the topics on top.

    Args:
        store: the database.
        artifacts: the managed files.
        sources: makes what models come from; called on first use, since that imports MLflow.
        actor: on whose behalf everything is done.
        clock: the time in epoch milliseconds.
        traffic: makes what opens other registries, and archives; without it nothing is imported or exported.
    """

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        sources: OriginsFactory,
        actor: str,
        clock: Clock = epoch_ms,
        traffic: TrafficFactory | None = None,
    ) -> None:
        self.store = store
        self.artifacts = artifacts
        self.actor = actor
        self._make_sources = sources
        self._clock = clock
        self._make_traffic = traffic

    @cached_property
    def origins(self) -> Origins:
        """Where models come from."""
        return self._make_sources()

    @cached_property
    def traffic(self) -> Traffic:
        """How other registries, and archives, are opened and written. Raises InvalidState."""
        if self._make_traffic is None:
            raise InvalidState("this registry can neither import nor export", "open it with jupyter_modelreg.connect()")
        return self._make_traffic()

    def now(self) -> int:
        """The time, in epoch milliseconds."""
        return self._clock()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view of the registry. For the topics, not for other rooms."""
        with self.store.read() as tx:
            yield tx

    @contextmanager
    def write(self, reason: str | None = None) -> Iterator[Work]:
        """A unit of work: all of it happens, or nothing. For the topics, not for other rooms."""
        with self.store.write() as tx:
            yield Work(tx, self.actor, self._clock(), reason)


class Topic:
    """One topic of the registry; its public methods are the operations `topic.verb`."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
