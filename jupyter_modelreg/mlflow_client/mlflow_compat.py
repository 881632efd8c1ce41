"""The names of MLflow's own that it does not promise to keep, each taken here and nowhere else.

When a release of MLflow moves or changes one of them, this module is what has to follow. What takes long to import
is imported by the function that needs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlflow.store.artifact.utils.models import _parse_model_uri as parse_model_uri
from mlflow.utils.validation import _validate_model_name as validate_model_name
from mlflow.utils.validation import _validate_model_renaming as validate_new_model_name
from mlflow.utils.validation import _validate_model_version as validate_version_number
from mlflow.utils.validation import _validate_model_version_tag as validate_version_tag
from mlflow.utils.validation import _validate_registered_model_tag as validate_model_tag
from mlflow.utils.validation import _validate_tag_name as validate_tag_key
from mlflow.utils.validation import _validate_webhook_events as validate_webhook_events
from mlflow.utils.validation import _validate_webhook_name as validate_webhook_name
from mlflow.utils.validation import _validate_webhook_url as validate_webhook_url

try:
    from mlflow.utils.validation import _validate_alias_name as validate_alias
    from mlflow.utils.validation import _validate_alias_name_reserved as validate_settable_alias
except ImportError:  # MLflow before 3.18 has them under longer names
    from mlflow.utils.validation import _validate_model_alias_name as validate_alias
    from mlflow.utils.validation import _validate_model_alias_name_reserved as validate_settable_alias

if TYPE_CHECKING:
    from mlflow.entities.model_registry import RegisteredModel
    from mlflow.store.model_registry.abstract_store import AbstractStore
    from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
    from mlflow.store.tracking.abstract_store import AbstractStore as TrackingStore

_TRACKING = "MLFLOW_TRACKING_URI"

__all__ = [
    "all_tags",
    "parse_model_uri",
    "register_tracking_store",
    "registry_store",
    "tracked_at",
    "tracking_store",
    "under_prefix",
    "validate_alias",
    "validate_model_name",
    "validate_model_tag",
    "validate_new_model_name",
    "validate_settable_alias",
    "validate_tag_key",
    "validate_version_number",
    "validate_version_tag",
    "validate_webhook_events",
    "validate_webhook_name",
    "validate_webhook_url",
    "verify_schema",
    "workspace_clauses",
    "wsgi_environ",
]


def registry_store(uri: str) -> AbstractStore:
    """The model registry store that MLflow itself would use for `uri`."""
    from mlflow.tracking._model_registry.utils import _get_store

    return _get_store(uri)


def tracking_store() -> TrackingStore:
    """The store that MLflow tracks in, which counts what MLflow's client would have to fetch."""
    from mlflow.tracking._tracking_service.utils import _get_store

    return _get_store()


def under_prefix(path: str) -> str:
    """Where `mlflow server --static-prefix` puts a path of the server."""
    from mlflow.server.handlers import _add_static_prefix

    return str(_add_static_prefix(path))


def wsgi_environ(scope: MutableMapping[str, Any], body: bytes) -> dict[str, Any]:
    """A request as MLflow's server hands it to Flask, from its ASGI scope."""
    from mlflow.server.fastapi_app import build_environ

    environ: dict[str, Any] = build_environ(scope, body)
    return environ


@contextmanager
def tracked_at(uri: str) -> Iterator[None]:
    """Let MLflow use the tracking server at `uri` for as long as this lasts."""
    from mlflow.tracking._tracking_service.utils import _use_tracking_uri

    before = os.environ.get(_TRACKING)
    try:
        with _use_tracking_uri(uri):
            yield
    finally:
        if before is not None:  # MLflow restores what was set in Python, and forgets what was set outside
            os.environ[_TRACKING] = before


def register_tracking_store(scheme: str, build: Callable[..., Any]) -> None:
    """Let MLflow build the tracking store for URIs of a scheme by `build(store_uri=…, artifact_uri=…)`."""
    from mlflow.tracking._tracking_service.utils import _tracking_store_registry

    _tracking_store_registry.register(scheme, build)


def verify_schema(engine: Any) -> None:
    """See that the tables behind a SQLAlchemy engine are those of this MLflow. Raises MlflowException."""
    from mlflow.store.db.utils import _verify_schema

    _verify_schema(engine)


def workspace_clauses(store: SqlAlchemyStore, table: Any) -> list[Any]:
    """What limits a query on `table` to the workspace that MLflow works in, as SQLAlchemy expressions."""
    clauses: list[Any] = store._get_workspace_clauses(table)
    return clauses


def all_tags(model: RegisteredModel) -> dict[str, str | None]:
    """The tags of a model with those by which MLflow tells a prompt from a model, which `tags` leaves out."""
    tags: dict[str, str | None] = model._tags
    return tags
