"""The commands lineage, impact and refresh: as a tree, as a picture, and as an event of OpenLineage."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import mlflow
import pytest
from mlflow.entities import Dataset as MlflowDataset
from mlflow.entities import DatasetInput, InputTag
from mlflow.models.model import ModelInfo

from jupyter_modelreg.commands.results.lineage.result import Graph, environment_lines
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.lineage.records import Environment, Lineage
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.real_models import experiment, logged, tracking, tracking_uri

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]
__all__ = ["experiment", "logged", "tracking", "tracking_uri"]  # fixtures
HOSTILE = "<script>alert(1)</script>\x1b[31m"


@pytest.fixture
def made(stocked: Registry, logged: ModelInfo) -> str:
    """A version from a run with datasets, one of which is called as nothing good is; gives its reference."""
    client = mlflow.MlflowClient()
    data = [
        MlflowDataset("loans", "d1", "duckdb", '{"path": "/bank.duckdb", "table": "loans"}', profile='{"num_rows": 7}'),
        MlflowDataset(HOSTILE, "d2", "local", '{"uri": "javascript:alert(1)"}'),
    ]
    client.log_inputs(
        logged.run_id, [DatasetInput(each, [InputTag("mlflow.data.context", "training")]) for each in data]
    )
    client.set_tag(logged.run_id, "mlflow.source.name", "/home/train.ipynb")
    client.set_tag(logged.run_id, "mlflow.source.type", "NOTEBOOK")
    client.set_tag(logged.run_id, "modelreg.notebook.source", "fit('</pre>')")
    client.set_tag(logged.run_id, "mlflow.source.git.commit", "0123456789abcdef")
    client.set_tag(logged.run_id, "mlflow.source.git.dirty", "true")
    return stocked.versions.register(logged.model_uri, "prod.risk.cards", aliases=["Best"]).reference


def test_as_a_tree(do: Do, made: str) -> None:
    lines = do(f"lineage {made}").text(200).splitlines()
    assert lines[:4] == [made, "", "comes from:", lines[3]]
    assert re.fullmatch(r"  └ run \S+ \(.*\)  \[made\]", lines[3])
    assert "    ├ code train.ipynb (01234567 + changes)  [ran]" in lines
    assert "    └ dataset loans (d1)  [training]" in lines or "    ├ dataset loans (d1)  [training]" in lines
    assert "  └ @Best  [points here]" in lines
    assert any(re.match(r"loans +training +d1 +7 +/bank.duckdb#loans", line) for line in lines)
    assert "trained in /home/train.ipynb, commit 0123456789ab, with changes" in lines
    assert any(re.fullmatch(r"runs in Python 3\.\d+\.\d+", line) for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_as_a_picture(do: Do, made: str) -> None:
    found = do(f"lineage {made}")
    assert isinstance(found, Graph)
    html = str(found.html())
    assert "<script" not in html
    assert "javascript:" not in re.sub(
        r"<td[^>]*>.*?</td>|<pre>.*?</pre>|<title>.*?</title>", "", html, flags=re.DOTALL
    )
    picture = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])  # type: ignore[index]
    titles = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] == f"Lineage of {made}"
    assert "dataset loans\nd1\n/bank.duckdb#loans" in titles
    assert "fit(&#39;&lt;/pre&gt;&#39;)" in html


def test_a_link_is_one_in_the_picture_only_where_it_leads_to_a_page(do: Do, made: str) -> None:
    do(f"link {made} https://x.org/a --as app")
    do(f"link {made} grpc://x.org:443 --as endpoint")
    html = str(do(f"lineage {made}").html())
    assert '<a href="https://x.org/a"' in html
    assert 'href="grpc' not in html


def test_as_an_event_of_openlineage(do: Do, made: str, logged: ModelInfo) -> None:
    event = json.loads(do(f"lineage {made} --json").text())
    assert event["eventType"] == "COMPLETE"
    assert event["run"]["runId"] == str(uuid.UUID(logged.run_id))
    assert event["job"]["name"] == "/home/train.ipynb"
    assert event["job"]["facets"]["sourceCodeLocation"]["version"] == "0123456789abcdef"
    assert event["job"]["facets"]["sourceCode"]["sourceCode"] == "fit('</pre>')"
    loans = next(each for each in event["inputs"] if each["name"] == "loans")
    assert loans["facets"]["version"]["datasetVersion"] == "d1"
    assert loans["inputFacets"]["dataQualityMetrics"]["rowCount"] == 7
    assert [(each["name"], each["facets"]["version"]["datasetVersion"]) for each in event["outputs"]] == [
        ("prod.risk.cards", "1")
    ]
    assert all("_producer" in facet and "_schemaURL" in facet for facet in event["job"]["facets"].values())


def test_of_a_version_of_which_nothing_is_known(do: Do, stocked: Registry) -> None:
    assert "nothing is known of where it comes from" in do("lineage iris/1").text()
    event = json.loads(do("lineage iris/1 --json").text())
    assert (event["inputs"], uuid.UUID(event["run"]["runId"]).version) == ([], 5)


def test_of_a_dataset(do: Do, made: str) -> None:
    lines = do("lineage --dataset loans").text().splitlines()
    assert lines == ["dataset loans (d1)", "", "leads to:", f"  └ {made}  [training]", "    └ @Best  [points here]"]
    assert [row["kind"] for row in json.loads(do("lineage --dataset d1 --json").text())] == [
        "dataset",
        "version",
        "alias",
    ]


@pytest.mark.parametrize("line", ["lineage", f"lineage {FRAUD}/1 --dataset loans"])
def test_either_a_version_or_a_dataset(do: Do, stocked: Registry, line: str) -> None:
    with pytest.raises(InvalidInput, match="either a version or a dataset"):
        do(line)


def test_impact(do: Do, made: str) -> None:
    do(f"link {made} https://scoring.example.org --as endpoint")
    do(f"copy {made} iris")
    found = do("impact loans")
    assert [(row["reference"], row["why"], row["aliases"]) for row in found.rows] == [
        (made, "training: loans", ["Best"]),
        ("iris/2", f"copy of {made}", []),
    ]
    assert "endpoint https://scoring.example.org" in found.text(200)
    assert found.rows[0]["notebook"] == "/home/train.ipynb"
    assert do("impact loans -n 1").text().splitlines()[-1] == "the first 1 of 2; -n shows more"
    do("use prod.risk")
    assert [row["reference"] for row in do("impact cards").rows] == [made, "iris/2"]
    assert [row["reference"] for row in do("impact d1").rows] == [made, "iris/2"]
    with pytest.raises(NotFound, match="nothing is neither a version nor a dataset"):
        do("impact nothing")


def test_refresh(do: Do, made: str, logged: ModelInfo, stocked: Registry) -> None:
    assert do(f"refresh {made}").text() == f"{made} says what its run says: nothing to refresh"
    mlflow.MlflowClient().log_metric(logged.run_id, "f1", 0.5, model_id=logged.model_id)
    found = do(f"refresh {made} -m again")
    assert found.text().splitlines()[0] == f"{made}: metrics.f1 is 0.5"
    [row] = found.rows
    assert stocked.versions.get(made).latest_metrics["f1"] == 0.5
    do(f"undo {row['undo']}")
    assert "f1" not in stocked.versions.get(made).latest_metrics
    assert "refreshed what its run says" in do(f"history {made}").text(300)
    with pytest.raises(InvalidState, match="was made by no run"):
        do(f"refresh {FRAUD}/1")


def test_what_was_installed_where_nothing_is_pinned() -> None:
    environment = Environment(python="3.11", conda=("cudatoolkit=11",), installed={"pandas": "3.1.0", "mlflow": "3.17"})
    known = Lineage(requirements=("pandas>=2", "MLflow == 3.17"), environment=environment)
    assert environment_lines(known) == [
        "runs in Python 3.11, cudatoolkit=11",
        "installed when it was registered: pandas 3.1.0",
    ]
    assert environment_lines(Lineage()) == []
