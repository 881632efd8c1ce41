"""What the source of a version may be."""

from __future__ import annotations

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.redact import without_credentials


def check_source_text(source: str) -> None:
    """Refuse a source with a password, key or signature in it, which the log would keep for good.

    Raises InvalidInput, which does not repeat it.
    """
    plain = without_credentials(source)
    if plain != source:
        raise InvalidInput(
            f"the source {plain} was given with a password, key or signature, and the activity log never forgets",
            "leave it out, and let MLflow find it in the environment (AWS_ACCESS_KEY_ID, AZURE_STORAGE_ACCESS_KEY, …)",
        )
