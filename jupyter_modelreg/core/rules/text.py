"""What any text must be, wherever it comes from: whole characters, and not without end."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import MAX_NAME
from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.references import Reference

# Characters. MLflow sets no limit to them; its SQL schema does, on some databases only.
MAX_TEXT = 100_000  # a description, a reason; as MLflow's limit for the value of a tag
MAX_URI = 10_000  # a source, a link, an id
_LIMITS: Mapping[str, int] = {
    "actor": MAX_NAME,
    "name": MAX_NAME,
    "reason": MAX_TEXT,
    "description": MAX_TEXT,
    "source": MAX_URI,
    "run_id": MAX_URI,
    "run_link": MAX_URI,
    "logged_model_id": MAX_URI,
    "deployment_job_id": MAX_URI,
    "job_id": MAX_URI,
    "url": MAX_URI,
    "filter": MAX_TEXT,
    "statement": 10 * MAX_TEXT,
    "order_by": MAX_URI,
}
# How what is no text is written in Python.
_WRITTEN = {
    "Sequence[Condition]": "[Condition('name', 'CONTAINS', 'fraud')], of jupyter_modelreg.core.query.search",
    "Sequence[Order]": "[Order('created_at', descending=True)], of jupyter_modelreg.core.query.search",
}
# Paths of this machine are bytes, and half a character is how Python writes some of them.
_PATHS = frozenset({"file", "folder", "local_folder"})


def is_whole(text: str) -> bool:
    """Whether `text` holds no lone surrogate: half a character, which bytes that are not UTF-8 become in Python."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def check_whole(what: str, value: object) -> None:
    """Raise InvalidInput when there is half a character anywhere in `value`, the argument called `what`."""
    if isinstance(value, str):
        if not is_whole(value):
            raise InvalidInput(f"{what} holds half a character (a lone surrogate)", "write it in UTF-8")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            check_whole(f"a key of {what}", key)
            check_whole(what, item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            check_whole(what, item)
    elif isinstance(value, Condition | Order | Reference):
        for item in vars(value).values():
            check_whole(what, item)


def check_argument(name: str, value: object) -> None:
    """Raise InvalidInput for an argument of an operation with half a character in it, or one that is too long."""
    if name in _PATHS:
        return
    check_whole(name, value)
    if isinstance(value, str) and name in _LIMITS:
        check_length(name, value, _LIMITS[name])


def check_list(name: str, value: object, kind: str) -> None:
    """Raise InvalidInput where the argument `name`, which is annotated as `kind`, is one text and no list."""
    if isinstance(value, str):
        written = _WRITTEN.get(kind, f"[{value[:60]!r}]")
        raise InvalidInput(f"{name} takes a list, and {value[:60]!r} is one text", f"write {written}")


def check_length(what: str, text: str | None, limit: int) -> None:
    """Raise InvalidInput for a text of more than `limit` characters."""
    if text is not None and len(text) > limit:
        raise InvalidInput(f"{what} is {len(text):,} characters long", f"use at most {limit:,}")
