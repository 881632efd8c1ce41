"""Tables and cards as text: what fits a terminal, what a pipe gets, and what has colours."""

from __future__ import annotations

import pytest
import wcwidth

from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Card, Table
from jupyter_modelreg.commands.results.text import fitted
from jupyter_modelreg.core.entities.values import JsonValue

NOW = 1_795_258_384_000  # 2026-11-21T10:53:04Z
HOUR = 3_600_000
LONG = "prod.risk.a_model_with_a_very_long_name_that_nobody_types_by_hand_but_that_pipelines_have"
TAGS: dict[str, JsonValue] = {"task": "classification", "data": "card-payments", "owner_team": "risk-analytics"}
ALIASES: dict[str, JsonValue] = {"Champion": 1, "Challenger": 2, "Canary": 3, "Shadow": 4}


def model(name: str, **changes: JsonValue) -> Row:
    return {
        "name": name,
        "latest_version": 3,
        "aliases": ALIASES,
        "tags": TAGS,
        "updated_at": NOW - HOUR,
        "owner": "ana",
        "description": ("Scores card payments. " * 60).rstrip(),
        **changes,
    }


def lines(*names: str, width: int | None) -> list[str]:
    return Table(views.MODEL_COLUMNS, [model(name) for name in names]).text(width, NOW).splitlines()


NAMES = ("prod.risk.fraud", "prod.risk.chargeback", "prod.marketing.next_best_offer")


@pytest.mark.parametrize("width", [200, 120, 100, 80, 60, 40, 30])
def test_each_row_is_one_line_that_fits_and_begins_with_the_whole_name(width: int) -> None:
    shown = lines(*NAMES, width=width)
    assert len(shown) == 2 + len(NAMES)
    assert max(map(len, shown)) <= width
    assert [line.split("  ")[0] for line in shown[2:]] == list(NAMES)


def test_columns_go_from_the_right_as_room_gets_less() -> None:
    titles = [lines(*NAMES, width=width)[0].split() for width in (160, 130, 110, 80, 60, 40, 30)]
    # None of them was ever loaded, or is deprecated, and a column of nothing is left out.
    nothing = ("last_used_at", "deprecated", "in_favour_of")
    everything = [column.title for column in views.MODEL_COLUMNS if column.key not in nothing]
    assert titles[0] == everything
    assert all(shown == everything[: len(shown)] for shown in titles)
    assert sorted(map(len, titles), reverse=True) == list(map(len, titles))
    assert titles[3] == ["model", "latest", "aliases", "tags"]
    assert titles[-1] == ["model"]


def test_a_very_long_name_stays_whole_and_costs_the_others_no_column() -> None:
    shown = lines(*NAMES, LONG, width=80)
    assert shown[0].split() == ["model", "latest", "aliases", "tags"]
    assert shown[-1] == LONG
    assert max(map(len, shown[:-1])) <= 80
    beyond = f"prod.risk.{'x' * 45}"
    assert lines(*NAMES, beyond, width=80)[-1] == f"{beyond}  3  @Champion v1 +3"


def test_where_most_names_are_long_the_first_column_is_as_wide() -> None:
    names = [f"prod.anti_money_laundering.transaction_monitoring_of_cards_{number}" for number in range(3)]
    shown = lines(*names, width=80)
    assert shown[0].split() == ["model", "latest"]
    assert [line.split() for line in shown[2:]] == [[name, "3"] for name in names]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, "validation_status=passed, task=classification"),
        (44, "validation_status=passed +1"),
        (32, "validation_sta…=passed +1"),
        (24, "valida…=passed +1"),
    ],
)
def test_of_tags_as_many_as_fit_are_shown_and_keys_give_way_before_values(width: int, shown: str) -> None:
    row: Row = {"name": "fraud", "tags": {"validation_status": "passed", "task": "classification"}}
    columns = (Column("name", "model", "name"), Column("tags", "tags", "tags"))
    assert Table(columns, [row]).text(width).splitlines()[-1].split("  ", 1)[1].strip() == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (16, "@Champion v12 +3"),
        (14, "@Champ… v12 +3"),
        (30, "@Champion v12 +3"),
        (33, "@Champion v12, @Challenger v2 +2"),
    ],
)
def test_an_alias_that_is_cut_keeps_its_version(width: int, shown: str) -> None:
    column = Column("aliases", "aliases", "aliases")
    assert fitted(column, {**ALIASES, "Champion": 12}, width) == shown


def test_a_table_at_80_columns_says_which_version_is_live() -> None:
    rows = [model(name, aliases={**ALIASES, "Champion": 12}) for name in NAMES]
    shown = Table(views.MODEL_COLUMNS, rows).text(80, NOW).splitlines()
    assert all("@Champion v12 +3" in line for line in shown[2:])


def test_a_number_stays_with_what_it_counts() -> None:
    column = Column("contents", "contents")
    said = "3 catalogs, 8 schemas, 61 governed models, 258 versions"
    for width in range(40, 60):
        folded = Card("a", "b", (column,), {"contents": said}).text(width, NOW).splitlines()[1:]
        assert " ".join(line.removeprefix("contents").strip() for line in folded) == said
        assert not [line for line in folded if line[-1].isdigit()]


def test_of_aliases_three_are_shown_and_the_first_is_whole() -> None:
    columns = (Column("name", "model", "name"), Column("aliases", "aliases", "aliases"))
    row: Row = {"name": "fraud", "aliases": ALIASES}
    wide, narrow = (Table(columns, [row]).text(width).splitlines()[-1] for width in (100, 30))
    assert wide == "fraud  @Champion v1, @Challenger v2, @Canary v3 +1"
    assert narrow == "fraud  @Champion v1 +3"


def test_a_pipe_gets_all_of_all_columns_between_tabs() -> None:
    rows = [model("prod.risk.fraud"), model("iris", aliases={}, tags={}, latest_version=None, description="a\n\tb")]
    head, first, second = Table(views.MODEL_COLUMNS, rows, more="2 of 9 models").piped().split("\n")
    assert head.split("\t") == [column.key for column in views.MODEL_COLUMNS]
    assert first.split("\t") == [
        "prod.risk.fraud",
        "3",
        "@Champion v1, @Challenger v2, @Canary v3, @Shadow v4",
        "",
        "",
        "task=classification, data=card-payments, owner_team=risk-analytics",
        "2026-11-21T09:53:04Z",
        "",
        "ana",
        ("Scores card payments. " * 60).rstrip(),
    ]
    assert second.split("\t") == ["iris", "", "", "", "", "", "2026-11-21T09:53:04Z", "", "ana", "a b"]


def test_numbers_in_a_pipe_have_all_their_digits() -> None:
    columns = (Column("size", "size", "size"), Column("metric", "metric", "number"))
    assert (
        Table(columns, [{"size": 13_400, "metric": 0.8759720937210873}]).piped().endswith("13400\t0.8759720937210873")
    )


def test_an_empty_table_in_a_pipe_is_its_head() -> None:
    assert Table((Column("name", "model", "name"),), [], nothing="no models").piped() == "name"


def test_colours_are_for_headings_aliases_and_what_has_failed_and_change_no_width() -> None:
    columns = (
        Column("name", "model", "name"),
        Column("aliases", "aliases", "aliases"),
        Column("status", "status", "status"),
        Column("tags", "tags", "tags"),
        Column("by", "by", "word"),
    )
    rows: list[Row] = [
        {"name": "a", "aliases": ["Champion"], "status": "FAILED_REGISTRATION", "tags": {"v": "failed"}, "by": "ana"},
        {"name": "b", "status": "PENDING_REGISTRATION", "tags": {"v": "failed_once"}, "by": "ben"},
    ]
    shown = Table(columns, rows).text(80, colours=True)
    assert "\x1b[1mmodel\x1b[0m" in shown
    assert "\x1b[36m@Champion\x1b[0m" in shown
    assert "\x1b[31mfailed\x1b[0m   v=\x1b[31mfailed\x1b[0m" in shown
    assert "\x1b[33mpending\x1b[0m" in shown
    assert "v=failed_once" in shown
    plain = Table(columns, rows).text(80)
    assert "\x1b" not in plain
    for escape in ("\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[36m"):
        shown = shown.replace(escape, "")
    assert shown == plain
    card = Card("fraud", "governed model", columns, rows[0])
    assert "\x1b[2maliases\x1b[0m  \x1b[36m@Champion\x1b[0m" in card.text(colours=True)
    assert "\x1b" not in card.text()


def test_wide_characters_keep_columns_in_line() -> None:
    columns = (Column("name", "model", "name"), Column("owner", "owner", "word"))
    names = ["模型模型", "fraud", "🦊👩\u200d🔬", "ünï"]
    shown = Table(columns, [{"name": name, "owner": "ana"} for name in names]).text().splitlines()
    assert {wcwidth.wcswidth(line[: line.index("ana")]) for line in shown[2:]} == {10}
    assert wcwidth.wcswidth(shown[1]) == 15


def test_what_is_cut_fits_whatever_its_width() -> None:
    columns = (Column("version", "version", "number"), Column("description", "description"))
    for text in ("模" * 80, "🦊" * 80, "e\u0301" * 160, "a" * 160):
        for width in (30, 31):
            rows: list[Row] = [{"version": 1, "description": text}]
            assert wcwidth.wcswidth(Table(columns, rows).text(width).splitlines()[2]) <= width
