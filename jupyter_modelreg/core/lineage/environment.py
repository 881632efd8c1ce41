"""What a model's files say of the environment it is to run in, beyond `requirements.txt`, and what was installed.

MLflow writes `python_env.yaml` and `conda.yaml` beside a model, the second as its author gave it. Both are read line by
line, as MLflow writes them, since nothing here knows YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jupyter_modelreg.core.lineage.records import Environment

_MOST = 300
_MOST_BYTES = 200_000
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_ITEM = re.compile(r"( *)- +(.*)")
_AFTER_NAME = re.compile(r"[\s=<>!~\[]")
_CHANNEL = "::"  # conda-forge::cudatoolkit
# What `environment_in` reads.
ENVIRONMENT_FILES = ("python_env.yaml", "conda.yaml")


def environment_in(folder: Path | None) -> Environment:
    """What `python_env.yaml` and `conda.yaml` in the folder of a model say; nothing where they are not there."""
    conda = list(_conda_packages(_lines(folder, "conda.yaml")))
    python = next((line for line in _lines(folder, "python_env.yaml") if line.startswith("python:")), "")
    asked = _unquoted(python.partition(":")[2]) or next(
        (line[len("python") :].strip("=<>!~ ") for line in conda if _package(line) == "python"), ""
    )
    beyond = [line for line in conda if _package(line) not in ("python", "pip")]
    return Environment(python=asked or None, conda=tuple(beyond[:_MOST]))


def installed(requirements: Sequence[str]) -> Mapping[str, str] | None:
    """The versions of the packages that requirements name, as they are installed here; those that are not, left out."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for line in requirements:
        name = None if line.startswith("-") or "://" in line.partition("@")[0] else _NAME.match(line)
        if name is None:
            continue
        try:
            found[name[1]] = version(name[1])
        except PackageNotFoundError:
            continue
    return found or None


def _conda_packages(lines: Sequence[str]) -> Iterator[str]:
    """What is listed right below `dependencies:`, without what stands below `pip:` there."""
    inside, depth = False, None
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item is None:
            if line and not line.startswith((" ", "#")):
                inside, depth = line == "dependencies:", None
            continue
        if not inside:
            continue
        depth = len(item[1]) if depth is None else depth
        said = _unquoted(item[2])
        if len(item[1]) == depth and said and not said.endswith(":"):
            yield said


def _package(line: str) -> str:
    return _AFTER_NAME.split(line.rpartition(_CHANNEL)[2], maxsplit=1)[0].lower()


def _unquoted(text: str) -> str:
    return text.partition(" #")[0].strip().strip("'\"").strip()


def _lines(folder: Path | None, name: str) -> Sequence[str]:
    """The lines of a file; none where it cannot be read, or is too long to be what it should be."""
    if folder is None:
        return ()
    try:
        file = folder / name
        text = file.read_text(encoding="utf-8") if file.stat().st_size <= _MOST_BYTES else ""
    except (OSError, UnicodeError):  # then nothing is known of it
        return ()
    return [line.rstrip() for line in text.splitlines()]
