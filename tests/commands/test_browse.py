"""Commands that look: connect, use, status, catalogs, schemas, models, versions, show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.commands.results.results import Card, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs import browse
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


def names(result: object) -> list[object]:
    assert isinstance(result, Table)
    return [row["name"] for row in result.rows]


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one with each transaction that only reads."""
    begun: list[str] = []
    read = Context.read

    def counted(context: Context) -> Any:
        begun.append("read")
        return read(context)

    monkeypatch.setattr(Context, "read", counted)
    return begun


class TestConnect:
    def test_it_works_on_another_registry_from_now_on(
        self, do: Do, session: CommandSession, tmp_path: Path, host: RecordingHost
    ) -> None:
        do("create catalog prod")
        status = do(f"connect modelreg:///{tmp_path}/other.duckdb")
        assert host.connections == [session.registry.uri] == [f"modelreg:///{tmp_path}/other.duckdb"]
        assert status.rows[0]["catalogs"] == 0
        assert "empty; " in repr(status)
        assert status.rows[0]["mlflow"] == f"asked about {session.registry.uri}"
        assert names(do("catalogs")) == []

    @pytest.mark.parametrize(
        ("uri", "error"),
        [("http://somewhere", InvalidInput), ("modelreg://host/path", InvalidInput), ("{bad}", RegistryUnavailable)],
    )
    def test_a_bad_one_leaves_everything_as_it_was(
        self, do: Do, session: CommandSession, tmp_path: Path, host: RecordingHost, uri: str, error: type[Exception]
    ) -> None:
        bad = tmp_path / "bad.duckdb"
        bad.write_text("no database at all, but long enough to look at")
        before = session.registry.uri
        with pytest.raises(error):
            do(f"connect {uri.format(bad=bad)}")
        assert session.registry.uri == before
        assert host.connections == []
        assert bad.read_text().startswith("no database")


class TestUse:
    def test_short_names_resolve_in_the_namespace(self, do: Do, stocked: Registry) -> None:
        assert repr(do("use prod.ml_team")) == "now in prod.ml_team: short names are looked up there"
        assert do("show fraud").rows[0]["name"] == "prod.ml_team.fraud"
        assert do("show fraud@Champion").rows[0]["version"] == 1
        assert do("show prod.ml_team.fraud").rows[0]["name"] == "prod.ml_team.fraud"

    def test_a_catalog_alone_completes_schema_and_model(self, do: Do, stocked: Registry) -> None:
        do("use prod")
        assert do("show ml_team.fraud").rows[0]["name"] == "prod.ml_team.fraud"
        assert do("show iris").rows[0]["name"] == "iris"
        assert do("use ml_team").rows == [{"namespace": "prod.ml_team"}]

    def test_without_argument_it_shows_and_with_clear_it_leaves(self, do: Do, stocked: Registry) -> None:
        assert repr(do("use")) == "no namespace is set: names are full names"
        do("use prod.ml_team")
        assert do("use").rows == [{"namespace": "prod.ml_team"}]
        assert do("use --clear").rows == [{"namespace": None}]
        with pytest.raises(NotFound, match="no model fraud"):
            do("show fraud")

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("prodd", "no catalog prodd; did you mean prod?"),
            ("prod.ml_taem", "no schema prod.ml_taem; did you mean prod.ml_team?"),
        ],
    )
    def test_an_unknown_one_is_an_error_that_says_what_is_close(
        self, do: Do, stocked: Registry, asked: str, said: str
    ) -> None:
        with pytest.raises(NotFound) as caught:
            do(f"use {asked}")
        assert caught.value.message == said
        assert do("use").rows == [{"namespace": None}]

    def test_clear_with_a_namespace_is_a_contradiction(self, do: Do) -> None:
        with pytest.raises(BadUsage, match="--clear takes no namespace"):
            do("use prod --clear")

    def test_exact_references_never_get_a_namespace(self, do: Do, stocked: Registry) -> None:
        do("use prod.ml_team")
        assert do("show models:/iris").rows[0]["name"] == "iris"
        assert do("show models:/prod.ml_team.fraud/2").rows[0]["version"] == 2
        with pytest.raises(NotFound, match="no model fraud"):
            do("show models:/fraud")

    def test_a_workspace_model_of_the_short_name_is_pointed_out(self, do: Do, stocked: Registry) -> None:
        do("use prod.ml_team")
        for line in ("show iris", "show iris/1", "versions iris", "delete iris@Champion", "tag iris a=b"):
            with pytest.raises(NotFound, match=r"no model prod.ml_team.iris") as caught:
                do(line)
            assert caught.value.hint == "for the workspace model iris write models:/iris"

    def test_what_was_looked_up_before_does_not_explain_a_later_error(self, do: Do, stocked: Registry) -> None:
        do("use prod.ml_team")
        with pytest.raises(NotFound):
            do("show iris")
        with pytest.raises(NotFound, match=r"no model prod\.ml_team\.nothing") as caught:
            do("show nothing")
        assert "iris" not in (caught.value.hint or "")
        with pytest.raises(NotFound) as caught:
            do("show fraud@Nobody")
        assert type(caught.value) is not NotFound, "it is about the alias, and stays what it is"

    def test_each_registry_has_a_namespace_of_its_own(self, do: Do, stocked: Registry, tmp_path: Path) -> None:
        do("use prod.ml_team")
        assert do(f"--registry {tmp_path}/other.duckdb use").rows == [{"namespace": None}]


class TestStatus:
    def test_it_counts_and_names_the_place(self, do: Do, stocked: Registry) -> None:
        shown = do("status")
        assert isinstance(shown, Card)
        row = shown.rows[0]
        assert (row["actor"], row["catalogs"], row["schemas"]) == ("ana", 1, 1)
        assert (row["governed_models"], row["workspace_models"], row["versions"]) == (1, 1, 3)
        assert "1 catalog, 1 schema, 1 governed model, 1 workspace model, 3 versions" in repr(shown)
        assert stocked.uri in repr(shown)

    def test_it_is_what_no_command_means(self, do: Do, stocked: Registry) -> None:
        assert do("").rows == do("status").rows

    def test_another_registry_for_one_command(self, do: Do, stocked: Registry, tmp_path: Path) -> None:
        other = f"modelreg:///{tmp_path}/other.duckdb"
        assert do(f"--registry {other}").rows[0]["uri"] == other
        assert do("status").rows[0]["uri"] == stocked.uri


class TestLists:
    def test_catalogs_and_schemas(self, do: Do, stocked: Registry) -> None:
        do("create schema staging.ml_team --description 'before prod'")
        assert names(do("catalogs")) == ["prod", "staging"]
        assert names(do("schemas")) == ["prod.ml_team", "staging.ml_team"]
        assert names(do("schemas staging")) == ["staging.ml_team"]
        assert "before prod" in repr(do("schemas staging"))
        do("use prod.ml_team")
        assert names(do("schemas")) == ["prod.ml_team"]
        assert names(do("schemas --all")) == ["prod.ml_team", "staging.ml_team"]
        with pytest.raises(NotFound, match="did you mean staging"):
            do("schemas stagin")

    def test_models_of_a_namespace_of_the_workspace_and_of_all(self, do: Do, stocked: Registry) -> None:
        do("create model prod.risk.limits")
        do("create model staging.ml_team.fraud")
        assert names(do("models")) == ["iris", "prod.ml_team.fraud", "prod.risk.limits", "staging.ml_team.fraud"]
        assert names(do("models prod")) == ["prod.ml_team.fraud", "prod.risk.limits"]
        assert names(do("models prod.risk")) == ["prod.risk.limits"]
        assert names(do("models --workspace")) == ["iris"]
        do("use prod.ml_team")
        assert names(do("models")) == ["prod.ml_team.fraud"]
        assert names(do("models --workspace")) == ["iris"]
        assert len(names(do("models --all"))) == 4

    def test_what_is_in_catalogs_and_schemas_is_counted_for_all_at_once(
        self, do: Do, registry: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("a.s.m", "a.s.n", "a.t.m", "b.s.m", "c.s.m"):
            registry.models.create(name)
        registry.schemas.create("b.bare")
        registry.catalogs.create("d")
        monkeypatch.setattr(browse, "MOST_COUNTED", 2)
        assert [(each["name"], each["schemas"], each["models"]) for each in do("catalogs").rows] == [
            ("a", 2, 3),
            ("b", 2, 1),
            ("c", 1, 1),
            ("d", 0, 0),
        ]
        assert [(each["name"], each["models"]) for each in do("schemas").rows] == [
            ("a.s", 2),
            ("a.t", 1),
            ("b.bare", 0),
            ("b.s", 1),
            ("c.s", 1),
        ]

    @pytest.mark.parametrize("line", ["catalogs", "schemas"])
    def test_more_of_them_take_no_more_transactions(
        self, do: Do, registry: Registry, transactions: list[str], line: str
    ) -> None:
        for name in ("a.s.m", "b.s.m"):
            registry.models.create(name)
        transactions.clear()
        do(line)
        few = len(transactions)
        for name in ("c.s.m", "d.s.m", "d.t.m"):
            registry.models.create(name)
        transactions.clear()
        do(line)
        assert len(transactions) == few

    def test_a_catalogs_models_are_read_in_one_transaction_whatever_its_schemas(
        self, do: Do, stocked: Registry, transactions: list[str]
    ) -> None:
        for number in range(3):
            do(f"create model prod.s{number}.m")
        transactions.clear()
        found = do("models prod -n 3")
        assert names(found) == ["prod.ml_team.fraud", "prod.s0.m", "prod.s1.m"]
        assert isinstance(found, Table)
        assert found.more is not None
        # One finds the namespace, one lists, one tells when they were used, one counts what was cut off.
        assert len(transactions) == 4

    def test_a_model_row_has_what_one_asks_first(self, do: Do, stocked: Registry) -> None:
        row = do("models prod.ml_team").rows[0]
        assert (row["latest_version"], row["aliases"], row["tags"]) == (2, {"Champion": 1}, {"team": "risk"})
        assert (row["owner"], row["governed"]) == ("ana", True)
        do("delete prod.ml_team.fraud/2 --yes")
        assert do("models prod.ml_team").rows[0]["latest_version"] == 1

    def test_versions_newest_first(self, do: Do, stocked: Registry) -> None:
        rows = do("versions prod.ml_team.fraud").rows
        assert [row["version"] for row in rows] == [2, 1]
        assert rows[1]["aliases"] == ["Champion"]
        assert rows[1]["tags"] == {"task": "regression"}

    @pytest.mark.parametrize(
        "line", ["catalogs", "schemas", "models", "models --workspace", "models c0", "models c0.s0", "versions c0.s0.m"]
    )
    def test_long_lists_are_cut_and_say_how_to_see_more(self, do: Do, session: CommandSession, line: str) -> None:
        for number in range(3):
            session.registry.catalogs.create(f"c{number}")
            session.registry.schemas.create(f"c0.s{number}")
            session.registry.models.create(f"c0.s0.m{number}")
            session.registry.models.create(f"w{number}")
        if line.startswith("versions"):
            session.registry.models.create("c0.s0.m", tags={"mlflow.prompt.is_prompt": "true"})
            for _ in range(3):
                session.registry.versions.register("x", "c0.s0.m", tags={"mlflow.prompt.is_prompt": "true"})
        cut = do(f"{line} -n 2")
        assert len(cut.rows) == 2
        whole = do(f"{line} -n 8")
        total, noun = len(whole.rows), line.partition(" ")[0]
        assert total >= 3
        assert repr(cut).splitlines()[-1] == f"2 of {total} {noun}; -n {total} shows all"
        assert " shows " not in repr(whole)

    def test_a_program_gets_all_of_a_list_that_a_person_gets_cut(
        self, do: Do, session: CommandSession, host: RecordingHost
    ) -> None:
        for number in range(60):
            session.registry.models.create(f"model_{number}")
        assert len(do("models").rows) == 50
        assert len(do("models --json").rows) == 60
        assert len(do("models --json -n 3").rows) == 3
        host.piped = True
        assert len(do("models").rows) == 60

    def test_of_a_very_long_list_it_is_not_advised_to_show_all(self, do: Do, session: CommandSession) -> None:
        for number in range(1_001):
            session.registry.models.create(f"model_{number}")
        assert repr(do("models")).splitlines()[-1] == "50 of 1,001 models; -n 1000 shows more"

    @pytest.mark.parametrize("line", ["catalogs", "schemas", "models", "models --workspace"])
    def test_an_empty_registry_says_what_to_do(self, do: Do, line: str) -> None:
        assert "yet; " in repr(do(line))

    def test_what_does_not_go_together(self, do: Do, stocked: Registry) -> None:
        for line in ("models prod --workspace", "models prod --all", "catalogs -n 0", "versions", "versions a b"):
            with pytest.raises(BadUsage):
                do(line)
        with pytest.raises(InvalidInput, match="names a version, and this takes a model"):
            do("versions prod.ml_team.fraud/1")


class TestShow:
    def test_a_model_with_its_versions(self, do: Do, stocked: Registry) -> None:
        shown = do("show prod.ml_team.fraud")
        assert "(governed model)" in repr(shown)
        assert "@Champion v1" in repr(shown)
        assert "the first" in repr(shown)
        assert "(workspace model)" in repr(do("show iris"))

    def test_many_versions_are_cut_with_a_way_to_all(self, do: Do, stocked: Registry) -> None:
        for _ in range(5):
            do("copy prod.ml_team.fraud/1 prod.ml_team.fraud")
        assert "5 of 7 versions; modelreg versions prod.ml_team.fraud shows all" in repr(do("show prod.ml_team.fraud"))

    @pytest.mark.parametrize(
        ("ref", "version"),
        [("prod.ml_team.fraud/1", 1), ("prod.ml_team.fraud@Champion", 1), ("prod.ml_team.fraud/latest", 2)],
    )
    def test_a_version(self, do: Do, stocked: Registry, ref: str, version: int) -> None:
        row = do(f"show {ref}").rows[0]
        assert row["version"] == version
        assert row["files"]
        assert row["inputs"] == [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 1]}}]

    def test_the_signature_of_a_workspace_version_is_in_its_files(
        self, do: Do, stocked: Registry, model_folder: Path, tmp_path: Path
    ) -> None:
        version = stocked.versions.register(str(model_folder), "iris")
        shown = do(f"show {version.reference} --run").rows[0]
        assert shown["inputs"] == [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 1]}}]
        gone = stocked.versions.register(str(tmp_path / "gone"), "iris", check_source=False)
        assert do(f"show {gone.reference} --run").rows[0]["inputs"] is None

    def test_a_range_of_versions(self, do: Do, stocked: Registry) -> None:
        shown = do("show prod.ml_team.fraud/1-7")
        assert isinstance(shown, Table)
        assert [row["version"] for row in shown.rows] == [1, 2]

    def test_a_catalog_and_a_schema(self, do: Do, stocked: Registry) -> None:
        assert "prod.ml_team" in repr(do("show prod"))
        assert "(catalog)" in repr(do("show prod"))
        assert "prod.ml_team.fraud" in repr(do("show prod.ml_team"))
        do("create model prod.ml_team.churn")
        for number in range(5):
            do(f"create model prod.ml_team.m{number}")
            do(f"create schema prod.s{number}")
        assert "5 of 7 models; modelreg models prod.ml_team shows all" in repr(do("show prod.ml_team"))
        assert "5 of 6 schemas; modelreg schemas prod shows all" in repr(do("show prod"))

    def test_a_model_goes_before_a_catalog_of_the_same_name(self, do: Do, stocked: Registry) -> None:
        do("create model prod")
        assert "(workspace model)" in repr(do("show prod"))

    @pytest.mark.parametrize(
        ("ref", "said"),
        [
            ("prod.ml_team.frued", "no model prod.ml_team.frued; did you mean prod.ml_team.fraud?"),
            ("irs", "no model irs; did you mean iris?"),
            ("porod", "no model or catalog porod; did you mean prod?"),
            ("prod.ml_taem", "no model or schema prod.ml_taem; did you mean prod.ml_team?"),
            ("prod.ml_team.fraud/9", "no version prod.ml_team.fraud/9"),
            ("prod.ml_team.fraud@Nobody", "model prod.ml_team.fraud has no alias Nobody"),
            ("zzz", "no model zzz"),
        ],
    )
    def test_what_is_not_there(self, do: Do, stocked: Registry, ref: str, said: str) -> None:
        with pytest.raises(NotFound) as caught:
            do(f"show {ref}")
        assert caught.value.message == said

    @pytest.mark.parametrize("ref", ["fraud/", "fraud/x", "fraud/3-1", "a/b/c", "fraud@", "''", ".."])
    def test_malformed_references(self, do: Do, stocked: Registry, ref: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            do(f"show {ref}")
        assert caught.value.hint

    def test_sql_is_just_a_string(self, do: Do, stocked: Registry) -> None:
        with pytest.raises(NotFound):
            do('show "\'; DROP TABLE models; --"')
        assert len(do("models").rows) == 2


@pytest.mark.parametrize(
    "line",
    ["status", "catalogs", "schemas", "models", "versions prod.ml_team.fraud", "show prod.ml_team.fraud", "use",
     "show prod.ml_team.fraud/1", "show prod", "show prod.ml_team"],
)  # fmt: skip
def test_json_says_the_same(do: Do, stocked: Registry, line: str) -> None:
    plain, wanted = do(line), do(f"{line} --json")
    content = json.loads(repr(wanted))
    assert wanted.rows == plain.rows
    # What differs, times and stages, is held in test_json.py.
    records = content if isinstance(content, list) else [content]
    said, meant = ([_untimed(row) for row in rows] for rows in (records, plain.rows))
    assert said == meant


def _untimed(row: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in row.items() if name != "stage" and not name.endswith("_at")}
