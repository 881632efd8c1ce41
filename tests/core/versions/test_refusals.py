"""What is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlflow.models import infer_signature
from mlflow.models.signature import ModelSignature

from jupyter_modelreg.core.errors import InvalidInput, NotFound, PolicyRefused, SourceUnavailable, SourceUnresolved
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.real_models import SaveModel, X


def assert_untouched(registry: Registry, kept: Path) -> None:
    status = registry.status()
    assert (status.catalogs, status.schemas, status.governed_models, status.versions, status.events) == (0, 0, 0, 0, 0)
    assert not kept.exists()


@pytest.mark.parametrize(
    ("signature", "complaint"),
    [(None, "has no signature"), (infer_signature(X), "has inputs but no outputs")],
    ids=["none", "inputs only"],
)
def test_a_signature_is_required(
    registry: Registry, kept: Path, save_model: SaveModel, signature: ModelSignature | None, complaint: str
) -> None:
    with pytest.raises(PolicyRefused, match=complaint) as caught:
        registry.versions.register(str(save_model("m", signature)), FRAUD)
    assert "input_example" in str(caught.value.hint)
    assert_untouched(registry, kept)
    assert registry.versions.register(str(save_model("w", signature)), "fraud").status == "READY"


@pytest.mark.parametrize("source", ["runs:/0123/model", "nonsense://bucket/model", "/nowhere/at/all", ""])
def test_a_source_that_cannot_be_fetched(tracking: str, registry: Registry, kept: Path, source: str) -> None:
    with pytest.raises((SourceUnavailable, InvalidInput)):
        registry.versions.register(source, FRAUD)
    assert_untouched(registry, kept)


@pytest.mark.parametrize("source", ["models:/m-0123", f"models:/{FRAUD}/1", f"models:/{FRAUD}@Champion", "models:/"])
def test_a_models_source_that_leads_nowhere(tracking: str, registry: Registry, kept: Path, source: str) -> None:
    for name in (FRAUD, "fraud"):
        with pytest.raises(SourceUnresolved):
            registry.versions.register(source, name)
    assert_untouched(registry, kept)


def test_a_folder_that_is_no_model(registry: Registry, kept: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not an MLflow model"):
        registry.versions.register(str(tmp_path), FRAUD)
    assert_untouched(registry, kept)


@pytest.mark.parametrize(
    "wrong",
    [{"aliases": ["v3"]}, {"aliases": ["latest"]}, {"tags": {"a\nb": "c"}}, {"aliases": ["a b"]}],
)
def test_a_malformed_request(registry: Registry, kept: Path, save_model: SaveModel, wrong: dict[str, object]) -> None:
    folder = str(save_model())
    with pytest.raises(InvalidInput):
        registry.versions.register(folder, FRAUD, **wrong)  # type: ignore[arg-type]
    assert_untouched(registry, kept)


def test_a_model_that_must_be_there(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    with pytest.raises(NotFound):
        registry.versions.register(str(save_model()), FRAUD, create_model=False)
    assert_untouched(registry, kept)


def test_more_aliases_than_a_model_may_have(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    folder = str(save_model())
    with pytest.raises(PolicyRefused, match="at most 10"):
        registry.versions.register(folder, FRAUD, aliases=[f"a{number}" for number in range(11)])
    assert_untouched(registry, kept)
    ten = [f"a{number}" for number in range(10)]
    assert registry.versions.register(folder, FRAUD, aliases=ten).aliases == tuple(ten)
    assert registry.versions.register(folder, FRAUD, aliases=["a3"]).aliases == ("a3",)
    before = registry.status().events
    with pytest.raises(PolicyRefused, match="at most 10"):
        registry.versions.register(folder, FRAUD, aliases=["eleventh"])
    assert registry.status().events == before
