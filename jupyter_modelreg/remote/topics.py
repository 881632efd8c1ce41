"""Topics whose methods are asked of a server: arguments travel, and what is answered becomes records again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from jupyter_modelreg.api.dispatch import MAX_PAGE
from jupyter_modelreg.api.operations import LOCAL_PARAMETERS, OPERATIONS, Operation
from jupyter_modelreg.core.errors import InvalidState, RegistryUnavailable
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.rules.text import check_whole
from jupyter_modelreg.remote.client import Client
from jupyter_modelreg.remote.decoding import decode

# What asks MLflow's own client for it, since MLflow's store is what holds the key.
_BY_MLFLOW = "webhooks with their secrets are made by MLflow's client: mlflow.set_registry_uri({server!r})"


class Calls:
    """Operations at a server, as one of its callers has the registry.

    Args:
        client: asks it.
        asked: what goes with each request: `as_of`, a moment in the past, and `as`, on whose behalf.
    """

    def __init__(self, client: Client, asked: Mapping[str, str]) -> None:
        self.client = client
        self.asked = asked

    def __call__(self, name: str, /, *args: object, **kwargs: object) -> Any:
        """What the operation called `name` returns. Raises what it raises, InvalidState for what does not travel."""
        operation = OPERATIONS[name]
        if operation.local_only is not None:
            raise runs_there(operation, self.client.server)
        given = _given(operation, args, kwargs)
        limit = given.get("limit", _default(operation, "limit"))
        if operation.pages and (limit is None or (isinstance(limit, int) and limit > MAX_PAGE)):
            return self._all(operation, given, limit)
        if operation.pages:
            given["limit"] = limit
        return self._one(operation, given)

    def _all(self, operation: Operation, given: dict[str, object], limit: int | None) -> Page[Any]:
        """Page after page, up to `limit`; None for no end."""
        found: Page[Any] = Page()
        found.token = given.pop("page_token", None)  # type: ignore[assignment]  # as it was given, to be refused there
        while True:
            rest = MAX_PAGE if limit is None else min(MAX_PAGE, limit - len(found))
            token = {} if found.token is None else {"page_token": found.token}
            page = self._one(operation, {**given, **token, "limit": rest})
            found.extend(page)
            found.token = page.token
            if page.token is None or len(found) == limit:
                return found

    def _one(self, operation: Operation, given: Mapping[str, object]) -> Any:
        asked = dict(self.asked)
        if "limit" in given and not operation.pages:
            asked["whole"] = "1"
        told = self.client.call(operation, given, asked)
        try:
            return decode(told, operation.result)
        except (TypeError, ValueError, KeyError) as error:
            raise RegistryUnavailable(
                f"what {self.client.server} answers to {operation.name} cannot be read: {error}",
                "use the same version of jupyter_modelreg on both sides",
            ) from error


class RemoteTopic:
    """A topic at a server: whatever is an operation of it can be called. What is done otherwise is overridden."""

    def __init__(self, calls: Calls, name: str) -> None:
        self._calls = calls
        self._name = name

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        name = f"{self._name}.{verb}"
        if name not in OPERATIONS:
            raise AttributeError(f"the registry has no operation {name}")

        def call(*args: object, **kwargs: object) -> Any:
            return self._calls(name, *args, **kwargs)

        call.__name__, call.__doc__ = verb, OPERATIONS[name].method.__doc__
        self.__dict__[verb] = call
        return call

    def __repr__(self) -> str:
        return f"<{self._name} of {self._calls.client.server}>"


def runs_there(operation: Operation, server: str) -> InvalidState:
    """What is said of an operation that does not travel."""
    if operation.topic == "webhooks":
        return InvalidState(f"{operation.name} does not travel to a server", _BY_MLFLOW.format(server=server))
    return has_to_run_there(operation.name, server)


def has_to_run_there(what: str, server: str) -> InvalidState:
    """The one sentence on what cannot be done from afar."""
    return InvalidState(
        f"{what} has to be run where the registry is, and not by way of its server",
        f"run it on the machine of {server}, with --registry and the registry that is served there",
    )


def _given(operation: Operation, args: Sequence[object], kwargs: Mapping[str, object]) -> dict[str, object]:
    """The arguments by name, as they can travel; what is as it would be anyhow is left out, for servers without it."""
    signature = inspect.signature(operation.method)
    bound = signature.bind(None, *args, **kwargs).arguments
    local = LOCAL_PARAMETERS.get(operation.name, frozenset())
    found = {}
    for name, value in list(bound.items())[1:]:
        default = signature.parameters[name].default
        if name in local or (
            default is not inspect.Parameter.empty and type(value) is type(default) and value == default
        ):
            continue
        check_whole(name, value)
        found[name] = _plain(value)
    return found


def _default(operation: Operation, name: str) -> object:
    found = inspect.signature(operation.method).parameters.get(name)
    return None if found is None else found.default


def _plain(value: object) -> object:
    """A value as the wire format takes it: of what can be walked through, a list."""
    if isinstance(value, str | bytes | Mapping | Sequence | PurePath | Reference) or not isinstance(value, Iterable):
        return value
    return list(value)
