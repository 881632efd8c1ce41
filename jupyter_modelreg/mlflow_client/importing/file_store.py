"""MLflow's file store, a folder like `./mlruns`, which is read and never written.

MLflow refuses to open one unless `MLFLOW_ALLOW_FILE_STORE` is set for the whole process, and then makes the folders
`models` and `.trash` in whatever folder it is given. Both happen in the constructors of its stores, so the stores
here have constructors of their own.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry.abstract_store import AbstractStore as RegistryStore
from mlflow.store.model_registry.file_store import FileStore as RegistryFileStore
from mlflow.store.tracking.abstract_store import AbstractStore as TrackingStore
from mlflow.store.tracking.file_store import FileStore as TrackingFileStore

from jupyter_modelreg.core.errors import SourceUnavailable
from jupyter_modelreg.mlflow_client.mlflow_compat import register_tracking_store, tracked_at

# The scheme by which MLflow opens the tracking side of such a folder as it is opened here.
_SCHEME = "modelreg-file-store"
_MODELS, _META, _USUAL = RegistryFileStore.MODELS_FOLDER_NAME, RegistryFileStore.META_DATA_FILE_NAME, "mlruns"


def open_file_store(folder: Path) -> RegistryStore:
    """The registry in MLflow's file store. Raises SourceUnavailable for a folder that is none."""
    if not _is_file_store(folder):
        usual = folder / _USUAL
        if _is_file_store(usual):
            hint = f"did you mean {usual}?"
        elif (folder / "MLmodel").is_file():
            hint = f"it is a model: modelreg register {folder} NAME"
        else:
            hint = "name the folder that MLflow wrote experiments and models into; its usual name is mlruns"
        raise SourceUnavailable(f"the folder {folder} is not a file store of MLflow", hint)
    return _RegistryFiles(folder)


def tracking_uri_of(folder: Path) -> str:
    """A tracking URI by which MLflow reads the runs in its file store."""
    register_tracking_store(_SCHEME, _open_tracking)
    return f"{_SCHEME}:{folder.as_posix()}"


def _is_file_store(folder: Path) -> bool:
    """Whether there is an experiment or a registered model in it: each is a folder with a file of facts."""
    return any(any(folder.glob(pattern)) for pattern in (f"*/{_META}", f"{_MODELS}/*/{_META}"))


def _open_tracking(store_uri: str, **_: Any) -> TrackingFileStore:
    return _TrackingFiles(Path(store_uri.removeprefix(f"{_SCHEME}:")))


class _RegistryFiles(RegistryFileStore):  # type: ignore[misc]  # MLflow comes without types
    """Models and versions in a file store."""

    def __init__(self, folder: Path) -> None:
        RegistryStore.__init__(self)
        self.root_directory = str(folder)
        self._tracked = tracking_uri_of(folder)

    def search_registered_models(self, *args: Any, **options: Any) -> PagedList[RegisteredModel]:
        """A page of models; none where none was ever registered."""
        with tracked_at(self._tracked):  # MLflow asks for the logged model of each version
            return super().search_registered_models(*args, **options) if self._any() else PagedList([], None)

    def search_model_versions(self, *args: Any, **options: Any) -> PagedList[ModelVersion]:
        """A page of versions; none where none was ever registered."""
        with tracked_at(self._tracked):
            return super().search_model_versions(*args, **options) if self._any() else PagedList([], None)

    def _any(self) -> bool:
        return Path(self.models_directory).is_dir()


class _TrackingFiles(TrackingFileStore):  # type: ignore[misc]  # MLflow comes without types
    """Experiments and runs in a file store."""

    def __init__(self, folder: Path) -> None:
        TrackingStore.__init__(self)
        self.root_directory = str(folder)
        self.artifact_root_uri = folder.as_uri()
        trash = folder / self.TRASH_FOLDER_NAME
        if not trash.is_dir():  # MLflow looks into it for what it does not find elsewhere
            self._empty = TemporaryDirectory(prefix="modelreg-")
            trash = Path(self._empty.name)
        self.trash_folder = str(trash)
