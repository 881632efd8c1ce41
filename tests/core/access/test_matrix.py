"""Every operation, with every set of privileges, granted on every level and in every way, against the written table."""

from __future__ import annotations

import pytest

from jupyter_modelreg.api.operations import OPERATIONS
from tests.core.access.matrix import GROUPS, LEVELS, SETS, USE, WAYS, granted, held, hold
from tests.core.access.shelf import Shelf
from tests.core.access.takes import TABLE
from tests.support.access_rules import EVERYBODY, LOWEST, Rules


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


def test_every_operation_is_in_the_table() -> None:
    assert {operation for operation, _, _ in TABLE} == {*OPERATIONS, "registry.acting_as"}


def test_the_table_holds_for_who_has_nothing_and_for_who_has_only_the_use(shelf: Shelf) -> None:
    hold(shelf, Rules(["iris"], GROUPS, owners={"registry": "ana"}))
    with granted(shelf, USE, "prod", "ben") as rules:
        hold(shelf, rules)


@pytest.mark.parametrize(
    ("privilege", "way"),
    [(each, way) for each in SETS for way in WAYS if each != "OWNER" or WAYS[way] != EVERYBODY],
)
def test_the_table_holds(shelf: Shelf, privilege: str, way: str) -> None:
    """For one privilege on each level that it means something on, without and with the use of the catalog."""
    principal = WAYS[way]
    bare = Rules(["iris"])
    for on in LEVELS:
        if bare.depth(on) > LOWEST.get(privilege, 3):
            continue
        for use in ((), USE):
            with granted(shelf, use, "prod", principal) as rules, held(shelf, rules, privilege, on, principal):
                hold(shelf, rules)
