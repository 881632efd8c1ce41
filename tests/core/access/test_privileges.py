"""What privileges are called, and what each means on each level."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.access.principals import check_no_circle, memberships
from jupyter_modelreg.core.access.privileges import (
    LEVELS,
    ON_MODELS,
    PRIVILEGES,
    check_level,
    expanded,
    of_owner,
    ordered,
    parse_privilege,
)
from jupyter_modelreg.core.entities.securables import Level
from jupyter_modelreg.core.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "privilege"),
    [
        ("EXECUTE", "EXECUTE"),
        ("execute", "EXECUTE"),
        ("CREATE_MODEL", "CREATE MODEL"),
        (" apply  Tag ", "APPLY TAG"),
        ("all", "ALL PRIVILEGES"),
        ("all_privileges", "ALL PRIVILEGES"),
        ("CREATE_REGISTERED_MODEL", "CREATE MODEL"),
        ("create_function", "CREATE MODEL"),
    ],
)
def test_as_it_is_written(written: str, privilege: str) -> None:
    assert parse_privilege(written) == privilege


@pytest.mark.parametrize(
    ("written", "said"), [("EXCUTE", "did you mean EXECUTE?"), ("use catalogue", "did you mean USE CATALOG?")]
)
def test_an_unknown_one_names_the_closest(written: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_privilege(written)
    assert said in refused.value.message
    assert refused.value.hint is not None
    assert all(name in refused.value.hint for name in PRIVILEGES)


def test_one_that_is_like_none() -> None:
    with pytest.raises(InvalidInput, match=r"^there is no privilege 'fly'\n"):
        parse_privilege("fly")


@pytest.mark.parametrize(
    ("privilege", "levels"),
    [
        ("CREATE CATALOG", 1),
        ("CREATE SCHEMA", 2),
        ("USE CATALOG", 2),
        ("USE SCHEMA", 3),
        ("CREATE MODEL", 3),
        ("BROWSE", 3),
        ("EXECUTE", 4),
        ("APPLY TAG", 4),
        ("CREATE MODEL VERSION", 4),
        ("MANAGE", 4),
        ("ALL PRIVILEGES", 4),
    ],
)
def test_where_each_means_something(privilege: str, levels: int) -> None:
    for level in LEVELS[:levels]:
        assert check_level(privilege, level) == privilege
    for level in LEVELS[levels:]:
        with pytest.raises(InvalidInput, match=f"{privilege} means nothing on a {level}"):
            check_level(privilege, level)


@pytest.mark.parametrize(
    ("level", "privileges"),
    [
        ("model", {"CREATE MODEL VERSION", "EXECUTE", "APPLY TAG"}),
        ("schema", {"USE SCHEMA", "BROWSE", "CREATE MODEL", "CREATE MODEL VERSION", "EXECUTE", "APPLY TAG"}),
    ],
)
def test_all_privileges_are_all_that_mean_something_there_but_manage(level: Level, privileges: set[str]) -> None:
    assert expanded(level, ["ALL PRIVILEGES"]) == privileges
    assert of_owner(level) == privileges | {"MANAGE"}
    assert expanded(level, ["EXECUTE"]) == {"EXECUTE"}


def test_what_lets_one_read_a_model_are_privileges() -> None:
    assert set(PRIVILEGES) >= ON_MODELS


def test_they_are_listed_in_one_order() -> None:
    assert ordered(["MANAGE", "EXECUTE", "USE CATALOG", "EXECUTE"]) == ["USE CATALOG", "EXECUTE", "MANAGE"]


GROUPS = {"analysts": ["ben", "juniors"], "juniors": ["cleo"], "risk": ["analysts"], "empty": []}


class TestGroups:
    def test_who_belongs_where_and_by_way_of_what(self) -> None:
        assert memberships("cleo", GROUPS) == {
            "cleo": (),
            "account users": (),
            "juniors": ("juniors",),
            "analysts": ("juniors", "analysts"),
            "risk": ("juniors", "analysts", "risk"),
        }
        assert set(memberships("ana", GROUPS)) == {"ana", "account users"}

    def test_everybody_is_in_no_group(self) -> None:
        assert set(memberships("ana", {"odd": ["account users"]})) == {"ana", "account users"}

    @pytest.mark.parametrize(("group", "member"), [("risk", "risk"), ("juniors", "risk"), ("analysts", "risk")])
    def test_a_group_is_not_in_itself(self, group: str, member: str) -> None:
        with pytest.raises(InvalidInput, match=f"the group {group} cannot be in itself"):
            check_no_circle(group, member, GROUPS)

    def test_a_group_may_be_in_several(self) -> None:
        check_no_circle("risk", "juniors", GROUPS)
