"""The connections of a process to a PostgreSQL database."""

from __future__ import annotations

import getpass
import os
import select
import socket
from typing import Any

import psycopg
import sqlalchemy as sa

from jupyter_modelreg.system.locks import wait_limit

# Kept open, and more of them for as long as more threads ask at a time.
_CONNECTIONS, _MORE = 10, 5


def own_name() -> str:
    """What the server, and whoever waits for this process, knows it by."""
    return f"modelreg: {getpass.getuser()} on {socket.gethostname()}, process {os.getpid()}"[:63]


def pool_of(url: sa.URL, schema: str) -> sa.Engine:
    """A pool of connections that find the tables in `schema`; none is made before somebody asks."""
    pool = sa.create_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=_MORE,
        paramstyle="format",
        connect_args={"application_name": own_name(), "connect_timeout": max(2, int(wait_limit()))},
    )

    @sa.event.listens_for(pool, "connect")
    def choose_schema(connection: Any, record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path = {schema}")
        connection.commit()

    @sa.event.listens_for(pool, "checkout")
    def check_open(connection: Any, record: object, proxy: object) -> None:
        if _has_said(connection):
            raise sa.exc.InvalidatePoolError("the server has closed a connection, and maybe others")

    return pool


def _has_said(connection: psycopg.Connection[Any]) -> bool:
    """Whether a server that was asked nothing has said something: mostly that it closes the connection."""
    number = connection.fileno()
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    said = select.poll()
    said.register(number, select.POLLIN)
    return bool(said.poll(0))
