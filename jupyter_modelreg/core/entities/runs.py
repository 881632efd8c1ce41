"""Runs and logged models, as the registry shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LoggedModelInfo:
    """A model logged with MLflow, as something to register; `uri` is the source to register it by.

    `has_signature` is None where that is not known without fetching its files.
    """

    uri: str
    name: str
    model_id: str
    run_id: str | None
    run_name: str | None
    experiment: str
    created_at: int
    has_signature: bool | None


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run of MLflow: who made what when, and where.

    `notebook` is the path of the notebook it ran in, `source_name` the file or notebook MLflow noted, `url` the page of
    the run in MLflow's own UI, when there is a server.
    """

    run_id: str
    name: str
    experiment: str
    status: str
    user: str | None
    start_time: int | None
    end_time: int | None
    notebook: str | None
    source_name: str | None
    git_commit: str | None
    url: str | None
