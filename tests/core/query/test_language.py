"""The language of filters: what it means, where it says that it cannot be read, and that its page says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.fields import FIELDS, MAX_VALUES, check_search
from jupyter_modelreg.core.query.finding import sought
from jupyter_modelreg.core.query.language import GRAMMAR, MAX_DEPTH, parse_filter, parse_order
from jupyter_modelreg.core.query.search import All, AnyOf, Condition, Filter, Order

NOW = 1_790_000_000_000  # 2026-09-21 14:13:20 UTC
DAY = 86_400_000
PAGE = (Path(__file__).parents[3] / "docs" / "finding.md").read_text()
MARCH = 1_772_323_200_000  # 2026-03-01


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("name = 'a'", Condition("name", "=", "a")),
        ('NAME == "it\'s"', Condition("name", "=", "it's")),
        ("name <> 'it''s'", Condition("name", "!=", "it's")),
        ("not not name = 'a'", Condition("name", "=", "a")),
        ("not name like 'a%'", Condition("name", "NOT LIKE", "a%")),
        ("name NOT ilike 'a%'", Condition("name", "NOT ILIKE", "a%")),
        ("not name not contains 'a'", Condition("name", "CONTAINS", "a")),
        ("version_number>=-3", Condition("version", ">=", -3)),
        ("version = '3'", Condition("version", "=", 3)),
        ("tag.`a b` = 'x'", Condition("tags.a b", "=", "x")),
        ('tags."a.b" = 5', Condition("tags.a.b", "=", 5.0)),
        ("metrics.val-loss/mean < 1e-3", Condition("metrics.val-loss/mean", "<", 0.001)),
        ("metric.auc = '.5'", Condition("metrics.auc", "=", 0.5)),
        ("tags.in IS null", Condition("tags.in", "IS NULL")),
        ("not tags.is is not null", Condition("tags.is", "IS NULL")),
        ("pinned = TRUE", Condition("pinned", "=", True)),
        ("stage = 'production'", Condition("stage", "=", "Production")),
        ("stage like 'production'", Condition("stage", "LIKE", "production")),
        ("tags.a not in ('x')", Condition("tags.a", "NOT IN", ("x",))),
        (
            "tags.a in ('x', 5, 'y')",
            AnyOf((Condition("tags.a", "IN", ("x", "y")), Condition("tags.a", "IN", (5.0,)))),
        ),
        ("not version between 1 and 3", AnyOf((Condition("version", "<", 1), Condition("version", ">", 3)))),
        ("created > 1000", Condition("created_at", ">", 1000)),
        ("created > now() - 7d", Condition("created_at", ">", NOW - 7 * DAY)),
        ("created > -7d", Condition("created_at", ">", NOW - 7 * DAY)),
        ("created >= NOW( )", Condition("created_at", ">=", NOW)),
        ("creation_timestamp < '7d ago'", Condition("created_at", "<", NOW - 7 * DAY)),
        ("updated >= 2026-03-01", Condition("updated_at", ">=", MARCH)),
        ("updated > 2026-03-01", Condition("updated_at", ">", MARCH + DAY - 1)),
        ("updated <= '2026-03-01'", Condition("updated_at", "<=", MARCH + DAY - 1)),
        ("updated = 2026-03-01T01:00Z", Condition("updated_at", "=", MARCH + 3_600_000)),
        (
            "last_used = '2026-03'",
            All((Condition("last_used_at", ">=", MARCH), Condition("last_used_at", "<=", MARCH + 31 * DAY - 1))),
        ),
        (
            "created != 2026-03-01",
            AnyOf((Condition("created_at", "<", MARCH), Condition("created_at", ">", MARCH + DAY - 1))),
        ),
        (
            "name = 'a' or name = 'b' and (name = 'c' and name = 'd')",
            AnyOf((Condition("name", "=", "a"), All(tuple(Condition("name", "=", each) for each in "bcd")))),
        ),
        (
            "not (name = 'a' or not (owner = 'b' and alias = 'c'))",
            All((Condition("name", "!=", "a"), Condition("owner", "=", "b"), Condition("alias", "=", "c"))),
        ),
    ],
)
def test_what_a_filter_means(text: str, meant: Filter) -> None:
    assert parse_filter(text, NOW) == meant
    check_search("version", [meant], [])


@pytest.mark.parametrize(
    ("text", "message", "at", "hint"),
    [
        ("metrics.auc > 0.9 and", "a comparison is missing behind and", 21, "write it like"),
        ("metrics.auc >", "a value is missing at the end", 13, "text in quotes"),
        ("metrics.auc", "an operator is missing behind metrics.auc", 11, "use one of ="),
        ("metrics.auc > 'x", "the ' here is never closed", 14, "same quote"),
        ('name = "x', 'the " here is never closed', 7, "same quote"),
        ("tags.`a = 'x'", "the ` here is never closed", 5, "same quote"),
        ("version > 'x'", "version is a whole number, and 'x' is text", 10, "as 3"),
        ("version > 1.5", "version is a whole number, and 1.5 is none", 10, "as 3"),
        ("metrics.auc > 'high'", "metrics is a number, and 'high' is text", 14, "as 0.9"),
        ("metrics.auc > 2026-03-01", "metrics is a number, and 2026-03-01 is a time", 14, "as 0.9"),
        ("name = 5", "name is text, and 5 is a number", 7, "put it in quotes: '5'"),
        ("tags.a = true", "tags is compared with text or a number, and true is true or false", 9, "in quotes"),
        ("pinned = 'yes'", "pinned is true or false, and 'yes' is text", 9, "true or false"),
        ("created > 'soon'", "created is a time, and 'soon' is no time", 10, "2026-03-01 14:00"),
        ("nme = 'x'", "there is no field nme", 0, "did you mean name?"),
        ("name = 'x' or qqq = 'y'", "there is no field qqq", 14, "use one of name, created"),
        ("tags = 'x'", "tags are many", 0, "name one: tags.NAME"),
        ("name.x = 'a'", "there is nothing behind the dot of name", 0, "write name"),
        ("name = Champion", "Champion is no value", 7, "write text in quotes: 'Champion'"),
        ("(name = 'x'", "the ( here is never closed", 0, "put a )"),
        ("name = '(' and (name = 'x'", "the ( here is never closed", 15, "put a )"),
        ("name = 'x')", "there is no ( for this )", 10, "take it away"),
        ("name = 'x' version = 3", "AND or OR is expected here", 11, "write it like"),
        ("name LKIE 'x'", "there is no operator LKIE", 5, "use LIKE"),
        ("name ~ 'x'", "there is no operator ~", 5, "use one of ="),
        ("name =~ 'x'", "a value is expected here", 6, "text in quotes"),
        ("name in 'x'", "IN takes a list in parentheses", 8, "version IN (1, 3)"),
        ("name in ('x' 'y')", "a comma or a closing parenthesis is expected here", 13, "('a', 'b')"),
        ("name in ()", "a value is expected here", 9, "text in quotes"),
        ("name is 3", "NULL or NOT NULL is expected behind IS", 8, "IS NULL"),
        ("name not 3", "LIKE, ILIKE, CONTAINS, IN or BETWEEN is expected behind NOT", 9, "NOT LIKE"),
        ("version between 1", "BETWEEN takes two values with AND between", 17, "BETWEEN 0.8"),
        ("and name = 'x'", "a comparison is missing before and", 3, "write it like"),
        ("= 'x'", "a field is expected here", 0, "write it like"),
        ("()", "a comparison is missing before this )", 1, "write it like"),
        ("pinned like 'x'", "pinned is true or false, so LIKE does not fit", 0, "true or false"),
        ("tags.a like 5", "LIKE takes text, and 5 is a number", 12, "put it in quotes"),
        ("text = 'a'", "text is asked whether it CONTAINS a letter or a digit", 0, "write it like"),
        ("text contains ', '", "text is asked whether it CONTAINS a letter or a digit", 0, "write it like"),
        ("text is null", "text is asked whether it CONTAINS a letter or a digit", 0, "write it like"),
        ("rank.a = 3", "there is no field rank", 0, "use one of"),
        ("alias > 'a'", "alias may be several, so > does not fit", 0, "use =, !="),
    ],
)
def test_an_error_points_at_the_place(text: str, message: str, at: int, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_filter(text, NOW)
    assert caught.value.message == f"{message} (column {at + 1})"
    shown, marked = (caught.value.hint or "").split("\n")
    assert shown == text
    assert marked.index("^") == at
    assert hint in marked


def test_a_long_filter_is_shown_around_the_place() -> None:
    text = f"name = '{'x' * 200}' and nme = 'y' and name = '{'z' * 200}'"
    with pytest.raises(InvalidInput, match="no field nme") as caught:
        parse_filter(text, NOW)
    shown, marked = (caught.value.hint or "").split("\n")
    assert shown.startswith("…x")
    assert shown.endswith("z…")
    assert shown[marked.index("^") :].startswith("nme = ")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_no_filter(text: str) -> None:
    with pytest.raises(InvalidInput, match="nothing to search for"):
        parse_filter(text, NOW)
    assert sought(text, text, NOW).conditions == ()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", []),
        ("name", [Order("name")]),
        ("Updated DESC,metrics.auc asc", [Order("updated_at", True), Order("metrics.auc")]),
        ("params.`my depth` descending", [Order("params.my depth", True)]),
    ],
)
def test_what_an_order_means(text: str, order: list[Order]) -> None:
    assert list(parse_order(text)) == order


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,", "a field to sort by is expected here (column 6)"),
        ("name up", "asc, desc, or a comma and a field are expected here (column 6)"),
        ("name, name desc", "name is sorted by twice (column 7)"),
        ("colour", "there is no field colour (column 1)"),
        ("metrics", "metrics are many (column 1)"),
    ],
)
def test_an_order_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_order(text)
    assert caught.value.message == message


def test_nothing_gets_deeper_with_the_text() -> None:
    one = Condition("version", "=", 3)
    assert parse_filter(f"{'(' * 9000}version = 3{')' * 9000}", NOW) == one
    assert parse_filter(f"{'not ' * 9001}version = 3", NOW) == Condition("version", "!=", 3)
    many = parse_filter(" or ".join(["version = 3"] * 10_000), NOW)
    assert many == AnyOf((one,) * 10_000)
    with pytest.raises(InvalidInput, match=f"at most {MAX_VALUES:,} values"):
        check_search("version", [many], [])
    deep = "".join(f"(version = 1 {'and' if at % 2 else 'or'} " for at in range(1000))
    with pytest.raises(InvalidInput, match=f"at most {MAX_DEPTH} groups"):
        parse_filter(f"{deep}version = 2{')' * 1000}", NOW)


@pytest.mark.parametrize(
    ("filter", "order", "kind"),
    [
        ("name = 'a' and tags.k = 'b'", "updated", "model"),
        ("name = 'a' or not alias = 'b'", "", "version"),
        ("", "metrics.auc desc", "version"),
        ("", "", "model"),
        ("owner = 'a'", "owner", "model"),
    ],
)
def test_what_is_looked_for(filter: str, order: str, kind: str) -> None:
    assert sought(filter, order, NOW).kind == kind


def table() -> str:
    """The table of fields as the page has it."""
    types = {"mixed": "text or number", "whole": "whole number", "flag": "true, false"}
    lines = ["| field | what it is | type | of | sorts | also called |", "| --- | --- | --- | --- | --- | --- |"]
    for each in FIELDS:
        key = ".KEY" if each.keyed else ""
        others = sorted({each.name, *each.synonyms} - {each.called})
        cells = [
            f"`{each.called}{key}`",
            each.about,
            types.get(each.type, each.type),
            " and ".join(f"{kind}s" for kind in each.kinds),
            " and ".join(f"{kind}s" for kind in each.sorts) or "–",
            ", ".join(f"`{other}{key}`" for other in others) or "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_page_has_the_grammar_and_every_field() -> None:
    assert GRAMMAR.strip() in PAGE
    assert table() in PAGE


def test_the_list_of_fields_agrees_with_itself() -> None:
    words = [word for each in FIELDS for word in {each.name, each.called, *each.synonyms}]
    assert len(set(words)) == len(words)
    assert all(set(each.sorts) <= {"model", "version"} for each in FIELDS)
    assert json.dumps([each.missing for each in FIELDS])
