"""The one table of operations: every public method of every topic of `Registry`, by the name `topic.verb`.

Adding a method to a topic means adding a line here; a test holds the two against each other.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from jupyter_modelreg.core.catalog.aliases import Aliases
from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
from jupyter_modelreg.core.catalog.models import Models
from jupyter_modelreg.core.catalog.tags import Tags
from jupyter_modelreg.core.catalog.trash import Trash
from jupyter_modelreg.core.exchange import Exchange
from jupyter_modelreg.core.history.history import History
from jupyter_modelreg.core.maintenance.maintenance import Maintenance
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.tracking import Sources
from jupyter_modelreg.core.versions.versions import Versions
from jupyter_modelreg.core.webhooks import Webhooks


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
        stays: why it can only be called from Python, not through a comm or REST; None when it travels.
    """

    topic: str
    method: Callable[..., object]
    local_only: str | None = None

    @property
    def verb(self) -> str:
        """The name of the method."""
        return self.method.__name__

    @property
    def name(self) -> str:
        """`topic.verb`."""
        return f"{self.topic}.{self.verb}"

    @property
    def writes(self) -> bool:
        """Whether it changes the registry: exactly those that do take a reason."""
        return "reason" in inspect.signature(self.method).parameters

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it takes, in order, without `self`."""
        declared = list(inspect.signature(self.method).parameters.values())[1:]
        return tuple(Parameter(each.name, self._hints[each.name], each.default is each.empty) for each in declared)

    @property
    def result(self) -> object:
        """The resolved type hint of what it returns."""
        return self._hints["return"]

    @cached_property
    def _hints(self) -> Mapping[str, object]:
        return typing.get_type_hints(self.method)

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.method) or "").partition("\n")[0]


def _table(*operations: Operation) -> Mapping[str, Operation]:
    return {operation.name: operation for operation in operations}


_WRITES_FOLDER = "it writes into a folder of the machine that answers, where the caller may not be able to look"
_FILES_OF_CALLER = "it reads or writes a file of the machine that answers, where the caller may not be able to look"
_TAKES_WHOLE_MODELS = "it takes models as the registry reads them, with more than travels"
_RETURNS_OBJECT = "it returns a loaded Python model"
_REPLACES = "it replaces the registry that answers, from a file of that machine"
_ENCRYPTED = "its secret must arrive encrypted, and only MLflow's door holds the key"

OPERATIONS: Mapping[str, Operation] = _table(
    Operation("registry", Registry.status),
    Operation("catalogs", Catalogs.create),
    Operation("catalogs", Catalogs.get),
    Operation("catalogs", Catalogs.list),
    Operation("catalogs", Catalogs.describe),
    Operation("catalogs", Catalogs.delete),
    Operation("schemas", Schemas.create),
    Operation("schemas", Schemas.get),
    Operation("schemas", Schemas.list),
    Operation("schemas", Schemas.describe),
    Operation("schemas", Schemas.delete),
    Operation("models", Models.create),
    Operation("models", Models.get),
    Operation("models", Models.list),
    Operation("models", Models.search),
    Operation("models", Models.rename),
    Operation("models", Models.describe),
    Operation("models", Models.set_deployment_job),
    Operation("models", Models.delete),
    Operation("versions", Versions.register),
    Operation("versions", Versions.get),
    Operation("versions", Versions.resolve),
    Operation("versions", Versions.list),
    Operation("versions", Versions.search),
    Operation("versions", Versions.latest, local_only=_TAKES_WHOLE_MODELS),
    Operation("versions", Versions.describe),
    Operation("versions", Versions.transition),
    Operation("versions", Versions.delete),
    Operation("versions", Versions.copy),
    Operation("versions", Versions.files),
    Operation("versions", Versions.location),
    Operation("versions", Versions.download, local_only=_WRITES_FOLDER),
    Operation("versions", Versions.load, local_only=_RETURNS_OBJECT),
    Operation("aliases", Aliases.set),
    Operation("aliases", Aliases.remove),
    Operation("aliases", Aliases.get),
    Operation("tags", Tags.set),
    Operation("tags", Tags.remove),
    Operation("tags", Tags.edit),
    Operation("history", History.list),
    Operation("history", History.recent),
    Operation("history", History.last),
    Operation("history", History.broken_at),
    Operation("sources", Sources.logged_models),
    Operation("sources", Sources.runs),
    Operation("sources", Sources.run),
    Operation("trash", Trash.purge),
    Operation("maintenance", Maintenance.verify),
    Operation("maintenance", Maintenance.repair),
    Operation("maintenance", Maintenance.backup, local_only=_FILES_OF_CALLER),
    Operation("maintenance", Maintenance.restore, local_only=_REPLACES),
    Operation("exchange", Exchange.import_from, local_only=_FILES_OF_CALLER),
    Operation("exchange", Exchange.export_to, local_only=_FILES_OF_CALLER),
    Operation("webhooks", Webhooks.create, local_only=_ENCRYPTED),
    Operation("webhooks", Webhooks.get),
    Operation("webhooks", Webhooks.list),
    Operation("webhooks", Webhooks.update, local_only=_ENCRYPTED),
    Operation("webhooks", Webhooks.delete),
)
