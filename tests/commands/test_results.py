"""Results as text and HTML, and their use from Python."""

from __future__ import annotations

import json

import pytest

from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import fields_text
from jupyter_modelreg.commands.results.results import Card, Loaded, Note, Plain, Table
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.rules.signature import signature_part
from tests.support.cards import card_of_version

NOW = 1_795_258_384_000  # 2026-11-21T10:53:04Z
HOUR, DAY = 3_600_000, 86_400_000
COLUMNS = (
    Column("name", "model", "name"),
    Column("aliases", "aliases", "aliases"),
    Column("tags", "tags", "tags"),
    Column("created_at", "created", "time"),
    Column("size", "size", "size"),
    Column("status", "status", "status", usual="READY"),
    Column("nothing", "nothing"),
)
ROWS: tuple[Row, ...] = (
    {
        "name": "prod.ml_team.fraud",
        "aliases": ["Champion", "Old"],
        "tags": {"task": "x", "k": "v"},
        "created_at": NOW - 2 * HOUR,
        "size": 13_400,
        "status": "READY",
        "nothing": None,
    },
    {"name": "iris", "created_at": NOW - DAY, "size": 1, "status": "READY"},
)


def table(**changes: object) -> Table:
    return Table(**{"columns": COLUMNS, "data": ROWS, **changes})  # type: ignore[arg-type]


def version(**changes: object) -> Version:
    return Version(
        **{  # type: ignore[arg-type]
            "id": 1,
            "model_id": 1,
            "name": "prod.ml_team.fraud",
            "version": 3,
            "created_at": NOW,
            "created_by": "ana",
            "updated_at": NOW,
            "updated_by": "ana",
            **changes,
        }
    )


def test_a_table_is_aligned_and_leaves_empty_and_usual_columns_out() -> None:
    assert table().text(now=NOW).splitlines() == [
        "model               aliases         tags         created       size",
        "─" * 67,
        "prod.ml_team.fraud  @Champion @Old  task=x, k=v  2 h ago    13.4 kB",
        "iris                                             1 day ago      1 B",
    ]


def test_what_a_notebook_keeps_has_dates_that_stay_true() -> None:
    card = Card("fraud", "model", COLUMNS, ROWS[0], below=table())
    for kept in (repr(table()), table()._repr_html_(), repr(card), card._repr_html_()):
        assert "2026-11-21 08:53 UTC" in kept
        assert "ago" not in kept


def test_a_cut_list_says_how_to_see_more_in_text_and_in_html() -> None:
    cut = table(more="2 of 9 models; -n 9 shows all")
    assert repr(cut).endswith("\n2 of 9 models; -n 9 shows all")
    assert "2 of 9 models; -n 9 shows all" in cut._repr_html_()


def test_an_empty_table_is_a_sentence() -> None:
    empty = table(data=[], nothing="nothing here yet")
    assert repr(empty) == "nothing here yet"
    assert "nothing here yet" in empty._repr_html_()
    assert "<table" not in empty._repr_html_()
    assert empty.rows == []
    assert len(empty.to_df()) == 0


def test_html_escapes_whatever_the_registry_holds() -> None:
    evil = "<script>alert('x')</script>\"&"
    row: Row = {
        "name": f"prod.{evil}.m",
        "aliases": [evil],
        "tags": {evil: evil},
        "created_at": NOW,
        "text": evil,
        "code": evil,
        "lines": evil,
        "status": evil,
        "stage": evil,
    }
    columns = (*COLUMNS, *(Column(kind, evil, kind) for kind in ("text", "code", "lines", "stage")))
    for result in (
        Table(columns, [row], more=evil),
        Table(columns, [], nothing=evil),
        Card(evil, evil, columns, row, status=evil, below=Table(columns, [row])),
        Card("m", "k", (Column("aliases", "a", "aliases"),), {"aliases": {evil: 1}}),
        Note([evil], []),
        Plain(evil),
    ):
        page = result._repr_html_()
        assert "<script>" not in page
        assert "alert(&#39;x&#39;)" in page
        assert f'"{evil}' not in page


def test_times_are_shown_where_the_reader_is(berlin: None) -> None:
    page = table()._repr_html_()
    assert '<time datetime="2026-11-21T08:53:04Z" title="2026-11-21 08:53 UTC">2026-11-21 09:53 CET</time>' in page
    assert "2026-11-21 09:53 CET" in repr(table())
    assert "2026-11-21T08:53:04Z" in table().piped()
    card = Card("fraud", "model", COLUMNS, ROWS[0], below=table())
    assert repr(card).count("2026-11-21 09:53 CET") == card.piped().count("2026-11-21 08:53 UTC") == 2
    assert "2026-11-21T08:53:04.000Z" in table().to_json()


def test_html_shows_badges_chips_and_the_exact_time_on_hover() -> None:
    page = table()._repr_html_()
    assert '<span class="mreg-out-badge mreg-out-alias">@Champion</span>' in page
    assert '<time datetime="2026-11-21T08:53:04Z" title="2026-11-21 08:53 UTC">2026-11-21 08:53 UTC</time>' in page
    assert "<i>task</i><span>=x</span>" in page
    assert '<span class="mreg-out-dim">prod.ml_team.</span><b>fraud</b>' in page
    assert "var(--vscode-foreground,var(--jp-ui-font-color1,#212121))" in page


def test_many_tags_are_counted_in_a_table_and_all_shown_in_a_card() -> None:
    tags: JsonValue = {f"key{n}": "v" for n in range(9)}
    column = Column("tags", "tags", "tags")
    assert "+7" in Table((column,), [{"tags": tags}])._repr_html_()
    assert "<i>key8" not in Table((column,), [{"tags": tags}])._repr_html_()
    assert "key8" in Card("x", "y", (column,), {"tags": tags})._repr_html_()


def test_nothing_from_the_registry_steers_the_terminal() -> None:
    text = table(data=[{"name": "\x1b[31mred\x07\ttab\nline"}]).text(100)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert len(text.splitlines()) == 3


def test_results_are_usable_from_python() -> None:
    found = table()
    assert found.rows[0]["aliases"] == ["Champion", "Old"]
    frame = found.to_df()
    assert list(frame["name"]) == ["prod.ml_team.fraud", "iris"]
    assert frame["created_at"][0].isoformat() == "2026-11-21T08:53:04+00:00"
    assert json.loads(found.to_json())[1]["name"] == "iris"
    assert json.loads(Card("x", "y", COLUMNS, ROWS[0]).to_json())["size"] == 13_400
    rows = found.rows
    rows[0]["name"] = "changed"
    assert found.rows[0]["name"] == "prod.ml_team.fraud"


def test_a_card_folds_long_text_under_its_beginning() -> None:
    shown = Card("x", "model", (Column("text", "about", "lines"),), {"text": "word " * 30 + "\nsecond"}).text(60)
    lines = shown.splitlines()
    assert lines[0] == "x  (model)"
    assert lines[1].startswith("about  word")
    assert lines[2].startswith("       word")
    assert lines[-1] == "       second"
    assert max(map(len, lines)) <= 60


def test_a_loaded_model_is_handed_over_unless_it_has_a_name() -> None:
    model = object()
    assert Loaded(["m loads"], [], model=model).value is model
    named = Loaded(["model = m"], [], model=model, named=True)
    assert named.value is named


def _said(inputs: JsonValue) -> str | None:
    fields = signature_part({"inputs": inputs}, "inputs")
    return None if fields is None else fields_text(fields)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            '[{"type":"double","name":"amount","required":true},{"type":"long","name":"hour","required":false}]',
            "amount: double, hour?: long",
        ),
        ('[{"type":"tensor","tensor-spec":{"dtype":"float64","shape":[-1,4]}}]', "float64[-1, 4]"),
        ([{"type": "string"}], "string"),
        ("not json", "not json"),
        ('{"odd": 1}', '{"odd":1}'),
        (None, None),
        ("[]", None),
    ],
)
def test_signatures_read_as_a_line(inputs: JsonValue, said: str | None) -> None:
    assert _said(inputs) == said
    assert signature_part(None, "inputs") is None


def test_a_version_that_failed_shows_why() -> None:
    card = card_of_version(version(status="FAILED_REGISTRATION", status_message="disk full"))
    assert "(version, failed)" in repr(card)
    assert "disk full" in repr(card)
    assert "mreg-out-failed" in card._repr_html_()
    shown = views.version_table([version(status="PENDING_REGISTRATION"), version()], "")
    assert "pending" in repr(shown)
    assert "status" not in repr(views.version_table([version()], ""))


def test_metrics_keep_their_precision_in_rows_and_read_short() -> None:
    card = card_of_version(version(metrics=(Metric(key="auc", value=0.9412345678, timestamp=0),)))
    assert card.rows[0]["metrics"] == {"auc": 0.9412345678}
    assert "auc=0.94123" in repr(card)


IMPLAUSIBLE = [1_763_722_384_000_000, -62_135_596_800_000, -1, 253_402_300_800_000, 10**30]


@pytest.mark.parametrize("time", IMPLAUSIBLE)
def test_a_time_that_cannot_be_one_is_shown_as_it_is_and_breaks_nothing(time: int) -> None:
    said = f"{time} (implausible)"
    columns = (Column("name", "model", "name"), Column("created_at", "created", "time"))
    rows: list[Row] = [{"name": "fraud", "created_at": time}, {"name": "iris", "created_at": NOW - HOUR}]
    table, card = Table(columns, rows), Card("fraud", "model", columns, rows[0])
    for shown in (table.text(), table.text(now=NOW), table.html(), card.text(), card.text(now=NOW), card.html()):
        assert said in shown
    assert "1 h ago" in table.text(now=NOW)
    assert json.loads(table.to_json())[0]["created_at"] == time


def test_a_frame_keeps_such_a_time_beside_the_column() -> None:
    rows: list[Row] = [{"created_at": NOW}, {"created_at": IMPLAUSIBLE[0]}, {"created_at": None}]
    frame = Table((Column("created_at", "created", "time"),), rows).to_df()
    assert frame["created_at"].isna().tolist() == [False, True, True]
    assert str(frame["created_at"][0]) == "2026-11-21 10:53:04+00:00"
    assert frame["created_at_as_stored"][1] == IMPLAUSIBLE[0]
    assert "created_at_as_stored" not in Table((), rows[:1]).to_df()


def test_json_has_words_for_numbers_it_does_not_have() -> None:
    nan, infinity = float("nan"), float("inf")
    row: Row = {"name": "x", "metrics": {"loss": nan, "auc": 0.5, "low": -infinity}, "score": infinity}
    for text in (Table((), [row]).to_json(), Card("x", "model", (), row).to_json()):
        read = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
        [kept] = read if isinstance(read, list) else [read]
        assert kept == {
            "name": "x",
            "metrics": {"loss": None, "auc": 0.5, "low": None},
            "metrics_text": {"loss": "NaN", "low": "-Infinity"},
            "score": None,
            "score_text": "Infinity",
        }


def test_json_holds_nothing_that_steers_a_terminal() -> None:
    odd = "\x1b[31m \x7f \x85 \u202e \u200b \ufeff \U000e0001 \ud800 é 模型 🦊"
    text = Table((), [{"name": odd}]).to_json()
    assert json.loads(text) == [{"name": odd}]
    assert text.replace("\n", "").isprintable()
    assert "é 模型 🦊" in text
