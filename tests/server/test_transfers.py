"""Archives and backups over HTTP: made, downloaded, uploaded, imported, and nothing left behind."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer, User
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPResponse

import jupyter_modelreg
from jupyter_modelreg.artifacts import hashing
from jupyter_modelreg.artifacts.hashing import Piece
from jupyter_modelreg.system import progress
from jupyter_modelreg.system.progress import Advance
from tests.support.plain_models import plain_model

Fetch = Callable[..., Awaitable[HTTPResponse]]
Ask = Callable[..., Awaitable[tuple[int, Any]]]
NAME = "prod.ml.fraud"


@pytest.fixture
def stocked(registry_path: Path, tmp_path: Path) -> Path:
    """A registry with a governed model and a workspace model; gives its path."""
    plain_model(tmp_path / "model", 3 << 20)
    registry = jupyter_modelreg.connect(str(registry_path), actor="ana")
    registry.versions.register(str(tmp_path / "model"), NAME, aliases=["Champion"])
    registry.versions.register("s3://nowhere/model", "churn", check_source=False)
    registry.close()
    return registry_path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An archive of another registry."""
    plain_model(tmp_path / "other-model", 1 << 20)
    registry = jupyter_modelreg.connect(str(tmp_path / "other" / "registry.duckdb"), actor="ben")
    registry.versions.register(str(tmp_path / "other-model"), "prod.risk.churn")
    registry.versions.register("s3://nowhere/model", "plain", check_source=False)
    registry.exchange.export_to(tmp_path / "other.zip")
    registry.close()
    return tmp_path / "other.zip"


@pytest.fixture
def ask(jp_fetch: Fetch) -> Ask:
    """Ask for a transfer; gives the status and the envelope."""

    async def fetch(*path: str, body: object = None, **how: Any) -> tuple[int, Any]:
        text = body if isinstance(body, bytes) else json.dumps(body or {})
        sent = {"method": "POST", "body": text, **how}
        response = await jp_fetch("modelreg", "transfers", *path, raise_error=False, **sent)
        return response.code, json.loads(response.body)

    return fetch


@pytest.fixture
def upload(ask: Ask) -> Callable[[str, bytes], Awaitable[str]]:
    """Upload a file in pieces; gives its token."""

    async def send(name: str, content: bytes) -> str:
        status, reply = await ask("uploads", body={"name": name, "size": len(content)})
        assert status == 200, reply
        token: str = reply["result"]["token"]
        at, piece = 0, 100_000
        while at < len(content):
            _, reply = await ask("files", token, method="PUT", body=content[at : at + piece], params={"at": str(at)})
            at = reply["result"]
        return token

    return send


def left_behind(registry_path: Path) -> list[str]:
    return [each.name for each in registry_path.parent.iterdir() if "transfer-" in each.name or ".part" in each.name]


async def test_an_export_is_downloaded_once(stocked: Path, ask: Ask, jp_fetch: Fetch, tmp_path: Path) -> None:
    status, reply = await ask("export", body={"references": [NAME]})
    made = reply["result"]
    assert (status, made["name"], made["models"], made["versions"]) == (200, f"{NAME}.zip", 1, 1)
    assert left_behind(stocked)
    answer = await jp_fetch("modelreg", "transfers", "files", made["token"])
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{NAME}.zip"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert len(answer.body) == made["size"]
    (tmp_path / "got.zip").write_bytes(answer.body)
    copy = jupyter_modelreg.connect(str(tmp_path / "copy.duckdb"))
    assert copy.exchange.import_from(str(tmp_path / "got.zip")).versions.imported == 1
    assert copy.models.get(NAME).aliases == {"Champion": 1}
    again = await jp_fetch("modelreg", "transfers", "files", made["token"], raise_error=False)
    assert (again.code, json.loads(again.body)["error"]["message"]) == (404, "this file is no longer on the server")
    assert left_behind(stocked) == []


@pytest.mark.parametrize(
    ("reference", "name"),
    [("models:/churn", "churn"), (f"{NAME}/1", f"{NAME}-v1"), (f"{NAME}@Champion", f"{NAME}@Champion")],
)
async def test_an_export_is_called_like_what_is_in_it(stocked: Path, ask: Ask, reference: str, name: str) -> None:
    _, reply = await ask("export", body={"references": [reference]})
    assert reply["result"]["name"] == f"{name}.zip"


async def test_a_backup_can_be_restored(stocked: Path, ask: Ask, jp_fetch: Fetch, tmp_path: Path) -> None:
    _, reply = await ask("backup", body={"skip_damaged": False})
    answer = await jp_fetch("modelreg", "transfers", "files", reply["result"]["token"])
    (tmp_path / "got.zip").write_bytes(answer.body)
    target = jupyter_modelreg.connect(str(tmp_path / "restored.duckdb"))
    target.maintenance.restore(tmp_path / "got.zip")
    assert [model.name for model in target.models.list()] == ["churn", NAME]


async def test_what_is_left_on_the_server_is_in_the_folder_it_shows(
    stocked: Path, ask: Ask, jp_root_dir: Path, monkeypatch: pytest.MonkeyPatch, jp_serverapp: ServerApp
) -> None:
    (jp_root_dir / "out").mkdir()
    status, reply = await ask("export", body={"path": "out/all.zip"})
    assert (status, reply["result"]["token"], reply["result"]["path"]) == (200, None, "out/all.zip")
    assert (jp_root_dir / "out" / "all.zip").stat().st_size == reply["result"]["size"]
    for path in ("../all.zip", "/../../all.zip", "", "out/", "out/../..", ".all.zip", "out/.x/all.zip", "no/all.zip"):
        status, reply = await ask("backup", body={"path": path})
        assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT"), path
    status, reply = await ask("backup", body={"path": "out/all.zip"})
    assert (status, reply["error"]["code"]) == (409, "ALREADY_EXISTS")
    assert [each.name for each in (jp_root_dir / "out").iterdir()] == ["all.zip"]
    assert left_behind(stocked) == []
    monkeypatch.setitem(jp_serverapp.web_app.settings, "authorizer", NoContents(parent=jp_serverapp))
    status, reply = await ask("export", body={"path": "out/more.zip"})
    assert (status, reply["error"]["code"]) == (403, "FORBIDDEN")
    assert (await ask("export"))[0] == 200


async def test_an_upload_is_looked_at_first_and_then_imported(
    stocked: Path, other: Path, ask: Ask, upload: Callable[[str, bytes], Awaitable[str]]
) -> None:
    token = await upload("../../ben's models.zip", other.read_bytes())
    status, reply = await ask("import", body={"upload": token, "dry_run": True})
    assert (status, reply["result"]["dry_run"], reply["result"]["source"]) == (200, True, "ben_s models.zip")
    assert reply["result"]["versions"] == {"imported": 2, "there": 0, "skipped": 0}
    registry = jupyter_modelreg.connect(str(stocked))
    assert len(registry.models.list()) == 2
    status, reply = await ask("import", body={"upload": token, "reason": "from ben"})
    assert reply["result"]["models"] == {"imported": 2, "there": 0, "skipped": 0}
    assert [model.name for model in registry.models.list()] == ["churn", "plain", NAME, "prod.risk.churn"]
    event = next(each for each in registry.history.list() if each.name == "plain")
    assert (event.reason, event.after and event.after["imported_from"]) == ("from ben", "ben_s models.zip")
    status, reply = await ask("import", body={"upload": token})
    assert (status, reply["error"]["message"]) == (404, "this file is no longer on the server")
    assert left_behind(stocked) == []


async def test_an_archive_that_was_altered_is_refused_by_its_own_name(
    stocked: Path, other: Path, ask: Ask, upload: Callable[[str, bytes], Awaitable[str]]
) -> None:
    content = bytearray(other.read_bytes())
    content[len(content) // 2] ^= 1
    for name, sent in (("altered.zip", bytes(content)), ("text.zip", b"no archive"), ("empty.zip", b"")):
        token = await upload(name, sent)
        status, reply = await ask("import", body={"upload": token, "dry_run": True})
        assert status in (400, 409)
        assert name in reply["error"]["message"], reply
        assert "transfer-" not in json.dumps(reply)
        assert (await ask("files", token, method="DELETE", body=None, allow_nonstandard_methods=True))[0] == 200
    assert left_behind(stocked) == []


@pytest.mark.parametrize("extension_config", [{"largest_upload": 1000, "server_sources": False}])
async def test_the_settings_are_kept_to(registry_path: Path, other: Path, ask: Ask) -> None:
    status, reply = await ask("uploads", body={"name": "big.zip", "size": 1001})
    assert (status, reply["error"]["message"]) == (
        400,
        "big.zip has 1,001 bytes, and this server takes uploads of 1,000 bytes at most",
    )
    _, reply = await ask("uploads", body={"name": "small.zip", "size": 10})
    token = reply["result"]["token"]
    for at, piece in ((0, b"x" * 11), (1, b"x"), (-1, b"x")):
        status, reply = await ask("files", token, method="PUT", body=piece, params={"at": str(at)})
        assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT"), at
    status, reply = await ask("import", body={"source": str(other)})
    assert (status, reply["error"]["message"]) == (400, "this server imports uploaded files only")


async def test_a_path_or_uri_of_the_server_is_imported(stocked: Path, other: Path, ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "here.zip").write_bytes(other.read_bytes())
    for source in ("here.zip", str(other), f"modelreg:///{other.parent / 'other' / 'registry.duckdb'}"):
        status, reply = await ask("import", body={"source": source, "dry_run": True})
        assert (status, reply["result"]["versions"]["imported"]) == (200, 2), source
    status, reply = await ask("import", body={"source": "nothing.zip"})
    assert (status, reply["error"]["code"]) == (400, "SOURCE_UNAVAILABLE")
    status, reply = await ask("import", body={"source": str(other), "allow_local_paths": True})
    assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT"), "it is for Python only"


class NoContents(Authorizer):
    """Lets everybody use the registry, and nothing else."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        return resource == "modelreg"


class ReadersOnly(Authorizer):
    """Lets everybody read."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        return resource == "modelreg" and action == "read"


TRANSFERS = (("export", "POST"), ("backup", "POST"), ("import", "POST"), ("uploads", "POST"), ("files/x", "GET"))


@pytest.mark.parametrize(("path", "method"), [*TRANSFERS, ("files/x", "PUT"), ("files/x", "DELETE")])
async def test_who_may(
    path: str, method: str, jp_fetch: Fetch, jp_serverapp: ServerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = {"method": method, "body": "{}" if method in ("POST", "PUT") else None, "raise_error": False}
    place = ("modelreg", "transfers", *path.split("/"))
    assert (await jp_fetch(*place, headers={"Authorization": "token wrong"}, **how)).code == 403
    monkeypatch.setitem(jp_serverapp.web_app.settings, "authorizer", ReadersOnly(parent=jp_serverapp))
    assert (await jp_fetch(*place, **how)).code == 403


@pytest.mark.parametrize("extension_config", [{"writable": False}])
async def test_where_changes_are_switched_off_nothing_comes_in(ask: Ask) -> None:
    for path, body in (("uploads", {"name": "a.zip", "size": 1}), ("import", {"source": "a.zip"})):
        status, reply = await ask(path, body=body)
        assert (status, reply["error"]["code"]) == (403, "WRITES_OFF")
    assert (await ask("export"))[0] == 200, "it changes nothing"


async def test_when_the_client_goes_away_the_work_stops_and_nothing_stays(
    stocked: Path,
    ask: Ask,
    jp_serverapp: ServerApp,
    jp_base_url: str,
    jp_root_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached: list[int] = []
    hash_all = hashing.hash_all

    def slowly(pieces: Iterable[Piece], advance: Advance, *sinks: Any) -> Any:
        def one_after_the_other() -> Iterator[Piece]:
            for piece in pieces:
                reached.append(len(piece))
                time.sleep(0.3)
                yield piece

        return hash_all(one_after_the_other(), advance, *sinks)

    monkeypatch.setattr("jupyter_modelreg.artifacts.bundle.hash_all", slowly)
    monkeypatch.setattr(progress, "_SAY_EVERY", 0.0)
    for path in (None, "all.zip"):
        reached.clear()
        body = json.dumps({} if path is None else {"path": path})
        reader, writer = await asyncio.open_connection("localhost", jp_serverapp.port)
        writer.write(
            f"POST {jp_base_url}modelreg/transfers/export HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: token {jp_serverapp.identity_provider.token}\r\nAccept: application/x-ndjson\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        await reader.readuntil(b'"progress"')
        writer.close()
        deadline = time.monotonic() + 20
        while (left_behind(stocked) or any(jp_root_dir.glob(".*.part")) or not reached) and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        assert left_behind(stocked) == []
        assert not any(jp_root_dir.glob("*.zip"))
        assert sum(reached) < 3 << 20, "it did not go on to the end"


async def test_what_nobody_fetches_goes_when_the_server_stops(stocked: Path, ask: Ask, jp_serverapp: ServerApp) -> None:
    await ask("export")
    assert left_behind(stocked)
    await jp_serverapp.cleanup_extensions()
    assert left_behind(stocked) == []
