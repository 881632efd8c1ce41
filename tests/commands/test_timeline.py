"""`history --plot`: the picture of a timeline, its text, and what is drawn where."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.results.results import Plain
from jupyter_modelreg.commands.results.timeline.axis import ticks
from jupyter_modelreg.commands.results.timeline.lanes import Scale, bars, labelled, lanes, places
from jupyter_modelreg.commands.results.timeline.picture import svg
from jupyter_modelreg.commands.results.timeline.result import Plot
from jupyter_modelreg.core.entities.history import AliasSpan, Timeline, TimelineMark
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

START = 1_767_225_600_000  # 2026-01-01
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
SVG = "{http://www.w3.org/2000/svg}"


def span(alias: str, version: int, began: int, ended: int | None, reason: str | None = None) -> AliasSpan:
    return AliasSpan(
        alias=alias, version=version, began_at=began, ended_at=ended, actor="ana", reason=reason, event=version
    )


def moves(count: int, days: int = 365, seed: int = 7) -> Timeline:
    """A timeline with `count` moves of each of two aliases, many of them close together."""
    dice = random.Random(seed)
    spans: list[AliasSpan] = []
    for alias in ("Champion", "Shadow"):
        times = sorted(START + int(dice.random() ** 3 * days * DAY) for _ in range(count))
        ends = [*times[1:], None]
        spans += [span(alias, at + 1, began, ends[at]) for at, began in enumerate(times)]
    marks = [
        TimelineMark(what="registered", name=FRAUD, version=each.version, time=each.began_at, actor="ana", event=1)
        for each in spans[:count]
    ]
    return Timeline(model=FRAUD, since=START, until=START + days * DAY, spans=spans, marks=marks)


def drawn(timeline: Timeline) -> ET.Element:
    return ET.fromstring(svg(timeline))


def percent(element: ET.Element, name: str) -> float:
    return float(element.attrib[name].removesuffix("%"))


class TestCommand:
    def test_an_alias_that_moved_is_drawn_and_told(self, do: Do, stocked: Registry) -> None:
        do(f'alias {FRAUD}@Champion 2 -m "fewer false alarms"')
        shown = do(f"history {FRAUD} --plot")
        assert isinstance(shown, Plot)
        assert [(row["alias"], row["version"], row["ended_at"] is None) for row in shown.rows] == [
            ("Champion", 1, False),
            ("Champion", 2, True),
        ]
        said = shown.text(100)
        assert "│1─" in said
        assert said.splitlines()[-2].split()[:2] == ["@Champion", "2"]
        assert "fewer false alarms" in said
        picture = drawn(shown.timeline)
        titles = [title.text or "" for title in picture.iter(f"{SVG}title")]
        assert titles[0] == f"Timeline of {FRAUD}"
        assert any(
            title.startswith("@Champion → version 2\nsince 20") and title.endswith("\nby ana: fewer false alarms")
            for title in titles
        )
        assert "version 1 registered" in " ".join(titles)

    def test_json_and_a_pipe_get_the_spans(self, do: Do, stocked: Registry) -> None:
        do(f"alias {FRAUD}@Champion 2")
        told = do(f"history {FRAUD}@Champion --plot --json")
        assert isinstance(told, Plain)
        first, second = json.loads(told.content)
        assert (first["version"], first["ended_at"], second["ended_at"]) == (1, second["began_at"], None)
        assert second["began_at"].endswith("Z")
        head, *lines = do(f"history {FRAUD} --plot").piped().splitlines()
        assert head.split("\t")[:4] == ["alias", "version", "began_at", "ended_at"]
        assert len(lines) == 2

    def test_a_time_narrows_it_down(self, do: Do, stocked: Registry) -> None:
        assert do(f"history {FRAUD} --plot --until yesterday").rows == []
        nothing = repr(do(f"history {FRAUD} --plot --since -2d --until -1d"))
        assert nothing == f"no alias of {FRAUD} pointed at a version in this time"
        assert len(do(f"history {FRAUD} --plot --since -1d").rows) == 1

    def test_what_it_cannot_draw(self, do: Do, stocked: Registry) -> None:
        with pytest.raises(InvalidInput, match="draws the timeline of one model"):
            do("history --plot")
        with pytest.raises(InvalidInput, match="prod is no model"):
            do("history prod --plot")
        with pytest.raises(InvalidInput, match="--actor and --action narrow down a list"):
            do(f"history {FRAUD} --plot --actor ana")

    def test_the_list_below_is_cut_and_says_so(self, do: Do, stocked: Registry) -> None:
        for number in (2, 1, 2):
            do(f"alias {FRAUD}@Champion {number}")
        assert repr(do(f"history {FRAUD} --plot -n 2")).splitlines()[-1] == "the newest 2 of 4; -n 4 shows all"


class TestPicture:
    @pytest.mark.parametrize("count", [0, 1, 3, 30, 300])
    def test_nothing_overlaps_and_all_is_within(self, count: int) -> None:
        picture = drawn(moves(count))
        lanes: dict[str, list[ET.Element]] = {}
        for bar in picture.iter(f"{SVG}rect"):
            if "mreg-plot-bar" in bar.attrib["class"]:
                lanes.setdefault(bar.attrib["y"], []).append(bar)
        assert len(lanes) == (2 if count else 0)
        for found in lanes.values():
            edges = [(percent(bar, "x"), percent(bar, "x") + percent(bar, "width")) for bar in found]
            assert all(before[1] <= after[0] + 0.01 for before, after in pairwise(edges))
            assert edges[0][0] >= 0
            assert edges[-1][1] == pytest.approx(100)
            assert min(end - start for start, end in edges) > 0.5

    def test_a_short_bar_has_no_label_and_all_have_a_tooltip(self) -> None:
        groups = list(drawn(moves(300)).iter(f"{SVG}g"))
        wide = [group for group in groups if group.find(f"{SVG}text") is not None]
        assert 0 < len(wide) < len(groups) / 2
        assert all((group.find(f"{SVG}title") is not None) for group in groups)
        told = "".join(group.findtext(f"{SVG}title") or "" for group in groups)
        assert "moves in a short time" in told

    def test_it_is_an_image_with_a_name_and_words(self) -> None:
        picture = drawn(moves(3))
        assert picture.attrib["role"] == "img"
        assert picture[0].text == f"Timeline of {FRAUD}"
        assert "@Champion: version 1 2026-" in (picture.findtext(f"{SVG}desc") or "")
        many = drawn(moves(300)).findtext(f"{SVG}desc") or ""
        assert "@Champion: 288 earlier moves; version 289" in many

    def test_what_people_wrote_stays_text(self) -> None:
        hostile = '</title><script>alert(1)</script>"&\x1b\x00]]>'
        spans = [span("Champion", 1, START, None, reason=hostile)]
        shown = Plot(Timeline(model='a<b>&"', since=START, until=START + DAY, spans=spans, marks=[]))
        picture = drawn(shown.timeline)
        assert not list(picture.iter(f"{SVG}script"))
        assert "<script>alert(1)</script>" in "".join(picture.itertext())
        assert "\x1b" not in shown.text()

    def test_a_table_is_folded_below_it(self) -> None:
        picture, _, below = str(Plot(moves(3), 2).html()).partition("</svg></div>")
        assert '<div class="mreg-out-picture"><svg' in picture
        assert below.startswith(
            '<details><summary class="mreg-out-more">timeline of prod.ml_team.fraud, as a table</summary><table'
        )
        assert "the newest 2 of 6; -n 6 shows all" in below

    def test_a_version_that_is_gone_looks_different(self) -> None:
        gone = AliasSpan(
            alias="A", version=1, began_at=START, ended_at=START + DAY, actor="ana", event=1, gone="purged"
        )
        timeline = Timeline(model="m", since=START, until=START + 2 * DAY, spans=[gone], marks=[])
        picture = str(svg(timeline))
        assert "mreg-plot-gone" in picture.partition("</style>")[2]
        assert "version 1, which was purged" in picture
        assert "points nowhere" in picture
        assert "purged" in Plot(timeline).text()


class TestText:
    @pytest.mark.parametrize("width", [40, 80, 100])
    @pytest.mark.parametrize("count", [1, 30, 300])
    def test_lanes_are_as_wide_as_the_terminal(self, count: int, width: int) -> None:
        lanes = Plot(moves(count), 5).text(width).split("\n\n")[1].splitlines()
        assert max(map(len, lanes)) <= width
        assert lanes[0].startswith("@Champion  ")
        assert lanes[1].startswith("@Shadow    ")
        assert set(lanes[2].strip()) <= {"─", "┴"}

    def test_a_bar_begins_with_its_version(self) -> None:
        spans = [span("A", 3, START, START + 5 * DAY), span("A", 12, START + 5 * DAY, None)]
        timeline = Timeline(model="m", since=START, until=START + 10 * DAY, spans=spans, marks=[])
        lane = Plot(timeline).text(44).splitlines()[2]
        assert lane == "A".join(["@", f"  │3{'─' * 18}│12{'─' * 16}→"])

    def test_one_moment_is_enough(self) -> None:
        only = Timeline(model="m", since=START, until=START, spans=[span("A", 1, START, None)], marks=[])
        assert "@A" in Plot(only).text()
        assert drawn(only) is not None


class TestPlaces:
    def test_what_lies_outside_is_at_the_ends(self) -> None:
        scale = Scale(START, START + DAY, 100)
        assert [scale.place(START + at) for at in (-DAY, DAY // 2, 5 * DAY)] == [0, 50, 100]
        [bar] = bars([span("A", 1, START - DAY, None)], scale, 1)
        assert (bar.start, bar.end) == (0, 100)

    def test_short_spans_share_a_bar_and_a_long_one_goes_on_behind_it(self) -> None:
        scale = Scale(START, START + 100 * DAY, 100)
        at = [START + 10 * DAY, START + 10 * DAY + HOUR, START + 10 * DAY + 2 * HOUR]
        found = bars([span("A", 1, at[0], at[1]), span("A", 2, at[1], at[2]), span("A", 3, at[2], None)], scale, 1)
        assert [(bar.start, bar.end, len(bar.spans)) for bar in found] == [(10, 11, 2), (11, 100, 1)]

    def test_at_the_very_end_there_is_room_for_one(self) -> None:
        scale = Scale(START, START + 100 * DAY, 100)
        end = scale.until - 3 * HOUR
        spans = [
            span("A", 1, START, end),
            *(span("A", at, end + at * MINUTE, end + (at + 1) * MINUTE) for at in (2, 3)),
        ]
        assert [(bar.start, bar.end) for bar in bars(spans, scale, 1)][-1][1] <= 100
        assert sum(len(bar.spans) for bar in bars(spans, scale, 1)) == 3

    def test_what_was_done_a_moment_ago_has_a_bar_of_its_own(self) -> None:
        scale = Scale(START, START + 100 * DAY, 100)
        now = scale.until - 1
        found = bars([span("A", 1, START, now), span("A", 2, now, None)], scale, 1)
        assert [(round(bar.start), round(bar.end), len(bar.spans)) for bar in found] == [(0, 99, 1), (99, 100, 1)]

    @pytest.mark.parametrize(("length", "least", "whole"), [(560, 3, False), (89, 1, True)])
    def test_whatever_happened_bars_are_side_by_side_and_end_where_it_ended(
        self, length: float, least: float, whole: bool
    ) -> None:
        dice = random.Random(5)
        for seed in range(200):
            timeline = moves(dice.choice([1, 2, 3, 10, 50, 300]), dice.choice([1, 30, 365]), seed)
            scale = Scale(timeline.since, timeline.until, length, whole)
            for spans in lanes(timeline).values():
                found = bars(spans, scale, least)
                assert sum(len(bar.spans) for bar in found) == len(spans)
                assert all(before.end <= after.start + 1e-9 for before, after in pairwise(found))
                assert all(bar.end - bar.start >= least - 1e-9 for bar in found)
                assert found[0].start >= 0
                assert found[-1].end == pytest.approx(length)

    def test_ticks_share_a_place_and_labels_keep_their_distance(self) -> None:
        marks = moves(100).marks
        found = places(marks, Scale(START, START + 365 * DAY, 560), 3)
        assert all(after.at - before.at >= 3 for before, after in pairwise(found))
        assert sum(len(each.marks) for each in found) == 100
        wanted = [(each.at, "12345") for each in found]
        shown = [at for (at, _), label in zip(wanted, labelled(wanted, len, 560, 2), strict=True) if label.text]
        assert all(after - before >= 7 for before, after in pairwise(shown))


class TestAxis:
    @pytest.mark.parametrize(
        ("length", "labels"),
        [
            (4 * SECOND, ["2026-01-01 00:00:00", "00:00:01", "00:00:02", "00:00:03", "00:00:04"]),
            (50 * MINUTE, ["2026-01-01 00:00", "00:15", "00:30", "00:45"]),
            (30 * HOUR, ["2026-01-01 00:00", "12:00", "2026-01-02 00:00"]),
            (4 * DAY, [f"2026-01-0{day}" for day in range(1, 6)]),
            (30 * DAY, ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]),
            (365 * DAY, ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01"]),
            (40 * 365 * DAY, ["2030", "2040", "2050", "2060"]),
            (300, ["2026-01-01 00:00:00", "2026-01-01 00:00:00"]),
        ],
    )
    def test_it_names_round_moments(self, length: int, labels: list[str]) -> None:
        assert [tick.label for tick in ticks(START, START + length, 5)] == labels

    def test_it_shows_what_the_clocks_of_the_reader_show(self, berlin: None) -> None:
        midnight = START - HOUR
        assert ticks(midnight, midnight + 30 * HOUR, 5)[0].label == "2026-01-01 00:00"
        found = ticks(midnight + 86 * DAY, midnight + 90 * DAY - HOUR, 5)  # the clocks are put forward on the 29th
        assert [tick.label for tick in found] == [f"2026-03-{day}" for day in (28, 29, 30, 31)] + ["2026-04-01"]
        assert [later.time - tick.time for tick, later in pairwise(found)] == [DAY, DAY - HOUR, DAY, DAY]

    def test_there_are_never_too_many_nor_none(self) -> None:
        dice = random.Random(3)
        for _ in range(500):
            since = dice.randrange(4_000_000_000_000)
            until = since + int(10 ** (dice.random() * 13))
            found = ticks(since, until, 5)
            assert 1 <= len(found) <= 5
            assert all(since <= tick.time <= until for tick in found)
