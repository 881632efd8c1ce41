"""Names and references, and the rules they obey.

A name of exactly three non-empty parts, `catalog.schema.model`, is governed; anything else MLflow accepts
names a workspace model. Sources: MLflow: mlflow/utils/validation.py; Unity Catalog: `[a-zA-Z0-9_@-]+`, 1-255
per part, here without `@`, since a reference splits at it.
"""

from __future__ import annotations

import posixpath
import re

from jupyter_modelreg.core.errors import InvalidInput

STAGES = ("None", "Staging", "Production", "Archived")

_PART = re.compile(r"[a-zA-Z0-9_-]{1,255}")
_ALIAS = re.compile(r"[\w\-]+")
_SEARCH = re.compile(r"[\w.\-]+")
_RESERVED_ALIAS = re.compile(r"[vV]\d+")
_MAX_ALIAS = 255
# Characters of a workspace model's name, which MLflow leaves to the database (SQLite: no limit; others: 256).
MAX_NAME = 1000
_LATEST = "latest"


def is_governed(name: str) -> bool:
    """Whether `name` is a three-part name, which puts the model under Unity Catalog's rules."""
    parts = name.split(".")
    return len(parts) == 3 and all(parts)


def namespace_of(name: str) -> str:
    """`prod.ml_team` of `prod.ml_team.fraud`. `name` must be governed."""
    return name.rpartition(".")[0]


def check_model_name(name: str | None) -> str:
    """Return `name` if a model may be called so; raise InvalidInput otherwise."""
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput("a model needs a name", "write one like fraud, or prod.ml_team.fraud")
    if len(name) > MAX_NAME:
        raise InvalidInput(f"model name {name[:20]!r}… is {len(name):,} characters long", f"use at most {MAX_NAME:,}")
    if "/" in name or ":" in name:
        raise InvalidInput(
            f"model name {name!r} holds '/' or ':', which separate versions and schemes in a models:/ URI",
            "use letters, digits, '_' or '-'",
        )
    if _path_not_unique(name):
        raise InvalidInput(f"model name {name!r} reads as a path", "leave out '.' and '..' as whole names")
    if is_governed(name):
        for part, kind in zip(name.split("."), ("catalog", "schema", "model"), strict=True):
            check_part(part, kind)
    return name


def check_part(part: str, kind: str) -> str:
    """Return `part` if a catalog, schema or governed model may be called so; raise InvalidInput otherwise."""
    if not _PART.fullmatch(part):
        raise InvalidInput(
            f"{kind} name {part!r} is not allowed",
            "use 1 to 255 letters, digits, '_' or '-'",
        )
    return part


def check_namespace(namespace: str) -> tuple[str, str]:
    """Split `catalog.schema` into its two checked parts; raise InvalidInput when it is not two parts."""
    catalog, dot, schema = namespace.partition(".")
    if not dot or "." in schema:
        raise InvalidInput(f"{namespace!r} is not a schema", "name it catalog.schema, like prod.ml_team")
    return check_part(catalog, "catalog"), check_part(schema, "schema")


def check_alias(alias: str | None) -> str:
    """Return `alias` if it can be asked for; raise InvalidInput otherwise (MLflow: `_validate_model_alias_name`)."""
    if not isinstance(alias, str) or not alias:
        raise InvalidInput("an alias needs a name", "write one like Champion")
    if not _ALIAS.fullmatch(alias):
        raise InvalidInput(f"alias {alias!r} is not allowed", "use letters, digits, '_' or '-'")
    if len(alias) > _MAX_ALIAS:
        raise InvalidInput(f"alias {alias[:20]}… is {len(alias)} characters long", f"use at most {_MAX_ALIAS}")
    return alias


def check_settable_alias(alias: str | None) -> str:
    """Return `alias` if it can be set; `latest` and `v3` are reserved (MLflow)."""
    checked = check_alias(alias)
    if is_latest(checked):
        raise InvalidInput(
            "alias 'latest' is reserved: it always means the highest version",
            "choose another name, like Champion",
        )
    if _RESERVED_ALIAS.fullmatch(checked):
        raise InvalidInput(
            f"alias {checked!r} is reserved: it reads as a version number",
            "choose a name, like Champion",
        )
    return checked


def is_latest(alias: str) -> bool:
    """Whether `alias` is the reserved `latest`, in any case."""
    return alias.lower() == _LATEST


def check_search_name(name: str | None) -> str:
    """Return `name` if a search can be saved so; raise InvalidInput otherwise."""
    if not isinstance(name, str) or not name:
        raise InvalidInput("a saved search needs a name", "write one like at-risk")
    if not _SEARCH.fullmatch(name):
        raise InvalidInput(f"the name {name[:60]!r} of a search is not allowed", "use letters, digits, '_', '-' or '.'")
    if len(name) > _MAX_ALIAS:
        raise InvalidInput(
            f"the name {name[:20]}… of a search is {len(name)} characters long", f"use at most {_MAX_ALIAS}"
        )
    return name


def canonical_stage(stage: str) -> str:
    """`production` -> `Production`; raise InvalidInput for anything that is not a stage (MLflow)."""
    for known in STAGES:
        if stage.lower() == known.lower():
            return known
    raise InvalidInput(f"{stage!r} is not a stage", f"use one of {', '.join(STAGES)}")


def check_tag_key(key: str | None, *, limit: int | None = 250) -> str:
    """Return `key` if a tag may be called so; raise InvalidInput otherwise (MLflow: `_validate_tag_name`).

    `limit` is the most characters it may have; None to leave its length alone.
    """
    if not isinstance(key, str):
        raise InvalidInput("a tag needs a key", "write it as key=value")
    if not re.fullmatch(r"[/\w.\- :]*", key) or _path_not_unique(key):
        raise InvalidInput(f"tag key {key!r} is not allowed", "use letters, digits, '_', '-', '.', ' ', ':' or '/'")
    if limit is not None and len(key) > limit:
        raise InvalidInput(f"tag key {key[:20]}… is {len(key)} characters long", f"use at most {limit}")
    return key


def check_tag_value(key: str, value: str | None) -> str:
    """Return `value` if a tag may hold it; raise InvalidInput otherwise (MLflow: at most 100,000 characters)."""
    if value is None:
        raise InvalidInput(f"tag {key} has no value", f"write {key}=value, or remove it with untag")
    if not isinstance(value, str):
        raise InvalidInput(f"the value of tag {key} is a {type(value).__name__}, not text", "turn it into a string")
    if len(value) > 100_000:
        raise InvalidInput(f"the value of tag {key} is {len(value):,} characters long", "use at most 100,000")
    return value


def _path_not_unique(name: str) -> bool:
    normal = posixpath.normpath(name)
    return normal != name or normal == "." or normal.startswith(("..", "/"))
