"""Metrics as Vega-Lite: what JupyterLab and Notebook draw themselves, with tooltips, in the colours of their theme.

It holds its data, and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.commands.results.formats import alias_text, date_time, in_order
from jupyter_modelreg.commands.results.metrics.series import Series
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version

MIME = "application/vnd.vegalite.v5+json"
# Pixels, and with how many versions a point for each would be a band.
_WIDTH, _HEIGHT, _MOST_POINTS = 600, 140, 150
_COLOUR = "#1e88e5"  # which can be seen on white and on black


def spec(model: str, versions: Sequence[Version], series: Sequence[Series]) -> dict[str, JsonValue]:
    """One chart a metric, one below the other."""
    charts: list[JsonValue] = [_chart(versions, each, last=each is series[-1]) for each in series]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": model, "anchor": "start"},
        "background": "transparent",
        "vconcat": charts,
        "resolve": {"scale": {"x": "shared"}},
    }


def _chart(versions: Sequence[Version], series: Series, *, last: bool) -> dict[str, JsonValue]:
    points: list[JsonValue] = [_point(*each) for each in zip(versions, series.values, strict=True)]
    numbers = [version.version for version in versions]
    x: dict[str, JsonValue] = {
        "field": "version",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False, "domain": [min(numbers), max(numbers)], "padding": 10},
        "axis": {"title": "version" if last else None, "format": "d", "tickMinStep": 1, "grid": False},
    }
    y: dict[str, JsonValue] = {"field": "value", "type": "quantitative", "title": None}
    y |= {"scale": {"zero": False}, "axis": {"gridOpacity": 0.3}}
    tooltip: list[JsonValue] = [
        {"field": "version", "title": "version", "format": "d"},
        {"field": "value", "title": series.metric},
        {"field": "aliases", "title": "aliases"},
        {"field": "registered", "title": "registered"},
    ]
    marked: dict[str, JsonValue] = {"filter": "datum.aliases != ''"}
    dots: list[JsonValue] = [] if len(versions) > _MOST_POINTS else [_dots(_dot(filled=False), tooltip)]
    layers: list[JsonValue] = [
        {
            "mark": {"type": "rule", "strokeDash": [3, 3], "color": "#888888"},
            "transform": [marked],
            "encoding": {"y": None, "tooltip": tooltip},
        },
        {"mark": {"type": "line", "color": _COLOUR}},
        *dots,
        {**_dots(_dot(filled=True), tooltip), "transform": [marked]},
        {
            "mark": {"type": "text", "baseline": "bottom", "y": -3, "color": "#888888"},
            "transform": [marked],
            "encoding": {"y": None, "text": {"field": "aliases"}},
        },
    ]
    return {
        "title": {"text": series.metric, "anchor": "start", "fontSize": 12, "offset": 18},
        "width": _WIDTH,
        "height": _HEIGHT,
        "data": {"values": points},
        "encoding": {"x": x, "y": y},
        "layer": layers,
    }


def _dots(mark: JsonValue, tooltip: list[JsonValue]) -> dict[str, JsonValue]:
    return {"mark": mark, "encoding": {"tooltip": tooltip}}


def _dot(*, filled: bool) -> JsonValue:
    return {"type": "point", "size": 70 if filled else 30, "filled": filled, "color": _COLOUR, "opacity": 1}


def _point(version: Version, value: float | None) -> JsonValue:
    return {
        "version": version.version,
        "value": value,
        "aliases": " ".join(map(alias_text, in_order(version.aliases))),
        "registered": date_time(version.created_at),
    }
