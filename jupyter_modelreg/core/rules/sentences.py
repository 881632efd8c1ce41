"""Pieces that sentences of several rules are made of."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], last: str = "and") -> str:
    """`names`, of which there is one at least, as a sentence has them: `a`, `a and b`, `a, b and c`.

    `last` is the word before the last one.
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
