"""The command plot: metrics over versions, as Vega-Lite, as a picture, in characters, and as rows."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.formatters import DisplayFormatter

from jupyter_modelreg.commands.results.metrics.picture import described, svg, ticks
from jupyter_modelreg.commands.results.metrics.series import Series, series_of
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.real_models import experiment, log_model, tracking, tracking_uri

if TYPE_CHECKING:
    from tests.support.commands import Do

__all__ = ["experiment", "tracking", "tracking_uri"]  # fixtures
pytest_plugins = ["tests.support.commands"]

VEGA_LITE = "application/vnd.vegalite.v5+json"
HOSTILE = "<script>alert(1)</script>"


def version(number: int, metrics: Mapping[str, float], *aliases: str) -> Version:
    """A version with these metrics."""
    found = tuple(Metric(key=key, value=value, timestamp=0, step=0) for key, value in metrics.items())
    who = {"created_at": 0, "created_by": "ana", "updated_at": 0, "updated_by": "ana"}
    return Version(id=number, model_id=1, name="a.b.c", version=number, aliases=aliases, metrics=found, **who)  # type: ignore[arg-type]


@pytest.fixture
def scored(registry: Registry, tracking: object, experiment: str) -> Callable[[Mapping[str, float]], str]:
    """Registers a logged model that has these metrics as the next version."""
    import mlflow

    def register(metrics: Mapping[str, float]) -> str:
        with mlflow.start_run(experiment_id=experiment):
            info = log_model()
            mlflow.log_metrics(dict(metrics), model_id=info.model_id)
        return registry.versions.register(info.model_uri, FRAUD).reference

    return register


def test_metrics_of_real_versions_with_aliases_and_gaps(
    do: Do, registry: Registry, scored: Callable[[Mapping[str, float]], str]
) -> None:
    for metrics in ({"auc": 0.5, "loss": 1.0}, {"loss": 0.5}, {"auc": 0.75, "loss": 0.25}):
        scored(metrics)
    registry.aliases.set(FRAUD, "Champion", 3)
    found = do(f"plot {FRAUD} auc loss")
    assert [row["metrics"] for row in found.rows] == [
        {"auc": 0.5, "loss": 1.0},
        {"auc": None, "loss": 0.5},
        {"auc": 0.75, "loss": 0.25},
    ]
    told = json.loads(do(f"plot {FRAUD} auc --json").text())
    assert [(row["version"], row["aliases"], row["metrics"]["auc"]) for row in told] == [
        (1, [], 0.5),
        (2, [], None),
        (3, ["Champion"], 0.75),
    ]
    lines = found.text(80).splitlines()
    assert lines[1].split() == ["auc", "▁", "█", "0.5", "…", "0.75"]
    assert lines[2].split() == ["loss", "█▃▁", "0.25", "…", "1"]
    assert next(line for line in lines if line.lstrip().startswith("3 ")).split()[1:4] == ["@Champion", "0.75", "0.25"]
    assert found.piped().splitlines()[0].split("\t")[:4] == ["version", "aliases", "metrics.auc", "metrics.loss"]
    assert [row["version"] for row in do(f"plot {FRAUD} loss --last 2").rows] == [2, 3]
    assert do(f"plot {FRAUD} loss --last 2").text().endswith("the newest 2 versions; --last 4 shows more")
    assert [row["version"] for row in do(f"plot {FRAUD} loss --as-of -0s").rows] == [1, 2, 3]
    with pytest.raises(InvalidInput, match=f"no version of {FRAUD} has the metric acu") as refused:
        do(f"plot {FRAUD} acu")
    assert refused.value.hint == "did you mean auc?"


def test_a_notebook_gets_vega_lite_and_a_picture_and_no_html_that_would_hide_them(
    do: Do, scored: Callable[[Mapping[str, float]], str]
) -> None:
    scored({"auc": 0.5})
    scored({"auc": 0.75})
    data, _ = DisplayFormatter().format(do(f"plot {FRAUD} auc"))
    assert set(data) == {VEGA_LITE, "image/svg+xml", "text/plain"}
    spec: Any = data[VEGA_LITE]
    [chart] = json.loads(json.dumps(spec))["vconcat"]
    assert [(each["version"], each["value"]) for each in chart["data"]["values"]] == [(1, 0.5), (2, 0.75)]
    assert "http" not in json.dumps({**spec, "$schema": None})
    ET.fromstring(data["image/svg+xml"])


def test_a_model_without_metrics_or_versions_says_what_to_do(do: Do, stocked: Registry) -> None:
    with pytest.raises(InvalidInput, match=f"no version of {FRAUD} has a metric"):
        do(f"plot {FRAUD} auc")
    nothing = do(f"plot {FRAUD}")
    assert (nothing.text(), nothing.rows) == (f"no version of {FRAUD} has a metric", [])
    do("create model c.s.empty")
    assert "register SOURCE c.s.empty" in do("plot c.s.empty").text()


def test_without_a_metric_those_that_most_versions_have() -> None:
    versions = [version(1, {"b": 1, "rare": 1}), version(2, {"b": 1, "a": 1}), version(3, {"a": 2, "b": 1, "c": 1})]
    assert [each.metric for each in series_of("m", versions, [])] == ["b", "a", "rare"]
    assert [each.metric for each in series_of("m", versions, ["a", "a"])] == ["a"]


def test_what_is_no_number_is_a_gap() -> None:
    versions = [version(1, {"a": math.nan}), version(2, {"a": 2.0}), version(3, {"a": math.inf})]
    [found] = series_of("m", versions, ["a"])
    assert found.values == [None, 2.0, None]
    with pytest.raises(InvalidInput, match="has a metric"):
        series_of("m", versions[:1], ["a"])


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("AUC", "did you mean auc?"),
        ("acuracy", "did you mean accuracy or auc?"),
        ("zzz", "there is accuracy, auc, k0, k1, k2, k3, k4 and k5, and 4 more"),
    ],
)
def test_an_unknown_metric_names_those_that_are_close(asked: str, hint: str) -> None:
    known = {"auc": 1.0, "accuracy": 1.0, **{f"k{number}": 1.0 for number in range(10)}}
    with pytest.raises(InvalidInput) as refused:
        series_of("m", [version(1, known)], [asked])
    assert refused.value.hint == hint


def test_more_metrics_than_can_be_told_apart_are_refused() -> None:
    known = {f"k{number}": 1.0 for number in range(9)}
    with pytest.raises(InvalidInput, match="9 metrics are named, and 8 can be drawn"):
        series_of("m", [version(1, known)], list(known))


def drawn(versions: list[Version], *metrics: str) -> ET.Element:
    """The picture as XML."""
    return ET.fromstring(str(svg("a.b.c", versions, series_of("a.b.c", versions, metrics))))


def found_in(picture: ET.Element, kind: str) -> list[ET.Element]:
    return list(picture.iter(f"{{http://www.w3.org/2000/svg}}{kind}"))


def test_the_picture_breaks_the_line_at_a_gap_and_marks_aliases() -> None:
    versions = [
        version(1, {"a": 1.0}),
        version(2, {"a": 2.0}, "Champion"),
        version(3, {}),
        version(4, {"a": 1.5}),
        version(5, {"a": 1.6}),
    ]
    picture = drawn(versions, "a")
    assert [len(each.attrib["points"].split()) for each in found_in(picture, "polyline")] == [2, 2]
    sizes = [each.attrib["r"] for each in found_in(picture, "circle")]
    assert sizes == ["3", "5", "3", "3"]
    assert "@Champion" in [each.text for each in found_in(picture, "text")]


@pytest.mark.parametrize("count", [1, 2, 500])
def test_nothing_is_drawn_outside_the_picture(count: int) -> None:
    versions = [version(number + 1, {"a": 1e-9 * number, "b": -1e300}, f"alias-{number}") for number in range(count)]
    picture = drawn(versions, "a", "b")
    width, height = (float(picture.attrib[name]) for name in ("width", "height"))
    for circle in found_in(picture, "circle"):
        assert 0 <= float(circle.attrib["cx"]) <= width
        assert 0 <= float(circle.attrib["cy"]) <= height
    for text in found_in(picture, "text"):
        assert 0 <= float(text.attrib["x"]) <= width


def test_what_people_write_is_text_in_the_picture_and_in_html(do: Do) -> None:
    picture = str(svg(HOSTILE, [version(1, {HOSTILE: 1.0}, HOSTILE)], [Series(HOSTILE, [1.0])]))
    assert "<script" not in picture
    assert "&lt;script" in picture


def test_a_metric_is_told_in_words() -> None:
    versions = [version(1, {"a": 1.0}), version(2, {"a": 3.0}, "Champion"), version(3, {"a": 2.0})]
    [series] = series_of("m", versions, ["a"])
    assert described(versions, series) == "a: 1 in version 1 to 2 in version 3, between 1 and 3; @Champion 3."


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.5, 1]), (3, 3, [3]), (-1e300, 1e300, [-1e300, 0, 1e300]), (0.91, 0.93, [0.91, 0.92, 0.93])],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high, 4) == pytest.approx(expected)
