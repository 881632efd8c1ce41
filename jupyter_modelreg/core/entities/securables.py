"""What a privilege can be granted on: catalogs, schemas and models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# MLflow marks a prompt, which it keeps in the model tables, by this tag.
PROMPT_TAG = "mlflow.prompt.is_prompt"


def is_prompt(tags: Mapping[str, str]) -> bool:
    """Whether these tags make a model or version a prompt (MLflow: `_update_query_to_exclude_prompts`)."""
    return tags.get(PROMPT_TAG) == "true"


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
class RetiredName:
    """A name that a governed model has had and left, with the highest version number used under it."""

    id: int
    name: str
    highest: int


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
        return is_prompt(self.tags)
