"""What a name means among models, schemas and catalogs."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry


@pytest.fixture
def stocked(registry: Registry) -> Registry:
    for name in ("prod.ml_team.fraud", "iris", "prod.ml_team"):  # two parts: a workspace model named as a schema is
        registry.models.create(name)
    registry.schemas.create("prod.risk")
    return registry


@pytest.mark.parametrize(
    ("name", "namespace", "kind", "full"),
    [
        ("prod.ml_team.fraud", None, "Model", "prod.ml_team.fraud"),
        ("fraud", "prod.ml_team", "Model", "prod.ml_team.fraud"),
        ("ml_team.fraud", "prod", "Model", "prod.ml_team.fraud"),
        ("fraud/3", "prod.ml_team", "Model", "prod.ml_team.fraud"),
        ("prod.ml_team", None, "Model", "prod.ml_team"),
        ("prod.risk", None, "Schema", "prod.risk"),
        ("risk", "prod.ml_team", "Schema", "prod.risk"),
        ("prod", "prod.ml_team", "Catalog", "prod"),
        ("models:/iris", "prod.ml_team", "Model", "iris"),
    ],
)
def test_what_a_name_means(stocked: Registry, name: str, namespace: str | None, kind: str, full: str) -> None:
    found = stocked.resolve(name, namespace=namespace)
    assert (type(found).__name__, found.name) == (kind, full)


@pytest.mark.parametrize(
    ("name", "namespace", "said"),
    [
        ("prod.ml_team.frued", None, "no model prod.ml_team.frued; did you mean prod.ml_team.fraud?"),
        ("frued", "prod.ml_team", "no model prod.ml_team.frued; did you mean prod.ml_team.fraud?"),
        ("prod.rsik", None, "no model or schema prod.rsik; did you mean prod.risk?"),
        ("prodd", None, "no model or catalog prodd; did you mean prod?"),
        ("prodd/1", None, "no model prodd"),
        ("models:/riskrisk", "prod", "no model riskrisk"),
        ("zzzzzzzz", None, "no model zzzzzzzz"),
    ],
)
def test_what_is_not_there(stocked: Registry, name: str, namespace: str | None, said: str) -> None:
    with pytest.raises(NotFound) as caught:
        stocked.resolve(name, namespace=namespace)
    assert caught.value.message == said


def test_containers_alone(stocked: Registry) -> None:
    assert stocked.resolve_container("prod.ml_team").name == "prod.ml_team"
    assert stocked.resolve_container("risk", namespace="prod").name == "prod.risk"
    with pytest.raises(NotFound, match=r"^no schema prod\.ml_taem; did you mean prod\.ml_team"):
        stocked.resolve_container("prod.ml_taem")
    with pytest.raises(InvalidInput):
        stocked.resolve("a:b")
