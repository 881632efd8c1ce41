"""Runs and logged models, as the registry shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LoggedModelInfo:
    """A model logged with MLflow, as something to register; `uri` is the source to register it by.

    `has_signature` is None where that is not known without fetching its files, and `flavors` are then none; they leave
    out python_function, which nearly every model has. `metrics` are those noted of the model itself. `url` is its page
    in MLflow's own UI, when there is a server.
    """

    uri: str
    name: str
    model_id: str
    run_id: str | None
    run_name: str | None
    experiment: str
    created_at: int
    has_signature: bool | None
    flavors: tuple[str, ...]
    metrics: Mapping[str, float]
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run of MLflow: who made what when, and where.

    `notebook` is the path of the notebook it ran in and `cell` the id of the cell, `source_name` the file or notebook
    MLflow noted. `url` and `experiment_url` are pages in MLflow's own UI, when there is a server, and `commit_url` is
    one where the repository is kept, when that is known.
    """

    run_id: str
    name: str
    experiment: str
    experiment_id: str
    status: str
    user: str | None
    start_time: int | None
    end_time: int | None
    notebook: str | None
    source_name: str | None
    git_commit: str | None
    url: str | None
    cell: str | None = None
    experiment_url: str | None = None
    commit_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ArtifactInfo:
    """A file or folder that a run has logged: its path among the run's artifacts; `size` in bytes where it is known."""

    path: str
    is_folder: bool
    size: int | None


@dataclass(frozen=True, kw_only=True)
class RunDetails:
    """A run with all it logged: what the page of a run shows.

    `metrics` holds the last value of each, `tags` those a person has set, `artifacts` what is at the top; where they
    cannot be listed, `artifacts_problem` says why.
    """

    run: RunInfo
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    artifacts: Sequence[ArtifactInfo]
    artifacts_problem: str | None
    models: Sequence[LoggedModelInfo]


@dataclass(frozen=True, kw_only=True)
class LoggedModelDetails:
    """A logged model with all that was noted of it, and in `versions` what was registered from it: `model/3`.

    `params` hold those of its run, too, as MLflow gives them; `tags` those a person has set.
    """

    model: LoggedModelInfo
    params: Mapping[str, str]
    tags: Mapping[str, str]
    versions: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ExperimentInfo:
    """An experiment of MLflow; `created_at` in epoch milliseconds, None where MLflow did not note it.

    `artifact_location` is where its runs keep what they log, `tags` those a person has set, and `url` its page in
    MLflow's own UI, when there is a server.
    """

    experiment_id: str
    name: str
    artifact_location: str
    created_at: int | None
    tags: Mapping[str, str]
    url: str | None


@dataclass(frozen=True, kw_only=True)
class ExperimentRun:
    """A run of an experiment with the last value of each metric, and the versions registered from it: `model/3`."""

    run: RunInfo
    metrics: Mapping[str, float]
    versions: Sequence[str] = ()
