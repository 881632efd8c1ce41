"""By what a server knows who asks: a token from the environment or a keyring, or one that somebody types."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from urllib.parse import urlsplit

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.uri import registry_address, scheme_of

Ask = Callable[[str], str | None]
"""Asks a person for a token, hidden; None where nobody can be asked, or nothing is typed."""

# What holds a token, and what names the server that it is for, where one is named.
_TOKENS = {"MODELREG_TOKEN": "MODELREG_URI", "MLFLOW_TRACKING_TOKEN": "MLFLOW_TRACKING_URI"}
_NAME, _PASSWORD = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
_HUB = "JUPYTERHUB_API_TOKEN"
# Where the Hub is, by the variables that it gives its notebooks.
_HUBS = ("JUPYTERHUB_API_URL", "JUPYTERHUB_PUBLIC_HUB_URL", "JUPYTERHUB_HOST")
_SERVICE = "jupyter_modelreg"
# What was typed in this process, by server: MLflow's store asks the same one.
_typed: dict[str, str] = {}
# What has let somebody in who gave it for this server, by server: it goes before what may be meant for another one.
_given: dict[str, str] = {}
# What the keyring has said in this process, by server: asking it takes longer than asking the server.
_kept: dict[str, str | None] = {}


class SignIn:
    """How this user signs in at one server: by what is found first, for as long as the server takes that.

    Args:
        server: its address.
        ask: asks for a token where there is none, and where the one there is is refused.
        token: what is shown in place of whatever is found, and of nothing else when it is refused.
        follows: whether a token in the environment is shown from the moment that it is there, as MLflow does: its
            store, which a process has one of, asks for whoever its tracking asks for.

    Raises InvalidInput for a token that cannot be one.
    """

    def __init__(self, server: str, ask: Ask | None = None, token: str | None = None, *, follows: bool = False) -> None:
        self._server = server
        self._ask = ask
        self._trying = token is not None
        self._follows = follows and token is None
        self._shown: str | None = None if token is None else f"Bearer {_sayable(token)}"

    def authorization(self) -> str | None:
        """What is shown, as the header `Authorization` has it; None for nothing."""
        named = _in_environment(self._server) if self._follows else None
        if self._shown is None or (named is not None and self._shown != _bearer(named)):
            self._shown = _found(self._server)
        return self._shown

    def again(self) -> bool:
        """Have another token, since there is none or it was refused: one that has come since, or that a person types.

        Whether there is one.
        """
        if self._trying:
            return False
        refused = self._shown
        given = _given.get(self._server)
        if refused is not None and refused == f"Bearer {given}":
            del _given[self._server]
        _kept.pop(self._server, None)
        self._shown = _found(self._server)
        if self._shown is None and given is not None:  # then the server says what is wrong with it
            _given[self._server], self._shown = given, refused
        if self._shown != refused:
            return True
        if self._ask is None or _in_environment(self._server) is not None:
            return False
        kept = ", kept in the keyring" if _keyring() is not None else ""
        token = (self._ask(f"Token for {self._server}{kept}: ") or "").strip()
        if not token:
            return False
        _typed[self._server] = _sayable(token)
        self._shown = _found(self._server)
        return True

    def accepted(self) -> None:
        """The server has let them in: what was typed is kept, where there is a keyring for it."""
        typed = _typed.get(self._server)
        if typed is None or _keyring() is None or _in_keyring(self._server) == typed:
            return
        _keep(self._server, typed)  # where that fails, this process knows the token
        _kept[self._server] = typed


def give(server: str, token: str, *, keep: bool) -> bool:
    """Show `token`, which a server has taken, to it from now on; with `keep` after this process ends, too.

    Whether it is in the keyring.
    """
    _given[server] = token
    if not keep or not _keep(server, token):
        return False
    _kept[server] = token
    return True


def keyring_there() -> bool:
    """Whether there is a keyring on this machine that can keep a token."""
    keyring = _keyring()
    return keyring is not None and keyring.get_keyring().priority > 0


def _keep(server: str, token: str) -> bool:
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, server, token)
    except keyring.errors.KeyringError:  # it is locked, or there is none on this machine
        return False
    return True


def how_to_sign_in(server: str) -> str:
    """What to do where there is no token, in words."""
    if os.environ.get(_HUB) and not _is_of_hub(server):
        return f"set MODELREG_TOKEN; {_HUB} is for the Hub's own host alone, and for the server in MODELREG_URI"
    if os.environ.get("MODELREG_TOKEN") and not _may_be_for(server, "MODELREG_URI"):
        return (
            "MODELREG_TOKEN is for the server in MODELREG_URI alone: set both, or have a keyring keep the other token"
        )
    return "make a token there (modelreg token create), and set MODELREG_TOKEN to it"


def _found(server: str) -> str | None:
    token = _token(server)
    if token is not None:
        return _bearer(token)
    name, password = os.environ.get(_NAME), os.environ.get(_PASSWORD)
    if name and password and _may_be_for(server, "MLFLOW_TRACKING_URI"):
        return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"
    return None


def _bearer(token: str) -> str:
    return f"Bearer {_sayable(token)}"


def _token(server: str) -> str | None:
    own = _given.get(server) or _in_environment(server) or _typed.get(server)
    if own is None and _is_of_hub(server):
        own = os.environ.get(_HUB) or None
    return own or _in_keyring(server)


def _in_environment(server: str) -> str | None:
    tokens = (os.environ.get(name, "").strip() for name, uri in _TOKENS.items() if _may_be_for(server, uri))
    return next((token for token in tokens if token), None)


def _may_be_for(server: str, named_by: str) -> bool:
    """Whether what a variable keeps secret may be shown to a server: where another one is named, it is for that."""
    uri = os.environ.get(named_by, "").strip()
    if not uri:
        return True
    try:
        named = registry_address(uri).server
    except InvalidInput:  # such as one that is asked without TLS, or a database
        named = uri if scheme_of(uri) in ("http", "https") else None
    return named is None or urlsplit(named)[:2] == urlsplit(server)[:2]


def _is_of_hub(server: str) -> bool:
    """Whether a server may see the token of the Hub, with which one can do there all that its user can."""
    hosts = {urlsplit(os.environ.get(name, "")).hostname for name in _HUBS} - {None}
    if urlsplit(server).hostname in hosts:
        return True
    with suppress(InvalidInput):
        return bool(os.environ.get("MODELREG_URI")) and registry_address().server == server
    return False


def _keyring() -> ModuleType | None:
    """The library `keyring`, where it is installed."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    found: ModuleType = keyring
    return found


def _in_keyring(server: str) -> str | None:
    if server not in _kept:
        keyring, found = _keyring(), None
        if keyring is not None:
            with suppress(keyring.errors.KeyringError):  # it is locked, or there is none on this machine
                found = keyring.get_password(_SERVICE, server)
        _kept[server] = found
    return _kept[server]


def _sayable(token: str) -> str:
    """A token as a header can hold it. Raises InvalidInput, which does not repeat it."""
    if not token.isascii() or not token.isprintable() or " " in token:
        raise InvalidInput("that is no token: it has a space, or other characters that no token has", "copy it whole")
    return token
