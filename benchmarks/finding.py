"""What `find` takes on large registries, with any combination of fields: a page of 50.

Run as `python -m benchmarks.finding`; `--models` says how many there are, of ten versions each. Prints medians in ms,
and of the CPU time, which other processes disturb less.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.filling import fill_ours
from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.registry import Registry

_PAGE = 50
_ROUNDS = 15
# What is looked for, and how it is sorted; versions, but for the last two.
ASKED: Mapping[str, tuple[str, str]] = {
    "name LIKE": ("name LIKE '%fraud%'", ""),
    "tag": ("tags.tier = 'gold'", ""),
    "alias": ("alias = 'Champion'", ""),
    "metric": ("metrics.auc > 0.9", ""),
    "metric, sorted by it": ("metrics.auc > 0.9", "metrics.auc desc"),
    "all, sorted by a metric": ("", "metrics.auc desc"),
    "param, as a number": ("params.depth > 9", ""),
    "never used": ("last_used is null", ""),
    "created, newest first": ("created > 2020-01-01", "created desc"),
    "alias and metric, or no tag": ("alias = 'Champion' and metrics.auc > 0.9 or tags.task is null", ""),
    "alias, metric or tag": ("alias = 'Champion' or metrics.auc > 0.95 or tags.tier = 'gold'", ""),
    "neither alias nor param": ("not (alias = 'Champion' or params.depth > 3)", ""),
    "words": ("fraud gold", ""),
    "models by a metric": ("metrics.auc > 0.9", ""),
    "models by words": ("fraud", ""),
}


def questions(registry: Registry) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked, by what it is called."""
    for what, (filter, order) in ASKED.items():
        find = registry.models.find if what.startswith("models") else registry.versions.find
        yield what, lambda find=find, filter=filter, order=order: find(filter, order_by=order, limit=_PAGE)  # type: ignore[misc]


def measure_finding(models: int) -> Mapping[str, tuple[float, float]]:
    """Medians in ms: of the time each question took, and of the CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "registry.duckdb"
        fill_ours(path, models, measured=True)
        registry = open_registry(str(path), "benchmark")
        found = {what: _medians(ask) for what, ask in questions(registry)}
        registry.close()
    print(f"\n{'at ' + format(models * 10, ',') + ' versions':32}{'ms':>10}{'CPU, ms':>10}")
    for what, (wall, cpu) in found.items():
        print(f"{what:32}{wall:10.1f}{cpu:10.1f}", flush=True)
    return found


def _medians(ask: Callable[[], object]) -> tuple[float, float]:
    ask()
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter(), time.process_time()
        ask()
        taken.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    wall, cpu = (statistics.median(times) * 1000 for times in zip(*taken, strict=True))
    return wall, cpu


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=10_000)
    measure_finding(parser.parse_args().models)
