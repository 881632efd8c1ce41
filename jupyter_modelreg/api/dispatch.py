"""From a message to the registry and back: the way every remote host takes. Any thread may come through it."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from jupyter_modelreg.api.operations import OPERATIONS, Operation
from jupyter_modelreg.api.wire import decode_params, encode, encode_result
from jupyter_modelreg.core.context import noting_units
from jupyter_modelreg.core.entities.values import JsonValue, RegistryIdentity
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, ReadOnly, RegistryError
from jupyter_modelreg.core.progress import Cancelled, Listener, Progress, listening
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.text import check_argument

Envelope = dict[str, JsonValue]
OnProgress = Callable[[Envelope], None]

DEFAULT_PAGE = 100
MAX_PAGE = 1000

logger = logging.getLogger(__name__)
_WHERE_TO_LOOK = "its traceback is in the log of the Jupyter server, or of the kernel, that answered"


def find_operation(name: object) -> Operation:
    """The operation called `name`. Raises NotFound for an unknown one, InvalidInput for one that does not travel."""
    found = OPERATIONS.get(name) if isinstance(name, str) else None
    if found is None:
        close = difflib.get_close_matches(str(name), OPERATIONS, n=2)
        raise NotFound.named("operation", str(name), close, "update jupyter_modelreg and reload the page")
    if found.local_only is not None:
        raise InvalidInput(
            f"{found.name} can only be called from Python: {found.local_only}", f"registry.{found.name}(…)"
        )
    return found


def dispatch(
    registry: Registry,
    op: object,
    params: object,
    *,
    as_of: object = None,
    writable: bool = True,
    whole: bool = False,
    on_progress: OnProgress | None = None,
) -> JsonValue:
    """Call operation `op` with the JSON object `params`; returns its result as JSON.

    With `as_of`, epoch milliseconds or a time as people write it, what only reads is answered as the registry was then.
    A list comes in pages of 100 unless `limit` says otherwise, and of 1,000 at most; with `whole`, one without pages is
    as long as the caller says, as there is no way to the rest of it. `on_progress` hears how far a long
    operation has come, as `{"progress": {"what", "done", "total", "unit"}}`, from any thread; it may raise Cancelled.
    Raises ReadOnly for a write when `writable` is False, InvalidState for one with `as_of`, InvalidInput, NotFound, and
    what `Registry.as_of` and the operation raise.
    """
    operation = find_operation(op)
    if as_of is not None:
        registry = _as_of(registry, operation, as_of)
    if operation.writes:
        check_writable(operation.name, writable)
    arguments = decode_params(operation, params)
    if operation.pages or not whole:
        arguments = _paged(operation, arguments)
    topic = registry if operation.topic == "registry" else getattr(registry, operation.topic)
    with listening(on_progress and telling(operation.name, on_progress)):
        result = getattr(topic, operation.verb)(**arguments)
    if isinstance(result, RegistryIdentity) and not writable:  # which the registry itself does not know
        result = replace(result, read_only=True)
    return encode_result(operation, result)


def _as_of(registry: Registry, operation: Operation, time: object) -> Registry:
    if operation.writes:
        raise InvalidState(
            f"{operation.name} changes the registry, and nothing changes what it was",
            "leave out as_of: that means today",
        )
    if isinstance(time, bool) or not isinstance(time, int | str):
        raise InvalidInput("as_of must be a time", "write it as 2026-03-01 14:00, or in epoch milliseconds")
    check_argument("as_of", time)
    return registry.as_of(time)


def check_writable(what: str, writable: bool) -> None:
    """Raises ReadOnly for `what`, a change, where nothing may be changed."""
    if not writable:
        raise ReadOnly(
            f"changes are switched off here, so {what} was refused",
            "use %modelreg in a notebook, or ask whoever runs this server",
        )


def answer(
    registry: Registry, message: object, *, writable: bool = True, on_progress: OnProgress | None = None
) -> Envelope:
    """The answer to `{"id", "op", "params"}`, with the same id; `as_of` in it is what `dispatch` takes. Never raises.

    `on_progress` hears of a long operation, before its answer, as `{"id", "progress": {…}}` with what `dispatch` tells.
    """
    asked = message if isinstance(message, Mapping) else {}
    op, asked_id = asked.get("op"), asked.get("id")
    tell = on_progress and (lambda news: on_progress({"id": asked_id, **news}))
    params, as_of = asked.get("params", {}), asked.get("as_of")
    call = partial(dispatch, registry, op, params, as_of=as_of, writable=writable, on_progress=tell)
    return {"id": asked_id, **outcome(str(op), call)}


def outcome(what: str, call: Callable[[], JsonValue]) -> Envelope:
    """`call`'s result or error in an envelope; `what` names it in the log. Never raises.

    `{"ok": true, "result": …}`, or `{"ok": false, "error": {"code", "message", "hint"}}`. The former has what
    `history.undo` takes to take it back, as `unit`, when it changed something.
    """
    try:
        with noting_units() as units:
            result = call()
        return {"ok": True, "result": result, **({"unit": units[-1]} if units else {})}
    except RegistryError as error:
        return failure(error.code, error.message, error.hint)
    except Cancelled:
        return failure("CANCELLED", f"{what} was stopped", None)
    except Exception as error:
        logger.exception("%s failed", what)
        return failure(RegistryError.code, f"{what} failed: {type(error).__name__}: {error}", _WHERE_TO_LOOK)


def failure(code: str, message: str, hint: str | None) -> Envelope:
    """The envelope of an error."""
    return {"ok": False, "error": {"code": code, "message": message, "hint": hint}}


def telling(what: str, on_progress: OnProgress) -> Listener:
    """Tells `on_progress` how far `what` has come, until that fails: the work goes on all the same.

    Only Cancelled stops it.
    """
    gone = False

    def tell(progress: Progress) -> None:
        nonlocal gone
        if gone:
            return
        try:
            on_progress({"progress": encode(progress)})
        except Cancelled:
            raise
        except Exception:
            gone = True
            logger.exception("nobody can be told how far %s has come", what)

    return tell


def _paged(operation: Operation, arguments: dict[str, object]) -> dict[str, object]:
    if not any(parameter.name == "limit" for parameter in operation.parameters):
        return arguments
    limit = arguments.get("limit")
    if limit is None:
        limit = DEFAULT_PAGE
    if not isinstance(limit, int) or not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"{operation.name}: limit must be from 1 to {MAX_PAGE:,}, not {limit}", "ask page by page")
    return {**arguments, "limit": limit}
