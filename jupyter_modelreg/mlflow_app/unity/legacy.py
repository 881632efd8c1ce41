"""Stage requests and comments as Databricks' workspace registry has them, which its SDK and older scripts speak.

A request is one of the registry's own. Governed models have aliases in the place of stages: there `stage` is the alias
that is asked for. Source: docs.databricks.com/api/model-registry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.discussion.records import ToldComment, ToldRequest
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import ArchivingRefused, NotFound
from jupyter_modelreg.core.names import canonical_stage, is_governed
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.records import Told, tag_list

_ACTIONS: Mapping[str, str] = {
    "approve": "APPROVE_TRANSITION_REQUEST",
    "reject": "REJECT_TRANSITION_REQUEST",
    "cancel": "CANCEL_TRANSITION_REQUEST",
    "edit": "EDIT_COMMENT",
    "delete": "DELETE_COMMENT",
}
_ACTIVE = ("Staging", "Production")
# What Databricks calls what is granted here, the strongest first.
_LEVELS: Sequence[tuple[str, frozenset[str]]] = (
    ("CAN_MANAGE", frozenset({"MANAGE", "OWNER"})),
    ("CAN_EDIT", frozenset({"APPLY TAG", "CREATE MODEL VERSION", "ALL PRIVILEGES"})),
)


def create_request(registry: Registry, asked: Asked) -> Told:
    """`POST /transition-requests/create`."""
    reference, stage, why = _reference(asked), asked.text("stage"), asked.comment()
    ask = registry.requests.alias if is_governed(asked.text("name")) else registry.requests.stage
    return {"request": _request(ask(reference, stage, reason=why), "REQUESTED_TRANSITION")}


def list_requests(registry: Registry, asked: Asked) -> Told:
    """`GET /transition-requests/list`: the open ones."""
    found = registry.requests.list(_reference(asked))
    return {"requests": [_request(each, "REQUESTED_TRANSITION") for each in found if each.kind != "access"]}


def approve_request(registry: Registry, asked: Asked) -> Told:
    """`POST /transition-requests/approve`; what is in that stage is archived where that is asked for."""
    archive = asked.flag("archive_existing_versions")
    found = _open(registry, asked, "approve")
    if archive and found.stage not in _ACTIVE:
        raise ArchivingRefused(f"{found.wish} cannot archive what is there", f"only {' and '.join(_ACTIVE)} do")
    done = registry.requests.approve(found.id, reason=asked.comment())
    if archive and done.state == "approved":
        there = [Condition("name", "=", found.name), Condition("stage", "=", str(found.stage))]
        for other in registry.versions.search(there):
            if other.version != found.version:
                registry.versions.transition(other.name, other.version, "Archived", reason=asked.comment())
    return {"activity": _request(done, "APPROVED_REQUEST")}


def reject_request(registry: Registry, asked: Asked) -> Told:
    """`POST /transition-requests/reject`; the comment says why, and has to be there."""
    found = _open(registry, asked, "reject")
    return {"activity": _request(registry.requests.reject(found.id, reason=asked.comment()), "REJECTED_REQUEST")}


def delete_request(registry: Registry, asked: Asked) -> Told:
    """`DELETE /transition-requests/delete`: the request of `creator`, which nobody else takes back."""
    found = _open(registry, asked, "cancel", asked.text("creator"))
    return {"activity": _request(registry.requests.cancel(found.id, reason=asked.comment()), "CANCELLED_REQUEST")}


def transition(registry: Registry, asked: Asked) -> Told:
    """`POST /databricks/model-versions/transition-stage`."""
    moved = registry.versions.transition(
        asked.text("name"),
        asked.number("version"),
        asked.text("stage"),
        archive_existing=asked.flag("archive_existing_versions"),
        reason=asked.comment(),
    )
    return {"model_version_databricks": _version(registry, moved)}


def get_model(registry: Registry, asked: Asked) -> Told:
    """`GET /databricks/registered-models/get`."""
    model = registry.models.get(asked.text("name"))
    latest = registry.versions.latest([model])[model.id]
    told: Told = {
        "id": str(model.id),
        "name": model.name,
        "description": model.description,
        "user_id": model.owner,
        "creation_timestamp": model.created_at,
        "last_updated_timestamp": model.updated_at,
        "tags": tag_list(model.tags),
        "permission_level": _level(registry, model.name),
        "latest_versions": [_version(registry, each) for each in latest],
    }
    return {"registered_model_databricks": told}


def create_comment(registry: Registry, asked: Asked) -> Told:
    """`POST /comments/create`."""
    return {"comment": _comment(registry.comments.add(_reference(asked), asked.text("comment")))}


def update_comment(registry: Registry, asked: Asked) -> Told:
    """`PATCH /comments/update`."""
    return {"comment": _comment(registry.comments.edit(asked.number("id"), asked.text("comment")))}


def delete_comment(registry: Registry, asked: Asked) -> Told:
    """`DELETE /comments/delete`."""
    registry.comments.delete(asked.number("id"))
    return {}


def _reference(asked: Asked) -> str:
    return f"{asked.text('name')}/{asked.number('version')}"


def _open(registry: Registry, asked: Asked, action: str, creator: str | None = None) -> ToldRequest:
    """The request that is meant: of several that ask for the same, the oldest, and one that the caller may decide.

    Raises NotFound.
    """
    reference, stage = _reference(asked), asked.text("stage")
    wanted = stage if is_governed(asked.text("name")) else canonical_stage(stage)
    found = [
        each
        for each in reversed(registry.requests.list(reference))
        if wanted in (each.alias, each.stage) and creator in (None, each.author)
    ]
    if not found:
        raise NotFound(f"nobody has asked for {reference} to be {wanted}", "transition-requests/list has what is open")
    return next((each for each in found if action in each.actions), found[0])


def _request(told: ToldRequest, activity: str) -> Told:
    before = told.seen.get("stage") if told.kind == "stage" else told.seen.get("version")
    return _activity(
        told.id,
        activity,
        user_id=told.author if told.decided_by is None else told.decided_by,
        creation_timestamp=told.created_at if told.decided_at is None else told.decided_at,
        last_updated_timestamp=told.created_at if told.decided_at is None else told.decided_at,
        comment=told.reason if told.decided_by is None else told.decision_reason,
        from_stage=None if before is None else str(before),
        to_stage=told.stage or told.alias,
        available_actions=[_ACTIONS[each] for each in told.actions],
    )


def _comment(told: ToldComment) -> Told:
    return _activity(
        told.id,
        "NEW_COMMENT",
        user_id=told.author,
        creation_timestamp=told.created_at,
        last_updated_timestamp=told.updated_at,
        comment=told.text,
        available_actions=[_ACTIONS[each] for each in told.actions],
    )


def _activity(number: int, activity: str, **told: JsonValue) -> Told:
    """The one shape that requests, comments and activities have."""
    found: Told = {"id": str(number), "activity_type": activity, **told}
    return {name: value for name, value in found.items() if value is not None}


def _version(registry: Registry, version: Version) -> Told:
    asked = [each for each in registry.requests.list(version.reference) if each.kind != "access"]
    told: Told = {
        "name": version.name,
        "version": str(version.version),
        "current_stage": version.stage,
        "description": version.description,
        "user_id": version.created_by,
        "creation_timestamp": version.created_at,
        "last_updated_timestamp": version.updated_at,
        "source": version.source,
        "run_id": version.run_id,
        "status": version.status,
        "tags": tag_list(version.tags),
        "permission_level": _level(registry, version.name),
        "open_requests": [_request(each, "REQUESTED_TRANSITION") for each in asked],
    }
    return {name: value for name, value in told.items() if value is not None}


def _level(registry: Registry, name: str) -> str:
    held = {each.privilege for each in registry.grants.effective(name, kind="model")}
    return next((level for level, some in _LEVELS if held & some), "CAN_READ")
