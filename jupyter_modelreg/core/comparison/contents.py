"""What files say: the packages that a model needs, and text line by line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jupyter_modelreg.core.comparison.records import TextDifference
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.lineage.records import Environment
from jupyter_modelreg.core.versions.version_files import kept_file

REQUIREMENTS = "requirements.txt"
# What MLflow writes beside a model: the signature, the packages, and ids that no two models share.
_DERIVED = frozenset({"MLmodel", REQUIREMENTS, "conda.yaml", "python_env.yaml"})
_MOST_BYTES = 200_000  # of a text file that is compared line by line
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*((?:\[[^\]]*\])?)\s*(.*)")
_CONDA = re.compile(r"([^\s=<>!~\[]+)\s*(.*)")
_SEPARATORS = re.compile(r"[-_.]+")


def requirements(text: str) -> Mapping[str, str]:
    """The packages that a requirements file names, with what it says of each: `==2.1.0`, `any` for nothing.

    Names are the same however they are spelled (PEP 503). What is no package but an option or an address has its whole
    line for a name.
    """
    found = {}
    for line in text.splitlines():
        told = line.partition(" #")[0].strip()
        if not told or told.startswith("#"):
            continue
        match = _REQUIREMENT.fullmatch(told)
        if match is None or "://" in told.partition("@")[0]:
            found[told] = "any"
            continue
        name, extras, rest = match.groups()
        found[_same(name) + extras] = rest.strip() or "any"
    return found


def installed_too(asked: Mapping[str, str], environment: Environment) -> Mapping[str, str]:
    """What is told of an environment beyond the packages that are `asked` for, and of those that are not pinned."""
    found = {
        spelled: f"{asked[spelled]}, {number} installed"
        for name, number in (environment.installed or {}).items()
        for spelled in asked
        if spelled.partition("[")[0] == _same(name) and asked[spelled] != f"=={number}"
    }
    python = {} if environment.python is None else {"Python": environment.python}
    return {**found, **python, **{f"conda {name}": rest for name, rest in _split(environment.conda)}}


def _same(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


def _split(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The name of each package of conda, with its channel, and what is asked of it."""
    for line in lines:
        match = _CONDA.fullmatch(line)
        yield (match[1], match[2] or "any") if match else (line, "any")


def is_read(entry: FileEntry) -> bool:
    """Whether a comparison may look into a file, and does not go by its hash alone."""
    return not entry.is_folder and (entry.size <= _MOST_BYTES or entry.path in _DERIVED)


def content_of(folder: Path, entry: FileEntry) -> bytes:
    """What a file of a version in `folder` holds. Raises FilesDamaged where that is not what its manifest says."""
    place = kept_file(folder, entry.path)
    content = None if place is None else place.read_bytes()
    if content is not None and hashlib.sha256(content).hexdigest() == entry.sha256:
        return content
    raise FilesDamaged(f"{entry.path} is not what was registered", "verify says what else is wrong")


def text_differences(
    first: Path, last: Path, before: Sequence[FileEntry], after: Sequence[FileEntry]
) -> Iterator[TextDifference]:
    """How the text files that both folders have differ, by path; what is long, or no text, is left out.

    Raises FilesDamaged.
    """
    known = {entry.path: entry for entry in files_among(before)}
    for entry in sorted(files_among(after), key=lambda entry: entry.path):
        old = known.get(entry.path)
        if old is None or old.sha256 == entry.sha256 or entry.path in _DERIVED:
            continue
        old_text, new_text = _text(first, old), _text(last, entry)
        lines = [] if old_text is None or new_text is None else lines_that_differ(old_text, new_text)
        if lines:  # else they differ in how their lines end
            yield TextDifference(path=entry.path, lines=lines)


def lines_that_differ(before: str, after: str) -> list[str]:
    """A unified diff without the two lines that name the files; nothing where no line differs."""
    from difflib import unified_diff

    return list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]


def _text(folder: Path, entry: FileEntry) -> str | None:
    """What a file says; None for a long one, and for one that is no text."""
    if entry.size > _MOST_BYTES:
        return None
    content = content_of(folder, entry)
    try:
        return None if b"\0" in content else content.decode()
    except UnicodeDecodeError:
        return None
