"""What is hidden is nowhere to be found: held against a slow and obvious model of the rules."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from jupyter_modelreg.core.errors import NotFound, PermissionDenied
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]

CATALOGS = ("dev", "prod")
SCHEMAS = tuple(f"{catalog}.{name}" for catalog in CATALOGS for name in ("a", "b"))
MODELS = (*(f"{schema}.{name}" for schema in SCHEMAS for name in ("x", "y")), "iris", "wine")
GROUPS = {"juniors": ["ben"], "seniors": ["cleo"], "everyone": ["juniors", "seniors"]}
PRINCIPALS = ("ben", "cleo", "juniors", "everyone", "account users")
ON: Mapping[int, Sequence[str]] = {
    0: ("USE CATALOG", "USE SCHEMA", "BROWSE", "EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL", "ALL PRIVILEGES"),
    1: ("USE CATALOG", "USE SCHEMA", "BROWSE", "EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL", "ALL PRIVILEGES"),
    2: ("USE SCHEMA", "BROWSE", "EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL", "ALL PRIVILEGES"),
    3: ("EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL VERSION", "ALL PRIVILEGES"),
}


def depth(on: str) -> int:
    """0 for the registry, then 1 for a catalog, 2 for a schema, 3 for a model."""
    return 0 if on == "registry" else 3 if on in MODELS else 2 if on in SCHEMAS else 1


def above(name: str) -> list[str]:
    """A securable and what it is in."""
    parts = name.split(".")
    containers = [".".join(parts[:count]) for count in range(1, len(parts))] if len(parts) > 1 else []
    return ["registry", *containers, name]


@dataclass
class Rules:
    """The rules, one question at a time."""

    grants: set[tuple[str, str, str]] = field(default_factory=set)  # principal, privilege, on
    owners: dict[str, str] = field(default_factory=dict)

    def principals(self, user: str) -> set[str]:
        found = {user, "account users"}
        while True:
            more = {group for group, members in GROUPS.items() if found & set(members)} - found
            if not more:
                return found
            found |= more

    def has(self, user: str, privilege: str, name: str) -> bool:
        """Whether a privilege holds on something, by a grant on it or above it, or by owning one of these."""
        mine = self.principals(user)
        for place in above(name):
            lowest = {"USE CATALOG": 1, "USE SCHEMA": 2, "BROWSE": 2, "CREATE MODEL": 2}.get(privilege, 3)
            if self.owners.get(place) in mine and depth(place) <= lowest:
                return True
            for principal in mine:
                if (principal, privilege, place) in self.grants:
                    return True
                whole = (principal, "ALL PRIVILEGES", place) in self.grants
                if whole and privilege != "MANAGE" and depth(place) <= lowest:
                    return True
        return False

    def uses(self, user: str, name: str) -> bool:
        parts = name.split(".")
        catalog = len(parts) < 2 or self.has(user, "USE CATALOG", parts[0])
        return catalog and (len(parts) < 3 or self.has(user, "USE SCHEMA", ".".join(parts[:2])))

    def reads(self, user: str, model: str) -> bool:
        rights = ("EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL VERSION")
        return self.uses(user, model) and any(self.has(user, right, model) for right in rights)

    def sees(self, user: str, model: str) -> bool:
        return self.reads(user, model) or self.has(user, "BROWSE", model)

    def may(self, user: str, privilege: str, model: str) -> bool:
        return self.uses(user, model) and self.has(user, privilege, model)

    def sees_schema(self, user: str, schema: str) -> bool:
        entered = self.uses(user, schema) and any(self.has(user, each, schema) for each in ("USE SCHEMA", "MANAGE"))
        return entered or self.has(user, "BROWSE", schema)

    def sees_catalog(self, user: str, catalog: str) -> bool:
        return any(self.has(user, each, catalog) for each in ("USE CATALOG", "MANAGE", "BROWSE"))


@pytest.fixture
def filled(registry: Registry) -> Registry:
    """Two catalogs of two schemas of two models, and two workspace models; all ana's, who shares nothing yet."""
    for name in MODELS:
        if "." in name:
            registry.models.create(name, tags={"colour": "red"})
        else:
            registry.versions.register(SOURCE, name, check_source=False)
            registry.tags.set(name, {"colour": "red"})
    for name, members in GROUPS.items():
        registry.groups.create(name, members)
    return close(registry)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_reads_or_changes_what_the_rules_forbid(filled: Registry, as_: As, seed: int) -> None:
    chosen, rules = random.Random(seed), Rules(owners={"registry": "ana"})
    everywhere = ("registry", *CATALOGS, *SCHEMAS, *MODELS)
    for _ in range(chosen.randrange(3, 14)):
        on, principal = chosen.choice(everywhere), chosen.choice(PRINCIPALS)
        if chosen.random() < 0.15 and on != "registry" and principal != "account users":
            filled.grants.transfer(on, principal)
            rules.owners[on] = principal
            continue
        privilege = chosen.choice(ON[depth(on)])
        if chosen.random() < 0.2:
            filled.grants.revoke([privilege], on, [principal])
            gone = {each for each in rules.grants if each[0] == principal and each[2] == on}
            if privilege != "ALL PRIVILEGES":
                gone = {each for each in gone if each[1] == privilege}
            rules.grants -= {each for each in gone if each[1] != "MANAGE" or privilege == "MANAGE"}
        else:
            filled.grants.grant([privilege], on, [principal])
            rules.grants.add((principal, privilege, on))
    for user in ("ben", "cleo", "dora"):
        _check(as_(user), rules, user)


def _check(registry: Registry, rules: Rules, user: str) -> None:
    seen = {name for name in MODELS if rules.sees(user, name)}
    read = {name for name in MODELS if rules.reads(user, name)}
    listed = registry.models.list()
    assert {model.name for model in listed} == seen
    assert {model.name for model in listed if not model.browse_only} == read
    assert registry.models.count() == len(seen)
    assert {each.name for each in registry.models.list(limit=2)} == set(sorted(seen)[:2])
    red = registry.models.search([Condition("colour", "=", "red", tag=True)])
    assert {model.name for model in red} == read
    assert {each.name for each in registry.catalogs.list()} == {c for c in CATALOGS if rules.sees_catalog(user, c)}
    schemas = {each.name for each in registry.schemas.list()}
    assert schemas == {each for each in SCHEMAS if rules.sees_schema(user, each)}
    counts = registry.counts(catalogs=list(CATALOGS), schemas=list(SCHEMAS), models=list(MODELS))
    assert {name: count for name, count in counts.schemas.items() if count} == {
        each: len([name for name in seen if name.startswith(f"{each}.")])
        for each in schemas
        if any(name.startswith(f"{each}.") for name in seen)
    }
    status = registry.status()
    assert status.governed_models + status.workspace_models == len(seen)
    assert status.versions == len(read & {"iris", "wine"})
    assert {version.name for version in registry.versions.search()} == read & {"iris", "wine"}
    manages = rules.has(user, "MANAGE", "registry")
    told = {event.name for event in registry.history.recent() if event.subject == "model"}
    assert told == read
    assert manages or not [event for event in registry.history.recent() if event.subject == "registry"]
    past = registry.as_of("now")
    assert {model.name for model in past.models.list()} == seen
    for name in MODELS:
        _check_model(registry, rules, user, name, seen)


def _check_model(registry: Registry, rules: Rules, user: str, name: str, seen: set[str]) -> None:
    if name in seen:
        model = registry.models.get(name)
        assert model.browse_only != rules.reads(user, name)
        assert model.tags == ({"colour": "red"} if rules.reads(user, name) else {})
    else:
        with pytest.raises(NotFound) as hidden:
            registry.models.get(name)
        assert not {each for each in MODELS if each not in seen and each != name and each in str(hidden.value)}
    for call, privilege in (
        (lambda: registry.tags.set(name, {"colour": "red"}), "APPLY TAG"),
        (lambda: registry.models.describe(name, None), "MANAGE"),
        (lambda: registry.grants.grant(["EXECUTE"], name, ["ana"]), "MANAGE"),
    ):
        if rules.may(user, privilege, name):
            call()
        else:
            with pytest.raises(PermissionDenied if name in seen else NotFound):
                call()


def test_who_may_browse_knows_that_a_model_is_there_and_no_more(filled: Registry, as_: As) -> None:
    filled.models.describe("dev.a.x", "Scores.")
    filled.grants.grant(["BROWSE"], "dev", ["ben"])
    found = as_("ben").models.get("dev.a.x")
    assert (found.name, found.owner, found.description, found.browse_only) == ("dev.a.x", "ana", "Scores.", True)
    assert (found.tags, found.aliases, found.latest) == ({}, {}, {})
    assert list(as_("ben").versions.list("dev.a.x")) == []
    assert as_("ben").history.recent("dev.a.x") == []
    for reference in ("dev.a.x/1", "dev.a.x/7", "dev.a.x@Champion", "dev.a.x@None", "dev.a.x/latest"):
        with pytest.raises(PermissionDenied, match=r"that model dev\.a\.x is there, and nothing of its versions"):
            as_("ben").versions.load(reference)


def test_what_is_hidden_is_suggested_to_nobody(filled: Registry, as_: As) -> None:
    filled.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["ben"])
    with pytest.raises(NotFound) as close_to_hidden:
        as_("ben").models.get("dev.a.xx")
    assert "dev.a.x?" not in str(close_to_hidden.value)
    with pytest.raises(NotFound, match=r"did you mean prod\.a\.x"):
        as_("ben").models.get("prod.a.xx")


def test_the_past_is_hidden_from_those_it_is_hidden_from_today(registry: Registry, as_: As) -> None:
    registry.models.create(FRAUD)
    registry.models.create("iris")
    then = registry.history.recent()[0].time
    close(registry)
    registry.grants.grant(["EXECUTE"], "iris", ["ben"])
    assert [model.name for model in as_("ben").as_of(then).models.list()] == ["iris"]
    with pytest.raises(NotFound):
        as_("ben").as_of(then).models.get(FRAUD)
    assert [model.name for model in registry.as_of(then).models.list()] == ["iris", FRAUD]


def test_what_is_in_the_trash_is_hidden_as_it_was(filled: Registry, as_: As) -> None:
    filled.grants.grant(["USE CATALOG", "USE SCHEMA"], "dev", ["ben"])
    filled.grants.grant(["MANAGE"], "dev.a.x", ["ben"])
    for name in ("dev.a.x", "dev.a.y", "wine"):
        filled.models.delete(name)
    assert [each.name for each in as_("ben").trash.list()] == ["dev.a.x"]
    assert (as_("ben").trash.count(), filled.trash.count()) == (1, 3)
    assert as_("ben").trash.purge(dry_run=True).names == ["dev.a.x"]
    as_("ben").trash.purge()
    assert [each.name for each in filled.trash.list()] == ["wine", "dev.a.y"]
