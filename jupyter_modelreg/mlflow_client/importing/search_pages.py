"""An MLflow registry behind a server, or of any other kind MLflow knows, read through its searches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry.abstract_store import AbstractStore

from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.mlflow_client.mlflow_compat import all_tags
from jupyter_modelreg.mlflow_client.uris import logged_model_in

_PAGE = 1000  # MLflow's servers give no more models at a time
# A search finds models or prompts, never both.
_KINDS = (None, f"tags.`{PROMPT_TAG}` = 'true'")


class SearchPages:
    """Models, then prompts, as a registry's search finds them."""

    def __init__(self, store: AbstractStore) -> None:
        self._store = store

    def models(self) -> Iterator[Sequence[Model]]:
        """Models, then prompts, by name; `last_version` is the highest number in use: a server tells of no other."""
        for page in _pages(self._store.search_registered_models, ["name ASC"]):
            yield [_model(found) for found in page]

    def versions(self) -> Iterator[Sequence[Version]]:
        """Versions of models, then of prompts, by name and number."""
        for page in _pages(self._store.search_model_versions, ["name ASC", "version_number ASC"]):
            yield [self._version(found) for found in page]

    def _version(self, found: ModelVersion) -> Version:
        number, created = int(found.version), found.creation_timestamp or 0
        return Version(
            id=0,
            model_id=0,
            name=found.name,
            version=number,
            tags={key: value or "" for key, value in found.tags.items()},
            description=found.description or None,
            stage=found.current_stage or "None",
            source=found.source,
            location=self._location(found, number),
            run_id=found.run_id or None,
            run_link=found.run_link or None,
            logged_model_id=found.model_id or logged_model_in(found.source),
            params={param.key: param.value for param in found.params} if found.params else None,
            metrics=tuple(_metric(metric) for metric in found.metrics) if found.metrics else None,
            status=found.status,
            status_message=found.status_message or None,
            created_at=created,
            created_by=found.user_id or "",
            updated_at=found.last_updated_timestamp or created,
            updated_by=found.user_id or "",
        )

    def _location(self, found: ModelVersion, number: int) -> str | None:
        """Where the files are; it is what the source says, unless that only names another model."""
        if not (found.source or "").startswith("models:"):
            return found.source  # type: ignore[no-any-return]  # MLflow comes without types
        return self._store.get_model_version_download_uri(found.name, number)  # type: ignore[no-any-return]


def _pages(search: Callable[..., PagedList[Any]], order: Sequence[str]) -> Iterator[Sequence[Any]]:
    for kind in _KINDS:
        token = None
        while True:
            page = search(filter_string=kind, max_results=_PAGE, order_by=order, page_token=token)
            if page:
                yield page
            token = page.token
            if not token:
                break


def _model(found: RegisteredModel) -> Model:
    created = found.creation_timestamp or 0
    numbers = [int(version.version) for version in found.latest_versions or ()]
    return Model(
        id=0,
        name=found.name,
        description=found.description or None,
        owner="",
        tags={key: value or "" for key, value in all_tags(found).items()},
        aliases={alias: int(version) for alias, version in found.aliases.items()},
        last_version=max(numbers, default=0),
        deployment_job_id=found.deployment_job_id or None,
        created_at=created,
        created_by="",
        updated_at=found.last_updated_timestamp or created,
        updated_by="",
    )


def _metric(metric: Any) -> Metric:
    return Metric(key=metric.key, value=metric.value, timestamp=metric.timestamp, step=metric.step)
