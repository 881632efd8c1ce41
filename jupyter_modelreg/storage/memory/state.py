"""What a registry in memory holds."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Root, Schema
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.query.evaluation import Candidate
from jupyter_modelreg.core.query.visibility import Visibility


@dataclass
class State:
    """Everything a registry holds, by id; records themselves are never changed."""

    root: dict[int, Root] = field(default_factory=lambda: {0: Root()})
    catalogs: dict[int, Catalog] = field(default_factory=dict)
    schemas: dict[int, Schema] = field(default_factory=dict)
    models: dict[int, Model] = field(default_factory=dict)
    keys: dict[int, str | None] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    files: dict[int, dict[str, FileEntry]] = field(default_factory=dict)
    usage: dict[tuple[int, str, str | None, str], UsageDay] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    requests: dict[int, Request] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    retired_names: dict[str, RetiredName] = field(default_factory=dict)

    def copy(self) -> State:
        """A state to change while others look at this one."""
        made = State(**{name: copy(value) for name, value in vars(self).items()})
        made.files = {version_id: dict(files) for version_id, files in self.files.items()}
        return made

    def forget_said(self, model_id: int, number: int | None = None) -> None:
        """Remove what was said of a version, or of a model and its versions."""
        for each in list(self.comments.values()):
            if each.model_id == model_id and number in (None, each.version):
                del self.comments[each.id]
        for request in list(self.requests.values()):
            about = request.subject, request.subject_id
            if about == ("model", model_id) and number in (None, request.version):
                del self.requests[request.id]

    def named(self, version: Version) -> Version:
        """A version with what its model says of it."""
        model = self.models.get(version.model_id)
        if model is None:
            return version
        aliases = tuple(alias for alias, number in model.aliases.items() if number == version.version)
        return replace(version, name=model.name, aliases=aliases)

    def candidate(self, model: Model, version: Version | None, sought: Model | Version) -> Candidate:
        """What the conditions of a search are asked about."""
        used = [each.last_used_at for each in self.usage.values() if version and each.version_id == version.id]
        number = None if isinstance(sought, Model) else sought.version
        said = [
            each.text
            for each in self.comments.values()
            if each.model_id == model.id and each.deleted_at is None and number in (None, each.version)
        ]
        return Candidate(
            model=model, version=version, sought=sought, last_used_at=max(used, default=None), comments=said
        )

    def in_sight(self, version: Version) -> bool:
        """Whether neither a version nor its model is in the trash."""
        model = self.models.get(version.model_id)
        return version.deleted_at is None and model is not None and model.deleted_at is None

    def shows(self, visible: Visibility, model: Model) -> bool:
        """Whether a model is `visible`."""
        schema = self.schemas.get(model.schema_id) if model.schema_id is not None else None
        return visible.shows(model, schema.catalog_id if schema else None)

    def stages(self, model_id: int) -> dict[str, int]:
        """The highest number in each stage, by the lowest."""
        found = [each for each in self.versions.values() if each.model_id == model_id and each.deleted_at is None]
        found.sort(key=lambda version: version.version)
        return {each.stage: each.version for each in found}
