"""`%modelreg` and `%%modelreg`: the command table in a notebook."""

from __future__ import annotations

import dis
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any, NoReturn

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, needs_local_scope, no_var_expand
from IPython.display import display

from jupyter_modelreg.commands.completion import Completions, complete_line, complete_reference, complete_sql
from jupyter_modelreg.commands.group import run
from jupyter_modelreg.commands.host import ServerOptions
from jupyter_modelreg.commands.parsing import split
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.commands.results.text import clean
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, RegistryError
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.recent import remember_registry

PROGRAM = "%modelreg"

_LINE = re.compile(r"\s*(?:[\w., ]+=\s*)?%modelreg\s+(?P<words>.*)", re.DOTALL)
_CELL = re.compile(r"%%modelreg(?P<words>.*)", re.DOTALL)
# Libraries whose tables DuckDB reads.
_TABLES = frozenset({"pandas", "polars", "pyarrow", "duckdb", "_duckdb"})
_SQL_CELL = re.compile(r"%%modelreg\s+(--registry\s+\S+\s+)?sql\b", re.IGNORECASE)
_URI_IN_STRING = re.compile(r"""["'](?P<uri>models:/[^"']*)$""")


class NotebookHost:
    """What a kernel can do for the commands: it has variables, and MLflow in the same process."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._namespaces: dict[str, str | None] = {}
        self._commanded = False

    @property
    def piped(self) -> bool:
        """Never: a notebook is read by a person."""
        return False

    def variable(self, name: str) -> Callable[[object], None]:
        """A function that puts a value into the user's namespace."""
        return lambda value: self._shell.push({name: value})

    def tables(self, names: Collection[str]) -> Mapping[str, object]:
        """Those of the user's namespace."""
        there = ((name, self._shell.user_ns[name]) for name in names if name in self._shell.user_ns)
        return {name: value for name, value in there if _is_table(value)}

    def connected(self, uri: str) -> None:
        """Make it the registry of this kernel: for MLflow, without importing it, and for what starts from here.

        MLflow reads its variable when it is imported; `jupyter_modelreg.connect()` and `!modelreg` read ours.
        """
        os.environ["MODELREG_URI"] = uri
        with suppress(OSError, InvalidInput):  # the registry answers; the panel's list of registries is a convenience
            remember_registry(uri)
        mlflow = sys.modules.get("mlflow")
        if mlflow is None:
            os.environ["MLFLOW_REGISTRY_URI"] = uri
        else:
            mlflow.set_registry_uri(uri)

    def namespace(self, uri: str) -> str | None:
        """The namespace set in this kernel."""
        return self._namespaces.get(uri)

    def set_namespace(self, uri: str, namespace: str | None) -> None:
        """Keep the namespace as long as the kernel lives."""
        self._namespaces[uri] = namespace

    def mlflow(self, uri: str) -> str:
        """What MLflow uses, or would use once it is imported."""
        mlflow = sys.modules.get("mlflow")
        chosen = os.environ.get("MLFLOW_REGISTRY_URI") if mlflow is None else mlflow.get_registry_uri()
        if chosen == uri:
            return "uses this registry"
        return f"still uses {chosen}; run %modelreg connect" if chosen else "not set up; run %modelreg connect"

    def explorer(self, registry: Registry, namespace: str | None) -> object | None:
        """The widget, in a kernel; IPython in a terminal could not show it."""
        if not self._in_kernel:
            return None
        from jupyter_modelreg.widget import ExplorerWidget

        return ExplorerWidget(registry, namespace)

    def dialog(self, registry: Registry, request: Mapping[str, JsonValue]) -> object | None:
        """The widget of a dialog, in a kernel."""
        if not self._in_kernel:
            return None
        from jupyter_modelreg.widget import DialogWidget

        return DialogWidget(registry, request)

    def edit(self, text: str) -> str | None:
        """None: a notebook has dialogs."""
        return None

    def ask(self, question: str) -> bool | None:
        """In the output of the cell, where the front end takes input; in a terminal as usual."""
        if not self._in_kernel and not sys.stdin.isatty():
            return None
        try:
            answer = input(f"{question} [y/N] ")
        except StdinNotImplementedError:  # nbconvert, papermill: the kernel has nobody to ask
            return None
        except EOFError:
            return False
        return answer.strip().lower() in ("y", "yes")

    def serve(self, registry: Registry, options: ServerOptions) -> NoReturn:
        """Refused: a notebook would do nothing else any more."""
        raise InvalidInput(
            "a notebook is no place for a server", f"in a shell: modelreg --registry {registry.uri} server"
        )

    def secret(self, question: str) -> str | None:
        """Where the front end takes input, with what is typed hidden; in a terminal as usual."""
        import getpass  # which ipykernel has ask the front end

        if not self._in_kernel and not sys.stdin.isatty():
            return None
        try:
            return getpass.getpass(question) or None
        except StdinNotImplementedError:
            return None

    def token(self, question: str) -> str | None:
        """The token of a server, while a command runs; nobody is asked while names are completed, or by a widget."""
        return self.secret(question) if self._commanded else None

    @contextmanager
    def commanded(self) -> Iterator[None]:
        """A command runs, and whoever has typed it is there to be asked."""
        self._commanded = True
        try:
            yield
        finally:
            self._commanded = False

    @property
    def _in_kernel(self) -> bool:
        return getattr(self._shell, "kernel", None) is not None


def _is_table(value: object) -> bool:
    """Whether DuckDB reads `value` as a table; what makes tables has been imported by whoever has one."""
    library = type(value).__module__.partition(".")[0]
    return library in _TABLES and (hasattr(value, "columns") or hasattr(value, "schema"))


@magics_class
class ModelregMagics(Magics):  # type: ignore[misc]
    """The magics, and what they remember between cells."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._host = NotebookHost(shell)
        self.session = CommandSession(partial(open_registry, ask=self._host.token), self._host)
        self.matcher = _matcher(self.session)

    @no_var_expand  # type: ignore[untyped-decorator]
    @needs_local_scope  # type: ignore[untyped-decorator]
    @line_cell_magic  # type: ignore[untyped-decorator]
    def modelreg(self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None) -> object:
        """Work with the model registry; %modelreg --help lists the commands.

        In a line, $name and {expression} stand for values from the notebook, quotes work as in a shell.
        As a cell, %%modelreg COMMAND … takes the cell below as the last argument (describe REF and a Markdown text),
        and %%modelreg alone runs every line below as a command.
        """
        scope = local_ns or {}
        with self._brief_errors():
            if cell is None:
                return _confirmed(self._run(line, scope))
            if line.strip():
                return _confirmed(self._run(line, scope, cell.strip("\n")))
        self._run_all(cell, scope)
        return None

    def _run(self, line: str, scope: Mapping[str, Any], *extra: str) -> Result:
        words = split(line, lambda expression: eval(expression, self.shell.user_ns, scope))  # noqa: S307 - their code
        # What comes from the cell is text, even when it begins with a dash.
        rest = extra if "--" in words or not extra else ("--", *extra)
        with self._host.commanded():
            return run([*words, *rest], self.session, PROGRAM)

    def _run_all(self, cell: str, scope: Mapping[str, Any]) -> None:
        for number, line in enumerate(cell.splitlines(), start=2):
            if line.strip() and not line.lstrip().startswith("#"):
                with self._brief_errors(f"line {number}: "):
                    display(self._run(line, scope).value)

    @contextmanager
    def _brief_errors(self, where: str = "") -> Iterator[None]:
        """Let IPython show a RegistryError as its message and hint; it stays a real error for nbval and papermill."""
        try:
            yield
        except RegistryError as error:
            if where:
                error.message = f"{where}{error.message}"
            shown = [f"{self._red('error:')} {clean(error.message)}", *([clean(error.hint)] if error.hint else [])]
            vars(error)["_render_traceback_"] = lambda: shown
            raise

    def _red(self, text: str) -> str:
        return text if self.shell.colors.lower() == "nocolor" else f"\x1b[31m{text}\x1b[0m"


def _confirmed(result: Result) -> object:
    """The value of a line, shown at once where nobody else does: in the middle of a cell, in a loop, in a function."""
    if result.confirms and result.value is result and _is_dropped(sys._getframe(1)):
        display(result)
    return result.value


def _is_dropped(frame: FrameType | None) -> bool:
    """Whether the code that runs the magic throws its value away: it is neither kept nor the last line of a cell.

    IPython shows the value of a cell's last line, and asks no magic for what comes after it; Python's own instructions
    say it. `frame` is any between the magic and that code.
    """
    while frame is not None and frame.f_code.co_name not in ("run_line_magic", "run_cell_magic"):
        frame = frame.f_back
    caller = frame and frame.f_back
    if caller is None:
        return False
    following = (each.opname for each in dis.get_instructions(caller.f_code) if each.offset > caller.f_lasti)
    return next(following, "") == "POP_TOP"


def load(ipython: InteractiveShell) -> None:
    """Register the magics and completion; twice is the same as once."""
    unload(ipython)
    magics = ModelregMagics(ipython)
    ipython.register_magics(magics)
    ipython.Completer.custom_matchers.append(magics.matcher)


def unload(ipython: InteractiveShell) -> None:
    """Take magics and completion away, and let go of the registry."""
    manager = ipython.magics_manager
    magics = manager.registry.pop(ModelregMagics.__name__, None)
    if magics is None:
        return
    for kind in ("line", "cell"):
        manager.magics[kind].pop("modelreg", None)
    if magics.matcher in ipython.Completer.custom_matchers:
        ipython.Completer.custom_matchers.remove(magics.matcher)
    magics.session.close()


def _matcher(session: CommandSession) -> Callable[[CompletionContext], dict[str, Any]]:
    @context_matcher(identifier="jupyter_modelreg", priority=100)  # type: ignore[untyped-decorator]
    def match(context: CompletionContext) -> dict[str, Any]:
        found = _complete(session, context)
        return {
            "completions": [SimpleCompletion(text=text, type="modelreg") for text, _ in found.items],
            "suppress": bool(found.items),
            "matched_fragment": found.fragment,
            "ordered": True,
        }

    matcher: Callable[[CompletionContext], dict[str, Any]] = match
    return matcher


def _complete(session: CommandSession, context: CompletionContext) -> Completions:
    line = context.text_until_cursor
    first, _, body = context.full_text.partition("\n")
    if context.cursor_line > 0 and _SQL_CELL.match(first):
        above = context.full_text.split("\n")[1 : context.cursor_line]
        return complete_sql(session, body, "\n".join([*above, line]))
    words = _words_being_typed(context, line)
    if words is not None:
        return complete_line(session, words)
    in_string = _URI_IN_STRING.search(line)
    return complete_reference(session, in_string["uri"]) if in_string else Completions("", ())


def _words_being_typed(context: CompletionContext, line: str) -> str | None:
    """The command line at the cursor, when it is in one."""
    on_line = _LINE.fullmatch(line)
    if on_line:
        return on_line["words"]
    first = context.full_text.partition("\n")[0]
    cell = _CELL.fullmatch(first)
    if cell is None:
        return None
    if context.cursor_line > 0:
        return None if cell["words"].strip() else line
    typed = _CELL.fullmatch(line)
    return typed["words"] if typed and typed["words"][:1].isspace() else None
