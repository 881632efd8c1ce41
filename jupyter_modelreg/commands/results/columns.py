"""What a result is made of: columns of a few kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue

Row = Mapping[str, JsonValue]
Kind = Literal[
    "text",
    "word",
    "name",
    "model",
    "number",
    "aliases",
    "tags",
    "links",
    "kinds",
    "time",
    "size",
    "status",
    "stage",
    "flag",
    "code",
    "lines",
    "markdown",
    "summary",
    "fields",
    "list",
    "rows",
    "files",
    "change",
]


@dataclass(frozen=True)
class Column:
    """One field of a row: where its value is, what it is called on screen, and what kind of thing it is.

    The first column of a table says which row it is, and is never cut; where a line is too short for all columns, the
    last ones are left out. So the order of columns is also what matters more.

    Kinds: `time` is epoch milliseconds, `size` bytes, `aliases` a list of names or a mapping of name to version, `tags`
    a mapping, `name` a full name, `model` that of a model, `word` text that is never cut, `code` something to copy and
    paste, `lines` text that may be long, `markdown` a description and `summary` its beginning without marks. `links`
    are kinds by URL, and `kinds` are what is at them. `list` is words, with commas in between, and `rows` are
    sentences, a line each. `fields` are those of a signature's inputs or outputs, `files` the lines of a manifest. A
    `change` says for the better or the worse of itself, and has the colour of that. A `flag` that is set
    is shown by the title, one that is not by nothing.
    A value that is the `usual` one is not worth showing. `key` may reach into a mapping: `metrics.auc`.
    """

    key: str
    title: str
    kind: Kind = "text"
    usual: str | None = None

    def of(self, row: Row) -> JsonValue:
        """What to show of `row`, or None."""
        value = self.value(row)
        return None if empty(value) or value == self.usual or (self.kind == "flag" and not value) else value

    def value(self, row: Row) -> JsonValue:
        """What `row` holds, or None."""
        if self.key in row:
            return row[self.key]
        outer, _, inner = self.key.partition(".")
        within = row.get(outer)
        return within.get(inner) if isinstance(within, Mapping) else None


def empty(value: JsonValue) -> bool:
    """Whether there is nothing to show."""
    return value is None or value == "" or value == [] or value == {}
