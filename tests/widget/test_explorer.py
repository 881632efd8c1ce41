"""The widget as a Python object: its text and HTML, its traits and what making one refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.widget import OUTPUT, ExplorerWidget

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def stocked(registry: Registry) -> Registry:
    """Two governed models in one schema, one in another, and a workspace model."""
    for name in ("prod.ml.fraud", "prod.ml.churn", "prod.ops.load", "<img src=x>"):
        registry.models.create(name)
    return registry


def bundle(widget: ExplorerWidget) -> dict[str, object]:
    found = widget._repr_mimebundle_()
    assert found is not None
    return found[0]


def test_repr_is_the_same_every_time(stocked: Registry) -> None:
    assert repr(ExplorerWidget(stocked)) == "<Explorer: 4 models>"
    assert repr(ExplorerWidget(stocked, "prod")) == "<Explorer prod: 3 models>"
    assert repr(ExplorerWidget(stocked, "prod.ops")) == "<Explorer prod.ops: 1 model>"
    for at in range(60):
        stocked.models.create(f"many_{at}")
    assert repr(ExplorerWidget(stocked)) == "<Explorer: 50+ models>"


def test_the_output_carries_a_table_as_of_its_showing(stocked: Registry) -> None:
    widget = ExplorerWidget(stocked, "prod.ml")
    stocked.models.create("prod.ml.arrived")
    data = bundle(widget)
    assert data["text/plain"] == "<Explorer prod.ml: 3 models>"
    view = data[VIEW]
    assert isinstance(view, dict)
    assert view["model_id"] == widget.model_id
    page = str(data["text/html"])
    assert page.count("<tr>") == 4
    assert "arrived" in page
    assert "load" not in page.partition("</style>")[2]
    everything = str(bundle(ExplorerWidget(stocked))["text/html"])
    assert "&lt;img src=x&gt;" in everything
    assert "<img" not in everything


def test_a_registry_that_went_away_does_not_spoil_the_output(stocked: Registry) -> None:
    widget = ExplorerWidget(stocked, "prod.ml")
    stocked.models.delete("prod.ml.fraud")
    stocked.models.delete("prod.ml.churn")
    stocked.schemas.delete("prod.ml")
    assert "fraud" in str(bundle(widget)["text/html"])


def test_a_namespace_must_be_there(stocked: Registry) -> None:
    with pytest.raises(NotFound, match="no catalog nowhere"):
        ExplorerWidget(stocked, "nowhere")
    with pytest.raises(NotFound, match=r"no schema prod\.nowhere"):
        ExplorerWidget(stocked, "prod.nowhere")


def test_explore_takes_the_registry_of_the_environment(
    stocked: Registry, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{registry_path}")
    assert repr(jupyter_modelreg.explore("prod")) == "<Explorer prod: 3 models>"
    assert repr(jupyter_modelreg.explore(registry=stocked)) == "<Explorer: 4 models>"


def test_what_the_browser_selects_can_be_observed(stocked: Registry) -> None:
    widget, seen = ExplorerWidget(stocked), []
    assert widget.selected is None
    widget.observe(lambda change: seen.append(change["new"]), "selected")
    widget.set_state({"selected": "prod.ml.fraud"})
    widget.set_state({"selected": None})
    assert seen == ["prod.ml.fraud", None]


def test_the_bundle_is_small_and_whole(stocked: Registry) -> None:
    """Every widget's comm_open carries all of it, so it stays small enough not to be noticed."""
    import gzip

    state = ExplorerWidget(stocked).get_state()
    assert len(gzip.compress(state["_esm"].encode())) < 128_000
    # The evaluation of a version, and what narrows a search, came last.
    assert len(gzip.compress(state["_css"].encode())) < 11_500
    assert "sourceMappingURL" not in state["_esm"]
    assert ".mreg-widget" in state["_css"]


def test_the_output_says_whose_it_is(stocked: Registry) -> None:
    """With data that never differs, so that nbval compares."""
    assert [bundle(ExplorerWidget(stocked))[OUTPUT] for _ in range(2)] == [{"version": 1}] * 2
