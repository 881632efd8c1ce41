"""Loading and downloading, with a real model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.core.errors import AlreadyExists, FilesDamaged, InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import folder_of
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


def test_load_gives_a_model_that_scores(do: Do, stocked: Registry) -> None:
    loaded = do(f"load {FRAUD}@Champion")
    assert repr(loaded) == f"{FRAUD}/1 loads"
    assert loaded.value.predict(np.array([[4.0]]))[0] == pytest.approx(8.0)  # type: ignore[attr-defined]


def test_load_as_puts_it_into_a_variable(do: Do, stocked: Registry, host: RecordingHost) -> None:
    loaded = do(f"load {FRAUD}/2 --as model")
    assert repr(loaded) == f"model = {FRAUD}/2"
    assert loaded.value is loaded
    assert host.variables["model"].predict(np.array([[4.0]]))[0] == pytest.approx(8.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["not-a-name", "class", "''", "1x"])
def test_load_as_needs_the_name_of_a_variable(do: Do, stocked: Registry, host: RecordingHost, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the name of a variable"):
        do(f"load {FRAUD}/2 --as {name}")
    assert host.variables == {}


def test_load_of_what_cannot_be_loaded(do: Do, stocked: Registry) -> None:
    with pytest.raises(NotFound):
        do(f"load {FRAUD}/9")
    with pytest.raises(InvalidInput, match="needs a version"):
        do(f"load {FRAUD}")
    with pytest.raises(BadUsage):
        do("load")


def test_damaged_files_are_not_loaded(do: Do, stocked: Registry) -> None:
    folder = folder_of(stocked, f"{FRAUD}/1")
    victim = folder / "MLmodel"
    victim.chmod(0o644)
    victim.write_text(victim.read_text() + "\n# changed")
    with pytest.raises(FilesDamaged):
        do(f"load {FRAUD}/1")


def test_download_into_a_new_folder(do: Do, stocked: Registry, model_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "copy"
    said = do(f"download {FRAUD}@Champion {target}")
    assert repr(said) == f"{FRAUD}@Champion is in {target}"
    expected = {path.relative_to(model_folder): path.read_bytes() for path in model_folder.rglob("*") if path.is_file()}
    assert {path.relative_to(target): path.read_bytes() for path in target.rglob("*") if path.is_file()} == expected
    (target / "MLmodel").write_text("ours now")


def test_download_never_overwrites(do: Do, stocked: Registry, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(AlreadyExists, match="is not empty"):
        do(f"download {FRAUD}/1 {tmp_path / 'full'}")
    with pytest.raises(BadUsage, match="is a file"):
        do(f"download {FRAUD}/1 {tmp_path / 'full' / 'mine.txt'}")
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"
