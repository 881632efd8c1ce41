"""Versions: a number first, then the files, and nothing half-done in between."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

from jupyter_modelreg.core.entities.versions import AWAITED
from jupyter_modelreg.core.errors import PolicyRefused
from tests.mlflow_app.unity.conftest import Unity
from tests.support.names import FRAUD
from tests.support.real_models import SaveModel

INVALID = (400, "INVALID_PARAMETER_VALUE", "INVALID_ARGUMENT")
GONE = (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
DENIED = (403, "PERMISSION_DENIED", "PERMISSION_DENIED")
PARTS: dict[str, Any] = {"model_name": "fraud", "catalog_name": "prod", "schema_name": "ml_team"}
VERSIONS = f"/models/{FRAUD}/versions"
CREDENTIALS = "/temporary-model-version-credentials"


@pytest.fixture(autouse=True)
def model(unity: Unity) -> None:
    """A model without versions, which ben may register versions of."""
    unity.registry.models.create(FRAUD)
    unity.registry.grants.grant(["USE CATALOG", "USE SCHEMA", "CREATE MODEL VERSION"], "prod", ["ben"])


def begin(unity: Unity, token: str | None = None) -> tuple[int, Path]:
    """Begin a version; its number, and the folder for its files."""
    begun = unity.told("POST", "/models/versions", token, **PARTS, source="dbfs:/x", run_id="r1", comment="first")
    assert begun["status"] == "PENDING_REGISTRATION"
    return begun["version"], folder_of(begun["storage_location"])


def folder_of(uri: str) -> Path:
    parts = urlparse(uri)
    assert parts.scheme == "file"
    return Path(parts.path)


def finalize(unity: Unity, number: int, token: str | None = None) -> dict[str, object]:
    """Have the files taken over."""
    told = unity.told("PATCH", f"{VERSIONS}/{number}/finalize", token, full_name=FRAUD, version=number)
    assert isinstance(told, dict)
    return told


def test_a_version_comes_with_its_files(unity: Unity, save_model: SaveModel) -> None:
    number, folder = begin(unity)
    shutil.copytree(save_model(), folder, dirs_exist_ok=True)
    ready = finalize(unity, number)
    assert ready.items() >= {**PARTS, "version": 1, "status": "READY", "run_id": "r1", "comment": "first"}.items()
    kept = unity.registry.versions.get(f"{FRAUD}/1")
    assert kept.signature is not None
    assert kept.lineage is not None
    assert kept.lineage["flavors"] == ["sklearn"]
    assert (folder_of(str(ready["storage_location"])) / "MLmodel").is_file()
    assert not folder.exists()
    assert unity.told("GET", f"{VERSIONS}/1") == ready
    assert unity.registry.maintenance.verify(rebuild=True).findings == []
    assert unity.refused("PATCH", f"{VERSIONS}/1/finalize") == INVALID


def test_nothing_is_there_before_its_files(unity: Unity, save_model: SaveModel) -> None:
    number, folder = begin(unity)
    told = unity.told("GET", f"{VERSIONS}/{number}")
    assert (told["status"], told["storage_location"]) == ("PENDING_REGISTRATION", folder.as_uri())
    assert unity.refused("PUT", f"/models/{FRAUD}/aliases/Best", version_num=number) == INVALID
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == INVALID  # nothing has come
    (folder / "notes.txt").write_text("no model")
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == INVALID
    shutil.copytree(save_model(name="bare", signature=None), folder, dirs_exist_ok=True)
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == INVALID  # a governed model has a signature
    assert unity.told("GET", f"{VERSIONS}/{number}")["status"] == "PENDING_REGISTRATION"
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(save_model(), folder, dirs_exist_ok=True)
    assert finalize(unity, number)["status"] == "READY"


def test_one_that_is_given_up_is_deleted_and_its_number_is_gone(unity: Unity) -> None:
    number, folder = begin(unity)
    unity.told("DELETE", f"{VERSIONS}/{number}")
    assert not folder.exists()
    assert unity.refused("GET", f"{VERSIONS}/{number}") == GONE
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == GONE
    assert begin(unity)[0] == number + 1


def test_one_is_given_up_after_a_day(unity: Unity, monkeypatch: pytest.MonkeyPatch) -> None:
    number, _ = begin(unity)
    reference = f"{FRAUD}/{number}"
    verified = unity.registry.maintenance.verify()
    assert (verified.findings, verified.registering) == ([], 1)
    unity.registry.maintenance.repair()
    assert unity.registry.versions.get(reference).status_message == AWAITED
    later = unity.registry._context.now() + 25 * 3_600_000
    monkeypatch.setattr(unity.registry._context, "_clock", lambda: later)
    [finding] = unity.registry.maintenance.verify().findings
    assert finding.message == f"{reference} is PENDING_REGISTRATION, and its files have not come within a day"
    unity.registry.maintenance.repair()
    assert unity.registry.versions.get(reference).status == "FAILED_REGISTRATION"
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == INVALID


def test_nobody_else_sends_its_files(unity: Unity, save_model: SaveModel) -> None:
    number, folder = begin(unity, unity.ben)
    assert "storage_location" not in unity.told("GET", f"{VERSIONS}/{number}")  # which is ana's, who runs all this
    shutil.copytree(save_model(), folder, dirs_exist_ok=True)
    asked = {**PARTS, "version": number, "operation": "READ_WRITE_MODEL_VERSION"}
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == DENIED
    assert unity.refused("POST", CREDENTIALS, **asked) == DENIED
    of_anas = {**asked, "version": begin(unity)[0]}
    assert unity.refused("POST", CREDENTIALS, unity.looker, **of_anas) == DENIED  # whose token only reads
    assert unity.refused("POST", CREDENTIALS, **of_anas) == INVALID  # a folder takes none
    unity.registry.grants.revoke(["CREATE MODEL VERSION"], "prod", ["ben"])
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize", unity.ben)[0] in (403, 404)
    unity.registry.grants.grant(["CREATE MODEL VERSION"], "prod", ["ben"])
    finalize(unity, number, unity.ben)
    assert unity.registry.versions.get(f"{FRAUD}/{number}").created_by == "ben"
    # He may register, and not load.
    assert "storage_location" not in unity.told("GET", f"{VERSIONS}/{number}", unity.ben)


def test_what_is_no_plain_file_is_not_taken_over(unity: Unity, save_model: SaveModel, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "MLmodel").write_text("flavors: {password: hunter2}")
    saved = save_model()
    for what in ("MLmodel", "data"):
        number, folder = begin(unity)
        shutil.copytree(saved, folder, dirs_exist_ok=True)
        if what == "MLmodel":
            (folder / what).unlink()
            (folder / what).symlink_to(secret / "MLmodel")
        else:
            (folder / what).symlink_to(secret)
        reply = unity.ask("PATCH", f"{VERSIONS}/{number}/finalize")
        assert (reply.status_code, "hunter2" in reply.text) == (400, False)
        assert f"{what} among the files that were sent is no plain file" in reply.json()["message"]
    number, folder = begin(unity)
    os.mkfifo(folder / "MLmodel")
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == INVALID


def test_folders_for_files_are_found_by_those_who_know_their_names(unity: Unity) -> None:
    _, folder = begin(unity)
    assert folder.parent.stat().st_mode & 0o777 == 0o711
    assert len(folder.name.partition("-")[2]) == 32
    assert (folder.parent / ".key").stat().st_mode & 0o077 == 0


def test_versions_by_page_by_alias_and_with_tags(unity: Unity, save_model: SaveModel) -> None:
    saved = str(save_model())
    for _ in range(3):
        unity.registry.versions.register(saved, FRAUD)
    listed = unity.told("GET", VERSIONS, max_results=2)
    assert [each["version"] for each in listed["model_versions"]] == [3, 2]
    rest = unity.told("GET", VERSIONS, page_token=listed["next_page_token"])
    assert ([each["version"] for each in rest["model_versions"]], rest["next_page_token"]) == ([1], None)
    alias = f"/models/{FRAUD}/aliases/Best"
    assert unity.told("PUT", alias, version_num=2)["version_num"] == 2
    tags = {"add_tags": [{"key": "a", "value": "b"}, {"key": "c"}]}
    unity.told("PATCH", f"/subentity-tags/FUNCTION/{FRAUD}/2", changes=tags)
    unity.told("PATCH", f"/subentity-tags/FUNCTION/{FRAUD}/2", changes={"remove": ["c"]})
    unity.told("PATCH", f"{VERSIONS}/2", comment="the best")
    found = unity.told("GET", alias, include_aliases=True)
    assert (found["version"], found["comment"]) == (2, "the best")
    assert [each["alias_name"] for each in found["aliases"]] == ["Best"]
    assert found["tags"] == [{"key": "a", "value": "b"}]
    assert unity.told("GET", f"/models/{FRAUD}", include_aliases=True)["aliases"][0]["version_num"] == 2
    unity.told("DELETE", alias)
    unity.told("DELETE", alias)  # MLflow: one that is not there is no error
    assert unity.refused("GET", alias) == GONE
    unity.told("DELETE", f"/models/{FRAUD}", force=True)


def test_what_cannot_be_of_versions(unity: Unity, save_model: SaveModel) -> None:
    number, _ = begin(unity)
    unity.registry.versions.register(str(save_model()), FRAUD)
    operation = "READ_WRITE_MODEL_VERSION"
    for method, path, body, answer in (
        ("POST", "/models/versions", {}, INVALID),
        ("POST", "/models/versions", PARTS, INVALID),
        ("POST", "/models/versions", {**PARTS, "source": ""}, INVALID),
        ("POST", "/models/versions", {**PARTS, "source": "https://u:secret@x/y"}, INVALID),
        ("POST", "/models/versions", {**PARTS, "source": "x", "model_name": "no"}, GONE),
        ("GET", f"{VERSIONS}/7", {}, GONE),
        ("GET", f"{VERSIONS}/x", {}, INVALID),
        ("GET", f"{VERSIONS}/99999999999999999999", {}, INVALID),
        ("PATCH", f"{VERSIONS}/2", {}, INVALID),
        ("PATCH", f"{VERSIONS}/2/finalize", {}, INVALID),
        ("POST", CREDENTIALS, {**PARTS, "version": 2}, INVALID),
        ("POST", CREDENTIALS, {**PARTS, "version": 2, "operation": "STEAL"}, INVALID),
        ("POST", CREDENTIALS, {**PARTS, "version": 2, "operation": operation}, INVALID),
        ("POST", CREDENTIALS, {**PARTS, "version": number, "operation": operation}, INVALID),  # a folder takes none
        ("POST", CREDENTIALS, {**PARTS, "version": 2, "operation": "READ_MODEL_VERSION"}, INVALID),
        ("POST", CREDENTIALS, {**PARTS, "version": number, "operation": "READ_MODEL_VERSION"}, INVALID),
    ):
        assert unity.refused(method, path, **body) == answer, (method, path, body)


def test_policies_ask_about_what_has_come(unity: Unity, save_model: SaveModel) -> None:
    unity.registry.policies.add("safe", "flavors", "prod", {"allowed": ["pytorch"]})
    number, folder = begin(unity)
    saved = save_model()
    shutil.copytree(saved, folder, dirs_exist_ok=True)
    with pytest.raises(PolicyRefused):
        unity.registry.versions.register(str(saved), FRAUD)
    assert unity.refused("PATCH", f"{VERSIONS}/{number}/finalize") == INVALID
    assert unity.told("GET", f"{VERSIONS}/{number}")["status"] == "PENDING_REGISTRATION"
