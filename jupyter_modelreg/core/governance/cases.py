"""What rules look at: a version to be registered, or that an alias is to point at, and who does it, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from jupyter_modelreg.core.entities.securables import Model, Root
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version

Moment = Literal["registration", "alias"]


class Files:
    """The files of a version.

    Args:
        folder: the folder that they are in.
        kept: gives a folder with those of the files that are named, or with all for None; called on first use.
        listed: gives their POSIX paths below it.

    Without a folder and `kept` they are not at hand, as those of a workspace version.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        kept: Callable[[Sequence[str] | None], Path] | None = None,
        listed: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._folder = folder
        self._kept = kept
        self._listed = listed

    @property
    def at_hand(self) -> bool:
        """Whether they can be looked at."""
        return self._folder is not None or self._kept is not None

    @cached_property
    def folder(self) -> Path | None:
        """Where all of them are, to be read from; None where they are not at hand."""
        return self._folder if self._kept is None else self._kept(None)

    def folder_with(self, *paths: str) -> Path | None:
        """A folder to read those of them from that have these POSIX paths: others need not be fetched for it."""
        return self._folder if self._kept is None else self._kept(paths)

    @cached_property
    def paths(self) -> Sequence[str]:
        """The POSIX paths of the files, sorted; none where they are not at hand."""
        return sorted(self._listed())

    @cached_property
    def flavors(self) -> Sequence[str]:
        """The flavors of the MLflow model, without `python_function`, which nearly every model has."""
        folder = self.folder_with("MLmodel")
        try:
            text = "" if folder is None else (folder / "MLmodel").read_text(encoding="utf-8")
        except (OSError, UnicodeError):  # not there, or not to be read: then it has none that could be accepted
            return ()
        return flavors_in(text.splitlines())


def in_folder(folder: Path) -> Files:
    """The files in a folder."""
    return Files(
        folder=folder,
        listed=lambda: [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()],
    )


def flavors_in(mlmodel: Sequence[str]) -> tuple[str, ...]:
    """The flavors in the lines of an MLmodel file as MLflow writes it, without the one that nearly every model has."""
    inside, found = False, []
    for line in mlmodel:
        if not line.startswith(" "):
            inside = line.rstrip() == "flavors:"
        elif inside and (flavor := re.fullmatch(r"  (\w+):\s*", line)):
            found.append(flavor[1])
    return tuple(flavor for flavor in found if flavor != "python_function")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What rules are asked about.

    Attributes:
        moment: `registration` of a version, or setting an `alias`.
        root: the registry, for who is in which group.
        model: the model, as it is before.
        version: the version; one that is yet to be registered has its number already.
        alias: what is to point at it; None at a registration.
        holder: the version that the alias points at now; None where there is none.
        principal: who does it, with whose rights.
        reason: why, in their words.
        approved_by: who has approved that this alias points at this version.
        files: its files.
        parameters: of the policy that asks, each a list of words; for rules of packages.
    """

    moment: Moment
    root: Root
    model: Model
    version: Version
    alias: str | None = None
    holder: Version | None = None
    principal: str
    reason: str | None = None
    approved_by: Sequence[str] = ()
    files: Files = field(default_factory=Files)
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the version, and those of its model that the version does not have itself."""
        return {**self.model.tags, **self.version.tags}

    @property
    def signature(self) -> Mapping[str, JsonValue] | None:
        """The signature of the version."""
        return self.version.signature
