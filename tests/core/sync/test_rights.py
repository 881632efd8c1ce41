"""What somebody brings is taken as far as they could have done it there, and the rest is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, PermissionDenied
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.sync.concluding import Conclusion
from jupyter_modelreg.core.sync.records import Known, Offer
from tests.support.names import FRAUD

pytest_plugins = ["tests.support.commands"]

USE = ("USE CATALOG", "USE SCHEMA")


@pytest.fixture
def guarded(office: Registry, laptop: Registry, model_folder: Path) -> Registry:
    """The office, where ben may do nothing any more; on his laptop are a fourth version, a tag, and an alias moved."""
    laptop.sync.pull(office.uri)
    laptop.versions.register(str(model_folder), FRAUD, tags={"by": "ben"})
    laptop.tags.set(FRAUD, {"team": "ben's"})
    laptop.aliases.set(FRAUD, "Champion", 4)
    office.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    return office


@pytest.fixture
def ben(guarded: Registry) -> Iterator[Registry]:
    """The office as ben has it."""
    with closing(jupyter_modelreg.connect(guarded.uri, actor="ben")) as opened:
        yield opened


def test_without_rights_nothing_is_taken(guarded: Registry, laptop: Registry) -> None:
    before = guarded.history.last()
    report = laptop.sync.push(guarded.uri)
    assert [each.kind for each in report.skipped] == ["model"]
    assert guarded.history.last() == before


@pytest.mark.parametrize(
    ("privileges", "versions", "applied"),
    [
        (["EXECUTE"], 3, []),
        (["CREATE MODEL VERSION"], 4, []),
        (["CREATE MODEL VERSION", "APPLY TAG"], 4, [f"{FRAUD} tag team"]),
        (["CREATE MODEL VERSION", "APPLY TAG", "MANAGE"], 4, [f"{FRAUD} tag team", f"{FRAUD}@Champion"]),
    ],
)
def test_what_may_be_done_is_done(
    guarded: Registry, laptop: Registry, privileges: Sequence[str], versions: int, applied: Sequence[str]
) -> None:
    guarded.grants.grant(USE, "prod", ["ben"])
    guarded.grants.grant(privileges, FRAUD, ["ben"])
    report = laptop.sync.push(guarded.uri)
    assert len(guarded.versions.list(FRAUD)) == versions
    assert sorted(each.name for each in report.applied) == applied
    for skipped in report.skipped:
        assert "ben lacks" in skipped.why or "has not come" in skipped.why
    assert len(report.skipped) == 3 - (versions - 3) - len(applied)
    guarded.grants.grant(["ALL PRIVILEGES", "MANAGE"], "prod", ["ben"])
    laptop.sync.push(guarded.uri)
    assert guarded.models.get(FRAUD).aliases == {"Champion": 4}, "what was refused is offered again"


def test_who_brings_a_model_owns_it_whoever_they_say_does(
    guarded: Registry, laptop: Registry, model_folder: Path
) -> None:
    guarded.grants.grant([*USE, "CREATE MODEL"], "prod", ["ben"])
    laptop.versions.register(str(model_folder), "prod.ml_team.loans")
    laptop.grants.transfer("prod.ml_team.loans", "eva")
    laptop.sync.push(guarded.uri, ["prod.ml_team.loans"])
    assert guarded.models.get("prod.ml_team.loans").owner == "ben"


def test_only_what_may_be_loaded_is_given(guarded: Registry, ben: Registry, tmp_path: Path) -> None:
    with closing(jupyter_modelreg.connect(str(tmp_path / "third.duckdb"), actor="ben")) as third:
        assert third.sync.pull(guarded.uri).models.imported == 0
        guarded.grants.grant(["BROWSE"], "prod", ["ben"])
        assert third.sync.pull(guarded.uri).models.imported == 0
        guarded.grants.grant([*USE, "APPLY TAG"], "prod", ["ben"])
        assert third.sync.pull(guarded.uri).models.imported == 0
        guarded.grants.grant(["EXECUTE"], FRAUD, ["ben"])
        assert third.sync.pull(guarded.uri).models.imported == 1


def test_what_may_be_loaded_since_is_given(guarded: Registry, tmp_path: Path, model_folder: Path) -> None:
    guarded.versions.register(str(model_folder), "prod.other.loans")
    guarded.grants.grant(USE, "prod", ["ben"])
    guarded.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    with closing(jupyter_modelreg.connect(str(tmp_path / "third.duckdb"), actor="ben")) as third:
        assert third.sync.pull(guarded.uri).models.imported == 1
        guarded.grants.grant(["EXECUTE"], "prod.other", ["ben"])
        assert third.sync.pull(guarded.uri).models.imported == 1


def test_rules_hold(guarded: Registry, laptop: Registry) -> None:
    guarded.grants.grant(["ALL PRIVILEGES", "MANAGE"], "prod", ["ben"])
    guarded.tag_policies.create("team", ["risk", "credit"])
    guarded.policies.add("told", "required-tags", "prod", parameters={"tags": ["reviewed"]})
    report = laptop.sync.push(guarded.uri)
    assert {each.name for each in report.skipped} == {f"{FRAUD}/4", f"{FRAUD}@Champion", f"{FRAUD} tag team"}
    assert guarded.models.get(FRAUD).aliases == {"Champion": 2}


def test_what_somebody_says_they_have_seen_hides_nothing_from_others(
    guarded: Registry, ben: Registry, laptop: Registry
) -> None:
    guarded.grants.grant(USE, "prod", ["ben", "mallory"])
    guarded.grants.grant(["APPLY TAG", "EXECUTE"], FRAUD, ["mallory"])
    theirs = laptop.sync.known("").registry
    with closing(jupyter_modelreg.connect(guarded.uri, actor="mallory")) as mallory:
        mallory.tags.set(FRAUD, {"a": "b"})
        last = mallory.history.last()
        assert last is not None
        done = Conclusion(registry=theirs, called="x", position=10**6, began=1, units={str(last.unit): last.seq})
        mallory.sync.conclude(done)
    guarded.grants.grant(["ALL PRIVILEGES", "MANAGE"], "prod", ["ben"])
    assert laptop.sync.push(guarded.uri).versions.imported == 1


def test_nobody_says_that_what_others_did_was_theirs(guarded: Registry, ben: Registry) -> None:
    guarded.tags.set(FRAUD, {"a": "b"})
    last = guarded.history.last()
    assert last is not None
    for first, end in ((last.unit, last.seq), (10**6, 10**6 + 1), (5, 4), (0, 0)):
        with pytest.raises(InvalidInput, match="are not of this sync"):
            ben.sync.conclude(Conclusion(registry="r", called="x", position=1, began=1, units={str(first): end}))
    assert guarded.history.last() == last


def test_a_registry_that_has_moved_takes_nothing(office: Registry, laptop: Registry, tmp_path: Path) -> None:
    laptop.sync.pull(office.uri)
    office.tags.set(FRAUD, {"team": "credit"})
    laptop.maintenance.move_to(str(tmp_path / "moved.duckdb"))
    with pytest.raises(InvalidState, match="moved"):
        laptop.sync.pull(office.uri)


def offered(office: Registry) -> Offer:
    return office.sync.offer(Known(registry=""))


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("models", "name", "../../etc", "name"),
        ("models", "owner", 3, "column owner of the models of an offer is text"),
        ("versions", "version", 0, "the number of a version"),
        ("versions", "version", True, "column version of the versions of an offer is integer"),
        ("versions", "managed", "yes", "column managed"),
        ("files", "path", "../../../etc/passwd", "is not the path of a file below its folder"),
        ("files", "sha256", "abc", "SHA-256"),
        ("changes", "kind", "grant", "is not a kind of item"),
        ("versions", "lineage", '{"copied_from": 3}', "where a version came from"),
    ],
)
def test_what_is_no_offer_is_refused(
    office: Registry, laptop: Registry, table: str, column: str, value: Any, said: str
) -> None:
    offer = offered(office)
    tables: dict[str, Any] = {name: dict(columns) for name, columns in offer.tables.items()}  # type: ignore[arg-type]
    tables[table][column] = [value for _ in tables[table][column]]
    with pytest.raises(InvalidInput, match=said):
        laptop.sync.receive(replace(offer, tables=tables), sender="x")
    assert laptop.history.last() is None


@pytest.mark.parametrize(
    "tables", [{"models": []}, {"models": {"name": "x"}}, {"models": {"name": ["x"]}}, {"models": 3}]
)
def test_what_is_no_table_is_refused(laptop: Registry, tables: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="of an offer"):
        laptop.sync.receive(Offer(registry="x", position=1, tables=tables), sender="x")


def test_files_that_were_not_sent_are_missed(office: Registry, laptop: Registry) -> None:
    offer = offered(office)
    assert laptop.sync.lacking(offer) == [f"{FRAUD}/{number}" for number in (1, 2, 3)]
    received = laptop.sync.receive(offer, sender="office")
    assert received.report.versions.imported == 0
    assert received.report.skipped[0].why == f"the files of {FRAUD}/1 were not sent"
    assert "grants" not in str(encode(offer)).replace("'grants': ['{}'", "")


def test_files_that_are_here_already_need_not_be_given(office: Registry, laptop: Registry, model_folder: Path) -> None:
    laptop.versions.register(str(model_folder), "prod.mine.fraud")
    offer = offered(office)
    assert laptop.sync.lacking(offer) == []
    received = laptop.sync.receive(offer, sender="office")
    assert received.report.versions.imported == 3
    assert laptop.versions.files(f"{FRAUD}/3") == office.versions.files(f"{FRAUD}/3")
    assert not laptop.maintenance.verify().findings


def test_nobody_gets_a_model_by_knowing_the_hashes_of_its_files(
    office: Registry, laptop: Registry, model_folder: Path
) -> None:
    laptop.versions.register(str(model_folder), "prod.secret.fraud")
    laptop.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    laptop.grants.grant(["CREATE CATALOG"], "registry", ["mallory"])
    laptop.catalogs.create("open")
    laptop.grants.grant(["ALL PRIVILEGES"], "open", ["mallory"])
    office.models.rename(FRAUD, "open.mine.fraud", force=True)
    with closing(jupyter_modelreg.connect(laptop.uri, actor="mallory")) as mallory:
        assert len(mallory.sync.lacking(offered(office))) == 3
        received = mallory.sync.receive(offered(office), sender="office")
        assert received.report.versions.imported == 0
        assert "were not sent" in received.report.skipped[0].why


def test_a_reader_takes_nothing(office: Registry) -> None:
    from jupyter_modelreg.core.identity.records import Caller

    reader = office.called_by(Caller(actor="ana", read_only=True))
    reader.sync.offer(Known(registry=""))
    with pytest.raises((PermissionDenied, InvalidState, Exception), match="looking only"):
        reader.sync.conclude(Conclusion(registry="r", called="x", position=1, began=1))
