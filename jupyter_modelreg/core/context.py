"""What every topic works with: the database, the files, the tracking, and the actor on whose behalf."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.ports.exchange import ExchangeGateway, ExchangeGatewayFactory
from jupyter_modelreg.core.ports.files import FileStore
from jupyter_modelreg.core.ports.store import Clock, Store, Transaction
from jupyter_modelreg.core.ports.tracking import Tracking, TrackingFactory
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def epoch_ms() -> int:
    """Now, in UTC epoch milliseconds."""
    return int(time.time() * 1000)  # by the clock that MLflow's own times are from


class Context:
    """A registry's insides, opened for one actor: what `Registry` and its topics work with, and nobody else.

    Args:
        store: the database.
        files: the managed files.
        tracking: makes what models come from; called on first use, since that imports MLflow.
        actor: on whose behalf everything is done.
        clock: the time in epoch milliseconds.
        gateway: makes what opens other registries, and archives; without it nothing is imported or exported.
    """

    def __init__(
        self,
        store: Store,
        files: FileStore,
        tracking: TrackingFactory,
        actor: str,
        clock: Clock = epoch_ms,
        gateway: ExchangeGatewayFactory | None = None,
    ) -> None:
        self.store = store
        self.files = files
        self.actor = actor
        self._make_tracking = tracking
        self._clock = clock
        self._make_gateway = gateway

    @cached_property
    def tracking(self) -> Tracking:
        """Where models come from."""
        return self._make_tracking()

    @cached_property
    def gateway(self) -> ExchangeGateway:
        """How other registries, and archives, are opened and written. Raises InvalidState."""
        if self._make_gateway is None:
            raise InvalidState("this registry can neither import nor export", "open it with jupyter_modelreg.connect()")
        return self._make_gateway()

    def now(self) -> int:
        """The time, in epoch milliseconds."""
        return self._clock()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view of the registry."""
        with self.store.read() as tx:
            yield tx

    @contextmanager
    def write(self, reason: str | None = None) -> Iterator[UnitOfWork]:
        """A unit of work: all of it happens, or nothing."""
        with self.store.write() as tx:
            yield UnitOfWork(tx, self.actor, self._clock(), reason)


class Topic:
    """One topic of the registry; its public methods are the operations `topic.verb`."""

    def __init__(self, context: Context) -> None:
        self._context = context
