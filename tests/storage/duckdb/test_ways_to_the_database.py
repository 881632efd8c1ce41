"""Whether a change waits in the journal or goes to the database at once makes no difference to what is there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jupyter_modelreg.storage.duckdb import file
from jupyter_modelreg.storage.sql import session
from tests.support.database import dump
from tests.support.random_steps import step, ticking

STEPS = 150


@pytest.mark.parametrize("seed", range(4))
def test_the_same_steps_lead_to_the_same_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    outcomes, contents = [], []
    for way, kept, pending in (("journal", 100, 1000), ("in between", 3, 5), ("database", -1, 1000)):
        monkeypatch.setattr(session, "_MOST_BUFFERED", kept)
        monkeypatch.setattr(file, "_MOST_PENDING", pending)
        path = tmp_path / way / "registry.duckdb"
        registry, chance = ticking(str(path)), random.Random(seed)
        outcomes.append([step(registry, chance) for _ in range(STEPS)])
        contents.append(dump(path, without=["migrations"]))  # they say when they were applied
        assert registry.maintenance.verify().findings == []
        registry.close()
    assert outcomes[0] == outcomes[2]
    assert outcomes[1] == outcomes[2]
    assert contents[0] == contents[2]
    assert contents[1] == contents[2]
    assert len(contents[0]["events"]) > STEPS // 3
