"""What operations are over HTTP, whichever server has them: bodies of requests, and the status of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from jupyter_modelreg.api.dispatch import Envelope
from jupyter_modelreg.core.errors import InvalidInput

# Bytes of a request's body: a description, a reason and some thousand names have room in it many times over.
LARGEST = 16 << 20
# By which a server says the version of this package that answers.
VERSION_HEADER = "Modelreg-Version"
HARMLESS: Mapping[str, str] = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""What a browser may do with a file of a model, which anybody may have made, that it is led to: only save it."""

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
    "NOT_SIGNED_IN": HTTPStatus.FORBIDDEN,
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


def parse_body(body: bytes, size: int | None = None) -> object:
    """The JSON in the body of a request, which has `size` bytes where not all of it was kept. Raises InvalidInput."""
    size = len(body) if size is None else size
    if size > LARGEST:
        raise InvalidInput(
            f"the body of the request has {size:,} bytes", f"send {LARGEST:,} bytes at most; files go by a source"
        )
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the body of the request is not JSON", "send the parameters as a JSON object") from error


def parse_moment(text: str | None) -> int | str | None:
    """The `as_of` of a request, as `Registry.as_of` takes it; None for now."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else text
