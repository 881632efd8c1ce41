"""Which registry somebody has chosen to be shown in place of that in the settings: a small file that only they read."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.system.files import replace_file
from jupyter_modelreg.uri import registry_address


class Chosen:
    """What was chosen, a file for each registry of the settings: one choice is not meant for all projects.

    Args:
        folder: where the files are; it is made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, own: str) -> str | None:
        """The URI that is shown in place of `own`; None where nothing was chosen, or the file cannot be read."""
        try:
            stored = json.loads(self._file(own).read_bytes())
            return registry_address(str(stored["shown"])).uri
        except (OSError, ValueError, TypeError, KeyError, InvalidInput):
            # It only saves a click: a file that is missing or damaged is replaced by the next choice.
            return None

    def put(self, own: str, uri: str | None) -> None:
        """Keep that `uri` is shown in place of `own`; None takes that back. Raises OSError when it cannot be kept."""
        if uri is None:
            self._file(own).unlink(missing_ok=True)
        else:
            replace_file(self._file(own), json.dumps({"own": own, "shown": uri}))

    def _file(self, own: str) -> Path:
        return self._folder / f"shown-{sha256(own.encode()).hexdigest()[:16]}.json"
