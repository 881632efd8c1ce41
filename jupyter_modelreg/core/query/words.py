"""Plain words in place of a filter: what holds all of them is found, and what fits them best comes first.

And how text and keys are written in a filter, for whoever writes one for somebody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_modelreg.core.query.fields import RANK, field_and_key, has_letters
from jupyter_modelreg.core.query.search import Condition, Order

# What only a filter has in it. A word of the language between two words, in capitals, is one as well.
_OF_FILTERS = re.compile(r"""['"`=<>()]|\b(?i:I?LIKE|CONTAINS|BETWEEN|IS\s+(NOT\s+)?NULL)\b|\b(AND|OR|NOT)\b""")


_BARE_KEY = re.compile(r"\w[\w./-]*")


def quoted(text: str) -> str:
    """A text as a filter has it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def written_key(key: str) -> str:
    """The key behind the dot of a field; no key holds what it is quoted by."""
    return key if _BARE_KEY.fullmatch(key) else f"`{key}`"


def plain_words(text: str) -> Sequence[str]:
    """The words that somebody looks for; none where it is a filter, or the beginning of one."""
    words = text.split()
    if _OF_FILTERS.search(text) or any(found and found[0].keyed for found in map(field_and_key, words)):
        return ()
    return [word for word in words if has_letters(word)]


def holding(words: Sequence[str]) -> tuple[Condition, ...]:
    """The conditions of having all words in the name, the description, tags or comments."""
    return tuple(Condition("text", "CONTAINS", word) for word in words)


def best_first(words: Sequence[str]) -> Order:
    """The order by how well it fits."""
    return Order(f"{RANK.name}.{' '.join(words)}")


def rank(words: str, name: str, description: str | None) -> int:
    """How well a name and a description fit words, the best being 0.

    0: it is called so, in full or by its last part; 1: its name, or the last part, begins so; 2: the name holds all
    words; 3: the description does; 4: else.
    """
    whole, full, about = words.lower(), name.lower(), (description or "").lower()
    if full == whole or full.endswith(f".{whole}"):
        return 0
    if full.startswith(whole) or f".{whole}" in full:
        return 1
    return (
        2 if all(each in full for each in whole.split()) else 3 if all(each in about for each in whole.split()) else 4
    )
