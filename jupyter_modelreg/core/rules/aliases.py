"""What the aliases of a model may be, what they may point at, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState, PolicyRefused
from jupyter_modelreg.core.rules.sentences import listed

# Unity Catalog's limit; workspace models have none (MLflow).
MAX_ALIASES = 10


def check_alias_room(model: Model, aliases: Sequence[str]) -> None:
    """Refuse what would be more aliases than a governed model can have. Raises PolicyRefused."""
    if model.governed and len({*model.aliases, *aliases}) > MAX_ALIASES:
        count, known = len(model.aliases), ", ".join(sorted(model.aliases))
        raise PolicyRefused(
            f"model {model.name} has {count} aliases already, and a governed model has at most {MAX_ALIASES}",
            f"remove one first: {known}" if known else "ask for fewer",
        )


def check_alias_target(model: Model, alias: str, version: Version) -> None:
    """Refuse an alias of a governed model that is one too many, or for a version without files.

    Raises PolicyRefused.
    """
    if not model.governed:
        return
    if version.status != "READY":
        raise PolicyRefused(
            f"{version.reference} is {version.status}, so no alias can point at it",
            version.status_message or "wait until it is READY",
        )
    check_alias_room(model, [alias])


def check_not_held(what: str, model: str, aliases: Mapping[str, int], pinned: Sequence[int]) -> None:
    """Refuse to delete `what`, a model or versions of it, while `aliases` (with where they point) keep it in use.

    So do pins of its versions, `pinned` by number. Raises InvalidState, which names them.
    """
    if not aliases:
        return _check_not_pinned(what, model, pinned)
    names = [f"@{alias}" for alias in sorted(aliases)]
    verb, them = ("points", "alias") if len(names) == 1 else ("point", "aliases")
    first = min(aliases)
    raise InvalidState(
        f"{what} cannot be deleted while {listed(names)} {verb} there",
        f"point the {them} elsewhere or remove {'it' if len(names) == 1 else 'them'} (unalias {model}@{first}), "
        f"or delete it with --force, in Python force=True",
    )


def _check_not_pinned(what: str, model: str, pinned: Sequence[int]) -> None:
    if not pinned:
        return
    references = [f"{model}/{number}" for number in pinned]
    one = len(references) == 1
    itself = what == f"version {references[0]}"
    raise InvalidState(
        f"{what} cannot be deleted while {'it' if itself else listed(references)} {'is' if one else 'are'} pinned",
        f"unpin {'it' if one else 'them'} (unpin {references[0]}), or delete with --force, in Python force=True",
    )
