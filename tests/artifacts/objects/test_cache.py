"""What is kept on this machine of an object store: how much of it, and what becomes of it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts.objects import ObjectFiles
from jupyter_modelreg.artifacts.objects.limit import cache_folder, cache_limit
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput, RegistryUnavailable
from tests.support.processes import run_python

SIZE = 100_000  # bytes of each version


@pytest.fixture
def files(tmp_path: Path) -> ObjectFiles:
    return ObjectFiles(f"local://{tmp_path}/shared")


@pytest.fixture
def versions(files: ObjectFiles, tmp_path: Path) -> dict[int, list[FileEntry]]:
    """Three versions, each with a file of its own and one that all have, and none of it on this machine."""
    found = {}
    for number in (1, 2, 3):
        folder = tmp_path / f"source-{number}"
        folder.mkdir()
        (folder / "MLmodel").write_bytes(b"flavors: {}\n")
        (folder / "model.pkl").write_bytes(bytes([number]) * SIZE)
        found[number] = files.add(folder, number)
    return found


def weight(cache: Path) -> int:
    """Bytes in files below a folder, each counted once."""
    found = [path.stat() for path in cache.rglob("*") if path.is_file()]
    return sum({each.st_ino: each.st_size for each in found}.values())


def folders(cache: Path) -> set[str]:
    return {path.name for path in cache.glob("stores/*/*") if path.name.isdecimal()}


def age(cache: Path, version_id: int, hours: float) -> None:
    """Have a version be asked for so many hours ago."""
    [folder] = cache.glob(f"stores/*/{version_id}")
    os.utime(folder, (time.time() - hours * 3600,) * 2)


def test_it_holds_no_more_than_it_may(
    files: ObjectFiles, versions: dict[int, list[FileEntry]], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folders(cache) == {"1", "2", "3"}
    for number in (1, 2, 3):
        age(cache, number, number)
    monkeypatch.setenv("MODELREG_CACHE_SIZE", "250KB")
    files.path(1)
    files.link(1, 4, versions[1])
    files.path(4)
    assert folders(cache) == {"1", "2", "4"}  # 3 was asked for longest ago
    assert weight(cache) <= 250_000
    monkeypatch.setenv("MODELREG_CACHE_SIZE", "0")
    files.verify(3, versions[3])
    assert folders(cache) == {"1", "3", "4"}  # what somebody is just about to read stays


def test_a_working_copy_outlives_what_makes_room(
    files: ObjectFiles, versions: dict[int, list[FileEntry]], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = files.working_copy(1, versions[1])
    for number in (1, 2, 3):
        age(cache, number, 2)
    monkeypatch.setenv("MODELREG_CACHE_SIZE", "100")
    files.link(2, 4, versions[2])
    files.path(4)
    assert folders(cache) == {"4"}
    assert (copy / "model.pkl").read_bytes() == bytes([1]) * SIZE
    assert files.working_copy(1, versions[1]).joinpath("model.pkl").read_bytes() == bytes([1]) * SIZE


def test_what_is_damaged_here_is_fetched_again(
    files: ObjectFiles, versions: dict[int, list[FileEntry]], cache: Path
) -> None:
    [place] = cache.glob("stores/*/1/model.pkl")
    place.chmod(0o644)
    place.write_bytes(bytes([9]) * SIZE)
    copy = files.working_copy(1, versions[1])
    assert (copy / "model.pkl").read_bytes() == bytes([1]) * SIZE
    shutil.rmtree(cache / "objects")
    assert files.path(2).joinpath("model.pkl").read_bytes() == bytes([2]) * SIZE


def test_another_version_of_that_id_takes_its_place(
    files: ObjectFiles, versions: dict[int, list[FileEntry]], tmp_path: Path
) -> None:
    other = ObjectFiles(f"local://{tmp_path}/shared")
    (tmp_path / "shared" / "versions" / "1.json").unlink()
    other.link(2, 1, versions[2])
    assert files.path(1).joinpath("model.pkl").read_bytes() == bytes([2]) * SIZE
    assert files.working_copy(1, versions[2]).joinpath("model.pkl").read_bytes() == bytes([2]) * SIZE
    with pytest.raises(FilesDamaged, match=r"model\.pkl in .*1\.json has changed"):
        files.working_copy(1, versions[1])


def test_processes_and_threads_fetch_side_by_side(
    files: ObjectFiles, versions: dict[int, list[FileEntry]], cache: Path, tmp_path: Path
) -> None:
    shutil.copytree(cache, tmp_path / "before")
    for folder in cache.rglob("*"):
        folder.chmod(0o755)
    shutil.rmtree(cache)
    failed: list[BaseException] = []

    def load(number: int) -> None:
        try:
            ObjectFiles(f"local://{tmp_path}/shared").working_copy(number, versions[number])
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=load, args=(number,)) for number in (1, 1, 1, 2, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert folders(cache) == {"1", "2", "3"}
    assert list(cache.rglob("*.part")) == []
    code = "import sys; from jupyter_modelreg.artifacts.objects import ObjectFiles\n"
    code += "print((ObjectFiles(sys.argv[1]).path(1) / 'model.pkl').stat().st_size)"
    assert run_python(code, f"local://{tmp_path}/shared").stdout.strip() == str(SIZE)


def test_a_fetch_that_fails_leaves_nothing(
    files: ObjectFiles, versions: dict[int, list[FileEntry]], cache: Path, tmp_path: Path
) -> None:
    for folder in cache.rglob("*"):
        folder.chmod(0o755)
    shutil.rmtree(cache)
    [big] = [
        path
        for path in (tmp_path / "shared" / "objects").rglob("*")
        if path.is_file() and path.stat().st_size == SIZE and path.read_bytes()[0] == 1
    ]
    big.chmod(0o644)
    big.write_bytes(b"half")
    with pytest.raises(FilesDamaged, match=r"model\.pkl has changed since it was registered"):
        files.path(1)
    assert folders(cache) == set()
    assert list(cache.rglob("*.part")) == []


def test_where_it_is_and_how_much_it_may_hold(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == cache
    monkeypatch.delenv("MODELREG_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "jupyter_modelreg"
    assert 0 < cache_limit(tmp_path) <= 20 * 10**9
    for text, size in (("20GB", 20 * 10**9), ("1.5 mb", 1_500_000), ("7", 7), ("2T", 2 * 10**12)):
        monkeypatch.setenv("MODELREG_CACHE_SIZE", text)
        assert cache_limit(tmp_path) == size
    monkeypatch.setenv("MODELREG_CACHE_SIZE", "much")
    with pytest.raises(InvalidInput, match="'much', which is no size"):
        cache_limit(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / "file"))
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "MLmodel").write_text("x")
    with pytest.raises(RegistryUnavailable, match=f"cannot keep model files in {tmp_path}/file"):
        ObjectFiles(f"local://{tmp_path}/shared").add(tmp_path / "source", 1)
