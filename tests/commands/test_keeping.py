"""The commands that keep versions, and put others away: pin, unpin, prune, and delete of what is pinned or used."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.commands.results.formats import size_text
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.usage import recorder
from tests.support.names import FRAUD
from tests.support.notes import changed, done

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has noted in another test is forgotten."""
    monkeypatch.setattr(recorder, "_memory", recorder._Memory())


class TestPinning:
    def test_what_it_says(self, do: Do, stocked: Registry) -> None:
        assert done(do(f"pin {FRAUD}@Champion -m audit")) == f"pinned {FRAUD}@Champion"
        said = do(f"pin {FRAUD}/1-2")
        assert done(said) == f"pinned {FRAUD}/1-2\n{FRAUD}/1 was pinned before"
        assert changed(said) == [
            {"reference": f"{FRAUD}/1", "pinned": True, "before": True},
            {"reference": f"{FRAUD}/2", "pinned": True, "before": False},
        ]
        assert repr(do(f"pin {FRAUD}/1-2")) == f"{FRAUD}/1-2 are pinned already; nothing changed"
        assert done(do(f"unpin {FRAUD}/2")) == f"unpinned {FRAUD}/2"
        assert repr(do(f"unpin {FRAUD}/2")) == f"{FRAUD}/2 is not pinned already; nothing changed"

    def test_it_is_shown_where_there_is_a_pin(self, do: Do, stocked: Registry) -> None:
        assert "pinned" not in do(f"versions {FRAUD}").text(120)
        do(f"pin {FRAUD}/1")
        assert do(f"show {FRAUD}/1").text().splitlines()[0] == f"{FRAUD}/1  (version, pinned, ready)"
        assert '<span class="mreg-out-badge">pinned</span>' in str(do(f"show {FRAUD}/1").html())
        shown = do(f"versions {FRAUD}").text(120).splitlines()
        assert "pinned" in shown[0]
        assert ["pinned" in line for line in shown[2:]] == [False, True]
        assert [row["pinned"] for row in do(f"versions {FRAUD}").rows] == [False, True]
        piped = do(f"versions {FRAUD}").piped().splitlines()
        assert [line.split("\t")[piped[0].split("\t").index("pinned")] for line in piped] == ["pinned", "false", "true"]
        assert str(do(f"versions {FRAUD}").html()).count(">pinned</span>") == 1

    def test_history_tells_it_in_a_word(self, do: Do, stocked: Registry) -> None:
        do(f"pin {FRAUD}/1")
        do(f"unpin {FRAUD}/1")
        assert [row["what"] for row in do(f"history {FRAUD}/1 -n 2").rows] == ["unpinned", "pinned"]


class TestDeletingWhatIsPinned:
    def test_it_is_refused_unasked(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        do(f"pin {FRAUD}/2")
        with pytest.raises(InvalidState, match="while it is pinned"):
            do(f"delete {FRAUD}/2")
        assert host.questions == []

    def test_forced_it_is_asked_about(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        do(f"pin {FRAUD}/1-2")
        host.answer = False
        do(f"delete {FRAUD}/2 --force")
        do(f"delete {FRAUD} --force")
        one, all_of_it = host.questions
        assert "- it is pinned\n" in one
        assert "- versions 1 and 2 are pinned\n" in all_of_it


class TestWhatElseHolds:
    @pytest.fixture
    def asked(self, do: Do, stocked: Registry) -> int:
        """The second version copied to another model, and asked for: the number of the request."""
        do(f"copy {FRAUD}/2 prod.risk.fraud")
        [row] = do(f"request {FRAUD}/2 @Best").rows
        assert isinstance(row["id"], int)
        return row["id"]

    def test_deleting_is_refused_and_forced_says_what_becomes_of_it(
        self, do: Do, asked: int, host: RecordingHost
    ) -> None:
        with pytest.raises(InvalidState, match=f"while prod.risk.fraud/1 is a copy of it and request {asked} is open"):
            do(f"delete {FRAUD}/2")
        assert host.questions == []
        host.answer = False
        do(f"delete {FRAUD}/2 --force")
        [question] = host.questions
        assert "- prod.risk.fraud/1 was made from it, and stays\n" in question
        assert f"- request {asked} asks for it, and cannot be approved then\n" in question

    def test_purging_leaves_it_unless_forced(self, do: Do, asked: int, stocked: Registry, host: RecordingHost) -> None:
        do(f"delete {FRAUD}/2 --force --yes")
        stays = f"stays unless forced: {FRAUD}/2 (prod.risk.fraud/1, request {asked})"
        assert repr(do("purge --yes")) == f"the trash holds nothing to purge\n{stays}"
        with pytest.raises(InvalidState, match=r"cannot be purged while prod.risk.fraud/1 is a copy of it") as refused:
            do(f"purge {FRAUD}/2")
        assert f"first delete prod.risk.fraud/1 and cancel {asked}" in str(refused.value.hint)
        assert host.questions == []
        [row] = do("purge --force --yes").rows
        assert (row["versions"], row["kept"]) == (1, {})

    def test_renaming_is_refused_unless_forced(
        self, do: Do, asked: int, stocked: Registry, host: RecordingHost
    ) -> None:
        with pytest.raises(InvalidState, match=f"cannot be renamed while request {asked} is open"):
            do(f"rename {FRAUD} cards")
        assert host.questions == []
        host.answer = True
        do(f"rename {FRAUD} cards --force")
        assert f"- it is known by its old name to request {asked}" in host.questions[0]
        [row] = do("history prod.ml_team.cards -n 1").rows
        assert row["what"] == f"renamed from {FRAUD} by force, though held by request {asked}"


class TestLinks:
    URL = "https://scoring.example.org/fraud?v=1"

    def test_what_it_says(self, do: Do, stocked: Registry) -> None:
        said = do(f"link {FRAUD}/1 {self.URL} --as app")
        assert done(said) == f"linked {FRAUD}/1 to the app {self.URL}"
        said = do(f"link {FRAUD}/1-2 {self.URL} --as endpoint -m live")
        assert done(said) == (f"linked {FRAUD}/1-2 to the endpoint {self.URL}\n{FRAUD}/1 was linked to it as the app")
        assert changed(said) == [
            {"reference": f"{FRAUD}/1", "url": self.URL, "kind": "endpoint", "before": "app"},
            {"reference": f"{FRAUD}/2", "url": self.URL, "kind": "endpoint", "before": None},
        ]
        assert repr(do(f"link {FRAUD}/1-2 {self.URL} --as endpoint")) == (
            f"{FRAUD}/1-2 is linked to the endpoint {self.URL} already; nothing changed"
        )
        assert (
            done(do(f"unlink {FRAUD}@Champion {self.URL}")) == f"removed the link to {self.URL} from {FRAUD}@Champion"
        )
        assert [row["what"] for row in do(f"history {FRAUD}/1 -n 2").rows] == [
            f"removed the link to the endpoint {self.URL}",
            f"linked the endpoint {self.URL}",
        ]

    def test_it_is_shown_where_there_is_one(self, do: Do, stocked: Registry) -> None:
        assert "links" not in do(f"versions {FRAUD}").text(120).splitlines()[0]
        do(f"link {FRAUD}/2 {self.URL} --as endpoint")
        do(f"link {FRAUD}/2 grpc://x.org:443 --as endpoint")
        do(f"link {FRAUD}/2 https://x.org/<b> --as report")
        card = do(f"show {FRAUD}/2")
        assert [line.split() for line in card.text().partition("Lately")[0].splitlines() if "://" in line] == [
            ["links", "endpoint", self.URL],
            ["endpoint", "grpc://x.org:443"],
            ["report", "https://x.org/<b>"],
        ]
        html = str(card.html())
        assert f'<a href="{self.URL}" target="_blank" rel="noopener noreferrer nofollow">{self.URL}</a>' in html
        assert "<code>grpc://x.org:443</code>" in html
        assert "<b>&" not in html.partition("links")[2].partition("report")[2][:40]
        assert '<a href="https://x.org/&lt;b&gt;"' in html
        table = do(f"versions {FRAUD}")
        assert "endpoint, report" in table.text(140)
        assert '<span class="mreg-out-badge">endpoint</span>' in str(table.html())
        assert table.rows[0]["links"] == {
            self.URL: "endpoint",
            "grpc://x.org:443": "endpoint",
            "https://x.org/<b>": "report",
        }

    def test_bad_input(self, do: Do, stocked: Registry) -> None:
        for line in (
            f"link {FRAUD}/1 {self.URL}",
            f"link {FRAUD}/1 {self.URL} --as server",
            f"link {FRAUD}/1 --as app",
        ):
            with pytest.raises(BadUsage):
                do(line)
        with pytest.raises(InvalidInput, match="names a model, and this needs a version"):
            do(f"link {FRAUD} {self.URL} --as app")
        with pytest.raises(NotFound, match=f"{FRAUD}/1 has no link {re.escape(self.URL)}"):
            do(f"unlink {FRAUD}/1 {self.URL}")

    def test_an_endpoint_keeps_the_version(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        do(f"link {FRAUD}/2 {self.URL} --as endpoint")
        with pytest.raises(
            InvalidState, match=f"cannot be deleted while it is deployed at {re.escape(self.URL)}"
        ) as no:
            do(f"delete {FRAUD}/2")
        [command] = re.findall(r"first (unlink .*); or", str(no.value.hint))
        said = do(f"prune {FRAUD} --keep 1 --dry-run")
        assert "deployed" not in repr(said)
        stocked.versions.copy(f"{FRAUD}/1", FRAUD)
        assert f"stays since it is deployed: {FRAUD}/2 ({self.URL})" in repr(do(f"prune {FRAUD} --keep 1 --dry-run"))
        host.answer = False
        do(f"delete {FRAUD}/2 --force")
        assert f"- {self.URL} is where it is deployed, and nobody tells it\n" in host.questions[0]
        assert done(do(command)) == f"removed the link to {self.URL} from {FRAUD}/2"
        do(f"delete {FRAUD}/2 --yes")


class TestPruning:
    @pytest.fixture
    def many(self, stocked: Registry) -> Registry:
        """Seven versions, @Champion on the first, the third pinned."""
        for _ in range(5):
            stocked.versions.copy(f"{FRAUD}/1", FRAUD)
        stocked.versions.pin(f"{FRAUD}/3")
        return stocked

    def test_a_dry_run_says_what_would_go_and_why_others_stay(self, do: Do, many: Registry) -> None:
        said = do(f"prune {FRAUD} --keep 2 --dry-run")
        size = size_text(3 * (many.versions.get(f"{FRAUD}/2").size or 0))
        assert repr(said).splitlines() == [
            f"would move 3 versions ({size} of files) to the trash",
            f"{FRAUD}: 2, 4-5",
            "the files stay on disk until the trash is purged",
            "stays as the newest: 2 versions",
            f"stays since an alias points there: {FRAUD}/1 (@Champion)",
            f"stays since it is pinned: {FRAUD}/3",
        ]
        assert [(row["version"], row["pruned"], row["why"]) for row in said.rows] == [
            (5, True, None),
            (4, True, None),
            (3, False, "pinned"),
            (2, True, None),
            (1, False, "alias"),
        ]
        assert many.versions.count(FRAUD) == 7

    def test_it_asks_and_one_undo_takes_it_back(self, do: Do, many: Registry, host: RecordingHost) -> None:
        host.answer = False
        said = do(f"prune {FRAUD} --keep 2")
        assert (repr(said), said.exit_code) == (f"nothing was pruned: {FRAUD} is as it was", 1)
        [question] = host.questions
        assert question.startswith("- moves 3 versions (")
        assert question.endswith(f"- modelreg undo brings all of it back\nPrune {FRAUD}?")
        host.answer = True
        assert repr(do(f"prune {FRAUD} --keep 2 -m old")).startswith("moved 3 versions (")
        assert many.versions.count(FRAUD) == 4
        do("undo")
        assert many.versions.count(FRAUD) == 7

    def test_a_namespace_and_a_short_name(self, do: Do, many: Registry) -> None:
        said = repr(do("prune prod --keep 2 --dry-run"))
        assert said.startswith("would move 3 versions (")
        do("use prod.ml_team")
        assert len(do("prune fraud --keep 2 --yes").rows) == 5
        assert repr(do("prune fraud --keep 2 --yes")).splitlines()[0] == "nothing of fraud is to be pruned"

    def test_what_was_loaded_lately(self, do: Do, many: Registry, host: RecordingHost) -> None:
        do(f"load {FRAUD}/2")
        assert f"loaded in the last 30 days by ana ({today()})" in repr(do(f"prune {FRAUD} --keep 2 --dry-run"))
        said = repr(do(f"prune {FRAUD} --keep 2 --unused-for 30d --dry-run"))
        assert f"stays since it was loaded lately: {FRAUD}/2 ({today()})" in said
        assert "in the last 30 days" not in said

    def test_bad_input(self, do: Do, many: Registry) -> None:
        for line in (f"prune {FRAUD}", f"prune {FRAUD} --keep 0", f"prune {FRAUD} --keep x"):
            with pytest.raises(BadUsage):
                do(line)
        with pytest.raises(InvalidInput, match="names versions, and prune takes a model"):
            do(f"prune {FRAUD}/3 --keep 1")
        with pytest.raises(InvalidInput):
            do(f"prune {FRAUD} --keep 1 --unused-for soon")
        with pytest.raises(InvalidInput, match=f"pruning {FRAUD} needs an answer") as refused:
            do(f"prune {FRAUD} --keep 1")
        assert refused.value.hint == f"to do it all the same: modelreg prune {FRAUD} --keep 1 --yes"


class TestRecentUsers:
    def test_delete_and_purge_name_them(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        do(f"load {FRAUD}@Champion")
        host.answer = False
        do(f"delete {FRAUD}/1 --force")
        do(f"delete {FRAUD}/2")
        used, unused = host.questions
        assert f"- loaded in the last 30 days by ana ({today()}, @Champion)\n" in used
        assert "in the last 30 days" not in unused
        do(f"delete {FRAUD}/1 --force --yes")
        assert f"loaded in the last 30 days by ana ({today()}, @Champion)" in repr(do("purge --dry-run"))
        do("purge")
        assert f"- loaded in the last 30 days by ana ({today()}, @Champion)\n" in host.questions[-1]
        [row] = do("purge --dry-run").rows
        assert isinstance(row["users"], list)
        assert len(row["users"]) == 1
        do("purge --yes")
        assert list(stocked.usage.list(FRAUD)) == []


def today() -> str:
    return datetime.now().astimezone().date().isoformat()
