"""What every topic's rows have in common: read one, insert one, change one, remove one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa

from jupyter_modelreg.storage.sql.json_text import JsonText, LazyJson, from_json, from_json_of, unparsed
from jupyter_modelreg.storage.sql.session import Session

E = TypeVar("E")
Convert = Callable[[Any], Any]
_decode = json.JSONDecoder().decode  # which `json.loads` finds anew for each text
_LONG = 500  # characters
_FEW = 20  # different texts, which are parsed faster one by one
_FLAT = frozenset({"tags", "aliases", "latest", "params", "links"})
_MOSTLY_FLAT = frozenset({"before", "after"})


def flat(text: str | None) -> Any:
    """As `from_json`, of an object that holds only text and numbers: few different ones are read over and over."""
    if text is None or text == "{}" or len(text) > _LONG:
        return from_json(text)
    return dict(_parsed(text))


def flat_or_not(text: str | None) -> Any:
    """As `flat`, of an object that may hold anything."""
    if text is None or text == "{}" or len(text) > _LONG or "[" in text or "{" in text[1:]:
        return from_json(text)
    return dict(_parsed(text))


@lru_cache(maxsize=5000)
def _parsed(text: str) -> Mapping[str, str | int]:
    found: Mapping[str, str | int] = _decode(text)
    return found


class RowMapper(Generic[E]):
    """Makes entities from rows, matched by field name.

    Args:
        entity: what to make: a dataclass that does nothing when it is made but to keep its fields.
        columns: the columns of the rows that `of_row` takes. What is called like no field is left out.
        conversions: how a column's value becomes that of the field, where they differ; NULL stays None.
    """

    def __init__(
        self,
        entity: type[E],
        columns: Iterable[sa.ColumnElement[Any]],
        conversions: Mapping[str, Convert] | None = None,
    ) -> None:
        self._entity = entity
        self._conversions = conversions or {}
        fields = dataclasses.fields(entity)  # type: ignore[arg-type]
        self._fields = {field.name for field in fields}
        self._names: list[str] = []
        self._others: list[str] = []
        self._parsed: list[tuple[str, Convert]] = []
        self._lazy: list[tuple[str, Convert]] = []
        for column in columns:
            name = str(column.key)
            self._names.append(name)
            if name not in self._fields:
                self._others.append(name)
            elif isinstance(column.type, JsonText):
                lazy = isinstance(column.type, LazyJson)
                parse = flat if name in _FLAT else flat_or_not if name in _MOSTLY_FLAT else from_json
                (self._lazy if lazy else self._parsed).append((name, unparsed if lazy else parse))
        # What is stored nowhere is what it is where nobody says.
        self._unstored = {
            field.name: field.default
            for field in fields
            if field.name not in self._names and field.default is not dataclasses.MISSING
        }

    def of_row(self, row: Sequence[Any], **more: object) -> E:
        """From a row as the database gives it, JSON as text, which begins with the columns; `more` are other fields."""
        values = dict(zip(self._names, row, strict=False))
        for name in self._others:
            del values[name]
        for name, parse in (*self._parsed, *self._lazy):
            values[name] = parse(values[name])
        return self._made(values, more)

    def of_rows(self, rows: Sequence[Sequence[Any]]) -> list[E]:
        """The same of many, whose JSON is parsed together: one text after the other takes ten times as long."""
        names, others, new = self._names, self._others, object.__new__
        found = [new(self._entity) for _ in rows]
        fields = [vars(made) for made in found]
        for values, row in zip(fields, rows, strict=True):
            values.update(self._unstored)
            values.update(zip(names, row, strict=False))
            for name in others:
                del values[name]
        for name, parse in self._parsed:
            texts = [values[name] for values in fields]
            few = len(set(texts)) <= _FEW
            for values, value in zip(fields, map(parse, texts) if few else from_json_of(texts), strict=True):
                values[name] = value
        for name, convert in (*self._lazy, *self._conversions.items()):
            for values in fields:
                if values[name] is not None:
                    values[name] = convert(values[name])
        return found

    def of_values(self, values: Mapping[str, Any], **more: object) -> E:
        """From Python's values by the names of their columns."""
        return self._made({name: value for name, value in values.items() if name in self._fields}, more)

    def _made(self, values: dict[str, Any], more: Mapping[str, object]) -> E:
        for name, convert in self._conversions.items():
            if values[name] is not None:
                values[name] = convert(values[name])
        # Setting one by one what is frozen, as its own __init__ does, takes four times as long.
        made = object.__new__(self._entity)
        vars(made).update(self._unstored)
        vars(made).update(values, **more)
        return made


class Repository(Generic[E]):
    """The rows of one table as entities of one class."""

    table: ClassVar[sa.Table]
    mapper: RowMapper[E]

    def __init__(self, session: Session) -> None:
        self._session = session

    def entities(self, rows: Iterable[Mapping[Any, Any]]) -> list[E]:
        """What rows are, as the database gives them."""
        return [self._entity(row) for row in rows]

    def by_id(self, row_id: int) -> E | None:
        """The one with that id, out of sight or not."""
        found = self._session.find_by_id(self.table, row_id)
        return None if found is None else self._entity(found)

    def insert(self, row: E) -> None:
        """Add a row."""
        self._session.insert(self.table, self.new_row(row))

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change columns of one row."""
        self._session.update(self.table, row_id, self.columns(changes))

    def delete(self, row_id: int) -> None:
        """Remove one row."""
        self._session.execute(self.table.delete().where(self.table.c.id == row_id))

    @classmethod
    def new_row(cls, record: E) -> dict[str, object]:
        """The row of a record that is added."""
        return cls.columns(vars(record))

    @classmethod
    def columns(cls, fields: Mapping[str, object]) -> dict[str, object]:
        """The columns for fields of a record; a topic adds what it derives from them."""
        return {name: value for name, value in fields.items() if name in cls.table.c}

    @classmethod
    def record(cls, row: Mapping[str, Any]) -> E:
        """What a row of the table is, without what other tables say of it."""
        return cls._entity(row)

    @classmethod
    def _entity(cls, values: Mapping[str, Any]) -> E:
        return cls.mapper.of_values(values)

    def _find(self, value: object) -> E | None:
        """The one whose look-up column (see `changes.LOOK_UPS`) has that value."""
        found = self._session.find(self.table, value)
        return None if found is None else self._entity(found)

    def _all(self, statement: sa.Select[Any]) -> list[E]:
        found = self._session.execute(statement)
        names = tuple(found.keys())
        return [self._entity(dict(zip(names, row, strict=True))) for row in found.all()]

    def _closest(self, column: sa.ColumnElement[str], name: str, *where: sa.ColumnElement[bool]) -> Sequence[str]:
        """Up to two names a few keystrokes away from `name`, nearest first."""
        far = max(2, len(name) // 5)
        near = sa.select(column).where(sa.func.abs(sa.func.length(column) - len(name)) <= far, *where)
        told = self._session.backend.edit_distance
        if told is None:
            from difflib import get_close_matches  # which most commands have no use for

            names = {each.lower(): each for each in self._session.execute(near).scalars()}
            return [names[each] for each in get_close_matches(name.lower(), names, n=2, cutoff=0.8)]
        distance = told(column, name)
        closest = near.where(distance <= far).order_by(distance, column).limit(2)
        return self._session.execute(closest).scalars().all()
