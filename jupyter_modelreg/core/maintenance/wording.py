"""How a finding says whether something can be done about it."""

from __future__ import annotations

from jupyter_modelreg.core.entities.findings import Finding, FindingKind

RESTORE = "restore the registry from a backup: modelreg restore FILE --force"
"""What is left to do where nothing here can mend it."""


def fault(kind: FindingKind, subject: str, message: str, hint: str, version_id: int | None = None) -> Finding:
    """What is wrong, and `hint`, what may be done about it."""
    return Finding(kind=kind, subject=subject, message=message, hint=hint, version_id=version_id)


def mendable(kind: FindingKind, subject: str, message: str, does: str, version_id: int | None = None) -> Finding:
    """What a repair puts right: that `does` it."""
    hint = f"modelreg verify --repair {does}"
    return Finding(kind=kind, subject=subject, message=message, hint=hint, version_id=version_id, repairable=True)
