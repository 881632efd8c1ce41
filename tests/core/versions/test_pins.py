"""Pins: they keep versions from being deleted, and go where the versions go."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.entities.values import PinChange
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model


@pytest.fixture
def fraud(registry: Registry, tmp_path: Path) -> Registry:
    """Three versions of a governed model."""
    plain_model(tmp_path / "model", 10)
    for _ in range(3):
        registry.versions.register(str(tmp_path / "model"), FRAUD)
    return registry


def pinned(registry: Registry, model: str = FRAUD) -> list[int]:
    return [version.version for version in registry.versions.list(model) if version.pinned]


def test_a_version_an_alias_and_a_range_are_pinned_and_unpinned(fraud: Registry) -> None:
    fraud.aliases.set(FRAUD, "Champion", 2)
    assert fraud.versions.pin(f"{FRAUD}@Champion") == [PinChange(name=f"{FRAUD}/2", before=False, after=True)]
    assert [change.before for change in fraud.versions.pin(f"{FRAUD}/1-3")] == [False, True, False]
    assert pinned(fraud) == [3, 2, 1]
    fraud.versions.unpin(f"{FRAUD}/3")
    assert pinned(fraud) == [2, 1]
    assert not list(rebuilt_differences(context_of(fraud)))


def test_what_is_so_already_is_no_event(fraud: Registry) -> None:
    fraud.versions.pin(f"{FRAUD}/1")
    last = fraud.history.last()
    fraud.versions.pin(f"{FRAUD}/1")
    fraud.versions.unpin(f"{FRAUD}/2-3")
    assert fraud.history.last() == last


@pytest.mark.parametrize(
    ("reference", "error"), [(FRAUD, InvalidInput), (f"{FRAUD}/9", NotFound), ("none/1", NotFound)]
)
def test_what_cannot_be_pinned(fraud: Registry, reference: str, error: type[Exception]) -> None:
    for change in (fraud.versions.pin, fraud.versions.unpin):
        with pytest.raises(error):
            change(reference)


def test_undo_takes_it_back_unless_it_was_changed_again(fraud: Registry) -> None:
    fraud.versions.pin(f"{FRAUD}/1-2", reason="audit")
    [event, _] = fraud.history.recent(FRAUD, limit=2)
    assert (event.action, event.after, event.reason) == ("version.updated", {"pinned": True}, "audit")
    fraud.history.undo()
    assert pinned(fraud) == []
    fraud.versions.pin(f"{FRAUD}/2")
    fraud.history.undo()
    fraud.versions.pin(f"{FRAUD}/1-2")
    fraud.versions.unpin(f"{FRAUD}/2")
    unpinning = fraud.history.recent(limit=1)[0].seq
    with pytest.raises(InvalidState, match="cannot be undone"):
        fraud.history.undo(unpinning - 1)


def test_it_is_as_it_was_in_the_past(fraud: Registry) -> None:
    fraud.versions.pin(f"{FRAUD}/1")
    then = fraud.history.recent(FRAUD, limit=1)[0].time
    while context_of(fraud).now() == then:
        pass
    fraud.versions.unpin(f"{FRAUD}/1")
    assert fraud.as_of(then).versions.get(f"{FRAUD}/1").pinned
    assert not fraud.versions.get(f"{FRAUD}/1").pinned


class TestDeleting:
    def test_one_that_is_pinned_is_refused_unless_forced(self, fraud: Registry) -> None:
        fraud.versions.pin(f"{FRAUD}/2")
        with pytest.raises(InvalidState, match=f"version {FRAUD}/2 cannot be deleted while it is pinned") as refused:
            fraud.versions.delete(f"{FRAUD}/2")
        assert str(refused.value.hint).startswith(f"first unpin {FRAUD}/2; or have it deleted with --force")
        with pytest.raises(
            InvalidState, match=f"these versions of {FRAUD} cannot be deleted while {FRAUD}/2 is pinned"
        ):
            fraud.versions.delete(f"{FRAUD}/1-3")
        assert fraud.versions.count(FRAUD) == 3
        fraud.versions.delete(f"{FRAUD}/2", force=True)
        restored = fraud.trash.restore(f"{FRAUD}/2")
        assert getattr(restored, "pinned", False)

    def test_so_is_a_model_with_one(self, fraud: Registry) -> None:
        fraud.versions.pin(f"{FRAUD}/1-2")
        with pytest.raises(InvalidState, match=f"while {FRAUD}/1 and {FRAUD}/2 are pinned"):
            fraud.models.delete(FRAUD)
        fraud.versions.delete(f"{FRAUD}/1-2", force=True)
        fraud.models.delete(FRAUD)

    def test_the_preview_says_so(self, fraud: Registry) -> None:
        fraud.versions.pin(f"{FRAUD}/2-3")
        assert list(fraud.previews.delete(f"{FRAUD}/1-2").pinned) == [2]
        assert list(fraud.previews.delete(FRAUD).pinned) == [2, 3]


class TestTravelling:
    def test_it_comes_along_with_an_import_an_archive_and_a_backup(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.versions.pin(f"{FRAUD}/2")
        fraud.versions.register("s3://bucket/model", "plain", check_source=False)
        fraud.versions.pin("plain/1")
        fraud.exchange.export_to(tmp_path / "all.zip")
        fraud.maintenance.backup(tmp_path / "backup.zip")
        for number, source in enumerate((fraud.uri, str(tmp_path / "all.zip"))):
            with_pins = jupyter_modelreg.connect(str(tmp_path / f"{number}.duckdb"))
            with_pins.exchange.import_from(source)
            assert (pinned(with_pins), pinned(with_pins, "plain")) == ([2], [1])
            assert not list(rebuilt_differences(context_of(with_pins)))
        restored = jupyter_modelreg.connect(str(tmp_path / "restored.duckdb"))
        restored.maintenance.restore(tmp_path / "backup.zip")
        assert (pinned(restored), pinned(restored, "plain")) == ([2], [1])
        assert restored.maintenance.verify(rebuild=True).sound
