"""Which moment of the registry's past somebody means."""

from __future__ import annotations

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.times import plausible, read_time, time_text


def past_context(context: Context, time: int | str) -> Context:
    """See `Registry.as_of`."""
    now = context.now()
    wanted = read_time(time, now) if isinstance(time, str) else time
    if not plausible(wanted):
        raise InvalidInput(f"{time} is no time that can be meant", "epoch milliseconds are meant by a number")
    if wanted > now:
        said = time if isinstance(time, str) else time_text(wanted, seconds=True)
        raise InvalidInput(f"{said} is still to come", "leave it out to see the registry as it is")
    with context.store.read() as tx:  # all of it: an event that the actor may not see is a moment, too
        # Events are in the order of their numbers; a clock that was set back for a while leaves later times behind it.
        known = tx.events.recent(EventQuery(until=wanted), 1)
        first = tx.events.list(limit=1)
    if not known:
        hint = f"the activity log begins at {time_text(first[0].time, seconds=True)}" if first else None
        raise InvalidState(f"there was nothing in the registry at {time_text(wanted, seconds=True)}", hint)
    return context.as_of(known[0].seq, wanted)
