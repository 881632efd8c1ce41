"""The registry as it was at a moment."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.core.history.test_replay import Worker, model_folder
from tests.core.history.test_ways_back import MODEL, fraud, state

__all__ = ["fraud"]


def passed(registry: Registry) -> int:
    """A moment after everything so far, and before whatever comes."""
    time.sleep(0.002)
    last = registry.history.last()
    assert last is not None
    time.sleep(0.002)
    return last.time + 1


@pytest.mark.parametrize("seed", range(3))
def test_any_moment_is_as_it_was_then(registry: Registry, tmp_path: Path, seed: int) -> None:
    worker = Worker([registry], model_folder(tmp_path), seed)
    seen: list[tuple[int, object, list[object]]] = []
    for _ in range(50):
        worker.step()
        if registry.history.last() is not None:
            seen.append((passed(registry), state(registry), list(registry.trash.list())))
    for moment, then, trash in seen[::7]:
        past = registry.as_of(moment)
        assert state(past) == then
        assert past.trash.list() == trash
        assert past.status().events == past.history.recent(limit=1)[0].seq


def test_one_model_is_looked_at_alone(fraud: Registry) -> None:
    before = passed(fraud)
    fraud.aliases.set(MODEL, "Champion", 3)
    fraud.versions.delete(f"{MODEL}/1")
    fraud.models.rename(MODEL, "prod.team.other")
    past = fraud.as_of(before)
    assert past.aliases.get(MODEL, "Champion").version == 2
    assert [each.version for each in past.versions.list(MODEL)] == [3, 2, 1]
    assert past.versions.get(f"{MODEL}@Champion").tags == {"number": "2"}
    assert {each.path for each in past.versions.files(f"{MODEL}/2")} == {"MLmodel", "weights.bin"}
    assert past.history.recent(MODEL)[0].action == "alias.moved"
    with pytest.raises(NotFound):
        past.models.get("prod.team.other")
    with pytest.raises(AliasNotFound):
        past.aliases.get(MODEL, "Nobody")
    assert past.versions.location(f"{MODEL}@Champion") == fraud.versions.location("prod.team.other/2")


def test_a_version_purged_since_says_so(fraud: Registry) -> None:
    before = passed(fraud)
    fraud.versions.delete(f"{MODEL}/1")
    fraud.trash.purge()
    past = fraud.as_of(before)
    assert past.versions.get(f"{MODEL}/1").version == 1
    with pytest.raises(InvalidState, match=f"{MODEL}/1 was purged since"):
        past.versions.location(f"{MODEL}/1")


def test_nothing_can_be_changed_in_it(fraud: Registry) -> None:
    past = fraud.as_of("now")
    last = fraud.history.last()
    for change in (
        lambda: past.aliases.set(MODEL, "Champion", 1),
        lambda: past.history.undo(),
        lambda: past.models.delete(MODEL, force=True),
        lambda: past.catalogs.create("x"),
    ):
        with pytest.raises(InvalidState, match="which nothing changes"):
            change()
    assert fraud.history.last() == last


def test_times_that_cannot_be(fraud: Registry) -> None:
    first = fraud.history.list(limit=1)[0]
    with pytest.raises(InvalidState, match="there was nothing in the registry at") as refused:
        fraud.as_of(first.time - 1)
    assert "the activity log begins at" in str(refused.value)
    with pytest.raises(InvalidInput, match="is still to come"):
        fraud.as_of("tomorrow")
    with pytest.raises(InvalidInput, match="is no time"):
        fraud.as_of("whenever")
