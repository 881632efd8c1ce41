"""What is hidden is nowhere to be found: held against a slow and obvious model of the rules."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from jupyter_modelreg.core.errors import InvalidState, NotFound, PermissionDenied
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from tests.support.access_rules import Rules
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]

CATALOGS = ("dev", "prod")
SCHEMAS = tuple(f"{catalog}.{name}" for catalog in CATALOGS for name in ("a", "b"))
WORKSPACE = ("iris", "wine")
MODELS = (*(f"{schema}.{name}" for schema in SCHEMAS for name in ("x", "y")), *WORKSPACE)
GROUPS = {"juniors": ["ben"], "seniors": ["cleo"], "everyone": ["juniors", "seniors"]}
PRINCIPALS = ("ben", "cleo", "juniors", "everyone", "account users")
ON: Mapping[int, Sequence[str]] = {
    0: ("USE CATALOG", "USE SCHEMA", "BROWSE", "EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL", "ALL PRIVILEGES"),
    1: ("USE CATALOG", "USE SCHEMA", "BROWSE", "EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL", "ALL PRIVILEGES"),
    2: ("USE SCHEMA", "BROWSE", "EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL", "ALL PRIVILEGES"),
    3: ("EXECUTE", "APPLY TAG", "MANAGE", "CREATE MODEL VERSION", "ALL PRIVILEGES"),
}


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
    chosen, rules = random.Random(seed), Rules(WORKSPACE, GROUPS, owners={"registry": "ana"})
    everywhere = ("registry", *CATALOGS, *SCHEMAS, *MODELS)
    for _ in range(chosen.randrange(3, 14)):
        on, principal = chosen.choice(everywhere), chosen.choice(PRINCIPALS)
        if chosen.random() < 0.15 and on != "registry" and principal != "account users":
            filled.grants.transfer(on, principal)
            rules.owners[on] = principal
            continue
        privilege = chosen.choice(ON[rules.depth(on)])
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
    red = registry.models.search([Condition("tags.colour", "=", "red")])
    assert {model.name for model in red} == read
    for unseen in (
        "tags.colour = 'red'",
        "not tags.colour = 'blue'",
        "name like '%' or tags.colour = 'x'",
        "version is null or version > 0",
    ):
        assert {model.name for model in registry.models.find(unseen)} == read
    assert {model.name for model in registry.models.find("name like '%' and owner is not null")} == seen
    assert {model.name for model in registry.models.find(order_by="tags.colour")} == read
    for then in (registry, registry.as_of("now")):
        for topic in (then.models, then.versions):
            values = [each for facet in topic.facets("name like '%'") for each in facet.values]
            assert [each.count for each in values] == [len(topic.find(each.filter)) for each in values]
    assert {each.name for each in registry.catalogs.list()} == {c for c in CATALOGS if rules.sees(user, c)}
    schemas = {each.name for each in registry.schemas.list()}
    assert schemas == {each for each in SCHEMAS if rules.sees(user, each)}
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


def test_words_find_what_may_only_be_browsed_by_what_is_known_of_it(filled: Registry, as_: As) -> None:
    filled.models.describe("dev.a.x", "Scores payments.")
    filled.tags.set("dev.a.x", {"team": "secretive"})
    filled.tags.set("wine", {"team": "secretive"})
    filled.comments.add("dev.a.x", "whispered")
    filled.grants.grant(["BROWSE"], "dev", ["ben"])
    filled.grants.grant(["EXECUTE"], "wine", ["ben"])
    ben = as_("ben")
    assert [each.name for each in ben.models.find("PAYMENTS scores")] == ["dev.a.x"]
    assert "dev.a.x" in [each.name for each in ben.models.find("text contains 'dev.a'")]
    assert [each.name for each in ben.models.find("secretive")] == ["wine"]
    assert [each.name for each in ben.models.find("whispered")] == []
    then = filled.history.recent()[0].time
    assert [each.name for each in ben.as_of(then).models.find("secretive")] == ["wine"]
    unfit = [each.name for each in ben.models.find("not text contains 'secretive'")]
    assert "dev.a.x" in unfit
    assert "wine" not in unfit
    assert {each.name for each in filled.models.find("secretive")} == {"dev.a.x", "wine"}


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


def test_what_holds_something_hidden_is_not_empty(filled: Registry, as_: As) -> None:
    """To manage a catalog, or a schema, does not take the use of it; without that its holder sees nothing in there."""
    filled.grants.grant(["MANAGE"], "dev", ["ben"])
    filled.grants.grant(["USE CATALOG"], "prod", ["ben"])
    filled.grants.grant(["MANAGE"], "prod.a", ["ben"])
    for delete, preview in (
        (lambda: as_("ben").catalogs.delete("dev"), lambda: as_("ben").previews.delete_container("dev")),
        (lambda: as_("ben").schemas.delete("prod.a"), lambda: as_("ben").previews.delete_container("prod.a")),
    ):
        with pytest.raises(InvalidState, match=r"still holds a (schema|model) that you may not see"):
            delete()
        assert "that you may not see" in str(preview().blocked)
    assert filled.maintenance.verify(rebuild=True).findings == []


def test_the_newest_event_is_the_newest_that_one_may_know_of(filled: Registry, as_: As) -> None:
    filled.grants.grant(["EXECUTE"], "iris", ["ben"])
    filled.models.describe("wine", "hidden")
    newest = as_("ben").history.last()
    assert newest is not None
    assert newest.name == "iris"
    last = filled.history.last()
    assert last is not None
    with pytest.raises(NotFound, match=f"no event {last.seq}\n.*ends at {newest.seq}"):
        as_("ben").history.undo(last.seq)
    assert as_("cleo").history.last() is None


def test_what_is_counted_may_be_seen(filled: Registry, as_: As) -> None:
    assert as_("ben").status().events == 0
    assert as_("ben").counts(["dev"], ["dev.a"], ["dev.a.x", "wine"]).models == {}
    filled.grants.grant(["EXECUTE"], "iris", ["ben"])
    own = filled.history.recent("iris")
    assert as_("ben").status().events == len(own)
    assert as_("ben").as_of("now").status().events == len(own)
    assert filled.status().events == len(filled.history.list())
