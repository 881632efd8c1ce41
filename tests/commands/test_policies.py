"""tag-policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.completion import complete_line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import done

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


def test_a_tag_is_governed_and_governed_no_longer(do: Do, stocked: Registry) -> None:
    do(f"tag {FRAUD} stage=live")
    do("tag iris/1 stage=dev")
    assert done(do("tag-policy create stage --values dev,prod --assign ana,risk")).splitlines() == [
        "tag stage is governed: it may be dev and prod, set by ana and risk",
        "1 tag with another value stays as it is:",
        f"{FRAUD} has stage=live",
    ]
    assert done(do('tag-policy change stage --values dev --assign "" --description "Where it runs"')).splitlines() == [
        "tag stage is governed: it may be dev",
        "1 tag with another value stays as it is:",
        f"{FRAUD} has stage=live",
    ]
    row = {"key": "stage", "values": ["dev"], "assigners": [], "description": "Where it runs"}
    assert do("tag-policy list").rows == do("tag-policy show stage").rows == [row]
    assert "live" in do("tag-policy show stage").text()
    assert done(do("tag-policy remove stage")) == "tag stage is governed no longer; until now it may be dev"
    assert repr(do("tag-policy list")) == "no tag is governed; tag-policy create KEY --values a,b,c does that"


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("tag-policy create", InvalidInput, "tag-policy create takes the key of a tag"),
        ("tag-policy create x", InvalidInput, "governs nothing"),
        ("tag-policy show x", NotFound, "no tag policy x"),
        ("tag-policy make x", InvalidInput, "'make' is not one of"),
    ],
)
def test_bad_input_is_one_sentence(do: Do, stocked: Registry, line: str, error: type[RegistryError], said: str) -> None:
    before = stocked.history.last()
    with pytest.raises(error) as refused:
        do(line)
    assert said in refused.value.message
    assert stocked.history.last() == before


def test_what_is_allowed_is_offered_first_and_nothing_else(
    do: Do, session: CommandSession, stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "PATIENCE", 20.0)
    do(f"tag {FRAUD} stage=live")
    do("tag-policy create stage --values prod,dev")

    def offered(line: str) -> list[str]:
        return [text for text, _ in complete_line(session, line).items]

    assert offered(f"tag {FRAUD} stage=") == ["stage=prod", "stage=dev"]
    assert offered(f"tag {FRAUD} ")[0] == "stage="
    assert offered("tag-policy show ") == ["stage"]
