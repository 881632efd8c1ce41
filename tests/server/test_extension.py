"""The extension itself: enabled on install, one registry for the server and its kernels, polite to cullers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

import jupyter_modelreg
from jupyter_modelreg.server import ModelregExtension
from tests.server.conftest import Call


def test_installing_enables_it() -> None:
    listing = subprocess.run(
        [sys.executable, "-m", "jupyter", "server", "extension", "list"], capture_output=True, text=True, timeout=60
    )
    said = re.sub(r"\x1b\[\d*m", "", listing.stdout + listing.stderr)
    assert "jupyter_modelreg enabled" in said, "reinstall the package: its configuration is not in the environment"
    assert f"jupyter_modelreg {jupyter_modelreg.__version__} OK" in said


async def test_a_kernel_sees_the_same_registry(jp_serverapp: ServerApp, call: Call, registry_path: Path) -> None:
    await call("models.create", {"name": "from_the_panel"})
    manager: Any = jp_serverapp.kernel_manager
    kernel_id = await manager.start_kernel(kernel_name="python3")
    client = manager.get_kernel(kernel_id).client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        said: list[str] = []
        await client.execute_interactive(
            "import os, jupyter_modelreg as m; print(os.environ['MODELREG_URI'], m.connect().models.list()[0].name)",
            timeout=60,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(kernel_id, now=True)
    assert "".join(said).split() == [f"modelreg:///{registry_path}", "from_the_panel"]


@pytest.mark.parametrize("extension_config", [{}])
@pytest.mark.parametrize("given", ["", "{folder}/mine.duckdb", "modelreg:///mine.duckdb"])
def test_without_a_trait_the_environment_decides(
    extension_config: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELREG_URI", given.format(folder=tmp_path))
    request.getfixturevalue("jp_serverapp")
    # A relative one has become absolute: a kernel starts in its notebook's folder.
    expected = f"{tmp_path}/mine.duckdb" if given else f"{os.environ['XDG_DATA_HOME']}/jupyter_modelreg/registry.duckdb"
    assert os.environ["MODELREG_URI"] == f"modelreg:///{expected}"


@pytest.mark.parametrize("extension_config", [{"uri": "mysql://somewhere"}])
def test_a_uri_nobody_can_open_is_not_handed_to_kernels(jp_serverapp: ServerApp) -> None:
    assert "MODELREG_URI" not in os.environ


async def test_asking_for_news_does_not_keep_the_server_awake(jp_serverapp: ServerApp, call: Call) -> None:
    def active() -> object:
        return jp_serverapp.web_app.settings.get("api_last_activity")

    await call("models.list")
    before = active()
    assert before is not None
    await call("history.list")
    await call("history.last")
    assert active() == before
    await call("models.list")
    assert active() != before


def extension(app: ServerApp) -> ModelregExtension:
    (found,) = app.extension_manager.extension_apps["jupyter_modelreg"]
    assert isinstance(found, ModelregExtension)
    return found


async def test_getting_ready_makes_no_registry(jp_serverapp: ServerApp, call: Call, registry_path: Path) -> None:
    await extension(jp_serverapp)._start_jupyter_server_extension(jp_serverapp)
    assert not registry_path.exists()


async def test_a_registry_that_cannot_be_read_keeps_no_server_from_starting(
    jp_serverapp: ServerApp, call: Call, registry_path: Path
) -> None:
    registry_path.write_bytes(b"no database" * 1000)
    await extension(jp_serverapp)._start_jupyter_server_extension(jp_serverapp)
    status, reply = await call("history.last")
    assert (status, reply["error"]["code"]) == (503, "UNUSABLE")
