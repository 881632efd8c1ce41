"""What a model notes of its newest versions is what its versions say, whatever happens to them."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from jupyter_modelreg.core.bulk_unit import bulk_work
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import SOURCE


def noted(registry: Registry, name: str = "fraud") -> list[tuple[str, int]]:
    return list(registry.models.get(name).latest.items())


def actual(registry: Registry, name: str = "fraud") -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for version in sorted(registry.versions.list(name), key=lambda each: each.version):
        found[version.stage] = version.version
    return list(found.items())


def wrong(path: Path, latest: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE models SET latest = $1", [latest])


@pytest.mark.parametrize("seed", range(3))
def test_it_follows_every_change(registry: Registry, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(1, 9):
        registry.versions.register(SOURCE, "fraud")
        assert noted(registry)[-1:] == actual(registry)[-1:]
        assert dict(noted(registry))["None"] == number
        moved = chance.randint(1, number)
        stage = chance.choice(["None", "Staging", "Production", "Archived"])
        archive = stage in ("Staging", "Production") and chance.random() < 0.5
        registry.versions.transition("fraud", moved, stage, archive_existing=archive)
        assert noted(registry) == actual(registry)
    for number in chance.sample(range(1, 9), 8):
        registry.aliases.set("fraud", "Best", number)
        registry.versions.delete(f"fraud/{number}", force=True)
        assert noted(registry) == actual(registry)
    assert registry.maintenance.verify().sound
    registry.trash.purge()
    registry.models.rename("fraud", "scam")
    assert (noted(registry, "scam"), registry.maintenance.verify().findings) == ([], [])


def test_the_newest_versions_are_those_of_the_models_given(registry: Registry) -> None:
    for name in ("a", "b", "c"):
        registry.models.create(name)
    for name in ("b", "a", "b"):
        registry.versions.register(SOURCE, name)
    registry.versions.transition("b", 1, "Production")
    registry.aliases.set("b", "Best", 1)
    models = registry.models.list()
    newest = registry.versions.latest(models)
    found = [[version.reference for version in newest[model.id]] for model in models]
    assert found == [["a/1"], ["b/1", "b/2"], []]
    assert newest[models[1].id][0].aliases == ("Best",)
    assert registry.versions.latest(models[1:2])[models[1].id] == newest[models[1].id]
    assert registry.versions.latest([]) == {}


@pytest.mark.parametrize("alone", [True, False])
def test_models_read_before_a_change_do_not_hide_versions(registry: Registry, alone: bool) -> None:
    for name in ("fraud", "fraud", "fraud", "other"):
        registry.versions.register(SOURCE, name)
    models = registry.models.list()[: 1 if alone else 2]
    registry.versions.delete("fraud/3")
    assert [version.version for version in registry.versions.latest(models)[models[0].id]] == [2]
    models = registry.models.list()[: 1 if alone else 2]
    registry.versions.transition("fraud", 2, "Staging")
    found = registry.versions.latest(models)[models[0].id]
    assert [(version.version, version.stage) for version in found] == [(1, "None"), (2, "Staging")]


def test_versions_may_arrive_in_any_order(registry: Registry) -> None:
    registry.versions.register(SOURCE, "fraud")
    with context_of(registry).store.read() as tx:
        [first] = tx.versions.latest([tx.models.get("fraud")])  # type: ignore[list-item]
    for number, stage in ((5, "Staging"), (4, "None"), (3, "Archived")):
        with bulk_work(context_of(registry), "exchange.import_from", None) as work:
            values = {**vars(first), "id": work.next_id(), "version": number, "stage": stage}
            work.gather_created(Version(**values))
    assert noted(registry) == actual(registry) == [("None", 4), ("Archived", 3), ("Staging", 5)]


@pytest.mark.parametrize("latest", ['{"None": 1}', "{}", '{"Staging": 2, "None": 1}', '{"None": 1, "Staging": 3}'])
def test_one_that_is_wrong_is_found_and_mended(registry: Registry, registry_path: Path, latest: str) -> None:
    for _ in range(2):
        registry.versions.register(SOURCE, "fraud")
    registry.versions.transition("fraud", 2, "Staging")
    registry.close()
    wrong(registry_path, latest)
    [finding] = registry.maintenance.verify().findings
    assert (finding.kind, finding.subject, finding.repairable) == ("row", "fraud", True)
    [mended] = registry.maintenance.repair().findings
    assert mended.mended
    assert registry.maintenance.verify().sound
    assert noted(registry) == [("None", 1), ("Staging", 2)]


def test_how_it_is_written_does_not_matter(registry: Registry, registry_path: Path) -> None:
    registry.versions.register(SOURCE, "fraud")
    registry.close()
    wrong(registry_path, '{ "None" : 1 }')
    assert registry.maintenance.verify().sound
