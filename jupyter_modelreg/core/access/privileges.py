"""Privileges: what they are called, and what each can be granted on: Unity Catalog's, as far as they concern models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from jupyter_modelreg.core.entities.securables import Level
from jupyter_modelreg.core.errors import InvalidInput

LEVELS: Sequence[Level] = ("registry", "catalog", "schema", "model")
"""What privileges are granted on, from the top: what is granted on one holds in everything below it."""

ALL = "ALL PRIVILEGES"
MANAGE = "MANAGE"
BROWSE = "BROWSE"
USE: Mapping[Level, str] = {"catalog": "USE CATALOG", "schema": "USE SCHEMA"}
"""What it takes, on each of its containers, to have any use of a governed model, its owner included."""

PRIVILEGES: Mapping[str, Level] = {
    ALL: "model",
    "USE CATALOG": "catalog",
    "USE SCHEMA": "schema",
    BROWSE: "schema",
    "CREATE CATALOG": "registry",
    "CREATE SCHEMA": "catalog",
    "CREATE MODEL": "schema",
    "CREATE MODEL VERSION": "model",
    "EXECUTE": "model",
    "APPLY TAG": "model",
    MANAGE: "model",
}
"""Every privilege, in the order in which they are listed, with the lowest level it means something on."""

ON_MODELS = frozenset({"CREATE MODEL VERSION", "EXECUTE", "APPLY TAG", MANAGE})
"""Any of these lets its holder read what is known of a model (not its files, which takes EXECUTE)."""

MEANINGS: Mapping[str, str] = {
    ALL: "everything that can be granted there, but for MANAGE",
    "USE CATALOG": "use what is granted in the catalog",
    "USE SCHEMA": "use what is granted in the schema",
    BROWSE: "see that it is there, with name, owner and description",
    "CREATE CATALOG": "create catalogs",
    "CREATE SCHEMA": "create schemas in it",
    "CREATE MODEL": "create models in it",
    "CREATE MODEL VERSION": "register versions, and read what is known of the model",
    "EXECUTE": "load the model, and read what is known of it",
    "APPLY TAG": "set and remove tags, and read what is known of the model",
    MANAGE: "change and delete it, set aliases, grant privileges, and decide requests",
}
"""What the holder of each privilege may do, as a phrase."""

# What the documentation calls them by, too: a model is a kind of function there.
_OTHER_NAMES = {
    "ALL": ALL,
    "CREATE REGISTERED MODEL": "CREATE MODEL",
    "CREATE FUNCTION": "CREATE MODEL",
    "CREATE VERSION": "CREATE MODEL VERSION",
}
_ORDER = {name: at for at, name in enumerate(PRIVILEGES)}


def parse_privilege(text: str) -> str:
    """The privilege called `text`, in any case, with spaces or underscores. Raises InvalidInput, with the closest."""
    name = " ".join(text.replace("_", " ").split()).upper()
    name = _OTHER_NAMES.get(name, name)
    if name in PRIVILEGES:
        return name
    close = get_close_matches(name, PRIVILEGES, n=1, cutoff=0.6)
    question = f"; did you mean {close[0]}?" if close else ""
    raise InvalidInput(f"there is no privilege {text!r}{question}", f"there are {', '.join(PRIVILEGES)}")


def check_level(privilege: str, level: Level) -> str:
    """`privilege`, which means something when it is granted on a `level`. Raises InvalidInput."""
    lowest = PRIVILEGES[privilege]
    if LEVELS.index(level) > LEVELS.index(lowest):
        above = "the registry" if lowest == "registry" else f"a {lowest}"
        raise InvalidInput(f"{privilege} means nothing on a {level}", f"grant it on {above}, or on what is above that")
    return privilege


def ordered(privileges: Iterable[str]) -> list[str]:
    """`privileges`, each once, in the order of `PRIVILEGES`; one that is not known here comes last."""
    return sorted(set(privileges), key=lambda name: (_ORDER.get(name, len(_ORDER)), name))


@lru_cache(maxsize=1)
def _within() -> Mapping[Level, frozenset[str]]:
    """What ALL PRIVILEGES means on each level: whatever can be granted on it, but MANAGE."""
    return {
        level: frozenset(
            name
            for name, lowest in PRIVILEGES.items()
            if name not in (ALL, MANAGE) and LEVELS.index(lowest) >= LEVELS.index(level)
        )
        for level in LEVELS
    }


def expanded(level: Level, granted: Iterable[str]) -> frozenset[str]:
    """What holds by having been granted on a `level`: ALL PRIVILEGES is all but MANAGE that can be granted there."""
    names = frozenset(granted)
    return (names - {ALL}) | _within()[level] if ALL in names else names


def of_owner(level: Level) -> frozenset[str]:
    """What the owner of something on a `level` holds on it and below."""
    return _within()[level] | {MANAGE}
