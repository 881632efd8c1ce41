"""Making a registry be as a document says, in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.access.grants import check_principal, check_still_manages, claim, find, hand_over, hold
from jupyter_modelreg.core.access.groups import check_administered, check_group_name, check_members, set_members
from jupyter_modelreg.core.access.privileges import ordered
from jupyter_modelreg.core.catalog.catalogs import ensure_schema, held_by, new_catalog
from jupyter_modelreg.core.configuration.document import (
    TAG_POLICIES,
    DeclaredSecurable,
    Document,
    MisplacedValue,
    placed,
)
from jupyter_modelreg.core.configuration.records import Aspect, ConfigurationChange
from jupyter_modelreg.core.entities.securables import AnySecurable, Catalog, Schema, level_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidState, NotFound
from jupyter_modelreg.core.governance.adding import put, take_off, told
from jupyter_modelreg.core.governance.effective import policed
from jupyter_modelreg.core.governance.tag_policies import govern, remove
from jupyter_modelreg.core.governance.tags import policies_of, told_of
from jupyter_modelreg.core.names import check_namespace, check_part
from jupyter_modelreg.core.unit_of_work import UnitOfWork

Value = JsonValue | Sequence[str] | Mapping[str, JsonValue]


class Enforcement:
    """What makes the registry be as `document` says, within `work`.

    Args:
        prune: whether what the document lacks is removed.
        new: whether a principal may be one that nobody has heard of, though its name is close to a known one.
    """

    def __init__(self, work: UnitOfWork, document: Document, *, prune: bool, new: bool) -> None:
        self._work = work
        self._tx = work.tx
        self._document = document
        self._prune = prune
        self._new = new
        self._changes: list[ConfigurationChange] = []

    def run(self, *, force: bool) -> Sequence[ConfigurationChange]:
        """Do it; returns what was otherwise.

        Principals come first, then what is owned and granted, then who owns it: whoever gives away what is theirs can
        still do the rest. Raises MisplacedValue, PermissionDenied, InvalidState.
        """
        root = self._tx.root.get()
        self._set_groups()
        self._set_tag_policies()
        for declared in self._document.securables:
            with placed(declared.place):
                self._make(declared)
        granting = [each for declared in self._document.securables if (each := self._set_grants(declared)) is not None]
        for declared in self._document.securables:
            self._set_policies(declared)
        if self._prune:
            granting += self._prune_grants()
            self._prune_policies()
            self._prune_containers()
        for declared in self._document.securables:
            if declared.owner is not None:
                self._set_owner(declared, declared.owner)
        if self._prune:
            self._prune_groups()
        check_administered(self._work, root)
        if not force:
            for securable in granting:
                check_still_manages(self._work, securable)
        return self._changes

    def _set_groups(self) -> None:
        for name, members in self._document.groups.items():
            with placed(("groups", name)):
                self._set_group(name, members)

    def _set_group(self, name: str, members: Sequence[str]) -> None:
        before = self._tx.root.get().groups.get(name)
        if before is None:
            check_group_name(self._tx, name)
        kept = [] if before is None or self._prune else [each for each in before if each not in members]
        after = [*kept, *check_members(self._tx, name, members, self._new)]
        if before is None or sorted(before) != sorted(after):
            self._work.authorise("groups.add", None)
            set_members(self._work, name, before, after)
            self._note("group", name, "members", None if before is None else sorted(before), sorted(after))

    def _set_tag_policies(self) -> None:
        there = policies_of(self._tx.root.get())
        for key, policy in self._document.tag_policies.items():
            place = (TAG_POLICIES, key)
            before = there.get(key)
            if before is None or told_of(before) != told_of(policy):
                self._work.authorise("tag_policies.change", None)
                with placed(place):
                    govern(self._work, before, policy, new=self._new)
                self._note("tag", key, "policy", None if before is None else told_of(before), told_of(policy))
        for key in there.keys() - self._document.tag_policies.keys() if self._prune else ():
            self._work.authorise("tag_policies.delete", None)
            remove(self._work, there[key])
            self._note("tag", key, "policy", told_of(there[key]), None)

    def _make(self, declared: DeclaredSecurable) -> None:
        """Have what is declared, with its description; a model must be there."""
        level, name = declared.level, declared.name
        if level in ("registry", "model"):
            self._find(declared)
            return
        there = self._tx.catalogs.get(name) if level == "catalog" else self._tx.schemas.get(name)
        if there is not None:
            if declared.described and there.description != declared.description:
                self._work.authorise(f"{level}s.describe", there)
                self._work.log_update(f"{level}.updated", there, {"description": declared.description})
                self._note(level, name, "description", there.description, declared.description)
            return
        if level == "catalog":
            check_part(name, "catalog")
            new_catalog(self._work, name, declared.description)
        else:
            check_namespace(name)
            ensure_schema(self._work, name, declared.description)
        self._note(level, name, "itself", None, declared.description or "")

    def _find(self, declared: DeclaredSecurable) -> AnySecurable:
        try:
            return find(self._tx, declared.name, declared.level)
        except NotFound as error:
            hint = "register it first, or leave it out" if declared.level == "model" else error.hint
            raise MisplacedValue(declared.place, error.message, hint) from None

    def _set_grants(self, declared: DeclaredSecurable) -> AnySecurable | None:
        """Grant what is declared; returns the securable as it was where that changes anything."""
        securable = self._find(declared)
        changed = False
        principals = [*declared.grants, *(each for each in sorted(securable.grants) if self._prune)]
        for principal in dict.fromkeys(principals):
            place = (*declared.place, "grants", principal)
            if principal in declared.grants:
                with placed(place):
                    check_principal(self._tx, principal, new=self._new)
            changed |= self._hold(securable, principal, declared.grants.get(principal, ()))
        return securable if changed else None

    def _hold(self, securable: AnySecurable, principal: str, privileges: Sequence[str]) -> bool:
        before = ordered(securable.grants.get(principal, ()))
        after = ordered(privileges if self._prune else [*before, *privileges])
        if before == after:
            return False
        self._work.authorise("grants.grant", securable)
        claim(self._work, securable)
        hold(self._work, securable, principal, after)
        self._note(level_of(securable), securable.name, "grant", before or None, after or None, principal)
        return True

    def _set_policies(self, declared: DeclaredSecurable) -> None:
        for name, draft in declared.policies.items():
            place = self._find(declared)
            before, after = place.policies.get(name), told(draft)
            if before != after:
                self._work.authorise("policies.add", place)
                at = (*declared.place, "policies", name)
                with placed(at):
                    put(self._work, place, draft, replacing=True, new=self._new)
                self._note(
                    declared.level,
                    declared.name,
                    "policy",
                    None if before is None else dict(before),
                    after,
                    policy=name,
                )

    def _prune_policies(self) -> None:
        known = {(each.level, each.name): each.policies for each in self._document.securables}
        for place in policed(self._tx):
            level = level_of(place)
            for name in sorted(place.policies.keys() - known.get((level, place.name), {}).keys()):
                self._work.authorise("policies.remove", place)
                before = dict(place.policies[name])
                take_off(self._work, place, name)
                self._note(level, place.name, "policy", before, None, policy=name)

    def _set_owner(self, declared: DeclaredSecurable, owner: str) -> None:
        securable = self._find(declared)
        if securable.owner == owner:
            return
        self._work.authorise("grants.transfer", securable)
        with placed((*declared.place, "owner")):
            check_principal(self._tx, owner, new=self._new)
            change = hand_over(self._work, securable, owner)
        if change.before != owner:
            self._note(declared.level, declared.name, "owner", change.before, owner)

    def _prune_grants(self) -> list[AnySecurable]:
        """Take back what is granted on models that the document does not have; containers go, or are in it."""
        known = {each.name for each in self._document.securables if each.level == "model"}
        found: list[AnySecurable] = [model for model in self._tx.models.granted() if model.name not in known]
        for model in found:
            for principal in sorted(model.grants):
                self._hold(model, principal, ())
        return found

    def _prune_containers(self) -> None:
        """Delete catalogs and schemas that the document does not have. Raises InvalidState where one is not empty."""
        known = {(each.level, each.name) for each in self._document.securables}
        containers: list[Schema | Catalog] = [*self._tx.schemas.list(), *self._tx.catalogs.list()]
        for each in containers:
            level = level_of(each)
            if (level, each.name) in known:
                continue
            held = held_by(self._tx, each)
            if held is not None:
                raise InvalidState(
                    f"{level} {each.name} is not in the document, and holds {held}: it cannot be removed",
                    f"add {level} {each.name} to the document, or delete what it holds first",
                )
            self._work.authorise(f"{level}s.delete", each)
            self._work.log_deleted(each)
            self._note(level, each.name, "itself", each.description or "", None)

    def _prune_groups(self) -> None:
        for name, members in sorted(self._tx.root.get().groups.items()):
            if name not in self._document.groups:
                self._work.authorise("groups.delete", None)
                set_members(self._work, name, members, None)
                self._note("group", name, "members", sorted(members), None)

    def _note(
        self,
        kind: str,
        name: str,
        aspect: Aspect,
        before: Value,
        after: Value,
        principal: str | None = None,
        policy: str | None = None,
    ) -> None:
        change = ConfigurationChange(
            kind=kind,
            name=name,
            aspect=aspect,
            principal=principal,
            policy=policy,
            before=_plain(before),
            after=_plain(after),
        )
        self._changes.append(change)


def _plain(value: Value) -> JsonValue:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
