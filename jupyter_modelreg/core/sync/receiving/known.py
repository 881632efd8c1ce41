"""What is known here of what is offered: by when it was made, by whom and from what, and by the hashes of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.needs import NEEDS
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.history.facts import record_of
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.sync.records import version_key

Identity = tuple[str, str, str | None, str | None]


def identity(version: Version) -> Identity:
    """What a version is known by in every registry that has it."""
    return version_key(version), version.created_by, version.source, version.run_id


def known_versions(tx: Transaction, local: Model) -> dict[Identity, Version]:
    """The versions of a model here, the trash included, by what they are known by."""
    return {identity(version): replace(version, name=local.name) for version in whole(tx).versions.of_model(local.id)}


def is_whole(version: Version | None) -> bool:
    """Whether a version here needs nothing more, being READY, or in the trash."""
    return version is not None and (version.deleted_at is not None or version.status == "READY")


def purged(tx: Transaction, local: Model) -> set[int]:
    """The numbers of the versions of a model that were purged."""
    return {number for _, number in whole(tx).bulk.purged_versions([local.id])}


def purged_identities(tx: Transaction, local: Model) -> set[Identity]:
    """What the purged versions of a model were known by, as the log has it."""
    created = whole(tx).events.recent(EventQuery(subject=("model", local.id), actions=("version.created",)))
    gone = purged(tx, local)
    return {identity(record_of(event, Version)) for event in created if event.version in gone}


def deleted(tx: Transaction, origin: Model) -> str | None:
    """What to do about a model that was deleted here, and is offered; None where it was not."""
    for model in whole(tx).models.trashed():
        if model.name == origin.name and model.created_at == origin.created_at:
            return f"restore it there: restore {origin.name}; or create a new model of that name"
    return None


def same_files(tx: Transaction, access: Access | None, manifests: Mapping[int, Sequence[FileEntry]]) -> dict[int, int]:
    """The id of a version here that has the very files of a manifest, by the key of that.

    The actor has to be allowed to load it: nobody gets a model by knowing the hashes of its files.
    """
    wanted = {key: _telling(entries) for key, entries in manifests.items() if entries}
    held = whole(tx).versions.holding(sorted({entry.sha256 for entry in wanted.values()}))
    found = {}
    for key, entry in wanted.items():
        original = held.get(entry.sha256)
        if original is None or not _loadable(tx, access, original):
            continue
        if {each.path: each for each in whole(tx).versions.files(original)} == {e.path: e for e in manifests[key]}:
            found[key] = original
    return found


def _telling(entries: Sequence[FileEntry]) -> FileEntry:
    """The file that tells a model from others: MLmodel has an id in it."""
    return next((entry for entry in entries if entry.path == "MLmodel"), max(entries, key=lambda entry: entry.size))


def _loadable(tx: Transaction, access: Access | None, version_id: int) -> bool:
    line = whole(tx).integrity.line(version_id)
    model = None if line is None else tx.models.by_id(line.model_id)
    return model is not None and (access is None or access.may(NEEDS["versions.load"], model))
