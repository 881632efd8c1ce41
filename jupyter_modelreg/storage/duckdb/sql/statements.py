"""Which statements are answered: one, which only reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from jupyter_modelreg.core.errors import InvalidInput

_SELECT = "SELECT … FROM models"
_CHANGE = "the commands change the registry, and only they: create, register, tag, alias, describe, grant, delete"
_HELPER = f"put what helps into the statement: WITH name AS (…) {_SELECT}"
_OUT = "write the result to a file: sql … --csv FILE, --json FILE or --parquet FILE"
_IN = "name Parquet, CSV or JSON files in FROM, or hand over a DataFrame of what is elsewhere"
_FIXED = f"nothing can be set here; ask at once: {_SELECT}"
# By the kind that DuckDB takes a statement for: what it would do, and what to do instead.
_REFUSED: Mapping[str, tuple[str, str]] = {
    "INSERT": ("adds rows", _CHANGE),
    "UPDATE": ("changes rows", _CHANGE),
    "DELETE": ("deletes rows", _CHANGE),
    "MERGE_INTO": ("changes rows", _CHANGE),
    "ALTER": ("changes what is there", _CHANGE),
    "DROP": ("removes what is there", _CHANGE),
    "CREATE": ("makes something that is kept", _HELPER),
    "CREATE_FUNC": ("makes something that is kept", _HELPER),
    "PREPARE": ("makes something that is kept", _HELPER),
    "EXECUTE": ("runs what is not there", f"write the statement out: {_SELECT}"),
    "COPY": ("copies to or from a file", _OUT),
    "EXPORT": ("writes files", _OUT),
    "COPY_DATABASE": ("copies a database", _IN),
    "ATTACH": ("opens a database", _IN),
    "DETACH": ("closes a database", _IN),
    "LOAD": ("loads or installs an extension", _IN),
    "EXTENSION": ("loads or installs an extension", _IN),
    "UPDATE_EXTENSIONS": ("loads or installs an extension", _IN),
    "PRAGMA": ("sets or runs something", _FIXED),
    "SET": ("sets something", _FIXED),
    "VARIABLE_SET": ("sets something", _FIXED),
    "CALL": ("runs a procedure", _FIXED),
    "TRANSACTION": ("is about a transaction", _FIXED),
    "VACUUM": ("tidies a database up", "modelreg looks after the registry's file itself"),
    "ANALYZE": ("tidies a database up", "modelreg looks after the registry's file itself"),
}
_OTHER = ("does not only read", f"ask with SELECT: {_SELECT}")
# Statements that read: PIVOT without the values to expect is several, of which the last one answers.
_READS = frozenset({"SELECT", "EXPLAIN", "MULTI"})
_EXPLAIN = re.compile(r"\s*explain\s+(analyze\s+|analyse\s+)?(\([^)]*\)\s*)?", re.IGNORECASE)
# DuckDB takes a SELECT with one of these in its WITH for one that reads.
_CHANGING = re.compile(
    r"[()]\s*(insert\s+(or\s+\w+\s+)?into|delete\s+from|truncate\s|merge\s+into|copy\s|"
    r"update\s+(only\s+)?\S+(\s+(as\s+)?\S+)?\s+set)\b",
    re.IGNORECASE,
)


def check_reads(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Refuse what is no statement, several, or one that does not only read. Raises InvalidInput, duckdb.Error."""
    found = connection.extract_statements(statement)
    if not found:
        raise InvalidInput("there is no statement", f"write one: {_SELECT}")
    if len(found) > 1:
        raise InvalidInput(
            f"these are {len(found)} statements, and one is answered at a time", "run each on its own, or use WITH"
        )
    kind = kind_of(found[0])
    if kind not in _READS:
        raise _refusal(kind)
    bare = without(statement, ("string_const", "comment"))
    changing = _CHANGING.search(bare)
    if changing is not None:
        word = changing[1].split()[0].upper()
        raise _refusal({"TRUNCATE": "DELETE", "MERGE": "MERGE_INTO"}.get(word, word))
    if kind == "EXPLAIN":
        explained = _EXPLAIN.match(bare)
        rest = statement[explained.end() :] if explained else ""
        inner = connection.extract_statements(rest)
        if [kind_of(each) for each in inner] not in (["SELECT"], ["MULTI"]):
            raise _refusal(kind_of(inner[0]) if inner else "EXPLAIN")


def kind_of(statement: duckdb.Statement) -> str:
    """The kind that DuckDB takes a statement for; one that its client has no name for is `UNKNOWN`."""
    try:
        return statement.type.name
    except ValueError:
        return "UNKNOWN"


def tokens(statement: str) -> Sequence[tuple[str, str]]:
    """The pieces of a statement, each with its kind: keyword, identifier, string_const, operator, comment."""
    text = statement.encode()  # DuckDB counts bytes
    found = [(at, kind.name) for at, kind in duckdb.tokenize(statement)]
    ends = [at for at, _ in found[1:]] + [len(text)][: len(found)]
    return [(text[at:end].decode(errors="replace").strip(), kind) for (at, kind), end in zip(found, ends, strict=True)]


def without(statement: str, kinds: Sequence[str]) -> str:
    """A statement with blanks in the place of pieces of these kinds."""
    text = statement.encode()
    found = [(at, kind.name) for at, kind in duckdb.tokenize(statement)]
    ends = [at for at, _ in found[1:]] + [len(text)][: len(found)]
    head = text[: found[0][0]] if found else text
    kept = [b" " * (end - at) if kind in kinds else text[at:end] for (at, kind), end in zip(found, ends, strict=True)]
    return b"".join([head, *kept]).decode(errors="replace")


def _refusal(kind: str) -> InvalidInput:
    does, instead = _REFUSED.get(kind, _OTHER)
    return InvalidInput(f"SQL only reads the registry, and this {does}", instead)
