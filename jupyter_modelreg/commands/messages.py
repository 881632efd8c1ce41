"""What a write has done, as the lines of a note: the same whether a command did it or a dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.commands.results.formats import in_order, tag_text, value_text
from jupyter_modelreg.core.entities.values import ChangeWarning, LinkChange, PinChange, TagChange
from jupyter_modelreg.core.entities.versions import Registered
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.warnings import registered_warnings

# How much is told of a description that was replaced, in characters.
_BEGINNING = 70


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


def unpointed(model: str, alias: str, before: int | None) -> str:
    """The alias was removed; `before` is where it pointed, None when it was not there."""
    if before is None:
        return f"{model} has no alias {alias}; nothing changed"
    return f"removed {model}@{alias}, which pointed at v{before}"


def tagged(reference: str, changes: Sequence[TagChange]) -> list[str]:
    """What tags of `reference` were set or removed, each with what it held before, as `task: ranking → regression`.

    Of several versions that held different values, those that held another one are listed below.
    """
    set_now = [change for change in changes if change.after is not None]
    removed = [change for change in changes if change.after is None]
    lines = []
    if set_now:
        lines.append(f"tagged {reference}: {', '.join(_alike(set_now))}")
    if removed:
        several = len({change.key for change in removed}) > 1
        lines.append(f"removed {'tags' if several else 'tag'} {', '.join(_alike(removed))} from {reference}")
    return lines + [f"{each.name} had {tag_text(each.key, each.before)}" for each in changes if _differs(each, changes)]


def _alike(changes: Sequence[TagChange]) -> list[str]:
    """One text for each key, with what it held before where that was the same everywhere."""
    return [_change_text(each, changes) for each in {change.key: change for change in changes}.values()]


def _change_text(change: TagChange, changes: Sequence[TagChange]) -> str:
    same = len(_befores(change.key, changes)) == 1
    if change.after is None:
        return tag_text(change.key, change.before) if same else change.key
    if not same or change.before in (None, change.after):
        return tag_text(change.key, change.after)
    return f"{change.key}: {value_text(change.before) or '(empty)'} → {value_text(change.after) or '(empty)'}"


def _differs(change: TagChange, changes: Sequence[TagChange]) -> bool:
    """Whether what a tag held is still to be said, since it was not the same in all versions."""
    return change.before not in (None, change.after) and len(_befores(change.key, changes)) > 1


def _befores(key: str, changes: Sequence[TagChange]) -> set[str | None]:
    return {change.before for change in changes if change.key == key}


def pinned(reference: str, changes: Sequence[PinChange]) -> list[str]:
    """`reference`, one version or several, was pinned or unpinned; of several, those are named that were so already."""
    now = "pinned" if changes[0].after else "not pinned"
    same = [change.name for change in changes if change.before == change.after]
    if len(same) == len(changes):
        return [f"{reference} {'is' if len(same) == 1 else 'are'} {now} already; nothing changed"]
    return [f"{now.replace('not ', 'un')} {reference}", *(f"{name} was {now} before" for name in same)]


def linked(reference: str, changes: Sequence[LinkChange]) -> list[str]:
    """A link of `reference`, one version or several, was set or removed."""
    url, kind = changes[0].url, changes[0].after
    if kind is None:
        return [f"removed the link to {url} from {reference}"]
    if all(change.before == kind for change in changes):
        return [f"{reference} is linked to the {kind} {url} already; nothing changed"]
    others = [each for each in changes if each.before not in (None, kind)]
    return [
        f"linked {reference} to the {kind} {url}",
        *(f"{each.name} was linked to it as the {each.before}" for each in others),
    ]


def described(name: str, description: str | None, before: Sequence[tuple[str, str | None]]) -> list[str]:
    """A description was written or removed; `before` are those that were there, of each version of a range."""
    lines = [f"{'described' if description else 'removed the description of'} {name}"]
    old = [(each, text) for each, text in before if text and text != description]
    return lines + [f"{f'{each} had' if len(before) > 1 else 'before:'} {_beginning(text)}" for each, text in old]


def _beginning(text: str) -> str:
    """The first line of `text` in quotation marks, and an ellipsis for the rest."""
    first, _, rest = text.strip().partition("\n")
    shown = first[:_BEGINNING].rstrip()
    return f"“{shown}{'…' if rest or shown != first else ''}”"


def warnings_of(registry: Registry, version: Registered) -> list[ChangeWarning]:
    """What there is to know about a version that was registered or copied just now."""
    try:
        same = registry.versions.duplicates(version.reference)
    except RegistryError:  # somebody else holds the registry by now: what was done is done, and no failure
        same = ()
    return [*version.warnings, *registered_warnings(same)]
