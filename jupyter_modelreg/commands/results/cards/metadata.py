"""The metadata at the top of a card, as Hugging Face reads it (https://huggingface.co/docs/hub/model-cards)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.core.entities.values import JsonValue

# Tags that Hugging Face has a field for; what is in them are its own ids, such as apache-2.0.
_FIELDS = ("license", "license_name", "license_link", "language", "base_model", "pipeline_tag")
_TASK = "task"
# Flavors of MLflow by the library that Hugging Face knows; pyfunc alone says nothing of it.
_LIBRARIES: Mapping[str, str] = {
    "sklearn": "sklearn",
    "transformers": "transformers",
    "sentence_transformers": "sentence-transformers",
    "keras": "keras",
    "tensorflow": "tf-keras",
    "pytorch": "pytorch",
    "spacy": "spacy",
    "onnx": "onnx",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "statsmodels": "statsmodels",
    "prophet": "prophet",
    "paddle": "paddlepaddle",
}
# MLflow's own tags are of use to MLflow alone.
_OWN = "mlflow."
# `model-index` must name a dataset, also where nobody has noted one.
_UNKNOWN = "unknown"


def metadata_of(card: Gathered) -> dict[str, JsonValue]:
    """The fields of the metadata that are known."""
    told = {key.lower(): value for key, value in card.tags.items()}
    found: dict[str, JsonValue] = {key: told[key] for key in _FIELDS if told.get(key)}
    library = next((_LIBRARIES[each] for each in card.flavors if each in _LIBRARIES), None)
    if library is not None:
        found["library_name"] = library
    tags: list[JsonValue] = ["mlflow"]
    tags += [
        f"{key}:{value}" if value else key
        for key, value in sorted(card.tags.items())
        if key.lower() not in _FIELDS and not key.startswith(_OWN)
    ]
    found["tags"] = tags
    if card.datasets:
        found["datasets"] = list(dict.fromkeys(each.name for each in card.datasets))
    metrics = {key: value for key, value in sorted(card.metrics.items()) if math.isfinite(value)}
    if metrics:
        found["metrics"] = list(metrics)
        found["model-index"] = [{"name": card.name, "results": _results(card, metrics, told.get(_TASK) or _UNKNOWN)}]
    return found


def front_matter(metadata: Mapping[str, JsonValue]) -> str:
    """The metadata as YAML between two rules."""
    import yaml

    content = yaml.safe_dump(dict(metadata), allow_unicode=True, sort_keys=False, default_flow_style=False)
    return f"---\n{content}---\n"


def _results(card: Gathered, metrics: Mapping[str, float], task: str) -> list[JsonValue]:
    """The metrics by the dataset that they were measured on, as far as that was noted."""
    by_dataset: dict[str, list[JsonValue]] = {}
    for key, value in metrics.items():
        named = next((each.name for each in card.datasets if key in each.metrics), _UNKNOWN)
        by_dataset.setdefault(named, []).append({"type": key, "value": value, "name": key})
    return [
        {"task": {"type": task}, "dataset": {"type": name, "name": name}, "metrics": measured}
        for name, measured in by_dataset.items()
    ]
