"""Who used lately what is about to go, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.commands.results.formats import alias_text, day_text
from jupyter_modelreg.core.entities.usage import RecentUser
from jupyter_modelreg.core.rules.sentences import listed

# How many are named before the others are counted.
_MOST = 3


def users_text(users: Sequence[RecentUser]) -> list[str]:
    """A sentence without a full stop; nothing where nobody has used it."""
    if not users:
        return []
    shown = [f"{user.actor} ({', '.join(_how(user))})" for user in users[:_MOST]]
    rest = len(users) - _MOST
    return [f"loaded in the last 30 days by {listed([*shown, *([f'{rest:,} more'] if rest > 0 else [])])}"]


def _how(user: RecentUser) -> list[str]:
    found = [day_text(user.last_used_at)]
    if user.alias is not None:
        found.append(alias_text(user.alias))
    return found if user.notebook is None else [*found, user.notebook]
