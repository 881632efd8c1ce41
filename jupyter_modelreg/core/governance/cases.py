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


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files of a version.

    Attributes:
        folder: where they are, to be read from; None where they are not at hand, as those of a workspace version.
        listed: gives their POSIX paths below it.
    """

    folder: Path | None = None
    listed: Callable[[], Sequence[str]] = tuple

    @cached_property
    def paths(self) -> Sequence[str]:
        """The POSIX paths of the files, sorted; none where they are not at hand."""
        return sorted(self.listed())

    @cached_property
    def flavors(self) -> Sequence[str]:
        """The flavors of the MLflow model, without `python_function`, which nearly every model has."""
        try:
            text = "" if self.folder is None else (self.folder / "MLmodel").read_text(encoding="utf-8")
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
