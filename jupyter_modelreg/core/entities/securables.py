"""What a privilege can be granted on: the registry, catalogs, schemas and models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue

# MLflow marks a prompt, which it keeps in the model tables, by this tag.
PROMPT_TAG = "mlflow.prompt.is_prompt"
# The group that every principal belongs to (Unity Catalog).
EVERYBODY = "account users"

Grants = Mapping[str, Sequence[str]]
"""The privileges that are granted on one securable, by principal; one without any is left out."""

Policies = Mapping[str, Mapping[str, JsonValue]]
"""The policies on one securable, by name; see `core.governance.records.Policy`."""


def is_prompt(tags: Mapping[str, str]) -> bool:
    """Whether these tags make a model or version a prompt (MLflow: `_update_query_to_exclude_prompts`)."""
    return tags.get(PROMPT_TAG) == "true"


Level = Literal["registry", "catalog", "schema", "model"]
"""What a securable is."""


@dataclass(frozen=True, kw_only=True)
class Root:
    """The registry itself: what is above all catalogs, and above the workspace models.

    There is one of it, whose id is 0, before anything has happened. As long as nobody has changed its grants
    everybody may do everything.

    Attributes:
        owner: who administers the registry; None for whoever has made it: the actor of the first event.
        grants: what is granted on the registry, and so on everything in it.
        groups: the principals in each group, which may be groups.
        tag_policies: what tags may be and who may set them, by key; see `core.governance.tags`.
        policies: those on the registry, and so on everything in it, by name; see `core.governance.effective`.
        searches: those that are saved, by name; see `core.searches`.
        users: whom a server lets in, by name; see `core.identity.records`.
        passwords: what is kept of their passwords, by name; see `core.identity.secrets`. They are beside the log.
        policed: whether there has ever been a policy on anything: as long as there has not, nobody looks for any.
        moved_to: the URI of the place that the registry has moved to; None where it has not, and goes on here.
    """

    id: int = 0
    name: str = "registry"
    owner: str | None = None
    grants: Grants = field(default_factory=lambda: {EVERYBODY: ["ALL PRIVILEGES", "MANAGE"]})
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tag_policies: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    policies: Policies = field(default_factory=dict)
    policed: bool = False
    searches: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    moved_to: str | None = None
    users: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def open(self) -> bool:
        """Whether everybody may do everything."""
        granted = self.grants.get(EVERYBODY, ())
        return "ALL PRIVILEGES" in granted and "MANAGE" in granted


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
    grants: Grants = field(default_factory=dict)
    policies: Policies = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Catalog(Securable):
    """The first part of a three-level name."""


@dataclass(frozen=True, kw_only=True)
class Schema(Securable):
    """The second part of a three-level name; `name` is `catalog.schema`."""

    catalog_id: int


@dataclass(frozen=True, kw_only=True)
class RetiredName:
    """A name that a governed model has had and left, with the highest version number used under it."""

    id: int
    name: str
    highest: int


@dataclass(frozen=True, kw_only=True)
class Model(Securable):
    """A registered model. `name` is the full name; `schema_id` is None for a workspace model.

    `latest` is the number of the newest version in each stage, in the order in which the stages were first used,
    which is that of the lowest version in each. What is in the trash does not count. It is the registry's own, and
    does not travel. `deprecated` says why it is not to be used any more, and what instead; None where nobody says so;
    see `core.catalog.lookup.deprecation_of`. `browse_only`: the actor may know that the model is there, and nothing
    else is told of it than its name, owner and description; it is not stored.
    """

    schema_id: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, int] = field(default_factory=dict)
    latest: Mapping[str, int] = field(default_factory=dict)
    last_version: int = 0
    deployment_job_id: str | None = None
    deprecated: Mapping[str, JsonValue] | None = None
    deleted_at: int | None = None
    browse_only: bool = False

    @property
    def governed(self) -> bool:
        """Whether Unity Catalog's rules apply (three-part name) rather than plain MLflow's."""
        return self.schema_id is not None

    @property
    def is_prompt(self) -> bool:
        """Whether MLflow keeps a prompt, not a model, under this name."""
        return is_prompt(self.tags)


AnySecurable = Root | Catalog | Schema | Model
_LEVELS: Mapping[type, Level] = {Root: "registry", Catalog: "catalog", Schema: "schema", Model: "model"}


def level_of(securable: AnySecurable) -> Level:
    """What a securable is."""
    return _LEVELS[type(securable)]
