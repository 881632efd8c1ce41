"""A restore over a registry, killed before each of its calls of the file system, one after the other.

Whoever opens the registry next finds it wholly as it was, or wholly as the backup is, its files with it.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb import snapshot
from tests.support.names import FRAUD

CALLS = ("rename", "replace", "unlink", "link", "mkdir", "rmdir", "fsync", "ftruncate")


def killed_before(number: int, call: Callable[[], object]) -> bool:
    """Do `call` in a child that is killed before its call `number` of the file system; whether it came so far.

    Calls count from where the registry begins to be replaced: before, nothing of it has been touched.
    """
    child = os.fork()
    if not child:
        made = 0
        began = False

        def counted(original: Callable[..., object]) -> Callable[..., object]:
            def wrapped(*arguments: object, **options: object) -> object:
                nonlocal made
                if began:
                    made += 1
                    if made == number:
                        os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments, **options)

            return wrapped

        def begin(*arguments: Any) -> object:
            nonlocal began
            began = True
            return replace(*arguments)

        replace = snapshot.replace_database
        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        vars(jupyter_modelreg.storage.duckdb.store)["replace_database"] = begin
        try:
            call()
        except BaseException:  # noqa: BLE001 - the parent is told, and nothing of pytest must run here
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def restore_at(path: Path, backup: Path) -> None:
    jupyter_modelreg.connect(str(path)).maintenance.restore(backup, force=True)


@pytest.mark.timeout(900)
def test_a_restore_killed_at_any_point_leaves_the_old_registry_or_the_new_one(
    stocked: Registry, source: Path, tmp_path: Path, registry_path: Path
) -> None:
    backup = tmp_path / "backup.zip"
    stocked.maintenance.backup(backup)
    (source / "model.pkl").write_bytes(b"newer than the backup")
    newer = stocked.versions.register(str(source), FRAUD)
    stocked.close()
    # The last change is in the journal only.
    stocked.tags.set(FRAUD, {"acknowledged": "yes"})
    template = tmp_path / "template"
    template.mkdir()
    for path in tmp_path.glob(f"{registry_path.name}*"):
        (shutil.copytree if path.is_dir() else shutil.copy2)(path, template / path.name)
    stocked.close()
    seen = set()
    begun: list[int] = []
    number = 0
    while True:
        number += 1
        folder = shutil.copytree(template, tmp_path / f"killed{number}")
        path = folder / registry_path.name
        killed = killed_before(number, partial(restore_at, path, backup))
        registry = jupyter_modelreg.connect(str(path))
        last = registry.history.last()
        assert last is not None
        restored = last.action == "registry.restored"
        seen.add(restored)
        numbers = [version.version for version in registry.versions.list(FRAUD)]
        assert (newer.version in numbers) != restored, number
        assert (registry.models.get(FRAUD).tags.get("acknowledged") == "yes") != restored, number
        for version in numbers:
            assert registry.versions.location(f"{FRAUD}/{version}")
        asides = list(folder.glob("*.before-*Z"))
        if restored:
            (aside,) = asides
            old = jupyter_modelreg.connect(str(aside))
            assert old.models.get(FRAUD).tags["acknowledged"] == "yes"
            assert newer.version in [version.version for version in old.versions.list(FRAUD)]
            old.close()
        else:
            assert asides == []
        assert not (folder / f"{registry_path.name}.replacing").exists(), number
        laid_ready = sorted(map(str, folder.glob("*.replacing-*")))
        found = registry.maintenance.verify().findings
        assert [(finding.kind, finding.subject, finding.repairable) for finding in found] == [
            ("garbage", path, True) for path in laid_ready
        ], number
        if laid_ready:  # it had not begun: repair removes that, and so does the next restore
            assert not restored
            begun.append(number)
            if len(begun) % 2:
                assert registry.maintenance.repair().sound
                assert registry.maintenance.verify().findings == []
            else:
                registry.maintenance.restore(backup, force=True)
            assert not list(folder.glob("*.replacing*")), number
        registry.close()
        shutil.rmtree(folder, ignore_errors=True)
        if not killed:
            break
    assert seen == {False, True}
    assert number > 20
    assert len(begun) > 1
