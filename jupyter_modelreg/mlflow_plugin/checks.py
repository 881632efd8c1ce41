"""Arguments of MLflow's store, checked by MLflow's own checks first and by the registry's after them.

So whatever MLflow refuses is refused in its own words, with our hint in the line below. What its checks stumble over
(a number as a name, None as a version) the registry's refuse, and those know the rules of governed names as well.
All raise MlflowException or InvalidInput.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar
from urllib.parse import urlparse

from mlflow.entities.model_registry.model_version_stages import get_canonical_stage
from mlflow.exceptions import MlflowException

from jupyter_modelreg.core import names
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.mlflow_client import mlflow_compat
from jupyter_modelreg.mlflow_plugin.errors import to_mlflow

Number = str | int
T = TypeVar("T")


class KeyValue(Protocol):
    """MLflow's tags, the entities as well as the messages that arrive over REST."""

    key: str
    value: str | None


def model_name(name: str) -> str:
    """The name of a model."""
    return _checked(lambda: mlflow_compat.validate_model_name(name), lambda: names.check_model_name(name))


def new_model_name(name: str) -> str:
    """The name a model is to have from now on."""
    return _checked(lambda: mlflow_compat.validate_new_model_name(name), lambda: names.check_model_name(name))


def version_number(version: Number) -> int:
    """A version number, which MLflow gives as an int or as text."""
    return _checked(lambda: mlflow_compat.validate_version_number(version), lambda: _whole_number(version))


def version_reference(name: str, version: Number) -> Reference:
    """One version of a model."""
    checked, number = model_name(name), version_number(version)
    return Reference(checked, versions=(number, number), exact=True)


def alias(name: str) -> str:
    """An alias to ask for."""
    return _checked(lambda: mlflow_compat.validate_alias(name), lambda: names.check_alias(name))


def settable_alias(name: str) -> str:
    """An alias to set: not `latest`, and not one that reads as a version."""
    checked = alias(name)
    return _checked(lambda: mlflow_compat.validate_settable_alias(name), lambda: names.check_settable_alias(checked))


def stage(name: str) -> str:
    """A stage as it is written: `production` is `Production`."""
    return _checked(lambda: get_canonical_stage(name), lambda: names.canonical_stage(name))


def tag_key(key: str) -> str:
    """The key of a tag that is to go. It may be longer than one that can be set (MLflow)."""
    return _checked(lambda: mlflow_compat.validate_tag_key(key), lambda: names.check_tag_key(key, limit=None))


def model_tags(tags: Iterable[KeyValue] | None) -> dict[str, str]:
    """Tags of a model as a dict; of two with one key the last counts, but both have to be sound (MLflow).

    MLflow's store keeps a tag without a value as NULL; here its value is the empty text, as it is over REST.
    """
    return dict(_tag(tag.key, tag.value, mlflow_compat.validate_model_tag) for tag in tags or ())


def version_tags(tags: Iterable[KeyValue] | None) -> dict[str, str]:
    """Tags of a version as a dict, like those of a model; but each needs a value (MLflow)."""
    return dict(_tag(tag.key, tag.value, mlflow_compat.validate_version_tag) for tag in tags or ())


def model_uri(source: str) -> None:
    """A `models:/…` URI as the source of a version; MLflow takes any other source as it stands."""
    if urlparse(source).scheme == "models":
        mlflow_compat.parse_model_uri(source)


def _tag(key: str, value: str | None, validate: Callable[[str, str | None], None]) -> tuple[str, str]:
    def ours() -> tuple[str, str]:
        return names.check_tag_key(key), names.check_tag_value(key, "" if value is None else value)

    return _checked(lambda: validate(key, value), ours)


def _checked(theirs: Callable[[], object], ours: Callable[[], T]) -> T:
    """What our check gives back, unless MLflow's refuses: then in MLflow's words, with the hint of ours."""
    try:
        theirs()
    except MlflowException as refusal:
        try:
            ours()
        except InvalidInput as error:
            raise to_mlflow(error, refusal.message) from None
        raise
    except (TypeError, AttributeError, OverflowError):  # MLflow's check takes text for granted; ours says what is wrong
        return ours()
    return ours()


def _whole_number(version: Number) -> int:
    try:
        return int(version)
    except (TypeError, ValueError, OverflowError) as error:
        sentence = f"Parameter 'version' must be an integer, got '{version}'."
        raise InvalidInput(sentence, "use a whole number, like 3") from error
