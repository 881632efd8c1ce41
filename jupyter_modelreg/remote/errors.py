"""What went wrong at a server, or on the way there, as the registry's own errors."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from jupyter_modelreg.core.context import own_version
from jupyter_modelreg.core.errors import (
    InvalidState,
    NotFound,
    NotSignedIn,
    ReadOnly,
    RegistryError,
    RegistryUnavailable,
)
from jupyter_modelreg.remote.signing_in import how_to_sign_in

_QUESTION = "; did you mean "
# How it is said that the other side has no such operation or parameter, or wants another one.
_OTHER_VERSION = (" has no parameter ", " needs the parameter ", " has no field ", " needs the field ")


def error_of(told: object, server: str, operation: str, version: str | None) -> RegistryError:
    """The error in an answer, which a server of `version` has given to `operation`."""
    error = told if isinstance(told, dict) else {}
    message = str(error.get("message") or f"{operation} failed at {server}")
    hint = None if error.get("hint") is None else str(error["hint"])
    kind = _kinds().get(str(error.get("code")), RegistryError)
    if kind is NotFound and message.startswith(f"no operation {operation}"):
        return InvalidState(
            f"{server} does not know {operation}{_runs(version)}", "have the server updated, or use an older client"
        )
    if version != own_version() and message.startswith(operation) and any(each in message for each in _OTHER_VERSION):
        hint = f"{server}{_runs(version)}: use the same version on both sides"
    made = kind(message, hint)
    if isinstance(made, NotFound) and _QUESTION in message:
        made.question = f"did you mean {message.partition(_QUESTION)[2]}"
    return made


def _runs(version: str | None) -> str:
    ran = f"version {version}" if version else "an older version"
    return f": it runs {ran} of jupyter_modelreg, and this client is {own_version()}"


def not_signed_in(server: str, shown: bool, said: str | None) -> NotSignedIn:
    """What a server answers to whom it does not know; `shown` is whether a token was shown to it."""
    if not shown:
        return NotSignedIn(f"{server} asks who you are, and there is no token to show it", how_to_sign_in(server))
    return NotSignedIn(f"{server} does not let you in: {said or 'what was shown is not known'}", how_to_sign_in(server))


def refused_at_gate(status: int, message: str) -> RegistryError:
    """What the gate of a server says in MLflow's words."""
    if status == HTTPStatus.FORBIDDEN:
        return ReadOnly(*_two_lines(message))
    return RegistryUnavailable(*_two_lines(message))


def _two_lines(message: str) -> tuple[str, str | None]:
    first, _, rest = message.partition("\n")
    return first, rest or None


def unreachable(server: str, why: str) -> RegistryUnavailable:
    """A server that does not answer."""
    return RegistryUnavailable(f"{server} does not answer: {why}", "check the address, and that the server runs")


def unknown_outcome(server: str, operation: str, why: str) -> RegistryUnavailable:
    """A server that went away before it had said whether a change was made."""
    return RegistryUnavailable(
        f"{server} went away in the middle of {operation} ({why}): it is not known whether that was done",
        "look before you do it again: history has it if it was",
    )


def no_registry(server: str, status: int) -> RegistryUnavailable:
    """Something that answers, and is no server of a registry."""
    return RegistryUnavailable(
        f"{server} answers ({status}), and not as the server of a registry does",
        "check the address; modelreg server, or mlflow server --app-name modelreg, is what answers there",
    )


def elsewhere(server: str, to: str) -> RegistryUnavailable:
    """A server that sends its clients to another address, where a token is not sent unasked."""
    return RegistryUnavailable(f"{server} sends its clients elsewhere", f"connect there if you trust it: {to}")


def _kinds() -> dict[str, type[RegistryError]]:
    return {kind.code: kind for kind in _subclasses(RegistryError) if kind.__module__ == RegistryError.__module__}


def _subclasses(kind: type[RegistryError]) -> Iterator[type[RegistryError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _subclasses(each)
