"""Who asks: what a request shows, held against the users of the registry."""

from __future__ import annotations

import base64
import binascii

from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.core.identity.secrets import read_token
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.gate import Asking, SignIn


def sign_in_by(registry: Registry) -> SignIn:
    """Lets in the users of `registry`, by a bearer token, or by name and password (RFC 6750, RFC 7617).

    A token is also taken in place of the password, since some clients know no other way.
    """

    def sign_in(asking: Asking) -> Caller | None:
        scheme, _, given = asking.headers.get("authorization", "").partition(" ")
        given = given.strip()
        if scheme.lower() == "bearer":
            return registry.tokens.sign_in(given)
        if scheme.lower() == "basic":
            return _by_name(registry, given)
        return None

    return sign_in


def _by_name(registry: Registry, given: str) -> Caller | None:
    try:
        name, found, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not found:
        return None
    if read_token(password) is not None:
        caller = registry.tokens.sign_in(password)
        return caller if caller is not None and caller.actor == name else None
    return registry.users.sign_in(name, password)
