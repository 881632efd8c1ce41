"""Commands that change the registry, and what they say afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.core.errors import (
    AliasNotFound,
    AlreadyExists,
    InvalidInput,
    NotFound,
    PolicyRefused,
    SourceUnavailable,
)
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import changed, done

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


class TestCreate:
    def test_catalog_schema_and_model(self, do: Do) -> None:
        assert done(do("create catalog prod --description 'live'")) == "created catalog prod"
        assert done(do("create schema prod.ml_team")) == "created schema prod.ml_team"
        assert done(do("create model prod.ml_team.fraud --tag a=b --tag 'c=d e'")) == "created model prod.ml_team.fraud"
        assert do("show prod").rows[0]["description"] == "live"
        assert do("show prod.ml_team.fraud").rows[0]["tags"] == {"a": "b", "c": "d e"}

    def test_short_names_land_in_the_namespace(self, do: Do) -> None:
        do("create schema prod.ml_team")
        do("use prod.ml_team")
        assert do("create model fraud").rows[0]["name"] == FRAUD
        assert do("create schema risk").rows[0]["name"] == "prod.risk"
        assert do("create model models:/loose").rows[0]["name"] == "loose"

    @pytest.mark.parametrize("what", ["catalog prod", "schema prod.ml_team", f"model {FRAUD}", "model iris"])
    def test_twice_is_an_error(self, do: Do, stocked: Registry, what: str) -> None:
        with pytest.raises(AlreadyExists):
            do(f"create {what}")

    @pytest.mark.parametrize(
        "what", ["catalog a.b", "catalog 'a b'", "schema a", "schema a.b.c", "model a:b", "model a/1"]
    )
    def test_malformed_names(self, do: Do, what: str) -> None:
        with pytest.raises(InvalidInput):
            do(f"create {what}")

    @pytest.mark.parametrize("what", ["", "model", "table x", "catalog x --tag a=b"])
    def test_bad_usage(self, do: Do, what: str) -> None:
        with pytest.raises(BadUsage):
            do(f"create {what}")


class TestRegister:
    def test_it_says_number_and_aliases(self, do: Do, model_folder: Path) -> None:
        said = do(
            f"register {model_folder} {FRAUD} --alias Challenger --alias @Best --tag task=x --description 'first one'"
        )
        assert done(said).splitlines() == [
            f"registered {FRAUD}/1 from {model_folder}",
            f"{FRAUD}@Challenger → 1",
            f"{FRAUD}@Best → 1",
        ]
        row = do(f"show {FRAUD}/1").rows[0]
        assert (row["tags"], row["description"]) == ({"task": "x"}, "first one")
        assert row["aliases"] == ["Challenger", "Best"]

    def test_a_relative_folder_is_found_again_from_anywhere(
        self, do: Do, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(model_folder.parent)
        assert done(do("register ./model iris")).splitlines()[0] == "registered iris/1 from ./model"
        monkeypatch.chdir(tmp_path)
        assert do("show iris/1").rows[0]["source"] == str(model_folder)
        assert repr(do("load iris/1")) == "iris/1 loads"

    def test_a_short_name_and_a_registered_source(self, do: Do, stocked: Registry) -> None:
        do("create schema staging.ml_team")
        do("use staging.ml_team")
        assert do(f"register models:/{FRAUD}@Champion fraud").rows[0]["name"] == "staging.ml_team.fraud"

    def test_without_a_signature_a_governed_model_is_refused_and_nothing_is_written(
        self, do: Do, unsigned_folder: Path
    ) -> None:
        with pytest.raises(PolicyRefused, match="has no signature"):
            do(f"register {unsigned_folder} {FRAUD}")
        assert do("models").rows == []
        assert do("catalogs").rows == []

    def test_a_source_that_is_not_there(self, do: Do, tmp_path: Path) -> None:
        with pytest.raises(SourceUnavailable):
            do(f"register {tmp_path}/nowhere {FRAUD}")
        with pytest.raises(SourceUnavailable, match="cannot be found"):
            do(f"register models:/nothing/1 {FRAUD}")
        assert do("models").rows == []

    @pytest.mark.parametrize(
        "rest",
        [
            "fraud/1",
            "a/b/c",
            f"{FRAUD} --alias latest",
            f"{FRAUD} --alias v3",
            f"{FRAUD} --alias 'a b'",
            f"{FRAUD} --tag nothing",
        ],
    )
    def test_malformed_requests(self, do: Do, model_folder: Path, rest: str) -> None:
        with pytest.raises(InvalidInput):
            do(f"register {model_folder} {rest}")
        assert do("models").rows == []


class TestAlias:
    def test_set_move_and_stay(self, do: Do, stocked: Registry) -> None:
        assert done(do(f"alias {FRAUD}@Best 1")) == f"{FRAUD}@Best → 1"
        assert done(do(f"alias {FRAUD}@Best 2")) == f"{FRAUD}@Best: 1 → 2"
        assert repr(do(f"alias {FRAUD}@Best 2")) == f"{FRAUD}@Best: stays at 2"
        assert changed(do(f"alias {FRAUD}@Best 1")) == [{"name": FRAUD, "alias": "Best", "version": 1, "before": 2}]

    @pytest.mark.parametrize(("version", "number"), [("latest", 2), ("@Champion", 1), ("Champion", 1)])
    def test_a_version_by_another_name(self, do: Do, stocked: Registry, version: str, number: int) -> None:
        assert do(f"alias {FRAUD}@Other {version}").rows[0]["version"] == number

    @pytest.mark.parametrize(
        "target", [FRAUD, f"{FRAUD}/1", f"{FRAUD}/latest", f"{FRAUD}@", f"{FRAUD}@latest", f"{FRAUD}@v3"]
    )
    def test_targets_that_cannot_be_set(self, do: Do, stocked: Registry, target: str) -> None:
        with pytest.raises(InvalidInput):
            do(f"alias {target} 1")

    def test_what_is_not_there(self, do: Do, stocked: Registry) -> None:
        with pytest.raises(NotFound, match=f"no version {FRAUD}/9"):
            do(f"alias {FRAUD}@Best 9")
        with pytest.raises(NotFound):
            do(f"alias {FRAUD}@Best 99999999999999999999")
        with pytest.raises(AliasNotFound):
            do(f"alias {FRAUD}@Best @Nobody")
        with pytest.raises(InvalidInput):
            do(f"alias {FRAUD}@Best 1.5")
        with pytest.raises(NotFound, match="did you mean"):
            do("alias prod.ml_team.frued@Best 1")

    def test_an_eleventh_alias_is_refused(self, do: Do, stocked: Registry) -> None:
        for number in range(9):
            do(f"alias {FRAUD}@a{number} 1")
        with pytest.raises(PolicyRefused, match="10 aliases"):
            do(f"alias {FRAUD}@one_more 1")

    def test_unalias(self, do: Do, stocked: Registry) -> None:
        assert done(do(f"unalias {FRAUD}@Champion")) == f"removed {FRAUD}@Champion, which pointed at v1"
        assert repr(do(f"unalias {FRAUD}@Champion")) == f"{FRAUD} has no alias Champion; nothing changed"
        with pytest.raises(InvalidInput, match="names no alias"):
            do(f"unalias {FRAUD}")


class TestTags:
    def test_on_a_model_a_version_an_alias_and_a_range(self, do: Do, stocked: Registry) -> None:
        assert done(do(f"tag {FRAUD} a=1 'b=two words'")) == f"tagged {FRAUD}: a=1, b=two words"
        do(f"tag {FRAUD}/2 only=second")
        do(f"tag {FRAUD}@Champion by=alias")
        assert done(do(f"tag {FRAUD}/1-2 both=x=y")) == f"tagged {FRAUD}/1-2: both=x=y"
        assert do(f"show {FRAUD}").rows[0]["tags"] == {"team": "risk", "a": "1", "b": "two words"}
        second, first = do(f"versions {FRAUD}").rows
        assert first["tags"] == {"task": "regression", "by": "alias", "both": "x=y"}
        assert second["tags"] == {"only": "second", "both": "x=y"}

    def test_what_was_there_before_is_said(self, do: Do, stocked: Registry) -> None:
        told = do(f"tag {FRAUD} team=fraud new=1")
        assert done(told) == f"tagged {FRAUD}: team: risk → fraud, new=1"
        assert changed(told) == [
            {"reference": FRAUD, "tag": "team", "before": "risk", "value": "fraud"},
            {"reference": FRAUD, "tag": "new", "before": None, "value": "1"},
        ]
        assert done(do(f"tag {FRAUD} new=1 team=")) == f"tagged {FRAUD}: new=1, team: fraud → (empty)"
        assert done(do(f"tag {FRAUD}/1-2 task=ranking")) == (
            f"tagged {FRAUD}/1-2: task=ranking\n{FRAUD}/1 had task=regression"
        )
        assert done(do(f"tag {FRAUD}/1-2 task=other")) == f"tagged {FRAUD}/1-2: task: ranking → other"
        assert done(do(f"untag {FRAUD}/1-2 task")) == f"removed tag task=other from {FRAUD}/1-2"

    def test_untag(self, do: Do, stocked: Registry) -> None:
        assert (
            done(do(f"untag {FRAUD} team absent")) == f"removed tag team=risk from {FRAUD}\n{FRAUD} has no tag absent"
        )
        assert do(f"show {FRAUD}").rows[0]["tags"] == {}
        do(f"untag {FRAUD}/1-2 task")
        assert do(f"show {FRAUD}/1").rows[0]["tags"] == {}

    def test_bad_ones(self, do: Do, stocked: Registry) -> None:
        with pytest.raises(InvalidInput, match="tag 'novalue' has no value"):
            do(f"tag {FRAUD} novalue")
        with pytest.raises(InvalidInput):
            do(f"tag {FRAUD} 'semi;colon=x'")
        with pytest.raises(NotFound):
            do(f"tag {FRAUD}/7-9 a=b")
        for line in (f"tag {FRAUD}", f"untag {FRAUD}", "tag"):
            with pytest.raises(BadUsage):
                do(line)

    def test_a_value_can_be_empty_or_look_like_sql(self, do: Do, stocked: Registry) -> None:
        do(f'tag {FRAUD} empty= "drop=\'; DROP TABLE models; --"')
        assert do(f"show {FRAUD}").rows[0]["tags"] == {"team": "risk", "empty": "", "drop": "'; DROP TABLE models; --"}


class TestDescribe:
    @pytest.mark.parametrize("ref", ["prod", "prod.ml_team", FRAUD, f"{FRAUD}/1", f"{FRAUD}@Champion", "iris"])
    def test_everything_that_has_a_description(self, do: Do, stocked: Registry, ref: str) -> None:
        do(f"describe {ref} ''")
        assert done(do(f"describe {ref} 'It *works*.'")) == f"described {ref}"
        assert do(f"show {ref}").rows[0]["description"] == "It *works*."
        assert done(do(f"describe {ref} ''")) == f"removed the description of {ref}\nbefore: “It *works*.”"
        assert do(f"show {ref}").rows[0]["description"] is None

    def test_a_range(self, do: Do, stocked: Registry) -> None:
        said = do(f"describe {FRAUD}/1-2 both")
        assert done(said) == f"described {FRAUD}/1-2\n{FRAUD}/1 had “the first”"
        assert [row["description"] for row in do(f"versions {FRAUD}").rows] == ["both", "both"]

    def test_the_beginning_of_what_was_there_is_said(self, do: Do, stocked: Registry) -> None:
        do(f"describe {FRAUD} '{'word ' * 40}'")
        said = do(f"describe {FRAUD} 'One line.'")
        assert done(said) == f"described {FRAUD}\nbefore: “{('word ' * 14).rstrip()}…”"
        assert changed(said) == [{"name": FRAUD, "description": "One line.", "before": "word " * 40}]
        assert repr(do(f"describe {FRAUD} 'One line.'")) == f"described {FRAUD}"  # which changes nothing

    def test_what_is_not_there(self, do: Do, stocked: Registry) -> None:
        with pytest.raises(NotFound, match="did you mean prod"):
            do("describe prodd x")
        with pytest.raises(BadUsage):
            do("describe prod")


class TestCopyAndRename:
    def test_a_copy_is_the_next_version_and_leaves_aliases_behind(self, do: Do, stocked: Registry) -> None:
        assert (
            done(do(f"copy {FRAUD}@Champion live.ml_team.fraud")) == f"copied {FRAUD}@Champion to live.ml_team.fraud/1"
        )
        row = do("show live.ml_team.fraud/1").rows[0]
        assert (row["tags"], row["aliases"]) == ({"task": "regression"}, [])
        assert row["source"] == f"models:/{FRAUD}/1"

    def test_names_are_short_on_both_sides(self, do: Do, stocked: Registry) -> None:
        do("use prod.ml_team")
        assert do("copy fraud/2 fraud2").rows[0]["name"] == "prod.ml_team.fraud2"

    def test_a_copy_of_what_cannot_be_copied(self, do: Do, stocked: Registry) -> None:
        with pytest.raises(InvalidInput, match="needs a version"):
            do(f"copy {FRAUD} other")
        with pytest.raises(InvalidInput, match="takes one"):
            do(f"copy {FRAUD}/1-2 other")
        with pytest.raises(NotFound):
            do(f"copy {FRAUD}/9 other")

    def test_rename(self, do: Do, stocked: Registry) -> None:
        assert done(do(f"rename {FRAUD} prod.risk.card_fraud --yes")) == f"renamed {FRAUD} to prod.risk.card_fraud"
        assert do("show prod.risk.card_fraud@Champion").rows[0]["version"] == 1
        with pytest.raises(NotFound):
            do(f"show {FRAUD}")

    def test_renaming_what_aliases_point_into_asks(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        host.answer = False
        said = do(f"rename {FRAUD} card_fraud")
        assert host.questions == [
            f"- models:/{FRAUD}@Champion stops loading: change the code that uses it\n"
            f"Rename {FRAUD} to prod.ml_team.card_fraud?"
        ]
        assert (repr(said), said.exit_code) == (f"nothing was renamed: {FRAUD} is as it was", 1)
        host.answer = None
        with pytest.raises(InvalidInput, match="needs an answer, and nobody can be asked here") as refused:
            do(f"rename {FRAUD} card_fraud")
        assert refused.value.hint == f"to do it all the same: modelreg rename {FRAUD} card_fraud --yes"
        host.answer = True
        do(f"rename {FRAUD} card_fraud")
        assert stocked.models.get("prod.ml_team.card_fraud").aliases == {"Champion": 1}

    def test_a_rename_that_breaks_nothing_or_is_refused_asks_nothing(
        self, do: Do, stocked: Registry, host: RecordingHost
    ) -> None:
        do("rename iris flower")
        do(f"rename {FRAUD} {FRAUD}")
        do("create model prod.ml_team.taken")
        with pytest.raises(AlreadyExists):
            do(f"rename {FRAUD} taken")
        assert host.questions == []

    @pytest.mark.parametrize("namespace", ["prod.ml_team", "staging", None])
    def test_a_short_new_name_stays_beside_the_old_one(self, do: Do, stocked: Registry, namespace: str | None) -> None:
        do("create schema staging.other")
        do(f"use {namespace or '--clear'}")
        assert changed(do(f"rename {FRAUD} card_fraud --yes")) == [{"name": "prod.ml_team.card_fraud", "before": FRAUD}]
        assert changed(do("rename models:/iris flower")) == [{"name": "flower", "before": "iris"}]

    def test_a_rename_onto_another_model_or_kind(self, do: Do, stocked: Registry) -> None:
        do("create model prod.ml_team.taken")
        with pytest.raises(AlreadyExists):
            do(f"rename {FRAUD} prod.ml_team.taken")
        with pytest.raises(InvalidInput, match="a rename cannot change that"):
            do("rename iris prod.ml_team.iris")
        with pytest.raises(InvalidInput, match="this takes a model"):
            do(f"rename {FRAUD}/1 other")


@pytest.mark.parametrize(
    "line",
    [
        "create catalog c",
        "create schema c.s",
        "create model c.s.m",
        "register {model} c.s.m",
        f"alias {FRAUD}@Best 1",
        f"unalias {FRAUD}@Champion",
        f"tag {FRAUD} a=b",
        f"untag {FRAUD} team",
        f"describe {FRAUD} text",
        f"describe {FRAUD}/1 text",
        "describe prod.ml_team text",
        "describe prod text",
        f"copy {FRAUD}/1 other.s.m",
        f"rename {FRAUD} prod.ml_team.other --yes",
        f"delete {FRAUD}/1 --force --yes",
        f"delete {FRAUD} --force --yes",
    ],
)
def test_every_write_keeps_its_reason_in_the_log(
    do: Do, stocked: Registry, model_folder: Path, tmp_path: Path, line: str
) -> None:
    source = tmp_path / "model"
    shutil.copytree(model_folder, source)
    before = stocked.history.list()[-1].seq
    do(f"{line.format(model=source)} -m 'because of the review'")
    new = stocked.history.list(after=before)
    assert new
    assert {event.reason for event in new} == {"because of the review"}
    assert {event.actor for event in new} == {"ana"}
