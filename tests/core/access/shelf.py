"""A stocked registry in memory, for thousands of calls: what is changed there is not kept, unless its owner does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.connection import open_context
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.runs import (
    Evaluations,
    ExperimentInfo,
    ExperimentRun,
    LoggedModelDetails,
    LoggedModelInfo,
    RunDetails,
    RunInfo,
    TraceInfo,
    TraceSummary,
)
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import ModelFiles
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.lineage.records import Dataset
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.ports.tracking import Origin, ResolvedSource
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.memory.store import MemoryStore
from tests.core.access.takes import COPY, GONE, LINK, Stock
from tests.support.names import FRAUD, SOURCE
from tests.support.plain_models import plain_model

TO_READ, TO_SEE = "xanthic-7c1", "quixotry-9b4"
"""Words that nobody guesses: in the tags of the model, for who reads it; in its description, for who sees it."""
RUN, LOGGED = "run1", "m-1"
_SIGNATURE = {"inputs": '[{"type": "double", "name": "x"}]', "outputs": '[{"type": "long"}]'}


class Kept(RegistryError):
    """What was to be done has been done, to the end, and is not kept."""


class Unkept:
    """A store in which nothing is kept of what is written: each unit of work ends with `Kept`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self, patience: float | None = None) -> Iterator[Any]:
        with self._store.write(patience) as tx:
            yield tx
            raise Kept("done")

    def load(self, *args: object, **kwargs: object) -> str | None:
        raise Kept("done")


class Tracked:
    """What tracks one experiment with one run and one logged model, all in memory."""

    _run = RunInfo(
        run_id=RUN,
        name="r",
        experiment="e",
        experiment_id="0",
        status="FINISHED",
        user="ana",
        start_time=1,
        end_time=2,
        notebook=None,
        source_name=None,
        git_commit=None,
        url=None,
    )
    _model = LoggedModelInfo(
        uri=f"models:/{LOGGED}",
        name="m",
        model_id=LOGGED,
        run_id=RUN,
        run_name="r",
        experiment="e",
        created_at=1,
        has_signature=True,
        flavors=(),
        metrics={},
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(
        self, source: str, run_id: str | None, logged_model_id: str | None, *, strict: bool = False
    ) -> ResolvedSource:
        return ResolvedSource(location=source, run_id=RUN, logged_model_id=LOGGED)

    def origin(self, *_: object, patience: float | None = None, read: Sequence[object] = ()) -> Origin:
        return Origin(datasets=(Dataset(name="loans", digest="d1"),))

    @contextmanager
    def fetch(self, source: str, location: str | None = None, *, any_folder: bool = False) -> Iterator[ModelFiles]:
        yield ModelFiles(folder=self._folder, signature=_SIGNATURE)

    def flavors(self, location: str) -> Sequence[str]:
        return ()

    def signature(self, source: str, location: str) -> Mapping[str, Any] | None:
        return None

    def load(self, source: str) -> object:
        return source

    def logged_models(self, *_: object) -> Page[LoggedModelInfo]:
        return Page([self._model], None)

    def runs(self, *_: object) -> Page[RunInfo]:
        return Page([self._run], None)

    def run(self, run_id: str) -> RunInfo:
        return self._run

    def run_details(self, run_id: str) -> RunDetails:
        return RunDetails(
            run=self._run, params={}, metrics={}, tags={}, artifacts=(), artifacts_problem=None, models=()
        )

    def logged_model(self, model_id: str) -> LoggedModelInfo:
        return self._model

    def logged_model_details(self, model_id: str) -> LoggedModelDetails:
        return LoggedModelDetails(model=self._model, params={}, tags={})

    def experiment(self, experiment_id: str) -> ExperimentInfo:
        return ExperimentInfo(experiment_id="0", name="e", artifact_location="/e", created_at=1, tags={}, url=None)

    def experiment_runs(self, experiment_id: str, *_: object) -> Page[ExperimentRun]:
        return Page([ExperimentRun(run=self._run, metrics={})], None)

    def traces(self, *_: object) -> Page[TraceInfo]:
        return Page()

    def trace_summary(self, model_id: str) -> TraceSummary:
        return TraceSummary(logged_model_id=model_id)

    def evaluations(self, *_: object) -> Evaluations:
        return Evaluations()


class Shelf:
    """The registry, which is ana's; everybody may open it.

    Attributes:
        ana: it, as its owner has it.
        ben: it, as ben has it, who is in the group `analysts` by way of another, and may do what he is granted.
        stock: what is in it.

    Args:
        folder: where its files are.
        store: where it is, being empty; in memory without one.
    """

    def __init__(self, folder: Path, store: Store | None = None) -> None:
        plain_model(folder / "model", 10)
        self._folder, self._store = folder, MemoryStore() if store is None else store
        self._own = open_context(f"modelreg:///{folder}/other.duckdb")
        self.ana = self._opened("ana")
        self._fill()
        self.stock = self._stocked()
        self.ana.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
        self.ben = self._opened("ben", keeping=False)

    def kept(self, actor: str) -> Registry:
        """The registry as somebody has it whose changes are kept."""
        return self._opened(actor)

    def _opened(self, actor: str, *, keeping: bool = True) -> Registry:
        store: Any = self._store if keeping else Unkept(self._store)
        files = ManagedFiles(self._folder / "files")
        tracked: Any = Tracked(self._folder / "model")
        return Registry(Context(store, lambda: files, lambda: tracked, actor, gateway=lambda: self._own.gateway))

    def _fill(self) -> None:
        ana, model = self.ana, str(self._folder / "model")
        ana.models.create(FRAUD, description=TO_SEE, tags={"colour": TO_READ, "shape": "round"})
        for _ in range(3):
            ana.versions.register(model, FRAUD)
        ana.versions.delete(f"{FRAUD}/3")
        for number in (1, 2):
            ana.aliases.set(FRAUD, "Champion", number)
        ana.versions.link(f"{FRAUD}/2", LINK, "endpoint")
        for name in (COPY, GONE):
            ana.models.create(name)
        ana.deprecations.set(COPY, "old")
        ana.models.delete(GONE)
        ana.versions.register(SOURCE, "iris", check_source=False)
        ana.groups.create("juniors", ["ben"])
        ana.groups.create("analysts", ["juniors"])
        ana.groups.create("staff", ["dora"])
        ana.tag_policies.create("colour", ["blue"])
        ana.searches.save("risky", "version = 1")
        for name in ("ben", "eva"):
            ana.users.create(name)
        ana.policies.add("told", "required-description", FRAUD, mode="warn")

    def _stocked(self) -> Stock:
        ana, ben, cleo = self.ana, self._opened("ben"), self._opened("cleo")
        ana.models.set_deployment_job(FRAUD, "1")
        numbers = {
            "said": ana.comments.add(FRAUD, "careful").id,
            "own said": ben.comments.add(FRAUD, "hello").id,
            "asked": ana.requests.alias(f"{FRAUD}/2", "Wanted").id,
            "own asked": ben.requests.alias(f"{FRAUD}/2", "Mine").id,
        }
        ana.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
        ana.grants.grant(["BROWSE"], "registry", ["account users"])
        numbers["asked access"] = cleo.requests.access(["EXECUTE"], FRAUD).id
        ana.grants.revoke(["BROWSE"], "registry", ["account users"])
        version = ana.versions.get(f"{FRAUD}/1").id
        with self._store.write() as tx:
            tx.usage.note(UsageDay(version_id=version, actor="ana", day="2026-03-01", last_used_at=1, count=1))
        for name, call in (
            ("described", lambda: ana.models.set_deployment_job(FRAUD, "2")),
            ("tagged", lambda: ana.tags.set(FRAUD, {"made": "here"})),
            ("grouped", lambda: ana.groups.add("staff", ["elsa"])),
        ):
            call()
            newest = ana.history.last()
            assert newest is not None
            numbers[name] = newest.seq
        ana.exchange.export_to(self._folder / "archive.zip", ["iris"])
        ana.maintenance.backup(self._folder / "backup.zip")
        return Stock(
            numbers=numbers,
            token=ana.tokens.create(user="eva").token.id,
            webhook=ana.webhooks.create("hook", "https://example.org", [("model_version", "created")]).webhook_id,
            folder=self._folder / "model",
            archive=self._folder / "archive.zip",
            backup=self._folder / "backup.zip",
            scratch=self._folder,
        )
