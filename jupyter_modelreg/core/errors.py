"""Errors of the registry: a code for programs, a sentence for people, a hint that says what to do next.

Each host translates them once, at its own edge: `mlflow_plugin.errors` for MLflow, `commands` for the
notebook and the shell. Nothing in core knows about HTTP, MLflow or IPython.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class RegistryError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        code: stable name of the kind of error, for programs.
        message: one sentence for a person, without a trailing hint.
        hint: what to run or change next, or None.
    """

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class InvalidInput(RegistryError):
    """What was asked for can never work: a malformed name, an unknown field, a value out of range."""

    code = "INVALID_INPUT"


class NotFound(RegistryError):
    """The named catalog, schema, model, version or webhook does not exist.

    Attributes:
        question: asks whether a name that is there was meant, `did you mean fraud?`; None when none is close. It is
            in the message as well.
    """

    code = "NOT_FOUND"
    question: str | None = None

    @classmethod
    def named(cls, kind: str, name: str, close: Sequence[str] = (), hint: str | None = None) -> NotFound:
        """`no model frued; did you mean fraud?`, or without the question when nothing is close."""
        question = f"did you mean {' or '.join(close)}?" if close else None
        error = cls("; ".join(filter(None, (f"no {kind} {name}", question))), hint)
        error.question = question
        return error


class AliasNotFound(NotFound):
    """The model exists but has no such alias (MLflow answers 400 here, not 404)."""

    code = "ALIAS_NOT_FOUND"


class AlreadyExists(RegistryError):
    """The name is taken."""

    code = "ALREADY_EXISTS"


class Conflict(RegistryError):
    """Somebody else has changed what this change started from."""

    code = "CONFLICT"


class InvalidState(RegistryError):
    """The request is sound, but the thing is not in a state that allows it."""

    code = "INVALID_STATE"


class PermissionDenied(RegistryError):
    """The actor lacks a privilege; says which, on what, and who can grant it."""

    code = "PERMISSION_DENIED"


class NotSignedIn(PermissionDenied):
    """A server does not know who asks: there is no token, or one that is wrong, has expired or was revoked."""

    code = "NOT_SIGNED_IN"


class PolicyRefused(RegistryError):
    """A rule of governed models forbids it: no signature, too many aliases, a stage."""

    code = "POLICY_REFUSED"


class ArchivingRefused(InvalidInput):
    """Archiving what a stage held, for a stage that is not Staging or Production (MLflow: INTERNAL_ERROR)."""

    code = "ARCHIVING_REFUSED"


class SourceUnavailable(RegistryError):
    """The files of a model could not be fetched from where they are said to be."""

    code = "SOURCE_UNAVAILABLE"


class SourceUnresolved(SourceUnavailable):
    """A `models:/` or run source of a workspace version leads nowhere (MLflow answers INTERNAL_ERROR here)."""

    code = "SOURCE_UNRESOLVED"


class FilesDamaged(RegistryError):
    """Managed files are missing or differ from their manifest."""

    code = "FILES_DAMAGED"


class ReadOnly(RegistryError):
    """A change was asked for through a host that only reads."""

    code = "WRITES_OFF"


class RegistryBusy(RegistryError):
    """Another process held the registry for longer than the waiting limit."""

    code = "BUSY"


class RegistryUnavailable(RegistryError):
    """The registry file cannot be opened: not a registry, too new, or in a place that cannot be written."""

    code = "UNUSABLE"
