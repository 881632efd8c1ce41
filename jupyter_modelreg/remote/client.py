"""The connection to one server: requests, who makes them, and what becomes of them when the server goes away."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import quote

import requests
from urllib3.exceptions import NewConnectionError

from jupyter_modelreg.api.http import VERSION_HEADER
from jupyter_modelreg.api.operations import Operation
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.context import note_unit, note_warning
from jupyter_modelreg.core.entities.values import ChangeWarning
from jupyter_modelreg.core.errors import InvalidInput, RegistryError
from jupyter_modelreg.core.redact import one_line
from jupyter_modelreg.remote import errors
from jupyter_modelreg.remote.decoding import decode
from jupyter_modelreg.remote.signing_in import Ask, SignIn

_OPERATIONS = "/api/modelreg/"
# Seconds that a server may take to accept a connection, and to say something: copying a large model takes its time.
_PATIENCE = (10.0, 900.0)
# Seconds between two tries of what only reads.
_PAUSES = (0.3, 1.0)
# What stands between may say these while the server starts again.
_PASSING = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


class Client:
    """What is asked of the server at an address. Any thread may ask, and a forked process, too.

    Args:
        server: its address, without a slash at its end.
        ask: asks a person for a token, where there is none and where it is refused; None asks nobody.
        token: what signs in there, in place of what is found; None looks for it.
        follows: whether whoever the environment names by now signs in; see `SignIn`.

    Attributes:
        server: that address.
        version: that of the package which has answered last there; None before that, and where it does not say.
    """

    def __init__(self, server: str, ask: Ask | None = None, token: str | None = None, *, follows: bool = False) -> None:
        self.server = server
        self.version: str | None = None
        self._sign_in = SignIn(server, ask, token, follows=follows)
        self._local = threading.local()

    def call(self, operation: Operation, params: Mapping[str, object], asked: Mapping[str, str]) -> Any:
        """What an operation returns, with `params` as its arguments and `asked` beside them; see `mlflow_app`.

        What only reads is tried again where the server does not answer; what changes something never is.
        Raises what the operation raises there, RegistryUnavailable, PermissionDenied (nobody is signed in).
        """
        what = operation.name
        reply = self.send(
            "POST",
            f"{_OPERATIONS}{what}",
            what=what,
            again=not operation.writes,
            json={name: encode(value) for name, value in params.items()},
            params=dict(asked),
        )
        told = self._envelope(reply, what, operation.writes)
        self.version = reply.headers.get(VERSION_HEADER)
        if not told["ok"]:
            raise errors.error_of(told.get("error"), self.server, what, self.version)
        if isinstance(told.get("unit"), int):
            note_unit(told["unit"])
        for warning in told.get("warnings") or ():
            note_warning(decode(warning, ChangeWarning))
        return told.get("result")

    def send(self, method: str, path: str, *, what: str, again: bool, **more: Any) -> requests.Response:
        """The answer to a request; `what` names it in errors. Where nobody is signed in, a person may be asked once.

        Raises RegistryUnavailable, PermissionDenied.
        """
        reply = self._tried(method, path, what, again, more)
        if reply.status_code == HTTPStatus.UNAUTHORIZED and self._sign_in.again():
            reply = self._tried(method, path, what, again, more)
        if reply.status_code == HTTPStatus.UNAUTHORIZED:
            shown = "Authorization" in reply.request.headers
            raise errors.not_signed_in(self.server, shown, message_of(reply))
        if reply.is_redirect:
            raise errors.elsewhere(self.server, reply.headers.get("Location", "").partition("?")[0])
        self._sign_in.accepted()
        return reply

    def artifact(self, path: str) -> str:
        """The path of a request for one of MLflow's artifacts."""
        return f"/api/2.0/mlflow-artifacts/artifacts/{quote(path)}"

    def shown(self) -> str | None:
        """What is shown to the server; whoever is remembered there is so for as long as this is the same."""
        return self._sign_in.authorization()

    def close(self) -> None:
        """Let go of the connections of this thread."""
        session = self._local.__dict__.pop("session", None)
        if session is not None:
            session[1].close()

    def _tried(self, method: str, path: str, what: str, again: bool, more: Mapping[str, Any]) -> requests.Response:
        for pause in (*(_PAUSES if again else ()), None):
            try:
                reply = self._session().request(
                    method, f"{self.server}{path}", timeout=_PATIENCE, allow_redirects=False, **more
                )
            except requests.RequestException as error:
                if pause is None or isinstance(error, requests.ReadTimeout):
                    self._give_up(error, what, again)
            else:
                if pause is None or reply.status_code not in _PASSING or _json(reply) is not None:
                    return reply
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _give_up(self, error: requests.RequestException, what: str, reads: bool) -> NoReturn:
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
            raise InvalidInput(f"{self.server} is no address: {one_line(error)}", "write https://host") from error
        if reads or _never_sent(error):
            raise errors.unreachable(self.server, _why(error)) from error
        raise errors.unknown_outcome(self.server, what, _why(error)) from error

    def _envelope(self, reply: requests.Response, what: str, writes: bool) -> dict[str, Any]:
        told = _json(reply)
        if told is not None and isinstance(told.get("ok"), bool):
            return told
        if told is not None and "error_code" in told and reply.status_code != HTTPStatus.NOT_FOUND:
            raise errors.refused_at_gate(reply.status_code, str(told.get("message")))
        if writes and reply.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise errors.unknown_outcome(self.server, what, f"{reply.status_code}")
        raise errors.no_registry(self.server, reply.status_code)

    def _session(self) -> requests.Session:
        known: tuple[int, requests.Session] | None = getattr(self._local, "session", None)
        if known is None or known[0] != os.getpid():  # a forked process must not speak on its parent's connections
            known = self._local.session = (os.getpid(), self._new_session())
        return known[1]

    def _new_session(self) -> requests.Session:
        made = requests.Session()
        made.auth = _Shown(self._sign_in)
        made.headers["Accept"] = "application/json"
        return made


class _Shown:
    """Shows what signs in; being there, it also keeps `.netrc` from being shown in its place."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        found = self._sign_in.authorization()
        if found is not None:
            request.headers["Authorization"] = found
        return request


def _json(reply: requests.Response) -> dict[str, Any] | None:
    """The JSON object of an answer that has been read; None where it is none."""
    if "json" not in reply.headers.get("Content-Type", ""):
        return None
    try:
        told = reply.json()
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def message_of(reply: requests.Response) -> str | None:
    """What an answer says that is no result; None where it says nothing that can be read."""
    told = _json(reply)
    return None if told is None or not told.get("message") else str(told["message"])


def _never_sent(error: requests.RequestException) -> bool:
    """Whether it is sure that the server has not heard of a request."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


def _why(error: requests.RequestException) -> str:
    """What went wrong, in few words; what requests says of it has half of urllib3 in it."""
    if isinstance(error, requests.ConnectTimeout):
        return "it takes no connection"
    if isinstance(error, requests.ReadTimeout):
        return "it has said nothing for too long"
    if isinstance(error, requests.exceptions.SSLError):
        return f"its certificate is not trusted; REQUESTS_CA_BUNDLE names others that are ({_cause(error)})"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy on the way to it does not answer"
    return _cause(error)


def _cause(error: BaseException) -> str:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    inner: BaseException = reason if isinstance(reason, BaseException) else error
    while inner.__cause__ is not None or inner.__context__ is not None:
        inner = inner.__cause__ or inner.__context__ or inner
    text = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner) or type(inner).__name__
    return one_line(RegistryError(text))
