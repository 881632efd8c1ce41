"""Where a version came from: what it was trained on, by which run, and by which line of which notebook.

A version keeps it as JSON has it, in `Version.lineage`: what is not known is not in it. `Lineage.of` makes records of
that, and `facts` makes it of records. What follows from it for searches is in `derived`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Literal, Self, TypeVar, cast

from jupyter_modelreg.core.entities.values import JsonValue

PlaceKind = Literal["notebook", "script", "shell"]
R = TypeVar("R")

MOST_SOURCE = 100_000
"""Characters that are kept of the source of a cell."""
_SHORTEST_CUT = 200


def cut_source(source: str, most: int = MOST_SOURCE) -> str:
    """The source of a cell, of which no more than `most` characters are kept; the last line says what is left out."""
    if len(source) <= most:
        return source
    kept = source[: most - _SHORTEST_CUT]
    return f"{kept}\n# … cut here: {len(source) - len(kept):,} more characters"


@dataclass(frozen=True, kw_only=True)
class GitState:
    """The state of the repository that code was in.

    Attributes:
        commit: the hash of the commit that was checked out.
        branch: None where none was.
        remote: the address it is fetched from, without credentials.
        dirty: whether files that Git knows had been changed since; None where that is not known.
    """

    commit: str
    branch: str | None = None
    remote: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which code did something, as far as that is known.

    Attributes:
        kind: a notebook, a script, or a shell of IPython.
        path: of the notebook or the script; a server may put its own folder before it.
        template: the notebook that this one was made from, by filling in parameters (papermill).
        cell: the id of the cell, as the notebook's file has it.
        source: what the cell said; see `MOST_SOURCE`.
        session: the session of the kernel: two cells with the same one shared their variables.
        python: the version of Python.
        git: the repository that the notebook or script is in.
    """

    kind: PlaceKind | None = None
    path: str | None = None
    template: str | None = None
    cell: str | None = None
    source: str | None = None
    session: str | None = None
    python: str | None = None
    git: GitState | None = None


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Data that a model was trained or measured on, as `mlflow.log_input` has noted it.

    Attributes:
        name: what it is called.
        digest: of its content, as whoever noted it has made it; None where there is none.
        source: where it is: a path, a URL without credentials, or a table.
        source_type: what MLflow calls the kind of source: `local`, `delta_table`, `duckdb`, …
        snapshot: which state of it was read: the version of a Delta table, the snapshot of an Iceberg table, a commit.
        context: what for: `training`, `evaluation`, …
        schema: its columns and their types, where these are known.
        rows: how many it had.
        metrics: the metrics of the model that were measured on it.
    """

    name: str
    digest: str | None = None
    source: str | None = None
    source_type: str | None = None
    snapshot: str | None = None
    context: str | None = None
    schema: Mapping[str, str] | None = None
    rows: int | None = None
    metrics: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Training:
    """The run that made a model.

    Attributes:
        experiment: the name of its experiment then.
        experiment_id: its id.
        run_name: what the run was called.
        place: which code it was.
    """

    experiment: str | None = None
    experiment_id: str | None = None
    run_name: str | None = None
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class CopyOf:
    """The version that a version is a copy of, by the id of its model, which a rename does not change."""

    model: int
    version: int


@dataclass(frozen=True, kw_only=True)
class CameFrom:
    """The number that a version has in the registry it came from, where that was taken here."""

    registry: str
    model: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What a model runs in, beyond the packages in its `requirements.txt`.

    Attributes:
        python: the version of Python that the model asks for.
        conda: the packages that conda is to install, a line each, without Python, pip and what pip installs.
        installed: the versions of packages that `requirements.txt` names, as they were installed where the version was
            registered.
    """

    python: str | None = None
    conda: Sequence[str] = ()
    installed: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """What is known of where a version came from.

    Attributes:
        datasets: what its run has logged as inputs.
        training: the run.
        registered: which code registered it.
        copied_from: the version it is a copy of.
        came_from: where it has another number.
        requirements: the packages that the model asks for, a line each.
        flavors: the flavors of the MLflow model, without `python_function`, which nearly every model has.
        environment: what else it runs in.
    """

    datasets: Sequence[Dataset] = ()
    training: Training | None = None
    registered: Place | None = None
    copied_from: CopyOf | None = None
    came_from: CameFrom | None = None
    requirements: Sequence[str] = ()
    flavors: Sequence[str] = ()
    environment: Environment | None = None

    @classmethod
    def of(cls, told: Mapping[str, JsonValue] | None) -> Self:
        """The record that `facts` were made of. Raises ValueError for what says something else."""
        return cls() if told is None else _record(cls, told)

    def facts(self) -> dict[str, JsonValue] | None:
        """As JSON has it; None where nothing is known."""
        return cast("dict[str, JsonValue] | None", _plain(self))


def _plain(value: object) -> JsonValue:
    """`value` as JSON has it, without what is not known."""
    if is_dataclass(value):
        items = ((field.name, _plain(getattr(value, field.name))) for field in fields(value))
        return {name: each for name, each in items if each is not None} or None
    if isinstance(value, Mapping):
        return {str(key): str(each) for key, each in value.items()} or None
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value] or None
    return cast(JsonValue, value)


def _record(kind: type[R], told: object) -> R:
    hints = _hints(cast(type, kind))
    if not isinstance(told, Mapping) or told.keys() - hints.keys():
        raise ValueError(f"{_shown(told)} does not say where a version came from")
    try:
        return kind(**{name: _value(hints[name], each) for name, each in told.items()})
    except TypeError as error:
        raise ValueError(f"{_shown(told)} does not say all of a {kind.__name__}") from error


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return typing.get_type_hints(kind)


def _value(hint: object, told: object) -> object:
    """What JSON told of a field of type `hint`. Raises ValueError for something else."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(each for each in typing.get_args(hint) if each is not type(None))
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if is_dataclass(hint):
        return _record(cast(type, hint), told)
    if origin is Sequence and isinstance(told, list | tuple):
        return tuple(_value(inner[0], each) for each in told)
    if origin is Mapping and isinstance(told, Mapping):
        return {_value(str, key): _value(str, each) for key, each in told.items()}
    if (origin is Literal and told in inner) or (isinstance(hint, type) and type(told) is hint):
        return told
    raise ValueError(f"{_shown(told)} does not say where a version came from")


def _shown(told: object) -> str:
    text = repr(told)
    return text if len(text) <= 60 else f"{text[:60]}…"
