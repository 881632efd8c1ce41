"""Whom a JupyterHub knows, by the tokens that it gives its users and their notebooks.

The server is a service of the Hub, which tells it by two variables where it is and how to ask (JupyterHub:
`reference/services`).
"""

from __future__ import annotations

import os
import threading
import time
from hashlib import sha256

import requests

from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.core.identity.secrets import read_token
from jupyter_modelreg.mlflow_app.identity.gate import Asking, SignIn

_URL, _TOKEN = "JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN"
# For how long what the Hub has said is taken to be so, and how long it may take to say it, in seconds.
_KNOWN, _PATIENCE = 30.0, 10.0
_MOST = 10_000


def by_hub() -> SignIn:
    """Lets in the Hub's users, with the groups that the Hub says they are in. Raises InvalidInput.

    A token is shown as `Authorization: token …`, as the Hub's own API takes it, or as bearer. One that was revoked, or
    whose user is gone, is good for half a minute more.
    """
    url, own = os.environ.get(_URL), os.environ.get(_TOKEN)
    if not url or not own:
        raise InvalidInput(
            f"a JupyterHub is to say who asks, and {_URL} and {_TOKEN} do not say which",
            "let the Hub start the server, as one of its services",
        )
    return _Hub(url.rstrip("/"))


class _Hub:
    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Caller | None]] = {}

    def __call__(self, asking: Asking) -> Caller | None:
        scheme, _, token = asking.headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() not in ("token", "bearer") or not token or read_token(token) is not None:
            return None
        key, now = sha256(token.encode()).digest(), time.monotonic()
        with self._lock:
            found = self._known.get(key)
        if found is not None and now - found[0] < _KNOWN:
            return found[1]
        caller = self._ask(token)
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = now, caller
        return caller

    def _ask(self, token: str) -> Caller | None:
        try:
            reply = requests.get(f"{self._url}/user", headers={"Authorization": f"token {token}"}, timeout=_PATIENCE)
            if reply.status_code in (401, 403):
                return None
            reply.raise_for_status()
            told = reply.json()
        except (requests.RequestException, ValueError) as error:
            raise SourceUnavailable(
                "JupyterHub does not say who that is", "try again; see that the Hub runs"
            ) from error
        if told.get("kind") != "user":  # a service has a token, too, and is nobody
            return None
        groups = [str(name) for name in told.get("groups") or ()]
        return Caller(actor=str(told["name"]), groups=tuple(groups))
