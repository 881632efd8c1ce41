"""The operations: every public method of every topic of `Registry`, by the name `topic.verb`.

They follow from the topics: a new method is an operation at once. Only what cannot travel is listed here, and why.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType

from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.registry import Registry, topics


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation: its name, its resolved type hint, and whether it must be given."""

    name: str
    hint: object
    required: bool


@dataclass(frozen=True)
class Operation:
    """One call of the registry.

    Attributes:
        topic: the attribute of `Registry` that offers it; `registry` for the `Registry` itself.
        method: the method of the topic's class, unbound.
    """

    topic: str
    method: Callable[..., object]

    @property
    def verb(self) -> str:
        """The name of the method."""
        return self.method.__name__

    @property
    def name(self) -> str:
        """`topic.verb`."""
        return f"{self.topic}.{self.verb}"

    @property
    def local_only(self) -> str | None:
        """Why it can only be called from Python, not through a comm or REST; None when it travels."""
        return LOCAL_ONLY.get(self.name)

    @property
    def writes(self) -> bool:
        """Whether it changes the registry: exactly those that do take a reason."""
        return "reason" in inspect.signature(self.method).parameters

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it takes from afar, in order: without `self`, and without what does not travel."""
        local = {"self", *LOCAL_PARAMETERS.get(self.name, ())}
        declared = [each for each in inspect.signature(self.method).parameters.values() if each.name not in local]
        return tuple(Parameter(each.name, self._hints[each.name], each.default is each.empty) for each in declared)

    @property
    def result(self) -> object:
        """The resolved type hint of what it returns."""
        return self._hints["return"]

    @property
    def pages(self) -> bool:
        """Whether what it returns comes in pages, so that there is a way to the rest of it."""
        return typing.get_origin(self.result) is Page

    @cached_property
    def _hints(self) -> Mapping[str, object]:
        return typing.get_type_hints(self.method)

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.method) or "").partition("\n")[0]


# Why an operation can only be called from Python, not through a comm or REST.
_WRITES_FOLDER = "it writes into a folder of the machine that answers, where the caller may not be able to look"
_FILES_OF_CALLER = "it reads or writes a file of the machine that answers, where the caller may not be able to look"
_SENT = "it is for a server, to which files are sent; others register a source"
_ENCRYPTED = "its secret must arrive encrypted, and only MLflow's store holds the key"
_OPENS = "it opens another registry, from the machine that answers, where the caller may not be able to look"
_SIGNING_IN = "it is for a server, which asks who its caller is"
LOCAL_ONLY: Mapping[str, str] = {
    "versions.begin": _SENT,
    "versions.complete": _SENT,
    "grants.change": "it is for a server that speaks Unity Catalog's REST; others grant and revoke",
    "versions.latest": "it takes models as the registry reads them, with more than travels",
    "versions.working_copy": _WRITES_FOLDER,
    "versions.download": _WRITES_FOLDER,
    "versions.load": "it returns a loaded Python model",
    "versions.file": "it is for whoever reads the file on the machine that answers, as the server does",
    "maintenance.backup": _FILES_OF_CALLER,
    "maintenance.occupied": "it is asked before a restore, which is not for the wire",
    "maintenance.move_to": "it takes the registry away from what answers, to a place of that machine's",
    "maintenance.restore": "it replaces the registry that answers, from a file of that machine",
    "exchange.import_from": _FILES_OF_CALLER,
    "exchange.export_to": _FILES_OF_CALLER,
    "sync.pull": _OPENS,
    "sync.push": _OPENS,
    "users.sign_in": _SIGNING_IN,
    "tokens.sign_in": _SIGNING_IN,
    "webhooks.to_send": "it is for MLflow's store, which sends them on behalf of whoever changes something",
    "webhooks.create": _ENCRYPTED,
    "webhooks.update": _ENCRYPTED,
}
# Parameters that do not travel, though their operation does: whoever sends them would have files of the machine that
# answers copied to where others read them, under the name of another source, or unseen.
LOCAL_PARAMETERS: Mapping[str, frozenset[str]] = {"versions.register": frozenset({"local_folder", "check_source"})}
# Of the registry itself only these are asked for by name.
_OF_REGISTRY = ("identity", "status", "whoami", "counts", "resolve", "resolve_container")


def derive_operations(registry: type[Registry] = Registry) -> Mapping[str, Operation]:
    """Every public method of every topic of `registry`, and what it is asked itself, as they are declared."""
    found = [Operation("registry", getattr(registry, name)) for name in _OF_REGISTRY]
    for name, topic in topics(registry).items():
        declared = (each for kind in topic.__mro__ for each in vars(kind).values())
        methods = [each for each in declared if isinstance(each, FunctionType)]
        found += [Operation(name, method) for method in methods if not method.__name__.startswith("_")]
    return {operation.name: operation for operation in found}


OPERATIONS: Mapping[str, Operation] = derive_operations()
TRAVELLING: Sequence[Operation] = [operation for operation in OPERATIONS.values() if operation.local_only is None]
"""Those that a comm and REST take."""
