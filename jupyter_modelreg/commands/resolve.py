"""What a name on the command line means: a model, or else a schema or a catalog."""

from __future__ import annotations

from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.errors import InvalidInput


def find_target(session: CommandSession, text: str) -> Model | Catalog | Schema:
    """The model called `text`, or the schema or catalog of that name when there is no such model.

    Raises NotFound, with what is close among all three.
    """
    session.reference(text)  # which takes note of a short name, for the hint of an error
    return session.registry.resolve(text, namespace=session.namespace)


def alias_target(session: CommandSession, text: str) -> tuple[str, str]:
    """The model and the alias in `MODEL@ALIAS`. Raises InvalidInput for anything else."""
    reference = session.reference(text)
    if reference.alias is None or "@" not in text:
        raise InvalidInput(f"{text} names no alias", f"write {reference.model}@Champion")
    return reference.model, reference.alias


def alias_version(session: CommandSession, model: str, text: str) -> int:
    """The version number that VERSION means: `3`, `latest`, or where another alias points (`@Champion`).

    Raises InvalidInput, NotFound.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    return session.registry.aliases.get(model, text.removeprefix("@")).version
