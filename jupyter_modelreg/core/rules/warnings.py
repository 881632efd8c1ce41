"""What people are warned of when a version is registered, or an alias moved to it. Nothing is refused here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.entities.values import ChangeWarning, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.rules.signature import signature_changes
from jupyter_modelreg.core.rules.verdicts import verdict

_MOST_CHANGES = 3


def failed_validation(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """The tag by which a version failed its validation, if it did: `validation_status=failed`, by key and value.

    The key holds the word validation, and the value says so, both in any case. Unity Catalog's and
    MLflow's own examples tag versions with `validation_status`.
    """
    return next(
        ((key, value) for key, value in tags.items() if "validation" in key.lower() and verdict(value) == "bad"),
        None,
    )


def validation_warnings(version: str, tags: Mapping[str, str]) -> list[ChangeWarning]:
    """Whether the tags of `version`, named so in the sentence, say that it failed."""
    failed = failed_validation(tags)
    return [ChangeWarning(kind="validation", message=f"{version} is tagged {failed[0]}={failed[1]}")] if failed else []


def signature_warnings(
    version: str, signature: Mapping[str, JsonValue] | None, replaced: Sequence[tuple[Version, Sequence[str]]]
) -> list[ChangeWarning]:
    """In what the signature of `version` differs from those of the versions it replaces, each with the aliases."""
    found = []
    for other, aliases in replaced:
        changes = signature_changes(other.signature, signature)
        if changes:
            by = f" ({', '.join(f'@{alias}' for alias in aliases)})" if aliases else ""
            said = f"the signature of {version} differs from that of {other.reference}{by}: {_few(changes)}"
            found.append(ChangeWarning(kind="signature", message=said))
    return found


def case_warnings(known: Mapping[str, int], aliases: Sequence[str]) -> list[ChangeWarning]:
    """Which of `aliases` are new, and differ from a known one (with where that points) only in case."""
    found = []
    for alias in aliases:
        like = None if alias in known else next((each for each in known if each.lower() == alias.lower()), None)
        if like is not None:
            message = f"@{alias} is new, and differs only in case from @{like}, which points at version {known[like]}"
            found.append(ChangeWarning(kind="case", message=message, hint=f"write @{like} to move that one"))
    return found


def registered_warnings(same: Sequence[Version]) -> list[ChangeWarning]:
    """Whether the model has versions made from the same thing already: `same`, newest first."""
    if not same:
        return []
    names = listed([version.reference for version in reversed(same)])
    return [ChangeWarning(kind="registered", message=f"the same model is registered already, as {names}")]


def workspace_warnings(name: str) -> list[ChangeWarning]:
    """Whether `name` is about to be, or has become, a workspace model."""
    if is_governed(name):
        return []
    message = f"{name} is a workspace model: it is in no catalog, and needs no signature"
    return [ChangeWarning(kind="workspace", message=message, hint="name a governed one catalog.schema.model")]


def tag_warnings(refused: Mapping[str, RegistryError], *, left_out: bool = True) -> list[ChangeWarning]:
    """Which tags, by key, are not allowed, and why; `left_out` says that they do not come along with a copy."""
    return [
        ChangeWarning(
            kind="tag",
            message=f"tag {key} is left out: {error.message}" if left_out else error.message,
            hint=error.hint,
        )
        for key, error in refused.items()
    ]


def _few(changes: Sequence[str]) -> str:
    more = len(changes) - _MOST_CHANGES
    return ", ".join([*changes[:_MOST_CHANGES], *([f"and {more} more"] if more > 0 else ())])
