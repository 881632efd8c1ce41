"""What rights cost: reads by somebody who may do everything, and by somebody who may see a tenth of 100,000 models.

Run as `python -m benchmarks.privileges`; `--models` says how many there are.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.seeding import Plan, seed
from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry

OWNER, READER = "user0", "reader"
_ROUNDS = 9
_LARGE = "prod.large"
# A catalog's part of what the plan has: a ninth of all but the large schema and the workspace.
_CATALOG = "catalog_03"


def restrict(registry: Registry) -> str:
    """Leave the registry to its owner, but for one catalog, and one model elsewhere; returns a model in the catalog."""
    registry.groups.create("analysts", [READER])
    registry.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], _CATALOG, ["analysts"])
    registry.grants.grant(["USE CATALOG"], "prod", ["analysts"])
    registry.grants.grant(["USE SCHEMA"], _LARGE, ["analysts"])
    registry.grants.grant(["EXECUTE"], f"{_LARGE}.model_00007", [READER])
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    return registry.models.list(_CATALOG, limit=1)[0].name


def questions(registry: Registry, model: str) -> Mapping[str, Callable[[], object]]:
    """What is asked, by what it is called."""
    schema = model.rpartition(".")[0]
    search = registry.models.search
    middle = search(limit=5_000).token
    return {
        "a model": lambda: registry.models.get(model),
        "its versions": lambda: registry.versions.list(model, limit=100),
        "a page of all models": lambda: search(limit=100),
        "a page in the middle": lambda: search(limit=100, page_token=middle),
        "a page of a schema": lambda: registry.models.list(schema, limit=100),
        "a search by name": lambda: search([Condition("name", "ILIKE", "%fraud_ranker%")]),
        "a search by tag": lambda: search([Condition("tags.tier", "=", "gold")]),
        "how many there are": lambda: registry.counts(),
    }


def measure_privileges(models: int) -> dict[tuple[str, str], float]:
    """Medians of CPU time in ms, by who asks and what."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "registry.duckdb"
        seed(path, Plan(models=models))
        owner, reader = open_registry(str(path), OWNER), open_registry(str(path), READER)
        model = owner.models.list(_CATALOG, limit=1)[0].name
        found = _measured("open", reader, model)
        restrict(owner)
        found |= _measured("owner", owner, model) | _measured("restricted", reader, model)
        print(f"{reader.models.count():,} of {owner.models.count():,} models may be seen")
        for what in dict.fromkeys(what for _, what in found):
            print(f"{what:24}" + "".join(f"{found[who, what]:12.3f}" for who in ("open", "owner", "restricted")))
        owner.close()
        reader.close()
    return found


def _measured(who: str, registry: Registry, model: str) -> dict[tuple[str, str], float]:
    return {(who, what): _median(ask) for what, ask in questions(registry, model).items()}


def _median(ask: Callable[[], object]) -> float:
    ask()
    times = 1 + int(0.02 / max(_taken(ask, 1), 1e-6))
    return statistics.median(_taken(ask, times) for _ in range(_ROUNDS)) * 1000


def _taken(ask: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        ask()
    return (time.process_time() - began) / times


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=100_000)
    measure_privileges(parser.parse_args().models)
