"""What the registry holds, as plain immutable records.

Times are UTC epoch milliseconds. `created_by` and `updated_by` are actors; `owner` is the principal who owns
the securable (Unity Catalog: the creator becomes the owner).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Status = Literal["PENDING_REGISTRATION", "FAILED_REGISTRATION", "READY"]

# MLflow marks a prompt, which it keeps in the model tables, by this tag.
PROMPT_TAG = "mlflow.prompt.is_prompt"


@dataclass(frozen=True, kw_only=True)
class Securable:
    """What every named thing in the registry has."""

    id: int
    name: str
    description: str | None = None
    owner: str
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str


@dataclass(frozen=True, kw_only=True)
class Catalog(Securable):
    """The first part of a three-level name."""


@dataclass(frozen=True, kw_only=True)
class Schema(Securable):
    """The second part of a three-level name; `name` is `catalog.schema`."""

    catalog_id: int


@dataclass(frozen=True, kw_only=True)
class Model(Securable):
    """A registered model. `name` is the full name; `schema_id` is None for a workspace model.

    `latest` is the number of the newest version in each stage, in the order in which the stages were first used, which
    is that of the lowest version in each. What is in the trash does not count. It is the registry's own, and does not
    travel.
    """

    schema_id: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, int] = field(default_factory=dict)
    latest: Mapping[str, int] = field(default_factory=dict)
    last_version: int = 0
    deployment_job_id: str | None = None
    deleted_at: int | None = None

    @property
    def governed(self) -> bool:
        """Whether Unity Catalog's rules apply (three-part name) rather than plain MLflow's."""
        return self.schema_id is not None

    @property
    def is_prompt(self) -> bool:
        """Whether MLflow keeps a prompt, not a model, under this name."""
        return self.tags.get(PROMPT_TAG, "false").lower() == "true"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of the logged model a version was made from; `timestamp` in epoch milliseconds."""

    key: str
    value: float
    timestamp: int
    step: int = 0


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One file of a version: POSIX path below the version's folder, size in bytes, SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a model.

    `source` is what the caller registered; `location` is where the files are read from (a managed folder for
    a governed version). `managed` says whether the registry keeps the files itself; `size` is their total in bytes.
    """

    id: int
    model_id: int
    name: str
    version: int
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None
    stage: str = "None"
    source: str | None = None
    location: str | None = None
    run_id: str | None = None
    run_link: str | None = None
    logged_model_id: str | None = None
    params: Mapping[str, str] | None = None
    metrics: tuple[Metric, ...] | None = None
    signature: Mapping[str, JsonValue] | None = None
    managed: bool = False
    size: int | None = None
    status: Status = "READY"
    status_message: str | None = None
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    deleted_at: int | None = None

    @property
    def files_uri(self) -> str:
        """Where the files are said to be; of a governed version the registry itself knows better."""
        return self.location or self.source or ""

    @property
    def reference(self) -> str:
        """`model/3`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the activity log.

    `hash` is the SHA-256 over this line and the hash of the line before, so that an altered or missing
    line shows. `subject_id` is the id of the catalog, schema, model or webhook concerned; `version` the number
    of the version, when one is.
    """

    seq: int
    time: int
    actor: str
    action: str
    subject: str
    subject_id: int
    name: str
    version: int | None = None
    before: Mapping[str, JsonValue] | None = None
    after: Mapping[str, JsonValue] | None = None
    reason: str | None = None
    hash: str


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A webhook as MLflow's client knows it; `secret` is stored encrypted and never logged.

    `events` are `entity.action` pairs in MLflow's spelling, for example `("model_version", "created")`.
    """

    id: int
    webhook_id: str
    name: str
    url: str
    events: tuple[tuple[str, str], ...]
    description: str | None = None
    status: str = "ACTIVE"
    secret: str | None = None
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    deleted_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class RegistryStatus:
    """A glance at the whole registry; counts leave out what is in the trash."""

    uri: str
    actor: str
    catalogs: int
    schemas: int
    governed_models: int
    workspace_models: int
    versions: int
    events: int
    database_bytes: int
    file_bytes: int


@dataclass(frozen=True, kw_only=True)
class LoggedModelInfo:
    """A model logged with MLflow, as something to register; `uri` is the source to register it by.

    `has_signature` is None where that is not known without fetching its files.
    """

    uri: str
    name: str
    model_id: str
    run_id: str | None
    run_name: str | None
    experiment: str
    created_at: int
    has_signature: bool | None


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run of MLflow: who made what when, and where.

    `notebook` is the path of the notebook it ran in, `source_name` the file or notebook MLflow noted, `url` the page of
    the run in MLflow's own UI, when there is a server.
    """

    run_id: str
    name: str
    experiment: str
    status: str
    user: str | None
    start_time: int | None
    end_time: int | None
    notebook: str | None
    source_name: str | None
    git_commit: str | None
    url: str | None
