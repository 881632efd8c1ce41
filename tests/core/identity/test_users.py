"""Users and tokens: who is let in, for how long, and what is kept of what they show."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, InvalidState, NotFound, PermissionDenied
from jupyter_modelreg.core.history.sentences import sentence_of
from jupyter_modelreg.core.identity import secrets
from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.core.registry import Registry

PASSWORD = "correct horse battery"
DAY = 24 * 60 * 60 * 1000
# What it is outside of tests.
COST = secrets.COST


@pytest.fixture
def ben(registry: Registry) -> Iterator[Registry]:
    """The registry as ben has it, who may only look."""
    registry.users.create("ben", password=PASSWORD)
    registry.grants.grant(["EXECUTE"], "registry", ["ben"])
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    opened = jupyter_modelreg.connect(registry.uri, actor="ben")
    yield opened
    opened.close()


def test_a_password_lets_its_user_in(registry: Registry) -> None:
    made = registry.users.create("ben", password=PASSWORD)
    assert (made.name, made.created_by, made.tokens) == ("ben", "ana", [])
    assert made.password_set_at is not None
    assert registry.users.sign_in("ben", PASSWORD) == Caller(actor="ben")
    assert registry.users.sign_in("ben", "correct horse") is None
    assert registry.users.sign_in("cleo", PASSWORD) is None


def test_a_user_without_a_password_has_none(registry: Registry) -> None:
    registry.users.create("trainer")
    assert registry.users.sign_in("trainer", "") is None
    assert registry.users.get("trainer").password_set_at is None


def test_another_password_ends_the_one_before(ben: Registry) -> None:
    ben.users.set_password("ben", "another long password")
    assert ben.users.sign_in("ben", PASSWORD) is None
    assert ben.users.sign_in("ben", "another long password") == Caller(actor="ben")


def test_nothing_that_opens_anything_is_in_the_log(registry: Registry) -> None:
    registry.users.create("ben", password=PASSWORD)
    secret = registry.tokens.create("nightly", user="ben").secret
    log = json.dumps([vars(event) for event in registry.history.list()])
    assert PASSWORD not in log
    assert "scrypt" not in log
    assert secret not in log
    assert secret.rpartition("_")[2] not in log


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("ben", "short", "a password has from 12 to 1,024 characters"),
        ("a-long-user-name", "a-long-user-name", "the password is the name of the user"),
        ("be:n", PASSWORD, "has a colon in it"),
        ("account users", PASSWORD, "is a group"),
        ("analysts", PASSWORD, "is a group"),
        ("annalyst", PASSWORD, "did you mean analysts"),
        (" ben", PASSWORD, "is no user or group"),
    ],
)
def test_what_is_no_user(registry: Registry, name: str, password: str, message: str) -> None:
    registry.groups.create("analysts")
    with pytest.raises(InvalidInput, match=message):
        registry.users.create(name, password=password)
    assert registry.users.list() == []


def test_a_user_is_let_in_once(registry: Registry) -> None:
    registry.users.create("ben")
    with pytest.raises(AlreadyExists, match="there is a user ben"):
        registry.users.create("ben")


def test_who_is_deleted_is_out_at_once(registry: Registry) -> None:
    registry.users.create("ben", password=PASSWORD)
    secret = registry.tokens.create(user="ben").secret
    assert registry.tokens.sign_in(secret) == Caller(actor="ben")
    registry.users.delete("ben")
    assert registry.tokens.sign_in(secret) is None
    assert registry.users.sign_in("ben", PASSWORD) is None
    registry.users.create("ben")
    assert registry.users.sign_in("ben", PASSWORD) is None
    with pytest.raises(NotFound, match="no user cleo"):
        registry.users.delete("cleo")


def test_nobody_locks_themselves_out(registry: Registry) -> None:
    registry.users.create("ana")
    with pytest.raises(InvalidState, match="let yourself in no longer"):
        registry.users.delete("ana")


def test_a_token_has_an_end(registry: Registry) -> None:
    registry.users.create("ben")
    lasting, ending = registry.tokens.create(user="ben", expires=None), registry.tokens.create(user="ben", expires="2d")
    assert ending.token.expires_at == ending.token.created_at + 2 * DAY
    registry._context._clock = lambda: ending.token.created_at + 2 * DAY
    assert registry.tokens.sign_in(ending.secret) is None
    assert registry.tokens.sign_in(lasting.secret) == Caller(actor="ben")
    registry.tokens.create("the next", user="ben")
    assert [each.label for each in registry.tokens.list(user="ben")] == ["the next", ""]


def test_a_token_may_only_look(registry: Registry) -> None:
    registry.users.create("ben")
    made = registry.tokens.create(user="ben", read_only=True)
    assert registry.tokens.sign_in(made.secret) == Caller(actor="ben", read_only=True)


def test_a_token_is_revoked_at_once(registry: Registry) -> None:
    registry.users.create("ben")
    made = registry.tokens.create(user="ben")
    assert registry.tokens.revoke(made.token.id) == made.token
    assert registry.tokens.sign_in(made.secret) is None
    with pytest.raises(NotFound, match="no token"):
        registry.tokens.revoke(made.token.id)


@pytest.mark.parametrize("text", ["", "mreg", "mreg_", "mreg__", "mreg_1", "mreg_1_", "other_1_2", "mreg_ñ_ü"])
def test_what_is_no_token(registry: Registry, text: str) -> None:
    registry.users.create("ben")
    made = registry.tokens.create(user="ben")
    assert registry.tokens.sign_in(text) is None
    assert registry.tokens.sign_in(f"{made.secret[:-1]}{'a' if made.secret[-1] != 'a' else 'b'}") is None


def test_everybody_has_tokens_of_their_own(ben: Registry, registry: Registry) -> None:
    made = ben.tokens.create("laptop")
    assert (made.token.user, made.token.created_by) == ("ben", "ben")
    assert ben.tokens.list() == [made.token]
    registry.users.create("cleo")
    hers = registry.tokens.create(user="cleo")
    for refused in (
        lambda: ben.tokens.create(user="cleo"),
        lambda: ben.tokens.revoke(hers.token.id),
        lambda: ben.tokens.revoke("0123"),
        lambda: ben.tokens.list(everybody=True),
        lambda: ben.users.set_password("cleo", PASSWORD),
        lambda: ben.users.create("dora"),
        lambda: ben.users.delete("cleo"),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    assert registry.tokens.list(everybody=True) == sorted(
        [made.token, hers.token], key=lambda each: (-each.created_at, each.id)
    )
    ben.tokens.revoke(made.token.id)
    assert ben.tokens.list() == []


def test_a_user_has_so_many_tokens(registry: Registry) -> None:
    registry.users.create("ben")
    for _ in range(50):
        registry.tokens.create(user="ben")
    with pytest.raises(InvalidInput, match="ben has 50 tokens"):
        registry.tokens.create(user="ben")


def test_another_process_knows_of_it_at_once(registry: Registry) -> None:
    with contextlib.closing(jupyter_modelreg.connect(registry.uri, actor="server")) as server:
        registry.users.create("ben", password=PASSWORD)
        secret = registry.tokens.create(user="ben").secret
        assert server.users.sign_in("ben", PASSWORD) == Caller(actor="ben")
        assert server.tokens.sign_in(secret) == Caller(actor="ben")
        registry.tokens.revoke(secret.split("_")[1])
        assert server.tokens.sign_in(secret) is None


def test_users_survive_a_restore_and_a_rebuild(registry: Registry, tmp_path: Path) -> None:
    registry.users.create("ben", password=PASSWORD)
    secret = registry.tokens.create(user="ben", read_only=True).secret
    registry.maintenance.backup(tmp_path / "backup.zip")
    registry.users.delete("ben")
    registry.maintenance.restore(tmp_path / "backup.zip", force=True)
    assert registry.users.sign_in("ben", PASSWORD) == Caller(actor="ben")
    assert registry.tokens.sign_in(secret) == Caller(actor="ben", read_only=True)
    assert registry.maintenance.verify(rebuild=True).findings == []


def test_what_was_done_reads_as_a_sentence(registry: Registry) -> None:
    registry.users.create("ben", password=PASSWORD)
    made = registry.tokens.create("nightly", user="ben")
    registry.tokens.revoke(made.token.id)
    registry.users.delete("ben")
    told = ["".join(part.text for part in sentence_of(each)) for each in registry.history.recent(limit=5)]
    assert told == [
        "deleted the user ben",
        "revoked token nightly of ben",
        "created token nightly of ben",
        "set the password of ben",
        "let in the user ben",
    ]


def test_a_password_costs_what_it_is_to(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COST", COST)
    registry.users.create("ben", password=PASSWORD)
    with registry._context.read() as tx:
        assert tx.root.get().passwords["ben"].startswith("scrypt:32768:8:3:")
    assert registry.users.sign_in("ben", PASSWORD) == Caller(actor="ben")


def test_a_hash_that_would_keep_the_server_busy_is_none() -> None:
    assert secrets.is_hashed(secrets.hashed_password(PASSWORD))
    assert not secrets.is_hashed("scrypt:999999999:8:1:" + "A" * 22 + "==:" + "A" * 43 + "=")
    assert not secrets.is_hashed("plain")
