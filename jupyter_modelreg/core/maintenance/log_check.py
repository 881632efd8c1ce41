"""Reading the whole log: whether it is sound, and what else it tells a check of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.findings import Finding
from jupyter_modelreg.core.history.chain import walk_chain
from jupyter_modelreg.core.history.seal import Seal
from jupyter_modelreg.core.maintenance.wording import RESTORE, fault

# Clocks of two machines differ a little.
_CLOCK_SLACK = 60_000  # ms
# Seconds in a day, an hour, a minute.
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "min"))


@dataclass
class Log:
    """What reading the whole log gives: how many events, what is wrong, which versions were purged."""

    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    purged: set[int] = field(default_factory=set)
    sealed: int | None = None

    @property
    def damaged(self) -> bool:
        """Whether the log itself is damaged, so that nothing can be held against it."""
        return any(finding.kind == "log" for finding in self.findings)


def read_log(context: Context, seal: Seal | None) -> Log:
    """Read the whole log, and hold it against `seal`. Raises InvalidInput for the seal of another registry."""
    log = Log(sealed=None if seal is None else seal.seq)
    set_back: list[tuple[int, int]] = []
    last = 0
    for link in walk_chain(context):
        event, before = link.event, link.before
        log.events += 1
        if link.broken == "missing":
            message = f"the activity log lacks event {link.expected}: event {event.seq} comes next"
            log.findings.append(fault("log", f"event {link.expected}", message, RESTORE))
        elif link.broken == "altered":
            which = f"event {event.seq} of the activity log ({event.action} {event.name})"
            if link.since != event.seq:
                which = f"one of the events {link.since} to {event.seq} of the activity log ({event.name})"
            message = f"{which} was altered, or the one before"
            log.findings.append(fault("log", f"event {link.since}", message, RESTORE))
        if link.respelled:
            message = f"event {event.seq} of the activity log is written in another way than it was"
            log.findings.append(fault("log", f"event {event.seq}", message, RESTORE))
        if before is not None and event.time < before.time - _CLOCK_SLACK:
            set_back.append((event.seq, before.time - event.time))
        if event.action == "version.purged" and event.before and isinstance(event.before.get("id"), int):
            log.purged.add(int(str(event.before["id"])))
        if link.cut:
            message = f"the activity log ends in the middle of what was done in event {event.unit} and those after it"
            log.findings.append(fault("log", f"event {event.seq}", message, RESTORE))
        if seal is not None:
            if before is None:
                seal.check(event)
            if event.seq == seal.seq and event.hash != seal.hash:
                message = f"event {event.seq}, or one before it, is not what it was when the log was sealed"
                log.findings.append(fault("log", f"event {event.seq}", message, RESTORE))
        last = event.seq
    if seal is not None and last < seal.seq:
        message = f"the activity log ends at event {last:,}, and it was sealed at event {seal.seq:,}: the rest is gone"
        log.findings.append(fault("log", f"event {seal.seq}", message, RESTORE))
    if set_back:
        log.findings.append(_clock(set_back))
    return log


def _clock(set_back: Sequence[tuple[int, int]]) -> Finding:
    """One finding for all events (number, ms) before which the clock went back: a laptop's clock may do so often."""
    first, most = set_back[0][0], max(ms for _, ms in set_back) // 1000
    by = next((f"{most // size:,} {unit}" for size, unit in _UNITS if most >= 2 * size), f"{most:,} s")
    if len(set_back) == 1:
        message = f"the clock was set back by {by} before event {first}; the order of events holds"
    else:
        message = (
            f"the clock was set back {len(set_back):,} times by up to {by}, first before event {first}; "
            "the order of events holds"
        )
    return fault("clock", f"event {first}", message, "check the clock of this machine")
