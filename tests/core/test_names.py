"""What may be called what, and how a reference reads."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core import names, references
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.references import Reference, parse_reference


@pytest.mark.parametrize(
    "name", ["fraud", "my model", "a.b", "a.b.c.d", "a..b", "größe", "prod.ml_team.fraud-2", "'; DROP TABLE models"]
)
def test_model_names_that_pass(name: str) -> None:
    assert names.check_model_name(name) == name


@pytest.mark.parametrize("name", [None, "", "  ", "a/b", "a:b", ".", "..", "../x", "prod.ml team.fraud", "a.b.c@d"])
def test_model_names_that_do_not(name: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        names.check_model_name(name)
    assert refused.value.hint


def test_only_three_full_parts_are_governed() -> None:
    assert names.is_governed("prod.ml.fraud")
    assert not any(names.is_governed(name) for name in ("fraud", "ml.fraud", "a.b.c.d", "a..c", ".a.b"))


def test_a_part_has_a_longest_length() -> None:
    assert names.check_part("a" * 255, "catalog")
    with pytest.raises(InvalidInput, match="catalog name"):
        names.check_part("a" * 256, "catalog")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fraud", Reference("fraud")),
        ("fraud/3", Reference("fraud", versions=(3, 3))),
        ("fraud/1-3", Reference("fraud", versions=(1, 3))),
        ("fraud/latest", Reference("fraud", alias="latest")),
        ("fraud/production", Reference("fraud", stage="Production")),
        ("fraud@Champion", Reference("fraud", alias="Champion")),
        ("a@b@c", Reference("a@b", alias="c")),
        (" prod.ml.fraud@Champion ", Reference("prod.ml.fraud", alias="Champion")),
        ("models:/fraud/3", Reference("fraud", versions=(3, 3), exact=True)),
        ("models:/prod.ml.fraud@Champion", Reference("prod.ml.fraud", alias="Champion", exact=True)),
    ],
)
def test_references(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text", ["", "fraud/", "fraud/x", "fraud/3-1", "fraud/-1", "fraud/1-2-3", "fraud@", "a/b/3", "f@a b"]
)
def test_malformed_references(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_reference(text)
    assert refused.value.hint


@pytest.mark.parametrize("text", ["fraud", "fraud/3", "fraud/1-3", "fraud/latest", "fraud@Champion", "fraud/Staging"])
def test_a_reference_prints_as_it_was_written(text: str) -> None:
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize("alias", ["latest", "Latest", "v3", "V10", "", "a b", "a.b", "x" * 256, None])
def test_aliases_that_cannot_be_set(alias: str | None) -> None:
    with pytest.raises(InvalidInput):
        names.check_settable_alias(alias)


@pytest.mark.parametrize("alias", ["Champion", "3", "v", "v3x", "élan", "a-b_c", "x" * 255])
def test_aliases_that_can(alias: str) -> None:
    assert names.check_settable_alias(alias) == alias


@pytest.mark.parametrize(
    ("name", "namespace", "expected"),
    [
        ("fraud", None, "fraud"),
        ("fraud", "prod.ml", "prod.ml.fraud"),
        ("ml.fraud", "prod", "prod.ml.fraud"),
        ("fraud", "prod", "fraud"),
        ("dev.ml.fraud", "prod.ml", "dev.ml.fraud"),
    ],
)
def test_short_names_resolve_in_the_namespace(name: str, namespace: str | None, expected: str) -> None:
    assert references.qualify(name, namespace) == expected


def test_tag_rules() -> None:
    assert names.check_tag_key("mlflow.source: a/b-c_d") == "mlflow.source: a/b-c_d"
    assert names.check_tag_value("k", "x" * 100_000)
    for key in (None, 'a"b', "a=b", "x" * 251, "../x"):
        with pytest.raises(InvalidInput):
            names.check_tag_key(key)
    for value in (None, "x" * 100_001, 3):
        with pytest.raises(InvalidInput):
            names.check_tag_value("k", value)  # type: ignore[arg-type]
