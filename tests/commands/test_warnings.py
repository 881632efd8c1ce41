"""What register, copy, alias and create say besides what they did: takeovers, warnings, and kinds of models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from jupyter_modelreg.commands.results.results import Note
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import done

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


@pytest.fixture
def other_folder(model_folder: Path, tmp_path: Path) -> Path:
    """The same model, but for its signature: it takes a column `hour`."""
    import shutil

    folder = tmp_path / "other"
    shutil.copytree(model_folder, folder)
    description = yaml.safe_load((folder / "MLmodel").read_text())
    description["signature"]["inputs"] = json.dumps([{"name": "hour", "type": "double"}])
    (folder / "MLmodel").write_text(yaml.safe_dump(description))
    return folder


def shown(result: object) -> str:
    assert isinstance(result, Note)
    return str(result.html()).partition("</style>")[2]


def test_register_says_what_it_takes_over_and_what_is_wrong(do: Do, stocked: Registry, other_folder: Path) -> None:
    said = do(f"register {other_folder} {FRAUD} --alias Champion --alias champion --tag validation_status=failed")
    assert done(said).splitlines() == [
        f"registered {FRAUD}/3 from {other_folder}",
        f"{FRAUD}@Champion: 1 → 3",
        f"{FRAUD}@champion → 3",
        f"warning: {FRAUD}/3 is tagged validation_status=failed",
        f"warning: the signature of {FRAUD}/3 differs from that of {FRAUD}/1 (@Champion): input hour is new, "
        "input is gone",
        "warning: @champion is new, and differs only in case from @Champion, which points at version 1; "
        "write @Champion to move that one",
    ]
    assert said.rows[0]["moved"] == {"Champion": 1, "champion": None}
    assert f"{FRAUD}@Champion: 1 → 3" in shown(said)
    assert "warning: " in shown(said)
    assert shown(said).count("mreg-out-tick") == 3
    assert json.loads(repr(do(f"register {other_folder} {FRAUD} --alias Champion --json")))[0]["moved"] == {
        "Champion": 3
    }


def test_register_and_copy_say_that_a_version_is_there_already(do: Do, stocked: Registry) -> None:
    same = "warning: the same model is registered already, as "
    do(f"copy {FRAUD}/1 staging.ml_team.fraud")
    assert same + "staging.ml_team.fraud/1" in repr(do(f"copy {FRAUD}@Champion staging.ml_team.fraud"))
    again = do(f"register models:/{FRAUD}/1 staging.ml_team.fraud")
    assert same + "staging.ml_team.fraud/1 and staging.ml_team.fraud/2" in repr(again)


def test_copy_compares_with_the_target(do: Do, stocked: Registry, other_folder: Path) -> None:
    do(f"register {other_folder} dev.ml_team.churn --tag validation=rejected")
    assert done(do(f"copy dev.ml_team.churn/1 {FRAUD}")).splitlines()[1:] == [
        f"warning: {FRAUD}/3 is tagged validation=rejected",
        f"warning: the signature of {FRAUD}/3 differs from that of {FRAUD}/2: input hour is new, input is gone",
    ]


def test_alias_warns_of_the_same(do: Do, stocked: Registry, other_folder: Path) -> None:
    do(f"register {other_folder} {FRAUD} --tag Validation=FAILED")
    assert done(do(f"alias {FRAUD}@Champion 3")).splitlines() == [
        f"{FRAUD}@Champion: 1 → 3",
        f"warning: {FRAUD}/3 is tagged Validation=FAILED",
        f"warning: the signature of {FRAUD}/3 differs from that of {FRAUD}/1 (@Champion): input hour is new, "
        "input is gone",
    ]
    assert done(do(f"alias {FRAUD}@champion 3")).splitlines()[-1].startswith("warning: @champion is new, and differs")
    assert repr(do(f"alias {FRAUD}@champion 3")).splitlines()[0] == f"{FRAUD}@champion: stays at 3"


class TestWorkspaceModels:
    def test_a_new_one_is_called_one(self, do: Do, model_folder: Path) -> None:
        message = "is a workspace model: it is in no catalog, and needs no signature"
        hint = "name a governed one catalog.schema.model"
        assert done(do(f"register {model_folder} iris")).splitlines()[1:] == [f"warning: iris {message}; {hint}"]
        assert done(do(f"register {model_folder} iris")).splitlines()[1:] == []
        assert f"warning: flowers {message}" in repr(do("create model flowers"))
        assert f"warning: copied {message}" in repr(do("copy iris/1 copied"))

    @pytest.mark.parametrize(
        "line",
        ["register {model} risk.fruad", "copy iris/1 risk.fruad", "create model risk.fruad", "create model prod..x"],
    )
    def test_a_name_that_is_all_but_a_governed_one_is_asked_about(
        self, do: Do, stocked: Registry, host: RecordingHost, model_folder: Path, line: str
    ) -> None:
        line, name = line.format(model=model_folder), line.rpartition(" ")[2]
        before = stocked.history.last()
        with pytest.raises(InvalidInput, match=f"a workspace model called {name} needs an answer") as refused:
            do(line)
        again = f"{line} --workspace"
        assert refused.value.hint == f"to do it all the same: modelreg {again}"
        host.answer = False
        assert repr(do(line)).endswith(f"there is no model {name}")
        assert stocked.history.last() == before
        with pytest.raises(NotFound):
            stocked.models.get(name)
        host.questions.clear()
        do(again)
        assert host.questions == []
        assert not stocked.models.get(name).governed

    def test_the_question_says_how_a_governed_one_is_called(
        self, do: Do, stocked: Registry, host: RecordingHost, model_folder: Path
    ) -> None:
        host.answer = True
        do(f"register {model_folder} risk.fruad")
        do(f"register {model_folder} risk.fruad")
        assert host.questions == [
            "- risk.fruad is a workspace model: it is in no catalog, and needs no signature\n"
            "- name a governed one catalog.schema.model\n"
            "Make a workspace model called risk.fruad?"
        ]

    def test_a_namespace_makes_it_a_governed_one(self, do: Do, host: RecordingHost, model_folder: Path) -> None:
        do("create catalog prod")
        do("use prod")
        assert do(f"register {model_folder} risk.fraud").rows[0]["name"] == "prod.risk.fraud"
        assert host.questions == []
