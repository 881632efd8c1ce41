"""Versions, from the number that is taken first to the files that are taken over, and who may read those."""

from __future__ import annotations

from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, PermissionDenied
from jupyter_modelreg.core.identity.calling import current_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.records import Told, version_info
from jupyter_modelreg.mlflow_app.unity.uploads.allowed import may
from jupyter_modelreg.mlflow_app.unity.uploads.port import Uploads

READ, WRITE = "READ_MODEL_VERSION", "READ_WRITE_MODEL_VERSION"
_WRITES_TOO = "READ_WRITE_MODEL_VERSION is for a version that awaits its files, and for whoever began it"


class Versions:
    """What is asked about versions.

    Args:
        uploads: where their files come in.
    """

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    def create(self, registry: Registry, asked: Asked) -> Told:
        """`POST /models/versions`: a number, and a place for the files."""
        name = asked.model_in_parts("model_name")
        begun = registry.versions.begin(
            name,
            asked.text("source"),
            tags=asked.tags(),
            description=asked.comment(),
            run_id=asked.maybe("run_id") or None,
            logged_model_id=asked.maybe("model_id") or None,
        )
        self._uploads.open(begun)
        return self._told(registry, begun)

    def list(self, registry: Registry, asked: Asked) -> Told:
        """`GET /models/{full_name}/versions`, the newest first; where each is read is told of one alone."""
        limit, token = asked.page()
        found = registry.versions.list(asked.model(), limit=limit, page_token=token)
        return {"model_versions": [version_info(each, None) for each in found], "next_page_token": found.token}

    def get(self, registry: Registry, asked: Asked) -> Told:
        """`GET /models/{full_name}/versions/{version}`."""
        return self._told(registry, registry.versions.get(_reference(asked)), aliases=asked.flag("include_aliases"))

    def by_alias(self, registry: Registry, asked: Asked) -> Told:
        """`GET /models/{full_name}/aliases/{alias}`: the version."""
        found = registry.aliases.get(asked.model(), asked.text("alias"))
        return self._told(registry, found, aliases=asked.flag("include_aliases"))

    def update(self, registry: Registry, asked: Asked) -> Told:
        """`PATCH /models/{full_name}/versions/{version}`."""
        comment = asked.maybe("comment")
        if comment is None:
            raise InvalidInput("the request changes nothing", 'send what is new, as "comment": "…"')
        [found] = registry.versions.describe(_reference(asked), comment or None)
        return self._told(registry, found)

    def delete(self, registry: Registry, asked: Asked) -> None:
        """`DELETE /models/{full_name}/versions/{version}`; what was sent for it goes, too."""
        [gone] = registry.versions.delete(_reference(asked))
        self._uploads.forget(gone)

    def finalize(self, registry: Registry, asked: Asked) -> Told:
        """`PATCH /models/{full_name}/versions/{version}/finalize`: the files are taken over."""
        ready = registry.versions.complete(_reference(asked), self._uploads.sent)
        self._uploads.forget(ready)
        return self._told(registry, ready)

    def credentials(self, registry: Registry, asked: Asked) -> Told:
        """`POST /temporary-model-version-credentials`, to read, or to write what a version awaits."""
        name, operation = asked.model_in_parts("model_name"), asked.text("operation")
        if operation not in (READ, WRITE):
            raise InvalidInput(f"there is no operation {operation[:100]}", f"ask for {READ} or {WRITE}")
        reference = f"{name}/{asked.number('version')}"
        version = registry.versions.get(reference)
        if operation == WRITE:
            if not version.awaits_files:
                raise InvalidInput(f"{version.reference} is {version.status}, and awaits no files", _WRITES_TOO)
            if not self._may_write(registry, version):
                raise PermissionDenied(f"you are not to send the files of {version.reference}", _WRITES_TOO)
            return self._uploads.credentials(registry, version, write=True)
        if version.status != "READY":
            raise InvalidInput(f"{version.reference} is {version.status}, and has no files", version.status_message)
        return self._uploads.credentials(registry, version, write=False)

    def _told(self, registry: Registry, version: Version, *, aliases: bool = False) -> Told:
        place = None
        if version.status == "READY":
            place = self._uploads.readable(registry, version)
        elif version.awaits_files and self._may_write(registry, version):
            place = self._uploads.place(version)
        return version_info(version, place, aliases=aliases)

    def _may_write(self, registry: Registry, version: Version) -> bool:
        caller = current_caller()
        if version.created_by != registry.actor or (caller is not None and caller.read_only):
            return False
        return may(registry, "versions.complete", version)


def _reference(asked: Asked) -> str:
    return f"{asked.model()}/{asked.number('version')}"
