"""What is said, and what is left, when taking files in fails or is interrupted."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.errors import RegistryUnavailable

MakeFolder = Callable[..., Path]
RunPython = Callable[..., subprocess.CompletedProcess[str]]

TAKE_IN = """
import signal
import sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background inherits that it is ignored
try:
    ManagedFiles(Path(sys.argv[2])).add(Path(sys.argv[1]), 7)
except BaseException as error:
    print(type(error).__name__, getattr(error, "message", ""), getattr(error, "hint", ""), sep="|")
"""


def left_over(root: Path) -> list[str]:
    """What is below `root`, apart from the folder in which files arrive."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path != root / ".staging")


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_an_unreadable_file_is_named(model: dict[str, bytes], root: Path, source: Path, run_python: RunPython) -> None:
    (source / "model.pkl").chmod(0)
    kind, message, hint = run_python(TAKE_IN, source, root).stdout.strip().split("|")
    assert kind == "SourceUnavailable"
    assert message == f"cannot read {source / 'model.pkl'}: permission denied"
    assert "you may read it" in hint
    assert left_over(root) == []


def test_an_unreadable_folder_is_named(root: Path, source: Path, run_python: RunPython) -> None:
    (source / "code").chmod(0)
    assert f"SourceUnavailable|cannot read {source / 'code'}:" in run_python(TAKE_IN, source, root).stdout


def test_a_place_that_cannot_be_written_is_named(
    model: dict[str, bytes], root: Path, source: Path, run_python: RunPython
) -> None:
    root.mkdir(parents=True)
    root.chmod(0o555)
    kind, message, hint = run_python(TAKE_IN, source, root).stdout.strip().split("|")
    assert kind == "RegistryUnavailable"
    assert message == f"cannot keep model files in {root}: permission denied"
    assert "writable" in hint


def test_a_full_disk(tiny_disk: Path, make_folder: MakeFolder) -> None:
    folder = make_folder({"MLmodel": b"x", "weights.bin": bytes(3 << 20)})
    managed = ManagedFiles(tiny_disk / "files")
    with pytest.raises(RegistryUnavailable, match="no space left on device") as caught:
        managed.add(folder, 7)
    assert "free some space" in str(caught.value.hint)
    assert left_over(tiny_disk / "files") == []
    assert len(managed.add(make_folder({"MLmodel": b"x"}, "small"), 7)) == 1


def test_a_limit_on_file_size(
    model: dict[str, bytes], root: Path, make_folder: MakeFolder, run_python: RunPython
) -> None:
    folder = make_folder({"MLmodel": b"x", "weights.bin": bytes(3 << 20)})
    result = run_python(
        TAKE_IN, folder, root, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    )
    assert result.stdout.startswith(f"RegistryUnavailable|cannot keep model files in {root}: file too large|")
    assert left_over(root) == []


def test_files_of_an_earlier_registry_are_not_touched(managed: ManagedFiles, source: Path) -> None:
    managed.path(7).mkdir(parents=True)
    (managed.path(7) / "precious").write_text("old")
    with pytest.raises(RegistryUnavailable, match="holds files already"):
        managed.add(source, 7)
    assert (managed.path(7) / "precious").read_text() == "old"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_nothing_has_the_name_of_a_version_before_it_is_complete(
    root: Path, make_folder: MakeFolder, how: signal.Signals
) -> None:
    folder = make_folder({"MLmodel": b"x"})
    with (folder / "weights.bin").open("wb") as huge:
        huge.truncate(8 << 30)  # takes no space, and copying it takes longer than to notice
    with subprocess.Popen([sys.executable, "-c", TAKE_IN, folder, root], stdout=subprocess.PIPE, text=True) as process:
        # Files are copied side by side, so the small one may come after the beginning of the huge one.
        wait_for(lambda: sum(path.stat().st_size > 0 for path in root.glob(".staging/7-*/*")) == 2)
        process.send_signal(how)
        output = process.communicate(timeout=30)[0]
    assert not (root / "7").exists()
    if how == signal.SIGKILL:
        assert {path.name for path in root.glob(".staging/7-*/*")} == {"MLmodel", "weights.bin"}
        ManagedFiles(root).add(make_folder({"MLmodel": b"x"}, "small"), 8)  # which clears up
        assert left_over(root) == ["8", "8/MLmodel"]
    if how == signal.SIGINT:
        assert output.startswith("KeyboardInterrupt")
        assert left_over(root) == []


def test_who_arrives_leaves_those_at_work_alone(
    managed: ManagedFiles, root: Path, source: Path, make_folder: MakeFolder
) -> None:
    huge = make_folder({"MLmodel": b"x"}, "huge")
    with (huge / "weights.bin").open("wb") as file:
        file.truncate(8 << 30)
    with subprocess.Popen([sys.executable, "-c", TAKE_IN, huge, root], stdout=subprocess.PIPE, text=True) as process:
        wait_for(lambda: any(path.stat().st_size > 0 for path in root.glob(".staging/7-*/weights.bin")))
        managed.add(source, 8)
        assert list(root.glob(".staging/7-*/weights.bin"))
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30)[0].startswith("KeyboardInterrupt")
