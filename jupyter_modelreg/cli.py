"""`modelreg`: the command table in a shell."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from jupyter_modelreg.commands.group import BadUsage, modelreg, run
from jupyter_modelreg.commands.host import ServerOptions
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.commands.results.text import clean
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.connection import ask_on_terminal, open_once, open_registry
from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, RegistryError
from jupyter_modelreg.core.registry import Registry

PROGRAM = "modelreg"

_COMPLETE = "_MODELREG_COMPLETE"
_INSTEAD = "give --registry URI with each call, or set MODELREG_URI"


class ShellHost:
    """What a shell can do for the commands: `connect` and `use` last until the next call, in a small file.

    Args:
        path: the file; None where there is no place for one, and then nothing is remembered.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @property
    def piped(self) -> bool:
        """Whether standard output is no terminal."""
        return sys.stdout is None or not sys.stdout.isatty()

    def variable(self, name: str) -> Callable[[object], None]:
        """Refused: a shell has no Python variables."""
        raise InvalidInput(
            f"there is no variable {name} to put anything into: a shell has none",
            "leave --as out to see what comes of it, or use %modelreg in a notebook",
        )

    def tables(self, names: Collection[str]) -> Mapping[str, object]:
        """None: a shell has no tables either."""
        return {}

    def connected(self, uri: str) -> None:
        """Remember the registry for the next call."""
        from jupyter_modelreg.recent import remember_registry

        self._save({**self._state(), "registry": uri})
        with suppress(OSError, InvalidInput):  # only the panel's list of registries would lack it
            remember_registry(uri)
        if "MODELREG_URI" in os.environ:
            _tell("note: MODELREG_URI is set and goes before this")

    def registry(self) -> str | None:
        """The registry to work on: the remembered one, unless MODELREG_URI says otherwise."""
        remembered = None if "MODELREG_URI" in os.environ else self._state().get("registry")
        return remembered if isinstance(remembered, str) else None

    def namespace(self, uri: str) -> str | None:
        """The namespace remembered for that registry."""
        found = self._namespaces().get(uri)
        return found if isinstance(found, str) else None

    def set_namespace(self, uri: str, namespace: str | None) -> None:
        """Remember the namespace for the next call."""
        others = {key: value for key, value in self._namespaces().items() if key != uri}
        self._save({**self._state(), "namespaces": others if namespace is None else {**others, uri: namespace}})

    def mlflow(self, uri: str) -> str:
        """What an MLflow client started from this shell would do."""
        chosen = os.environ.get("MLFLOW_REGISTRY_URI")
        if chosen == uri:
            return "uses this registry"
        still = f"still uses {chosen}" if chosen else "not set up"
        return f"{still}; run export MLFLOW_REGISTRY_URI={uri}"

    def explorer(self, registry: Registry, namespace: str | None) -> None:
        """A shell has no place for it."""

    def dialog(self, registry: Registry, request: Mapping[str, JsonValue]) -> None:
        """Nor for one of these."""

    def edit(self, text: str) -> str | None:
        """In the editor that EDITOR or VISUAL names, on a terminal."""
        streams = (sys.stdin, sys.stdout)
        if not all(stream is not None and stream.isatty() for stream in streams):
            return None
        return (click.edit(text, extension=".md") or "").strip()

    def ask(self, question: str) -> bool | None:
        """On a terminal; a pipe or a script has nobody to ask."""
        streams = (sys.stdin, sys.stderr)
        if not all(stream is not None and stream.isatty() for stream in streams):
            return None
        # Not on standard output, which may go into a pipe.
        return click.confirm(question, default=False, err=True)

    def serve(self, registry: Registry, options: ServerOptions) -> NoReturn:
        """In place of this process."""
        from jupyter_modelreg.mlflow_app.running import serve

        serve(registry, options)

    def secret(self, question: str) -> str | None:
        """On a terminal; else the first line of what is piped in."""
        if sys.stdin is None:
            return None
        if sys.stdin.isatty():
            import getpass

            return getpass.getpass(question)
        return sys.stdin.readline().rstrip("\r\n") or None

    def _namespaces(self) -> dict[str, object]:
        found = self._state().get("namespaces")
        return found if isinstance(found, dict) else {}

    def _state(self) -> dict[str, object]:
        if self._path is None:
            return {}
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise InvalidInput(f"the settings in {self._path} cannot be read: {error}", "delete the file") from error
        return found if isinstance(found, dict) else {}

    def _save(self, state: dict[str, object]) -> None:
        """Write the file whole or not at all, since another shell may read it at any time."""
        if self._path is None:
            raise InvalidInput("nothing can be remembered here: you have no home folder", _INSTEAD)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            fresh.write_text(json.dumps(state, indent=2), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise InvalidInput(f"the settings in {self._path} cannot be written: {error}", _INSTEAD) from error


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code: 0, 1 for an error of the registry, 2 for bad usage.

    An answer may have one of its own: `verify` gives 1 when something is wrong. Without `args` they are those of this
    process, which is taken to end then.
    """
    host = ShellHost(state_path())
    try:
        instruction = os.environ.get(_COMPLETE)
        opener = partial(open_once if args is None else open_registry, ask=None if instruction else ask_on_terminal)
        session = CommandSession(opener, host, host.registry())
        if instruction:
            _complete(session, instruction)
        try:
            result = run(sys.argv[1:] if args is None else args, session, PROGRAM)
            _print(result)
        finally:
            session.close()
    except RegistryError as error:
        _tell(f"error: {clean(error.message)}")
        if error.hint:
            _tell(clean(error.hint))
        return 2 if isinstance(error, BadUsage) else 1
    except (KeyboardInterrupt, click.Abort):
        _tell("interrupted")
        return 130
    return result.exit_code


def state_path() -> Path | None:
    """Where `connect` and `use` are remembered between calls; None for a user without a home folder."""
    from platformdirs import user_config_path

    try:
        return user_config_path("jupyter_modelreg", appauthor=False) / "cli.json"
    except RuntimeError:  # platformdirs: there is no home folder
        return None


def _tell(text: str) -> None:
    """Write to standard error, which Python makes so that any character can be written to it."""
    if sys.stderr is not None:  # it was closed when Python started
        sys.stderr.write(f"{text}\n")


def _print(result: Result) -> None:
    if sys.stdout is None:  # it was closed when Python started
        return
    if sys.stdout.isatty():
        shown = result.text(shutil.get_terminal_size().columns, epoch_ms(), _has_colours())
    else:
        shown = result.piped()
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        # What was done is done: a character that cannot be shown must not make a failure of it.
        sys.stdout.reconfigure(errors="replace")
    try:
        # Not by click.echo: that writes UTF-8 to what says it takes ASCII.
        sys.stdout.write(f"{shown}\n")
        sys.stdout.flush()
    except OSError as error:
        # Keep Python from complaining about it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader (head, less) has seen enough
            return
        raise InvalidInput(f"the answer cannot be written: {error.strerror}", "what was asked for is done") from error


def _has_colours() -> bool:
    """Whether the terminal shows colours, and nobody asked for none (no-color.org)."""
    plain_console = sys.platform == "win32" and "WT_SESSION" not in os.environ
    return not (plain_console or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb")


def _complete(session: CommandSession, instruction: str) -> NoReturn:
    from click.shell_completion import add_completion_class, shell_complete

    from jupyter_modelreg.commands.completion import Bash

    add_completion_class(Bash, "bash")
    code = shell_complete(modelreg, {"obj": session}, PROGRAM, _COMPLETE, instruction)
    sys.stdout.flush()
    # A search that was given up goes on waiting for the registry in its thread; an ordinary exit would wait with it.
    os._exit(code)
