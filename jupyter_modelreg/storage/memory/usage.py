"""Who loaded which version, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jupyter_modelreg.core.entities.usage import UsageDay, VersionUsage
from jupyter_modelreg.storage.memory.state import State


class UsageTable:
    """`core.ports.UsageRows`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def note(self, usage: UsageDay) -> None:
        """See `core.ports`."""
        key = (usage.version_id, usage.actor, usage.notebook, usage.day)
        known = self._state.usage.get(key)
        if known is not None:
            usage = replace(
                usage,
                alias=usage.alias or known.alias,
                last_used_at=max(usage.last_used_at, known.last_used_at),
                count=usage.count + known.count,
            )
        self._state.usage[key] = usage

    def of_models(self, model_ids: Sequence[int], since: int | None = None) -> list[VersionUsage]:
        """See `core.ports`."""
        found = []
        for usage in self._state.usage.values():
            version = self._state.versions.get(usage.version_id)
            if version is not None and version.model_id in model_ids and usage.last_used_at >= (since or 0):
                found.append(VersionUsage(**vars(usage), model_id=version.model_id, version=version.version))
        return sorted(found, key=lambda each: (-each.last_used_at, each.version_id))

    def last_used(self, model_ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
        """See `core.ports`."""
        found: dict[tuple[int, int], int] = {}
        for usage in reversed(self.of_models(model_ids)):
            found[usage.model_id, usage.version] = usage.last_used_at
        return found
