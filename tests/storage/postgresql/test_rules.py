"""What holds in a file holds in PostgreSQL: rights, the log and the tables, MLflow's answers; one seed of each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage import PostgreSQLStore
from jupyter_modelreg.uri import registry_address
from tests.core.access import test_guard
from tests.core.access.matrix import GROUPS, SETS, USE, granted, held, hold
from tests.core.access.shelf import Shelf
from tests.core.access.test_guard import as_, filled
from tests.core.history import test_replay
from tests.core.history.test_replay import elsewhere
from tests.mlflow_plugin import test_differential
from tests.mlflow_plugin.test_differential import Pair, logged_models, pair
from tests.support.access_rules import LOWEST, Rules
from tests.support.names import FRAUD
from tests.support.postgresql import Server
from tests.support.shared import As

__all__ = ["as_", "elsewhere", "filled", "logged_models", "pair"]  # fixtures


@pytest.fixture(scope="module")
def shelf(postgresql: Server, registry_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("shelf")
    address = registry_address(postgresql.make_registry(folder / "registry", registry_template))
    assert address.database is not None
    store = PostgreSQLStore(address.database, address.uri)
    yield Shelf(folder, store)
    store.close()


def test_the_matrix_holds_for_who_has_nothing(shelf: Shelf) -> None:
    hold(shelf, Rules(["iris"], GROUPS, owners={"registry": "ana"}))


@pytest.mark.parametrize("privilege", SETS)
def test_the_matrix_holds(shelf: Shelf, privilege: str) -> None:
    """For each privilege on the lowest level that it means something on, through a group, with the use of the rest."""
    on = ("registry", "prod", "prod.ml_team", FRAUD)[LOWEST.get(privilege, 3)]
    with granted(shelf, USE, "prod", "analysts") as rules, held(shelf, rules, privilege, on, "analysts"):
        hold(shelf, rules)


def test_nobody_reads_or_changes_what_the_rules_forbid(filled: Registry, as_: As) -> None:
    test_guard.test_nobody_reads_or_changes_what_the_rules_forbid(filled, as_, 3)


def test_the_tables_are_what_the_log_says(registry: Registry, elsewhere: Registry, tmp_path: Path) -> None:
    test_replay.test_the_tables_are_what_the_log_says(registry, elsewhere, tmp_path, 2)


def test_mlflow_gives_the_same_answers(pair: Pair, logged_models: list[str]) -> None:
    test_differential.test_same_answers(4, pair, logged_models)
