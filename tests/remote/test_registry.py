"""A registry at a server is used like one that is opened here: the same records, the same errors, the same log."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.context import noting_units, noting_warnings
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
    ReadOnly,
    RegistryError,
)
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.remote.registry import RemoteRegistry
from tests.support.team import Team


def test_what_is_made_there_is_the_same_here_and_there(team: Team, remote: Registry) -> None:
    made = remote.models.create("prod.made.fraud", description="the first", tags={"team": "risk"}, reason="to see")
    assert isinstance(remote, RemoteRegistry)
    assert replace(team.registry.models.get("prod.made.fraud"), latest={}, grants={}) == replace(made, grants={})
    assert remote.models.get("prod.made.fraud") == made
    assert remote.resolve("made.fraud", namespace="prod") == made
    assert remote.resolve("prod.made") == remote.schemas.get("prod.made") == remote.resolve_container("prod.made")
    assert remote.resolve("prod") == remote.catalogs.get("prod")
    event = remote.history.last()
    assert event is not None
    assert (event.actor, event.action, event.reason) == ("ana", "model.created", "to see")
    assert event == team.registry.history.last()


def test_who_one_is_and_where(team: Team, remote: Registry, of_ben: Registry) -> None:
    assert of_ben.actor == "ben"
    assert of_ben.whoami() == team.registry.acting_as("ben").whoami().__class__(actor="ben", groups=[], admin=False)
    assert remote.uri == f"modelreg:{team.url}" == remote.status().uri == remote.identity().uri
    assert repr(remote) == f"<Registry modelreg:{team.url}>"


def test_another_process_finds_its_own_token(remote: Registry, team: Team) -> None:
    text = pickle.dumps(remote.acting_as("ben"))
    assert team.ana.encode() not in text
    again = pickle.loads(text)
    assert (again.uri, again.whoami().on_behalf_of) == (remote.uri, "ben")


def test_errors_are_the_same_ones(remote: Registry, of_ben: Registry, team: Team) -> None:
    remote.models.create("prod.errors.fraud")
    with pytest.raises(NotFound, match="did you mean") as missing:
        remote.models.get("prod.errors.frued")
    assert missing.value.message == "no model prod.errors.frued; did you mean prod.errors.fraud?"
    assert missing.value.question == "did you mean prod.errors.fraud?"
    for call, kind in (
        (lambda: remote.models.create("prod.errors.fraud"), AlreadyExists),
        (lambda: remote.versions.get("prod.errors.fraud/x"), InvalidInput),
        (lambda: of_ben.models.create("prod.errors.mine"), PermissionDenied),
        (lambda: remote.as_of("2001-01-01"), InvalidState),
        (lambda: remote.as_of("soon"), InvalidInput),
        (lambda: of_ben.acting_as("ana"), PermissionDenied),
    ):
        with pytest.raises(kind) as here:
            call()
        assert type(here.value) is kind, here.value
        assert here.value.hint or kind is PermissionDenied
    with pytest.raises(TypeError, match="missing a required argument"):
        remote.models.create(nothing=1)  # type: ignore[call-arg]
    with pytest.raises(InvalidInput, match="half a character"):
        remote.models.create("prod.errors.\ud800")


def test_a_token_for_looking_only_looks(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELREG_TOKEN", team.looker)
    remote = jupyter_modelreg.connect(team.url)
    assert remote.whoami().actor == "ana"
    with pytest.raises(ReadOnly, match="your token is for looking only"):
        remote.models.create("prod.made.none")


def test_lists_are_whole_however_long_they_are(team: Team, remote: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_modelreg.remote.topics.MAX_PAGE", 2)
    names = [f"prod.many.m{number}" for number in range(5)]
    for name in names:
        remote.models.create(name)
    assert [model.name for model in remote.models.list("prod.many")] == names
    page = remote.models.list("prod.many", limit=3)
    assert [model.name for model in page] == names[:3]
    assert [model.name for model in remote.models.list("prod.many", page_token=page.token)] == names[3:]
    wanted = [Condition("name", "LIKE", "prod.many.%")]
    assert [model.name for model in remote.models.search(wanted, limit=10_000)] == names
    assert len(remote.history.list()) == len(team.registry.history.list()) > 5
    assert len(remote.history.list(limit=3)) == 3
    with pytest.raises(InvalidInput, match="page token"):
        remote.models.list("prod.many", page_token="nonsense")


def test_the_past_and_somebody_else(team: Team, remote: Registry) -> None:
    made = remote.models.create("prod.past.fraud", description="then")
    remote.models.describe(made.name, "now")
    past = remote.as_of(made.created_at)
    assert past.models.get(made.name).description == "then"
    with pytest.raises(InvalidState, match="nothing changes what it was"):
        past.models.describe(made.name, "never")
    other = remote.acting_as("ben")
    assert other.whoami().on_behalf_of == "ben"
    with pytest.raises(NotFound):
        other.models.get(made.name)
    remote.grants.grant(["ALL PRIVILEGES"], "prod.past", ["ben"])
    other.tags.set(made.name, {"by": "ben"})
    event = remote.history.last()
    assert event is not None
    assert (event.actor, event.on_behalf_of) == ("ana", "ben")


def test_what_is_to_know_about_a_change_arrives(remote: Registry) -> None:
    remote.models.create("prod.noted.fraud")
    remote.tag_policies.create("stage", ["dev"], new=True)
    with noting_units() as units, noting_warnings() as warnings:
        remote.policies.add("owned", "required-tags", "prod.noted.fraud", {"tags": ["owner"]}, mode="warn")
        remote.models.describe("prod.noted.fraud", "a word")
    assert len(units) == 2
    assert warnings == []
    assert remote.history.undo(units[-1]).events
    assert remote.models.get("prod.noted.fraud").description is None


@pytest.mark.parametrize(
    "call",
    [
        lambda registry: registry.sql("from models"),
        lambda registry: registry.sql_views(),
        lambda registry: registry.maintenance.backup("x"),
        lambda registry: registry.maintenance.restore("x"),
        lambda registry: registry.maintenance.move_to("x"),
        lambda registry: registry.exchange.export_to("x"),
        lambda registry: registry.exchange.import_from("x"),
        lambda registry: registry.webhooks.create("x", "https://x.org", [("model_version", "created")]),
    ],
)
def test_what_has_to_be_run_there_says_so(remote: Registry, call: object) -> None:
    assert callable(call)
    with pytest.raises(InvalidState) as refused:
        call(remote)
    assert refused.value.hint


def test_webhooks_are_made_by_mlflow_itself(remote: Registry, team: Team) -> None:
    with pytest.raises(InvalidState) as refused:
        remote.webhooks.create("x", "https://x.org", [("model_version", "created")])
    assert refused.value.hint is not None
    assert f"mlflow.set_registry_uri('{team.url}')" in refused.value.hint
    assert remote.webhooks.list() == []


def test_what_is_no_operation_is_none(remote: Registry) -> None:
    with pytest.raises(AttributeError, match=r"models\.nothing"):
        remote.models.nothing()  # type: ignore[attr-defined]
    with pytest.raises(RegistryError):
        remote.called_by(None)  # type: ignore[arg-type]
