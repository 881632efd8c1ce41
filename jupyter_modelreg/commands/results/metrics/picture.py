"""Metrics as SVG: a picture for wherever Vega-Lite is not drawn, as on GitHub, in an export or in a mail."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jupyter_modelreg.commands.results.formats import alias_text, in_order, number_text
from jupyter_modelreg.commands.results.metrics.series import Series
from jupyter_modelreg.commands.results.text import clean, width_of
from jupyter_modelreg.core.entities.versions import Version

# Pixels.
_WIDTH, _LEFT, _RIGHT, _CHAR = 720, 64, 24, 6.6
_HEAD, _ALIAS, _TITLE, _PANEL, _GAP, _AXIS = 24, 16, 20, 110, 14, 26
_ALIAS_ROWS = 3
# With more versions than this there are only a line and the points that matter.
_MOST_DOTS = 120
_MOST_TICKS = 10
_LINE, _TEXT, _DIM, _RULE = "#1976d2", "#212121", "#6b6b6b", "#e0e0e0"


@dataclass(frozen=True)
class _Across:
    """From numbers of versions to places."""

    first: int
    last: int

    def at(self, version: int) -> float:
        share = (version - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def svg(model: str, versions: Sequence[Version], series: Sequence[Series]) -> Markup:
    """The picture: a panel a metric, and a rule through all of them at each version that has an alias."""
    across = _Across(versions[0].version, versions[-1].version)
    marked = [version for version in versions if version.aliases]
    labels, rows = _alias_labels(marked, across)
    top = _HEAD + rows * _ALIAS
    bottom = top + len(series) * (_TITLE + _PANEL + _GAP)
    parts = [_rules(marked, across, top, bottom - _GAP), labels]
    for number, each in enumerate(series):
        parts += _panel(each, versions, across, top + number * (_TITLE + _PANEL + _GAP) + _TITLE)
    parts += _versions_axis(across, bottom - _GAP)
    frame = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        'viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="12">'
        '<title>{title}</title><desc>{desc}</desc><rect width="100%" height="100%" fill="#fff"/>'
        '<text x="0" y="15" font-weight="600" fill="{text}">{model}</text>{body}</svg>'
    )
    return frame.format(
        width=_WIDTH,
        height=bottom - _GAP + _AXIS,
        title=clean(f"{', '.join(each.metric for each in series)} of {model}"),
        desc=clean(" ".join(described(versions, each) for each in series)),
        text=_TEXT,
        model=clean(model),
        body=Markup().join(parts),
    )


def described(versions: Sequence[Version], series: Series) -> str:
    """A metric as a sentence, for whoever cannot see it."""
    low, high = series.range
    known = [(version, value) for version, value in zip(versions, series.values, strict=True) if value is not None]
    first, last = known[0], known[-1]
    ends = f"{number_text(first[1])} in version {first[0].version}"
    if len(known) > 1:
        ends += f" to {number_text(last[1])} in version {last[0].version}"
        ends += f", between {number_text(low)} and {number_text(high)}"
    marked = [
        f"{alias_text(alias)} {number_text(value)}" for version, value in known for alias in in_order(version.aliases)
    ]
    return f"{'; '.join([f'{series.metric}: {ends}', *marked])}."


def ticks(low: float, high: float, most: int) -> list[float]:
    """Up to `most` (two or more) round numbers from `low` to `high`: multiples of 1, 2 or 5 times a power of ten."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return [low]
    rough = span / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((each * power for each in (1, 2, 5, 10) if each * power >= rough), 10 * power)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)][:most] or [low]


def _panel(series: Series, versions: Sequence[Version], across: _Across, top: int) -> Iterator[Markup]:
    low, high = series.range
    edge = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    bottom, height = low - edge, high - low + 2 * edge

    def down(value: float) -> float:
        return round(top + (1 - (value - bottom) / height) * _PANEL, 1)

    yield _text(_LEFT, top - 6, series.metric, _TEXT, weight=500)
    for tick in ticks(low, high, 4):
        yield _line(_LEFT, _WIDTH - _RIGHT, down(tick), down(tick))
        yield _text(_LEFT - 8, down(tick) + 4, number_text(tick), _DIM, anchor="end", size=11)
    points = [
        (version, across.at(version.version), value) for version, value in zip(versions, series.values, strict=True)
    ]
    for run in _runs([(x, None if value is None else down(value)) for _, x, value in points]):
        yield Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="1.5"/>').format(
            " ".join(f"{x},{y}" for x, y in run), _LINE
        )
    for version, x, value in points:
        if value is not None and (version.aliases or len(points) <= _MOST_DOTS):
            yield _dot(version, x, down(value), f"{series.metric} {number_text(value)}")


def _runs(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """The points that are joined: a gap ends a line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if len(run) > 1]


def _dot(version: Version, x: float, y: float, about: str) -> Markup:
    names = "".join(f" {alias_text(alias)}" for alias in in_order(version.aliases))
    dot = Markup('<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="1.5"><title>{}</title></circle>')
    size, fill = (5, _LINE) if version.aliases else (3, "#fff")
    return dot.format(x, y, size, fill, _LINE, clean(f"version {version.version}{names}: {about}"))


def _rules(marked: Sequence[Version], across: _Across, top: int, bottom: int) -> Markup:
    rule = Markup('<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="{3}" stroke-dasharray="3 3"/>')
    return Markup().join(rule.format(across.at(each.version), top, bottom, "#9e9e9e") for each in marked)


def _alias_labels(marked: Sequence[Version], across: _Across) -> tuple[Markup, int]:
    """The aliases above their versions, in as many rows as keep them apart, and how many those are."""
    free = [-1.0] * _ALIAS_ROWS
    out: list[Markup] = []
    used = 0
    for version in marked:
        text = " ".join(map(alias_text, in_order(version.aliases)))
        width, at = _CHAR * width_of(text), across.at(version.version)
        begin = min(max(at - width / 2, 0), _WIDTH - width)
        row = next((row for row, end in enumerate(free) if end < begin), None)
        if row is None:
            continue  # the point says it to whoever points at it
        free[row] = begin + width + 8
        used = max(used, row + 1)
        out.append(_text(begin, _HEAD + row * _ALIAS + 11, text, _LINE, weight=500, size=11))
    return Markup().join(out), used


def _versions_axis(across: _Across, y: int) -> Iterator[Markup]:
    numbers = [number for number in ticks(across.first, across.last, _MOST_TICKS) if number == int(number)]
    yield _text(_LEFT - 8, y + 17, "version", _DIM, anchor="end", size=11)
    for number in map(int, numbers or [across.first]):
        yield _line(across.at(number), across.at(number), y, y + 4)
        yield _text(across.at(number), y + 17, str(number), _DIM, anchor="middle", size=11)


def _line(x1: float, x2: float, y1: float, y2: float) -> Markup:
    return Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/>').format(x1, x2, y1, y2, _RULE)


def _text(
    x: float, y: float, text: str, colour: str, *, anchor: str = "start", size: int = 12, weight: int = 400
) -> Markup:
    drawn = Markup('<text x="{}" y="{}" fill="{}" text-anchor="{}" font-size="{}" font-weight="{}">{}</text>')
    return drawn.format(round(x, 1), y, colour, anchor, size, weight, clean(text))
