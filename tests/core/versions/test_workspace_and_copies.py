"""Workspace versions, which stay where they are, and copies from either namespace to the other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.versions import Registered
from jupyter_modelreg.core.errors import FilesDamaged, NotFound, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.versions import register
from jupyter_modelreg.core.versions.request import RegistrationRequest
from tests.support.names import FRAUD, SOURCE
from tests.support.real_models import SaveModel, X
from tests.support.registrations import folder_of

# --- workspace versions -----------------------------------------------------------------------------------


def test_a_workspace_version_stays_where_it_is(registry: Registry, logged: ModelInfo, kept: Path) -> None:
    version = registry.versions.register(f"models:/{logged.model_id}", "fraud", aliases=["Champion"])
    location = MlflowClient().get_logged_model(logged.model_id).artifact_location
    assert (version.status, version.managed, version.location) == ("READY", False, location)
    assert (version.run_id, version.logged_model_id) == (logged.run_id, logged.model_id)
    assert registry.versions.files("fraud/1") == []
    assert not kept.exists()
    model = registry.versions.load("fraud@Champion")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]


def test_the_signature_of_a_workspace_version_is_read_where_its_files_are(
    registry: Registry, logged: ModelInfo, tmp_path: Path
) -> None:
    governed = registry.versions.register(f"models:/{logged.model_id}", FRAUD)
    version = registry.versions.register(f"models:/{logged.model_id}", "fraud")
    assert version.signature is None
    assert registry.versions.signature("fraud/1") == registry.versions.signature(FRAUD + "/1") == governed.signature
    assert governed.signature is not None
    registry.versions.register("s3://bucket/model", "fraud", check_source=False)
    assert registry.versions.signature("fraud/2") is None
    registry.versions.register(str(tmp_path / "gone"), "fraud", check_source=False)
    with pytest.raises(SourceUnavailable, match="does not exist"):
        registry.versions.signature("fraud/3")


def test_a_workspace_version_needs_a_source_that_is_there(registry: Registry, tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(SourceUnavailable, match="does not exist"):
        registry.versions.register(missing, "fraud")
    assert registry.history.list() == []
    assert registry.versions.register(missing, "fraud", check_source=False).location == missing


def test_a_workspace_version_of_plain_files_can_be_downloaded(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "weights.bin").write_bytes(b"1")
    registry.versions.register(str(tmp_path / "plain"), "fraud", check_source=False)
    assert (registry.versions.download("fraud/1", tmp_path / "out") / "weights.bin").read_bytes() == b"1"


def test_describing_versions_returns_them_as_they_are_now(registry: Registry) -> None:
    for _ in range(3):
        registry.versions.register(SOURCE, "fraud")
    described = registry.versions.describe("fraud/1-2", "retrained")
    assert [(each.version, each.description, each.updated_by) for each in described] == [
        (1, "retrained", "ana"),
        (2, "retrained", "ana"),
    ]
    assert list(described) == [registry.versions.get(f"fraud/{number}") for number in (1, 2)]
    assert registry.versions.get("fraud/3").description is None


# --- copies ------------------------------------------------------------------------------------------------


def test_a_copy_shares_its_files(registry: Registry, logged: ModelInfo) -> None:
    staging = "staging.ml_team.fraud"
    original = registry.versions.register(
        f"models:/{logged.model_id}", staging, aliases=["Champion"], tags={"a": "b"}, description="d"
    )
    before = registry.status().file_bytes
    copy = registry.versions.copy(f"{staging}@Champion", FRAUD, reason="promote")
    assert registry.status().file_bytes == before
    assert (copy.reference, copy.status, copy.source) == (f"{FRAUD}/1", "READY", f"models:/{staging}/1")
    assert (copy.tags, copy.description, copy.aliases) == ({"a": "b"}, "d", ())
    assert (copy.run_id, copy.logged_model_id) == (original.run_id, original.logged_model_id)
    assert (copy.signature, copy.params, copy.metrics) == (original.signature, original.params, original.metrics)
    assert (copy.size, registry.versions.files(f"{FRAUD}/1")) == (
        original.size,
        registry.versions.files(f"{staging}/1"),
    )
    there = [folder_of(registry, reference) / "MLmodel" for reference in (f"{FRAUD}/1", f"{staging}/1")]
    assert there[0] != there[1]
    assert there[0].samefile(there[1])


def test_a_copy_outlives_the_purged_original(registry: Registry, save_model: SaveModel, kept: Path) -> None:
    original = registry.versions.register(str(save_model()), "staging.ml_team.fraud")
    copy = registry.versions.copy("staging.ml_team.fraud/1", FRAUD)
    registry.versions.delete("staging.ml_team.fraud/1", force=True)
    assert (kept / str(original.id)).is_dir()
    assert registry.trash.purge(force=True).versions == 1
    assert sorted(path.name for path in kept.iterdir()) == [".staging", str(copy.id)]
    assert registry.status().file_bytes == copy.size
    model = registry.versions.load(f"{FRAUD}/1")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]
    registry.models.delete(FRAUD, force=True)
    registry.trash.purge()
    assert registry.status().file_bytes == 0
    assert [path.name for path in kept.iterdir()] == [".staging"]


def test_a_workspace_version_becomes_governed_by_copying_its_files(
    registry: Registry, logged: ModelInfo, tmp_path: Path
) -> None:
    registry.versions.register(f"models:/{logged.model_id}", "fraud")
    copy = registry.versions.copy("fraud/1", FRAUD)
    assert (copy.status, copy.managed, copy.run_id) == ("READY", True, logged.run_id)
    assert copy.signature is not None
    shutil.rmtree(tmp_path / "artifacts")
    registry.versions.load(f"{FRAUD}/1")
    with pytest.raises(SourceUnavailable):
        registry.versions.load("fraud/1")


def test_a_workspace_copy_of_a_governed_version_has_files_of_its_own(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD)
    copy = registry.versions.copy(f"{FRAUD}/1", "fraud")
    assert (copy.reference, copy.status, copy.managed) == ("fraud/1", "READY", True)
    registry.models.delete(FRAUD, force=True)
    registry.trash.purge(force=True)
    model = registry.versions.load("fraud/1")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]


def test_a_damaged_version_cannot_be_copied(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), "staging.ml_team.fraud")
    folder = folder_of(registry, "staging.ml_team.fraud/1")
    folder.chmod(0o755)
    (folder / "MLmodel").unlink()
    with pytest.raises(FilesDamaged, match="MLmodel is missing"):
        registry.versions.copy("staging.ml_team.fraud/1", FRAUD)
    assert registry.versions.get(f"{FRAUD}/1").status == "FAILED_REGISTRATION"
    assert len(list(kept.iterdir())) == 2  # the original, and where files arrive


def test_an_original_deleted_a_moment_ago_is_not_found(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.versions.register(SOURCE, "fraud", check_source=False)
    then = register.register

    def too_late(context: Context, request: RegistrationRequest) -> Registered:
        registry.versions.delete("fraud/1")
        return then(context, request)

    monkeypatch.setattr(register, "register", too_late)
    with pytest.raises(NotFound, match="no version fraud/1"):
        registry.versions.copy("fraud/1", "other")
