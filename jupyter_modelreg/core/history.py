"""The activity log, read back."""

from __future__ import annotations

from jupyter_modelreg.core.domain import Topic
from jupyter_modelreg.core.entities import Event
from jupyter_modelreg.core.lookup import require_model
from jupyter_modelreg.core.work import GENESIS, chain_hash


class History(Topic):
    """`registry.history`."""

    def list(self, model: str | None = None, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """Events with `seq` above `after`, oldest first: of one model, or of the whole registry. Raises NotFound."""
        with self._domain.read() as tx:
            subject = None if model is None else ("model", require_model(tx, model).id)
            return tx.events.list(subject, after, limit)

    def last(self) -> Event | None:
        """The newest event of the whole registry; None when nothing has happened yet."""
        with self._domain.read() as tx:
            return tx.events.last()

    def broken_at(self) -> int | None:
        """The `seq` of the first event that does not follow from the one before it; None when the chain holds."""
        with self._domain.read() as tx:
            previous, expected = GENESIS, 1
            for event in tx.events.list():
                if event.seq != expected or chain_hash(event, previous) != event.hash:
                    return expected
                previous, expected = event.hash, expected + 1
        return None
