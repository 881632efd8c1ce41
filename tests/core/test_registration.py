"""Registering, end to end: real models logged with MLflow, a real registry file, real managed files."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo
from mlflow.models.signature import ModelSignature
from sklearn.linear_model import LogisticRegression

import jupyter_modelreg
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities import FileEntry
from jupyter_modelreg.core.errors import (
    FilesDamaged,
    InvalidInput,
    InvalidState,
    NotFound,
    PolicyRefused,
    SourceUnavailable,
    SourceUnresolved,
)
from jupyter_modelreg.core.registry import Registry

X = pd.DataFrame({"amount": [1.0, 20.0, 3.0, 40.0]})
FITTED = LogisticRegression().fit(X, [0, 1, 0, 1])
SIGNATURE = infer_signature(X, FITTED.predict(X))
FRAUD = "prod.ml_team.fraud"

SaveModel = Callable[..., Path]


@pytest.fixture(scope="module")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tracking store, made once, since making its tables takes seconds."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('tracking')}/tracking.db"
    MlflowClient(uri).search_experiments()
    return uri


@pytest.fixture
def tracking(tracking_uri: str) -> Iterator[None]:
    """MLflow pointed at that store."""
    mlflow.set_tracking_uri(tracking_uri)
    yield
    mlflow.set_tracking_uri(None)


@pytest.fixture
def experiment(tracking: None, tmp_path: Path) -> str:
    """The id of an experiment of the test's own, which keeps its artifacts below `tmp_path`."""
    return mlflow.create_experiment(str(tmp_path), artifact_location=(tmp_path / "artifacts").as_uri())


@pytest.fixture
def logged(experiment: str) -> ModelInfo:
    """A model logged in a run, with a parameter and a metric."""
    with mlflow.start_run(experiment_id=experiment):
        mlflow.log_param("C", 1.0)
        info = mlflow.sklearn.log_model(FITTED, name="fraud", signature=SIGNATURE, pip_requirements=[])
        mlflow.log_metric("auc", 0.93, model_id=info.model_id)
    return info


@pytest.fixture
def save_model(tmp_path: Path) -> SaveModel:
    """Saves the fitted model in a folder."""

    def save(name: str = "saved", signature: ModelSignature | None = SIGNATURE) -> Path:
        folder = tmp_path / name
        mlflow.sklearn.save_model(FITTED, str(folder), signature=signature, pip_requirements=[])
        return folder

    return save


@pytest.fixture
def kept(registry_path: Path) -> Path:
    """Where the managed files of `registry` are."""
    return registry_path.with_name(f"{registry_path.name}.files")


def with_files(registry: Registry, files: ManagedFiles) -> Registry:
    """The same registry with another way to keep files."""
    return Registry(registry.store, files, lambda: registry.sources, registry.actor)


def actions(registry: Registry) -> list[str]:
    return [event.action for event in registry.history.list()]


def folder_of(registry: Registry, reference: str) -> Path:
    return Path(unquote(urlparse(registry.versions.location(reference)).path))


def assert_untouched(registry: Registry, kept: Path) -> None:
    status = registry.status()
    assert (status.catalogs, status.schemas, status.governed_models, status.versions, status.events) == (0, 0, 0, 0, 0)
    assert not kept.exists()


# --- what a governed version is ----------------------------------------------------------------------------


def test_a_governed_version_has_it_all(registry: Registry, logged: ModelInfo, kept: Path) -> None:
    version = registry.versions.register(
        f"models:/{logged.model_id}",
        FRAUD,
        aliases=["Champion", "latest-good"],
        tags={"task": "classification"},
        description="first",
        reason="kick-off",
    )
    assert version == registry.versions.get(f"{FRAUD}@Champion")
    assert (version.reference, version.status, version.status_message) == (f"{FRAUD}/1", "READY", None)
    assert (version.aliases, version.tags, version.description) == (
        ("Champion", "latest-good"),
        {"task": "classification"},
        "first",
    )
    assert (version.source, version.run_id, version.logged_model_id) == (
        f"models:/{logged.model_id}",
        logged.run_id,
        logged.model_id,
    )
    assert version.params is not None
    assert version.params["C"] == "1.0"
    assert version.metrics is not None
    assert [(metric.key, metric.value) for metric in version.metrics] == [("auc", 0.93)]
    assert version.signature is not None
    assert version.signature["inputs"] == [{"type": "double", "name": "amount", "required": True}]
    assert version.managed
    assert version.location == (kept / str(version.id)).as_uri() == registry.versions.location(f"{FRAUD}/1")


def test_the_manifest_describes_the_files(registry: Registry, save_model: SaveModel) -> None:
    folder = save_model()
    version = registry.versions.register(str(folder), FRAUD)
    files = registry.versions.files(f"{FRAUD}/1")
    assert [file.path for file in files] == sorted(path.name for path in folder.iterdir())
    for file in files:
        content = (folder / file.path).read_bytes()
        assert (folder_of(registry, f"{FRAUD}/1") / file.path).read_bytes() == content
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert version.size == sum(file.size for file in files) == registry.status().file_bytes


def test_every_step_is_in_the_log(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD, aliases=["Champion"], reason="kick-off")
    assert actions(registry) == [
        "catalog.created",
        "schema.created",
        "model.created",
        "version.created",
        "version.status",
        "alias.set",
    ]
    events = registry.history.list()
    assert {event.reason for event in events} == {"kick-off"}
    assert events[3].after is not None
    assert events[3].after["status"] == "PENDING_REGISTRATION"
    assert (events[4].before, events[4].after) == ({"status": "PENDING_REGISTRATION"}, {"status": "READY"})
    assert registry.history.broken_at() is None


def test_sources_of_every_kind_arrive(
    registry: Registry, logged: ModelInfo, experiment: str, save_model: SaveModel
) -> None:
    folder = save_model()
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(folder), "old")
    sources = [f"runs:/{logged.run_id}/fraud", f"runs:/{run.info.run_id}/old", folder.as_uri(), str(folder)]
    for number, source in enumerate(sources, 1):
        version = registry.versions.register(source, FRAUD)
        assert (version.version, version.status, version.source) == (number, "READY", source)
        model = registry.versions.load(f"{FRAUD}/{number}")
        assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]
    assert [version.run_id for version in registry.versions.list(FRAUD)] == [None, None, run.info.run_id, logged.run_id]


def test_files_at_hand_are_taken_instead_of_the_source(registry: Registry, save_model: SaveModel) -> None:
    version = registry.versions.register("s3://bucket/far-away", FRAUD, local_folder=str(save_model()))
    assert (version.status, version.source) == ("READY", "s3://bucket/far-away")
    assert folder_of(registry, f"{FRAUD}/1").joinpath("MLmodel").is_file()


def test_a_version_outlives_its_run(registry: Registry, logged: ModelInfo, tmp_path: Path) -> None:
    registry.versions.register(f"models:/{logged.model_id}", FRAUD, aliases=["Champion"])
    MlflowClient().delete_run(logged.run_id)
    MlflowClient().delete_logged_model(logged.model_id)
    shutil.rmtree(tmp_path / "artifacts")
    model = registry.versions.load(f"{FRAUD}@Champion")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]


def test_loading_twice_leaves_the_files_as_they_are(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD)
    for _ in range(2):
        registry.versions.load(f"{FRAUD}/1")


LOADER = """
class Rule:
    def predict(self, frame):
        return frame["amount"] > 10


def _load_pyfunc(path):
    return Rule()
"""


def test_a_model_with_code_of_its_own_loads_twice(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "path", sys.path[:])
    (tmp_path / "fraud_rule_loader.py").write_text(LOADER)
    mlflow.pyfunc.save_model(
        str(tmp_path / "rule"),
        loader_module="fraud_rule_loader",
        code_paths=[str(tmp_path / "fraud_rule_loader.py")],
        signature=infer_signature(X, [True]),
        pip_requirements=[],
    )
    registry.versions.register(str(tmp_path / "rule"), FRAUD)
    for _ in range(2):
        sys.modules.pop("fraud_rule_loader", None)
        model = registry.versions.load(f"{FRAUD}/1")
        assert list(model.predict(X)) == [False, True, False, True]  # type: ignore[attr-defined]


def test_a_workspace_version_stays_where_it_is(registry: Registry, logged: ModelInfo, kept: Path) -> None:
    version = registry.versions.register(f"models:/{logged.model_id}", "fraud", aliases=["Champion"])
    location = MlflowClient().get_logged_model(logged.model_id).artifact_location
    assert (version.status, version.managed, version.location) == ("READY", False, location)
    assert (version.run_id, version.logged_model_id) == (logged.run_id, logged.model_id)
    assert registry.versions.files("fraud/1") == []
    assert not kept.exists()
    model = registry.versions.load("fraud@Champion")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]


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


# --- while it arrives --------------------------------------------------------------------------------------


class Slow(ManagedFiles):
    """Calls back before files are taken in."""

    def __init__(self, root: Path, before: Callable[[int], None]) -> None:
        super().__init__(root)
        self._before = before

    def take_in(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        self._before(version_id)
        return super().take_in(source, version_id, move=move)


LOOK = """
import sys, jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryError
with_ben = jupyter_modelreg.connect(sys.argv[1], actor="ben")
version = with_ben.versions.get("prod.ml_team.fraud/1")
print(version.status, version.aliases, version.managed)
for attempt in (lambda: with_ben.versions.load("prod.ml_team.fraud/1"),
                lambda: with_ben.aliases.set("prod.ml_team.fraud", "Champion", 1)):
    try:
        attempt()
    except RegistryError as error:
        print(error.code)
"""


def test_others_see_a_version_pending_and_cannot_use_it(
    registry: Registry, registry_path: Path, kept: Path, save_model: SaveModel
) -> None:
    seen: list[str] = []

    def look(version_id: int) -> None:
        assert not (kept / str(version_id)).exists()
        command = [sys.executable, "-c", LOOK, str(registry_path)]
        seen.append(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)

    slow = with_files(registry, Slow(kept, look))
    version = slow.versions.register(str(save_model()), FRAUD, aliases=["Champion"])
    assert seen == ["PENDING_REGISTRATION () False\nINVALID_STATE\nPOLICY_REFUSED\n"]
    assert (version.status, version.aliases) == ("READY", ("Champion",))


def test_a_model_renamed_meanwhile_gets_its_version(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    slow = with_files(registry, Slow(kept, lambda _: registry.models.rename(FRAUD, "prod.ml_team.theft") and None))
    slow.versions.register(str(save_model()), FRAUD)
    assert registry.versions.get("prod.ml_team.theft/1").status == "READY"
    registry.versions.load("prod.ml_team.theft/1")


# --- what breaks -------------------------------------------------------------------------------------------


def test_a_take_in_that_breaks_leaves_a_failed_version(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    folder = save_model()
    (folder / "secret").symlink_to("/etc/hostname")
    with pytest.raises(InvalidInput, match="leads out of the folder"):
        registry.versions.register(str(folder), FRAUD, aliases=["Champion"], tags={"a": "b"}, reason="try")
    version = registry.versions.get(f"{FRAUD}/1")
    assert (version.status, version.managed, version.aliases) == ("FAILED_REGISTRATION", False, ())
    assert str(version.status_message).startswith("the link secret in ")
    assert not kept.exists()
    assert actions(registry)[-1] == "version.status"
    assert registry.history.list()[-1].after == {
        "status": "FAILED_REGISTRATION",
        "message": version.status_message,
    }


def test_a_failed_version_is_of_no_use(registry: Registry, save_model: SaveModel) -> None:
    folder = save_model()
    (folder / "secret").symlink_to("/etc/hostname")
    with pytest.raises(InvalidInput):
        registry.versions.register(str(folder), FRAUD)
    with pytest.raises(InvalidState, match="FAILED_REGISTRATION") as caught:
        registry.versions.load(f"{FRAUD}/1")
    assert "leads out of the folder" in str(caught.value.hint)
    with pytest.raises(PolicyRefused, match="FAILED_REGISTRATION"):
        registry.aliases.set(FRAUD, "Champion", 1)
    for name in ("prod.ml_team.copy", "copy"):
        with pytest.raises(InvalidState, match="FAILED_REGISTRATION"):
            registry.versions.copy(f"{FRAUD}/1", name)
    assert registry.status().governed_models == 1
    (folder / "secret").unlink()
    assert registry.versions.register(str(folder), FRAUD).version == 2
    registry.versions.delete(f"{FRAUD}/1")
    assert registry.trash.purge() == 1
    registry.versions.load(f"{FRAUD}/2")


def test_an_interrupted_registration_is_failed_too(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        with_files(registry, Slow(kept, interrupt)).versions.register(str(save_model()), FRAUD)
    version = registry.versions.get(f"{FRAUD}/1")
    assert (version.status, version.status_message) == ("FAILED_REGISTRATION", "KeyboardInterrupt")


def test_files_do_not_stay_behind_when_the_last_step_is_refused(
    registry: Registry, kept: Path, save_model: SaveModel
) -> None:
    folder = str(save_model())
    registry.versions.register(folder, FRAUD)

    def take_all_aliases(_: int) -> None:
        for number in range(10):
            registry.aliases.set(FRAUD, f"a{number}", 1)

    with pytest.raises(PolicyRefused, match="at most 10"):
        with_files(registry, Slow(kept, take_all_aliases)).versions.register(folder, FRAUD, aliases=["Champion"])
    version = registry.versions.get(f"{FRAUD}/2")
    assert (version.status, version.managed, version.aliases) == ("FAILED_REGISTRATION", False, ())
    assert not (kept / str(version.id)).exists()
    assert registry.versions.files(f"{FRAUD}/2") == []
    registry.versions.load(f"{FRAUD}/1")


def test_files_of_an_earlier_registry_stay_where_they_are(
    registry: Registry, kept: Path, save_model: SaveModel
) -> None:
    for number in range(1, 20):
        (kept / str(number)).mkdir(parents=True)
        (kept / str(number) / "precious").write_text("old")
    with pytest.raises(jupyter_modelreg.RegistryError, match="holds files already"):
        registry.versions.register(str(save_model()), FRAUD)
    assert registry.versions.get(f"{FRAUD}/1").status == "FAILED_REGISTRATION"
    assert len(list(kept.glob("*/precious"))) == 19


# --- what is refused before anything is written ------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "complaint"),
    [(None, "has no signature"), (infer_signature(X), "has inputs but no outputs")],
    ids=["none", "inputs only"],
)
def test_a_signature_is_required(
    registry: Registry, kept: Path, save_model: SaveModel, signature: ModelSignature | None, complaint: str
) -> None:
    with pytest.raises(PolicyRefused, match=complaint) as caught:
        registry.versions.register(str(save_model("m", signature)), FRAUD)
    assert "input_example" in str(caught.value.hint)
    assert_untouched(registry, kept)
    assert registry.versions.register(str(save_model("w", signature)), "fraud").status == "READY"


@pytest.mark.parametrize("source", ["runs:/0123/model", "nonsense://bucket/model", "/nowhere/at/all", ""])
def test_a_source_that_cannot_be_fetched(tracking: None, registry: Registry, kept: Path, source: str) -> None:
    with pytest.raises((SourceUnavailable, InvalidInput)):
        registry.versions.register(source, FRAUD)
    assert_untouched(registry, kept)


@pytest.mark.parametrize("source", ["models:/m-0123", f"models:/{FRAUD}/1", f"models:/{FRAUD}@Champion", "models:/"])
def test_a_models_source_that_leads_nowhere(tracking: None, registry: Registry, kept: Path, source: str) -> None:
    for name in (FRAUD, "fraud"):
        with pytest.raises(SourceUnresolved):
            registry.versions.register(source, name)
    assert_untouched(registry, kept)


def test_a_folder_that_is_no_model(registry: Registry, kept: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not an MLflow model"):
        registry.versions.register(str(tmp_path), FRAUD)
    assert_untouched(registry, kept)


@pytest.mark.parametrize(
    "wrong",
    [{"aliases": ["v3"]}, {"aliases": ["latest"]}, {"tags": {"a\nb": "c"}}, {"aliases": ["a b"]}],
)
def test_a_malformed_request(registry: Registry, kept: Path, save_model: SaveModel, wrong: dict[str, object]) -> None:
    folder = str(save_model())
    with pytest.raises(InvalidInput):
        registry.versions.register(folder, FRAUD, **wrong)  # type: ignore[arg-type]
    assert_untouched(registry, kept)


def test_a_model_that_must_be_there(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    with pytest.raises(NotFound):
        registry.versions.register(str(save_model()), FRAUD, create_model=False)
    assert_untouched(registry, kept)


def test_more_aliases_than_a_model_may_have(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    folder = str(save_model())
    with pytest.raises(PolicyRefused, match="at most 10"):
        registry.versions.register(folder, FRAUD, aliases=[f"a{number}" for number in range(11)])
    assert_untouched(registry, kept)
    ten = [f"a{number}" for number in range(10)]
    assert registry.versions.register(folder, FRAUD, aliases=ten).aliases == tuple(ten)
    assert registry.versions.register(folder, FRAUD, aliases=["a3"]).aliases == ("a3",)
    before = registry.status().events
    with pytest.raises(PolicyRefused, match="at most 10"):
        registry.versions.register(folder, FRAUD, aliases=["eleventh"])
    assert registry.status().events == before


# --- copies, damage, purge ---------------------------------------------------------------------------------


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
    registry.versions.delete("staging.ml_team.fraud/1")
    assert (kept / str(original.id)).is_dir()
    assert registry.trash.purge() == 1
    assert sorted(path.name for path in kept.iterdir()) == [".incoming", str(copy.id)]
    assert registry.status().file_bytes == copy.size
    model = registry.versions.load(f"{FRAUD}/1")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]
    registry.models.delete(FRAUD)
    registry.trash.purge()
    assert registry.status().file_bytes == 0
    assert [path.name for path in kept.iterdir()] == [".incoming"]


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
    registry.models.delete(FRAUD)
    registry.trash.purge()
    model = registry.versions.load("fraud/1")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]


def test_a_changed_file_stops_the_load(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD, aliases=["Champion"])
    changed = folder_of(registry, f"{FRAUD}/1") / "requirements.txt"
    changed.chmod(0o644)
    changed.write_text(changed.read_text() + "evil\n")
    for attempt in (registry.versions.load, registry.versions.location):
        with pytest.raises(FilesDamaged, match=r"requirements\.txt"):
            attempt(f"{FRAUD}@Champion")


def test_a_damaged_version_cannot_be_copied(registry: Registry, kept: Path, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), "staging.ml_team.fraud")
    folder = folder_of(registry, "staging.ml_team.fraud/1")
    folder.chmod(0o755)
    (folder / "MLmodel").unlink()
    with pytest.raises(FilesDamaged, match="MLmodel is missing"):
        registry.versions.copy("staging.ml_team.fraud/1", FRAUD)
    assert registry.versions.get(f"{FRAUD}/1").status == "FAILED_REGISTRATION"
    assert len(list(kept.iterdir())) == 2  # the original, and where files arrive


def test_a_download_is_the_users_own(registry: Registry, save_model: SaveModel, tmp_path: Path) -> None:
    registry.versions.register(str(save_model()), FRAUD)
    folder = registry.versions.download(f"{FRAUD}/1", tmp_path / "mine")
    assert {path.name for path in folder.iterdir()} == {file.path for file in registry.versions.files(f"{FRAUD}/1")}
    assert folder.stat().st_mode & 0o200
    assert (folder / "MLmodel").stat().st_mode & 0o200
    assert not (folder / "MLmodel").samefile(folder_of(registry, f"{FRAUD}/1") / "MLmodel")


def test_a_file_with_a_strange_name_survives_the_database(registry: Registry, save_model: SaveModel) -> None:
    folder = save_model()
    (folder / "模型\n'; DROP TABLE files; --").write_text("x")
    registry.versions.register(str(folder), FRAUD)
    registry.versions.load(f"{FRAUD}/1")
    assert "模型\n'; DROP TABLE files; --" in [file.path for file in registry.versions.files(f"{FRAUD}/1")]
