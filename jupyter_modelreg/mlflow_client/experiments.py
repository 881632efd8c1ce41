"""An experiment with its runs, and a logged model, as MLflow's tracking server knows them: what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_modelreg.core.entities.runs import ExperimentInfo, ExperimentRun, LoggedModelDetails
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.mlflow_client.links import page_of
from jupyter_modelreg.mlflow_client.runs import (
    BATCH,
    asking_for,
    collect,
    logged_model_info,
    run_info,
    run_names,
    tags_of_people,
    tracking_uri,
)

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.store.entities.paged_list import PagedList


def experiment(experiment_id: str) -> ExperimentInfo:
    """One experiment. Raises NotFound, SourceUnavailable."""
    with asking_for(f"experiment {experiment_id}") as client:
        found = client.get_experiment(experiment_id)
        return ExperimentInfo(
            experiment_id=experiment_id,
            name=found.name,
            artifact_location=found.artifact_location,
            created_at=found.creation_time,
            tags=tags_of_people(found.tags),
            url=page_of(tracking_uri(), experiment_id),
        )


def experiment_runs(experiment_id: str, limit: int, page_token: str | None) -> Page[ExperimentRun]:
    """The runs of an experiment, newest first. Raises NotFound, SourceUnavailable, InvalidInput for a bad token."""
    with asking_for(f"experiment {experiment_id}") as client:
        name = client.get_experiment(experiment_id).name

        def fetch(token: str | None) -> PagedList[Run]:
            return client.search_runs([experiment_id], max_results=BATCH, page_token=token)

        page: Page[Run] = collect(fetch, lambda run: True, limit, page_token)
        return Page([ExperimentRun(run=run_info(run, name), metrics=run.data.metrics) for run in page], page.token)


def logged_model_details(model_id: str) -> LoggedModelDetails:
    """One logged model with all that was noted of it. Raises NotFound, SourceUnavailable."""
    with asking_for(f"logged model {model_id}") as client:
        found = client.get_logged_model(model_id)
        experiments = {found.experiment_id: client.get_experiment(found.experiment_id).name}
        names = run_names(client, experiments, {found.source_run_id})
        return LoggedModelDetails(
            model=logged_model_info(found, names, experiments),
            params=found.params or {},
            tags=tags_of_people(found.tags or {}),
        )
