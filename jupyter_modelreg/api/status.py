"""The HTTP status of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from jupyter_modelreg.api.dispatch import Envelope

# The one code that is a server's and not the registry's.
FORBIDDEN = "FORBIDDEN"
_STATUS: Mapping[str, HTTPStatus] = {
    "INVALID_INPUT": HTTPStatus.BAD_REQUEST,
    "ARCHIVING_REFUSED": HTTPStatus.BAD_REQUEST,
    "POLICY_REFUSED": HTTPStatus.BAD_REQUEST,
    "SOURCE_UNAVAILABLE": HTTPStatus.BAD_REQUEST,
    "SOURCE_UNRESOLVED": HTTPStatus.BAD_REQUEST,
    FORBIDDEN: HTTPStatus.FORBIDDEN,
    "WRITES_OFF": HTTPStatus.FORBIDDEN,
    "PERMISSION_DENIED": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "UNKNOWN_REGISTRY": HTTPStatus.NOT_FOUND,
    "ALIAS_NOT_FOUND": HTTPStatus.NOT_FOUND,
    "ALREADY_EXISTS": HTTPStatus.CONFLICT,
    "CONFLICT": HTTPStatus.CONFLICT,
    "FILES_DAMAGED": HTTPStatus.CONFLICT,
    "INVALID_STATE": HTTPStatus.CONFLICT,
    "BUSY": HTTPStatus.SERVICE_UNAVAILABLE,
    "UNUSABLE": HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(reply: Envelope) -> HTTPStatus:
    """The status of an answer."""
    error = reply.get("error")
    if not isinstance(error, dict):
        return HTTPStatus.OK
    return _STATUS.get(str(error["code"]), HTTPStatus.INTERNAL_SERVER_ERROR)
