"""Governed tags: which values one may have, and who may set it, wherever a tag is set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.entities.values import TagInUse
from jupyter_modelreg.core.errors import InvalidInput, NotFound, PermissionDenied, PolicyRefused, RegistryError
from jupyter_modelreg.core.governance.records import TagPolicy, TagViolation
from jupyter_modelreg.core.history.sentences import sentence_of, text_of
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def governed(registry: Registry) -> Registry:
    """ana's registry, in which anybody may set `stage` to one of three values, and the risk team alone `approved`."""
    registry.models.create(FRAUD)
    registry.versions.register(SOURCE, "iris", check_source=False)
    registry.groups.create("risk-team", ["cleo"])
    registry.tag_policies.create("stage", ["dev", "staging", "prod"], description="Where it may run")
    registry.tag_policies.create("approved", assigners=["risk-team"])
    return registry


SETTING: dict[str, Callable[[Registry, dict[str, str]], object]] = {
    "set": lambda registry, tags: registry.tags.set(FRAUD, tags),
    "set on a version": lambda registry, tags: registry.tags.set("iris/1", tags),
    "edit": lambda registry, tags: registry.tags.edit("iris/1", set=tags),
    "create": lambda registry, tags: registry.models.create("prod.ml_team.new", tags=tags),
    "register": lambda registry, tags: registry.versions.register(SOURCE, "iris", tags=tags, check_source=False),
}


@pytest.mark.parametrize("way", SETTING)
def test_a_tag_has_no_value_but_those_that_are_allowed(governed: Registry, way: str) -> None:
    before = governed.history.last()
    with pytest.raises(PolicyRefused) as refused:
        SETTING[way](governed, {"note": "x", "stage": "Stagin"})
    assert refused.value.message == (
        "tag stage cannot be 'Stagin': its tag policy allows staging, dev and prod"
    )  # the closest first
    assert refused.value.hint == "set one of these, or look at it: tag-policy show stage"
    assert governed.history.last() == before
    SETTING[way](governed, {"note": "x", "stage": "staging"})


@pytest.mark.parametrize("way", SETTING)
def test_a_tag_is_set_by_those_who_may(governed: Registry, as_: As, way: str) -> None:
    before = governed.history.last()
    for actor in (governed, as_("ben")):  # who administers the registry is none of them by that
        with pytest.raises(PermissionDenied, match=r"may not set or remove tag approved: .* to the group risk-team"):
            SETTING[way](actor, {"approved": "yes"})
    assert governed.history.last() == before
    SETTING[way](as_("cleo"), {"approved": "yes"})


def test_who_may_not_set_a_tag_does_not_remove_it_nor_undoes_that(governed: Registry, as_: As) -> None:
    as_("cleo").tags.set(FRAUD, {"approved": "yes"})
    set_by = governed.history.last()
    assert set_by is not None
    for call in (lambda: governed.tags.remove(FRAUD, ["approved"]), lambda: governed.history.undo(set_by.seq)):
        with pytest.raises(PermissionDenied, match="ana may not set or remove tag approved"):
            call()
    as_("cleo").history.undo()
    assert governed.models.get(FRAUD).tags == {}


def test_undo_sets_no_value_that_is_not_allowed_any_more(governed: Registry) -> None:
    governed.tags.set(FRAUD, {"stage": "dev"})
    governed.tags.set(FRAUD, {"stage": "prod"})
    governed.tag_policies.change("stage", values=["prod"])
    moved = governed.history.recent(FRAUD, limit=1)[0]
    with pytest.raises(PolicyRefused, match="tag stage cannot be 'dev'"):
        governed.history.undo(moved.seq)
    assert governed.models.get(FRAUD).tags == {"stage": "prod"}


def test_what_was_there_before_stays_and_is_told(governed: Registry, as_: As) -> None:
    governed.tags.set(FRAUD, {"level": "9"})
    governed.tags.set("iris/1", {"level": "low"})
    governed.tags.set("iris", {"level": "high"})
    governed.tag_policies.create("level", ["low", "high"])
    assert governed.models.get(FRAUD).tags == {"level": "9"}
    governed.tag_policies.change("level", values=["high"])
    outside = [
        TagViolation(name=FRAUD, key="level", value="9"),
        TagViolation(name="iris/1", key="level", value="low"),
    ]
    assert list(governed.tag_policies.violations("level")) == list(governed.tag_policies.violations()) == outside
    close(governed)
    governed.grants.grant(["EXECUTE"], "iris", ["ben"])
    assert list(as_("ben").tag_policies.violations()) == outside[1:]


def test_a_copy_leaves_out_what_its_maker_may_not_set(governed: Registry, as_: As, model_folder: Path) -> None:
    as_("cleo").versions.register(str(model_folder), "dev.a.b", tags={"approved": "yes", "stage": "dev", "note": "x"})
    governed.tag_policies.change("stage", values=["prod"])
    told = governed.previews.copy("dev.a.b/1", FRAUD)
    copied = governed.versions.copy("dev.a.b/1", FRAUD)
    assert copied.tags == {"note": "x"}
    messages = [warning.message for warning in copied.warnings]
    assert [warning.message for warning in told.warnings] == messages
    assert messages == [
        "tag approved is left out: ana may not set or remove tag approved: its tag policy leaves that to the group "
        "risk-team",
        "tag stage is left out: tag stage cannot be 'dev': its tag policy allows prod",
    ]
    assert as_("cleo").versions.copy("dev.a.b/1", "dev.a.c").tags == {"approved": "yes", "note": "x"}


def test_a_registration_is_told_of_it_before(governed: Registry) -> None:
    told = governed.previews.register(SOURCE, "iris", tags={"stage": "x"})
    assert [(each.kind, each.message) for each in told.warnings] == [
        ("tag", "tag stage cannot be 'x': its tag policy allows dev, staging and prod")
    ]


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_leaves_out_what_is_not_allowed_here(
    governed: Registry, tmp_path: Path, model_folder: Path, dry_run: bool
) -> None:
    other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ben")
    other.models.create("plain", tags={"approved": "yes", "note": "x"})
    other.versions.register(SOURCE, "plain", tags={"stage": "live", "note": "x"}, check_source=False)
    other.versions.register(str(model_folder), "test.a.b", tags={"stage": "live"})
    other.close()
    report = governed.exchange.import_from(str(tmp_path / "other.duckdb"), dry_run=dry_run)
    skipped = [(each.kind, each.name, each.why) for each in report.skipped]
    value = "tag stage cannot be 'live': its tag policy allows dev, staging and prod"
    who = "ana may not set or remove tag approved: its tag policy leaves that to the group risk-team"
    assert sorted(skipped) == [
        ("tag", "plain approved=yes", who),
        ("tag", "plain/1 stage=live", value),
        ("tag", "test.a.b/1 stage=live", value),
    ]
    assert (report.models.imported, report.versions.imported) == (2, 2)
    if not dry_run:
        assert governed.models.get("plain").tags == governed.versions.get("plain/1").tags == {"note": "x"}
        assert governed.versions.get("test.a.b/1").tags == {}
        assert governed.maintenance.verify(rebuild=True).findings == []


def test_suggestions_begin_with_what_is_allowed(governed: Registry, as_: As) -> None:
    governed.tags.set(FRAUD, {"team": "risk"})
    as_("cleo").tags.set("iris", {"approved": "yes"})
    stage = TagInUse(key="stage", values=["dev", "staging", "prod"], governed=True)
    assert list(governed.tags.in_use(FRAUD)) == [stage, TagInUse(key="team", values=["risk"])]
    assert list(as_("cleo").tags.in_use()) == [
        TagInUse(key="approved", values=["yes"], governed=True),
        stage,
        TagInUse(key="team", values=["risk"]),
    ]


def test_it_is_in_the_log_and_can_be_undone(governed: Registry) -> None:
    governed.tag_policies.change("stage", values=["prod"], description="")
    governed.tag_policies.delete("approved")
    assert list(governed.tag_policies.list()) == [TagPolicy(key="stage", values=["prod"])]
    newest = governed.history.recent(limit=4)
    assert [text_of(sentence_of(event)) for event in newest] == [
        "deleted the policy of tag approved",
        "changed the policy of tag stage",
        "created the policy of tag approved",
        "created the policy of tag stage",
    ]
    assert governed.as_of(newest[2].time).tag_policies.list()
    for _ in range(2):
        governed.history.undo()
    stage = TagPolicy(key="stage", values=["dev", "staging", "prod"], description="Where it may run")
    assert list(governed.tag_policies.list()) == [TagPolicy(key="approved", assigners=["risk-team"]), stage]
    assert governed.maintenance.verify(rebuild=True).findings == []


def test_it_is_in_a_backup(governed: Registry, tmp_path: Path) -> None:
    before = governed.tag_policies.list()
    governed.maintenance.backup(tmp_path / "backup.zip")
    governed.tag_policies.delete("stage")
    governed.maintenance.restore(tmp_path / "backup.zip", force=True)
    assert governed.tag_policies.list() == before


def test_whoever_manages_the_registry_governs_and_everybody_sees(governed: Registry, as_: As) -> None:
    close(governed)
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on registry"):
        as_("ben").tag_policies.create("x", ["y"])
    assert as_("ben").tag_policies.list() == governed.tag_policies.list()


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda r: r.tag_policies.create("stage", ["a"]), RegistryError, "tag stage has a policy already"),
        (lambda r: r.tag_policies.create("x"), InvalidInput, "governs nothing"),
        (lambda r: r.tag_policies.change("approved", assigners=[]), InvalidInput, "governs nothing"),
        (lambda r: r.tag_policies.create("", ["a"]), InvalidInput, "tag"),
        (lambda r: r.tag_policies.create("mlflow.prompt.is_prompt", ["a"]), InvalidInput, "MLflow sets itself"),
        (lambda r: r.tag_policies.create("x", ["a" * 200_000]), InvalidInput, "200"),
        (lambda r: r.tag_policies.create("x", assigners=["risk-taem"]), InvalidInput, "did you mean risk-team?"),
        (lambda r: r.tag_policies.get("stag"), NotFound, "did you mean stage?"),
        (lambda r: r.tag_policies.delete("none"), NotFound, "no tag policy none"),
        (lambda r: r.tag_policies.violations("none"), NotFound, "no tag policy none"),
    ],
)
def test_bad_input_changes_nothing(
    governed: Registry, call: Callable[[Registry], object], error: type[RegistryError], said: str
) -> None:
    before = governed.history.last()
    with pytest.raises(error) as refused:
        call(governed)
    assert said in refused.value.message
    assert refused.value.hint
    assert governed.history.last() == before
