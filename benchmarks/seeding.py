"""A large registry in seconds: rows as the registry itself would have written them, loaded in bulk.

Ids, events and their hash chain are those of a registry in which one thing was made after the other, so that everything
works on the result, `history.broken_at` included. Only the files of governed versions are not there.
"""

from __future__ import annotations

import csv
import dataclasses
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, TextIO, TypeVar

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.bulk_unit import BulkUnitOfWork
from jupyter_modelreg.core.catalog.catalogs import ensure_schema
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.history.projection import apply
from jupyter_modelreg.core.history.stored_rows import StoredRows
from jupyter_modelreg.storage.duckdb.dialect import Connection, engine_over
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.json_text import JsonText
from jupyter_modelreg.storage.sql.migrations import migrate
from jupyter_modelreg.storage.sql.searching.derived import derived
from jupyter_modelreg.storage.sql.unit import event_row
from jupyter_modelreg.uri import registry_address

# What models are called outside the large schema; `fraud` is in a tenth of the names.
FIRST = ("fraud", "churn", "price", "demand", "credit", "claims", "basket", "route", "energy", "click")
SECOND = ("score", "forecast", "ranker", "detector", "tagger", "uplift", "embedding")
LARGE = "prod.large"
START = 1_700_000_000_000  # ms
STEP = 50  # ms between two units of work
NULL = "\\N"
E = TypeVar("E", Catalog, Schema)


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much there is to be: `large` of the models share the schema `prod.large`, `workspace` of them have none."""

    catalogs: int = 10
    schemas: int = 200
    models: int = 100_000
    large: int = 5_000
    workspace: int = 2_000

    def names(self) -> Iterator[str]:
        """The full name of each model."""
        for number in range(self.models):
            if number < self.large:
                yield f"{LARGE}.model_{number:05}"
                continue
            name = f"{FIRST[number % len(FIRST)]}_{SECOND[number % len(SECOND)]}_{number:06}"
            schema = number % (self.schemas - 1)
            governed = number < self.models - self.workspace
            yield f"catalog_{schema % (self.catalogs - 1):02}.schema_{schema:03}.{name}" if governed else name


def seed_panel(uri: str) -> None:
    """Make the registry at `uri` one of the size the panel has to be quick on."""
    seed(registry_address(uri).path)


def multiply_versions(uri: str, model: str, count: int) -> None:
    """Make the first version of `model` the first of `count` like it, each with three metrics of its own.

    The log does not tell of them, so this is for looking at, not for verifying.
    """
    metric = '\'{"key":"\' || key || \'","value":\' || (n % 997) / 997 || \',"timestamp":0,"step":0}\''
    with duckdb.connect(str(registry_address(uri).path)) as connection:
        found = connection.execute("SELECT id FROM models WHERE name = ?", [model]).fetchone()
        assert found is not None
        changed = {
            "id": "n + (SELECT max(id) FROM versions)",
            "version": "n",
            "key": "model_id || '/' || n",
            "metrics": f"'[' || array_to_string([{metric} for key in ['auc', 'loss', 'recall']], ',') || ']'",
        }
        columns = [row[0] for row in connection.execute("DESCRIBE versions").fetchall()]
        values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
        connection.execute(
            f"CREATE TEMP TABLE more AS SELECT {values} FROM versions, range(1, ? + 1) AS r(n) "
            "WHERE model_id = ? AND version = 1",
            [count, found[0]],
        )
        connection.execute("DELETE FROM versions WHERE model_id = ?", found)
        connection.execute("INSERT INTO versions SELECT * FROM more")
        connection.execute("UPDATE models SET last_version = ? WHERE id = ?", [count, found[0]])


def seed(path: Path, plan: Plan | None = None) -> None:
    """Write a new registry to `path`, which must not exist."""
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    plan = plan or Plan()
    with (
        duckdb.connect(str(path)) as raw,
        engine_over(Connection(raw)).connect() as connection,
        tempfile.TemporaryDirectory() as folder,
    ):
        migrate(connection, path)
        written = _write(Path(folder), plan)
        with connection.begin():
            for table, file in written.items():
                columns = ", ".join(f'"{column.name}"' for column in table.c)
                connection.exec_driver_sql(f"COPY {table.name} ({columns}) FROM '{file}' (HEADER, NULLSTR '{NULL}')")
        with connection.begin():
            connection.exec_driver_sql("CHECKPOINT")


def _write(folder: Path, plan: Plan) -> Mapping[sa.Table, Path]:
    kept = (tables.catalogs, tables.schemas, tables.models, tables.versions, tables.events)
    files = {table: folder / f"{table.name}.csv" for table in kept}
    with ExitStack() as stack:
        rows = Tables({table: stack.enter_context(file.open("w", newline="")) for table, file in files.items()})
        for number, name in enumerate(plan.names()):
            rows.unit(START + number * STEP, number, name)
    return files


class Tables:
    """What `core.work.Work` needs of a transaction, written to one CSV file a table."""

    def __init__(self, files: Mapping[sa.Table, TextIO]) -> None:
        self._writers = {table: csv.DictWriter(file, list(table.c.keys())) for table, file in files.items()}
        for writer in self._writers.values():
            writer.writeheader()
        self.events = self.bulk = _Log(self)
        self.catalogs = _Named[Catalog](self, tables.catalogs)
        self.schemas = _Named[Schema](self, tables.schemas)

    def apply(self, event: Event) -> None:
        """Write the row that an event of the work makes: that of a catalog or a schema."""
        apply(event, StoredRows(self))  # type: ignore[arg-type]

    def unit(self, now: int, number: int, name: str) -> None:
        """One model with its versions, tags and aliases."""
        work = BulkUnitOfWork(self, f"user{number % 7}", now)  # type: ignore[arg-type]
        work.authorise("models.create", None)
        governed = name.count(".") == 2
        schema_id = ensure_schema(work, name.rpartition(".")[0]).id if governed else None
        tags = {"team": f"team{number % 12}", "tier": "gold" if number % 50 == 0 else "bronze"} if number % 3 else {}
        count = number % 3 + 1
        aliases = {"Champion": count} if number % 2 == 0 else {}
        description = f"Model number {number}." if number % 4 == 0 else None
        model = Model(
            id=work.next_id(),
            name=name,
            schema_id=schema_id,
            description=description,
            tags=tags,
            aliases=aliases,
            latest={"None": count},
            last_version=count,
            owner=work.actor,
            **work.stamp,
        )
        self.row(tables.models, model, key=name, is_prompt=False)
        work.gather_created(dataclasses.replace(model, aliases={}, latest={}, last_version=0))
        for version in range(1, count + 1):
            self._version(work, model, version)
        for alias, version in aliases.items():
            work.gather("alias.set", model, version=version, after={alias: version})
        work.finish()

    def _version(self, work: BulkUnitOfWork, model: Model, number: int) -> None:
        source = f"s3://models/{model.id}/{number}"
        version = Version(
            id=work.next_id(),
            model_id=model.id,
            name=model.name,
            version=number,
            tags={"auc": f"0.{number}"},
            source=source,
            location=source,
            run_id=f"{model.id:032x}",
            **work.stamp,
        )
        more = derived(vars(version))
        self.row(tables.versions, version, key=f"{model.id}/{number}", is_prompt=False, **more)
        work.gather_created(version)

    def row(self, table: sa.Table, entity: object, **more: object) -> None:
        """Write one row."""
        values = {**vars(entity), **more}
        self._writers[table].writerow({column.name: _text(column, values[column.name]) for column in table.c})


class _Log:
    """The activity log: the last event, and the way to the file."""

    def __init__(self, rows: Tables) -> None:
        self._rows = rows
        self._last: Event | None = None

    def last(self) -> Event | None:
        return self._last

    def append(self, event: Event) -> None:
        self._last = event
        self._rows.row(tables.events, event, **event_row(event))

    def append_events(self, events: Sequence[Event]) -> None:
        for event in events:
            self.append(event)


class _Named(Generic[E]):
    """Catalogs, or schemas, by name."""

    def __init__(self, rows: Tables, table: sa.Table) -> None:
        self._rows, self._table = rows, table
        self._known: dict[str, E] = {}

    def get(self, name: str) -> E | None:
        return self._known.get(name)

    def insert(self, entity: E) -> None:
        self._known[entity.name] = entity
        self._rows.row(self._table, entity)


def _text(column: sa.Column[object], value: object) -> object:
    if isinstance(column.type, JsonText):
        value = column.type.process_bind_param(value, None)  # type: ignore[arg-type]
    return NULL if value is None else value
