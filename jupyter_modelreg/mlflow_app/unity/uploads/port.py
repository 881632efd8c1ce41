"""What a place does where clients put the files of a version that they have begun, and read those of others."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from jupyter_modelreg.core.entities.versions import ModelFiles, Version
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.records import Told


class Uploads(Protocol):
    """A place for files on their way here, and for those that clients read without the server in between."""

    def place(self, version: Version) -> str:
        """Where the files of a version that awaits them are to be put, as a URI."""

    def open(self, version: Version) -> None:
        """Make that place. Raises RegistryUnavailable."""

    def sent(self, version: Version) -> AbstractContextManager[ModelFiles]:
        """What is there, where nobody else can write any more. Raises InvalidInput for what is no model."""

    def forget(self, version: Version) -> None:
        """Remove what was sent."""

    def readable(self, registry: Registry, version: Version) -> str | None:
        """Where whoever asks for `registry` reads the files of a version that is READY; None for nowhere."""

    def credentials(self, registry: Registry, version: Version, *, write: bool) -> Told:
        """What lets its holder read or write there for some time, as TemporaryCredentials. Raises InvalidInput."""
