"""The timeline as SVG in HTML: in the theme of a notebook, and a picture as well on a page without styles.

Not as an output of its own kind: JupyterLab shows that as a file, which has neither the theme nor tooltips. It is as
wide as its cell: places are percentages, and labels are shown that fit the narrowest one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from jupyter_modelreg.commands.results.formats import date_time
from jupyter_modelreg.commands.results.text import clean, width_of
from jupyter_modelreg.commands.results.timeline import words
from jupyter_modelreg.commands.results.timeline.axis import ticks
from jupyter_modelreg.commands.results.timeline.lanes import (
    Label,
    Scale,
    bars,
    is_of_model,
    labelled,
    lanes,
    mark_label,
    places,
)
from jupyter_modelreg.core.entities.history import AliasSpan, Timeline, TimelineMark

# Pixels. The picture is never narrower than `_WIDTH`, and a cell that is scrolls.
_WIDTH, _CHAR, _SHORTEST = 560, 7.0, 3.0
_HEAD, _NAME, _BAR, _GAP, _MARKS, _AXIS = 26, 20, 20, 10, 20, 22
_MOST_TICKS = 5
# Text that the grid does not run through.
_FREE = Markup(' stroke="#fff" stroke-width="4" paint-order="stroke"')


def svg(timeline: Timeline) -> Markup:
    """The picture."""
    scale = Scale(timeline.since, timeline.until, _WIDTH)
    body: list[Markup] = []
    y = _HEAD
    for alias, spans in lanes(timeline).items():
        body += _alias_lane(alias, spans, scale, y)
        y += _NAME + _BAR + _GAP
    for name, marks in (
        ("versions", [mark for mark in timeline.marks if mark.version is not None]),
        ("model", [mark for mark in timeline.marks if is_of_model(mark)]),
    ):
        if marks:
            body += _mark_lane(name, marks, scale, y)
            y += _NAME + _MARKS + _GAP
    frame = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="mreg-plot" role="img" width="720" height="{height}" '
        'style="height:{height}px" font-family="system-ui, sans-serif" font-size="12">'
        "<title>{title}</title><desc>{desc}</desc>{style}"
        '<rect class="mreg-plot-back" width="100%" height="100%" fill="#fff"/>{head}{axis}{body}</svg>'
    )
    return frame.format(
        height=y + _AXIS,
        title=clean(f"Timeline of {timeline.model}"),
        desc=clean(words.described(timeline)),
        style=_style(),
        head=_head(timeline),
        axis=Markup().join(_axis(scale, y)),
        body=Markup().join(body),
    )


@functools.cache
def _style() -> Markup:
    rules = Path(__file__).with_name("plot.css").read_text(encoding="utf-8")
    short = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)).strip()
    return Markup(f"<style>{short}</style>")  # noqa: S704 - the style sheet beside this file


def _head(timeline: Timeline) -> Markup:
    text = Markup(
        '<text x="0" y="14" class="mreg-plot-text" fill="#212121"><tspan font-weight="600">{}</tspan>'
        '<tspan dx="8" class="mreg-plot-dim" fill="#6b6b6b">{} … {}</tspan></text>'
    )
    return text.format(clean(timeline.model), date_time(timeline.since), date_time(timeline.until))


def _alias_lane(alias: str, spans: Sequence[AliasSpan], scale: Scale, y: int) -> Iterator[Markup]:
    now = f"→ {spans[-1].version}" if spans[-1].ended_at is None else "points nowhere"
    yield _lane_name(f"@{alias}", now, y)
    top = y + _NAME
    for number, bar in enumerate(bars(spans, scale, _SHORTEST)):
        last = bar.spans[-1]
        kinds = ["mreg-plot-bar"]
        kinds += ["mreg-plot-open"] if last.ended_at is None else ["mreg-plot-odd"] if number % 2 else []
        kinds += ["mreg-plot-gone"] if len(bar.spans) == 1 and last.gone else []
        label = str(last.version) if len(bar.spans) == 1 else f"{len(bar.spans)}×"
        width = bar.end - bar.start
        text = Markup()
        if width >= _width(label) + 6:
            text = Markup(
                '<text x="{}" dx="5" y="{}" class="mreg-plot-text" fill="#212121" pointer-events="none">{}</text>'
            ).format(_at(bar.start), top + 14, label)
        drawn = Markup(
            '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" class="{}" fill="#1976d2" '
            'fill-opacity="{}"{}/>{}</g>'
        )
        dashes = Markup(' stroke="#1976d2" stroke-dasharray="3 2"') if "mreg-plot-gone" in kinds else ""
        yield drawn.format(
            clean(words.bar_title(bar.spans)),
            _at(bar.start),
            top,
            _at(width),
            _BAR,
            " ".join(kinds),
            _opacity(kinds),
            dashes,
            text,
        )


def _opacity(kinds: Sequence[str]) -> str:
    if "mreg-plot-gone" in kinds:
        return "0.08"
    return "0.55" if "mreg-plot-open" in kinds else "0.36" if "mreg-plot-odd" in kinds else "0.18"


def _mark_lane(name: str, marks: Sequence[TimelineMark], scale: Scale, y: int) -> Iterator[Markup]:
    yield _lane_name(name, "", y)
    top = y + _NAME
    found = places(marks, scale, _SHORTEST)
    labels = labelled([(each.at, mark_label(each.marks)) for each in found], _width, _WIDTH, 6)
    for each, label in zip(found, labels, strict=True):
        lost = any(mark.what in ("deleted", "purged", "failed") for mark in each.marks)
        kind, colour = ("mreg-plot-lost", "#d32f2f") if lost else ("mreg-plot-tick", "#388e3c")
        drawn = Markup('<g><title>{}</title><rect x="{}" y="{}" width="2" height="7" class="{}" fill="{}"/>{}</g>')
        at = _at(min(each.at, _WIDTH - 2))
        text = _text(at, top + 20, label, "text", "#212121", 12)
        yield drawn.format(clean(words.mark_title(each.marks)), at, top, kind, colour, text)


def _lane_name(name: str, about: str, y: int) -> Markup:
    text = Markup(
        '<text x="0" y="{}" class="mreg-plot-text mreg-plot-free" fill="#212121"{}><tspan font-weight="500">{}</tspan>'
        '<tspan dx="6" class="mreg-plot-dim" fill="#6b6b6b">{}</tspan></text>'
    )
    return text.format(y + 14, _FREE, clean(name), about)


def _axis(scale: Scale, y: int) -> Iterator[Markup]:
    line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="mreg-plot-line" stroke="#e0e0e0"/>')
    yield line.format("0", "100%", y, y)
    named = ticks(scale.since, scale.until, _MOST_TICKS)
    labels = labelled([(scale.place(tick.time), tick.label) for tick in named], _width, _WIDTH, 6)
    for tick, label in zip(named, labels, strict=True):
        at = _at(scale.place(tick.time))
        yield line.format(at, at, _HEAD, y + 4)
        yield _text(at, y + 17, label, "dim", "#6b6b6b", 11)


def _text(at: str, y: int, label: Label, kind: str, colour: str, size: int) -> Markup:
    anchor = Markup(' text-anchor="end"') if label.ends else ""
    text = Markup('<text x="{}" y="{}"{} class="mreg-plot-{} mreg-plot-free" fill="{}"{} font-size="{}">{}</text>')
    return text.format(at, y, anchor, kind, colour, _FREE, size, label.text) if label.text else Markup()


def _width(label: str) -> float:
    return _CHAR * width_of(label)


def _at(place: float) -> str:
    """A place, or a width, as a percentage of the picture's width."""
    return f"{place / _WIDTH * 100:.3f}".rstrip("0").rstrip(".") + "%"
