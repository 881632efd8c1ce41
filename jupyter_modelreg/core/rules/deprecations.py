"""What is said of what is deprecated, and what that forbids."""

from __future__ import annotations

from jupyter_modelreg.core.entities.values import ChangeWarning, Deprecation
from jupyter_modelreg.core.errors import InvalidState


def deprecated_sentence(what: str, told: Deprecation) -> str:
    """`fraud/3 is deprecated: trained on wrong labels`; of a version of a deprecated model that its model is."""
    # Only a version has a slash in it, so what is told of another name is told of the model.
    said = f"{what} is deprecated" if told.name == what else f"{what} is of model {told.name}, which is deprecated"
    return f"{said}: {told.reason.strip().rstrip('.')}"


def deprecation_warning(what: str, told: Deprecation) -> ChangeWarning:
    """What whoever uses `what`, a model or the reference of a version, is told."""
    instead = None if told.in_favour_of is None else f"use {told.in_favour_of} instead"
    return ChangeWarning(kind="deprecated", message=deprecated_sentence(what, told), hint=instead)


def check_not_deprecated(alias: str, version: str, told: Deprecation | None) -> None:
    """Refuse to point `alias`, `fraud@Champion`, at a `version` that is deprecated, or whose model is.

    Raises InvalidState.
    """
    if told is not None:
        instead = "" if told.in_favour_of is None else f"use {told.in_favour_of} instead; "
        raise InvalidState(
            f"{alias} is not set, since {deprecated_sentence(version, told)}",
            f"{instead}to have it all the same, first undeprecate {told.name}",
        )
