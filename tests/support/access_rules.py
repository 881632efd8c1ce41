"""The rules of privileges as the documents have them, one slow and obvious question at a time.

Nothing of `core.access` is used here: what is tested is held against this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# How far down each privilege means something: 0 is the registry, then 1 for catalogs, 2 for schemas, 3 for models.
LOWEST: Mapping[str, int] = {
    "CREATE CATALOG": 0,
    "USE CATALOG": 1,
    "CREATE SCHEMA": 1,
    "USE SCHEMA": 2,
    "BROWSE": 2,
    "CREATE MODEL": 2,
    "CREATE MODEL VERSION": 3,
    "EXECUTE": 3,
    "APPLY TAG": 3,
    "MANAGE": 3,
}
EVERYBODY = "account users"


def above(name: str) -> list[str]:
    """A securable and what it is in, from the registry down."""
    if name == "registry":
        return [name]
    parts = name.split(".")
    return ["registry", *(".".join(parts[:count]) for count in range(1, len(parts))), name]


@dataclass
class Rules:
    """Who was granted what, who owns what, and what follows from that.

    Attributes:
        models: the names of the workspace models, which would be taken for catalogs by their looks.
        groups: the members of each.
        grants: principal, privilege, and on what.
        owners: of each securable that has one worth telling.
    """

    models: Sequence[str]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    grants: set[tuple[str, str, str]] = field(default_factory=set)
    owners: dict[str, str] = field(default_factory=dict)

    def depth(self, on: str) -> int:
        """0 for the registry, 1 for a catalog, 2 for a schema, 3 for a model."""
        return 0 if on == "registry" else 3 if on in self.models else on.count(".") + 1

    def principals(self, user: str) -> set[str]:
        """The user, everybody, and every group that the user is in, by way of others, too."""
        found = {user, EVERYBODY}
        while True:
            more = {group for group, members in self.groups.items() if found & set(members)} - found
            if not more:
                return found
            found |= more

    def has(self, user: str, privilege: str, name: str) -> bool:
        """Whether a privilege holds on something, by a grant on it or above it, or by owning one of these."""
        mine = self.principals(user)
        for place in above(name):
            means_something = self.depth(place) <= LOWEST[privilege]
            if self.owners.get(place) in mine and means_something:
                return True
            for principal in mine:
                if (principal, privilege, place) in self.grants:
                    return True
                whole = (principal, "ALL PRIVILEGES", place) in self.grants
                if whole and privilege != "MANAGE" and means_something:
                    return True
        return False

    def uses(self, user: str, name: str) -> bool:
        """Whether a user has the use of what something is in: USE CATALOG, and for a model USE SCHEMA."""
        parts = name.split(".")
        catalog = len(parts) < 2 or self.has(user, "USE CATALOG", parts[0])
        return catalog and (len(parts) < 3 or self.has(user, "USE SCHEMA", ".".join(parts[:2])))

    def may(self, user: str, privilege: str, name: str) -> bool:
        """Whether a user may do what a privilege allows to something, which takes the use of what it is in.

        Who makes something in a catalog or schema needs the use of that itself.
        """
        entered = {"CREATE SCHEMA": "USE CATALOG", "CREATE MODEL": "USE SCHEMA"}.get(privilege)
        inside = entered is None or name == "registry" or self.has(user, entered, name)
        return inside and self.uses(user, name) and self.has(user, privilege, name)

    def reads(self, user: str, name: str) -> bool:
        """Whether a user may read what is known of something."""
        if self.depth(name) == 0:
            return True
        if self.depth(name) == 1:
            return any(self.has(user, each, name) for each in ("USE CATALOG", "MANAGE"))
        rights = {2: ("USE SCHEMA", "MANAGE"), 3: ("EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL VERSION")}
        return self.uses(user, name) and any(self.has(user, each, name) for each in rights[self.depth(name)])

    def sees(self, user: str, name: str) -> bool:
        """Whether a user may know that something is there."""
        return self.reads(user, name) or self.has(user, "BROWSE", name)
