"""The command find: its tables, what it looks for by itself, and what it says of a filter that cannot be read."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_modelreg.commands.completion import complete_line
from jupyter_modelreg.commands.results.results import Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.versions import Metric
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


@pytest.fixture
def shelf(registry: Registry) -> Registry:
    """Two models with three versions each, and a metric of some."""
    for name in ("churn", "fraud"):
        for number in range(1, 4):
            registry.versions.register(SOURCE, name, tags={"task": "ranking"} if number > 1 else {})
    registry.models.describe("churn", "the risk of losing a customer")
    registry.aliases.set("fraud", "Champion", 2)
    with registry._context.write() as work:
        for version in registry.versions.list("fraud"):
            metrics = (Metric(key="auc", value=version.version / 4, timestamp=1),)
            work.tx.versions.update(version.id, {"metrics": metrics})
    return registry


def found(do: Do, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(do(shlex.join(["find", *words, "--json"])).text())
    return rows


def test_versions_are_found_by_what_only_they_have(do: Do, shelf: Registry) -> None:
    rows = found(do, "alias = 'Champion' or metrics.auc > 0.7")
    assert [row["reference"] for row in rows] == ["fraud/3", "fraud/2"]
    assert rows[0]["metrics"] == {"auc": 0.75}
    by_task = found(do, "tags.task = 'ranking'", "--versions", "--order-by", "tags.task, version, name desc")
    assert [row["reference"] for row in by_task] == ["fraud/2", "churn/2", "fraud/3", "churn/3"]


def test_models_are_found_by_what_they_have_and_by_a_version_when_asked(do: Do, shelf: Registry) -> None:
    assert [row["name"] for row in found(do, "description is not null")] == ["churn"]
    rows = found(do, "metrics.auc > 0.7", "--models")
    assert [(row["name"], row["latest_version"]) for row in rows] == [("fraud", 3)]
    assert [row["name"] for row in found(do)] == ["churn", "fraud"]


def test_plain_words_need_no_quotes(do: Do, shelf: Registry) -> None:
    assert [row["name"] for row in found(do, "losing", "Risk")] == ["churn"]
    assert [row["reference"] for row in found(do, "ranking", "fraud", "--versions")] == ["fraud/3", "fraud/2"]
    assert "churn" in do("find churn").text()


def test_what_the_filter_names_has_a_column(do: Do, shelf: Registry) -> None:
    shown = do("find 'metrics.auc > 0 and source is not null' --order-by 'metrics.auc desc'")
    assert isinstance(shown, Table)
    assert [column.title for column in shown.columns][:4] == ["version", "aliases", "auc", "source"]
    assert [shown.columns[2].of(row) for row in shown.rows] == [0.75, 0.5, 0.25]
    assert "fraud/3" in shown.text()
    assert "churn" in do("find \"text contains 'risk' and owner is not null\"").text()


def test_what_is_several_is_listed(do: Do, shelf: Registry) -> None:
    with shelf._context.write() as work:
        datasets = [{"name": "loans", "digest": "d1"}, {"name": "rates"}]
        work.tx.versions.update(shelf.versions.get("fraud/3").id, {"lineage": {"datasets": datasets}})
    [row] = found(do, "dataset = 'loans'")
    assert sorted(row["dataset"]) == ["d1", "loans", "rates"]
    assert ", ".join(row["dataset"]) in do("find \"dataset = 'loans'\"").text()


def test_a_list_that_is_cut_says_so(do: Do, shelf: Registry) -> None:
    shown = repr(do("find 'version > 0' -n 2"))
    assert "the first 2 versions; -n 4 shows more" in shown
    assert len(found(do, "version > 0")) == 6
    assert "no version is like that" in repr(do("find 'version > 7'"))


def test_the_past_is_searched_like_the_present(do: Do, shelf: Registry) -> None:
    assert [row["reference"] for row in found(do, "alias = 'Champion'", "--as-of", "now")] == ["fraud/2"]


def test_a_filter_that_cannot_be_read_is_shown_with_the_place(do: Do, shelf: Registry) -> None:
    with pytest.raises(InvalidInput, match=r"there is no field nme \(column 1\)") as caught:
        do("find \"nme = 'x'\"")
    assert caught.value.hint == "nme = 'x'\n^ did you mean name?"
    with pytest.raises(InvalidInput, match="models cannot be sorted by version"):
        do("find --models --order-by version")


def test_fields_are_offered(session: CommandSession, shelf: Registry) -> None:
    assert [text for text, _ in complete_line(session, "find me").items] == ["metrics."]


def test_a_search_is_saved_used_listed_and_forgotten(do: Do, shelf: Registry) -> None:
    said = do("find \"alias = 'Champion'\" --order-by name --save live").text()
    assert said.startswith("@live finds versions with alias = 'Champion', sorted by name")
    assert [row["reference"] for row in found(do, "@live")] == ["fraud/2"]
    assert [row["name"] for row in found(do, "@live", "--models")] == ["fraud"]
    with pytest.raises(AlreadyExists, match="find FILTER --save live --replace"):
        do("find churn --save live")
    assert do("find churn --save @live --replace").text().startswith("@live finds models with churn\n")
    assert [row["name"] for row in json.loads(do("find --saved --json").text())] == ["live"]
    assert do("find --forget live").text().startswith("@live is deleted: models with churn")
    assert "no search is saved" in do("find --saved").text()


@pytest.mark.parametrize("line", ["find --saved --forget x", "find churn --saved", "find churn --forget x"])
def test_what_does_not_go_together_is_said(do: Do, shelf: Registry, line: str) -> None:
    with pytest.raises(InvalidInput, match="these options do not go together"):
        do(line)


def test_a_filter_is_completed(do: Do, shelf: Registry, session: CommandSession) -> None:
    do("find churn --save churning")
    for line, expected in {
        "find @": "@churning",
        "find \"alias = 'Ch": "alias = 'Champion'",
        "find metrics.": "metrics.auc",
        "find --forget ": "churning",
    }.items():
        assert expected in [text for text, _ in complete_line(session, line).items], line


def ranked(do: Do, words: str) -> list[int]:
    return [row["version"] for row in json.loads(do(f"best fraud {words} --json").text())]


def test_the_best_version_comes_first(do: Do, shelf: Registry) -> None:
    assert ranked(do, "--by auc") == ranked(do, "--by metrics.auc") == [3, 2, 1]
    assert ranked(do, "--by auc -n 1") == [3]
    assert ranked(do, "--by auc --lowest") == [1, 2, 3]
    assert ranked(do, "--by auc --among \"alias = 'Champion'\"") == [2]
    assert ranked(do, "--by version") == [3, 2, 1]
    do("find 'version < 3' --save old")
    assert ranked(do, "--by auc --among @old") == [2, 1]
    shown = do("best fraud --by auc")
    assert isinstance(shown, Table)
    assert shown.more == "the highest metrics.auc first"
    assert [column.title for column in shown.columns][:3] == ["version", "aliases", "auc"]


def test_the_lowest_loss_is_best(do: Do, shelf: Registry) -> None:
    with shelf._context.write() as work:
        for version in shelf.versions.list("fraud"):
            metrics = (Metric(key="log_loss", value=version.version / 4, timestamp=1),)
            work.tx.versions.update(version.id, {"metrics": metrics})
    assert ranked(do, "--by log_loss") == [1, 2, 3]
    assert ranked(do, "--by log_loss --highest") == [3, 2, 1]


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ("fraud --by acc", NotFound, r"none of these versions of fraud has metrics.acc\ndid you mean auc\?"),
        ("churn --by acc", NotFound, "they have no metrics at all"),
        ("fraud --by owner", InvalidInput, "owner says nothing about which is best"),
        ("fraud --by tags.task", InvalidInput, "tags.task says nothing about which is best"),
        ("fraud --by ''", InvalidInput, "there is nothing to rank by"),
        ("fraud --by auc --among 'version > 9'", NotFound, "no version of fraud is like that"),
        ("fraud --by auc --among 'version >'", InvalidInput, "a value is missing at the end"),
        ("frued --by auc", NotFound, r"no model frued; did you mean fraud\?"),
    ],
)
def test_what_cannot_be_ranked(do: Do, shelf: Registry, words: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        do(f"best {words}")
