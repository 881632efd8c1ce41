"""What is said of what holds a version, or a model: the sentence that refuses, and what the log keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jupyter_modelreg.core.entities.values import Holder, HolderKind, JsonValue
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.rules.sentences import listed

# How many of a kind, and how many commands, are named before the others are counted.
_MOST = 5

FORCED = "forced"
"""What the log says of a change that was forced: what it was held by."""


def check_not_held(what: str, model: str, holders: Sequence[Holder], doing: str = "deleted") -> None:
    """Refuse to have `what` (a model called `model`, or versions of it) be `doing`, as long as `holders` hold it.

    Raises InvalidState, which names them and says by which commands they go.
    """
    if not holders:
        return
    frees = list(dict.fromkeys(holder.frees for holder in holders))
    raise InvalidState(
        f"{what} cannot be {doing} while {held_sentence(what, model, holders)}",
        f"first {_some(frees, 'more')}; or have it {doing} with --force, in Python force=True",
    )


def held_sentence(what: str, model: str, holders: Sequence[Holder]) -> str:
    """`@Champion points there and it is pinned`: what holds `what`."""
    return listed([_SAID[kind](what, model, same) for kind in _SAID if (same := _of(kind, holders))])


def forced_by(holders: Sequence[Holder]) -> dict[str, JsonValue]:
    """What an event says of a change that was made although `holders` spoke against it."""
    return {FORCED: [*dict.fromkeys(holder.text for holder in holders)]} if holders else {}


def _of(kind: HolderKind, holders: Sequence[Holder]) -> list[Holder]:
    return [holder for holder in holders if holder.kind == kind]


def _aliases(what: str, model: str, holders: Sequence[Holder]) -> str:
    return f"{_some([holder.text for holder in holders])} {'points' if len(holders) == 1 else 'point'} there"


def _pins(what: str, model: str, holders: Sequence[Holder]) -> str:
    named = ["it"] if _itself(what, model, holders[0]) else [f"{model}/{holder.version}" for holder in holders]
    return f"{_some(named)} {'is' if len(holders) == 1 else 'are'} pinned"


def _links(what: str, model: str, holders: Sequence[Holder]) -> str:
    named = [*dict.fromkeys(f"{model}/{holder.version}" for holder in holders)]
    served = "it is" if _itself(what, model, holders[0]) else f"{_some(named)} {'is' if len(named) == 1 else 'are'}"
    return f"{served} deployed at {_some([*dict.fromkeys(holder.text for holder in holders)])}"


def _copies(what: str, model: str, holders: Sequence[Holder]) -> str:
    copies = _some([holder.text for holder in holders])
    of = "it" if all(_itself(what, model, holder) for holder in holders) else "what is in it"
    return f"{copies} {'is a copy' if len(holders) == 1 else 'are copies'} of {of}"


def _requests(what: str, model: str, holders: Sequence[Holder]) -> str:
    return f"{_some([holder.text for holder in holders])} {'is' if len(holders) == 1 else 'are'} open"


_SAID: Mapping[HolderKind, Callable[[str, str, Sequence[Holder]], str]] = {
    "alias": _aliases,
    "pin": _pins,
    "link": _links,
    "copy": _copies,
    "request": _requests,
}


def _itself(what: str, model: str, holder: Holder) -> bool:
    """Whether it is `what` itself that is held, and no part of it."""
    return what == f"version {model}/{holder.version}"


def _some(names: Sequence[str], rest: str = "others") -> str:
    more = len(names) - _MOST
    return listed([*names[:_MOST], *([f"{more:,} {rest}"] if more > 0 else [])])
