"""The same large registry twice: ours and one of MLflow's on SQLite, each written in bulk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from jupyter_modelreg.connection import open_context
from jupyter_modelreg.core.bulk_unit import BulkUnitOfWork, bulk_work
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Metric, Version

VERSIONS = 10
ALIASES = ("Champion", "Challenger", "Shadow")
START = 1_700_000_000_000  # ms
_AT_ONCE = 1_000
_ALIASED = {alias: number for number, alias in enumerate(ALIASES, 1)}


def name_of(number: int) -> str:
    """What the model with that number is called; `fraud` is in a tenth of the names."""
    return f"{'fraud' if number % 10 == 0 else 'churn'}_{number:06}"


def tags_of(model: int, version: int) -> dict[str, str]:
    """Three tags; one version in a thousand has `tier` at `gold`."""
    tier = "gold" if (model * VERSIONS + version) % 1000 == 1 else "bronze"
    return {"tier": tier, "auc": f"0.{version}", "team": f"team{model % 12}"}


def measured_of(model: int, version: int) -> dict[str, object]:
    """Three metrics and three params; a tenth of the versions has an `auc` above 0.9."""
    at = model * VERSIONS + version
    values = {"auc": at * 7919 % 1000 / 1000, "loss": at * 104_729 % 991 / 991, "recall": at * 31 % 97 / 97}
    metrics = tuple(Metric(key=key, value=value, timestamp=START) for key, value in values.items())
    return {"metrics": metrics, "params": {"depth": str(at % 17), "rate": f"0.{at % 7}", "seed": str(at)}}


def fill_ours(path: Path, models: int, *, measured: bool = False) -> None:
    """Make a registry at `path` with `models` models of `VERSIONS` versions, `measured` with metrics and params."""
    context = open_context(str(path), "benchmark")
    for first in range(0, models, _AT_ONCE):
        with bulk_work(context, "exchange.import_from", None) as work:
            _fill(work, range(first, min(models, first + _AT_ONCE)), measured)
    context.store.close()


def _fill(work: BulkUnitOfWork, numbers: range, measured: bool) -> None:
    for number in numbers:
        stamp = {
            "created_at": START + number,
            "created_by": work.actor,
            "updated_at": START + number,
            "updated_by": work.actor,
        }
        model = Model(
            id=work.next_id(),
            name=name_of(number),
            aliases=_ALIASED,
            last_version=VERSIONS,
            owner=work.actor,
            **stamp,  # type: ignore[arg-type]
        )
        work.gather_created(model)
        for version in range(1, VERSIONS + 1):
            row = Version(
                id=work.next_id(),
                model_id=model.id,
                name=model.name,
                version=version,
                tags=tags_of(number, version),
                source="s3://somewhere/model",
                location="s3://somewhere/model",
                **(measured_of(number, version) if measured else {}),  # type: ignore[arg-type]
                **stamp,  # type: ignore[arg-type]
            )
            work.gather_created(row)


def fill_mlflow(path: Path, models: int) -> None:
    """Make the same in MLflow's tables at `path`."""
    from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

    SqlAlchemyStore(f"sqlite:///{path}").engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?, ?, ?)",
            ((name_of(number), START + number, START + number) for number in range(models)),
        )
        connection.executemany(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, "
            "storage_location, status) VALUES (?, ?, ?, ?, 'None', ?, ?, 'READY')",
            (
                (name_of(number), version, START + number, START + number, *("s3://somewhere/model",) * 2)
                for number, version in _pairs(models)
            ),
        )
        connection.executemany(
            "INSERT INTO model_version_tags (name, version, key, value) VALUES (?, ?, ?, ?)",
            (
                (name_of(number), version, key, value)
                for number, version in _pairs(models)
                for key, value in tags_of(number, version).items()
            ),
        )
        connection.executemany(
            "INSERT INTO registered_model_aliases (name, alias, version) VALUES (?, ?, ?)",
            ((name_of(number), alias, at) for number in range(models) for alias, at in _ALIASED.items()),
        )
    connection.close()


def _pairs(models: int) -> Iterator[tuple[int, int]]:
    return ((number, version) for number in range(models) for version in range(1, VERSIONS + 1))
