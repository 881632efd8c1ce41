"""What a server reads for whoever asks: models in places that it was told of, and nothing else of its disk or net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import ModelFiles
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.tracking import ResolvedSource, Tracking
from jupyter_modelreg.uri import local_path

# What MLflow looks up first: where that leads is asked then.
_LOOKED_UP = ("runs:", "models:", "mlflow-artifacts:")


class LimitedTracking:
    """`core.ports.tracking.Tracking`, which resolves and reads no source but those in `places`.

    Args:
        tracking: what does it.
        places: folders, and URIs up to any point in their path: `/srv/artifacts`, `s3://bucket/models`.
    """

    def __init__(self, tracking: Tracking, places: Sequence[str]) -> None:
        self._tracking = tracking
        self._places = places

    def __getattr__(self, name: str) -> Any:
        """What reads no source goes through."""
        return getattr(self._tracking, name)

    def resolve(
        self, source: str, run_id: str | None, logged_model_id: str | None, *, strict: bool = False
    ) -> ResolvedSource:
        """See `Tracking`. Raises InvalidInput for a source elsewhere, too."""
        if not source.startswith(_LOOKED_UP):
            self._check(source)
        found = self._tracking.resolve(source, run_id, logged_model_id, strict=strict)
        self._check(found.location or source)
        return found

    def fetch(
        self, source: str, location: str | None = None, *, any_folder: bool = False
    ) -> AbstractContextManager[ModelFiles]:
        """See `Tracking`. Raises InvalidInput for a source elsewhere, too."""
        self._check(location or source)
        return self._tracking.fetch(source, location, any_folder=any_folder)

    def flavors(self, location: str) -> Sequence[str]:
        """See `Tracking`."""
        return self._tracking.flavors(location) if self._allowed(location) else ()

    def signature(self, source: str, location: str) -> Mapping[str, JsonValue] | None:
        """See `Tracking`."""
        return self._tracking.signature(source, location) if self._allowed(location) else None

    def load(self, source: str) -> object:
        """Refused: the code of a model runs where it is loaded."""
        raise InvalidInput("a server loads no model for anybody", "load it where you are")

    def _check(self, place: str) -> None:
        check_place(place, self._places)

    def _allowed(self, place: str) -> bool:
        return _is_allowed(place, self._places)


def check_place(place: str, places: Sequence[str]) -> None:
    """Raise InvalidInput for what is in none of `places`."""
    if not _is_allowed(place, places):
        raise InvalidInput(
            f"this server has nothing to do with {place}",
            "log the model to this server and register runs:/… or models:/…; or have the place allowed, by "
            "modelreg server --sources",
        )


def _is_allowed(place: str, places: Sequence[str]) -> bool:
    if place.startswith(_LOOKED_UP):  # which nothing reads but what is looked up
        return ".." not in place.replace("\\", "/").split("/")
    return any(_within(place, each) for each in places)


def _within(place: str, allowed: str) -> bool:
    """Whether a folder or URI is `allowed`, or below that; symbolic links count for where they lead."""
    folder, root = local_path(place), local_path(allowed)
    if folder is None or root is None:
        plain = place.rstrip("/") == allowed.rstrip("/") or place.startswith(f"{allowed.rstrip('/')}/")
        return folder is root is None and plain and ".." not in place.split("/") and "%" not in place
    return folder.resolve().is_relative_to(root.resolve())
