"""What events did, in words: the one place that commands and the panel have them from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.history.sentences import sentence_of, subject_of, text_of, told
from jupyter_modelreg.core.registry import Registry

Change = Mapping[str, JsonValue] | None
FIVE: Mapping[str, JsonValue] = {"reason": "old", "version": 5}


def happened(
    action: str, before: Change = None, after: Change = None, version: int | None = 3, undoes: int | None = None
) -> Event:
    """An event as the log would have it."""
    kind = action.partition(".")[0]
    subject = kind if kind in ("catalog", "schema", "webhook", "registry") else "model"
    return Event(
        seq=1,
        time=0,
        actor="ana",
        action=action,
        subject=subject,
        subject_id=1,
        name="prod.ml.fraud",
        version=version,
        before=before,
        after=after,
        undoes=undoes,
        unit=1,
        hash="",
    )


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        ("alias.set", None, {"Champion": 3}, "@Champion → 3"),
        ("alias.moved", {"Champion": 2}, {"Champion": 3}, "@Champion 2 → 3"),
        ("alias.moved", {"Champion": 3}, {"Champion": 3}, "@Champion stays at 3"),
        ("alias.deleted", {"Champion": 3}, None, "removed @Champion, which pointed at 3"),
        ("tag.set", None, {"auc": "0.83"}, "tagged auc=0.83"),
        ("tag.set", None, {"reviewed": ""}, "tagged reviewed"),
        ("tag.set", {"auc": "0.8"}, {"auc": "0.83"}, "tagged auc: 0.8 → 0.83"),
        ("tag.deleted", {"auc": "0.8"}, None, "removed tag auc=0.8"),
        ("catalog.created", None, {}, "created the catalog"),
        ("model.created", None, {"imported_from": "old.db"}, "imported the model from old.db"),
        ("schema.deleted", {}, None, "deleted the schema"),
        ("model.updated", {"description": None}, {"description": "x"}, "described"),
        ("model.updated", {"description": "x"}, {"description": None}, "removed the description"),
        ("model.updated", {"deployment_job_id": None}, {"deployment_job_id": "7"}, "changed deployment_job_id"),
        ("version.updated", {"pinned": False}, {"pinned": True}, "pinned"),
        ("version.updated", {"pinned": True}, {"pinned": False}, "unpinned"),
        ("model.deprecated", {"deprecated": None}, {"deprecated": {"reason": "old"}}, "deprecated: old"),
        (
            "version.deprecated",
            {},
            {"deprecated": {**FIVE, "model": 1}},
            "deprecated: old, in favour of 5",
        ),
        ("version.deprecated", {}, {"deprecated": {**FIVE, "model": 2}}, "deprecated: old"),
        ("version.undeprecated", {"deprecated": {"reason": "old"}}, {"deprecated": None}, "no longer deprecated"),
        ("link.set", None, {"https://x.org": "endpoint"}, "linked the endpoint https://x.org"),
        ("link.set", {"https://x.org": "app"}, {"https://x.org": "job"}, "linked the job https://x.org"),
        ("link.deleted", {"https://x.org": "app"}, None, "removed the link to the app https://x.org"),
        ("model.renamed", {"name": "prod.ml.old"}, {"name": "prod.ml.fraud"}, "renamed from prod.ml.old"),
        ("model.deleted", {}, None, "moved to the trash"),
        ("model.restored", {"name": "a.b.c"}, {"name": "a.b.d"}, "restored from the trash, where it was a.b.c"),
        ("version.restored", None, {}, "restored from the trash"),
        ("version.purged", {}, None, "removed from the trash for good"),
        ("version.created", None, {"status": "PENDING_REGISTRATION"}, "began to register"),
        ("version.created", None, {"status": "READY", "source": "runs:/1/m"}, "registered from runs:/1/m"),
        ("version.status", {}, {"status": "READY"}, "registered"),
        (
            "version.status",
            {},
            {"status": "FAILED_REGISTRATION", "status_message": "disk full"},
            "could not register: disk full",
        ),
        ("version.stage", {"stage": "None"}, {"stage": "Staging"}, "stage None → Staging"),
        ("registry.repaired", None, {"rebuilt": ["models", "versions"]}, "rebuilt from the log: models, versions"),
        ("registry.repaired", None, None, "repaired"),
        ("registry.restored", None, {"backup": "b.zip"}, "restored the backup b.zip"),
        ("registry.arrived", None, {"from": "modelreg:////r.duckdb"}, "moved here from modelreg:////r.duckdb"),
        ("registry.moved", {"moved_to": None}, {"moved_to": "modelreg:////r"}, "moved to modelreg:////r"),
        ("registry.reopened", {"moved_to": "x"}, {"moved_to": None}, "opened again what had moved away"),
        ("model.polished", None, None, "model.polished"),
    ],
)
def test_what_an_event_did(action: str, before: Change, after: Change, words: str) -> None:
    assert text_of(sentence_of(happened(action, before, after))) == words


def test_what_people_wrote_and_versions_are_parts_of_their_own() -> None:
    parts = sentence_of(happened("alias.moved", {"Champion": 2}, {"Champion": 3}))
    assert [(part.text, part.kind) for part in parts] == [
        ("@Champion", "quoted"),
        (" ", "plain"),
        ("2", "version"),
        (" → ", "plain"),
        ("3", "version"),
    ]
    _, key, _, value = sentence_of(happened("tag.set", None, {"<b>": "🦊" * 90}))
    assert (key.text, key.kind) == ("<b>", "quoted")
    assert (value.text, value.kind) == ("🦊" * 60 + "…", "quoted")


def test_an_undo_says_which_change_it_took_back() -> None:
    event = happened("version.updated", {"pinned": True}, {"pinned": False}, undoes=17)
    assert text_of(told(event).sentence) == "unpinned, undoing 17"
    assert subject_of(event) == "prod.ml.fraud/3"
    assert subject_of(happened("model.deleted", version=None)) == "prod.ml.fraud"


def test_a_page_of_the_log_is_told_as_it_is_read(registry: Registry) -> None:
    for name in ("iris", "wine", "moons"):
        registry.models.create(name)
    first = registry.history.told(limit=2)
    assert [(each.name, text_of(each.sentence)) for each in first] == [
        ("moons", "created the model"),
        ("wine", "created the model"),
    ]
    rest = registry.history.told(limit=2, page_token=first.token)
    assert ([each.name for each in rest], rest.token) == (["iris"], None)
    undone = registry.history.undo()
    assert [text_of(each.sentence) for each in undone.events] == ["created the model"]
