"""SQL over the registry, as core needs it: statements that read what one actor may see, in views that stay as they are.

It is the engine's own SQL. Whatever a statement says, it changes nothing, and sees nothing that is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from jupyter_modelreg.core.ports.store import Store, Transaction

if TYPE_CHECKING:
    from jupyter_modelreg.core.access.sight import Sight

FileFormat = Literal["csv", "json", "parquet"]


@dataclass(frozen=True)
class SqlColumn:
    """A column of a view: its name, its type as the engine writes it, and what it says, in a sentence."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class SqlView:
    """What can be asked: a name, what a row of it is, and the columns of it, in order."""

    name: str
    about: str
    columns: Sequence[SqlColumn]


class SqlResult(Protocol):
    """What a statement has found, which nothing changes any more.

    Two columns may have one name.
    """

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns, in order."""

    @property
    def types(self) -> Sequence[str]:
        """Their types, as the engine writes them."""

    def __len__(self) -> int:
        """How many rows there are."""

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """All rows, as values of Python: datetimes in UTC, lists, and dicts for structures and maps."""

    def head(self, count: int) -> list[tuple[object, ...]]:
        """The first `count` of the rows."""

    def to_df(self) -> Any:
        """A DataFrame, which needs pandas."""

    def relation(self) -> Any:
        """A relation of the engine's own client, over the rows, to ask further."""

    def write(self, path: Path, format: FileFormat) -> None:
        """Write the rows to `path`, which is new, or becomes what was asked. Raises OSError."""


SightOf = Callable[[Transaction], "Sight"]


class SqlEngine(Protocol):
    """Answers statements about the registry in one store."""

    def views(self) -> Sequence[SqlView]:
        """What statements can ask."""

    def ask(self, statement: str, tables: Mapping[str, object], sight: SightOf) -> SqlResult:
        """Answer one statement that only reads, about the registry as it is now.

        Others are held up no longer than it takes to copy what is asked for; the statement runs on the copy.

        Args:
            statement: one; it may name views, `tables`, and files of the user's own as text that stands in it.
            tables: tables of the user's own by name, in any form the engine takes.
            sight: says what is shown of what a transaction on that copy holds.

        Raises InvalidInput for a statement that is wrong, does not only read, or asks for what is not to be read, and
        RegistryBusy, RegistryUnavailable. KeyboardInterrupt ends the statement.
        """


# Makes the engine of a store; raises InvalidState for one that cannot be asked so.
SqlEngineFactory = Callable[[Store], SqlEngine]
