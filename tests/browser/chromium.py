"""Which browser, and how it is started."""

from __future__ import annotations

import shutil
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# As root, and without talking to anybody outside.
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# The list takes the place of Playwright's, of which these four matter to a page that a test looks at.
_WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    # The lists under the address bar are pages as well, which nobody sees: 0.6 s of work for each context.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
)


def chromium() -> dict[str, Any]:
    """How Playwright launches the system's Chromium. Raises RuntimeError when there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("no Chromium on this machine: apt-get install chromium")
    arguments = [*_QUIET, "--disable-dev-shm-usage", f"--disable-features={','.join(_WITHOUT)}"]
    return {"executable_path": found, "args": arguments}
