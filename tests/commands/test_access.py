"""grant, revoke, grants, owner, group, whoami and as."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, PermissionDenied, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import check_refused, done

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

CLOSE = 'revoke "ALL PRIVILEGES", MANAGE on registry from "account users"'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"grant EXECUTE on {FRAUD} to ben", [f"ben has EXECUTE on model {FRAUD} now"]),
        (
            f'grant EXECUTE, "APPLY TAG" on model {FRAUD} to ben',
            [f"ben has EXECUTE and APPLY TAG on model {FRAUD} now"],
        ),
        (
            "GRANT CREATE_MODEL ON SCHEMA prod.ml_team TO ben, cleo;",
            ["ben has CREATE MODEL on schema prod.ml_team now", "cleo has CREATE MODEL on schema prod.ml_team now"],
        ),
        ("grant create model version on catalog prod to ben", ["ben has CREATE MODEL VERSION on catalog prod now"]),
        ("grant USE CATALOG, BROWSE on registry to ben", ["ben has USE CATALOG and BROWSE on registry now"]),
        ("grant browse on metastore to `ben`", ["ben has BROWSE on registry now"]),
        ('grant execute on function iris to "account users"', ["account users has EXECUTE on model iris now"]),
    ],
)
def test_a_grant_as_it_may_be_written(do: Do, stocked: Registry, line: str, said: list[str]) -> None:
    assert done(do(line)).splitlines() == said


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        (f"grant EXECUTE on {FRAUD}", InvalidInput, "is no whole statement"),
        (f"grant on {FRAUD} to ben", InvalidInput, "is no whole statement"),
        ("grant EXECUTE on to ben", InvalidInput, "nothing names no one thing"),
        (f"grant EXECUTE on {FRAUD} iris to ben", InvalidInput, "names no one thing"),
        ("grant EXECUTE on nothing to ben", NotFound, "no model nothing"),
        (f"grant EXCUTE on {FRAUD} to ben", InvalidInput, "did you mean EXECUTE?"),
        (f"grant USE SCHEMA on {FRAUD} to ben", InvalidInput, "means nothing on a model"),
        (f"revoke EXECUTE on {FRAUD} to ben", InvalidInput, "is no whole statement"),
        (f"owner {FRAUD}", InvalidInput, "name what is given, and to whom"),
        ("grants --effective", InvalidInput, "--effective takes a name"),
        ("group create", InvalidInput, "group create takes the name of a group"),
        ("group show none", NotFound, "no group none"),
    ],
)
def test_bad_input_is_one_sentence(do: Do, stocked: Registry, line: str, error: type[RegistryError], said: str) -> None:
    check_refused(do, stocked, line, error, said)


def test_what_was_granted_and_to_whom(do: Do, stocked: Registry) -> None:
    do("group create analysts ben cleo")
    do("grant USE_CATALOG, USE_SCHEMA on catalog prod to analysts")
    do(f'grant "APPLY TAG" on {FRAUD} to ben')
    assert do("grants").rows == [
        {"on": "registry", "principal": "account users", "privileges": ["ALL PRIVILEGES", "MANAGE"]},
        {"on": "catalog prod", "principal": "analysts", "privileges": ["USE CATALOG", "USE SCHEMA"]},
        {"on": f"model {FRAUD}", "principal": "ben", "privileges": ["APPLY TAG"]},
    ]
    assert [row["on"] for row in do("grants --to ben").rows] == [f"model {FRAUD}"]
    assert do(f"grants on {FRAUD}").rows == do(f"grants {FRAUD}").rows == do("grants").rows[2:]
    assert "USE CATALOG, USE SCHEMA" in do("grants on catalog prod").text(100)
    effective = do(f"grants on {FRAUD} --effective --to ben").rows
    assert {"privilege": "APPLY TAG", "from": f"model {FRAUD}", "principal": "ben", "through": []} in effective
    use = {"privilege": "USE CATALOG", "from": "catalog prod", "principal": "analysts", "through": ["analysts"]}
    assert use in effective
    assert repr(do("grants on iris")) == "nothing is granted on iris"


def test_revoking_and_owning(do: Do, stocked: Registry) -> None:
    do(f"grant EXECUTE, MANAGE on {FRAUD} to ben")
    assert done(do(f"revoke MANAGE on {FRAUD} from ben")) == f"ben has EXECUTE on model {FRAUD} now"
    assert done(do(f"revoke EXECUTE on {FRAUD} from ben")) == f"ben has nothing on model {FRAUD} now"
    assert done(do(f"owner {FRAUD} ben")) == f"model {FRAUD} belongs to ben now; it was ana's"
    said = do(f"owner model {FRAUD} ben")
    assert repr(said) == f"model {FRAUD} belongs to ben already; nothing changed"
    assert said.rows == [{"kind": "model", "name": FRAUD, "before": "ben", "after": "ben"}]


def test_a_model_that_is_called_as_its_kind_is_named_whole(do: Do, stocked: Registry) -> None:
    do("create model model")
    assert done(do("grant EXECUTE on model model to ben")) == "ben has EXECUTE on model model now"
    assert do("grants --to ben").rows == [{"on": "model model", "principal": "ben", "privileges": ["EXECUTE"]}]


def test_groups(do: Do, stocked: Registry) -> None:
    assert done(do("group create analysts ben, cleo")) == "created group analysts: ben and cleo"
    assert done(do("group add analysts dora")) == "in analysts now: ben, cleo and dora"
    assert done(do("group remove analysts ben cleo")) == "in analysts now: dora"
    assert do("group list").rows == [{"name": "analysts", "members": ["dora"]}]
    assert "dora" in do("group show analysts").text()
    assert done(do("group delete analysts")) == "deleted group analysts, in which dora was"


def test_looking_as_somebody_else(do: Do, stocked: Registry) -> None:
    do(CLOSE)
    do("grant USE_CATALOG, USE_SCHEMA, APPLY_TAG on catalog prod to ben")
    assert [row["name"] for row in do("as ben models").rows] == [FRAUD]
    assert json.loads(do("as ben models --json").text())[0]["name"] == FRAUD
    assert json.loads(do("as ben whoami --json").text()) == {
        "actor": "ana", "on_behalf_of": "ben", "groups": [], "administers": False
    }  # fmt: skip
    do(f"as ben tag {FRAUD} checked=yes")
    newest = do("history -n 1").rows[0]
    assert (newest["actor"], newest["on_behalf_of"]) == ("ana", "ben")
    assert newest["what"] == "tagged checked=yes, on behalf of ben"
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE"):
        do(f"as ben describe {FRAUD} x")
    with pytest.raises(NotFound):
        do("as ben show iris")
    assert do("whoami").rows == [{"actor": "ana", "on_behalf_of": None, "groups": [], "administers": True}]


def test_nobody_closes_themselves_out(do: Do, stocked: Registry) -> None:
    do("owner registry ben")
    with pytest.raises(InvalidState, match="ana would not be able to grant anything on registry any more") as refused:
        do(CLOSE)
    assert refused.value.hint == "to do it all the same: --yes"
    do(f"{CLOSE} --yes")
    with pytest.raises(PermissionDenied, match="ana lacks CREATE MODEL on registry"):
        do("create model wine")
