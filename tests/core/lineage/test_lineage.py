"""What is around versions and datasets, what a change would touch, and what a run says today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Dataset as MlflowDataset
from mlflow.entities import DatasetInput, InputTag
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.catalog.lookup import require_model
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, PermissionDenied, SourceUnavailable
from jupyter_modelreg.core.lineage.graph import LineageGraph
from jupyter_modelreg.core.lineage.records import CopyOf, Dataset, GitState, Lineage, Place, Training
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

TRAINED = Place(kind="notebook", path="/home/train.ipynb", cell="c-1", git=GitState(commit="0123456789", dirty=True))
LOANS = Dataset(name="loans", digest="d1", source="/bank.duckdb#loans", context="training")
MADE = Lineage(
    datasets=(LOANS, Dataset(name="no digest")),
    training=Training(experiment="cards", run_name="first", place=TRAINED),
    registered=Place(kind="script", path="/home/register.py"),
)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    plain_model(tmp_path / "model", 10)
    return str(tmp_path / "model")


def traced(registry: Registry, folder: str, name: str, lineage: Lineage, run_id: str | None = None) -> str:
    """A version with that lineage, as if its run had said so; gives its reference."""
    made = registry.versions.register(folder, name, run_id=run_id)
    context = context_of(registry)
    registry.close()
    with context.write() as work:
        version = work.tx.versions.numbered(made.model_id, made.version)
        assert version is not None
        work.authorise("lineage.refresh", require_model(work.tx, name))
        work.log_update("version.updated", replace(version, name=name), {"lineage": lineage.facts()})
    context.store.close()
    return made.reference


def used(registry: Registry, reference: str, actor: str, notebook: str | None = None) -> None:
    version = registry.versions.get(reference)
    registry.close()
    context = context_of(registry)
    with context.store.write() as tx:
        day = UsageDay(
            version_id=version.id,
            actor=actor,
            notebook=notebook,
            day="2026-03-01",
            last_used_at=version.created_at,
            count=2,
        )
        tx.usage.note(day)
    context.store.close()


def shown(graph: LineageGraph) -> set[tuple[str, str, str]]:
    """The edges, by the titles of their ends."""
    titles = {node.id: node.title for node in graph.nodes}
    return {(titles[edge.source], edge.label, titles[edge.target]) for edge in graph.edges}


UP = {
    ("loans", "training", "first"),
    ("no digest", "used", "first"),
    ("train.ipynb", "ran", "first"),
    ("first", "made", f"{FRAUD}/1"),
    ("register.py", "registered", f"{FRAUD}/1"),
}


def test_a_version_without_any(registry: Registry, folder: str) -> None:
    registry.versions.register(folder, FRAUD)
    assert registry.lineage.of(f"{FRAUD}/1") == Lineage()
    graph = registry.lineage.graph(f"{FRAUD}/1")
    assert ([node.title for node in graph.nodes], graph.edges, graph.layers) == ([f"{FRAUD}/1"], [], 1)


def test_up_and_down(registry: Registry, folder: str) -> None:
    traced(registry, folder, FRAUD, MADE)
    registry.aliases.set(FRAUD, "Champion", 1)
    registry.versions.link(f"{FRAUD}/1", "https://scoring.example.org", "endpoint")
    registry.versions.copy(f"{FRAUD}/1", "prod.risk.copy")
    used(registry, f"{FRAUD}/1", "ben", "/home/score.ipynb")
    down = {
        (f"{FRAUD}/1", "points here", "@Champion"),
        (f"{FRAUD}/1", "endpoint", "https://scoring.example.org"),
        (f"{FRAUD}/1", "copied", "prod.risk.copy/1"),
        (f"{FRAUD}/1", "loaded 2×", "ben"),
    }
    graph = registry.lineage.graph(f"{FRAUD}/1")
    assert shown(graph) == UP | down
    layers = {node.title: node.layer for node in graph.nodes}
    assert layers["loans"] < layers["first"] < layers[f"{FRAUD}/1"] < layers["@Champion"]
    assert shown(registry.lineage.graph(f"{FRAUD}/1", up=0)) == down
    assert shown(registry.lineage.graph(f"{FRAUD}/1", up=1, down=0)) == {edge for edge in UP if edge[2] == f"{FRAUD}/1"}
    copy = registry.lineage.graph("prod.risk.copy/1")
    assert {(f"{FRAUD}/1", "copied", "prod.risk.copy/1"), *UP} == shown(copy)
    assert registry.lineage.of("prod.risk.copy/1").datasets == MADE.datasets


def test_a_copy_follows_what_it_is_of(registry: Registry, folder: str) -> None:
    traced(registry, folder, FRAUD, MADE)
    registry.versions.copy(f"{FRAUD}/1", "prod.risk.copy")
    registry.models.rename(FRAUD, "prod.risk.renamed")
    assert ("prod.risk.renamed/1", "copied", "prod.risk.copy/1") in shown(registry.lineage.graph("prod.risk.copy/1"))
    assert ("prod.risk.renamed/1", "copied", "prod.risk.copy/1") in shown(registry.lineage.graph("prod.risk.renamed/1"))
    registry.models.delete("prod.risk.renamed", force=True)
    assert ("first", "made", "prod.risk.copy/1") in shown(registry.lineage.graph("prod.risk.copy/1"))


def test_a_circle_ends(registry: Registry, folder: str) -> None:
    """No registry makes one; a file that was meddled with may hold one."""
    traced(registry, folder, "prod.a.one", Lineage())
    ids = {name: registry.models.get(name).id for name in ("prod.a.one",)}
    traced(registry, folder, "prod.a.two", Lineage(copied_from=CopyOf(model=ids["prod.a.one"], version=1)))
    two = registry.models.get("prod.a.two").id
    traced(registry, folder, "prod.a.one", Lineage(copied_from=CopyOf(model=two, version=1)))
    graph = registry.lineage.graph("prod.a.one/2", up=50)
    assert shown(graph) == {
        ("prod.a.two/1", "copied", "prod.a.one/2"),
        ("prod.a.one/1", "copied", "prod.a.two/1"),
    }
    traced(registry, folder, "prod.a.self", Lineage(copied_from=CopyOf(model=two + 2, version=1)))
    registry.lineage.graph("prod.a.self/1", up=50)


def test_many_are_told_by_number(registry: Registry, folder: str) -> None:
    datasets = tuple(Dataset(name=f"d{at}", digest=str(at)) for at in range(45))
    traced(registry, folder, FRAUD, Lineage(datasets=datasets, training=Training(run_name="first")))
    graph = registry.lineage.graph(f"{FRAUD}/1")
    assert (len(graph.nodes), graph.left_out) == (23, 25)
    assert [node.title for node in graph.nodes if node.kind == "more"] == ["and 25 more"]
    fewer = registry.lineage.graph(f"{FRAUD}/1", limit=5)
    assert (len(fewer.nodes), fewer.left_out > 25) == (5, True)


@pytest.mark.parametrize("asked", [{"up": -1}, {"down": 51}, {"limit": 0}, {"limit": 1001}])
def test_steps_and_limits(registry: Registry, folder: str, asked: Mapping[str, int]) -> None:
    registry.versions.register(folder, FRAUD)
    with pytest.raises(InvalidInput, match="a lineage"):
        registry.lineage.graph(f"{FRAUD}/1", **asked)


def test_a_dataset_by_name_and_by_digest(registry: Registry, folder: str) -> None:
    traced(registry, folder, FRAUD, MADE)
    traced(registry, folder, "prod.risk.other", Lineage(datasets=(replace(LOANS, digest="d2", context="evaluation"),)))
    registry.versions.copy(f"{FRAUD}/1", "prod.risk.copy")
    assert shown(registry.lineage.dataset("loans")) == {
        ("loans", "training", f"{FRAUD}/1"),
        ("loans", "evaluation", "prod.risk.other/1"),
        (f"{FRAUD}/1", "copied", "prod.risk.copy/1"),
    }
    assert shown(registry.lineage.dataset("d2")) == {("d2", "evaluation", "prod.risk.other/1")}
    assert shown(registry.lineage.dataset("no digest", down=1)) == {("no digest", "used", f"{FRAUD}/1")}
    with pytest.raises(NotFound, match="no version is known to have used a dataset LOAN") as caught:
        registry.lineage.dataset("LOAN")
    assert caught.value.hint == "did you mean loans?"
    with pytest.raises(NotFound, match="used a dataset %") as caught:
        registry.lineage.dataset("%")
    assert "log_input" in str(caught.value.hint)


def test_impact(registry: Registry, folder: str) -> None:
    traced(registry, folder, FRAUD, MADE)
    traced(registry, folder, "prod.risk.other", Lineage(datasets=(replace(LOANS, context="evaluation"),)))
    registry.versions.copy("prod.risk.other/1", "prod.risk.copy")
    registry.aliases.set("prod.risk.copy", "Champion", 1)
    registry.versions.link("prod.risk.other/1", "https://scoring.example.org", "endpoint")
    used(registry, f"{FRAUD}/1", "ben")
    found = registry.lineage.impact("loans")
    assert [(each.reference, each.why, each.users) for each in found.versions] == [
        ("prod.risk.other/1", "evaluation: loans", []),
        ("prod.risk.copy/1", "copy of prod.risk.other/1", []),
        (f"{FRAUD}/1", "training: loans", ["ben"]),
    ]
    assert (found.versions[2].notebook, found.versions[2].cell) == ("/home/train.ipynb", "c-1")
    assert found.versions[0].links == (("https://scoring.example.org", "endpoint"),)
    assert [each.reference for each in registry.lineage.impact("prod.risk.other").versions] == [
        "prod.risk.other/1",
        "prod.risk.copy/1",
    ]
    assert [each.reference for each in registry.lineage.impact("prod.risk.copy@Champion").versions] == [
        "prod.risk.copy/1"
    ]
    limited = registry.lineage.impact("d1", limit=1)
    assert (len(limited.versions), limited.left_out) == (1, 2)
    with pytest.raises(NotFound, match="neither a version nor a dataset"):
        registry.lineage.impact("nothing")


def test_a_model_goes_before_a_dataset_of_its_name(registry: Registry, folder: str) -> None:
    traced(registry, folder, "loans", Lineage())
    traced(registry, folder, FRAUD, MADE)
    assert [each.reference for each in registry.lineage.impact("loans").versions] == ["loans/1"]
    assert [each.reference for each in registry.lineage.impact("dataset:loans").versions] == [f"{FRAUD}/1"]


def test_what_is_hidden_is_not_there(registry: Registry, folder: str) -> None:
    traced(registry, folder, FRAUD, MADE)
    registry.versions.copy(f"{FRAUD}/1", "prod.risk.copy")
    registry.versions.copy("prod.risk.copy/1", "prod.secret.copy")
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    registry.grants.grant(["USE CATALOG"], "prod", ["ben"])
    registry.grants.grant(["USE SCHEMA", "EXECUTE"], "prod.risk", ["ben"])
    ben = registry.acting_as("ben")
    assert shown(ben.lineage.graph("prod.risk.copy/1")) == {
        (one, label, other.replace(f"{FRAUD}/1", "prod.risk.copy/1"))
        for one, label, other in UP
        if label != "registered"
    }
    assert [each.reference for each in ben.lineage.impact("loans").versions] == ["prod.risk.copy/1"]
    assert {node.title for node in ben.lineage.dataset("loans").nodes} == {"loans", "prod.risk.copy/1"}
    with pytest.raises(NotFound):
        ben.lineage.of(f"{FRAUD}/1")


# --- refresh ------------------------------------------------------------------------------------------------------


def test_refresh_takes_over_what_the_run_says_today(registry: Registry, logged: ModelInfo) -> None:
    registry.versions.register(logged.model_uri, FRAUD)
    assert registry.lineage.refresh(f"{FRAUD}/1") == []
    events = registry.status().events
    client, run_id = mlflow.MlflowClient(), str(logged.run_id)
    client.log_metric(run_id, "auc", 0.5, step=5, model_id=logged.model_id)
    client.log_metric(run_id, "f1", 0.25, model_id=logged.model_id)
    data = MlflowDataset("loans", "d1", "local", "{}")
    client.log_inputs(run_id, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    before = registry.versions.get(f"{FRAUD}/1")
    found = {each.what: (each.before, each.after) for each in registry.lineage.refresh(f"{FRAUD}/1", reason="again")}
    assert found == {
        "metrics.auc": ("0.93", "0.5"),
        "metrics.f1": (None, "0.25"),
        "datasets.loans": (None, "d1 training"),
    }
    now = registry.versions.get(f"{FRAUD}/1")
    assert (now.latest_metrics, [each.name for each in registry.lineage.of(f"{FRAUD}/1").datasets]) == (
        {"auc": 0.5, "f1": 0.25},
        ["loans"],
    )
    assert [each.reference for each in registry.versions.find("dataset = 'loans' and metrics.f1 = 0.25")]
    assert (registry.status().events, registry.history.recent(limit=1)[0].reason) == (events + 1, "again")
    assert registry.maintenance.verify().sound
    registry.history.undo(registry.history.recent(limit=1)[0].seq)
    again = registry.versions.get(f"{FRAUD}/1")
    assert (again.metrics, again.lineage) == (before.metrics, before.lineage)


def test_a_run_that_is_gone_changes_nothing(registry: Registry, logged: ModelInfo) -> None:
    registry.versions.register(logged.model_uri, FRAUD)
    client = mlflow.MlflowClient()
    client.delete_logged_model(logged.model_id)
    events = registry.status().events
    with pytest.raises(NotFound, match=f"{FRAUD}/1 stays as it is: .* knows no logged model"):
        registry.lineage.refresh(f"{FRAUD}/1")
    mlflow.set_tracking_uri("http://127.0.0.1:9")
    with pytest.raises(SourceUnavailable):
        registry.lineage.refresh(f"{FRAUD}/1")
    assert registry.status().events == events


def test_a_version_of_no_run(registry: Registry, folder: str) -> None:
    registry.versions.register(folder, FRAUD)
    with pytest.raises(InvalidState, match="was made by no run") as caught:
        registry.lineage.refresh(f"{FRAUD}/1")
    assert "runs:/" in str(caught.value.hint)


def test_refreshing_takes_manage(registry: Registry, logged: ModelInfo) -> None:
    registry.versions.register(logged.model_uri, FRAUD)
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    registry.grants.grant(["USE CATALOG"], "prod", ["ben"])
    registry.grants.grant(["USE SCHEMA", "EXECUTE"], "prod.ml_team", ["ben"])
    with pytest.raises(PermissionDenied):
        registry.acting_as("ben").lineage.refresh(f"{FRAUD}/1")
