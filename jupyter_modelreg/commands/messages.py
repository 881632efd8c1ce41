"""What a write has done, as the lines of a note: the same whether a command did it or a dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.commands.results.formats import in_order, tag_text


def registered(reference: str, source: str, aliases: Sequence[str]) -> list[str]:
    """`reference` (`prod.ml_team.fraud/3`) was registered from `source`, and `aliases` point at it."""
    model, _, version = reference.rpartition("/")
    return [f"registered {reference} from {source}", *(f"{model}@{alias} → {version}" for alias in in_order(aliases))]


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
