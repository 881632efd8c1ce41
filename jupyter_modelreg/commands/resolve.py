"""What a name on the command line means: a model, or else a schema or a catalog."""

from __future__ import annotations

from difflib import get_close_matches

from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.errors import InvalidInput, NotFound


def find_target(session: CommandSession, text: str) -> Model | Catalog | Schema:
    """The model called `text`, or the schema or catalog of that name when there is no such model.

    Raises NotFound, with what is close among all three.
    """
    reference = session.reference(text)
    try:
        return session.registry.models.get(reference.model)
    except NotFound as error:
        if reference.exact or text.count(".") > 1:
            raise
        try:
            return session.find_namespace(text)
        except NotFound:
            raise _closer(session, text, error) from None


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


def _closer(session: CommandSession, text: str, error: NotFound) -> NotFound:
    """`error`, or one that names a catalog or schema when only such a one is close."""
    if "did you mean" in error.message:
        return error
    registry = session.registry
    known = registry.schemas.list() if "." in text else registry.catalogs.list()
    close = get_close_matches(text, [container.name for container in known], n=1)
    kind = "model or schema" if "." in text else "model or catalog"
    return NotFound.named(kind, text, close, error.hint) if close else error
