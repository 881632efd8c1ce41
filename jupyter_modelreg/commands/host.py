"""What a host of the commands, a notebook or a shell, offers them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.registry import Registry


class Host(Protocol):
    """What differs between a notebook and a shell."""

    @property
    def piped(self) -> bool:
        """Whether answers go to another program, for which no list is cut."""

    def variable(self, name: str) -> Callable[[object], None]:
        """A function that puts a value into the user's variable `name`.

        Raises InvalidInput where there are no variables.
        """

    def tables(self, names: Collection[str]) -> Mapping[str, object]:
        """The user's variables of these names that hold tables: DataFrames and what else DuckDB reads as one."""

    def connected(self, uri: str) -> None:
        """Called after `connect`, with the URI of the registry that answers from now on."""

    def namespace(self, uri: str) -> str | None:
        """The namespace last set for the registry at `uri`, if any."""

    def set_namespace(self, uri: str, namespace: str | None) -> None:
        """Keep the namespace for the registry at `uri`; None clears it."""

    def mlflow(self, uri: str) -> str:
        """Whether MLflow's client uses the registry at `uri`, and what to do when it does not, as a sentence."""

    def explorer(self, registry: Registry, namespace: str | None) -> object | None:
        """The explorer of `registry` for the user to look at, `namespace` open; None where there is no place for it."""

    def dialog(self, registry: Registry, request: Mapping[str, JsonValue]) -> object | None:
        """The dialog that `request` (see `commands.verbs.dialogs`) asks for; None where there is no place for it."""

    def edit(self, text: str) -> str | None:
        """What the person makes of `text` in an editor, "" where they save nothing; None where there is no editor."""

    def secret(self, question: str) -> str | None:
        """What the person answers, unseen; None where nobody can be asked."""

    def ask(self, question: str) -> bool | None:
        """Put a question to the person, answered by yes or no; None where nobody can be asked.

        Its last line asks, those above it say what about.
        """
