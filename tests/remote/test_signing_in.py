"""Who one is at a server: which token is shown, to whom, and where it never stands."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path

import keyring.backend
import keyring.errors
import pytest
from mlflow import MlflowException

import jupyter_modelreg
from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.errors import InvalidInput, PermissionDenied
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from jupyter_modelreg.remote.signing_in import SignIn, how_to_sign_in
from tests.support.team import PASSWORD, Team

SERVER = "https://models.example.org"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring(keyring_of_before: None) -> Ring:
    made = Ring()
    keyring.set_keyring(made)
    return made


@pytest.fixture(autouse=True)
def keyring_of_before() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def shown(server: str = SERVER) -> str | None:
    return SignIn(server).authorization()


def test_the_environment_goes_before_the_keyring(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown() is None
    monkeypatch.setattr("jupyter_modelreg.remote.signing_in._kept", {})
    ring.kept["jupyter_modelreg", SERVER] = "kept"
    assert shown() == "Bearer kept"
    assert shown("https://other.example.org") is None
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "of-mlflow")
    assert shown() == "Bearer of-mlflow"
    monkeypatch.setenv("MODELREG_TOKEN", "ours")
    assert shown() == "Bearer ours"


def test_name_and_password_do_as_well(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ben")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    assert shown() == f"Basic {base64.b64encode(f'ben:{PASSWORD}'.encode()).decode()}"
    assert jupyter_modelreg.connect(team.url).actor == "ben"


def test_a_token_is_not_shown_to_another_server_than_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before: whoever had somebody pull from a server of theirs had the token of the registry in force."""
    other = "https://elsewhere.example.org"
    monkeypatch.setenv("MODELREG_TOKEN", "ours")
    monkeypatch.setenv("MODELREG_URI", f"modelreg:{SERVER}/")
    assert (shown(), shown(other)) == ("Bearer ours", None)
    assert "for the server in MODELREG_URI alone" in how_to_sign_in(other)
    monkeypatch.setenv("MODELREG_URI", "modelreg:///local.duckdb")
    assert shown(other) == "Bearer ours"
    monkeypatch.delenv("MODELREG_TOKEN")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "of-mlflow")
    for uri in (f"{SERVER}/below", "http://mlflow.example.org:5000"):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        assert shown(other) is None
    assert shown() is None
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    assert shown() == "Bearer of-mlflow"
    monkeypatch.delenv("MLFLOW_TRACKING_TOKEN")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", SERVER)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ben")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    assert shown() is not None
    assert shown(other) is None


def test_the_hubs_token_is_shown_to_the_hubs_own_and_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-hub")
    assert shown() is None
    monkeypatch.setenv("JUPYTERHUB_API_URL", "https://models.example.org:8081/hub/api")
    assert shown() == "Bearer of-the-hub"
    assert shown("https://elsewhere.example.org") is None
    monkeypatch.setenv("MODELREG_URI", "modelreg:https://elsewhere.example.org/")
    assert shown("https://elsewhere.example.org") == "Bearer of-the-hub"


def test_without_a_token_nobody_is_let_in(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PermissionDenied, match="asks who you are, and there is no token") as refused:
        open_registry(team.url).status()
    assert refused.value.hint is not None
    assert "MODELREG_TOKEN" in refused.value.hint
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-hub")
    with pytest.raises(PermissionDenied) as refused:
        open_registry("http://localhost:" + team.url.rpartition(":")[2]).status()
    assert "JUPYTERHUB_API_TOKEN is for the Hub's own host alone" in str(refused.value)


@pytest.mark.parametrize("wrong", ["mreg_000000000000_wrong", "expired", "revoked", "deleted"])
def test_a_token_that_is_worth_nothing(team: Team, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    text = wrong
    if wrong == "expired":
        text = team.registry.tokens.create(user="ben", expires="1s").secret
        time.sleep(1.1)
    if wrong == "revoked":
        token = team.registry.tokens.create(user="ben")
        text = token.secret
        team.registry.tokens.revoke(token.token.id)
    if wrong == "deleted":
        team.registry.users.create("gone", new=True)
        text = team.registry.tokens.create(user="gone").secret
        monkeypatch.setenv("MODELREG_TOKEN", text)
        signed_in = open_registry(team.url)
        assert signed_in.actor == "gone"
        team.registry.users.delete("gone")
        with pytest.raises(PermissionDenied, match="does not let you in"):
            signed_in.whoami()
    monkeypatch.setenv("MODELREG_TOKEN", text)
    with pytest.raises(PermissionDenied, match="wrong, has expired, or was revoked") as refused:
        open_registry(team.url).whoami()
    assert text not in str(refused.value)


def test_what_is_typed_is_kept_once_it_is_let_in(team: Team, ring: Ring) -> None:
    questions: list[str] = []
    answers = iter([team.ben])

    def ask(question: str) -> str | None:
        questions.append(question)
        return next(answers)

    assert open_registry(team.url, ask=ask).actor == "ben"
    assert questions == [f"Token for {team.url}, kept in the keyring: "]
    assert ring.kept == {("jupyter_modelreg", team.url): team.ben}
    assert open_registry(team.url).actor == "ben"  # as MLflow's store opens it, which asks nobody


def test_what_is_typed_and_wrong_is_not_kept(team: Team, ring: Ring) -> None:
    with pytest.raises(PermissionDenied, match="wrong, has expired"):
        open_registry(team.url, ask=lambda _: "mreg_000000000000_wrong").whoami()
    assert ring.kept == {}
    with pytest.raises(PermissionDenied, match=r"there is no token|wrong, has expired"):
        open_registry(team.url, ask=lambda _: None).whoami()
    with pytest.raises(InvalidInput, match="that is no token") as refused:
        open_registry(team.url, ask=lambda _: "two words").whoami()
    assert "two words" not in str(refused.value)


def test_a_keyring_that_is_locked_is_none(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(Ring(locked=True))
    assert open_registry(team.url, ask=lambda _: team.ben).actor == "ben"


def test_a_token_that_came_meanwhile_is_found(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    token = team.registry.tokens.create(user="ben")
    monkeypatch.setenv("MODELREG_TOKEN", token.secret)
    opened = open_registry(team.url)
    assert opened.whoami().actor == "ben"
    team.registry.tokens.revoke(token.token.id)
    monkeypatch.setenv("MODELREG_TOKEN", team.ben)
    assert opened.whoami().actor == "ben"


def test_mlflow_shows_the_token_of_now_and_a_registry_that_of_whoever_opened_it(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", team.ana)
    registry, store = jupyter_modelreg.connect(team.url), ModelRegistryStore(f"modelreg:{team.url}")
    registry.models.create("prod.closed.m")
    assert (registry.actor, registry.whoami().actor) == ("ana", "ana")
    assert store.get_registered_model("prod.closed.m").name == "prod.closed.m"
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", team.ben)
    assert (registry.actor, registry.whoami().actor) == ("ana", "ana")
    with pytest.raises(MlflowException, match="not found"):
        store.get_registered_model("prod.closed.m")


def test_netrc_is_not_shown(team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ana password wrong\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("MODELREG_TOKEN", team.ben)
    assert jupyter_modelreg.connect(team.url).actor == "ben"


@pytest.mark.parametrize(
    "uri",
    ["https://ana:s3cr3t@host", "modelreg:https://s3cr3t@host", "https://host?token=s3cr3t", "https://host#s3cr3t"],
)
def test_no_uri_has_a_token_in_it(uri: str) -> None:
    with pytest.raises(InvalidInput, match="never stands in it") as refused:
        jupyter_modelreg.connect(uri)
    assert "s3cr3t" not in str(refused.value)


def test_an_actor_is_for_what_is_opened_here() -> None:
    with pytest.raises(InvalidInput, match="knows by your token who you are"):
        jupyter_modelreg.connect(SERVER, actor="ben")
