"""Schema changes: ordered named functions, each run once, in a transaction of its own, and recorded.

A migration states its own DDL and never refers to `tables`, which describes today's schema: what ran yesterday must
run the same tomorrow. A test holds that all of them together make exactly what `tables` says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.storage.sql.backend import Engine
from jupyter_modelreg.storage.sql.compiled import Statement
from jupyter_modelreg.storage.sql.tables import migrations

# As the SQL standard has them.
_TABLES = sa.text(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"
)

_NAMES = Statement(sa.select(migrations.c.name))
_ANOTHER = "restore a backup: modelreg restore FILE --force; or give the registry a file of its own"

Migration = Callable[[sa.Connection], None]

_AT_ONCE = 500  # rows, which take four parameters each
_AUTHORED = "created_at BIGINT NOT NULL, created_by TEXT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL"


def one_log(connection: sa.Connection) -> None:
    """Catalogs, schemas, models, versions with their files, webhooks, and the log of events they follow from."""
    for statement in (
        f"""CREATE TABLE catalogs (
            id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT, owner TEXT NOT NULL, {_AUTHORED})""",
        f"""CREATE TABLE schemas (
            id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, catalog_id BIGINT NOT NULL, description TEXT,
            owner TEXT NOT NULL, {_AUTHORED})""",
        f"""CREATE TABLE models (
            id BIGINT PRIMARY KEY, key TEXT UNIQUE, name TEXT NOT NULL, schema_id BIGINT, description TEXT,
            owner TEXT NOT NULL, tags TEXT NOT NULL, aliases TEXT NOT NULL, latest TEXT NOT NULL,
            is_prompt BOOLEAN NOT NULL, last_version INTEGER NOT NULL, deployment_job_id TEXT, deleted_at BIGINT,
            {_AUTHORED})""",
        f"""CREATE TABLE versions (
            id BIGINT PRIMARY KEY, key TEXT NOT NULL UNIQUE, model_id BIGINT NOT NULL, version INTEGER NOT NULL,
            stage TEXT NOT NULL, tags TEXT NOT NULL, is_prompt BOOLEAN NOT NULL, description TEXT, source TEXT,
            location TEXT, run_id TEXT, run_link TEXT, logged_model_id TEXT, params TEXT, metrics TEXT,
            signature TEXT, managed BOOLEAN NOT NULL, size BIGINT, status TEXT NOT NULL, status_message TEXT,
            deleted_at BIGINT, {_AUTHORED})""",
        """CREATE TABLE version_files (
            version_id BIGINT NOT NULL, path TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL,
            kind TEXT NOT NULL)""",
        "CREATE TABLE retired_names (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, highest INTEGER NOT NULL)",
        """CREATE TABLE events (
            seq BIGINT PRIMARY KEY, time BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, subject_id BIGINT NOT NULL, name TEXT NOT NULL, version INTEGER,
            before TEXT, after TEXT, reason TEXT, on_behalf_of TEXT, undoes BIGINT, unit BIGINT NOT NULL,
            remaining INTEGER NOT NULL, format INTEGER NOT NULL, hash TEXT NOT NULL)""",
        f"""CREATE TABLE webhooks (
            id BIGINT PRIMARY KEY, webhook_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, url TEXT NOT NULL,
            events TEXT NOT NULL, description TEXT, status TEXT NOT NULL, secret TEXT, deleted_at BIGINT,
            {_AUTHORED})""",
    ):
        connection.execute(sa.text(statement))


def pins(connection: sa.Connection) -> None:
    """Whether a version is pinned; none was."""
    connection.execute(sa.text("ALTER TABLE versions ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT FALSE"))


def usage(connection: sa.Connection) -> None:
    """Who loaded which version, a row for each actor, notebook and day."""
    connection.execute(
        sa.text(
            """CREATE TABLE usage (
            version_id BIGINT NOT NULL, actor TEXT NOT NULL, notebook TEXT, day TEXT NOT NULL, alias TEXT,
            last_used_at BIGINT NOT NULL, count BIGINT NOT NULL)"""
        )
    )


def short_log(connection: sa.Connection) -> None:
    """The log without an index, and with columns for the times of what is created; the events stay as they are."""
    for statement in (
        """CREATE TABLE short_events (
            seq BIGINT NOT NULL, time BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, subject_id BIGINT NOT NULL, name TEXT NOT NULL, version INTEGER,
            before TEXT, after TEXT, reason TEXT, on_behalf_of TEXT, undoes BIGINT, unit BIGINT NOT NULL,
            remaining INTEGER NOT NULL, format INTEGER NOT NULL, hash TEXT NOT NULL, created_at BIGINT,
            updated_at BIGINT)""",
        "INSERT INTO short_events SELECT *, NULL, NULL FROM events ORDER BY seq",
        "DROP TABLE events",
        "ALTER TABLE short_events RENAME TO events",
    ):
        connection.execute(sa.text(statement))


def grants(connection: sa.Connection) -> None:
    """What is granted on what, and groups; everybody might do everything, and still may."""
    for table in ("catalogs", "schemas", "models"):
        connection.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN grants TEXT NOT NULL DEFAULT '{{}}'"))
    connection.execute(
        sa.text(
            """CREATE TABLE registry (
            id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, owner TEXT, grants TEXT NOT NULL, groups TEXT NOT NULL)"""
        )
    )
    everything = '{"account users": ["ALL PRIVILEGES", "MANAGE"]}'
    connection.execute(
        sa.text("INSERT INTO registry VALUES (0, 'registry', NULL, :everything, '{}')"), {"everything": everything}
    )


def comments(connection: sa.Connection) -> None:
    """What was said of models and versions; nothing was."""
    connection.execute(
        sa.text(
            """CREATE TABLE comments (
            id BIGINT PRIMARY KEY, model_id BIGINT NOT NULL, version INTEGER, author TEXT NOT NULL, text TEXT NOT NULL,
            mentions TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT)"""
        )
    )


def tag_policies(connection: sa.Connection) -> None:
    """What tags may be; nobody had said so."""
    connection.execute(sa.text("ALTER TABLE registry ADD COLUMN tag_policies TEXT NOT NULL DEFAULT '{}'"))


def os_users(connection: sa.Connection) -> None:
    """Which user of the operating system did something, where that is another than the actor; it was not noted."""
    connection.execute(sa.text("ALTER TABLE events ADD COLUMN os_user TEXT"))


def requests(connection: sa.Connection) -> None:
    """What people ask each other for; nobody did."""
    connection.execute(
        sa.text(
            """CREATE TABLE requests (
            id BIGINT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, subject_id BIGINT NOT NULL,
            target TEXT NOT NULL, version INTEGER, alias TEXT, stage TEXT, privileges TEXT NOT NULL,
            author TEXT NOT NULL, reason TEXT, seen TEXT NOT NULL, state TEXT NOT NULL, approvals TEXT NOT NULL,
            created_at BIGINT NOT NULL, expires_at BIGINT, decided_by TEXT, decided_at BIGINT, decision_reason TEXT,
            deleted_at BIGINT)"""
        )
    )


def policies(connection: sa.Connection) -> None:
    """What is on what by way of policies; there was none."""
    for table in ("registry", "catalogs", "schemas", "models"):
        connection.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN policies TEXT NOT NULL DEFAULT '{{}}'"))
    connection.execute(sa.text("ALTER TABLE registry ADD COLUMN policed BOOLEAN NOT NULL DEFAULT FALSE"))


def links(connection: sa.Connection) -> None:
    """Where versions are deployed or used; nobody had said so."""
    connection.execute(sa.text("ALTER TABLE versions ADD COLUMN links TEXT NOT NULL DEFAULT '{}'"))


def deprecations(connection: sa.Connection) -> None:
    """Which models and versions are not to be used any more; nobody had said so."""
    for table in ("models", "versions"):
        connection.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN deprecated TEXT"))


def searchable(connection: sa.Connection) -> None:
    """What searches ask of metrics and signatures, which takes too long to be read from these each time."""
    for name in ("latest_metrics", "inputs", "outputs"):
        connection.execute(sa.text(f"ALTER TABLE versions ADD COLUMN {name} TEXT NOT NULL DEFAULT '{{}}'"))
    _derive(connection, ("metrics", "signature"), ("latest_metrics", "inputs", "outputs"))


def searches(connection: sa.Connection) -> None:
    """Which searches are saved; none was."""
    connection.execute(sa.text("ALTER TABLE registry ADD COLUMN searches TEXT NOT NULL DEFAULT '{}'"))


def lineage(connection: sa.Connection) -> None:
    """Where versions came from, and what searches ask of that; it was not noted."""
    for column in ("lineage TEXT", "notebook TEXT", "experiment TEXT", "datasets TEXT NOT NULL DEFAULT '{}'"):
        connection.execute(sa.text(f"ALTER TABLE versions ADD COLUMN {column}"))


def flavors(connection: sa.Connection) -> None:
    """What kind of model versions are; it was not noted."""
    connection.execute(sa.text("ALTER TABLE versions ADD COLUMN flavor TEXT"))


def aligned_numbers(connection: sa.Connection) -> None:
    """Which params are numbers, and metrics, so that no JSON has to be parsed to compare them."""
    connection.execute(sa.text("ALTER TABLE versions ADD COLUMN numeric_params TEXT NOT NULL DEFAULT '{}'"))
    _derive(connection, ("metrics", "params"), ("latest_metrics", "numeric_params"))


def moves(connection: sa.Connection) -> None:
    """Where the registry has moved to; it had not."""
    connection.execute(sa.text("ALTER TABLE registry ADD COLUMN moved_to TEXT"))


def users(connection: sa.Connection) -> None:
    """Whom a server lets in; nobody was."""
    for name in ("users", "passwords"):
        connection.execute(sa.text(f"ALTER TABLE registry ADD COLUMN {name} TEXT NOT NULL DEFAULT '{{}}'"))


def _derive(connection: sa.Connection, stored: Sequence[str], names: Sequence[str]) -> None:
    """Fill columns of versions with what searches ask of what is stored in others."""
    from jupyter_modelreg.storage.sql.searching.derived import derived_text

    columns = ", ".join(f"{name} TEXT" for name in names)
    connection.execute(sa.text(f"CREATE TABLE searchable (id BIGINT, {columns})"))
    versions, found = (sa.table(each, sa.column("id"), *map(sa.column, names)) for each in ("versions", "searchable"))
    asked: list[sa.ColumnClause[Any]] = [sa.column(name) for name in stored]
    some = sa.or_(*(column.is_not(None) for column in asked))
    rows = connection.execute(sa.select(versions.c.id, *asked).select_from(versions).where(some)).mappings().all()
    for start in range(0, len(rows), _AT_ONCE):
        made = [
            {"id": row["id"], **derived_text({name: row[name] for name in stored})}
            for row in rows[start : start + _AT_ONCE]
        ]
        connection.execute(found.insert().values(made))
    new = {name: found.c[name] for name in names}
    connection.execute(versions.update().where(found.c.id == versions.c.id).values(new))
    connection.execute(sa.text("DROP TABLE searchable"))


MIGRATIONS: Sequence[Migration] = (
    one_log,
    pins,
    usage,
    short_log,
    grants,
    comments,
    tag_policies,
    os_users,
    requests,
    policies,
    links,
    deprecations,
    searchable,
    searches,
    lineage,
    flavors,
    aligned_numbers,
    moves,
    users,
)
# The first step of registries whose log could not be replayed; no version that was released has made one.
_BEFORE = "initial"


def create(connection: sa.Connection, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Make the tables of a new registry, all or none, in the open database, in which there is nothing yet.

    To ask an empty database what is in it takes longer than to make three tables.
    """
    with connection.begin():
        migrations.create(connection, checkfirst=False)
        for step in steps:
            _take(step, connection)


def migrate(connection: sa.Connection, path: object, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the open database up to date. The caller holds it alone.

    Raises RegistryUnavailable when the file belongs to something else, or to a newer version of this package, or was
    altered.
    """
    missing = missing_steps(connection, path, steps)
    if len(missing) == len(steps) and migrations.name not in _tables(connection):
        return create(connection, steps)
    for step in missing:
        with connection.begin(), _fitting(step, path):
            _take(step, connection)
    return None


def _take(step: Migration, connection: sa.Connection) -> None:
    step(connection)
    connection.execute(migrations.insert().values(name=step.__name__, applied_at=time.time_ns() // 1_000_000))


@contextmanager
def _fitting(step: Migration, path: object) -> Iterator[None]:
    """Say in a sentence that the tables are not those that `step` is for: the record of what was done is not whole."""
    try:
        yield
    except sa.exc.ProgrammingError as error:
        raise RegistryUnavailable(
            f"{path} is no registry, or was altered: its tables are not those before the migration {step.__name__!r}",
            _ANOTHER,
        ) from error


def is_current(engine: Engine, steps: Sequence[Migration] = MIGRATIONS) -> bool:
    """Whether all has been done to the open database, and nothing that is not known.

    This is asked each time one is opened, and so without a connection of SQLAlchemy's, which takes longer to make than
    the answer; of a database that is not current, `missing_steps` says what is wrong.
    """
    try:
        done = engine.ask(_NAMES.on(engine.backend).sql, ())
    except engine.backend.error:
        return False
    return {name for [name] in done} == {step.__name__ for step in steps}


def missing_steps(
    connection: sa.Connection, path: object, steps: Sequence[Migration] = MIGRATIONS
) -> Sequence[Migration]:
    """What has not been done to the open database yet; nothing is changed. Raises as `migrate` does."""
    done = _applied(connection, path)
    if _BEFORE in done:
        raise RegistryUnavailable(
            f"{path} was written by a jupyter_modelreg from before the first release, whose log cannot be read",
            "register what you need anew in another file, or open it with the version it was made by",
        )
    known = [step.__name__ for step in steps]
    unknown = [name for name in done if name not in known]
    if unknown:
        raise RegistryUnavailable(
            f"{path} was written by a newer jupyter_modelreg (it has {unknown[0]!r})",
            "upgrade with: pip install -U jupyter_modelreg",
        )
    return [step for step in steps if step.__name__ not in done]


def _applied(connection: sa.Connection, path: object) -> set[str]:
    try:
        with connection.begin():
            return set(connection.execute(sa.select(migrations.c.name)).scalars())
    except sa.exc.ProgrammingError as error:
        there = _tables(connection)
        if migrations.name in there:  # what is in the way of reading it is not that the file is new
            raise RegistryUnavailable(
                f"{path} is no registry, or was altered: its table {migrations.name!r} has no names of migrations",
                _ANOTHER,
            ) from error
    if there:
        raise RegistryUnavailable(
            f"{path} is a database of something else (it has a table {there[0]!r})",
            "give the registry a file of its own",
        )
    return set()


def _tables(connection: sa.Connection) -> Sequence[str]:
    with connection.begin():
        return connection.execute(_TABLES).scalars().all()
