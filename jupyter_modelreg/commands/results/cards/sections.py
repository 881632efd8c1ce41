"""A description by its headings: what a model is for, and what it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# As the headings of model cards read (Mitchell et al., 2018; Hugging Face's template), in any case.
TOLD_APART = (
    "intended use",
    "intended uses",
    "uses",
    "out-of-scope use",
    "limitations",
    "bias, risks, and limitations",
    "risks",
    "ethical considerations",
    "caveats and recommendations",
    "caveats",
)
_FOR = ("intended use", "intended uses", "uses")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


@dataclass(frozen=True)
class Section:
    """What stands below one heading; the first one of a text has none."""

    level: int
    title: str
    text: str


def sections(text: str) -> list[Section]:
    """The parts of a Markdown text, each with the headings below its own; code is no heading."""
    found: list[tuple[int, str, list[str]]] = [(0, "", [])]
    for line, heading in _lines(text):
        if heading is not None and (heading[0] <= found[-1][0] or not _told_apart(found[-1][1])):
            found.append((*heading, []))
        else:
            found[-1][2].append(line)
    return [Section(level, title, "\n".join(lines).strip()) for level, title, lines in found]


def told_apart(text: str) -> tuple[str, Sequence[Section]]:
    """A description without those of its sections that say what it is for, or not, and these."""
    apart = [each for each in sections(text) if _told_apart(each.title) and each.text]
    rest = [each for each in sections(text) if each not in apart]
    kept = [f"{'#' * each.level} {each.title}\n\n{each.text}" if each.level else each.text for each in rest]
    return "\n\n".join(part.strip() for part in kept if part.strip()), apart


def cautions(title: str) -> bool:
    """Whether what stands below such a heading warns, rather than says what a model is for."""
    return title.lower().rstrip(":") not in _FOR


def demoted(text: str, by: int) -> str:
    """`text` with its headings `by` levels lower, to stand below another one."""
    return "\n".join(
        line if heading is None else f"{'#' * min(heading[0] + by, 6)} {heading[1]}" for line, heading in _lines(text)
    )


def _told_apart(title: str) -> bool:
    return title.lower().rstrip(":") in TOLD_APART


def _lines(text: str) -> Iterator[tuple[str, tuple[int, str] | None]]:
    """Each line, and the level and title of the heading that it is, if it is one."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence or mark else _HEADING.match(line)
        yield line, None if heading is None else (len(heading[1]), heading[2])
