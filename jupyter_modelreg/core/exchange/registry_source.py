"""Another registry of ours, as something to import from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.needs import NEEDS
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import ModelFiles, Version
from jupyter_modelreg.core.query.paging import BY_NAME
from jupyter_modelreg.core.query.search import FIRST, Order, Scalar, Search, Start

_PAGE = 2000
_BY_NUMBER = (Order("name"), Order("version"))


class RegistrySource:
    """`core.ports.ImportSource` over an open registry. Each page is read by itself, so nobody waits for an import.

    It gives what its actor may load there.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._loadable: dict[str, bool] = {}

    @property
    def uri(self) -> str:
        """Where it is."""
        return self._context.store.uri

    @property
    def local(self) -> bool:
        """Its database is a file here, so its paths are those of this machine."""
        return True

    def containers(self) -> Sequence[Catalog | Schema]:
        """Catalogs, then schemas."""
        with self._context.read() as tx:
            return [*tx.catalogs.list(), *tx.schemas.list()]

    def models(self) -> Iterator[Sequence[Model]]:
        """Models and prompts."""
        start = FIRST
        while True:
            with self._context.reading() as (tx, access):
                found = tx.models.search(Search(order=BY_NAME, limit=_PAGE, start=start, prompts=None))
                loadable = [model for model in found if self._may_load(access, model.name, model)]
            if not found:
                return
            yield loadable
            start = Start({"name": found[-1].name})

    def versions(self) -> Iterator[Sequence[Version]]:
        """Versions of models and of prompts."""
        start = FIRST
        while True:
            with self._context.reading() as (tx, access):
                found = tx.versions.search(Search(order=_BY_NUMBER, limit=_PAGE, start=start, prompts=None))
                models = {} if access is None else {each.name: tx.models.get(each.name) for each in found}
                loadable = [each for each in found if self._may_load(access, each.name, models.get(each.name))]
            if not found:
                return
            yield loadable
            after: Mapping[str, Scalar] = {"name": found[-1].name, "version": found[-1].version}
            start = Start(after)

    def _may_load(self, access: Access | None, name: str, model: Model | None) -> bool:
        """Whether the actor may load a model."""
        if access is None:
            return True
        if name not in self._loadable:
            self._loadable[name] = model is not None and access.may(NEEDS["versions.load"], model)
        return self._loadable[name]

    def files(self, version: Version) -> AbstractContextManager[ModelFiles]:
        """The files it keeps itself, which have to be as it says; else those where the version says they are."""
        return self._managed(version) if version.managed else self._context.tracking.fetch(version.files_uri)

    @contextmanager
    def _managed(self, version: Version) -> Iterator[ModelFiles]:
        with self._context.read() as tx:
            entries = tx.versions.files(version.id)
        folder = self._context.files.path(version.id)
        yield ModelFiles(folder=folder, signature=version.signature, entries=entries)
