"""The signature that a governed model has to have."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import PolicyRefused

_WHY_SIGNATURE = (
    "log it with input_example= or signature=: governed models declare what they take and what they give back"
)


def check_signature(signature: Mapping[str, JsonValue] | None, source: str, name: str) -> None:
    """Unity Catalog: a signature with inputs and outputs is required (`_validate_model_signature` of its store).

    Raises PolicyRefused, which says that `source` cannot become a version of the governed model `name`.
    """
    if not signature or not signature.get("inputs"):
        raise PolicyRefused(f"{source} has no signature, so it cannot become {name}", _WHY_SIGNATURE)
    if not signature.get("outputs"):
        raise PolicyRefused(
            f"the signature of {source} has inputs but no outputs, so it cannot become {name}", _WHY_SIGNATURE
        )
