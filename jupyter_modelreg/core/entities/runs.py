"""Runs and logged models, as the registry shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue

AssessmentKind = Literal["feedback", "expectation", "issue"]


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


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What somebody, or a judge or a program, says of a trace: feedback on it, what was expected, or an issue.

    `source` says who, as MLflow has it (`HUMAN ana`), `rationale` why, and `error` what kept a judge from judging:
    `value` is None then.
    """

    name: str
    kind: AssessmentKind
    value: JsonValue
    source: str | None = None
    rationale: str | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class TraceInfo:
    """A trace of MLflow: one request that a model answered, with what was said of the answer.

    `started_at` is in epoch milliseconds, `duration` in milliseconds, None while it runs. `state` is `OK`, `ERROR`,
    `IN_PROGRESS` or `STATE_UNSPECIFIED`. `request` and `response` are beginnings, as MLflow keeps them with a trace.
    `assessments` are those that hold, feedback first, then by name; what was overridden is not among them.
    `url` is its page in MLflow's own UI, when there is a server.
    """

    trace_id: str
    name: str | None
    state: str
    started_at: int
    duration: int | None
    request: str | None
    response: str | None
    assessments: Sequence[Assessment] = ()
    run_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class AssessmentSummary:
    """All that was said under one name: how often, and what on average.

    `share`, from 0 to 1, is how much of it is true or yes, where all of it is true or false, yes or no. `mean` is that
    of numbers; true and yes count as 1, false and no as 0 (MLflow: `assessment_aggregate`). Both are None for text.
    """

    name: str
    kind: AssessmentKind
    count: int
    share: float | None = None
    mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class TraceSummary:
    """The traces of a model, counted.

    `cut` says that counting was given up: there are more traces than `traces`, and all numbers are of the newest.
    `note` says in a sentence why there is nothing, or what cannot be known. `url` leads to the traces in MLflow's own
    UI, when there is a server.
    """

    logged_model_id: str | None = None
    traces: int = 0
    errors: int = 0
    assessments: Sequence[AssessmentSummary] = ()
    cut: bool = False
    note: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluationTable:
    """A table that an evaluation has logged: its path among the artifacts of the run, and its page in MLflow's UI."""

    path: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What was measured of a model in one run, on one dataset: the last value of each metric.

    `evaluated_at`, in epoch milliseconds, is when the last of them was logged. `datasets` are the names of what it was
    measured on: several where the run has several and does not say which, none where it says none; `digest` is that of
    a single one. `run_name` is None, and `problem` says why, where the run is not there any more; `problem` also says
    that it is deleted.
    """

    run_id: str
    run_name: str | None
    evaluated_at: int
    datasets: Sequence[str]
    digest: str | None
    metrics: Mapping[str, float]
    tables: Sequence[EvaluationTable] = ()
    problem: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluations:
    """The evaluations of a model, newest first; `left_out` is how many older ones are not among them.

    `note` says in a sentence why there is nothing.
    """

    evaluations: Sequence[Evaluation] = ()
    left_out: int = 0
    note: str | None = None
