"""MLflow's filter grammar, order and paging, on models and versions."""

from __future__ import annotations

import base64

import pytest
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.exceptions import MlflowException
from mlflow.store.model_registry import SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT

from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_plugin.search import model_query, version_query
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.contexts import context_of
from tests.support.mlflow_models import refused

PROMPT = [RegisteredModelTag("mlflow.prompt.is_prompt", "true")]


@pytest.fixture
def models(store: ModelRegistryStore) -> ModelRegistryStore:
    """Five models and a prompt, each a millisecond after the other."""
    clock = iter(range(1_999_999_000_000, 2_000_000_000_000))
    store.registry = Registry(context_of(store.registry, clock=lambda: next(clock)))
    store.create_registered_model("fraud", [RegisteredModelTag("task", "ranking"), RegisteredModelTag("a b", "1")])
    store.create_registered_model("Fraud", [RegisteredModelTag("task", "scoring")])
    store.create_registered_model("churn")
    store.create_registered_model("prod.ml_team.fraud", [RegisteredModelTag("task", "Ranking")])
    store.create_registered_model("prod.ml_team.churn")
    store.create_registered_model("greeting", [*PROMPT, RegisteredModelTag("task", "ranking")])
    return store


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        (None, "Fraud churn fraud prod.ml_team.churn prod.ml_team.fraud"),
        ("", "Fraud churn fraud prod.ml_team.churn prod.ml_team.fraud"),
        ("name = 'fraud'", "fraud"),
        ("name != 'fraud'", "Fraud churn prod.ml_team.churn prod.ml_team.fraud"),
        ("name LIKE 'f%'", "fraud"),
        ("name ilike 'F%'", "Fraud fraud"),
        ("name LIKE 'prod.ml_team.%'", "prod.ml_team.churn prod.ml_team.fraud"),
        ("name LIKE '_raud'", "Fraud fraud"),
        ("name IN ('fraud', 'churn', 'nothing')", "churn fraud"),
        ("name NOT IN ('fraud', 'churn')", "Fraud prod.ml_team.churn prod.ml_team.fraud"),
        ("tags.task = 'ranking'", "fraud"),
        ("tag.task != 'ranking'", "Fraud prod.ml_team.fraud"),
        ("tags.task ILIKE 'rank%' AND name LIKE 'prod.%'", "prod.ml_team.fraud"),
        ("tags.`a b` = '1'", "fraud"),
        ("tags.task LIKE '%' tags.task != 'scoring'", "fraud prod.ml_team.fraud"),
        ("tags.Task = 'ranking'", ""),
        ("tags.`mlflow.prompt.is_prompt` != 'true' AND tags.task = 'ranking'", "fraud"),
        ("tags.`mlflow.prompt.is_prompt` = 'true'", "greeting"),
        ("tags.`mlflow.prompt.is_prompt` = 'true' AND name = 'fraud'", ""),
        ("name = 'greeting'", ""),
    ],
)
def test_models(models: ModelRegistryStore, filter_string: str | None, expected: str) -> None:
    assert [model.name for model in models.search_registered_models(filter_string)] == expected.split()


@pytest.mark.parametrize(
    "filter_string",
    [
        "name",
        "name = fraud",
        "name = 5",
        "name IN ()",
        "name IN (1, 2)",
        "name = 'a'; name = 'b'",
        "name = 'a' OR nme = 'b'",
        "name = 'a' OR",
        "(name = 'a'",
        "metrics.auc > 'high'",
        "fraud",
    ],
)
def test_filters_that_cannot_be_read(models: ModelRegistryStore, filter_string: str) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        models.search_registered_models(filter_string)


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("name = 'fraud' OR name = 'churn'", "churn fraud"),
        ("NOT name = 'fraud'", "Fraud churn prod.ml_team.churn prod.ml_team.fraud"),
        ("(name = 'fraud')", "fraud"),
        ("name > 'f'", "fraud prod.ml_team.churn prod.ml_team.fraud"),
        ("name BETWEEN 'a' AND 'd'", "churn"),
        ("name IS NULL", ""),
        ("tags.task IS NULL", "churn prod.ml_team.churn"),
        ("tags.task IN ('ranking', 'scoring')", "Fraud fraud"),
        ("tags.`a b` = 1", "fraud"),
        ("catalog = 'prod' AND NOT tags.task ILIKE 'r%'", ""),
        ("catalog IS NULL AND tags.task LIKE 'r%'", "fraud"),
        ("run_id = 'x' OR version IS NULL", "Fraud churn fraud prod.ml_team.churn prod.ml_team.fraud"),
        ("params.x = 'y'", ""),
        ("tags.`mlflow.prompt.is_prompt` = 'true' OR name = 'fraud'", "fraud greeting"),
    ],
)
def test_models_by_more_than_mlflow_reads(models: ModelRegistryStore, filter_string: str, expected: str) -> None:
    assert [model.name for model in models.search_registered_models(filter_string)] == expected.split()
    if expected.count(" ") > 0:
        first = models.search_registered_models(filter_string, max_results=1)
        rest = models.search_registered_models(filter_string, page_token=first.token)
        assert [model.name for model in [*first, *rest]] == expected.split()
    assert models.search_registered_models(filter_string, max_results=0) == []


def test_what_neither_language_reads_gets_mlflows_words_and_our_place(models: ModelRegistryStore) -> None:
    with pytest.raises(MlflowException, match="Invalid clause") as caught:
        models.search_registered_models("name = 'a' OR nme = 'b'")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    assert caught.value.message.splitlines()[1] == "Hint: there is no field nme (column 15): did you mean name?"


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (["name DESC"], "prod.ml_team.fraud prod.ml_team.churn fraud churn Fraud"),
        (["timestamp"], "Fraud churn prod.ml_team.fraud prod.ml_team.churn fraud"),
        (["last_updated_timestamp DESC"], "fraud prod.ml_team.churn prod.ml_team.fraud churn Fraud"),
        (["timestamp ASC", "name DESC"], "Fraud churn prod.ml_team.fraud prod.ml_team.churn fraud"),
    ],
)
def test_order_of_models(models: ModelRegistryStore, order_by: list[str], expected: str) -> None:
    models.registry = Registry(context_of(models.registry, clock=lambda: 2_000_000_000_000))
    models.update_registered_model("fraud", "now the newest")
    assert [model.name for model in models.search_registered_models(order_by=order_by)] == expected.split()


@pytest.mark.parametrize("order_by", [["nothing"], ["name SIDEWAYS"], ["name ASC DESC"], ["name'"], "name"])
def test_orders_that_cannot_be_read(models: ModelRegistryStore, order_by: list[str]) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        models.search_registered_models(order_by=order_by)
    with refused("INVALID_PARAMETER_VALUE"):
        models.search_model_versions(order_by=order_by)


def test_an_order_with_one_field_twice(models: ModelRegistryStore) -> None:
    with refused("INTERNAL_ERROR"):
        models.search_registered_models(order_by=["timestamp", "last_updated_timestamp DESC"])
    with refused("INTERNAL_ERROR"):
        models.search_model_versions(order_by=["name", "name DESC"])


def test_pages_of_models(models: ModelRegistryStore) -> None:
    everything = [model.name for model in models.search_registered_models()]
    for limit in (1, 2, 3, 5, 6):
        found: list[str] = []
        token, pages = None, 0
        while pages == 0 or token:
            page = models.search_registered_models(max_results=limit, page_token=token)
            found += [model.name for model in page]
            token, pages = page.token, pages + 1
        assert found == everything
        assert pages == -(-len(everything) // limit)


@pytest.mark.parametrize(("limit", "more"), [(0, True), (-1, True), (-100, False)])
def test_no_results_wanted(models: ModelRegistryStore, limit: int, more: bool) -> None:
    page = models.search_registered_models(max_results=limit)
    assert (list(page), page.token is not None) == ([], more)
    with refused("INVALID_PARAMETER_VALUE"):
        models.search_model_versions(max_results=limit)


def test_too_many_results_wanted(models: ModelRegistryStore) -> None:
    for limit in (1001, None, "10"):
        with refused("INVALID_PARAMETER_VALUE"):
            models.search_registered_models(max_results=limit)  # type: ignore[arg-type]
    for limit in (200_001, None, 10**15):
        with refused("INVALID_PARAMETER_VALUE"):
            models.search_model_versions(max_results=limit)  # type: ignore[arg-type]
    assert SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT == 100


@pytest.mark.parametrize(
    "token",
    ["evilhax", "!", "ünï", *(base64.b64encode(text).decode() for text in (b"{}", b"[]", b'{"offset": "x"}'))],
)
def test_bad_page_tokens(models: ModelRegistryStore, token: str) -> None:
    for search in (models.search_registered_models, models.search_model_versions):
        with refused("INVALID_PARAMETER_VALUE"):
            search(page_token=token)


@pytest.fixture
def versions(store: ModelRegistryStore) -> ModelRegistryStore:
    """Four versions, named by their sources, each a millisecond after the other; and a prompt version."""
    for name in ("churn", "fraud"):
        store.create_registered_model(name)
    clock = iter(range(2_000_000_000_000, 2_000_000_001_000))
    store.registry = Registry(context_of(store.registry, clock=lambda: next(clock)))
    store.create_model_version("fraud", "s3://A", "run1", [ModelVersionTag("task", "ranking")])
    store.create_model_version("churn", "s3://B", "run2", [ModelVersionTag("task", "scoring")])
    store.create_model_version("fraud", "s3://C", "run1")
    store.create_model_version("fraud", "s3://D", None, [ModelVersionTag("task", "Ranking"), ModelVersionTag("x", "1")])
    store.create_prompt("greeting")
    store.create_prompt_version("greeting", "Hello {{name}}")
    return store


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        (None, "DCBA"),
        ("name = 'fraud'", "DCA"),
        ("name IN ('fraud')", "DCA"),
        ("version_number = 1", "BA"),
        ("version_number <= '2' AND name = 'fraud'", "CA"),
        ("version_number > 1 AND version_number != 3", "C"),
        ("version_number >= -1", "DCBA"),
        ("run_id = 'run1'", "CA"),
        ("run_id != 'run1'", "B"),
        ("run_id IN ('run1', 'RUN2')", "CA"),
        ("run_id NOT IN ('run1')", "B"),
        ("run_id ILIKE 'RUN_'", "CBA"),
        ("source_path LIKE 's3://%'", "DCBA"),
        ("source_path = 's3://C'", "C"),
        ("tags.task = 'ranking'", "A"),
        ("tags.task ILIKE 'ranking'", "DA"),
        ("tags.task LIKE '%a%' AND tags.x = '1'", "D"),
        ("tags.task != 'scoring'", "DA"),
        ("tags.`mlflow.prompt.is_prompt` = 'true'", "!"),
        ("name = 'greeting'", ""),
    ],
)
def test_versions(versions: ModelRegistryStore, filter_string: str | None, expected: str) -> None:
    found = [
        "!" if version.name == "greeting" else version.source[-1:]
        for version in versions.search_model_versions(filter_string)
    ]
    assert "".join(found) == expected


@pytest.mark.parametrize(
    ("filter_string", "order_by", "expected"),
    [
        ("run_id IS NULL", None, "D"),
        ("run_id = 'run2' OR tags.x = '1'", None, "DB"),
        ("version_number IN (1, 3) AND NOT name = 'churn'", None, "DA"),
        ("source_path > 's3://B'", ["creation_timestamp"], "CD"),
        ("creation_timestamp > 1999999999999 AND created > '2033-05-17'", None, "DCBA"),
        ("alias = 'Champion'", None, "C"),
        ("alias != 'Champion' AND created > 0", ["name", "version_number"], "BAD"),
        (None, ["run_id DESC", "version"], "BACD"),
    ],
)
def test_versions_by_more_than_mlflow_reads(
    versions: ModelRegistryStore, filter_string: str | None, order_by: list[str] | None, expected: str
) -> None:
    versions.set_registered_model_alias("fraud", "Champion", 2)
    found = versions.search_model_versions(filter_string, order_by=order_by)
    assert "".join(version.source[-1:] for version in found) == expected


@pytest.mark.parametrize(
    "filter_string",
    [
        "version_number = 1.0",
        "version_number = 'one'",
        "version_number LIKE '1'",
        "run_id IN (1, 2)",
        "run_id IN ('a',,'b')",
        "run_id IN",
        "alias > 'Champion'",
        "run_id IS",
    ],
)
def test_version_filters_that_cannot_be_read(versions: ModelRegistryStore, filter_string: str) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        versions.search_model_versions(filter_string)


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (["name"], "BDCA"),
        (["name DESC", "version_number ASC"], "ACDB"),
        (["version_number"], "BACD"),
        (["creation_timestamp"], "ABCD"),
        (["last_updated_timestamp"], "BCDA"),
        ([], "ADCB"),
    ],
)
def test_order_of_versions(versions: ModelRegistryStore, order_by: list[str], expected: str) -> None:
    versions.update_model_version("fraud", 1, "now the newest")
    found = versions.search_model_versions(order_by=order_by)
    assert "".join(version.source[-1:] for version in found) == expected


def test_found_versions_carry_their_aliases(versions: ModelRegistryStore) -> None:
    """MLflow's own store forgets them (mlflow#16734)."""
    versions.set_registered_model_alias("fraud", "Champion", 2)
    found = {version.version: version.aliases for version in versions.search_model_versions("name = 'fraud'")}
    assert found == {1: [], 2: ["Champion"], 3: []}


def test_pages_of_versions(versions: ModelRegistryStore) -> None:
    first = versions.search_model_versions(max_results=3)
    rest = versions.search_model_versions(max_results=3, page_token=first.token)
    assert [version.source[-1:] for version in [*first, *rest]] == ["D", "C", "B", "A"]
    assert rest.token is None


def test_values_are_never_part_of_sql() -> None:
    query = version_query("name = \"'; DROP\" AND tags.`k'` LIKE 'x'", 5, ["version_number DESC"], None)
    assert query.conditions == [Condition("name", "=", "'; DROP"), Condition("tags.k'", "LIKE", "x")]
    assert query.order == [Order("version", descending=True)]


def test_faults_are_named_in_mlflows_order() -> None:
    """With several things wrong, MLflow's store looks at max_results, the filter, the order, then the token."""
    with pytest.raises(MlflowException, match="Invalid attribute key"):
        model_query("foo = 'x'", 10, ["nothing"], "evilhax")
    with pytest.raises(MlflowException, match="Invalid order_by clause"):
        model_query("name > 'x'", 10, ["nothing"], "evilhax")
