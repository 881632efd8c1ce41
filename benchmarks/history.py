"""What asking the activity log takes where it is long: pages of it, and a busy model as it was.

Run as `python -m benchmarks.history`; `--events` says how long the log is.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.filling import START, name_of
from jupyter_modelreg.connection import open_context, open_registry
from jupyter_modelreg.core.bulk_unit import BulkUnitOfWork, bulk_work
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.registry import Registry

BUSY = "busy"
ACTORS = ("ana", "ben", "cy", "nobody")  # the last one hardly ever does anything
_UNIT = 10_000  # events
_OF_BUSY = 10_000
_OF_EACH = 100
_ROUNDS = 9


def fill_log(path: Path, events: int) -> None:
    """Make a registry at `path` whose log has about `events` events, `_OF_BUSY` of them of one model.

    Of the models in the log only that one is in the tables: pages of the log ask for no others.
    """
    context = open_context(str(path), "ana")
    with bulk_work(context, "exchange.import_from", None) as work:
        busy = _model(work, BUSY)
        work.gather_created(busy)
    made = 0
    while made < events:
        with bulk_work(context, "exchange.import_from", None) as work:
            unit = made // _UNIT
            work.now = START + unit * 3_600_000
            work.actor = ACTORS[-1] if unit == 7 else ACTORS[unit % 3]
            for at in range(0, _UNIT, _OF_EACH):
                number = made + at
                # The events of the busy model lie between all others.
                own = _OF_BUSY * _UNIT // events // _OF_EACH * _OF_EACH or _OF_EACH
                model = busy if at < own else replace(busy, id=work.next_id() + 1, name=name_of(number))
                _change(work, model, number, _OF_EACH if at >= own or own > _OF_EACH else _OF_BUSY * _UNIT // events)
        made += _UNIT
    context.store.close()


def _model(work: BulkUnitOfWork, name: str) -> Model:
    return Model(id=work.next_id(), name=name, owner=work.actor, last_version=9, **work.stamp)


def _change(work: BulkUnitOfWork, model: Model, number: int, events: int) -> None:
    for each in range(events):
        before, after = {"k": str(number + each - 1)}, {"k": str(number + each)}
        if each % 10:
            work.gather("tag.set", model, before=before, after=after)
        else:
            old, new = {"Champion": each // 10 % 9 + 1}, {"Champion": (each // 10 + 1) % 9 + 1}
            work.gather("alias.moved", model, version=new["Champion"], before=dict(old), after=dict(new))


def questions(registry: Registry, newest: Event) -> Mapping[str, Callable[[], object]]:
    """What is asked, by what it is called."""
    recent = registry.history.recent
    last = newest.seq
    middle = START + last // _UNIT // 2 * 3_600_000
    deep = recent(limit=last // 2).token
    return {
        "newest page": lambda: recent(limit=50),
        "page in the middle": lambda: recent(limit=50, page_token=deep),
        "by actor": lambda: recent(actor="ben", limit=50),
        "by actor, seldom": lambda: recent(actor="nobody", limit=50),
        "by action": lambda: recent(actions=["alias"], limit=50),
        "by action, none": lambda: recent(actions=["model.purged"], limit=50),
        "of a model": lambda: recent(BUSY, limit=50),
        "of an alias": lambda: recent(f"{BUSY}@Champion", limit=50),
        "of a version": lambda: recent(f"{BUSY}/3", limit=50),
        "since": lambda: recent(since=middle, limit=50),
        "until": lambda: recent(until=middle, limit=50),
        "of what is gone": lambda: recent(name_of(5000), limit=50),
        "a model as it was": lambda: registry.as_of(newest.time).models.get(BUSY),  # by all its events
    }


def measure_history(events: int) -> dict[str, float]:
    """Medians in ms."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "registry.duckdb"
        fill_log(path, events)
        registry = open_registry(str(path), "ana")
        newest = registry.history.last()
        assert newest is not None
        print(f"{newest.seq:,} events, {path.stat().st_size / 1e6:.1f} MB", flush=True)
        found = {}
        for what, ask in questions(registry, newest).items():
            ask()
            taken = []
            for _ in range(_ROUNDS):
                began = time.process_time()
                ask()
                taken.append(time.process_time() - began)
            found[what] = statistics.median(taken) * 1000
            print(f"{what:28}{found[what]:10.1f} ms", flush=True)
        registry.close()
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    measure_history(parser.parse_args().events)
