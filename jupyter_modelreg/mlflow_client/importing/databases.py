"""MLflow's store on a database that is there already: MLflow would make one, or fill another's with tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.store.db.utils import create_sqlalchemy_engine
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.redact import one_line, redacted, safe_cause
from jupyter_modelreg.mlflow_client.mlflow_compat import verify_schema
from jupyter_modelreg.mlflow_client.uris import check_answers
from jupyter_modelreg.uri import sqlite_path, sqlite_uri

_CHECK = "check the URI, and that you may read there"
# libpq and others take the short name, SQLAlchemy does not.
_KINDS = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mssql": "mssql"}
# Drivers MLflow can work with, the best one first; and what installs it.
_DRIVERS: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("psycopg", "psycopg2"),
    "mysql": ("pymysql", "mysqldb"),
    "mssql": ("pyodbc", "pymssql"),
}
_INSTALL = {"postgresql": "'psycopg[binary]'", "mysql": "pymysql", "mssql": "pyodbc"}


def is_database(uri: str) -> bool:
    """Whether `uri` is that of a database MLflow can work on."""
    return _scheme(uri)[0] in _KINDS


def open_database(uri: str) -> SqlAlchemyStore:
    """MLflow's store on the database at `uri`; its `db_uri` names a driver that is installed.

    Raises SourceUnavailable, InvalidInput, and whatever a driver raises.
    """
    if _scheme(uri)[0] == "sqlite":
        path = sqlite_path(uri)
        if path is None or not os.path.isfile(path):
            raise SourceUnavailable(f"there is no database {path or redacted(uri)}", _CHECK)
        usable = uri if "?" in uri else sqlite_uri(path)
        engine = create_sqlalchemy_engine(usable)
    else:
        usable, engine = _engine(uri)
        if "@" in (engine.url.host or ""):
            problem = f"{redacted(uri)} cannot be read: the password before it has an @"
            raise InvalidInput(problem, "write that @ as %40, and a / as %2F")
        check_answers(uri)
    try:
        verify_schema(engine)
    except MlflowException as error:
        raise SourceUnavailable(
            f"{redacted(uri)} is not a database of this version of MLflow: {one_line(error, uri).partition('. ')[0]}",
            f"if an older MLflow made it, back it up and run: mlflow db upgrade {redacted(uri)}",
        ) from safe_cause(error, uri)
    finally:
        engine.dispose()
    return SqlAlchemyStore(usable)


def _engine(uri: str) -> tuple[str, Any]:
    """The URI with a driver that is here, and an engine on it: whoever wrote it may have had another driver."""
    for candidate in _with_drivers(uri):
        with suppress(ImportError):
            return candidate, create_sqlalchemy_engine(candidate)
    kind = _KINDS[_scheme(uri)[0]]
    raise SourceUnavailable(
        f"reading {redacted(uri)} takes a driver for {kind}, and none is installed here",
        f"pip install {_INSTALL[kind]}",
    )


def _with_drivers(uri: str) -> Iterator[str]:
    name, named = _scheme(uri)
    kind, rest = _KINDS[name], uri.partition(":")[2]
    drivers = _DRIVERS[kind]
    for driver in sorted(drivers, key=lambda driver: (driver != named, drivers.index(driver))):
        yield f"{kind}+{driver}:{rest}"


def _scheme(uri: str) -> tuple[str, str]:
    """The kind of database and the driver that `uri` names: `postgresql+psycopg://…`."""
    name, _, driver = uri.partition(":")[0].lower().partition("+")
    return name, driver
