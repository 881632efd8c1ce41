"""Moving a registry between a file and a database."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow.entities.webhook import WebhookEvent

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidState, RegistryUnavailable
from jupyter_modelreg.core.maintenance.moving import Tally
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_plugin.encryption import KEY_VARIABLE
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model
from tests.support.postgresql import Server, database_of, registry_in
from tests.support.processes import run_with_registry


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Registry]:
    """A registry in a file, with two versions and what hangs on them."""
    opened = jupyter_modelreg.connect(str(tmp_path / "registry.duckdb"), actor="ana")
    opened.catalogs.create("prod")
    opened.schemas.create("prod.ml_team")
    for size in (1000, 2000):
        plain_model(tmp_path / f"model-{size}", size)
        opened.versions.register(str(tmp_path / f"model-{size}"), FRAUD, tags={"é": "ü"}, description="a\\b'c")
    opened.aliases.set(FRAUD, "Champion", 1)
    opened.searches.save("mine", "alias = 'Champion'")
    opened.comments.add(FRAUD, "good")
    yield opened
    opened.close()


@pytest.fixture
def place(postgresql: Server, tmp_path: Path) -> str:
    """A database in which there is nothing."""
    (tmp_path / "shared").mkdir()
    return registry_in(postgresql.uri(postgresql.make_database()), tmp_path / "shared")


def rows_of(registry: Registry) -> dict[str, tuple[int, str]]:
    last = registry.history.list()[-1]
    tally = Tally(up_to=last.seq - (last.action in ("registry.arrived", "registry.moved")))
    context_of(registry).store.dump(tally)
    return tally.rows


def check_nothing_there(postgresql: Server, place: str, tmp_path: Path) -> None:
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname IN ('modelreg', 'modelreg_loading')"
    assert postgresql.run(schemas, database=database_of(place)) in ([], [("modelreg_loading",)])
    assert {each.name for each in (tmp_path / "shared").iterdir() if ".move-" not in each.name} <= {
        "registry.files.moving"
    }


def test_to_a_database_and_back(file: Registry, place: str, tmp_path: Path) -> None:
    before = rows_of(file)
    planned = file.maintenance.move_to(place, dry_run=True)
    assert not list((tmp_path / "shared").iterdir())
    moved = file.maintenance.move_to(place)
    assert (moved.rows, moved.files) == (planned.rows, planned.files)
    there = jupyter_modelreg.connect(place, actor="ben")
    assert rows_of(there) == before
    assert there.maintenance.verify(rebuild=True).findings == []
    with pytest.raises(InvalidState, match=r"has moved to modelreg:postgresql://postgres@/"):
        file.models.create("m")
    there.models.create("new")
    back = tmp_path / "back.duckdb"
    there.maintenance.move_to(str(back))
    with pytest.raises(InvalidState, match=r"has moved to .*back.duckdb"):
        jupyter_modelreg.connect(place).models.create("m")
    again = jupyter_modelreg.connect(str(back))
    assert again.models.get("new").name == "new"
    assert again.maintenance.verify(rebuild=True).findings == []
    there.history.undo()
    there.models.create("more")
    for registry in (there, again):
        registry.close()


def test_a_password_is_not_written_down(postgresql: Server, file: Registry, tmp_path: Path) -> None:
    postgresql.run("DROP ROLE IF EXISTS mover", "CREATE USER mover PASSWORD 's3cret'")
    name = postgresql.make_database()
    postgresql.run(f"GRANT CREATE ON DATABASE {name} TO mover")
    moved = file.maintenance.move_to(f"modelreg:{postgresql.uri_of('mover', 's3cret', name)}?files={tmp_path}/shared")
    assert moved.uri.startswith("modelreg:postgresql://mover@127.0.0.1:")
    told = [repr(moved), repr(file.status()), *(repr(event) for event in file.history.list())]
    assert not [text for text in told if "s3cret" in text]


def test_webhooks_keep_their_secrets(file: Registry, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true")  # as no name can be looked up here
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    store = ModelRegistryStore(store_uri=file.uri)
    event = WebhookEvent.from_str("model_version.created")
    store.create_webhook("hook", "https://a.org/path", [event], secret="secret")
    file.maintenance.move_to(place)
    there = ModelRegistryStore(store_uri=place)
    [hook] = there.list_webhooks()
    assert there.get_webhook(hook.webhook_id).secret == "secret"
    there.registry.close()
    store.registry.close()


def test_a_target_that_goes_away_leaves_nothing_there(
    postgresql: Server, file: Registry, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_all() -> None:
        postgresql.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_of(place)}'")

    rename = Path.rename

    def end_then_rename(path: Path, target: Path) -> Path:
        if Path(target).name == "registry.files":  # the last thing before the commit
            end_all()
        return rename(path, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", end_then_rename)
        with pytest.raises(RegistryUnavailable, match="cannot be reached"):
            file.maintenance.move_to(place)
    check_nothing_there(postgresql, place, tmp_path)
    file.models.create("still open")
    moved = file.maintenance.move_to(place)
    assert moved.brought == 0
    there = jupyter_modelreg.connect(place)
    assert there.maintenance.verify(rebuild=True).findings == []
    there.close()


def test_killed_before_the_rows_are_kept_it_goes_on(
    postgresql: Server, file: Registry, place: str, tmp_path: Path
) -> None:
    file.close()
    code = """
        from jupyter_modelreg.storage.postgresql import replacing
        forward = replacing._forward
        replacing._forward = lambda moves: (forward(moves), os.kill(os.getpid(), 9))
        reg.maintenance.move_to(sys.argv[2])
    """
    assert run_with_registry(code, tmp_path / "registry.duckdb", place).returncode == -signal.SIGKILL
    assert not jupyter_modelreg.connect(place).maintenance.occupied()
    check_nothing_there(postgresql, place, tmp_path)
    file.models.create("still open")
    moved = file.maintenance.move_to(place)
    assert moved.brought == 0
    there = jupyter_modelreg.connect(place)
    assert there.maintenance.verify(rebuild=True).findings == []
    assert there.models.get("still open").name == "still open"
    there.close()
