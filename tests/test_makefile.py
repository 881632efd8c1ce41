"""What `make` does a second time, and what `make lab` leaves of one's work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import LONGEST

ROOT = Path(__file__).parents[1]


def make(*arguments: str) -> str:
    """What `make` prints. Nothing is installed: with `--dry-run` it only says what it would run."""
    done = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Where `make` believes to have an environment with uv in it, and nothing of ours."""
    folder = tmp_path / "venv"
    folder.mkdir()
    (folder / ".uv").touch()
    return folder


def test_the_package_is_built_once_for_lab_and_for_test(environment: Path) -> None:
    said = make("--dry-run", f"VENV={environment}", f"{environment}/.test", f"{environment}/.lab")
    assert said.count("--reinstall-package jupyter_modelreg") == 1


def test_lab_opens_copies_of_the_tutorials_and_keeps_what_was_made_of_them(tmp_path: Path) -> None:
    lab, name = tmp_path / "lab", "notebooks/01_first_model.ipynb"
    make(f"LAB={lab}", f"{lab}/{name}")
    assert (lab / name).read_bytes() == (ROOT / name).read_bytes()

    (lab / name).write_text("run, with notes")
    make(f"LAB={lab}", f"{lab}/{name}")
    assert (lab / name).read_text() == "run, with notes"

    make(f"LAB={lab}", "--what-if", name, f"{lab}/{name}")
    assert (lab / name).read_bytes() == (ROOT / name).read_bytes()
    (kept,) = (lab / "notebooks").glob("01_first_model.*-*.ipynb")
    assert kept.read_text() == "run, with notes"


def test_what_make_starts_keeps_the_bytecode_it_has_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    said = make("--eval", "environment:; @env", "environment")
    assert "PATH=" in said
    assert "PYTHONDONTWRITEBYTECODE" not in said


def test_each_file_that_is_begun_with_is_there() -> None:
    files = list((ROOT / "tests").rglob("test_*.py"))
    assert [name for name in LONGEST if len([file for file in files if file.match(name)]) != 1] == []
