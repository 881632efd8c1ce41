"""Links of versions: where one is deployed or used, and what that keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.entities.values import LinkChange, LinkKind
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

LIVE, REPORT = "https://scoring.example.org/fraud", "https://bi.example.org/fraud?a=b"


@pytest.fixture
def fraud(registry: Registry, tmp_path: Path) -> Registry:
    """Three versions of a governed model."""
    plain_model(tmp_path / "model", 10)
    for _ in range(3):
        registry.versions.register(str(tmp_path / "model"), FRAUD)
    return registry


def links(registry: Registry, number: int = 1, model: str = FRAUD) -> dict[str, LinkKind]:
    return dict(registry.versions.get(f"{model}/{number}").links)


def held(registry: Registry, reference: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.text, each.frees) for each in registry.previews.delete(reference).holders]


def test_a_version_an_alias_and_a_range_are_linked_and_unlinked(fraud: Registry) -> None:
    fraud.aliases.set(FRAUD, "Champion", 2)
    assert fraud.versions.link(f"{FRAUD}@Champion", LIVE, "app") == [
        LinkChange(name=f"{FRAUD}/2", url=LIVE, before=None, after="app")
    ]
    assert [each.before for each in fraud.versions.link(f"{FRAUD}/1-3", LIVE, "endpoint")] == [None, "app", None]
    fraud.versions.link(f"{FRAUD}/1", REPORT, "report")
    assert links(fraud) == {LIVE: "endpoint", REPORT: "report"}
    assert fraud.versions.unlink(f"{FRAUD}/1-2", LIVE)[0] == LinkChange(
        name=f"{FRAUD}/1", url=LIVE, before="endpoint", after=None
    )
    assert (links(fraud), links(fraud, 2), links(fraud, 3)) == ({REPORT: "report"}, {}, {LIVE: "endpoint"})
    assert not list(rebuilt_differences(context_of(fraud)))
    assert fraud.maintenance.verify(rebuild=True).sound


def test_what_is_so_already_is_no_event(fraud: Registry) -> None:
    fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
    last = fraud.history.last()
    fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
    assert fraud.history.last() == last


@pytest.mark.parametrize("url", ["http://a", "grpc://host:443", "grpcs://host", "ws://host/x", "wss://[::1]:8/x?y#z"])
def test_what_is_an_address(fraud: Registry, url: str) -> None:
    fraud.versions.link(f"{FRAUD}/1", url, "endpoint")
    assert links(fraud) == {url: "endpoint"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not the address of something"),
        ("scoring.example.org", "is not the address of something"),
        ("javascript:alert(1)", "is not the address of something"),
        ("file:///etc/passwd", "is not the address of something"),
        ("https://", "is not the address of something"),
        ("https://host:port/", "is not the address of something"),
        ("https://[::1/", "is not the address of something"),
        ("https://host/a b", "has blanks in it"),
        ("https://host/\nb", "has blanks in it"),
        ("https://host/" + "a" * 2_000, "is 2,013 characters long"),
    ],
)
def test_what_is_none(fraud: Registry, url: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        fraud.versions.link(f"{FRAUD}/1", url, "endpoint")
    assert links(fraud) == {}


@pytest.mark.parametrize(
    "url", ["https://ana:hush@host/", "https://hush@host/x", "https://host/?token=hush", "https://host/?sig=hush&a=b"]
)
def test_a_secret_is_refused_and_not_repeated(fraud: Registry, url: str) -> None:
    with pytest.raises(InvalidInput, match="the activity log never forgets") as refused:
        fraud.versions.link(f"{FRAUD}/1", url, "endpoint")
    assert "hush" not in f"{refused.value} {refused.value.hint}"
    with pytest.raises(NotFound) as unknown:
        fraud.versions.unlink(f"{FRAUD}/1", url)
    assert "hush" not in f"{unknown.value} {unknown.value.hint}"


def test_a_kind_that_is_none(fraud: Registry) -> None:
    with pytest.raises(InvalidInput, match="'server' is no kind of link") as refused:
        fraud.versions.link(f"{FRAUD}/1", LIVE, "server")  # type: ignore[arg-type]
    assert refused.value.hint == "say what is there: endpoint, job, report or app"


def test_a_link_that_is_not_there(fraud: Registry) -> None:
    with pytest.raises(NotFound, match=f"{FRAUD}/1 has no link {LIVE}") as none:
        fraud.versions.unlink(f"{FRAUD}/1", LIVE)
    assert none.value.hint == "it has no link at all"
    fraud.versions.link(f"{FRAUD}/1", REPORT, "report")
    with pytest.raises(NotFound) as another:
        fraud.versions.unlink(f"{FRAUD}/1-2", LIVE)
    assert another.value.hint == f"its links are {REPORT}"


def test_undo_takes_it_back_unless_it_was_changed_again(fraud: Registry) -> None:
    fraud.versions.link(f"{FRAUD}/1", LIVE, "app", reason="live")
    [event] = fraud.history.recent(FRAUD, limit=1)
    assert (event.action, event.before, event.after, event.reason) == ("link.set", None, {LIVE: "app"}, "live")
    fraud.history.undo()
    assert links(fraud) == {}
    fraud.history.undo(event.seq + 1)
    assert links(fraud) == {LIVE: "app"}
    fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
    changing = fraud.history.recent(limit=1)[0].seq
    fraud.versions.unlink(f"{FRAUD}/1", LIVE)
    with pytest.raises(InvalidState, match=f"{LIVE} of {FRAUD} has changed since") as refused:
        fraud.history.undo(changing)
    assert str(refused.value.hint).endswith(f"undo {changing + 1} first")
    fraud.history.undo(changing + 1)
    fraud.history.undo(changing)
    assert links(fraud) == {LIVE: "app"}


def test_it_is_as_it_was_in_the_past(fraud: Registry) -> None:
    fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
    then = fraud.history.recent(FRAUD, limit=1)[0].time
    while context_of(fraud).now() == then:
        pass
    fraud.versions.unlink(f"{FRAUD}/1", LIVE)
    assert links(fraud.as_of(then)) == {LIVE: "endpoint"}
    assert links(fraud) == {}


class TestHolding:
    def test_an_endpoint_holds_a_version_and_its_model(self, fraud: Registry) -> None:
        fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
        with pytest.raises(InvalidState) as refused:
            fraud.versions.delete(f"{FRAUD}/1")
        assert refused.value.message == f"version {FRAUD}/1 cannot be deleted while it is deployed at {LIVE}"
        assert str(refused.value.hint).startswith(f"first unlink {FRAUD}/1 {LIVE}; or have it deleted with --force")
        fraud.versions.link(f"{FRAUD}/2", REPORT, "endpoint")
        both = f"while {FRAUD}/1 and {FRAUD}/2 are deployed at {LIVE} and {REPORT}"
        with pytest.raises(InvalidState) as whole:
            fraud.models.delete(FRAUD)
        assert whole.value.message == f"model {FRAUD} cannot be deleted {both}"
        assert held(fraud, f"{FRAUD}/2") == [("link", REPORT, f"unlink {FRAUD}/2 '{REPORT}'")]
        fraud.models.delete(FRAUD, force=True)
        assert (fraud.history.recent(FRAUD, limit=1)[0].after or {})["forced"] == [LIVE, REPORT]
        assert not list(rebuilt_differences(context_of(fraud)))

    def test_what_is_only_told_of_holds_nothing(self, fraud: Registry) -> None:
        kinds: tuple[LinkKind, ...] = ("job", "report", "app")
        for kind in kinds:
            fraud.versions.link(f"{FRAUD}/1", f"https://x.org/{kind}", kind)
        assert held(fraud, f"{FRAUD}/1") == held(fraud, FRAUD) == []
        fraud.versions.delete(f"{FRAUD}/1")

    def test_prune_leaves_it_and_so_does_purge(self, fraud: Registry) -> None:
        fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
        told = fraud.trash.prune(FRAUD, keep=1)
        assert [(each.version, each.why, list(each.held_by)) for each in told.versions] == [
            (2, None, []),
            (1, "deployed", [LIVE]),
        ]
        fraud.versions.delete(f"{FRAUD}/1", force=True)
        assert [each.name for each in fraud.trash.purge().kept] == [f"{FRAUD}/1"]
        with pytest.raises(InvalidState, match="cannot be purged while it is deployed at") as refused:
            fraud.trash.purge([f"{FRAUD}/1"])
        assert f"first restore {FRAUD}/1, then unlink {FRAUD}/1 {LIVE}" in str(refused.value.hint)
        fraud.trash.restore(f"{FRAUD}/1")
        assert links(fraud) == {LIVE: "endpoint"}

    def test_a_name_is_not_held(self, fraud: Registry) -> None:
        fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
        fraud.models.rename(FRAUD, "prod.ml_team.cards")
        assert links(fraud, 1, "prod.ml_team.cards") == {LIVE: "endpoint"}

    def test_undoing_the_registration_is_no_way_round(self, fraud: Registry) -> None:
        fraud.versions.link(f"{FRAUD}/3", LIVE, "endpoint")
        [began] = [each.seq for each in fraud.history.recent(f"{FRAUD}/3") if each.action == "version.created"]
        with pytest.raises(InvalidState, match=f"cannot be undone while it is deployed at {LIVE}"):
            fraud.history.undo(began)


def test_who_may_only_browse_learns_nothing_of_it(fraud: Registry) -> None:
    fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
    fraud.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    fraud.grants.grant(["BROWSE"], "registry", ["ben"])
    ben = fraud.acting_as("ben")
    told = [ben.models.get(FRAUD), *ben.models.list(), *ben.versions.search(), *ben.history.recent()]
    assert told
    assert LIVE not in repr(told)


class TestTravelling:
    def test_a_copy_has_none(self, fraud: Registry) -> None:
        fraud.versions.link(f"{FRAUD}/1", LIVE, "endpoint")
        assert fraud.versions.copy(f"{FRAUD}/1", "prod.risk.fraud").links == {}
        assert links(fraud, 1, "prod.risk.fraud") == {}

    def test_it_comes_along_with_an_import_an_archive_and_a_backup(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.versions.link(f"{FRAUD}/2", LIVE, "endpoint")
        fraud.exchange.export_to(tmp_path / "all.zip")
        fraud.maintenance.backup(tmp_path / "backup.zip")
        for number, source in enumerate((fraud.uri, str(tmp_path / "all.zip"))):
            other = jupyter_modelreg.connect(str(tmp_path / f"{number}.duckdb"))
            other.exchange.import_from(source)
            assert (links(other), links(other, 2)) == ({}, {LIVE: "endpoint"})
            assert not list(rebuilt_differences(context_of(other)))
        restored = jupyter_modelreg.connect(str(tmp_path / "restored.duckdb"))
        restored.maintenance.restore(tmp_path / "backup.zip")
        assert links(restored, 2) == {LIVE: "endpoint"}
        assert restored.maintenance.verify(rebuild=True).sound
