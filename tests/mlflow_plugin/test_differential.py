"""MLflow's own SQL store is the oracle for workspace models: the same random calls on both give the same answers."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow.entities.webhook import Webhook
from mlflow.exceptions import MlflowException
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry import sqlalchemy_store
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.core.query.fields import Kind
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.contexts import context_of
from tests.support.mlflow_oracle import AUTHOR, FIELDS, Outcome, differences, is_our_language, outcome, properties
from tests.support.random_calls import Call, Dice

CALLS = 130
SEARCHES: Mapping[str, Kind] = {"search_registered_models": "model", "search_model_versions": "version"}
# After these MLflow's store leaves out the aliases it has.
FORGETFUL = ("search_model_versions", "search_prompt_versions")


class Pair:
    """Our store and MLflow's, with one clock between them, so that times can be compared to the millisecond."""

    def __init__(self, ours: ModelRegistryStore, theirs: SqlAlchemyStore) -> None:
        self.now = 1_700_000_000_000
        ours.registry = Registry(context_of(ours.registry, actor=AUTHOR, clock=lambda: self.now))
        self.stores: tuple[Any, Any] = (ours, theirs)
        self._webhooks: list[tuple[str, str]] = []

    def run(self, call: Call) -> tuple[list[str], Outcome]:
        """The differences between the answers, and MLflow's answer."""
        ours, theirs = (outcome(partial(self._on, which, call)) for which in (0, 1))
        if theirs.refused and not ours.refused and _only_ours_reads(call):
            return [], theirs
        found = differences(ours, theirs, forgetful=call.method in FORGETFUL)
        if isinstance(ours.value, Webhook) and isinstance(theirs.value, Webhook) and call.method == "create_webhook":
            self._webhooks.append((ours.value.webhook_id, theirs.value.webhook_id))
        return found, theirs

    def theirs(self, call: Call) -> Outcome:
        """MLflow's answer alone."""
        return outcome(lambda: self._on(1, call))

    def _on(self, which: int, call: Call) -> object:
        store, arguments = self.stores[which], list(call.arguments)
        if call.method == "copy_model_version":
            arguments = [store.get_model_version(*arguments[:2]), arguments[2]]
        if call.method in ("update_webhook", "get_webhook", "delete_webhook"):
            number = arguments[0]
            arguments[0] = self._webhooks[number][which] if number < len(self._webhooks) else "nobody"
        answer = getattr(store, call.method)(*arguments)
        return self._all_pages(store, call, answer) if call.follow else answer

    def _all_pages(self, store: Any, call: Call, page: PagedList[Any]) -> list[PagedList[Any]]:
        pages = [page]
        while pages[-1].token and len(pages) < 20:
            pages.append(getattr(store, call.method)(*call.arguments[:3], pages[-1].token))
        return pages


def _only_ours_reads(call: Call) -> bool:
    """Whether a call is a search in the registry's own language, which MLflow's parser is right not to know."""
    kind = SEARCHES.get(call.method)
    return kind is not None and is_our_language(kind, call.arguments[0], call.arguments[2])


@pytest.fixture
def pair(
    store: ModelRegistryStore, empty_mlflow_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pair]:
    shutil.copy(empty_mlflow_db, tmp_path / "oracle.db")
    theirs = SqlAlchemyStore(f"sqlite:///{tmp_path / 'oracle.db'}")
    made = Pair(store, theirs)
    monkeypatch.setattr(sqlalchemy_store, "get_current_time_millis", lambda: made.now)
    monkeypatch.setenv("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true")
    yield made
    theirs.engine.dispose()


@pytest.fixture
def logged_models(client: MlflowClient) -> list[str]:
    """A logged model that comes from a run, and one that does not."""
    with mlflow.start_run():
        from_run = mlflow.create_external_model(name="from_run")
    return [from_run.model_id, mlflow.create_external_model(name="alone").model_id]


@pytest.mark.parametrize("seed", range(8))
def test_same_answers(seed: int, pair: Pair, logged_models: list[str]) -> None:
    dice = Dice(seed, logged_models)
    said: list[str] = []
    for _ in range(CALLS):
        call = dice.call()
        found, theirs = pair.run(call)
        said.append(f"{call} -> {theirs}")
        assert not found, "\n".join([*said[-25:], "DIFFERENCES:", *found])
        pair.now += dice.tick()
    _same_state(pair)


def _same_state(pair: Pair) -> None:
    """Everything the two hold is the same, and our searches forget no alias."""
    everything = [
        Call(f"search_{what}", (condition, 1000, None, None))
        for what in ("registered_models", "model_versions")
        for condition in (None, "tags.`mlflow.prompt.is_prompt` = 'true'")
    ]
    ours: ModelRegistryStore = pair.stores[0]
    for call in everything:
        found, _ = pair.run(call)
        assert not found, f"{call}: {found}"
        for one in getattr(ours, call.method)(*call.arguments):
            if call.method == "search_model_versions":
                assert dict(one) == dict(ours.get_model_version(one.name, one.version))
            else:
                assert dict(one) == dict(ours.get_registered_model(one.name))


def test_the_calls_are_worth_making(pair: Pair, logged_models: list[str]) -> None:
    """The dice reach every method with success, and every kind of error: else the test above shows little."""
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    found = 0
    for seed in range(3):
        dice = Dice(seed, logged_models)
        for _ in range(CALLS):
            call = dice.call()
            theirs = pair.theirs(call)
            if theirs.code is None and theirs.stumbled is None:
                good[call.method] += 1
                found += call.follow and len(theirs.value[0]) > 0  # type: ignore[index]
            else:
                bad[theirs.code or "stumbled"] += 1
    never = {method for method in _METHODS if not good[method]}
    assert not never, f"never succeeded: {never}"
    codes = {
        "INVALID_PARAMETER_VALUE",
        "RESOURCE_DOES_NOT_EXIST",
        "RESOURCE_ALREADY_EXISTS",
        "INTERNAL_ERROR",
        "stumbled",
    }
    assert codes <= set(bad), bad
    assert found > 20, f"only {found} searches found anything"


_METHODS = (
    "create_registered_model",
    "create_model_version",
    "search_registered_models",
    "search_model_versions",
    "rename_registered_model",
    "delete_registered_model",
    "get_latest_versions",
    "transition_model_version_stage",
    "delete_model_version",
    "set_registered_model_alias",
    "get_model_version_by_alias",
    "copy_model_version",
    "create_prompt_version",
    "search_prompt_versions",
    "create_webhook",
)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_is_classified(kind: type) -> None:
    public = {name for name in FIELDS[kind] if not name.startswith("_")}
    assert public == set(properties(kind))


def test_an_unclassified_field_is_a_difference(monkeypatch: pytest.MonkeyPatch, pair: Pair) -> None:
    kind = type(pair.stores[1].create_registered_model("m"))
    monkeypatch.setattr(kind, "brand_new", property(lambda self: 1), raising=False)
    found, _ = pair.run(Call("create_registered_model", ("fresh",)))
    assert found == ["result.brand_new: not classified"]


def test_a_wrong_answer_is_a_difference(pair: Pair) -> None:
    ours, theirs = pair.stores
    ours.create_registered_model("m", None, "one text")
    theirs.create_registered_model("m", None, "another")
    found, _ = pair.run(Call("get_registered_model", ("m",)))
    assert found == ["result.description: ours 'one text', theirs 'another'"]
    ours.delete_registered_model("m")
    found, _ = pair.run(Call("get_registered_model", ("m",)))
    assert found[0].startswith("ours RESOURCE_DOES_NOT_EXIST")
    with pytest.raises(MlflowException):
        ours.get_registered_model("m")
