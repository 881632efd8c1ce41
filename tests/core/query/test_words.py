"""Plain words in place of a filter: what is found, and what comes first."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.words import plain_words
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE


@pytest.fixture
def shelf(registry: Registry) -> Registry:
    registry.models.create("a_last", description="of no use", tags={"what": "Churn risk"})
    registry.models.create("b_described", description="Risk of churn, by month")
    registry.models.create("monthly churn risk")
    registry.models.create("churn risk model")
    registry.models.create("churn risk")
    registry.models.create("churn")
    registry.models.create("risk", tags={"owner of churn": ""})
    registry.models.create("prod.ml.churn")
    registry.versions.register(SOURCE, "forecast", description="the first", tags={"note": 'say "hi"\\now'})
    return registry


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "churn risk",
            ["churn risk", "churn risk model", "monthly churn risk", "b_described", "a_last", "risk"],
        ),
        ("RISK  churn", ["churn risk", "churn risk model", "monthly churn risk", "b_described", "a_last", "risk"]),
        (
            "churn",
            [
                *("churn", "prod.ml.churn"),
                *("churn risk", "churn risk model"),
                "monthly churn risk",
                "b_described",
                *("a_last", "risk"),
            ],
        ),
        ("prod.ml.churn", ["prod.ml.churn"]),
        ("ml", ["prod.ml.churn"]),
        ("%", ["churn risk", "churn risk model"]),
        ("month by", ["b_described"]),
        ("nothing", []),
    ],
)
def test_the_best_comes_first(shelf: Registry, words: str, found: list[str]) -> None:
    if words == "%":  # nothing in it to look for, so that it is read as a filter
        with pytest.raises(InvalidInput):
            shelf.models.find(words)
        return
    assert [each.name for each in shelf.models.find(words)] == found
    pages: list[str] = []
    token = None
    while len(pages) < len(found):
        page = shelf.models.find(words, limit=2, page_token=token)
        pages += [each.name for each in page]
        token = page.token
    assert (pages, token) == (found, None)
    assert [each.name for each in shelf.models.find(words, order_by="name desc")] == sorted(found, reverse=True)


def test_versions_have_words_of_their_own(shelf: Registry) -> None:
    for words in ("first", "say", "\\now", "forecast first note"):
        assert [each.reference for each in shelf.versions.find(words)] == ["forecast/1"]
    assert shelf.versions.find("last") == []
    assert [each.name for each in shelf.models.find("first")] == []


def test_words_stand_in_filters_as_text(shelf: Registry) -> None:
    found = shelf.models.find("text contains 'churn' and not text contains 'risk'")
    assert [each.name for each in found] == ["churn", "prod.ml.churn"]
    assert [each.name for each in shelf.models.find("text contains '\"hi\"' or version_tags.note like 'say%'")] == [
        "forecast"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("churn risk", ["churn", "risk"]),
        ("risk in production, and more", ["risk", "in", "production,", "and", "more"]),
        ("name", ["name"]),
        ("name = 'a'", []),
        ("churn AND risk", []),
        ("metrics.auc", []),
        ("name like a", []),
        ("alias is null", []),
        ("(churn)", []),
        ("--", []),
        ("", []),
    ],
)
def test_what_are_words_and_what_is_a_filter(text: str, words: list[str]) -> None:
    assert list(plain_words(text)) == words
