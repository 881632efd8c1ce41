"""Bringing things from one registry to another and back: what comes, what stays, and what both have changed."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.sync.records import Applied, SyncReport
from tests.support.names import FRAUD

pytest_plugins = ["tests.support.commands"]

IRIS = "iris"


def came(report: SyncReport) -> tuple[int, int]:
    """How many models and versions came."""
    return report.models.imported, report.versions.imported


def aliases(registry: Registry) -> Mapping[str, int]:
    return registry.models.get(FRAUD).aliases


def test_all_that_is_lacking_comes_as_it_was(office: Registry, laptop: Registry) -> None:
    report = laptop.sync.pull(office.uri)
    assert came(report) == (1, 3)
    assert report.applied == [Applied(name=f"{FRAUD}@Champion", before=None, after="2")]
    assert not report.skipped
    assert not report.conflicts
    theirs, ours = office.models.get(FRAUD), laptop.models.get(FRAUD)
    for name in ("description", "tags", "aliases", "created_at", "created_by", "last_version", "owner"):
        assert getattr(ours, name) == getattr(theirs, name), name
    for number in (1, 2, 3):
        there, here = (each.versions.get(f"{FRAUD}/{number}") for each in (office, laptop))
        for name in ("description", "tags", "source", "created_at", "created_by", "signature", "size", "status"):
            assert getattr(here, name) == getattr(there, name), name
        assert laptop.versions.files(f"{FRAUD}/{number}") == office.versions.files(f"{FRAUD}/{number}")
    assert not laptop.maintenance.verify().findings
    assert laptop.versions.load(f"{FRAUD}@Champion") is not None


def test_who_did_it_there_and_why_is_kept(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    [moved] = laptop.history.recent(FRAUD, actions=["alias"])
    assert moved.actor == "ben"
    assert str(moved.reason).startswith(f"ana did so in {office.uri} at 20")
    assert str(moved.reason).endswith(": beats the first")
    last = laptop.history.told(limit=1)[0]
    said = "".join(part.text for part in last.sentence)
    assert said.startswith("brought 1 model, 3 versions and 1 change from modelreg:")


def test_the_second_time_nothing_comes_and_nothing_is_noted(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    before = laptop.history.last()
    report = laptop.sync.pull(office.uri)
    assert came(report) == (0, 0)
    assert not report.models.there, "what has not changed since is not even looked at"
    assert laptop.history.last() == before


def test_what_only_one_side_has_changed_goes_to_the_other(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    office.aliases.set(FRAUD, "Champion", 3)
    office.tags.remove(FRAUD, ["team"])
    office.versions.describe(f"{FRAUD}/1", "the first")
    laptop.tags.set(f"{FRAUD}/2", {"looked": "at"})
    laptop.models.describe(FRAUD, "finds it faster")
    report = laptop.sync.pull(office.uri)
    assert {each.name for each in report.applied} == {
        f"{FRAUD}@Champion",
        f"{FRAUD} tag team",
        f"{FRAUD}/1 description",
    }
    assert (report.conflicts, report.kept) == ([], 2)
    assert aliases(laptop) == {"Champion": 3}
    assert laptop.models.get(FRAUD).tags == {}
    assert laptop.models.get(FRAUD).description == "finds it faster"
    back = laptop.sync.push(office.uri)
    assert {each.name for each in back.applied} == {f"{FRAUD}/2 tag looked", f"{FRAUD} description"}
    assert office.models.get(FRAUD).description == "finds it faster"
    assert office.versions.get(f"{FRAUD}/2").tags["looked"] == "at"
    assert came(laptop.sync.pull(office.uri)) == (0, 0)
    assert not laptop.sync.pull(office.uri).applied


def test_an_alias_that_was_removed_there_goes_here(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    office.aliases.remove(FRAUD, "Champion")
    assert laptop.sync.pull(office.uri).applied == [Applied(name=f"{FRAUD}@Champion", before="2", after=None)]
    assert aliases(laptop) == {}


@pytest.mark.parametrize(("whose", "stands"), [("ours", 1), ("theirs", 3)])
def test_what_both_have_changed_is_somebodys_to_settle(
    office: Registry, laptop: Registry, whose: str, stands: int
) -> None:
    laptop.sync.pull(office.uri)
    office.aliases.set(FRAUD, "Champion", 3)
    laptop.aliases.set(FRAUD, "Champion", 1)
    for _ in range(2):  # it is not forgotten
        [conflict] = laptop.sync.pull(office.uri).open
        assert (conflict.name, conflict.sent, conflict.received) == (f"{FRAUD}@Champion", "3", "1")
        assert (conflict.sent_by, conflict.received_by) == ("ana", "ben")
        assert aliases(laptop) == {"Champion": 1}
    settled = laptop.sync.pull(office.uri, prefer=whose)  # type: ignore[arg-type]
    assert (len(settled.conflicts), settled.open) == (1, [])
    assert aliases(laptop) == {"Champion": stands}
    assert not laptop.sync.pull(office.uri).conflicts
    laptop.sync.push(office.uri)
    assert aliases(office) == {"Champion": stands}


def test_each_conflict_may_be_settled_by_itself(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    for registry, number, team in ((office, 3, "credit"), (laptop, 1, "cards")):
        registry.aliases.set(FRAUD, "Champion", number)
        registry.tags.set(FRAUD, {"team": team})
    report = laptop.sync.pull(office.uri, choices={f"{FRAUD}@Champion": "theirs"})
    assert [each.name for each in report.open] == [f"{FRAUD} tag team"]
    assert aliases(laptop) == {"Champion": 3}
    assert laptop.models.get(FRAUD).tags == {"team": "cards"}


def test_the_same_change_on_both_sides_is_no_conflict(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    for registry in (office, laptop):
        registry.aliases.set(FRAUD, "Champion", 3)
    report = laptop.sync.pull(office.uri)
    assert (report.conflicts, report.applied, report.kept) == ([], [], 0)
    laptop.aliases.set(FRAUD, "Champion", 1)
    office.models.describe(FRAUD, "more")
    assert not laptop.sync.pull(office.uri).conflicts, "and both are known to have agreed on it"
    assert laptop.sync.push(office.uri).applied[0].after == "1"


def test_a_number_that_is_taken_is_not_taken_twice(office: Registry, laptop: Registry, model_folder: Path) -> None:
    laptop.sync.pull(office.uri)
    office.versions.register(str(model_folder), FRAUD, description="ana's fourth")
    laptop.versions.register(str(model_folder), FRAUD, description="ben's fourth")
    office.aliases.set(FRAUD, "Champion", 4)
    report = laptop.sync.pull(office.uri)
    [renumbered] = report.renumbered
    assert (renumbered.model, renumbered.number, renumbered.was) == (FRAUD, 5, 4)
    assert laptop.versions.get(f"{FRAUD}/5").description == "ana's fourth"
    assert aliases(laptop) == {"Champion": 5}, "the alias follows the version, not its number"
    was = laptop.lineage.of(f"{FRAUD}/5").came_from
    assert was is not None
    assert (was.registry, was.model, was.version) == (office.uri, FRAUD, 4)
    for _ in range(2):
        laptop.sync.push(office.uri)
        assert came(laptop.sync.pull(office.uri)) == (0, 0)
    assert office.versions.get(f"{FRAUD}/6").description == "ben's fourth", "5 has been used on the laptop"
    assert aliases(office) == {"Champion": 4}
    office.tags.set(f"{FRAUD}/4", {"which": "ana's"})
    laptop.sync.pull(office.uri)
    assert laptop.versions.get(f"{FRAUD}/5").tags["which"] == "ana's"


def test_what_was_deleted_here_does_not_come_again(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    laptop.versions.delete(f"{FRAUD}/1")
    laptop.versions.delete(f"{FRAUD}/3")
    laptop.trash.purge([f"{FRAUD}/3"])
    office.tags.set(FRAUD, {"a": "b"})
    report = laptop.sync.pull(office.uri)
    assert [each.name for each in report.skipped] == [f"{FRAUD}/1", f"{FRAUD}/3"]
    assert all("was deleted where it would come to" in each.why for each in report.skipped)
    assert report.skipped[0].hint == f"restore it there: restore {FRAUD}/1"
    assert [each.version for each in laptop.versions.list(FRAUD)] == [2]
    laptop.models.delete(FRAUD, force=True)
    office.tags.set(FRAUD, {"a": "c"})
    [skipped] = laptop.sync.pull(office.uri).skipped
    assert skipped.why == f"{FRAUD} was deleted where it would come to"
    laptop.trash.restore(FRAUD)
    assert laptop.sync.pull(office.uri).applied[0].after == "c", "what was refused is offered again"


def test_a_renamed_model_is_still_the_same(office: Registry, laptop: Registry, model_folder: Path) -> None:
    laptop.sync.pull(office.uri)
    laptop.models.rename(FRAUD, "prod.ml_team.scam", force=True)
    office.versions.register(str(model_folder), FRAUD)
    assert came(laptop.sync.pull(office.uri)) == (0, 1)
    assert [model.name for model in laptop.models.list()] == ["prod.ml_team.scam"]
    office.models.rename(FRAUD, "prod.ml_team.swindle", force=True)
    office.versions.register(str(model_folder), "prod.ml_team.swindle")
    assert came(laptop.sync.pull(office.uri)) == (0, 1)
    assert laptop.models.get("prod.ml_team.scam").last_version == 5


def test_what_is_named_comes_alone(office: Registry, laptop: Registry, model_folder: Path) -> None:
    office.versions.register(str(model_folder), "prod.other.loans")
    office.versions.register(str(model_folder), IRIS, aliases=["Best"])
    office.schemas.describe("prod.ml_team", "what the team makes")
    assert came(laptop.sync.pull(office.uri, ["prod.ml_team"])) == (1, 3)
    assert laptop.schemas.get("prod.ml_team").description == "what the team makes"
    assert came(laptop.sync.pull(office.uri, [IRIS])) == (1, 1)
    assert laptop.models.get(IRIS).aliases == {"Best": 1}
    assert came(laptop.sync.pull(office.uri, ["prod"])) == (1, 1)
    assert came(laptop.sync.pull(office.uri)) == (0, 0)
    with pytest.raises(NotFound, match="nowhere"):
        laptop.sync.pull(office.uri, ["nowhere"])
    with pytest.raises(InvalidInput, match="nothing is named"):
        laptop.sync.pull(office.uri, [])


def test_a_version_is_named_with_what_points_at_it(office: Registry, laptop: Registry) -> None:
    report = laptop.sync.pull(office.uri, [f"{FRAUD}@Champion"])
    assert came(report) == (1, 1)
    assert [each.version for each in laptop.versions.list(FRAUD)] == [2]
    assert aliases(laptop) == {"Champion": 2}
    assert came(laptop.sync.pull(office.uri)) == (0, 2), "the rest comes later"


def test_a_dry_run_says_it_and_does_nothing(office: Registry, laptop: Registry) -> None:
    report = laptop.sync.pull(office.uri, dry_run=True)
    assert (came(report), report.dry_run) == ((1, 3), True)
    assert laptop.history.last() is None
    laptop.sync.pull(office.uri)
    office.aliases.set(FRAUD, "Champion", 3)
    before = laptop.history.last()
    assert laptop.sync.pull(office.uri, dry_run=True).applied == [
        Applied(name=f"{FRAUD}@Champion", before="2", after="3")
    ]
    assert (laptop.history.last(), aliases(laptop)) == (before, {"Champion": 2})


def test_it_is_undone_as_one(office: Registry, laptop: Registry) -> None:
    laptop.sync.pull(office.uri)
    office.aliases.set(FRAUD, "Champion", 3)
    office.tags.set(FRAUD, {"team": "credit"})
    laptop.sync.pull(office.uri)
    laptop.history.undo()
    assert aliases(laptop) == {"Champion": 2}
    assert laptop.models.get(FRAUD).tags == {"team": "risk"}
    assert not laptop.sync.pull(office.uri).applied, "what was undone here stays undone"
    before = laptop.history.last()
    assert before is not None
    with pytest.raises(InvalidState, match="nothing of cleo's to undo"):
        jupyter_modelreg.connect(laptop.uri, actor="cleo").history.undo()


def test_prompts_and_workspace_models_come_too(office: Registry, laptop: Registry, model_folder: Path) -> None:
    prompt = {"mlflow.prompt.is_prompt": "true"}
    office.models.create("greeting", tags=prompt)
    office.versions.register("dummy-source", "greeting", tags={**prompt, "mlflow.prompt.text": "Hello {{name}}"})
    office.versions.register(str(model_folder), IRIS)
    office.versions.transition(IRIS, 1, "Staging")
    report = laptop.sync.pull(office.uri)
    assert (report.prompts.imported, report.versions.imported) == (1, 5)
    assert laptop.versions.get("greeting/1").tags["mlflow.prompt.text"] == "Hello {{name}}"
    assert laptop.versions.get(f"{IRIS}/1").stage == "Staging"
    laptop.models.delete("greeting")
    laptop.models.create("other")
    office.models.create("other", tags=prompt)
    [taken] = [each for each in laptop.sync.pull(office.uri).skipped if each.name == "other"]
    assert taken.why == "other is the name of a model there"


def test_programs_and_empty_folders_stay_what_they_are(
    registry: Registry, laptop: Registry, model_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "with_program"
    shutil.copytree(model_folder, folder)
    program = folder / "run.sh"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "empty").mkdir()
    registry.versions.register(str(folder), FRAUD)
    laptop.sync.pull(registry.uri)
    assert laptop.versions.files(f"{FRAUD}/1") == registry.versions.files(f"{FRAUD}/1")
    assert {each.kind for each in laptop.versions.files(f"{FRAUD}/1")} == {"file", "executable", "folder"}


def test_damaged_files_do_not_come(office: Registry, laptop: Registry) -> None:
    file = Path(office.versions.folder(f"{FRAUD}/2")) / "MLmodel"
    file.chmod(0o644)
    file.write_text(file.read_text() + "\n# altered\n")
    report = laptop.sync.pull(office.uri)
    assert came(report) == (1, 2)
    assert {each.kind for each in report.skipped} == {"version", "alias"}
    assert "are not what they were when it was registered" in report.skipped[0].why
    assert laptop.versions.get(f"{FRAUD}/2").status == "FAILED_REGISTRATION"
    assert laptop.sync.pull(office.uri).skipped, "it is tried again"


def test_many_pages_are_one_sync(office: Registry, laptop: Registry) -> None:
    for number in range(230):
        office.versions.register("s3://nowhere", IRIS if number % 3 else f"m{number}", check_source=False)
    office.aliases.set(IRIS, "First", 1)
    office.aliases.set(IRIS, "Last", 120)
    report = laptop.sync.pull(office.uri)
    assert report.versions.imported == 233
    assert laptop.models.get(IRIS).aliases == {"First": 1, "Last": 120}
    assert [each.action for each in laptop.history.recent(actions=["registry"])] == ["registry.synced"]


def test_what_is_cut_off_goes_on(office: Registry, laptop: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_modelreg.core.exchange.managed_versions import ManagedVersionImport

    bring, count = ManagedVersionImport.bring, 0

    def cut_off(self: ManagedVersionImport, *args: object) -> bool:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return bring(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(ManagedVersionImport, "bring", cut_off)
    with pytest.raises(KeyboardInterrupt):
        laptop.sync.pull(office.uri)
    assert len(laptop.versions.list(FRAUD)) == 2
    monkeypatch.undo()
    assert came(laptop.sync.pull(office.uri)) == (0, 1)
    assert aliases(laptop) == {"Champion": 2}
    office.tags.set(FRAUD, {"team": "credit"})
    assert not laptop.sync.pull(office.uri).conflicts


def test_what_had_come_before_it_was_cut_off_is_known(
    office: Registry, laptop: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_modelreg.core.sync.peers import LocalPeer

    for number in range(120):
        office.versions.register("s3://nowhere", IRIS if number else "first", check_source=False)
    office.tags.set("first", {"a": "early"})
    offer, count = LocalPeer.offer, 0

    def cut_off(self: LocalPeer, *args: object) -> object:
        nonlocal count
        count += 1
        if count == 2:
            raise SourceUnavailable("the disk is gone")
        return offer(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(LocalPeer, "offer", cut_off)
    with pytest.raises(SourceUnavailable, match="the disk is gone"):
        laptop.sync.pull(office.uri)
    monkeypatch.undo()
    office.tags.set("first", {"a": "later"})
    report = laptop.sync.pull(office.uri)
    assert not report.conflicts
    assert laptop.models.get("first").tags == {"a": "later"}
    assert report.versions.imported > 0


def test_bad_input_says_what_to_do(office: Registry, laptop: Registry, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"there is no registry at .*nothing\.duckdb"):
        laptop.sync.pull(str(tmp_path / "nothing.duckdb"))
    with pytest.raises(InvalidInput, match="is this registry itself"):
        office.sync.pull(office.uri)
    assert laptop.history.last() is None


def test_three_registries_end_with_the_same(office: Registry, laptop: Registry, tmp_path: Path) -> None:
    third = jupyter_modelreg.connect(str(tmp_path / "third.duckdb"), actor="cleo")
    laptop.sync.pull(office.uri)
    laptop.sync.push(third.uri)
    assert came(third.sync.pull(office.uri)) == (0, 0)
    assert not third.sync.push(office.uri).versions.imported
    third.close()
