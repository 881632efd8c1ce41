"""What an event did, in plain words: `@Champion 3 → 5`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jupyter_modelreg.commands.results.formats import tag_text, value_text
from jupyter_modelreg.core.entities.events import Event

# How much of a value is told, in characters.
_MOST = 60


def event_text(event: Event) -> str:
    """What `event` did, without who did it, to what, and why; of a newer registry's event its name."""
    told = _TEXTS.get(event.action)
    return event.action if told is None else told(event)


def event_subject(event: Event) -> str:
    """What `event` is about, as a reference."""
    return event.name if event.version is None else f"{event.name}/{event.version}"


def _alias(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    [alias] = before.keys() | after.keys()
    if not after:
        return f"removed @{alias}, which pointed at {before[alias]}"
    if before == after:
        return f"@{alias} stays at {after[alias]}"
    return f"@{alias} {before[alias]} → {after[alias]}" if before else f"@{alias} → {after[alias]}"


def _tag(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    [key] = before.keys() | after.keys()
    if not after:
        return f"removed tag {tag_text(key, _short(before[key]))}"
    if not before:
        return f"tagged {tag_text(key, _short(after[key]))}"
    return f"tagged {key}: {_short(before[key])} → {_short(after[key])}"


def _updated(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    if list(after) == ["description"]:
        return "described" if after["description"] else "removed the description"
    if list(after) == ["pinned"]:
        return "pinned" if after["pinned"] else "unpinned"
    changed = [name for name in after if before.get(name) != after[name]]
    return f"changed {', '.join(changed)}" if changed else "changed nothing"


def _created(event: Event) -> str:
    source = (event.after or {}).get("imported_from")
    return f"created the {event.subject}" if source is None else f"imported the {event.subject} from {source}"


def _registered(event: Event) -> str:
    after = event.after or {}
    if after.get("status") == "PENDING_REGISTRATION":
        return "began to register"
    source = after.get("imported_from")
    return f"registered from {_short(after.get('source'))}" if source is None else f"imported from {source}"


def _status(event: Event) -> str:
    after = event.after or {}
    if after.get("status") == "READY":
        return "registered"
    why = after.get("status_message")
    return "could not register" if why is None else f"could not register: {_short(why)}"


def _stage(event: Event) -> str:
    return f"stage {(event.before or {}).get('stage')} → {(event.after or {}).get('stage')}"


def _renamed(event: Event) -> str:
    return f"renamed from {(event.before or {}).get('name')}"


def _restored(event: Event) -> str:
    before = (event.before or {}).get("name")
    return "restored from the trash" if before is None else f"restored from the trash, where it was {before}"


def _rebuilt(event: Event) -> str:
    rebuilt = (event.after or {}).get("rebuilt")
    return f"rebuilt from the log: {', '.join(map(str, rebuilt))}" if isinstance(rebuilt, list) else "repaired"


def _of_backup(event: Event) -> str:
    return f"restored the backup {(event.after or {}).get('backup')}"


def _short(value: object) -> str:
    text = value_text(value) if isinstance(value, str | int | float | None) else str(value)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


_TEXTS: Mapping[str, Callable[[Event], str]] = {
    "alias.set": _alias,
    "alias.moved": _alias,
    "alias.deleted": _alias,
    "tag.set": _tag,
    "tag.deleted": _tag,
    "catalog.created": _created,
    "catalog.updated": _updated,
    "catalog.deleted": lambda event: "deleted the catalog",
    "schema.created": _created,
    "schema.updated": _updated,
    "schema.deleted": lambda event: "deleted the schema",
    "model.created": _created,
    "model.updated": _updated,
    "model.renamed": _renamed,
    "model.deleted": lambda event: "moved to the trash",
    "model.restored": _restored,
    "model.purged": lambda event: "removed from the trash for good",
    "version.created": _registered,
    "version.updated": _updated,
    "version.status": _status,
    "version.stage": _stage,
    "version.deleted": lambda event: "moved to the trash",
    "version.restored": _restored,
    "version.purged": lambda event: "removed from the trash for good",
    "webhook.created": _created,
    "webhook.updated": _updated,
    "webhook.deleted": lambda event: "deleted the webhook",
    "registry.repaired": _rebuilt,
    "registry.restored": _of_backup,
}
