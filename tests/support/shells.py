"""A real IPython shell in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from IPython.core.interactiveshell import InteractiveShell


@contextmanager
def real_shell() -> Iterator[InteractiveShell]:
    """The shell with the extension loaded, for as long as this lasts."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_modelreg")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_modelreg")
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()
