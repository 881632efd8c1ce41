"""The state of a Git repository, by Git itself."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from jupyter_modelreg.system import git
from jupyter_modelreg.system.git import git_state


@pytest.fixture(autouse=True)
def unknown() -> None:
    git._known.clear()


def run(folder: Path, *words: str) -> str:
    own = ("-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    run(tmp_path, "init", "-b", "work", ".")
    run(tmp_path, "remote", "add", "origin", "https://ana:s3cret@example.org/team/fraud.git")
    (tmp_path / "train.py").write_text("x = 1\n")
    run(tmp_path, "add", "train.py")
    run(tmp_path, "commit", "-m", "begin")
    return tmp_path


def test_a_repository(repository: Path) -> None:
    (repository / "new.txt").write_text("not known to Git")
    found = git_state(str(repository / "train.py"))
    assert found is not None
    assert (found.commit, found.branch, found.dirty) == (run(repository, "rev-parse", "HEAD"), "work", False)
    assert found.remote == "https://example.org/team/fraud.git"


def test_what_has_changed_makes_it_dirty(repository: Path) -> None:
    (repository / "train.py").write_text("x = 2\n")
    found = git_state(str(repository / "train.py"))
    assert found is not None
    assert found.dirty is True


def test_no_branch(repository: Path) -> None:
    run(repository, "checkout", "--detach")
    found = git_state(str(repository))
    assert found is not None
    assert (found.branch, found.dirty) == (None, False)


def test_no_commit_no_repository_and_no_git(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    run(empty, "init", ".")
    assert git_state(str(empty)) is None
    assert git_state("/proc/self/status") is None
    monkeypatch.setenv("PATH", "/nowhere")
    git._known.clear()
    assert git_state(str(repository)) is None


def test_variables_of_a_hook_lead_nowhere_else(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert git_state(str(repository)) is not None


def test_git_that_takes_too_long_leaves_open_what_it_would_say(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path_factory.mktemp("bin") / "git"
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    slow.write_text(f'#!/bin/sh\ncase "$*" in *status*) sleep 5;; esac\nexec {real} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    began = time.monotonic()
    found = git_state(str(repository))
    assert time.monotonic() - began < 2
    assert found is not None
    assert (found.commit, found.branch, found.dirty) == (run(repository, "rev-parse", "HEAD"), "work", None)


def test_it_is_not_asked_for_each_of_many(repository: Path) -> None:
    first = git_state(str(repository / "train.py"))
    began = time.monotonic()
    assert all(git_state(str(repository / "train.py")) == first for _ in range(100))
    assert time.monotonic() - began < 0.5
