"""A folder that several machines share, used as an object store."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_modelreg.artifacts.copying import copy_file
from jupyter_modelreg.artifacts.objects.errors import writing_to
from jupyter_modelreg.artifacts.objects.remote import Found, Remote
from jupyter_modelreg.system.files import discard, sync_folder
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance

PART = ".part"  # how the name ends of what is not whole yet


class SharedFolder(Remote):
    """`local:///folder`: what is written there is flushed, and gets its name when it is whole."""

    def send(self, file: Path, key: str, advance: Advance) -> None:
        """See `Remote.send`."""
        with writing_to(self.url), self._part(key) as (part, path):
            copy_file(file.open("rb", buffering=0), file, part, Modes().kept("file"), advance)
            part.replace(path)

    def put_new(self, key: str, content: bytes) -> bool:
        """See `Remote.put_new`."""
        with writing_to(self.url), self._part(key) as (part, path):
            with part.open("xb") as writer:
                writer.write(content)
                writer.flush()
                os.fsync(writer.fileno())
            part.chmod(Modes().kept("file"))
            try:
                os.link(part, path)
            except FileExistsError:
                return False
            return True

    def found(self, prefix: str) -> Mapping[str, Found]:
        """See `Remote.found`; without what is not whole yet."""
        return {key: each for key, each in super().found(prefix).items() if "/." not in key}

    def tidy(self, age: float) -> None:
        """See `Remote.tidy`."""
        with writing_to(self.url):
            for folder in Path(self._at("")[1]).glob(f"*/**/.*{PART}"):
                with suppress(FileNotFoundError):  # whoever writes into it is done just now
                    if time.time() - folder.stat().st_mtime > age:
                        discard(folder)

    def touch(self, key: str, found: Found) -> None:
        """See `Remote.touch`."""
        with writing_to(self.url):
            os.utime(self._at(key)[1])

    def _options(self) -> Mapping[str, object]:
        return {"auto_mkdir": True}

    @contextmanager
    def _part(self, key: str) -> Iterator[tuple[Path, Path]]:
        """A name for what is not whole yet, and the one that it is to have, in a folder that is there."""
        path = Path(self._at(key)[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", suffix=PART, dir=path.parent) as folder:
            yield Path(folder) / path.name, path
            sync_folder(path.parent)


def remote(url: str) -> Remote:
    """The object store at `url`."""
    return SharedFolder(url) if url.startswith("local://") else Remote(url)
