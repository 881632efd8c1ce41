"""Granting, revoking, owning, and what each principal may do then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.access.records import EffectivePrivilege, Grant
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
    RegistryError,
)
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def shared(registry: Registry) -> Registry:
    """A registry of ana's with a governed and a workspace model, in which nobody else may do anything."""
    registry.models.create(FRAUD)
    registry.versions.register(SOURCE, "iris", check_source=False)
    return close(registry)


def test_a_new_registry_is_open_to_everybody(registry: Registry, as_: As) -> None:
    as_("ben").models.create(FRAUD)
    as_("cleo").models.delete(FRAUD)
    assert as_("cleo").grants.grant(["EXECUTE"], "prod", ["dora"])
    assert registry.grants.list("registry") == [
        Grant(kind="registry", name="registry", principal="account users", privileges=["ALL PRIVILEGES", "MANAGE"])
    ]
    assert as_("cleo").whoami().admin


def test_it_belongs_to_whoever_made_it(registry: Registry, as_: As) -> None:
    as_("ben").models.create(FRAUD)
    with pytest.raises(InvalidState, match=r"ana would not be able to grant anything on registry any more.*is ben"):
        close(registry)
    close(as_("ben"))
    assert as_("ben").whoami().admin
    assert not registry.whoami().admin
    with pytest.raises(PermissionDenied):
        registry.models.create("iris")


def test_it_is_known_who_owns_something(shared: Registry, as_: As) -> None:
    shared.grants.grant(["BROWSE"], "registry", ["ben"])
    assert [as_("ben").grants.owner(on) for on in ("registry", "prod", FRAUD)] == ["ana", "ana", "ana"]
    shared.grants.transfer("prod", "cleo")
    assert as_("ben").grants.owner("prod", kind="catalog") == "cleo"
    with pytest.raises(NotFound):
        as_("dora").grants.owner("prod")


def test_a_grant_adds_to_what_there_is(shared: Registry) -> None:
    assert shared.grants.grant(["apply_tag"], FRAUD, ["ben", "cleo"])[0].privileges == ["APPLY TAG"]
    [ben] = shared.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    assert ben == Grant(kind="model", name=FRAUD, principal="ben", privileges=["EXECUTE", "APPLY TAG"])
    assert [each.principal for each in shared.grants.list(FRAUD)] == ["ben", "cleo"]
    before = shared.history.last()
    shared.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    assert shared.history.last() == before
    assert shared.grants.list(to="cleo") == [
        Grant(kind="model", name=FRAUD, principal="cleo", privileges=["APPLY TAG"])
    ]


def test_revoking_leaves_the_rest(shared: Registry) -> None:
    shared.grants.grant(["ALL PRIVILEGES", "MANAGE", "EXECUTE"], FRAUD, ["ben"])
    assert shared.grants.revoke(["EXECUTE"], FRAUD, ["ben"])[0].privileges == ["ALL PRIVILEGES", "MANAGE"]
    assert shared.grants.revoke(["all"], FRAUD, ["ben"])[0].privileges == ["MANAGE"]
    assert shared.grants.revoke(["MANAGE"], FRAUD, ["ben", "nobody"]) == [
        Grant(kind="model", name=FRAUD, principal="ben", privileges=[]),
        Grant(kind="model", name=FRAUD, principal="nobody", privileges=[]),
    ]
    assert shared.grants.list(FRAUD) == []


USE = {"prod": ["USE CATALOG"], "prod.ml_team": ["USE SCHEMA"]}
# What somebody takes exactly, to do what, on the model FRAUD in prod.ml_team, which ana owns.
DOCUMENTED: list[tuple[str, dict[str, list[str]], Callable[[Registry], object]]] = [
    (
        "read",
        {**USE, FRAUD: ["EXECUTE"]},
        lambda r: r.models.get(FRAUD),
    ),
    (
        "tag",
        {**USE, FRAUD: ["APPLY TAG"]},
        lambda r: r.tags.set(FRAUD, {"a": "b"}),
    ),
    (
        "describe",
        {**USE, FRAUD: ["MANAGE"]},
        lambda r: r.models.describe(FRAUD, "x"),
    ),
    (
        "delete",
        {**USE, FRAUD: ["MANAGE"]},
        lambda r: r.models.delete(FRAUD),
    ),
    (
        "grant",
        {**USE, FRAUD: ["MANAGE"]},
        lambda r: r.grants.grant(["EXECUTE"], FRAUD, ["dora"]),
    ),
    (
        "create a model",
        {"prod": ["USE CATALOG"], "prod.ml_team": ["USE SCHEMA", "CREATE MODEL"]},
        lambda r: r.models.create("prod.ml_team.new"),
    ),
    ("create a schema", {"prod": ["USE CATALOG", "CREATE SCHEMA"]}, lambda r: r.schemas.create("prod.new")),
    ("create a catalog", {"registry": ["CREATE CATALOG"]}, lambda r: r.catalogs.create("new")),
    ("create a workspace model", {"registry": ["CREATE MODEL"]}, lambda r: r.models.create("new")),
    (
        "register a version of a workspace model",
        {"iris": ["CREATE MODEL VERSION"]},
        lambda r: r.versions.register(SOURCE, "iris", check_source=False),
    ),
    ("move an alias of a workspace model", {"iris": ["MANAGE"]}, lambda r: r.aliases.set("iris", "Best", 1)),
    ("load a workspace model", {"iris": ["EXECUTE"]}, lambda r: r.versions.working_copy("iris/1")),
    ("change who is in a group", {"registry": ["MANAGE"]}, lambda r: r.groups.create("g")),
]


@pytest.mark.parametrize(("takes", "do"), [row[1:] for row in DOCUMENTED], ids=[row[0] for row in DOCUMENTED])
@pytest.mark.parametrize("through", ["ben", "analysts", "account users"])
def test_exactly_what_is_documented_is_enough(
    shared: Registry, as_: As, through: str, takes: dict[str, list[str]], do: Callable[[Registry], object]
) -> None:
    """And each part of it is needed, whether it is granted to somebody, to a group of theirs, or to everybody."""
    shared.groups.create("juniors", ["ben"])
    shared.groups.create("analysts", ["juniors"])
    everything = [(on, privilege) for on, privileges in takes.items() for privilege in privileges]
    for missing in everything:
        for on, privilege in everything:
            if (on, privilege) != missing:
                shared.grants.grant([privilege], on, [through])
        with pytest.raises((PermissionDenied, NotFound)):
            do(as_("ben"))
        for on, privilege in everything:
            shared.grants.revoke([privilege], on, [through])
    for on, privilege in everything:
        shared.grants.grant([privilege], on, [through])
    do(as_("ben"))
    if through != "account users":
        with pytest.raises((PermissionDenied, NotFound)):
            do(as_("elsa"))


def test_what_is_granted_above_holds_below_now_and_later(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "APPLY TAG"], "prod", ["ben"])
    shared.models.create("prod.later.new")
    for name in (FRAUD, "prod.later.new"):
        as_("ben").tags.set(name, {"a": "b"})
    with pytest.raises(NotFound):
        as_("ben").tags.set("iris", {"a": "b"})


def test_a_refusal_says_what_is_missing_and_who_can_help(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["ben"])
    shared.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    with pytest.raises(PermissionDenied) as refused:
        as_("ben").tags.set(FRAUD, {"a": "b"})
    assert refused.value.message == (
        f"ben lacks APPLY TAG on model {FRAUD}: ben has USE CATALOG, USE SCHEMA and EXECUTE there, and its owner is ana"
    )
    assert refused.value.hint == (
        f'ask ana to run: grant "APPLY TAG" on model {FRAUD} to ben; '
        f'or ask here: request access "APPLY TAG" on model {FRAUD}'
    )


def test_who_makes_something_owns_it(shared: Registry, as_: As) -> None:
    shared.grants.grant(["CREATE CATALOG"], "registry", ["ben"])
    ben = as_("ben")
    ben.models.create("sandbox.mine.toy")
    ben.tags.set("sandbox.mine.toy", {"a": "b"})
    ben.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "sandbox", ["cleo"])
    assert as_("cleo").models.get("sandbox.mine.toy").owner == "ben"
    with pytest.raises(PermissionDenied):
        as_("cleo").models.describe("sandbox.mine.toy", "x")


def test_an_owner_takes_the_use_of_what_it_is_in(shared: Registry, as_: As) -> None:
    shared.grants.transfer(FRAUD, "ben")
    with pytest.raises(NotFound):
        as_("ben").models.get(FRAUD)
    shared.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["ben"])
    as_("ben").models.describe(FRAUD, "mine")


def test_a_group_may_own(shared: Registry, as_: As) -> None:
    shared.groups.create("team", ["ben"])
    change = shared.grants.transfer("prod", "team")
    assert (change.kind, change.name, change.before, change.after) == ("catalog", "prod", "ana", "team")
    as_("ben").models.describe(FRAUD, "ours")
    shared.groups.create("empty")
    for nobody in ("empty", "account users"):
        with pytest.raises(InvalidInput, match="cannot own model"):
            shared.grants.transfer(FRAUD, nobody)


def test_grants_move_with_a_model_and_come_back_with_it(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["ben"])
    shared.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    shared.models.rename(FRAUD, "prod.ml_team.card_fraud")
    assert as_("ben").models.get("prod.ml_team.card_fraud").name
    shared.models.delete("prod.ml_team.card_fraud")
    shared.models.create("prod.ml_team.card_fraud")
    with pytest.raises(NotFound):
        as_("ben").models.get("prod.ml_team.card_fraud")
    shared.models.delete("prod.ml_team.card_fraud")
    oldest = shared.trash.list()[-1]
    shared.history.undo(
        next(e.seq for e in shared.history.recent() if e.action == "model.deleted" and e.subject_id == oldest.id)
    )
    assert as_("ben").models.get("prod.ml_team.card_fraud").name


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda r: r.grants.grant([], FRAUD, ["ben"]), "name at least one privilege"),
        (lambda r: r.grants.grant(["EXCUTE"], FRAUD, ["ben"]), "did you mean EXECUTE?"),
        (lambda r: r.grants.grant(["USE SCHEMA"], FRAUD, ["ben"]), "USE SCHEMA means nothing on a model"),
        (lambda r: r.grants.grant(["EXECUTE"], "prod.ml_team.frud", ["ben"]), "no model prod.ml_team.frud"),
        (
            lambda r: r.grants.grant(["EXECUTE"], FRAUD, ["analyst"]),
            "nobody has heard of analyst; did you mean",
        ),
        (lambda r: r.grants.grant(["EXECUTE"], FRAUD, [" "]), "is no user or group"),
        (lambda r: r.grants.grant(["EXECUTE"], FRAUD, ['a"b']), "is no user or group"),
        (lambda r: r.groups.create("analysts"), "group analysts already exists"),
        (lambda r: r.groups.create("ana"), "ana is a user"),
        (lambda r: r.groups.add("analysts", ["analysts"]), "the group analysts cannot be in itself"),
        (lambda r: r.groups.add("none", ["ben"]), "no group none"),
        (lambda r: r.groups.add("analysts", ["account users"]), "account users is everybody"),
    ],
)
def test_bad_input_changes_nothing(shared: Registry, call: Callable[[Registry], object], said: str) -> None:
    shared.groups.create("analysts", ["ben"])
    before = shared.history.last()
    with pytest.raises(RegistryError) as refused:
        call(shared)
    assert said in refused.value.message
    assert refused.value.hint or "did you mean" in refused.value.message
    assert shared.history.last() == before


def test_somebody_new_whose_name_is_close_to_another(shared: Registry) -> None:
    shared.groups.create("analysts", ["ben"])
    [made] = shared.grants.grant(["EXECUTE"], FRAUD, ["analyst"], new=True)
    assert made.principal == "analyst"


def test_nobody_locks_themselves_out_by_accident(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "MANAGE"], "prod", ["ben"])
    ben = as_("ben")
    with pytest.raises(InvalidState, match=r"ben would not be able to grant anything on catalog prod any more.*is ana"):
        ben.grants.revoke(["MANAGE"], "prod", ["ben"])
    assert ben.grants.list("prod")[0].privileges == ["USE CATALOG", "USE SCHEMA", "MANAGE"]
    ben.grants.revoke(["MANAGE"], "prod", ["ben"], force=True)
    with pytest.raises(PermissionDenied):
        ben.grants.grant(["MANAGE"], "prod", ["ben"])


def test_the_last_administrator_stays(shared: Registry) -> None:
    shared.groups.create("admins", ["ana"])
    shared.grants.transfer("registry", "admins")
    assert shared.whoami().admin
    with pytest.raises(InvalidState, match="nobody would administer the registry any more"):
        shared.groups.remove("admins", ["ana"])
    with pytest.raises(InvalidState, match="nobody would administer the registry any more"):
        shared.groups.delete("admins")
    shared.groups.add("admins", ["ben"])
    shared.groups.remove("admins", ["ana"])
    assert not shared.whoami().admin


def test_where_a_privilege_comes_from(shared: Registry, as_: As) -> None:
    shared.groups.create("juniors", ["ben"])
    shared.groups.create("analysts", ["juniors"])
    shared.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["account users"])
    shared.grants.grant(["EXECUTE"], "prod", ["analysts"])
    shared.grants.grant(["APPLY TAG"], FRAUD, ["ben"])
    expected = [
        EffectivePrivilege(privilege="USE CATALOG", kind="catalog", name="prod", principal="account users"),
        EffectivePrivilege(privilege="USE SCHEMA", kind="catalog", name="prod", principal="account users"),
        EffectivePrivilege(
            privilege="EXECUTE", kind="catalog", name="prod", principal="analysts", through=("juniors", "analysts")
        ),
        EffectivePrivilege(privilege="APPLY TAG", kind="model", name=FRAUD, principal="ben"),
    ]

    def by_place(found: list[EffectivePrivilege]) -> list[tuple[str, str]]:
        return sorted((each.name, each.privilege) for each in found)

    found = list(as_("ben").grants.effective(FRAUD))
    assert by_place(found) == by_place(expected)
    assert all(each in found for each in expected)
    assert list(shared.grants.effective(FRAUD, of="ben")) == found
    assert "OWNER" in {each.privilege for each in shared.grants.effective(FRAUD)}
    with pytest.raises(PermissionDenied):
        as_("ben").grants.effective(FRAUD, of="cleo")


def test_who_cannot_grant_sees_what_was_granted_to_them(shared: Registry, as_: As) -> None:
    shared.groups.create("analysts", ["ben"])
    shared.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["ben", "cleo"])
    shared.grants.grant(["EXECUTE"], FRAUD, ["analysts", "cleo"])
    assert [(each.name, each.principal) for each in as_("ben").grants.list()] == [("prod", "ben"), (FRAUD, "analysts")]
    assert [(each.name, each.principal) for each in shared.grants.list(FRAUD)] == [(FRAUD, "analysts"), (FRAUD, "cleo")]
    assert not [event for event in as_("ben").history.recent(FRAUD) if event.action == "grant.changed"]


def test_everything_can_be_undone_and_is_in_the_log(shared: Registry, as_: As) -> None:
    shared.groups.create("analysts", ["ben"])
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["analysts"])
    assert as_("ben").models.list()
    shared.history.undo()
    assert not as_("ben").models.list()
    shared.history.undo()
    shared.history.undo()
    assert as_("ben").models.list()
    shared.grants.transfer(FRAUD, "ben")
    shared.history.undo()
    assert shared.models.get(FRAUD).owner == "ana"
    assert shared.maintenance.verify(rebuild=True).findings == []


def test_a_tag_can_be_taken_back_by_who_may_set_it(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "APPLY TAG"], "prod", ["ben"])
    as_("ben").tags.set(FRAUD, {"a": "b"})
    as_("ben").history.undo()
    assert shared.models.get(FRAUD).tags == {}


def test_a_name_that_is_taken_by_something_hidden(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "CREATE MODEL"], "prod", ["ben"])
    with pytest.raises(PermissionDenied, match=f"ben may not call a model {FRAUD}"):
        as_("ben").models.create(FRAUD)
    shared.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    with pytest.raises(AlreadyExists):
        as_("ben").models.create(FRAUD)


def test_a_model_that_is_there_exists_already_for_who_may_only_add_versions(shared: Registry, as_: As) -> None:
    """MLflow's `register_model` creates the model first, and goes on where that exists already."""
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "CREATE MODEL VERSION"], "prod", ["ben"])
    with pytest.raises(AlreadyExists):
        as_("ben").models.create(FRAUD)
    with pytest.raises(PermissionDenied):
        as_("ben").models.create("prod.ml_team.other")


def test_an_administrator_looks_as_somebody_else(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "APPLY TAG", "CREATE MODEL"], "prod", ["ben"])
    ben = shared.acting_as("ben")
    assert [model.name for model in ben.models.list()] == [FRAUD]
    ben.tags.set(FRAUD, {"a": "b"})
    assert ben.models.create("prod.ml_team.new").owner == "ben"
    newest = shared.history.last()
    assert newest is not None
    assert (newest.actor, newest.on_behalf_of) == ("ana", "ben")
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE"):
        ben.models.delete(FRAUD)
    assert (ben.whoami().actor, ben.whoami().on_behalf_of, ben.whoami().admin) == ("ana", "ben", False)
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on registry"):
        as_("ben").acting_as("ana")
    with pytest.raises(PermissionDenied):
        ben.acting_as("ana")


def test_who_does_not_manage_the_registry_verifies_no_part_of_it(shared: Registry, as_: As) -> None:
    shared.grants.grant(["EXECUTE"], "iris", ["ben"])
    for reference in ("iris", None):
        with pytest.raises(PermissionDenied, match="ben lacks MANAGE on registry"):
            as_("ben").maintenance.verify(reference)
    assert shared.maintenance.verify("iris").findings == []


def test_who_may_not_load_a_model_takes_it_nowhere(shared: Registry, as_: As, tmp_path: Path) -> None:
    """Neither in an archive nor into a registry of their own; and what is granted here goes nowhere."""
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "APPLY TAG"], "prod", ["ben"])
    shared.grants.grant(["EXECUTE"], "iris", ["ben"])
    ben = as_("ben")
    for references in ([FRAUD], ["prod"], None):
        with pytest.raises(PermissionDenied, match=f"ben lacks EXECUTE on model {FRAUD}"):
            ben.exchange.export_to(tmp_path / "all.zip", references)
        assert not (tmp_path / "all.zip").exists()
    ben.exchange.export_to(tmp_path / "iris.zip", ["iris"])
    own = jupyter_modelreg.connect(f"modelreg:///{tmp_path}/own.duckdb", actor="ben")
    own.exchange.import_from(str(tmp_path / "iris.zip"))
    assert own.models.get("iris").grants == {}
    own.close()
