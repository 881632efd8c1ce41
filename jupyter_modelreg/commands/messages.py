"""What a write has done, as the lines of a note: the same whether a command did it or a dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.commands.results.formats import in_order, tag_text
from jupyter_modelreg.core.entities.previews import ChangeWarning
from jupyter_modelreg.core.entities.versions import Registered
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.warnings import registered_warnings


def registered(reference: str, source: str, moves: Mapping[str, int | None]) -> list[str]:
    """`reference` (`prod.ml_team.fraud/3`) was registered from `source`; `moves` are its aliases: see `moved`."""
    return [f"registered {reference} from {source}", *moved(reference, moves)]


def moved(reference: str, moves: Mapping[str, int | None]) -> list[str]:
    """A line for each alias of the new version `reference`; `moves` has where it pointed before, None for a new one."""
    model, _, version = reference.rpartition("/")
    return [pointed(model, alias, int(version), moves[alias]) for alias in in_order(moves)]


def pointed(model: str, alias: str, version: int, before: int | None) -> str:
    """The alias points at `version`; `before` is where it pointed, None when it is new."""
    if before == version:
        return f"{model}@{alias}: stays at {version}"
    return f"{model}@{alias}: {before} → {version}" if before is not None else f"{model}@{alias} → {version}"


def tagged(reference: str, tags: Mapping[str, str]) -> str:
    """`tags` were set."""
    return f"tagged {reference}: {', '.join(tag_text(key, value) for key, value in tags.items())}"


def untagged(reference: str, keys: Sequence[str]) -> str:
    """The tags `keys` were removed."""
    return f"removed {'tag' if len(keys) == 1 else 'tags'} {', '.join(keys)} from {reference}"


def warnings_of(registry: Registry, version: Registered) -> list[ChangeWarning]:
    """What there is to know about a version that was registered or copied just now."""
    try:
        same = registry.versions.duplicates(version.reference)
    except RegistryError:  # somebody else holds the registry by now: what was done is done, and no failure
        same = ()
    return [*version.warnings, *registered_warnings(same)]
