"""The sidebar on a registry that another server has: the extension asks that one, with the token of who runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.context import own_version
from jupyter_modelreg.core.registry import Registry
from tests.server.conftest import Call
from tests.support.served import TOKEN, Served, serving

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("artifacts")) as found:
        yield found


@pytest.fixture
def there(served: Served, registry: Registry) -> Registry:
    """The registry that the other server has."""
    served.shown = registry
    return registry


@pytest.fixture
def extension_config(served: Served, there: Registry, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("MODELREG_TOKEN", TOKEN)
    return {"uri": served.url}


async def test_the_panel_works_there(call: Call, there: Registry, served: Served) -> None:
    status, reply = await call("models.create", {"name": "prod.ml.fraud", "reason": "first"})
    assert (status, reply["ok"]) == (200, True), reply
    assert isinstance(reply["unit"], int)
    status, reply = await call("registry.identity")
    assert (reply["result"]["uri"], reply["result"]["actor"]) == (f"modelreg:{served.url}", "ana")
    assert (reply["result"]["version"], reply["result"]["read_only"]) == (own_version(), False)
    status, reply = await call("schemas.list", {"catalog": "prod"})
    assert [schema["name"] for schema in reply["result"]["items"]] == ["prod.ml"]
    status, reply = await call("models.get", {"name": "none"})
    assert (status, reply["error"]["code"]) == (404, "NOT_FOUND")
    event = there.history.last()
    assert event is not None
    assert (event.actor, event.reason) == ("ana", "first")


async def test_files_are_shown_from_there(
    call: Call, there: Registry, model_folder: Path, jp_fetch: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / "cache"))
    there.versions.register(str(model_folder), "prod.ml.fraud")
    reply = await jp_fetch("modelreg", "files", "prod.ml.fraud", "1", "MLmodel")  # type: ignore[operator]
    assert reply.body == (model_folder / "MLmodel").read_bytes()
    status, told = await call("versions.register", {"source": str(model_folder), "model": "prod.ml.sent"})
    assert (status, told["ok"]) == (200, True), told
    assert there.versions.get("prod.ml.sent/1").managed


async def test_what_has_to_be_run_there_says_so(call: Call) -> None:
    status, reply = await call("maintenance.verify", {"rebuild": False})
    assert (status, reply["result"]["findings"]) == (200, [])
    with closing(jupyter_modelreg.connect()) as own:
        assert own.actor == "ana"  # the kernels are named the same registry
