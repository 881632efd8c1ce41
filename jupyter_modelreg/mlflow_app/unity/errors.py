"""Errors as Unity Catalog's clients know them: one table, by the code of ours.

`error_code` is a name that MLflow's clients know, too, wherever there is one, since those that they do not know become
an INTERNAL_ERROR there; Unity Catalog's own name is the `reason` (unitycatalog: `GlobalExceptionHandler`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, InvalidState, NotFound, RegistryError

logger = logging.getLogger(__name__)


class CatalogNotFound(NotFound):
    """There is no such catalog, or not for whoever asks."""

    code = "CATALOG_NOT_FOUND"


class SchemaNotFound(NotFound):
    """There is no such schema, or not for whoever asks."""

    code = "SCHEMA_NOT_FOUND"


class CatalogExists(AlreadyExists):
    """There is a catalog of that name."""

    code = "CATALOG_ALREADY_EXISTS"


class SchemaExists(AlreadyExists):
    """There is a schema of that name."""

    code = "SCHEMA_ALREADY_EXISTS"


class NotEmpty(InvalidState):
    """A model has versions, and is deleted by force only."""

    code = "ABORTED"


class NotServed(InvalidInput):
    """Unity Catalog has it, and this registry has not."""

    code = "UNIMPLEMENTED"


_INVALID = (HTTPStatus.BAD_REQUEST, "INVALID_PARAMETER_VALUE", "INVALID_ARGUMENT")
_DENIED = (HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", "PERMISSION_DENIED")
_GONE = (HTTPStatus.NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
_AWAY = (HTTPStatus.SERVICE_UNAVAILABLE, "TEMPORARILY_UNAVAILABLE", "TEMPORARILY_UNAVAILABLE")
_INTERNAL = (HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "INTERNAL")
# By the code of ours: the status, the name that both sides know, and Unity Catalog's.
ERRORS: Mapping[str, tuple[HTTPStatus, str, str]] = {
    "INVALID_INPUT": _INVALID,
    "ARCHIVING_REFUSED": _INVALID,
    "POLICY_REFUSED": _INVALID,
    "SOURCE_UNAVAILABLE": _INVALID,
    "SOURCE_UNRESOLVED": _INVALID,
    "INVALID_STATE": (HTTPStatus.BAD_REQUEST, "INVALID_STATE", "FAILED_PRECONDITION"),
    "WRITES_OFF": _DENIED,
    "PERMISSION_DENIED": _DENIED,
    "NOT_SIGNED_IN": _DENIED,
    "NOT_FOUND": _GONE,
    "ALIAS_NOT_FOUND": _GONE,
    "CATALOG_NOT_FOUND": (HTTPStatus.NOT_FOUND, "CATALOG_DOES_NOT_EXIST", "CATALOG_NOT_FOUND"),
    "SCHEMA_NOT_FOUND": (HTTPStatus.NOT_FOUND, "SCHEMA_DOES_NOT_EXIST", "SCHEMA_NOT_FOUND"),
    "CATALOG_ALREADY_EXISTS": (HTTPStatus.BAD_REQUEST, "CATALOG_ALREADY_EXISTS", "CATALOG_ALREADY_EXISTS"),
    "SCHEMA_ALREADY_EXISTS": (HTTPStatus.BAD_REQUEST, "SCHEMA_ALREADY_EXISTS", "SCHEMA_ALREADY_EXISTS"),
    "ALREADY_EXISTS": (HTTPStatus.CONFLICT, "ALREADY_EXISTS", "ALREADY_EXISTS"),
    "ABORTED": (HTTPStatus.CONFLICT, "ABORTED", "ABORTED"),
    "CONFLICT": (HTTPStatus.CONFLICT, "ABORTED", "ABORTED"),
    "FILES_DAMAGED": (HTTPStatus.INTERNAL_SERVER_ERROR, "DATA_LOSS", "DATA_LOSS"),
    "UNIMPLEMENTED": (HTTPStatus.NOT_IMPLEMENTED, "NOT_IMPLEMENTED", "UNIMPLEMENTED"),
    "BUSY": _AWAY,
    "UNUSABLE": _AWAY,
}


def answered(what: str, answer: Callable[[], Response]) -> Response:
    """`answer`, or what is wrong as Unity Catalog says it; `what` names it in the server's log. Never raises."""
    try:
        return answer()
    except RegistryError as error:
        return refusal(error)
    except Exception:
        logger.exception("%s failed", what)
        message = f"{what} failed; the server's log says why"
        return _said(_INTERNAL, message)


def refusal(error: RegistryError) -> Response:
    """What a client is told of `error`."""
    return _said(ERRORS.get(error.code, _INTERNAL), str(error))


def _said(told: tuple[HTTPStatus, str, str], message: str) -> Response:
    status, code, reason = told
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return JSONResponse({"error_code": code, "message": message, "details": details}, status)


@contextmanager
def missing(kind: type[NotFound]) -> Iterator[None]:
    """Whatever is not there inside is a `kind`."""
    try:
        yield
    except NotFound as error:
        raise kind(error.message, error.hint) from error


@contextmanager
def taken(kind: type[AlreadyExists]) -> Iterator[None]:
    """Whatever is there already inside is a `kind`."""
    try:
        yield
    except AlreadyExists as error:
        raise kind(error.message, error.hint) from error
