"""Why a registry on PostgreSQL cannot be opened, read or written, in a sentence."""

from __future__ import annotations

from contextlib import AbstractContextManager

import psycopg
import sqlalchemy as sa
from psycopg import errors

from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.storage.sql.changes import UnfitChange

_ELSEWHERE = "set PGPASSWORD or fill ~/.pgpass: a password in a URI stays in the process that was given it"
_AGAIN = "see that the server runs and can be reached, and try again"


class database_errors(AbstractContextManager[None]):  # noqa: N801  # it is used like `contextlib.suppress`
    """Let what the server, or the way to it, does to a statement leave as RegistryUnavailable.

    Args:
        uri: what the registry is called by.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        found = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        if isinstance(found, psycopg.Error) and (told := unusable(self._uri, found)) is not None:
            raise told from error
        if isinstance(error, UnfitChange):
            raise RegistryUnavailable(
                f"the rows of {self._uri} are not what its log says: {error}", "see what differs: modelreg verify"
            ) from error


def unusable(uri: str, error: psycopg.Error) -> RegistryUnavailable | None:
    """The sentence for an error of the server's, or of the way to it; None for one of a statement's own."""
    said = _line(error)
    if error.pgconn is not None and error.pgconn.needs_password:
        return RegistryUnavailable(f"{uri} asks for a password, and this process has none", _ELSEWHERE)
    match error:
        case errors.InsufficientPrivilege():
            return RegistryUnavailable(
                f"{uri} does not let its user do that: {said}",
                "have whoever administers the database grant USAGE and CREATE on the schema, and its tables",
            )
        case errors.ReadOnlySqlTransaction():
            return RegistryUnavailable(
                f"{uri} can only be read: {said}", "connect to the primary server, not to a standby"
            )
        case errors.DiskFull() | errors.OutOfMemory() | errors.ConfigurationLimitExceeded():
            return RegistryUnavailable(f"{uri} has no room: the change was not made", "free some space there")
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return RegistryUnavailable(f"{uri} is damaged: {said}", "restore a backup of the database")
        case errors.InvalidPassword() | errors.InvalidAuthorizationSpecification():
            return RegistryUnavailable(f"{uri} does not let you in: {said}", "check user and password")
        case errors.InvalidCatalogName():
            return RegistryUnavailable(f"{uri} is not there: {said}", "have the database created, or check its name")
        # Above all what has no code of its own: no connection could be made, or it broke.
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return RegistryUnavailable(f"{uri} cannot be reached: {said}", _AGAIN)
    return None


def _line(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
