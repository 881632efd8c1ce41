"""What may come next in a filter, and what is wrong with it."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.query.fields import FIELDS
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.searches.records import Problem
from tests.support.names import SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def filled(registry: Registry) -> Registry:
    tags = {"task": "ranking", "my team": "it's"}
    registry.versions.register(SOURCE, "iris", check_source=False, tags=tags, aliases=["Champion"])
    registry.models.create("wine", tags={"colour": "red"})
    return registry


def offered(registry: Registry, text: str, at: int | None = None) -> list[str]:
    return [each.text for each in registry.searches.complete(text, at).suggestions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("al", ["alias", "catalog"]),
        ("alias ", ["=", "!=", "like", "ilike", "contains", "in (", "not in (", "is null", "is not null"]),
        ("pinned ", ["=", "!="]),
        ("text ", ["contains"]),
        ("created ", ["=", "!=", "<", "<=", ">", ">=", "in (", "not in (", "between", "is null", "is not null"]),
        ("alias =", ["'Champion'"]),
        ("alias = 'Ch", ["'Champion'"]),
        ("alias = 'champ", ["'Champion'"]),
        ("alias = 'Champion' ", ["and", "or"]),
        ("(alias = 'Champion' ", ["and", "or", ")"]),
        ("version in ", ["("]),
        ("version in (", ["1"]),
        ("version in (1 ", [",", ")"]),
        ("name not ", ["like", "ilike", "contains", "in (", "between"]),
        ("name is ", ["null", "not null"]),
        ("stage = ", ["'None'", "'Staging'", "'Production'", "'Archived'"]),
        ("pinned = ", ["true", "false"]),
        ("created > now", ["now() - 7d", "now() - 30d", "now() - 12h"]),
        ("TAGS.", ["TAGS.colour", "TAGS.task", "TAGS.`my team`"]),
        ("tags.`my", ["tags.`my team`"]),
        ("tags.my", ["tags.`my team`"]),
        ("model_tags.", ["model_tags.colour"]),
        ("version_tags.", ["version_tags.task", "version_tags.`my team`"]),
        ("tags.`my team` = ", ["'it''s'"]),
        ("owner = ", ["'ana'"]),
        ("alias = 'x' an", ["and"]),
        ("alias = 'x' and not sta", ["stage", "status"]),
        ("alias > ", ["'Champion'"]),
        ("nothing.", []),
        ("two words wh", []),
        ("alias = 'Champion' alias ", []),
    ],
)
def test_what_may_come_next(filled: Registry, text: str, expected: list[str]) -> None:
    assert offered(filled, text) == expected


def test_a_filter_begins_with_a_saved_search_or_a_field(filled: Registry) -> None:
    filled.searches.save("risky", "tags.task = 'x'")
    filled.searches.save("unsorted", "", order_by="name")
    first = filled.searches.complete("").suggestions
    assert [(each.text, each.about) for each in first[:2]] == [
        ("@risky", "tags.task = 'x'"),
        ("@unsorted", "sorted by name"),
    ]
    assert [each.text for each in first[2:]] == [
        f"{each.called}." if each.keyed else each.called for each in FIELDS[:18]
    ]
    assert offered(filled, "@r") == ["@risky"]
    assert (filled.searches.complete("@risky").kind, filled.searches.complete("@risky").problem) == ("model", None)
    unknown = filled.searches.complete("@ris")
    assert (unknown.kind, unknown.problem and unknown.problem.message) == (None, "there is no saved search ris")


def test_a_word_in_the_middle_is_replaced_as_a_whole(filled: Registry) -> None:
    found = filled.searches.complete("ali = 'x' and tags.task = 'y'", 2)
    assert (found.start, found.end, [each.text for each in found.suggestions]) == (0, 3, ["alias", "catalog"])


def test_what_is_wrong_is_told_with_its_place(filled: Registry) -> None:
    found = filled.searches.complete("alias = 'x' and vresion > 3")
    assert found.problem == Problem(message="there is no field vresion", advice="did you mean version?", at=16)
    assert (found.kind, list(found.fields)) == (None, [])
    sound = filled.searches.complete("alias = 'x' and tags.task = 'y'")
    assert (sound.problem, sound.kind, list(sound.fields)) == (None, "version", ["alias", "tags.task"])


def test_nothing_is_offered_that_the_actor_may_not_see(filled: Registry, as_: As) -> None:
    close(filled)
    filled.grants.grant(["EXECUTE"], "wine", ["ben"])
    ben = as_("ben")
    assert offered(ben, "tags.") == ["tags.colour"]
    assert offered(ben, "alias = ") == []
    assert offered(ben, "name = ") == ["'wine'"]
