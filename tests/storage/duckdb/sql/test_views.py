"""The views say what the other operations say, to whoever asks, and no row more."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.sql.views import VIEWS
from tests.storage.duckdb.sql.stocked import CHURN, HIDDEN, MODELS, SAME, told
from tests.support.names import FRAUD
from tests.support.shared import As, close

NAMES = [view.name for view in VIEWS]
PLACES = ("registry", "prod", "prod.ml_team", "dev", "dev.lab", *MODELS)
PRIVILEGES: Sequence[Sequence[str]] = (
    ["USE CATALOG", "USE SCHEMA"],
    ["EXECUTE"],
    ["APPLY TAG"],
    ["BROWSE"],
    ["MANAGE"],
    ["ALL PRIVILEGES"],
)


def test_every_view_is_compared() -> None:
    assert sorted(SAME) == sorted(NAMES)


def test_the_owner_is_told_the_same_by_sql(stocked: Registry) -> None:
    for view, sql, operations in told(stocked):
        assert sql == operations, view
        assert sql, f"nothing is in {view}, so that this shows nothing"


def test_a_column_has_the_type_that_is_documented(stocked: Registry) -> None:
    for view in VIEWS:
        described = {row[0]: row[1] for row in stocked.sql(f"DESCRIBE SELECT * FROM {view.name}").rows}
        stated = {each.name: each.type.replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") for each in view.columns}
        assert described == stated


def test_who_may_nothing_is_shown_nothing_but_what_is_everybodys(stocked: Registry, as_: As) -> None:
    close(stocked)
    for view, sql, operations in told(as_("dora")):
        assert sql == operations, view
        assert not sql or view in ("groups", "tag_policies")


@pytest.mark.parametrize("seed", range(8))
def test_whoever_asks_is_told_the_same_by_sql(stocked: Registry, as_: As, seed: int) -> None:
    chosen = random.Random(seed)
    close(stocked)
    for place in ("prod", "dev"):
        stocked.grants.grant(["BROWSE"], place, ["cleo"])
    for name in (FRAUD, HIDDEN):
        as_("cleo").requests.access(["EXECUTE"], name)
    for _ in range(chosen.randrange(2, 9)):
        place, principal = chosen.choice(PLACES), chosen.choice(["ben", "analysts", "account users"])
        if chosen.random() < 0.15 and place != "registry":
            stocked.grants.transfer(place, "ben")
            continue
        meant = PRIVILEGES[1 if "lab.secret" in place or place in MODELS else 0 if place.count(".") == 0 else 1 :]
        stocked.grants.grant(
            chosen.choice([each for each in meant if place not in MODELS or each != ["BROWSE"]]), place, [principal]
        )
    if chosen.random() < 0.5:
        stocked.models.delete(CHURN, force=True)
    for actor in ("ben", "cleo", "dora", "ana"):
        for view, sql, operations in told(as_(actor)):
            assert sql == operations, (actor, view)


def test_what_is_hidden_is_nowhere(stocked: Registry, as_: As) -> None:
    """No view, whatever is asked of it, has a word of a model that somebody must not know of."""
    close(stocked)
    stocked.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["ben"])
    stocked.tags.set(HIDDEN, {"xanthic-7c1": "quixotry-9b4"})
    for view in NAMES:
        shown = str(as_("ben").sql(f"FROM {view}").rows)
        for word in ("secret", "dev.lab", "xanthic-7c1", "quixotry-9b4"):
            assert word not in shown, (view, word)
    assert [row[0] for row in as_("ben").sql("SELECT name FROM models").rows] == [CHURN, FRAUD]


def test_what_a_version_is_a_copy_of_is_told_to_who_may_read_that(stocked: Registry, as_: As) -> None:
    close(stocked)
    copy = stocked.versions.copy(f"{HIDDEN}/1", CHURN)
    stocked.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["ben"])
    statement = f"SELECT copied_from FROM lineage WHERE name = '{CHURN}' AND version = {copy.version}"
    assert stocked.sql(statement).rows == [(f"{HIDDEN}/1",)]
    assert as_("ben").sql(statement).rows == [(None,)]


def test_who_may_browse_is_told_of_a_model_what_the_registry_tells(stocked: Registry, as_: As) -> None:
    close(stocked)
    stocked.grants.grant(["BROWSE"], "prod", ["ben"])
    rows = (
        as_("ben")
        .sql("SELECT name, browse_only, description, owner, versions, tags, aliases, deprecated FROM models")
        .rows
    )
    assert (CHURN, True, f"About {CHURN}.", "ana", 0, {}, {}, None) in rows
    assert rows[1:] == [(FRAUD, True, f"About {FRAUD}.", "ana", 0, {}, {}, None)]
    assert as_("ben").sql("FROM versions").rows == []


def test_somebody_who_acts_as_another_is_shown_what_that_one_is(stocked: Registry) -> None:
    close(stocked)
    stocked.grants.grant(["EXECUTE"], "iris", ["ben"])
    assert stocked.acting_as("ben").sql("SELECT name FROM models").rows == [("iris",)]


def test_what_is_in_the_trash_is_left_out(stocked: Registry) -> None:
    assert stocked.sql("SELECT count(*) FROM models WHERE name = 'gone'").rows == [(0,)]
    assert stocked.sql(f"SELECT max(version) FROM versions WHERE name = '{FRAUD}'").rows == [(2,)]


def test_a_prompt_is_no_model(registry: Registry) -> None:
    registry.models.create("say", tags={"mlflow.prompt.is_prompt": "true"})
    assert registry.sql("FROM models WHERE name = 'say'").rows == []


def test_the_metric_that_counts_is_the_one_the_version_has(stocked: Registry) -> None:
    rows = stocked.sql(f"SELECT key, value FROM metrics WHERE latest AND name = '{FRAUD}' AND key = 'auc'").rows
    assert rows == [("auc", 0.9)]
    assert stocked.sql(f"SELECT metrics['loss'] FROM versions WHERE reference = '{FRAUD}/2'").rows == [(float("inf"),)]
