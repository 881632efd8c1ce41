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


def check_rename(model: Model, new_name: str, there: Model | None) -> None:
    """Refuse a name that is taken, `there` being what has it, or one that makes another kind of the model.

    A governed model cannot become a workspace model, nor the other way round. Raises InvalidInput, AlreadyExists.
    """
    if model.governed != is_governed(new_name):
        kind, other = ("governed", "workspace") if model.governed else ("workspace", "governed")
        raise InvalidInput(
            f"{model.name} is a {kind} model and {new_name} would be a {other} one: a rename cannot change that",
            f"copy its versions instead: copy {model.name}/1 {new_name}",
        )
    if there is not None and there.id != model.id:
        raise AlreadyExists(f"model {new_name} already exists", "choose another name, or delete that one first")
