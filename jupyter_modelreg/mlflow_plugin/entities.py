"""What the registry holds, as MLflow's entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from mlflow.entities import Metric as MlflowMetric
from mlflow.entities.logged_model_parameter import LoggedModelParameter
from mlflow.entities.model_registry import (
    ModelVersion,
    ModelVersionTag,
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
)
from mlflow.entities.webhook import Webhook as MlflowWebhook
from mlflow.entities.webhook import WebhookEvent, WebhookStatus

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.entities.webhooks import Webhook


class Workspace(TypedDict, total=False):
    """What MLflow's entities of models and versions are told of the workspace they are in."""

    workspace: str


def workspace() -> Workspace:
    """The workspace MLflow itself takes when it is told of none.

    It looks that up for each entity, which takes half as long as all the rest of making one: so ask once for many.
    """
    # An older MLflow knows of none.
    name = getattr(ModelVersion("", "", 0), "workspace", None)
    return {"workspace": name} if name else {}


def registered_model(model: Model, latest: Sequence[Version], within: Workspace | None = None) -> RegisteredModel:
    """`model`, with the newest version in each stage."""
    return RegisteredModel(
        name=model.name,
        creation_timestamp=model.created_at,
        last_updated_timestamp=model.updated_at,
        description=model.description,
        latest_versions=[model_version(version, within) for version in latest],
        tags=[RegisteredModelTag(key, value) for key, value in model.tags.items()],
        aliases=[RegisteredModelAlias(alias, version) for alias, version in model.aliases.items()],
        deployment_job_id=model.deployment_job_id,
        **(within or {}),
    )


def model_version(version: Version, within: Workspace | None = None) -> ModelVersion:
    """`version`, with what is known of the logged model it was made from; its author is the `user_id`."""
    return ModelVersion(
        name=version.name,
        version=version.version,
        creation_timestamp=version.created_at,
        last_updated_timestamp=version.updated_at,
        description=version.description,
        user_id=version.created_by,
        current_stage=version.stage,
        source=version.source,
        run_id=version.run_id,
        status=version.status,
        status_message=version.status_message,
        tags=[ModelVersionTag(key, value) for key, value in version.tags.items()],
        run_link=version.run_link,
        aliases=list(version.aliases),
        model_id=version.logged_model_id,
        params=_params(version.params),
        metrics=_metrics(version),
        **(within or {}),
    )


def webhook(found: Webhook, url: str, secret: str | None) -> MlflowWebhook:
    """`found` with its URL and secret in the clear, as MLflow needs them to send, and to sign what it sends."""
    return MlflowWebhook(
        webhook_id=found.webhook_id,
        name=found.name,
        url=url,
        events=[WebhookEvent(entity, action) for entity, action in found.events],
        creation_timestamp=found.created_at,
        last_updated_timestamp=found.updated_at,
        description=found.description,
        status=WebhookStatus(found.status),
        secret=secret,
    )


def _params(params: Mapping[str, str] | None) -> list[LoggedModelParameter] | None:
    return None if params is None else [LoggedModelParameter(key, value) for key, value in params.items()]


def _metrics(version: Version) -> list[MlflowMetric] | None:
    if version.metrics is None:
        return None
    return [_metric(metric, version) for metric in version.metrics]


def _metric(metric: Metric, version: Version) -> MlflowMetric:
    return MlflowMetric(
        key=metric.key,
        value=metric.value,
        timestamp=metric.timestamp,
        step=metric.step,
        model_id=version.logged_model_id,
        run_id=version.run_id,
    )
