"""Whether a change waits in the journal or goes to the database at once makes no difference to what is there."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb import file
from jupyter_modelreg.storage.sql import session
from tests.support.contexts import context_of
from tests.support.database import dump

NAMES = ("fraud", "churn", "price")
STEPS = 150


def ticking(path: Path) -> Registry:
    """A registry at `path` whose time goes on by a second with each change."""
    times = itertools.count(1_700_000_000_000, 1000)
    opened = jupyter_modelreg.connect(str(path), actor="ana")
    return Registry(context_of(opened, clock=lambda: next(times)))


def step(registry: Registry, random: random.Random) -> object:
    """Something that somebody may do, with whatever comes of it."""
    name, number = random.choice(NAMES), random.randint(1, 6)
    doings: list[Callable[[], object]] = [
        lambda: registry.models.create(name, tags={"made": "here"}),
        *[lambda: registry.versions.register("s3://bucket/model", name, tags={"step": str(number)})] * 4,
        lambda: registry.aliases.set(name, random.choice(("Champion", "Old")), number),
        lambda: registry.aliases.remove(name, "Old"),
        lambda: registry.tags.set(f"{name}/{number}", {"auc": "0.9"}),
        lambda: registry.tags.remove(name, ["made"]),
        lambda: registry.models.describe(name, f"described {number}"),
        lambda: registry.versions.describe(f"{name}/{number}", None),
        lambda: registry.versions.transition(name, number, random.choice(("Staging", "Production", "Archived"))),
        lambda: registry.versions.delete(f"{name}/{number}", force=True),
        lambda: registry.versions.get(f"{name}/{number}"),
        lambda: registry.models.get(name),
        lambda: registry.versions.latest([registry.models.get(name)]),
        lambda: registry.versions.search(limit=3),
        lambda: registry.history.last(),
    ]
    rare: list[Callable[[], object]] = [
        lambda: registry.models.rename(name, random.choice(NAMES)),
        lambda: registry.models.delete(name, force=True),
        registry.trash.purge,
        registry.close,
    ]
    try:
        return random.choice(doings if random.random() < 0.93 else rare)()
    except RegistryError as error:
        return type(error).__name__, error.message


@pytest.mark.parametrize("seed", range(4))
def test_the_same_steps_lead_to_the_same_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    outcomes, contents = [], []
    for way, kept, pending in (("journal", 100, 1000), ("in between", 3, 5), ("database", -1, 1000)):
        monkeypatch.setattr(session, "_MOST_BUFFERED", kept)
        monkeypatch.setattr(file, "_MOST_PENDING", pending)
        path = tmp_path / way / "registry.duckdb"
        registry, chance = ticking(path), random.Random(seed)
        outcomes.append([step(registry, chance) for _ in range(STEPS)])
        contents.append(dump(path, without=["migrations"]))  # they say when they were applied
        assert registry.maintenance.verify().findings == []
        registry.close()
    assert outcomes[0] == outcomes[2]
    assert outcomes[1] == outcomes[2]
    assert contents[0] == contents[2]
    assert contents[1] == contents[2]
    assert len(contents[0]["events"]) > STEPS // 3
