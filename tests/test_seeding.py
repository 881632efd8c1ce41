"""The large registries of the benchmarks are registries like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.seeding import LARGE, Plan, seed
from jupyter_modelreg import connect
from tests.support.names import SOURCE


def test_a_seeded_registry_holds_together_and_goes_on(registry_path: Path) -> None:
    seed(registry_path, Plan(catalogs=3, schemas=6, models=60, large=20, workspace=10))
    registry = connect(str(registry_path), actor="ana")
    status = registry.status()
    assert (status.catalogs, status.schemas) == (3, 6)
    assert (status.governed_models, status.workspace_models, status.versions) == (50, 10, 120)
    assert registry.history.broken_at() is None
    assert [model.name for model in registry.models.list(LARGE, limit=2)] == [
        f"{LARGE}.model_0000{at}" for at in (0, 1)
    ]
    model = registry.models.get(f"{LARGE}.model_00002")
    assert (model.last_version, model.aliases, model.tags["team"]) == (3, {"Champion": 3}, "team2")
    assert registry.versions.get(f"{model.name}@Champion").aliases == ("Champion",)
    assert [event.action for event in registry.history.recent(model.name, limit=2)] == ["alias.set", "version.created"]
    registry.tags.set(model.name, {"seen": "yes"})
    workspace = registry.models.list(workspace=True)[0]
    assert registry.versions.register(SOURCE, workspace.name).version == workspace.last_version + 1
    assert registry.history.broken_at() is None
    registry.close()
    with pytest.raises(FileExistsError):
        seed(registry_path)
