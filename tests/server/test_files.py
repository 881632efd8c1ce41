"""Files of versions over HTTP: what is sent, as what, and what is not."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpclient import HTTPResponse

import jupyter_modelreg
from tests.server.conftest import Call
from tests.support.plain_models import MLMODEL

Fetch = Callable[..., Awaitable[HTTPResponse]]
PAGE = "<script>document.title = 'run'</script>"
ODD = 'a b%2F?#"é.html'


@pytest.fixture
def kept(registry_path: Path, tmp_path: Path) -> Path:
    """A version with files of several kinds, and one whose files are elsewhere; gives the folder of the first."""
    source = tmp_path / "model"
    (source / "data").mkdir(parents=True)
    (source / "MLmodel").write_text(MLMODEL)
    (source / "data" / ODD).write_text(PAGE)
    (source / "model.bin").write_bytes(bytes(range(256)) * 8192)
    registry = jupyter_modelreg.connect(f"modelreg:///{registry_path}", actor="ana")
    registry.versions.register(str(source), "prod.ml.fraud")
    registry.versions.register("s3://nowhere/model", "churn", check_source=False)
    folder = Path(registry.versions.folder("prod.ml.fraud/1"))
    registry.close()
    return folder


@pytest.fixture
def get(jp_fetch: Fetch) -> Fetch:
    async def get(model: str, version: int, path: str) -> HTTPResponse:
        return await jp_fetch("modelreg", "files", model, str(version), path, raise_error=False)

    return get


async def test_a_file_is_sent_whole_as_something_to_save(kept: Path, get: Fetch) -> None:
    answer = await get("prod.ml.fraud", 1, "model.bin")
    assert (answer.code, answer.body) == (200, (kept / "model.bin").read_bytes())
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''model.bin"


async def test_a_file_is_found_by_the_name_its_model_had(registry_path: Path, kept: Path, jp_fetch: Fetch) -> None:
    registry = jupyter_modelreg.connect(f"modelreg:///{registry_path}", actor="ana")
    then = str(registry.history.recent(limit=1)[0].time)
    while registry.history.recent(limit=1)[0].time <= int(then):
        time.sleep(0.002)
        registry.models.describe("prod.ml.fraud", f"at {time.time_ns()}")
    registry.models.rename("prod.ml.fraud", "prod.ml.card_fraud")
    registry.close()
    address = ("modelreg", "files", "prod.ml.fraud", "1", "model.bin")
    answer = await jp_fetch(*address, params={"as_of": then}, raise_error=False)
    assert (answer.code, answer.body) == (200, (kept / "model.bin").read_bytes())
    assert (await jp_fetch(*address, raise_error=False)).code == 404
    refused = await jp_fetch(*address, params={"as_of": "some day"}, raise_error=False)
    assert (refused.code, json.loads(refused.body)["error"]["code"]) == (400, "INVALID_INPUT")


async def test_a_page_in_a_model_cannot_run(kept: Path, get: Fetch) -> None:
    answer = await get("prod.ml.fraud", 1, f"data/{ODD}")
    assert (answer.code, answer.body.decode()) == (200, PAGE)
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(ODD)}"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["../1/MLmodel", "../../registry.duckdb", "/etc/passwd", "data", "data/", "no", "MLmodel/", "./MLmodel"],
)
async def test_nothing_is_sent_that_the_manifest_does_not_name(kept: Path, get: Fetch, path: str) -> None:
    answer = await get("prod.ml.fraud", 1, path)
    assert answer.code == 404
    assert b"flavors" not in answer.body


async def test_a_link_that_somebody_put_there_leads_nowhere(kept: Path, get: Fetch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    kept.chmod(0o755)
    (kept / "MLmodel").unlink()
    (kept / "MLmodel").symlink_to(tmp_path / "secret")
    answer = await get("prod.ml.fraud", 1, "MLmodel")
    assert json.loads(answer.body)["error"]["code"] == "FILES_DAMAGED"
    assert b"secret" not in answer.body


@pytest.mark.parametrize(("model", "at", "code"), [("prod.ml.fraud", 2, 404), ("none", 1, 404), ("churn", 1, 409)])
async def test_what_is_not_kept_is_said_so(kept: Path, get: Fetch, model: str, at: int, code: int) -> None:
    answer = await get(model, at, "MLmodel")
    assert answer.code == code
    assert json.loads(answer.body)["error"]["message"]


async def test_files_need_a_token_and_permission_to_read(
    kept: Path, jp_fetch: Fetch, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("modelreg", "files", "prod.ml.fraud", "1", "MLmodel")
    assert (await jp_fetch(*place, headers={"Authorization": "token wrong"}, raise_error=False)).code == 403
    monkeypatch.setattr(Authorizer, "is_authorized", lambda *_: False)
    monkeypatch.setattr(type(jp_serverapp.authorizer), "is_authorized", lambda *_: False)
    answer = await jp_fetch(*place, raise_error=False)
    assert answer.code == 403
    assert b"flavors" not in answer.body


async def test_the_folder_of_a_version(kept: Path, call: Call) -> None:
    assert (await call("versions.folder", {"reference": "prod.ml.fraud/1"})) == (200, {"ok": True, "result": str(kept)})
    status, reply = await call("versions.folder", {"reference": "churn/1"})
    assert (status, reply["error"]["hint"]) == (409, "they are at s3://nowhere/model")
