"""Our store and MLflow's SQL store on SQLite, side by side: the same calls on the same content, in turns.

Run as `make bench`, or `python -m benchmarks.speed --quick`. Prints medians and how many times as fast ours is, and
writes them to `benchmarks/results.json`.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import logging
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contention import contend
from benchmarks.files import measure_files
from benchmarks.filling import fill_mlflow, fill_ours, name_of
from benchmarks.idle import measure_idle_holder
from benchmarks.importing import measure_importing
from benchmarks.starting import measure_starting

if TYPE_CHECKING:
    from mlflow.store.model_registry.abstract_store import AbstractStore

RESULTS = Path(__file__).with_name("results.json")
Call = Callable[["AbstractStore", int], object]
_LARGEST_PAGE = 200_000  # versions; MLflow gives no more
# From so many models on only searches are measured: everything else takes what it takes with fewer.
_SEARCHES_ONLY = 100_000
_SEARCHES = ("versions by", "models", "deep page", "every model")


@dataclass(frozen=True)
class Line:
    """One line of the table: what was done at which size, and the medians in ms."""

    what: str
    size: int
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times as fast ours is."""
        return self.theirs / self.ours


def calls(models: int) -> Mapping[str, tuple[Call, int]]:
    """What is measured, and how often: the name, the call with the number of the round."""
    from mlflow.entities.model_registry import ModelVersionTag

    tags = [ModelVersionTag(key, "value") for key in ("a", "b", "c")]

    def name(number: int, which: int) -> str:
        """Another model in each round, and for each kind of call: nobody has looked it up before, but "again"."""
        return name_of((number * 7919 + which * 613) % models)

    # An alias that stays is no change. Two stores take turns, so each comes twice; thirty rounds are no multiple
    # of seven, so a model that comes again gets another one.
    versions = (str(number // 2 % 7 + 1) for number in itertools.count())
    one_model: dict[str, Call] = {
        "set alias": lambda store, n: store.set_registered_model_alias(name(n, 2), "Newest", next(versions)),
        "get by alias": lambda store, n: store.get_model_version_by_alias(name(n, 3), "Champion"),
        "get model": lambda store, n: store.get_registered_model(name(n, 4)),
        "get version": lambda store, n: store.get_model_version(name(n, 5), "5"),
        "set tag": lambda store, n: store.set_model_version_tag(name(n, 6), "5", ModelVersionTag("k", str(n))),
    }
    return {
        "create model": (lambda store, n: store.create_registered_model(f"new_{n}"), 30),
        "create version, 3 tags": (lambda store, n: store.create_model_version(name(n, 1), "s3://x/y", tags=tags), 30),
        **{what: (call, 30) for what, call in one_model.items()},
        **{f"{what}, again": (call, 30) for what, call in one_model.items()},
        "versions by name": (lambda store, n: store.search_model_versions(f"name = '{name(n, 7)}'", 1000), 10),
        "versions by tag": (lambda store, n: store.search_model_versions("tags.tier = 'gold'", 1000), 5),
        "models by LIKE": (lambda store, n: store.search_registered_models("name LIKE '%fraud%'", 100), 5),
        "models, last update": (
            lambda store, n: store.search_registered_models(None, 100, ["last_updated_timestamp DESC"]),
            5,
        ),
        "deep page of versions": (_deep_page(models), 3),
        "every model, 1000 a page": (_every_model, 1),
    }


def _deep_page(models: int) -> Call:
    """The page of 100 behind nine tenths of the versions; how one comes there is not part of it."""
    tokens: dict[object, object] = {}

    def call(store: AbstractStore, number: int) -> object:
        if store not in tokens:
            token, left = None, models * 9
            while left:
                token = store.search_model_versions(None, min(left, _LARGEST_PAGE), ["name ASC"], token).token
                left -= min(left, _LARGEST_PAGE)
            tokens[store] = token
            return None
        return store.search_model_versions(None, 100, ["name ASC"], tokens[store])

    return call


def _every_model(store: AbstractStore, number: int) -> object:
    token, count = None, 0
    while True:
        page = store.search_registered_models(None, 1000, None, token)
        count, token = count + len(page), page.token
        if not token:
            return count


def compare(models: int, folder: Path) -> Iterator[Line]:
    """All calls on registries with `models` models of ten versions."""
    from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

    from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore

    fill_ours(folder / "ours.duckdb", models)
    fill_mlflow(folder / "mlflow.db", models)
    stores = (ModelRegistryStore(f"modelreg:///{folder}/ours.duckdb"), SqlAlchemyStore(f"sqlite:///{folder}/mlflow.db"))
    for what, (call, rounds) in calls(models).items():
        if models >= _SEARCHES_ONLY and not what.startswith(_SEARCHES):
            continue
        taken = _in_turns(stores, call, rounds)
        yield Line(what, models * 10, *(statistics.median(times) * 1000 for times in taken))
    stores[0].registry.close()


def _in_turns(stores: Sequence[AbstractStore], call: Call, rounds: int) -> tuple[list[float], list[float]]:
    """The seconds each store took in each round; the first round, which warms up, is left out."""
    taken: tuple[list[float], list[float]] = ([], [])
    gc.disable()  # what one leaves behind is not to be tidied up in the time of the other
    for number in range(rounds + 1):
        for at in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            call(stores[at], number)
            if number:
                taken[at].append(time.perf_counter() - began)
    gc.enable()
    gc.collect()
    return taken


def _print(lines: Sequence[Line]) -> None:
    print(f"\n{'at ' + format(lines[0].size, ',') + ' versions':28}{'ours, ms':>12}{'MLflow, ms':>12}{'times':>8}")
    for line in lines:
        print(f"{line.what:28}{line.ours:12.2f}{line.theirs:12.2f}{line.ratio:8.1f}")
    mean = math.exp(statistics.fmean(math.log(line.ratio) for line in lines))
    print(f"{'geometric mean':28}{'':24}{mean:8.1f}", flush=True)


def _contention(sizes: Sequence[tuple[int, int]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for writers, readers in sizes:
        for who, scheme in (("MLflow", "sqlite"), ("ours", "modelreg")):
            with tempfile.TemporaryDirectory() as folder:
                seen = contend(f"{scheme}:///{Path(folder).resolve()}/registry.db", writers, 25, readers)
            entry = {
                "who": who,
                "writers": writers,
                "readers": readers,
                "a_second": round(seen.a_second, 1),
                "p99_ms": round(seen.wait(0.99) * 1000),
                "errors": len(seen.errors),
                "whole": seen.numbers == list(range(1, len(seen.numbers) + 1)),
            }
            print("  ".join(f"{key} {value}" for key, value in entry.items()), flush=True)
            found.append(entry)
    return found


def _idle_holder(rounds: int) -> dict[str, float]:
    seen = measure_idle_holder(rounds)
    found = {
        "held_ms": statistics.median(seen.held) * 1000,
        "held_worst_ms": seen.held[-1] * 1000,
        "free_ms": statistics.median(seen.free) * 1000,
        "free_worst_ms": seen.free[-1] * 1000,
        "cost_ms": seen.cost * 1000,
    }
    print("an idle process holds the registry:", "  ".join(f"{key} {value:.1f}" for key, value in found.items()))
    return found


def main() -> None:
    """The whole table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for a first look")
    parser.add_argument("--only", choices=("store", "contention", "files", "start", "import"), help="a part of it")
    options = parser.parse_args()
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    results: dict[str, object] = {"date": time.strftime("%Y-%m-%d"), "cpus": os.cpu_count(), "quick": options.quick}
    if options.only and RESULTS.exists():  # the other parts stay, if they were made likewise
        before = json.loads(RESULTS.read_text())
        results = (before if before["quick"] == options.quick else {}) | results
    if options.only in (None, "store"):
        kept = []
        for models in (100, 1_000) if options.quick else (100, 1_000, 10_000, 100_000):
            with tempfile.TemporaryDirectory() as folder:
                lines = list(compare(models, Path(folder).resolve()))
            _print(lines)
            kept += [asdict(line) | {"ratio": line.ratio} for line in lines]
        results["store"] = kept
    if options.only in (None, "start"):
        results["start"] = measure_starting(3 if options.quick else 9)
    if options.only in (None, "files"):
        size, rounds = (50_000_000, 5) if options.quick else (1_000_000_000, 7)
        results["files"] = measure_files(size, rounds)
    if options.only in (None, "import"):
        results["import_s"] = measure_importing(300 if options.quick else 10_000)
    if options.only in (None, "contention"):
        sizes = ((1, 0), (8, 4)) if options.quick else ((1, 0), (4, 0), (8, 0), (8, 4), (16, 0))
        results["contention"] = _contention(sizes)
        results["idle_holder"] = _idle_holder(rounds=20)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
