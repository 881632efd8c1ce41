"""What Tab offers, the same in notebook and shell."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.completion import complete_line, complete_reference
from jupyter_modelreg.commands.parsing import split
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.real_models import log_model

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for candidates than a person would: the machine that runs tests may be slow."""
    monkeypatch.setattr(candidates, "PATIENCE", 20.0)


@pytest.fixture
def offered(session: CommandSession, stocked: Registry) -> object:
    """The texts offered at the end of a line."""
    return lambda line: [text for text, _ in complete_line(session, line).items]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("al", ["alias"]),
        ("un", ["unalias", "untag", "unpin", "unlink", "undeprecate", "undo"]),
        ("--reg", ["--registry"]),
        ("models --wo", ["--workspace"]),
        ("register x y --al", ["--alias"]),
        ("create m", ["model"]),
        ("versions i", ["iris"]),
        ("versions prod.", ["prod.ml_team.fraud"]),
        ("show prod", ["prod.ml_team.fraud", "prod.ml_team", "prod"]),
        ("show prod.ml_team.fraud@", ["prod.ml_team.fraud@Champion"]),
        ("show prod.ml_team.fraud@Ch", ["prod.ml_team.fraud@Champion"]),
        ("show prod.ml_team.fraud/", ["prod.ml_team.fraud/2", "prod.ml_team.fraud/1", "prod.ml_team.fraud/latest"]),
        ("show prod.ml_team.fraud/l", ["prod.ml_team.fraud/latest"]),
        ("show prod.ml_team.fraud", ["prod.ml_team.fraud", "prod.ml_team.fraud@Champion"]),
        ("show mod", ["models:/"]),
        ("show models:/prod.ml_team.fraud@", ["models:/prod.ml_team.fraud@Champion"]),
        ("show models:/ir", ["models:/iris"]),
        ("load prod.ml_team.fraud@C", ["prod.ml_team.fraud@Champion"]),
        ("alias prod.ml_team.f", ["prod.ml_team.fraud@"]),
        ("alias prod.ml_team.fraud@Champion ", ["2", "1", "latest", "@Champion"]),
        ("alias prod.ml_team.fraud@New @", ["@Champion"]),
        ("tag prod.ml_team.fraud te", ["team="]),
        ("tag prod.ml_team.fraud a=b ta", ["task="]),
        ("tag prod.ml_team.fraud team=", ["team=risk"]),
        ("untag prod.ml_team.fraud ", ["team"]),
        ("untag prod.ml_team.fraud/1 ", ["task"]),
        ("grant US", ["USE_CATALOG", "USE_SCHEMA"]),
        ("grant EXECUTE o", ["on"]),
        ("grant EXECUTE on mo", ["model", "models:/"]),
        ("grant EXECUTE on model prod.ml_team.f", ["prod.ml_team.fraud"]),
        ("grant EXECUTE on prod t", ["to"]),
        ("grant EXECUTE on prod to ", ["'account users'"]),
        ('grant EXECUTE on prod to "acc', ["account users"]),
        ("revoke EXECUTE on prod f", ["from"]),
        ("grants --to zz", []),
        ("use pr", ["prod", "prod.ml_team"]),
        ("models prod.", ["prod.ml_team"]),
        ("schemas ", ["prod"]),
        ("register mod", ["models:/"]),
        ("register models:/iri", ["models:/iris"]),
        ('show "prod.ml_team.fraud@Ch', ["prod.ml_team.fraud@Champion"]),
        ("nonsense x", []),
        ("show nothing_like_it", []),
        ("show nothing@", []),
        ("show a/b/c@", []),
        ("tag 'unclosed quote a", []),
        ("show $na", []),
        ("show {na", []),
    ],
)
def test_candidates(offered: object, line: str, expected: list[str]) -> None:
    assert offered(line) == expected  # type: ignore[operator]


def test_short_names_in_the_namespace(do: Do, session: CommandSession, stocked: Registry) -> None:
    do("use prod.ml_team")
    assert complete_line(session, "show fr").items == [("fraud", "prod.ml_team")]
    assert complete_line(session, "show fraud@").items == [("fraud@Champion", "version 1")]
    assert complete_line(session, "show ir").items == [], "iris is only reached as models:/iris"
    assert complete_line(session, "show models:/ir").items == [("models:/iris", "workspace model")]


@pytest.mark.parametrize(
    ("line", "fragment"),
    [
        ("show prod.ml_team.fraud@Ch", "prod.ml_team.fraud@Ch"),
        ("show models:/prod.ml_team.fraud@Ch", "models:/prod.ml_team.fraud@Ch"),
        ('show "prod.ml_team.fr', "prod.ml_team.fr"),
        ("show ", ""),
        ("", ""),
        ("tag x 'a b'=c", "'a b'=c"),
        (r"tag x a\ b", r"a\ b"),
    ],
)
def test_the_fragment_is_the_whole_last_word(session: CommandSession, line: str, fragment: str) -> None:
    assert complete_line(session, line).fragment == fragment


def test_names_with_spaces_are_quoted(do: Do, session: CommandSession) -> None:
    do("create model 'my model'")
    assert complete_line(session, "show my").items == [("'my model'", "workspace model")]
    assert complete_line(session, "show 'my").items == [("my model", "workspace model")]


CODE = ("x`id`", "x$(id)", "x;id", "x'id", 'x"id', "x{id}", "x\\id", "x!id", "x\nid", "x\x1bid", "x\u202eid", "xid")


def test_no_name_becomes_code(session: CommandSession) -> None:
    for name in CODE:
        session.registry.models.create(name)

    def offered(line: str) -> set[str]:
        return {text for text, _ in complete_line(session, line).items}

    printable = {name for name in CODE if name.isprintable()}
    for text in offered("show x"):
        assert split(f"show {text}", pytest.fail) in [["show", name] for name in printable]
    for quote in "'\"":
        inside = offered(f"show {quote}x")
        assert "xid" in inside
        for text in inside:
            assert split(f"show {quote}{text}{quote}", pytest.fail) == ["show", text]
    in_python = {text for text, _ in complete_reference(session, "models:/x").items}
    assert in_python == {f"models:/{name}" for name in ("x`id`", "x$(id)", "x;id", "x!id", "xid")}


def test_like_wildcards_are_plain_characters(do: Do, session: CommandSession) -> None:
    do("create model a_b")
    do("create model axb")
    assert [text for text, _ in complete_line(session, "show a_").items] == ["a_b"]
    assert complete_line(session, "show %").items == []


def test_folders_where_folders_are_taken(
    session: CommandSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model_a" / "data").mkdir(parents=True)
    (tmp_path / "model_b.txt").touch()
    texts = lambda line: [text for text, _ in complete_line(session, line).items]  # noqa: E731
    assert texts("register mod") == ["models:/", "model_a/"]
    assert texts("register ./mod") == ["./model_a/"]
    assert texts("download fraud/1 model_a/") == ["model_a/data/"]
    assert texts(f"download fraud/1 {tmp_path}/mod") == [f"{tmp_path}/model_a/"]
    assert texts("download fraud/1 nowhere/") == []


def test_uris_in_strings(session: CommandSession, stocked: Registry) -> None:
    found = complete_reference(session, "models:/prod.ml_team.fraud@C")
    assert found.fragment == "models:/prod.ml_team.fraud@C"
    assert found.items == [("models:/prod.ml_team.fraud@Champion", "version 1")]


def test_another_registry_is_asked_when_one_is_named(
    session: CommandSession, stocked: Registry, tmp_path: Path
) -> None:
    import jupyter_modelreg

    other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ana")
    other.models.create("elsewhere")
    assert complete_line(session, f"--registry {other.uri} versions ").items == [("elsewhere", "workspace model")]
    other.close()


def test_a_registry_that_cannot_be_opened_offers_nothing(tmp_path: Path, host: object) -> None:
    bad = tmp_path / "bad.duckdb"
    bad.write_text("no database")

    def opener(uri: str | None) -> Registry:
        import jupyter_modelreg

        return jupyter_modelreg.connect(str(bad))

    broken = CommandSession(opener, host)  # type: ignore[arg-type]
    assert complete_line(broken, "show ").items == []
    assert [text for text, _ in complete_line(broken, "sho").items] == ["show"]


def test_a_busy_registry_is_not_waited_for(
    session: CommandSession, stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "PATIENCE", 0.1)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with context_of(stocked).read():
            held.set()
            release.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        assert complete_line(session, "show ir").items == []
    finally:
        release.set()
        holder.join()
    monkeypatch.setattr(candidates, "PATIENCE", 20.0)
    assert complete_line(session, "show ir").items == [("iris", "workspace model")]


def test_no_more_catalogs_and_schemas_are_read_than_are_offered(
    session: CommandSession, stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(120):
        stocked.schemas.create(f"c{number:03}.s")
    read: list[int] = []
    for topic in (Catalogs, Schemas):
        _count(topic, read, monkeypatch)
    assert complete_line(session, "use c11").items[:2] == [("c110", "catalog"), ("c111", "catalog")]
    assert len(complete_line(session, "use c11").items) == 20
    assert [text for text, _ in complete_line(session, "use c119").items] == ["c119", "c119.s"]
    assert [text for text, _ in complete_line(session, "use c119.").items] == ["c119.s"]
    assert len(complete_line(session, "schemas ").items) == 100
    assert max(read) <= 100


def _count(topic: type[Catalogs] | type[Schemas], read: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Put down in `read` how many rows each listing by `topic` gives."""
    listing = topic.list

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        found = listing(self, *args, **options)
        read.append(len(found))
        return found

    monkeypatch.setattr(topic, "list", counted)


def test_sources_are_what_mlflow_has_logged(
    session: CommandSession, stocked: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    experiment = mlflow.create_experiment("cards", artifact_location=(tmp_path / "artifacts").as_uri())
    with mlflow.start_run(experiment_id=experiment, run_name="nightly") as run:
        info = log_model("scorer")

    def offered(typed: str) -> dict[str, str]:
        return dict(complete_line(session, f"register {typed}").items)

    runs, models = offered("runs:/"), offered("models:/m-")
    assert runs == {f"runs:/{run.info.run_id}/scorer": "scorer, nightly, cards"}
    assert models == {f"models:/{info.model_id}": "scorer, nightly, cards"}
    assert "models:/prod.ml_team.fraud" in offered("models:/")
    monkeypatch.delitem(sys.modules, "mlflow")
    assert offered("runs:/") == {}, "importing it would take longer than anybody waits"
    assert "models:/iris" in offered("models:/")
    monkeypatch.undo()
    mlflow.set_tracking_uri(None)
