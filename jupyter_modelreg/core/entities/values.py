"""Plain values, and records about the registry as a whole."""

from __future__ import annotations

from dataclasses import dataclass

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, kw_only=True)
class RegistryIdentity:
    """Which registry answers, and on whose behalf."""

    uri: str
    actor: str


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
