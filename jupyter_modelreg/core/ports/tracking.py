"""MLflow's tracking side: runs, logged models, and the files that a source URI names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jupyter_modelreg.core.entities.runs import LoggedModelInfo, RunInfo
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Metric
from jupyter_modelreg.core.query.paging import Page


@dataclass(frozen=True, kw_only=True)
class ResolvedSource:
    """What is known of a source before its files are touched.

    Attributes:
        location: where its files can be read from.
        run_id, logged_model_id: the run and the logged model it comes from, if any.
        params, metrics: of that logged model.
    """

    location: str
    run_id: str | None = None
    logged_model_id: str | None = None
    params: Mapping[str, str] | None = None
    metrics: tuple[Metric, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """A model's files, at hand in a local folder.

    Attributes:
        folder: where they are.
        disposable: the folder was made for us and may be moved away.
        signature: the model's signature as MLflow writes it (`inputs`, `outputs`, `params`), or None.
        entries: what the files have to be, where that is known.
    """

    folder: Path
    disposable: bool = False
    signature: Mapping[str, JsonValue] | None = None
    entries: Sequence[FileEntry] | None = None


class Tracking(Protocol):
    """Everything that turns a source URI into facts and files; MLflow's implementation is imported on first use."""

    def resolve(
        self, source: str, run_id: str | None, logged_model_id: str | None, *, strict: bool = False
    ) -> ResolvedSource: ...
    def fetch(
        self, source: str, location: str | None = None, *, any_folder: bool = False
    ) -> AbstractContextManager[ModelFiles]: ...
    def load(self, source: str) -> object: ...
    def logged_models(
        self, text: str | None, run_id: str | None, limit: int, page_token: str | None
    ) -> Page[LoggedModelInfo]: ...
    def runs(self, text: str | None, limit: int, page_token: str | None) -> Page[RunInfo]: ...
    def run(self, run_id: str) -> RunInfo: ...


TrackingFactory = Callable[[], Tracking]
