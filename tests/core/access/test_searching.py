"""Searches that ask what the actor may do: `can = 'EXECUTE'`."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.core.access.privileges import ON_MODELS
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from tests.support.doors import USER, Hidden
from tests.support.names import SOURCE
from tests.support.shared import As, as_

__all__ = ["as_"]


@pytest.mark.parametrize("seed", range(3))
def test_what_one_can_do_is_found_whatever_the_grants(registry: Registry, tmp_path: Path, as_: As, seed: int) -> None:
    hidden = Hidden(registry, tmp_path, seed)
    rules, ben = hidden.rules, as_(USER)
    found = 0
    for _ in range(40):
        hidden.change_rights()
        seen = [name for name in hidden.models if rules.sees(USER, name) and rules.uses(USER, name)]
        for privilege in sorted(ON_MODELS):
            can = {name for name in hidden.models if rules.may(USER, privilege, name)}
            told = {each.name for each in ben.models.find(f"can = '{privilege}'", limit=1000)}
            assert told == can, (privilege, sorted(rules.grants), rules.owners)
            versions = {each.name for each in ben.versions.find(f"can = '{privilege}'", limit=1000)}
            assert versions == can
            others = {each.name for each in ben.models.find(f"can != '{privilege}'", limit=1000)}
            assert others.isdisjoint(can)
            assert others >= set(seen) - can
            found += len(can)
    assert found


def test_who_may_do_everything_finds_everything(registry: Registry) -> None:
    registry.versions.register(SOURCE, "iris", check_source=False)
    assert [each.name for each in registry.models.find("can = 'manage'")] == ["iris"]
    assert [each.name for each in registry.versions.find("not can in ('EXECUTE', 'APPLY TAG')")] == []
    assert registry.versions.best("iris", "created", among="can = 'EXECUTE'")[0].version == 1


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ("can = 'EXECUT'", r"there is no privilege 'EXECUT'; did you mean EXECUTE\?"),
        ("can = 'USE CATALOG'", "USE CATALOG says nothing of what one can do to a model"),
        ("can like 'E%'", "so LIKE does not fit"),
        ("can is null", "so IS NULL does not fit"),
    ],
)
def test_what_cannot_be_asked(registry: Registry, filter: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        registry.models.find(filter)
