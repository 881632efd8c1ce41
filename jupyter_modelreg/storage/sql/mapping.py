"""What every topic's rows have in common: read one, insert one, change one, remove one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa

from jupyter_modelreg.storage.sql.json_text import JsonText, from_json
from jupyter_modelreg.storage.sql.session import Session

E = TypeVar("E")
Process = Callable[[Any], Any]
_LONG = 500  # characters
_FLAT = frozenset({"tags", "aliases", "latest", "params"})


def flat(text: str | None) -> Any:
    """As `from_json`, of an object that holds only text and numbers: few different ones are read over and over."""
    if text is None or text == "{}" or len(text) > _LONG:
        return from_json(text)
    return dict(_parsed(text))


@lru_cache(maxsize=5000)
def _parsed(text: str) -> Mapping[str, str | int]:
    found: Mapping[str, str | int] = json.loads(text)
    return found


class Maker(Generic[E]):
    """Makes entities from rows as the database gives them, which begin with the `columns`.

    Args:
        entity: what to make: a dataclass that does nothing when it is made but to keep its fields.
        columns: named as the fields are; one that is none is left out.
        processes: how a value becomes that of the field, where it is not as it is in the database.
    """

    def __init__(
        self, entity: type[E], columns: Iterable[sa.ColumnElement[Any]], processes: Mapping[str, Process] | None = None
    ) -> None:
        self._entity = entity
        fields = {field.name for field in dataclasses.fields(entity)}  # type: ignore[arg-type]
        self._names, self._processed = [], []
        self._others = []
        for column in columns:
            name = str(column.key)
            process = (processes or {}).get(name)
            if process is None and isinstance(column.type, JsonText):
                process = flat if name in _FLAT else from_json
            self._names.append(name)
            if name not in fields:
                self._others.append(name)
            elif process is not None:
                self._processed.append((name, process))

    def __call__(self, row: Sequence[Any], **more: object) -> E:
        """One entity, with the fields that do not come from the row."""
        values = dict(zip(self._names, row, strict=False))
        for name in self._others:
            del values[name]
        for name, process in self._processed:
            values[name] = process(values[name])
        # Setting one by one what is frozen, as its own __init__ does, takes four times as long.
        made = object.__new__(self._entity)
        vars(made).update(values, **more)
        return made


@lru_cache
def _field_names(entity: type[object]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(entity))  # type: ignore[arg-type]


class Rows(Generic[E]):
    """The rows of one table as entities of one class, matched by field name."""

    table: ClassVar[sa.Table]
    entity: type[E]

    def __init__(self, session: Session) -> None:
        self._session = session

    def insert(self, row: E) -> None:
        """Add a row."""
        self._session.insert(self.table, self._values(vars(row)))

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change columns of one row."""
        self._session.update(self.table, row_id, self._values(changes))

    def delete(self, row_id: int) -> None:
        """Remove one row."""
        self._session.execute(self.table.delete().where(self.table.c.id == row_id))

    def _values(self, values: Mapping[str, object]) -> dict[str, object]:
        """`values` for the columns there are; a topic adds what it derives from them."""
        return {name: value for name, value in values.items() if name in self.table.c}

    def _find(self, value: object) -> E | None:
        """The one whose look-up column (see `changes.LOOK_UPS`) has that value."""
        found = self._session.find(self.table, value)
        return None if found is None else self._entity(found)

    def _one(self, statement: sa.Select[Any]) -> E | None:
        found = self._session.execute(statement).mappings().first()
        return None if found is None else self._entity(found)

    def _all(self, statement: sa.Select[Any]) -> list[E]:
        found = self._session.execute(statement)
        names = tuple(found.keys())
        return [self._entity(dict(zip(names, row, strict=True))) for row in found]

    def _entity(self, row: Mapping[Any, Any]) -> E:
        return self.entity(**{name: row[name] for name in _field_names(self.entity)})  # type: ignore[arg-type]

    def _closest(self, column: sa.ColumnElement[str], name: str, *where: sa.ColumnElement[bool]) -> Sequence[str]:
        """Up to two names a few keystrokes away from `name`, nearest first."""
        far = max(2, len(name) // 5)
        distance = sa.func.damerau_levenshtein(sa.func.lower(column), name.lower())
        statement = (
            sa.select(column)
            .where(sa.func.abs(sa.func.length(column) - len(name)) <= far, distance <= far, *where)
            .order_by(distance, column)
            .limit(2)
        )
        return self._session.execute(statement).scalars().all()
