"""What `verify` finds, as tests look at it."""

from __future__ import annotations

from jupyter_modelreg.core.entities.findings import Finding
from jupyter_modelreg.core.registry import Registry


def findings(registry: Registry) -> list[Finding]:
    return list(registry.maintenance.verify().findings)


def kinds(registry: Registry) -> list[str]:
    return [finding.kind for finding in findings(registry)]
