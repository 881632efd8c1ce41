"""Whom a comment speaks to: `@ben`, `@"risk team"`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from jupyter_modelreg.core.entities.securables import EVERYBODY
from jupyter_modelreg.core.ports.store import Transaction

# What Markdown shows as it is typed: blocks between fences, and code within a line.
_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
# An address in an e-mail, a path or another mention is none; a name may look like an address itself.
_MENTION = re.compile(r'(?<![\w@/.+-])@(?:"([^"\n]+)"|([\w.+-]+(?:@[\w.-]+)?))')


def known_principals(tx: Transaction) -> set[str]:
    """The users and groups that the registry has heard of: who did something, is in a group, or was granted something.

    There is no list of all users: see `access.grants.check_principal`.
    """
    root = tx.root.get()
    known = {EVERYBODY, *root.groups, *tx.events.actors()}
    known.update(*root.groups.values())
    for grants in (
        root.grants,
        *(each.grants for each in (*tx.catalogs.list(), *tx.schemas.list(), *tx.models.granted())),
    ):
        known.update(grants)
    return known


def mentioned(text: str, known: Collection[str]) -> Sequence[str]:
    """Those of `known` that `text` speaks to, each once, in the order of the text.

    A full stop behind a name ends the sentence, unless somebody is called so.
    """
    found: dict[str, None] = {}
    for quoted, bare in _MENTION.findall(_CODE.sub(" ", text)):
        for name in (quoted,) if quoted else _readings(bare):
            if name in known:
                found[name] = None
                break
    return tuple(found)


def speaks(text: str) -> bool:
    """Whether `text` may speak to anybody at all."""
    return "@" in text


def _readings(word: str) -> Sequence[str]:
    """What `word` may be meant as, the longest first: `ana@x.org.`, `ana@x.org`, `ana`."""
    found = [word]
    while found[-1] and found[-1][-1] in ".-+":
        found.append(found[-1][:-1])
    name = found[-1].partition("@")[0]
    return [*found, name.rstrip(".-+")]
