"""Who asks: what a request shows, held against the users of the registry, or vouched for by others."""

from __future__ import annotations

import base64
import binascii
import importlib
import ipaddress
import os
from collections.abc import Callable, Collection, Sequence

from jupyter_modelreg.core.entities.securables import EVERYBODY
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.core.identity.secrets import read_token
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity.attempts import Attempts
from jupyter_modelreg.mlflow_app.identity.gate import Asking, SignIn
from jupyter_modelreg.mlflow_app.identity.jupyterhub import by_hub

# How whoever runs the server says who vouches for callers; `modelreg server` has an option for each.
HEADER = "MODELREG_SERVER_PROXY_HEADER"
PROXIES = "MODELREG_SERVER_PROXIES"
FUNCTION = "MODELREG_SERVER_SIGN_IN"
HUB = "MODELREG_SERVER_JUPYTERHUB"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def sign_in_by(registry: Registry) -> SignIn:
    """Lets in the users of `registry`, and those whom somebody vouches for whom the environment names.

    Raises InvalidInput for what is named there and cannot be used.
    """
    ways: list[SignIn] = []
    header = os.environ.get(HEADER)
    if header:
        ways.append(_by_proxy(header, os.environ.get(PROXIES, "")))
    if os.environ.get(HUB):
        ways.append(by_hub())
    function = os.environ.get(FUNCTION)
    if function:
        ways.append(_by_function(function))

    attempts = Attempts()

    def sign_in(asking: Asking) -> Caller | None:
        own = _by_registry(registry, asking, attempts)
        if own is not None:
            return own
        vouched = next((caller for way in ways if (caller := way(asking)) is not None), None)
        # Whoever is called as a group would have what that was granted.
        taken = vouched is not None and (vouched.actor == EVERYBODY or vouched.actor in _groups(registry))
        return None if taken else vouched

    return sign_in


def _groups(registry: Registry) -> Collection[str]:
    return {group.name for group in registry.groups.list()}


def _by_registry(registry: Registry, asking: Asking, attempts: Attempts) -> Caller | None:
    """By a bearer token, or by name and password (RFC 6750, RFC 7617).

    A token is also taken in place of the password, since some clients know no other way.
    """
    scheme, _, given = asking.headers.get("authorization", "").partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer":
        return registry.tokens.sign_in(given)
    return _by_name(registry, given, asking.address, attempts) if scheme.lower() == "basic" else None


def _by_name(registry: Registry, given: str, address: str | None, attempts: Attempts) -> Caller | None:
    try:
        name, found, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not found:
        return None
    if read_token(password) is not None:
        caller = registry.tokens.sign_in(password)
        return caller if caller is not None and caller.actor == name else None
    attempts.check(address, name)
    caller = registry.users.sign_in(name, password)
    (attempts.wrong if caller is None else attempts.right)(address, name)
    return caller


def _by_proxy(header: str, proxies: str) -> SignIn:
    """By the name in a header that a proxy sets, where the request comes from one of the networks in `proxies`."""
    networks = _networks(proxies)

    def sign_in(asking: Asking) -> Caller | None:
        name = asking.headers.get(header.lower(), "").strip()
        return Caller(actor=name) if name and _comes_from(asking.address, networks) else None

    return sign_in


def _networks(proxies: str) -> Sequence[Network]:
    try:
        found = [ipaddress.ip_network(each.strip()) for each in proxies.split(",") if each.strip()]
    except ValueError as error:
        raise InvalidInput(f"{proxies} names no networks: {error}", "write them as 10.0.0.0/8,127.0.0.1") from error
    if not found:
        raise InvalidInput(
            "a header says who asks, and nothing says which proxies set it",
            "name their networks: modelreg server --proxies 127.0.0.1",
        )
    return found


def _comes_from(address: str | None, networks: Sequence[Network]) -> bool:
    try:
        at = ipaddress.ip_address(address or "")
    except ValueError:  # a test, or a socket of the machine, has no address
        return False
    return any(at in network for network in networks)


def _by_function(named: str) -> SignIn:
    """By a function of one's own, `module:function`: it is given an `Asking`, and gives a `Caller`, a name or None."""
    module, _, name = named.partition(":")
    try:
        function: Callable[[Asking], Caller | str | None] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InvalidInput(f"{named} is no function that can be imported: {error}", "write module:function") from error

    def sign_in(asking: Asking) -> Caller | None:
        found = function(asking)
        return Caller(actor=found) if isinstance(found, str) else found

    return sign_in
