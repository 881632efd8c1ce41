"""The state of the Git repository that a file is in, as Git itself tells."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from jupyter_modelreg.core.lineage.records import GitState
from jupyter_modelreg.core.redact import redacted

# Seconds that an answer may take: in a very large repository nobody waits to learn whether files have changed.
_PATIENCE = 0.25
# Seconds for which an answer is good enough for whoever registers many models in a row.
_FRESH = 2.0
_STATUS = ("--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no")
_NO_COMMIT = ("(initial)", "(detached)")
_known: dict[str, tuple[float, GitState | None]] = {}


def git_state(path: str) -> GitState | None:
    """The repository that a file, or a folder, is in; None where it is in none, or Git is missing or refuses."""
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    # To look for a repository takes a tenth of a millisecond, to start Git some ten.
    if not any(os.path.exists(os.path.join(each, ".git")) for each in (folder, *map(str, Path(folder).parents))):
        return None
    at, found = _known.get(folder, (-_FRESH, None))
    if time.monotonic() - at >= _FRESH:
        found = _asked(folder)
        if len(_known) > 100:
            _known.clear()
        _known[folder] = (time.monotonic(), found)
    return found


def _asked(folder: str) -> GitState | None:
    status = _git(folder, *_STATUS)
    if status is None:  # or it takes too long
        commit = (_git(folder, "rev-parse", "--verify", "HEAD") or "").strip()
        return GitState(commit=commit, branch=_branch(folder), remote=_remote(folder)) if commit else None
    heads = dict(line[2:].split(" ", 1) for line in status.splitlines() if line.startswith("# branch."))
    commit, branch = heads.get("branch.oid", ""), heads.get("branch.head")
    if not commit or commit in _NO_COMMIT:
        return None
    return GitState(
        commit=commit,
        branch=None if branch in _NO_COMMIT else branch,
        remote=_remote(folder),
        dirty=any(not line.startswith("#") for line in status.splitlines()),
    )


def _branch(folder: str) -> str | None:
    return (_git(folder, "symbolic-ref", "--short", "HEAD") or "").strip() or None


def _remote(folder: str) -> str | None:
    url = (_git(folder, "config", "--get", "remote.origin.url") or "").strip()
    return redacted(url) or None


def _git(folder: str, *words: str) -> str | None:
    """What Git says; None where there is none, where it refuses, and where it takes too long."""
    # A hook has variables of another repository; and what a repository calls its monitor is a program of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        said = subprocess.run(  # noqa: S603 - the words are those above
            ["git", "-c", "core.fsmonitor=false", *words],  # noqa: S607 - whichever Git the user works with
            cwd=folder,
            env={**environment, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout if said.returncode == 0 else None
