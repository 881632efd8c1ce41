"""Facets: each value leads to a filter that finds as much as it says, and back again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.query.fields import LONGEST_FACET
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.searches.records import Facet, FacetValue
from tests.support.names import SOURCE


@pytest.fixture
def filled(registry: Registry) -> Registry:
    """Six models, of which one has no version and one is a prompt, with tags that are hard to write."""
    tagged = {"iris": {"task": "ranking", "my team": "it's"}, "wine": {"task": "ranking"}, "tea": {"-odd": 'a "b"'}}
    for name, tags in tagged.items():
        registry.versions.register(SOURCE, name, check_source=False, tags=tags, aliases=["Champion"])
        registry.tags.set(name, {"colour": "red" if name == "tea" else "white", "mlflow.source": "x"})
    registry.versions.register(SOURCE, "iris", check_source=False, tags={"task": "rest"}, aliases=["b-2"])
    registry.models.create("prod.risk.fraud", description="ranks payments", tags={"colour": "x" * (LONGEST_FACET + 1)})
    registry.models.create("words", tags={"mlflow.prompt.is_prompt": "true"})
    return registry


def told(facets: Sequence[Facet], field: str) -> list[tuple[str, str, int]]:
    [found] = [each for each in facets if each.field == field]
    return [(each.key, each.value, each.count) for each in found.values]


def value_of(facets: Sequence[Facet], field: str, value: str) -> FacetValue:
    [found] = [each for facet in facets if facet.field == field for each in facet.values if each.value == value]
    return found


def test_what_is_found_is_counted_by_its_values(filled: Registry) -> None:
    models = filled.models.facets()
    assert [each.field for each in models] == ["catalog", "owner", "alias", "flavor", "tags"]
    assert told(models, "catalog") == [("", "prod", 1)]
    assert told(models, "owner") == [("", "ana", 4)]
    assert told(models, "alias") == [("", "Champion", 3), ("", "b-2", 1)]
    assert told(models, "flavor") == []
    assert told(models, "tags") == [("colour", "white", 2), ("colour", "red", 1)], "what is too long is no value"
    versions = filled.versions.facets("tags.task = 'ranking'")
    assert told(versions, "tags") == [("task", "ranking", 2), ("my team", "it's", 1)]


FILTERS = (
    "",
    "red",
    "ranking iris",
    "alias = 'Champion'",
    "alias = 'Champion' AND  owner = 'ana'",
    "alias = 'Champion' or name = 'tea'",
    "(owner = 'ana') and not name = 'wine' and version between 1 and 2",
    "not owner != 'ana'",
    "owner = 'ana' and (alias = 'Champion' or alias = 'b-2')",
    "name like '% and %' or name like '%i%'",
    "tags.`my team` = 'it''s' and alias = 'Champion'",
    "owner in ('ana', 'ben') and created > now() - 7d",
    "name = 'none'",
)


@pytest.mark.parametrize("kind", ["models", "versions"])
@pytest.mark.parametrize("filter", FILTERS)
def test_every_value_leads_to_what_it_says_and_back(filled: Registry, kind: str, filter: str) -> None:
    topic = getattr(filled, kind)

    def found(text: str) -> list[object]:
        return list(topic.find(text))

    everything = found(filter)
    for facet in topic.facets(filter):
        for value in facet.values:
            changed = found(value.filter)
            assert value.count == len(everything if value.chosen else changed)
            assert len(changed) >= len(everything) if value.chosen else len(changed) <= len(everything)
            if value.count:
                again = value_of(topic.facets(value.filter, limit=200), facet.field, value.value)
                assert again.chosen is not value.chosen
                assert found(again.filter) == everything


def test_the_filter_stays_as_it_was_written(filled: Registry) -> None:
    def clicked(filter: str, field: str, value: str) -> str:
        return value_of(filled.models.facets(filter), field, value).filter

    assert clicked("", "owner", "ana") == "owner = 'ana'"
    assert clicked("owner = 'ana'", "owner", "ana") == ""
    assert clicked("red", "owner", "ana") == "text contains 'red' and owner = 'ana'"
    assert clicked("NAME like 'i%' OR name = 'tea'", "alias", "Champion") == (
        "(NAME like 'i%' OR name = 'tea') and alias = 'Champion'"
    )
    three = "owner = 'ana' AND  alias = 'Champion'   and name = 'iris'"
    assert clicked(three, "owner", "ana") == "alias = 'Champion'   and name = 'iris'"
    assert clicked(three, "alias", "Champion") == "owner = 'ana' AND  name = 'iris'"
    assert clicked("name = 'iris' and (owner = 'ana')", "owner", "ana") == "name = 'iris'"
    assert value_of(filled.versions.facets(""), "tags", "it's").filter == "tags.`my team` = 'it''s'"
    assert value_of(filled.versions.facets(""), "tags", 'a "b"').filter == "tags.`-odd` = 'a \"b\"'"


def test_what_is_chosen_is_there_where_nothing_is_found(filled: Registry) -> None:
    facets = filled.models.facets("owner = 'nobody' and tags.colour = 'red'")
    assert value_of(facets, "owner", "nobody") == FacetValue(
        key="", value="nobody", count=0, chosen=True, filter="tags.colour = 'red'"
    )


def test_the_most_frequent_come_first_and_more_are_to_be_had(filled: Registry) -> None:
    [facet] = filled.models.facets(fields=["tags"], limit=1)
    assert ([each.value for each in facet.values], facet.more) == (["white"], True)
    [facet] = filled.models.facets(fields=["tags"], limit=2)
    assert ([each.value for each in facet.values], facet.more) == (["white", "red"], False)
    assert filled.models.facets(fields=[]) == []


def test_a_saved_search_is_written_out(filled: Registry) -> None:
    filled.searches.save("risky", "name like 'i%' or name = 'tea'")
    found = value_of(filled.models.facets("@risky"), "alias", "b-2")
    assert found.filter == "(name like 'i%' or name = 'tea') and alias = 'b-2'"
    assert found.count == 1


def test_bad_input(filled: Registry) -> None:
    with pytest.raises(InvalidInput, match="run_id is not counted"):
        filled.models.facets(fields=["run_id"])
    for limit in (0, 201):
        with pytest.raises(InvalidInput, match="must be between 1 and 200"):
            filled.versions.facets(limit=limit)
    with pytest.raises(InvalidInput, match="there is no field vresion"):
        filled.versions.facets("vresion > 3")
    with pytest.raises(NotFound, match="no saved search none"):
        filled.models.facets("@none")
