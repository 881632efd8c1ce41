"""Several changes to tags in one step, on top of what the caller saw."""

from __future__ import annotations

import pytest

from jupyter_modelreg import connect
from jupyter_modelreg.core.errors import Conflict, InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE


@pytest.fixture
def ben(registry: Registry) -> Registry:
    """A colleague; `fraud` is there, with a tag and a version that has one."""
    registry.models.create("fraud", tags={"team": "risk"})
    registry.versions.register(SOURCE, "fraud", tags={"auc": "0.9"})
    return connect(registry.uri, actor="ben")


def test_all_in_one_step(registry: Registry, ben: Registry) -> None:
    registry.tags.set("fraud", {"old": "1", "stage": "new"})
    before = registry.history.last()
    assert before is not None
    registry.tags.edit("fraud", set={"stage": "gold", "team": "cards"}, remove=["old", "never"], reason="tidy")
    assert registry.models.get("fraud").tags == {"team": "cards", "stage": "gold"}
    told = [(event.action, event.before, event.after) for event in registry.history.list(after=before.seq)]
    assert told == [
        ("tag.set", {"stage": "new"}, {"stage": "gold"}),
        ("tag.set", {"team": "risk"}, {"team": "cards"}),
        ("tag.deleted", {"old": "1"}, None),
    ]
    last = registry.history.last()
    assert last is not None
    assert last.reason == "tidy"


def test_what_was_seen_still_holds(registry: Registry, ben: Registry) -> None:
    expected = {"team": "risk", "stage": None, "unconcerned": "whatever"}
    registry.tags.edit("fraud", set={"stage": "gold"}, remove=["team"], expected=expected)
    assert registry.models.get("fraud").tags == {"stage": "gold"}


def test_somebody_else_was_faster(registry: Registry, ben: Registry) -> None:
    ben.tags.set("fraud", {"team": "cards"})
    ben.tags.set("fraud/1", {"team": "not this one"})
    with pytest.raises(Conflict) as caught:
        registry.tags.edit("fraud", set={"new": "1", "team": "crm"}, expected={"team": "risk", "new": None})
    assert caught.value.message.startswith("tag team of fraud is now 'cards', changed by ben at 20")
    assert caught.value.message.endswith(" UTC")
    assert caught.value.hint is not None
    assert "nothing was changed" in caught.value.hint
    assert registry.models.get("fraud").tags == {"team": "cards"}


def test_somebody_else_removed_or_added_it(registry: Registry, ben: Registry) -> None:
    ben.tags.remove("fraud/1", ["auc"])
    with pytest.raises(Conflict, match=r"^tag auc of fraud/1 is gone, changed by ben at"):
        registry.tags.edit("fraud/1", remove=["auc"], expected={"auc": "0.9"})
    ben.tags.set("fraud/1", {"note": "x" * 5000})
    with pytest.raises(Conflict, match=r"^tag note of fraud/1 is now 'x{60}…', changed by ben"):
        registry.tags.edit("fraud/1", set={"note": "y"}, expected={"note": None})


def test_who_made_it_is_found_far_back_and_left_out_when_nobody_did(
    registry: Registry, ben: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_modelreg.core.catalog.tags._LOOK_BACK", 3)
    ben.tags.set("fraud", {"stage": "gold"})
    for number in range(8):
        ben.tags.set("fraud", {"noise": str(number)})
    with pytest.raises(Conflict, match="stage of fraud is now 'gold', changed by ben"):
        registry.tags.edit("fraud", set={"stage": "x"}, expected={"stage": "silver"})
    with pytest.raises(Conflict) as caught:
        registry.tags.edit("fraud", set={"team": "x"}, expected={"team": "crm"})
    assert caught.value.message == "tag team of fraud is now 'risk'"


def test_bad_edits(registry: Registry, ben: Registry) -> None:
    with pytest.raises(InvalidInput, match="tag team is both set and removed"):
        registry.tags.edit("fraud", set={"team": "x"}, remove=["team"])
    with pytest.raises(InvalidInput, match="is not allowed"):
        registry.tags.edit("fraud", set={"a=b": "x"})
    with pytest.raises(NotFound):
        registry.tags.edit("nobody", set={"a": "x"})
    seq = registry.history.last()
    registry.tags.edit("fraud")
    assert registry.history.last() == seq


def test_tags_in_use_are_those_nearby_first_and_values_by_how_frequent(registry: Registry) -> None:
    for name, tags in {
        "a": {"task": "ranking", "owner": "ana"},
        "b": {"task": "classification", "mlflow.note": "x"},
        "c": {"task": "classification", "blob": "x" * 101},
        "d": {"team": "risk"},
    }.items():
        registry.models.create(name, tags=tags)
    registry.versions.register("s3://d/1", "d", tags={"validation_status": "passed"}, check_source=False)
    found = {each.key: list(each.values) for each in registry.tags.in_use("d")}
    assert list(found) == ["team", "validation_status", "task", "owner"]
    assert found["task"] == ["classification", "ranking"]
    assert [each.key for each in registry.tags.in_use("no such model")] == ["task", "owner", "team"]
    assert [each.key for each in registry.tags.in_use()] == ["task", "owner", "team"]
