"""What an actor may see of records: what `guard` and `sight` have in common."""

from __future__ import annotations

from jupyter_modelreg.core.access.access import Access, browsed
from jupyter_modelreg.core.access.privileges import MANAGE
from jupyter_modelreg.core.discussion.records import Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema, level_of
from jupyter_modelreg.core.ports.store import Transaction, rows_of


class Shown:
    """What an actor may see of records."""

    def __init__(self, access: Access, now: Transaction, *, past: bool) -> None:
        self.access = access
        self.past = past
        self.now = now
        self._models: dict[int, bool] = {}
        self._subjects: dict[tuple[str, int], tuple[bool, bool]] = {}

    def sees(self, found: Catalog | Schema | Model) -> bool:
        """Whether the actor may know of it."""
        today = self._today(found)
        return today is not None and self.access.sees(today)

    def model(self, model: Model | None) -> Model | None:
        """A model as far as the actor may read it."""
        today = None if model is None else self._today(model)
        if model is None or today is None:
            return None
        if self.access.reads(today):
            return model
        return browsed(model) if self.access.sees(today) else None

    def _today(self, found: Catalog | Schema | Model) -> Catalog | Schema | Model | None:
        """What it is today; None where it is not there any more, as no right on it is left."""
        if not self.past:
            return found
        today: Catalog | Schema | Model | None = rows_of(self.now, level_of(found)).by_id(found.id)
        return today

    def reads(self, model: Model) -> bool:
        """Whether the actor may read a model, and so its versions; one that may only be browsed is no whole one."""
        today = None if model.browse_only else self._today(model)
        return today is not None and self.access.reads(today)

    def reads_model(self, model_id: int) -> bool:
        """Whether the actor may read the model with that id, and so its versions."""
        known = self._models.get(model_id)
        if known is None:
            model = self.now.models.by_id(model_id)
            known = self._models[model_id] = model is not None and self.access.reads(model)
        return known

    def in_trash(self, model_id: int) -> bool:
        """Whether a model is in the trash, or gone."""
        model = self.now.models.by_id(model_id)
        return model is None or model.deleted_at is not None

    def event(self, event: Event) -> bool:
        """Whether the actor may know that it happened: who reads a securable knows what happened to it, grants aside.

        What happened to the registry, or to a container that is gone, is for those who manage the registry; saved
        searches, which everybody sees, aside.
        """
        if event.action == "search.saved":
            return True
        asking = event.action.startswith("request.")
        if asking and (event.on_behalf_of or event.actor) == self.access.actor:
            return True
        reads, manages = self.reads_and_manages(event.subject, event.subject_id)
        granting = event.action == "grant.changed" or (asking and (event.after or {}).get("kind") == "access")
        return reads and (manages or not granting)

    def request(self, request: Request) -> bool:
        """Whether the actor may know of a request: its author, and who reads its subject, or for access manages it."""
        if request.author == self.access.actor:
            return True
        reads, manages = self.reads_and_manages(request.subject, request.subject_id)
        return manages if request.kind == "access" else reads

    def reads_and_manages(self, kind: str, row_id: int) -> tuple[bool, bool]:
        """Whether the actor may read a securable, and whether they manage it; one that is gone is the registry's."""
        known = self._subjects.get((kind, row_id))
        if known is None:
            known = self._subjects[kind, row_id] = self._find(kind, row_id)
        return known

    def _find(self, kind: str, row_id: int) -> tuple[bool, bool]:
        rows = rows_of(self.now, kind)
        found: Catalog | Schema | Model | None = rows.by_id(row_id) if rows is not None else None
        manages = self.access.may(MANAGE, self.access.root if found is None else found)
        return manages if found is None else self.access.reads(found), manages
