"""What the aliases of a model may be, and what they may point at."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import PolicyRefused

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
