"""The registries this user has connected to, for the panel to offer: a small file beside the default one."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.uri import home, registry_address

# More than a person would look through.
_MOST = 20
_FILE = "recent.json"


@dataclass(frozen=True, kw_only=True)
class RecentRegistry:
    """A registry somebody connected to: by which notebook (None outside of one), and when, in epoch milliseconds."""

    uri: str
    notebook: str | None
    used_at: int


def recent_registries() -> Sequence[RecentRegistry]:
    """Those this user has connected to, the newest first; none where there is no home folder, or nothing to read."""
    try:
        stored = json.loads(_file().read_bytes())
        return [_entry(each) for each in stored][:_MOST]
    except (OSError, ValueError, TypeError, KeyError, InvalidInput):
        # It only saves typing: a file that is missing or damaged is replaced by the next connection.
        return []


def remember_registry(uri: str) -> None:
    """Keep that this process connected to `uri`. Raises OSError when it cannot be kept, InvalidInput without a home."""
    from jupyter_modelreg.system.files import replace_file  # which most commands need not

    file = _file()
    # Jupyter Server names a notebook's kernel by the notebook's path.
    notebook = os.environ.get("JPY_SESSION_NAME") or None
    newest = RecentRegistry(uri=uri, notebook=notebook, used_at=int(time.time() * 1000))
    kept = [newest, *(each for each in recent_registries() if each.uri != uri)][:_MOST]
    replace_file(file, json.dumps([asdict(each) for each in kept]))


def _file() -> Path:
    return home().with_name(_FILE)


def _entry(stored: dict[str, object]) -> RecentRegistry:
    notebook = stored["notebook"]
    return RecentRegistry(
        uri=registry_address(str(stored["uri"])).uri,
        notebook=None if notebook is None else str(notebook),
        used_at=int(str(stored["used_at"])),
    )
