"""Usage put together: days of one actor and one place, and who used something lately."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jupyter_modelreg.core.entities.usage import RecentUser, Used, VersionUsage
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.ports.store import Transaction

# Milliseconds: whoever loaded something in the last 30 days is told of before it goes.
RECENT = 30 * 86_400_000


def summed(days: Iterable[VersionUsage], names: Mapping[int, str]) -> list[Used]:
    """One record for each version, actor and notebook, the newest first; `names` are those of the models by id."""
    found: dict[tuple[int, int, str, str | None], list[VersionUsage]] = {}
    for day in days:
        found.setdefault((day.model_id, day.version, day.actor, day.notebook), []).append(day)
    records = [_sum(names[key[0]], same) for key, same in found.items()]
    return sorted(records, key=lambda each: (-each.last_used_at, each.name, each.version, each.actor))


def recent_users(tx: Transaction, versions: Sequence[Version], now: int) -> tuple[RecentUser, ...]:
    """Who loaded one of `versions` in the last 30 days, each once, the latest first."""
    wanted = {(version.model_id, version.version) for version in versions}
    days = tx.usage.of_models(sorted({version.model_id for version in versions}), since=now - RECENT)
    found: dict[str, VersionUsage] = {}
    for day in days:  # the newest come first
        if (day.model_id, day.version) in wanted:
            found.setdefault(day.actor, day)
    return tuple(
        RecentUser(actor=each.actor, last_used_at=each.last_used_at, alias=each.alias, notebook=each.notebook)
        for each in found.values()
    )


def _sum(name: str, days: Sequence[VersionUsage]) -> Used:
    days = sorted(days, key=lambda day: day.last_used_at, reverse=True)
    newest = days[0]
    return Used(
        name=name,
        version=newest.version,
        alias=next((day.alias for day in days if day.alias is not None), None),
        actor=newest.actor,
        notebook=newest.notebook,
        last_used_at=newest.last_used_at,
        count=sum(day.count for day in days),
    )
