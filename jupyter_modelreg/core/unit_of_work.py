"""The unit of work: one transaction, one actor, one moment, and the events of what it changes.

A writing method of a topic goes three steps, in this order, and no other room goes any of them:

1. it finds what is concerned, and asks whether the actor may do this to it (`authorise`);
2. it checks the rules (pure functions in `core.rules` and `core.names`);
3. it logs the change (`log`, `log_created`, `log_update`), which applies it to the rows as `core.history.projection`
   says, and is refused to a unit that has not asked. Tags that are governed, and policies on aliases, are checked
   there, for all methods alike; those on versions that are registered by `check_version`.

The events of a unit are chained and appended when it ends (`finish`), so that each knows how many come after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict, Unpack

from jupyter_modelreg.core.entities.events import Event, unit_chained
from jupyter_modelreg.core.entities.integrity import VersionSummary
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.values import Holder, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.history.facts import KINDS, Record, fact, facts_of
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.rules.holders import forced_by

if TYPE_CHECKING:  # which nobody needs where all is open, and nothing is asked for
    from jupyter_modelreg.core.access.access import Access
    from jupyter_modelreg.core.entities.values import ChangeWarning
    from jupyter_modelreg.core.governance.cases import Case, Files
    from jupyter_modelreg.core.ports.files import FileStore


_OF_TAGS = ("tag.set", "tag.deleted")
_OF_ALIASES = ("alias.set", "alias.moved")


class Stamp(TypedDict):
    """The author and the times of something new, as its fields are called; times in epoch milliseconds."""

    created_at: int
    created_by: str
    updated_at: int
    updated_by: str


class Told(TypedDict, total=False):
    """What an event says of a change.

    `name` is what its target is called from now on, where that changes; `version` the number of the version concerned,
    where the target is its model; `before` and `after` are those of `Event`.
    """

    name: str
    version: int | None
    before: Mapping[str, JsonValue] | None
    after: Mapping[str, JsonValue] | None


@dataclass
class UnitOfWork:
    """What a writing method of the registry holds while it works.

    Attributes:
        tx: the open transaction, which shows what the actor may see.
        actor: on whose behalf.
        now: epoch milliseconds, the same for everything in this unit.
        reason: why, in the actor's words.
        undoes: the unit of work that this one takes back; None where it takes none back.
        access: what the actor may do; None for everything.
        on_behalf_of: for whom the actor does it, with their rights; None for nobody else.
        os_user: the user of the operating system, where that is another than the actor. None otherwise.
        managed: makes what knows the managed files, for policies that look at them.
        approved_by: who has approved what this unit does, where that was asked for.
        warnings: what policies that are not met have to say about it.
    """

    tx: Transaction
    actor: str
    now: int
    reason: str | None = None
    undoes: int | None = None
    access: Access | None = None
    on_behalf_of: str | None = None
    os_user: str | None = None
    managed: Callable[[], FileStore] | None = None
    approved_by: Sequence[str] = ()
    warnings: list[ChangeWarning] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list, init=False)
    _before: int | None = field(default=None, init=False)  # the number of the newest event before this unit's own
    _authorised: bool = field(default=False, init=False)
    _enforced: bool = field(default=False, init=False)

    def authorise(
        self, operation: str, securable: Root | Catalog | Schema | Model | None, *, author: str | None = None
    ) -> None:
        """Ask whether the actor may do `operation` to `securable`; None is the registry itself.

        `core.access.needs` says which privilege that takes; of the `author` of what is changed there it takes none.
        Raises PermissionDenied.
        """
        if self.access is not None:
            self.access.authorise(operation, securable, author)
        self._authorised = True

    def go_on(self) -> None:
        """Finish, or give up, what an earlier unit of work began, was authorised to do, and asked policies about."""
        self._authorised = self._enforced = True

    def next_id(self) -> int:
        """The id for what is created next: the number of the event that will record its creation."""
        if self._before is None:
            last = self.tx.events.last()
            self._before = last.seq if last else 0
        return self._before + len(self._events) + 1

    @property
    def number(self) -> int | None:
        """The number of its first event, by which it can be undone; None as long as it has changed nothing.

        An alias that is set to where it points is logged where somebody says why, and changes nothing.
        """
        return self._events[0].seq if any(map(_changes, self._events)) else None

    @property
    def principal(self) -> str:
        """Who owns what is made."""
        return self.on_behalf_of or self.actor

    @property
    def stamp(self) -> Stamp:
        """Who makes something new, and when."""
        return Stamp(created_at=self.now, created_by=self.actor, updated_at=self.now, updated_by=self.actor)

    def log_created(self, record: Record, noted: Mapping[str, JsonValue] | None = None) -> None:
        """Add `record`, whose id is `next_id()`, and log that; `noted` is what else is worth knowing.

        Raises PermissionDenied where its name is taken by something that the actor may not see.
        """
        self.check_unused(record, record.name)
        if isinstance(record, Model | Version) and record.tags:
            self.check_tags(record.tags)
        self.log(f"{KINDS[type(record)]}.created", record, after=self._facts(record, noted))

    def check_unused(self, record: Record, name: str) -> None:
        """Raise PermissionDenied where something that the actor may not see has the name that `record` is to have."""
        if self.access is not None:
            self.access.check_unused(KINDS[type(record)], name)

    def check_tags(self, tags: Mapping[str, JsonValue]) -> None:
        """Refuse tags that are governed, each with what it is to be, None to remove it, as `core.governance.tags` says.

        Raises PermissionDenied, PolicyRefused.
        """
        root = self.tx.root.get()
        if not root.tag_policies.keys().isdisjoint(tags):
            from jupyter_modelreg.core.governance.tags import check_tags  # which nobody needs where no tag is governed

            check_tags(root, self.principal, tags)

    def check_version(self, model: Model, version: Version, aliases: Sequence[str], files: Files) -> None:
        """Ask the policies in force about a version that is to be registered, and about `aliases` that it is to have.

        Copies are registered, too. `files` are those that it will have. Raises PolicyRefused.
        """
        root = self.tx.root.get()
        if not root.policed:
            return
        from jupyter_modelreg.core.governance.checking import enforce, with_alias  # which nobody needs without policies

        case = self._case(root, model, version, files)
        self.warnings += enforce(self.tx, case)
        for alias in aliases:
            self.warnings += enforce(self.tx, with_alias(self.tx, case, model, alias))

    def check_moved(self, model: Model, name: str) -> None:
        """Ask the policies that come into force on a model that is to be called `name` about what it has.

        Raises PolicyRefused.
        """
        root = self.tx.root.get()
        if not root.policed:
            return
        from jupyter_modelreg.core.governance.checking import enforce_moved

        def case_of(version: Version) -> Case:
            return self._case(root, replace(model, name=name), replace(version, name=name))

        self.warnings += enforce_moved(self.tx, model, name, case_of)

    def check_alias(self, model: Model, version: Version, alias: str) -> None:
        """Ask the policies in force about an alias that is to point at a version that is there. Raises PolicyRefused.

        `log` does so; this is for what is stored without it.
        """
        root = self.tx.root.get()
        if root.policed:
            from jupyter_modelreg.core.governance.checking import enforce, with_alias

            case = self._case(root, model, version)
            self.warnings += enforce(self.tx, with_alias(self.tx, case, model, alias))

    def _check_aliases(self, model: Record | VersionSummary | None, **told: Unpack[Told]) -> None:
        number, before, after = told.get("version"), told.get("before"), told.get("after") or {}
        if before == after or number is None or not self.tx.root.get().policed:
            return
        assert isinstance(model, Model)
        version = self.tx.versions.get(model, number)
        assert version is not None, "an alias is set on a version that is there"
        for alias in after:
            self.check_alias(model, version, alias)

    def _case(self, root: Root, model: Model, version: Version, files: Files | None = None) -> Case:
        """What rules are asked about a version; without `files`, with those that are kept of it."""
        from jupyter_modelreg.core.governance.cases import Case, Files
        from jupyter_modelreg.core.governance.checking import kept_files

        if files is None and self.managed is not None:
            files = kept_files(self.tx, self.managed, version)
        return Case(
            moment="registration",
            root=root,
            model=model,
            version=version,
            principal=self.principal,
            reason=self.reason,
            approved_by=self.approved_by,
            files=files or Files(),
        )

    def log_deleted(self, record: Record) -> None:
        """Delete `record`, and log that with everything it takes to have it again."""
        self.log(f"{KINDS[type(record)]}.deleted", record, before=self._facts(record))

    def log_trashed(self, version: Version, forced: Sequence[Holder] = ()) -> None:
        """Move a version to the trash, and log that with what people tell it by; `forced` is what it was held by."""
        told: dict[str, JsonValue] = {"description": version.description, "stage": version.stage}
        self.log("version.deleted", version, before=told, after=forced_by(forced))

    def log_update(
        self, action: str, record: Record, changes: Mapping[str, object], noted: Mapping[str, JsonValue] | None = None
    ) -> None:
        """Change fields of `record`, and log that as `action`; `noted` is what else is worth knowing."""
        self.log(
            action,
            record,
            before={name: fact(name, getattr(record, name)) for name in changes},
            after={**{name: fact(name, value) for name, value in changes.items()}, **(noted or {})},
        )

    def log(self, action: str, target: Record | VersionSummary | None, **told: Unpack[Told]) -> None:
        """Do `action`, one of those `projection` knows, to `target` as it is now, and log it.

        None is the registry as a whole. Tags that are governed are checked, and policies on an alias that is set.
        Raises PermissionDenied, PolicyRefused.
        """
        if action in _OF_TAGS:
            self.check_tags({**dict.fromkeys(told.get("before") or {}), **(told.get("after") or {})})
        elif action in _OF_ALIASES and not self._enforced:
            self._check_aliases(target, **told)
        self.tx.apply(self._record(action, target, **told))

    def finish(self) -> None:
        """Append the events of this unit to the log. To be called once, when everything is done."""
        if self._events:
            for event in unit_chained(self._events, self.tx.events.last()):
                self.tx.events.append(event)

    def _facts(self, record: Record, noted: Mapping[str, JsonValue] | None = None) -> dict[str, JsonValue]:
        return {**facts_of(record, self.now, self.actor), **(noted or {})}

    def _record(self, action: str, target: Record | VersionSummary | None, **told: Unpack[Told]) -> Event:
        """Note an event for `finish`; returns it as it is so far."""
        if not self._authorised:
            raise AssertionError(f"{action} of {target} is about to be logged, and nobody asked whether it is allowed")
        subject, subject_id, called = ("registry", 0, "registry") if target is None else _subject(target)
        event = Event(
            seq=self.next_id(),
            time=self.now,
            actor=self.actor,
            action=action,
            subject=subject,
            subject_id=subject_id,
            name=told.get("name", called),
            version=target.version if isinstance(target, Version | VersionSummary) else told.get("version"),
            before=told.get("before") or None,
            after=told.get("after") or None,
            reason=self.reason,
            on_behalf_of=self.on_behalf_of,
            os_user=self.os_user,
            undoes=self.undoes,
            unit=0,
            hash="",
        )
        self._events.append(event)
        return event


def _changes(event: Event) -> bool:
    return event.before is None or event.before != event.after


def _subject(target: Record | VersionSummary) -> tuple[str, int, str]:
    """The kind, the id and the name of what an event on `target` is about: that on a version is about its model."""
    if isinstance(target, Version | VersionSummary):
        return "model", target.model_id, target.name or ""
    return KINDS[type(target)], target.id, target.name
