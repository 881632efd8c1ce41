"""What one actor may do and see, as the registry is in one transaction.

Unity Catalog's rules: what is granted on something holds in everything below it, what several grants allow is allowed
together, nothing is denied. A governed model takes USE CATALOG and USE SCHEMA besides, of its owner, too. Who owns
something holds every privilege on it and below it. Workspace models, which are in no schema, take neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from jupyter_modelreg.core.access.needs import NEEDS, READ, SEE, offered
from jupyter_modelreg.core.access.principals import memberships
from jupyter_modelreg.core.access.privileges import (
    BROWSE,
    MANAGE,
    ON_MODELS,
    USE,
    expanded,
    of_owner,
    ordered,
)
from jupyter_modelreg.core.access.records import EffectivePrivilege, Refusal
from jupyter_modelreg.core.catalog.lookup import containers
from jupyter_modelreg.core.entities.securables import AnySecurable, Catalog, Level, Model, Root, Schema, level_of
from jupyter_modelreg.core.errors import PermissionDenied
from jupyter_modelreg.core.names import namespace_of
from jupyter_modelreg.core.ports.store import Transaction, rows_of
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.core.rules.sentences import listed

# Of all that let somebody read a model, the one that is named to them.
_LEAST_TO_READ = "EXECUTE"
# What is made inside of something takes the use of that.
_CREATING = frozenset({"CREATE SCHEMA", "CREATE MODEL"})


def called(securable: AnySecurable) -> str:
    """What a securable is called in a sentence, and in a grant: `model prod.ml_team.fraud`."""
    return "registry" if isinstance(securable, Root) else f"{level_of(securable)} {securable.name}"


class Access:
    """The privileges of `actor`, in what `tx` shows: a transaction on the registry of today that hides nothing."""

    def __init__(self, tx: Transaction, actor: str) -> None:
        self.actor = actor
        self.root = tx.root.get()
        self._tx = tx
        self._held: dict[tuple[str, int], frozenset[str]] = {}
        self._reads: dict[tuple[str, int], bool] = {}
        self._visible: dict[bool, Visibility] = {}

    def within(self, tx: Transaction, *, anew: bool = False) -> Access:
        """The same in another transaction before which nothing has happened; `anew`, what is found out is its own."""
        made = object.__new__(Access)
        made.__dict__.update(self.__dict__, _tx=tx)  # a tenth of what `copy` takes: each read comes by here
        if anew:
            made._held, made._reads, made._visible = {}, {}, {}
        return made

    @cached_property
    def principals(self) -> Mapping[str, Sequence[str]]:
        """See `principals.memberships`."""
        return memberships(self.actor, self.root.groups)

    @cached_property
    def unrestricted(self) -> bool:
        """Whether the actor may do and see everything."""
        return of_owner("registry") <= self.held(self.root)

    def owner_of(self, securable: AnySecurable) -> str:
        """Who owns it; the registry belongs to whoever has made it, unless somebody else is said to."""
        if securable.owner is not None:
            return securable.owner
        first = self._tx.events.list(limit=1)
        return first[0].actor if first else self.actor

    def held(self, securable: AnySecurable) -> frozenset[str]:
        """The privileges that hold on a securable, wherever they come from; ALL PRIVILEGES is none of its own."""
        key = level_of(securable), securable.id
        found = self._held.get(key)
        if found is None:
            chain = self.chain(securable)
            found = self._held[key] = frozenset().union(*map(self._of_one, chain))
        return found

    def may(self, privilege: str, securable: AnySecurable) -> bool:
        """Whether the actor may do what `privilege` allows to a securable."""
        return self._missing(privilege, securable) is None

    def reads(self, securable: AnySecurable) -> bool:
        """Whether the actor may read all that is known of a securable, the grants on it aside."""
        if isinstance(securable, Root):
            return True
        key = level_of(securable), securable.id
        known = self._reads.get(key)
        if known is None:
            known = self._reads[key] = self._find_reads(securable)
        return known

    def _find_reads(self, securable: Catalog | Schema | Model) -> bool:
        held = self.held(securable)
        if isinstance(securable, Catalog):
            return USE["catalog"] in held or MANAGE in held
        if isinstance(securable, Schema):
            return self._usable(securable) and (USE["schema"] in held or MANAGE in held)
        return self._usable(securable) and not held.isdisjoint(ON_MODELS)

    def sees(self, securable: AnySecurable) -> bool:
        """Whether the actor may know that a securable is there."""
        return self.reads(securable) or BROWSE in self.held(securable)

    def authorise(self, operation: str, securable: AnySecurable | None, author: str | None = None) -> None:
        """Raise PermissionDenied when the actor may not do `operation` to a securable; None is the registry.

        What is the `author`'s own takes no more of them than to see it.
        """
        target = self.root if securable is None else securable
        if author != self.actor or not self.sees(target):
            self.require(NEEDS[operation], target)

    def require(self, privilege: str, securable: AnySecurable) -> None:
        """Raise PermissionDenied, which says what is missing and who can grant it."""
        missing = self._missing(privilege, securable)
        if missing is not None:
            raise self._refusal(*missing)

    def refusals(self, securable: AnySecurable) -> Sequence[Refusal]:
        """What the actor may not do to a securable, as `authorise` would refuse it; each reason once."""
        found: dict[tuple[str, Level, str], tuple[PermissionDenied, list[str]]] = {}
        for operation in offered(level_of(securable)):
            missing = self._missing(NEEDS[operation], securable)
            if missing is not None:
                privilege, on = missing
                key = privilege, level_of(on), on.name
                if key not in found:
                    found[key] = self._refusal(privilege, on), []
                found[key][1].append(operation)
        return [
            Refusal(
                operations=refused, privilege=privilege, kind=kind, name=on_name, message=why.message, hint=why.hint
            )
            for (privilege, kind, on_name), (why, refused) in found.items()
        ]

    def _refusal(self, wanted: str, on: AnySecurable) -> PermissionDenied:
        """That a privilege is missing, what the actor has instead, and who can grant it."""
        owner = self.owner_of(on)
        has = ordered(self.held(on))
        what = f"{self.actor} has {listed(has)} there" if has else f"{self.actor} has no privilege there"
        grant = f"ask {owner} to run: grant {_quoted(wanted)} on {called(on)} to {_quoted(self.actor)}"
        # Who may not know of what they lack something on could not ask for it either.
        request = f"; or ask here: request access {_quoted(wanted)} on {called(on)}" if self.sees(on) else ""
        return PermissionDenied(
            f"{self.actor} lacks {wanted} on {called(on)}: {what}, and its owner is {owner}", f"{grant}{request}"
        )

    def check_unused(self, kind: str, name: str) -> None:
        """Raise PermissionDenied where a catalog, schema or model has that name: the actor, who asked, sees none."""
        rows = rows_of(self._tx, kind)
        if rows is not None and rows.get(name) is not None:
            raise PermissionDenied(f"{self.actor} may not call a {kind} {name}", "choose another name")

    def effective(self, securable: AnySecurable) -> Iterator[EffectivePrivilege]:
        """Each privilege that holds on a securable, once for each place it comes from, from the top."""
        for each in self.chain(securable):
            level = level_of(each)
            place = {"kind": level, "name": each.name}
            owner = self.owner_of(each)
            if owner in self.principals:
                yield EffectivePrivilege(privilege="OWNER", principal=owner, through=self.principals[owner], **place)
            for principal, through in self.principals.items():
                for privilege in ordered(each.grants.get(principal, ())):
                    yield EffectivePrivilege(privilege=privilege, principal=principal, through=through, **place)

    def chain(self, securable: AnySecurable) -> Sequence[AnySecurable]:
        """What a securable is in, from the registry down to itself; a container that is gone is left out."""
        if isinstance(securable, Root):
            return (securable,)
        inside = isinstance(securable, Schema) or (isinstance(securable, Model) and securable.governed)
        within = containers(self._tx, namespace_of(securable.name)) if inside else ()
        return (self.root, *within, securable)

    def visibility(self, *, browse: bool) -> Visibility:
        """Which models the actor may read; with `browse` those, too, that may be known to be there."""
        if browse not in self._visible:
            self._visible[browse] = self._find_visibility(browse)
        return self._visible[browse]

    def _find_visibility(self, browse: bool) -> Visibility:
        tx, everywhere = self._tx, self._of_one(self.root)
        full: dict[str, set[int]] = {"catalogs": set(), "schemas": set()}
        usable: dict[str, set[int]] = {"catalogs": set(), "schemas": set()}

        def place(kind: str, row_id: int, held: frozenset[str]) -> None:
            entered = held.issuperset(USE.values())
            if (entered and not held.isdisjoint(ON_MODELS)) or (browse and BROWSE in held):
                full[kind].add(row_id)
            elif entered:
                usable[kind].add(row_id)

        catalogs = {each.id: everywhere | self._of_one(each) for each in tx.catalogs.list()}
        for row_id, held in catalogs.items():
            place("catalogs", row_id, held)
        for schema in tx.schemas.concerning(list(self.principals)):
            place("schemas", schema.id, catalogs.get(schema.catalog_id, everywhere) | self._of_one(schema))
        return Visibility(
            principals=tuple(self.principals),
            workspace=not everywhere.isdisjoint(ON_MODELS) or (browse and BROWSE in everywhere),
            catalogs=frozenset(full["catalogs"]),
            schemas=frozenset(full["schemas"]),
            usable_catalogs=frozenset(usable["catalogs"]),
            usable_schemas=frozenset(usable["schemas"]),
        )

    def _of_one(self, securable: AnySecurable) -> frozenset[str]:
        """The privileges that come from what is said of a securable itself."""
        level, principals, grants = level_of(securable), self.principals, securable.grants
        held = of_owner(level) if self.owner_of(securable) in principals else frozenset()
        granted = [name for principal in grants if principal in principals for name in grants[principal]]
        return held | expanded(level, granted) if granted else held

    def _usable(self, securable: AnySecurable) -> bool:
        return self._unusable(securable) is None

    def _unusable(self, securable: AnySecurable) -> tuple[str, AnySecurable] | None:
        """The USE that is missing, and on what; None where none is."""
        if isinstance(securable, Schema):
            wanted: Sequence[Level] = ("catalog",)
        elif isinstance(securable, Model) and securable.governed:
            wanted = ("catalog", "schema")
        else:
            return None
        held = self.held(securable)
        for level in wanted:
            if USE[level] not in held:
                return USE[level], next((each for each in self.chain(securable) if level_of(each) == level), self.root)
        return None

    def _missing(self, privilege: str, securable: AnySecurable) -> tuple[str, AnySecurable] | None:
        """The privilege that is missing, and on what; None where none is."""
        if privilege == SEE:
            return None if self.sees(securable) else (BROWSE, securable)
        if privilege == READ:
            if self.reads(securable):
                return None
            privilege = _LEAST_TO_READ
        unusable = self._unusable(securable)
        if unusable is not None:
            return unusable
        held = self.held(securable)
        entering = USE.get(level_of(securable))
        if entering is not None and entering not in held and privilege in _CREATING:
            return entering, securable
        return None if privilege in held else (privilege, securable)


def browsed(model: Model) -> Model:
    """A model as somebody knows it who may only browse: that it is there, its name, owner and description."""
    return replace(
        model,
        policies={},
        tags={},
        aliases={},
        latest={},
        last_version=0,
        deployment_job_id=None,
        deprecated=None,
        browse_only=True,
    )


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
