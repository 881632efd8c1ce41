"""DuckDB through SQLAlchemy: the SQL it is given, transactions, and errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import duckdb
import pytest
import sqlalchemy as sa

from jupyter_modelreg.storage.duckdb.dialect import Connection, DuckDBDialect, engine_over

THINGS = sa.Table("things", sa.MetaData(), sa.Column("order", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
NAME = THINGS.c.name


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with duckdb.connect(":memory:") as raw, engine_over(Connection(raw)).connect() as opened:
        with opened.begin():
            THINGS.create(opened, checkfirst=False)
            opened.execute(THINGS.insert(), [{"order": 1, "name": "Ab_c"}, {"order": 2, "name": "ABxC"}])
        yield opened


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        (NAME.ilike("ab_C"), [1, 2]),
        (NAME.ilike("ab/_c", escape="/"), [1]),
        (NAME.not_ilike("AB/_C", escape="/"), [2]),
        (NAME.like("AB%"), [2]),
        (NAME.in_(["ABxC", "other"]), [2]),
        (NAME.in_([]), []),
        (sa.true(), [1, 2]),
        (sa.false(), []),
        (sa.func.length(NAME) / 2 == 2, [1, 2]),
    ],
)
def test_conditions(connection: sa.Connection, clause: sa.ColumnElement[bool], found: list[int]) -> None:
    statement = sa.select(THINGS.c.order).where(clause).order_by(THINGS.c.order)
    assert list(connection.execute(statement).scalars()) == found


def test_a_page(connection: sa.Connection) -> None:
    names = sa.select(NAME).order_by(THINGS.c.order)
    assert list(connection.execute(names.limit(1)).scalars()) == ["Ab_c"]
    assert list(connection.execute(names.offset(1)).scalars()) == ["ABxC"]
    assert list(connection.execute(names.limit(1).offset(2)).scalars()) == []
    assert connection.execute(names).fetchmany(1) == [("Ab_c",)]


def test_what_is_rolled_back_was_never_there(connection: sa.Connection) -> None:
    with connection.begin() as transaction:
        connection.execute(THINGS.delete())
        transaction.rollback()
    assert len(connection.execute(sa.select(THINGS)).all()) == 2
    connection.rollback()
    with connection.begin():
        connection.execute(THINGS.update().values(name="new"))
    for statement in ("ROLLBACK", "BEGIN"):
        connection.execute(sa.text(statement))
    assert set(connection.execute(sa.select(NAME)).scalars()) == {"new"}


def test_a_transaction_that_an_error_ended_is_rolled_back_in_silence(connection: sa.Connection) -> None:
    connection.execute(sa.text("SELECT 1"))
    connection.exec_driver_sql("ROLLBACK")
    connection.rollback()
    assert not connection.in_transaction()


def test_errors_are_sqlalchemys_and_name_duckdbs(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.IntegrityError) as refused:
        connection.execute(THINGS.insert().values(order=1))
    assert isinstance(refused.value.orig, duckdb.ConstraintException)
    connection.rollback()
    with pytest.raises(sa.exc.ProgrammingError):
        connection.execute(sa.text("SELECT * FROM nowhere"))


def test_a_statement_is_compiled_once_whatever_its_values(connection: sa.Connection) -> None:
    cache: dict[object, object] = {}
    caching = connection.execution_options(compiled_cache=cache)
    for name in ("a", "b", "c"):
        caching.execute(sa.select(THINGS).where(NAME.like(name)))
    assert len(cache) == 1


def test_it_needs_no_other_databases_dialect() -> None:
    assert DuckDBDialect().statement_compiler.__mro__[1].__module__ == "sqlalchemy.sql.compiler"
    assert "duckdb_engine" not in sys.modules
