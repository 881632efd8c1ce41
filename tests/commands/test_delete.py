"""The command delete: what it asks, what it refuses, and what it says is left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import done

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]

WAY_BACK = f"modelreg restore {FRAUD}/1 brings it back"


def size(registry: Registry, *numbers: int) -> str:
    from jupyter_modelreg.commands.results.formats import size_text

    return size_text(sum(registry.versions.get(f"{FRAUD}/{number}").size or 0 for number in numbers))


class TestAsking:
    def test_the_question_says_what_goes_what_holds_it_and_what_is_left(
        self, do: Do, stocked: Registry, host: RecordingHost
    ) -> None:
        host.answer = False
        said = do(f"delete {FRAUD}@Champion --force")
        assert host.questions == [
            f"- moves {FRAUD}/1 to the trash\n"
            f"- the files ({size(stocked, 1)}) stay on disk until the trash is purged\n"
            "- removes @Champion: code that loads by it stops working\n"
            "- its number is not used again\n"
            f"- {WAY_BACK}\n"
            f"Delete {FRAUD}/1?"
        ]
        assert repr(said) == f"nothing was deleted: {FRAUD}/1 is as it was"
        assert said.exit_code == 1
        assert "mreg-out-tick" not in str(said.html()).partition("</style>")[2]
        assert stocked.models.get(FRAUD).aliases == {"Champion": 1}

    def test_a_model(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        host.answer = True
        do(f"alias {FRAUD}@Old 2")
        do(f"delete {FRAUD} --force")
        (question,) = host.questions
        assert f"- moves {FRAUD} and its 2 versions to the trash" in question
        assert "- removes @Champion (1), @Old (2): code that loads by them stops working" in question
        assert f"- a new {FRAUD} would begin at version 3" in question
        assert question.endswith(f"\nDelete {FRAUD} and its 2 versions?")
        with pytest.raises(NotFound):
            stocked.models.get(FRAUD)

    def test_a_range_a_workspace_model_and_what_is_empty(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        host.answer = False
        do("create model prod.empty.model")
        do("create catalog bare")
        for ref in (f"{FRAUD}/2-5", "iris", "prod.empty.model", "bare"):
            do(f"delete {ref}")
        versions, workspace, model, catalog = host.questions
        assert versions.endswith(f"\nDelete {FRAUD}/2?")
        assert "the files stay where they are: they are not the registry's" in workspace
        assert "- a new iris would begin at version 1" in workspace
        assert model.startswith("- moves prod.empty.model (no versions) to the trash")
        assert "files" not in model
        assert catalog == "- it is empty\nDelete catalog bare?"

    @pytest.mark.parametrize(
        ("line", "again"),
        [
            (f"delete {FRAUD}/2 -m 'not wanted'", f"modelreg delete {FRAUD}/2 -m 'not wanted' --yes"),
            (f"delete -m x -- {FRAUD}", f"modelreg delete -m x --force --yes -- {FRAUD}"),
            ("delete bare", "modelreg delete bare --yes"),
        ],
    )
    def test_where_nobody_can_be_asked_the_line_to_run_is_given(
        self, do: Do, stocked: Registry, host: RecordingHost, line: str, again: str
    ) -> None:
        do("create catalog bare")
        before = stocked.history.last()
        if "--force" in again:
            line = line.replace(" -- ", " --force -- ")
        with pytest.raises(InvalidInput, match="needs an answer, and nobody can be asked here") as refused:
            do(line)
        assert refused.value.hint == f"to do it all the same: {again}"
        assert stocked.history.last() == before
        do(again.removeprefix("modelreg "))
        assert stocked.history.last() != before


class TestRefusing:
    def test_what_an_alias_points_at_stays_without_a_question(
        self, do: Do, stocked: Registry, host: RecordingHost
    ) -> None:
        host.answer = True
        for line in (f"delete {FRAUD}/1", f"delete {FRAUD}/1-2 --yes", f"delete {FRAUD}"):
            with pytest.raises(InvalidState, match=r"cannot be deleted while @Champion points there") as refused:
                do(line)
            assert f"unalias {FRAUD}@Champion" in str(refused.value.hint)
            assert "--force" in str(refused.value.hint)
        assert host.questions == []
        do(f"unalias {FRAUD}@Champion")
        do(f"delete {FRAUD}/1")
        assert len(host.questions) == 1

    def test_schemas_and_catalogs_only_when_empty(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        with pytest.raises(InvalidState, match=f"still holds model {FRAUD}"):
            do("delete prod.ml_team --yes")
        with pytest.raises(InvalidState, match=r"still holds schema prod.ml_team"):
            do("delete prod")
        assert host.questions == []
        do(f"delete {FRAUD} --force --yes")
        assert done(do("delete prod.ml_team --yes")) == "deleted schema prod.ml_team, which was empty"
        assert done(do("delete prod --yes")) == "deleted catalog prod, which was empty"
        assert do("catalogs").rows == []

    def test_what_is_not_there(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        for ref in (f"{FRAUD}/9", "nothing", "a.b", "a.b.c", f"{FRAUD}@Nobody"):
            with pytest.raises(NotFound):
                do(f"delete {ref}")
        assert len(do("models").rows) == 2
        assert host.questions == []


class TestTelling:
    def test_a_version_and_its_aliases(self, do: Do, stocked: Registry) -> None:
        kept = size(stocked, 1)
        said = do(f"delete {FRAUD}/1 --force --yes")
        assert done(said).splitlines() == [
            f"moved {FRAUD}/1 to the trash; its number is not used again",
            "removed @Champion",
            f"the files ({kept}) stay on disk until the trash is purged",
        ]
        assert "mreg-out-tick" not in str(said.html()).partition("</style>")[2]
        with pytest.raises(AliasNotFound):
            do(f"show {FRAUD}@Champion")

    def test_what_it_says_of_the_files_is_so(self, do: Do, stocked: Registry, registry_path: Path) -> None:
        version = stocked.versions.get(f"{FRAUD}/2")
        folder = registry_path.with_name(f"{registry_path.name}.files") / str(version.id)
        do(f"delete {FRAUD}/2 --yes")
        assert (folder / "MLmodel").is_file()
        stocked.trash.purge()
        assert not folder.exists()

    def test_the_way_back_that_it_names_leads_back(self, do: Do, stocked: Registry) -> None:
        said = do(f"delete {FRAUD} --force --yes")
        back = repr(said).splitlines()[-1].removesuffix(" takes this back")
        do(back.removeprefix("modelreg "))
        assert do(f"show {FRAUD}@Champion").rows[0]["version"] == 1
        do(f"delete {FRAUD} --force --yes")
        assert done(do(f"restore {FRAUD}")) == f"restored {FRAUD} from the trash, with @Champion (1)"
        assert do(f"show {FRAUD}@Champion").rows[0]["version"] == 1
        said = do(f"delete {FRAUD}/1-2 --force --yes")
        do(f"undo {said.rows[0]['undo']}")
        assert do(f"show {FRAUD}@Champion").rows[0]["version"] == 1

    def test_a_range_and_the_numbers_after_it(self, do: Do, stocked: Registry, model_folder: Path) -> None:
        said = do(f"delete {FRAUD}/1-2 --force --yes")
        assert repr(said).startswith(
            f"moved {FRAUD}/1-2 (2 versions) to the trash; their numbers are not used again\nremoved @Champion (1)\n"
        )
        assert [row["version"] for row in said.rows] == [1, 2]
        assert do(f"register {model_folder} {FRAUD}").rows[0]["version"] == 3

    def test_a_model_with_its_versions(self, do: Do, stocked: Registry, model_folder: Path) -> None:
        kept = size(stocked, 1, 2)
        assert done(do(f"delete {FRAUD} --force --yes")).splitlines() == [
            f"moved {FRAUD} and its 2 versions to the trash",
            "removed @Champion (1)",
            f"the files ({kept}) stay on disk until the trash is purged",
        ]
        assert do(f"register {model_folder} {FRAUD}").rows[0]["version"] == 3
        assert done(do("delete iris --yes")).splitlines()[0] == "moved iris and its 1 version to the trash"
