"""What a model may be called once there are others, and once it has a name."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_modelreg.core.entities.securables import Model, is_prompt
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput
from jupyter_modelreg.core.names import is_governed


def check_name_free(existing: Model | None, tags: Mapping[str, str]) -> None:
    """Refuse a new model, or prompt, as its `tags` say, under a name that is taken. Raises AlreadyExists."""
    if existing is None:
        return
    wanted = "prompt" if is_prompt(tags) else "model"
    there = "prompt" if existing.is_prompt else "model"
    if wanted == there:
        raise AlreadyExists(f"{wanted} {existing.name} already exists", "register a new version of it instead")
    raise AlreadyExists(f"{existing.name} is the name of a {there}, so no {wanted} can have it", "choose another name")


def check_kind_kept(model: Model, new_name: str) -> None:
    """Refuse a rename that would make a governed model a workspace model, or the other way round.

    Raises InvalidInput.
    """
    if model.governed == is_governed(new_name):
        return
    kind, other = ("governed", "workspace") if model.governed else ("workspace", "governed")
    raise InvalidInput(
        f"{model.name} is a {kind} model and {new_name} would be a {other} one: a rename keeps the kind",
        f"copy its versions instead: copy {model.name}/1 {new_name}",
    )
