"""A governed version while it arrives, and what is left of it when that breaks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, PolicyRefused
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.real_models import SaveModel
from tests.support.registrations import actions


def with_files(registry: Registry, files: ManagedFiles) -> Registry:
    """The same registry with another way to keep files."""
    return Registry(context_of(registry, files=files))


# --- while it arrives --------------------------------------------------------------------------------------


class Slow(ManagedFiles):
    """Calls back before files are taken in."""

    def __init__(self, root: Path, before: Callable[[int], object]) -> None:
        super().__init__(root)
        self._before = before

    def add(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        self._before(version_id)
        return super().add(source, version_id, move=move)


LOOK = """
import sys, jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryError
with_ben = jupyter_modelreg.connect(sys.argv[1], actor="ben")
version = with_ben.versions.get("prod.ml_team.fraud/1")
print(version.status, version.aliases, version.managed)
for attempt in (lambda: with_ben.versions.load("prod.ml_team.fraud/1"),
                lambda: with_ben.aliases.set("prod.ml_team.fraud", "Champion", 1)):
    try:
        attempt()
    except RegistryError as error:
        print(error.code)
"""


def test_others_see_a_version_pending_and_cannot_use_it(
    registry: Registry, registry_path: Path, kept: Path, save_model: SaveModel
) -> None:
    seen: list[str] = []

    def look(version_id: int) -> None:
        assert not (kept / str(version_id)).exists()
        command = [sys.executable, "-c", LOOK, str(registry_path)]
        seen.append(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)

    slow = with_files(registry, Slow(kept, look))
    version = slow.versions.register(str(save_model()), FRAUD, aliases=["Champion"])
    assert seen == ["PENDING_REGISTRATION () False\nINVALID_STATE\nPOLICY_REFUSED\n"]
    assert (version.status, version.aliases) == ("READY", ("Champion",))


def test_a_model_renamed_meanwhile_gets_its_version(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    slow = with_files(registry, Slow(kept, lambda _: registry.models.rename(FRAUD, "prod.ml_team.theft")))
    slow.versions.register(str(save_model()), FRAUD)
    assert registry.versions.get("prod.ml_team.theft/1").status == "READY"
    registry.versions.load("prod.ml_team.theft/1")


# --- what breaks -------------------------------------------------------------------------------------------


def test_a_take_in_that_breaks_leaves_a_failed_version(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    folder = save_model()
    (folder / "secret").symlink_to("/etc/hostname")
    with pytest.raises(InvalidInput, match="leads out of the folder"):
        registry.versions.register(str(folder), FRAUD, aliases=["Champion"], tags={"a": "b"}, reason="try")
    version = registry.versions.get(f"{FRAUD}/1")
    assert (version.status, version.managed, version.aliases) == ("FAILED_REGISTRATION", False, ())
    assert str(version.status_message).startswith("the link secret in ")
    assert [path.name for path in kept.rglob("*")] == [".staging"]
    assert actions(registry)[-1] == "version.status"
    assert registry.history.list()[-1].after == {
        "status": "FAILED_REGISTRATION",
        "status_message": version.status_message,
    }


def test_a_failed_version_is_of_no_use(registry: Registry, save_model: SaveModel) -> None:
    folder = save_model()
    (folder / "secret").symlink_to("/etc/hostname")
    with pytest.raises(InvalidInput):
        registry.versions.register(str(folder), FRAUD)
    with pytest.raises(InvalidState, match="FAILED_REGISTRATION") as caught:
        registry.versions.load(f"{FRAUD}/1")
    assert "leads out of the folder" in str(caught.value.hint)
    with pytest.raises(PolicyRefused, match="FAILED_REGISTRATION"):
        registry.aliases.set(FRAUD, "Champion", 1)
    for name in ("prod.ml_team.copy", "copy"):
        with pytest.raises(InvalidState, match="FAILED_REGISTRATION"):
            registry.versions.copy(f"{FRAUD}/1", name)
    assert registry.status().governed_models == 1
    (folder / "secret").unlink()
    assert registry.versions.register(str(folder), FRAUD).version == 2
    registry.versions.delete(f"{FRAUD}/1")
    assert registry.trash.purge().versions == 1
    registry.versions.load(f"{FRAUD}/2")


def test_an_interrupted_registration_is_failed_too(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        with_files(registry, Slow(kept, interrupt)).versions.register(str(save_model()), FRAUD)
    version = registry.versions.get(f"{FRAUD}/1")
    assert (version.status, version.status_message) == ("FAILED_REGISTRATION", "KeyboardInterrupt")


def test_files_do_not_stay_behind_when_the_last_step_is_refused(
    registry: Registry, kept: Path, save_model: SaveModel
) -> None:
    folder = str(save_model())
    registry.versions.register(folder, FRAUD)

    def take_all_aliases(_: int) -> None:
        for number in range(10):
            registry.aliases.set(FRAUD, f"a{number}", 1)

    with pytest.raises(PolicyRefused, match="at most 10"):
        with_files(registry, Slow(kept, take_all_aliases)).versions.register(folder, FRAUD, aliases=["Champion"])
    version = registry.versions.get(f"{FRAUD}/2")
    assert (version.status, version.managed, version.aliases) == ("FAILED_REGISTRATION", False, ())
    assert not (kept / str(version.id)).exists()
    assert registry.versions.files(f"{FRAUD}/2") == []
    registry.versions.load(f"{FRAUD}/1")


def test_files_of_an_earlier_registry_stay_where_they_are(
    registry: Registry, kept: Path, save_model: SaveModel
) -> None:
    for number in range(1, 20):
        (kept / str(number)).mkdir(parents=True)
        (kept / str(number) / "precious").write_text("old")
    with pytest.raises(jupyter_modelreg.RegistryError, match="holds files already"):
        registry.versions.register(str(save_model()), FRAUD)
    assert registry.versions.get(f"{FRAUD}/1").status == "FAILED_REGISTRATION"
    assert len(list(kept.glob("*/precious"))) == 19
