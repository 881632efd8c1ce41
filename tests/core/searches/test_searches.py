"""Searches that are saved under a name, for everybody."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, NotFound, PermissionDenied
from jupyter_modelreg.core.history.sentences import sentence_of, text_of
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def filled(registry: Registry) -> Registry:
    for name, tags in (("iris", {"team": "risk"}), ("digits", {"team": "vision"}), ("wine", {"team": "risk"})):
        registry.versions.register(SOURCE, name, check_source=False, tags=tags, aliases=["Champion"])
    return registry


def test_a_saved_search_finds_what_its_filter_finds(filled: Registry) -> None:
    saved = filled.searches.save("risky", " version_tags.team = 'risk' ", order_by="name desc")
    assert (saved.filter, saved.order_by, saved.kind, saved.author) == (
        "version_tags.team = 'risk'",
        "name desc",
        "version",
        "ana",
    )
    assert filled.searches.get("risky") == saved
    assert list(filled.searches.list()) == [saved]
    assert [each.name for each in filled.versions.find("@risky")] == ["wine", "iris"]
    assert [each.name for each in filled.models.find(" @risky ", order_by="name")] == ["iris", "wine"]


def test_the_kind_can_be_said(filled: Registry) -> None:
    assert filled.searches.save("all", "tags.team = 'risk'").kind == "model"
    assert filled.searches.save("each", "tags.team = 'risk'", kind="version").kind == "version"
    with pytest.raises(InvalidInput, match="models cannot be sorted by version"):
        filled.searches.save("no", "name = 'x'", order_by="version", kind="model")


def test_who_has_saved_it_replaces_and_deletes_it_and_so_does_who_manages_the_registry(
    filled: Registry, as_: As
) -> None:
    close(filled)
    ben, cleo = as_("ben"), as_("cleo")
    ben.searches.save("mine", "iris")
    last = filled.history.last()
    assert last is not None
    for call in (
        lambda: cleo.searches.save("mine", "wine", replace=True),
        lambda: cleo.searches.delete("mine"),
        lambda: cleo.history.undo(last.seq),
    ):
        with pytest.raises(PermissionDenied, match="cleo lacks MANAGE on registry"):
            call()
    with pytest.raises(AlreadyExists, match="there is a saved search mine by ben"):
        ben.searches.save("mine", "wine")
    assert ben.searches.save("mine", "wine", replace=True).filter == "wine"
    ben.history.undo()
    assert cleo.searches.get("mine").filter == "iris"  # everybody sees it
    filled.searches.delete("mine")
    assert list(ben.searches.list()) == []


def test_the_log_tells_of_it(filled: Registry) -> None:
    filled.searches.save("x", "iris")
    filled.searches.save("x", "wine", replace=True)
    filled.searches.delete("x")
    told = [text_of(sentence_of(each)) for each in filled.history.recent(limit=3)]
    assert told == ["deleted the search @x", "replaced the search @x", "saved the search @x"]


@pytest.mark.parametrize(
    ("name", "filter", "message"),
    [
        ("", "iris", "a saved search needs a name"),
        ("a b", "iris", "the name 'a b' of a search is not allowed"),
        ("a" * 256, "iris", "is 256 characters long"),
        ("x", " ", "there is nothing to save"),
        ("x", "@y", "a saved search is no filter to save again"),
        ("x", "alias = ", "a value is missing at the end"),
        ("x", "alais = 'x'", "there is no field alais"),
    ],
)
def test_what_cannot_be_saved(filled: Registry, name: str, filter: str, message: str) -> None:
    before = filled.history.last()
    with pytest.raises(InvalidInput, match=message):
        filled.searches.save(name, filter)
    assert filled.history.last() == before


def test_an_unknown_search_names_the_closest(filled: Registry) -> None:
    with pytest.raises(NotFound, match=r"^no saved search risk\nthere is none yet"):
        filled.models.find("@risk")
    filled.searches.save("risky", "iris")
    with pytest.raises(NotFound, match=r"no saved search risk; did you mean risky\?"):
        filled.models.find("@risk")
