"""request, requests, approve, reject and cancel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.completion import complete_line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, PermissionDenied, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import check_refused, done

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


def test_from_asking_to_having(do: Do, stocked: Registry) -> None:
    made = do(f"as ben request {FRAUD}/2 @Champion -m 'better on disputes' --expires 7d")
    number = made.rows[0]["id"]
    assert done(made) == f"asked for @Champion → 2 on {FRAUD}/2: request {number}"
    [row] = do("requests --to-me").rows
    assert (row["id"], row["author"], row["reason"], row["actions"]) == (
        number, "ben", "better on disputes", ["approve", "reject"]
    )  # fmt: skip
    assert "@Champion → 2" in repr(do("requests"))
    card = do(f"requests {number}")
    shown = card.text(100)
    for said in (f"request {number}  (open)", "points now at  1", "because", "better on disputes", "approve, reject"):
        assert said in shown, shown
    assert done(do(f"approve {number}")) == (f"approved request {number}: @Champion → 2 on {FRAUD}/2, as ben has asked")
    assert stocked.models.get(FRAUD).aliases["Champion"] == 2
    assert repr(do("requests")) == "there is no open request"
    assert [each["state"] for each in do(f"requests {FRAUD} --state all").rows] == ["approved"]
    do("undo")
    assert stocked.models.get(FRAUD).aliases["Champion"] == 1
    assert [each["state"] for each in do("requests").rows] == ["open"]


def test_metrics_are_shown_side_by_side(do: Do, stocked: Registry) -> None:
    number = do(f"as ben request {FRAUD}/2 @Champion").rows[0]["id"]
    told = json.loads(do(f"requests {number} --json").text())
    assert (told["present"], told["metrics"]) == (1, [])
    do(f"tag {FRAUD}/2 checked=no")
    assert "tagged checked=no" in do(f"requests {number}").text()


def test_stage_and_access(do: Do, stocked: Registry) -> None:
    do("use prod.ml_team")
    assert done(do("request models:/iris/1 --stage production")).startswith("asked for stage Production on iris/1")
    do('revoke "ALL PRIVILEGES", MANAGE on registry from "account users"')
    do("grant BROWSE on registry to dora")
    made = do('as dora request access EXECUTE, "APPLY TAG" on model fraud -m audit')
    number = made.rows[0]["id"]
    assert done(made) == f"asked for EXECUTE and APPLY TAG on {FRAUD}: request {number}"
    do(f"approve {number}")
    assert do("grants on fraud").rows[0]["privileges"] == ["EXECUTE", "APPLY TAG"]
    with pytest.raises(InvalidState, match="dora has BROWSE on registry already"):
        do("as dora request access browse on registry")


def test_rejecting_and_cancelling(do: Do, stocked: Registry) -> None:
    number = do(f"as ben request {FRAUD}/2 @Champion").rows[0]["id"]
    assert done(do(f"reject {number} -m 'recall'")) == f"rejected request {number}: @Champion → 2 on {FRAUD}/2"
    own = do(f"request {FRAUD}/2 @Champion").rows[0]["id"]
    assert [row["id"] for row in do("requests --mine").rows] == [own]
    assert done(do(f"cancel {own}")) == f"cancelled request {own}: @Champion → 2 on {FRAUD}/2"
    assert [row["what"] for row in do(f"history {FRAUD} -n 4").rows] == [
        f"cancelled request {own}",
        "asked for @Champion → 2",
        f"rejected request {number}",
        "asked for @Champion → 2, on behalf of ben",
    ]
    assert repr(do("requests --to-me")) == "there is no open request for you to decide"


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("request iris/1", InvalidInput, "name one version, and the alias"),
        ("request iris/1 Champion", InvalidInput, "name one version, and the alias"),
        ("request iris/1 @A --stage Staging", InvalidInput, "name one version, and the stage"),
        ("request access EXECUTE iris", InvalidInput, "is no whole statement"),
        ("request access EXECUTE on nothing", NotFound, "no model nothing"),
        ("request iris/1 @Champion --expires soon", InvalidInput, "is no length of time"),
        ("request access EXECUTE on iris", InvalidState, "ana has EXECUTE on model iris already"),
        ("requests 9999", NotFound, "no request 9999"),
        ("approve 9999", NotFound, "no request 9999"),
        ("reject 9999", InvalidInput, "wants to know why"),
        ("cancel 9999", NotFound, "no request 9999"),
    ],
)
def test_bad_input_is_one_sentence(do: Do, stocked: Registry, line: str, error: type[RegistryError], said: str) -> None:
    check_refused(do, stocked, line, error, said)


def test_a_model_that_is_called_access(do: Do, stocked: Registry, session: CommandSession) -> None:
    do("copy iris/1 access")
    number = do("request access/1 @Best").rows[0]["id"]
    with pytest.raises(PermissionDenied, match="ana's own"):
        do(f"approve {number}")


def test_numbers_are_completed_with_what_was_asked_for(do: Do, stocked: Registry, session: CommandSession) -> None:
    his = str(do("as ben request iris/1 @Best").rows[0]["id"])
    mine = str(do("request iris/1 @Mine").rows[0]["id"])
    assert complete_line(session, "cancel ").items == [(mine, "@Mine → 1 on iris/1, asked by ana")]
    assert complete_line(session, "approve ").items == [(his, "@Best → 1 on iris/1, asked by ben")]
    assert [text for text, _ in complete_line(session, "requests ").items] == [mine, his]
