"""The signature that a governed model takes, unless a policy says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.values import ChangeWarning, JsonValue
from jupyter_modelreg.core.errors import PolicyRefused
from jupyter_modelreg.core.rules.signature import check_signature


def check_incoming(
    context: Context, signature: Mapping[str, JsonValue] | None, source: str, name: str
) -> tuple[ChangeWarning, ...]:
    """Refuse what has no whole signature as a version of the governed model `name`; returns what to warn of.

    The policy `signature-required`, which is in force where nobody has put another one of that name, says whether it is
    refused. Raises PolicyRefused.
    """
    try:
        check_signature(signature, source, name)
    except PolicyRefused as error:
        mode = _mode(context, name)
        if mode == "prevent":
            raise
        message = f"{error.message.partition(', so it cannot')[0]}, which {name} asks for"
        return (ChangeWarning(kind="policy", message=message, hint=error.hint),) if mode == "warn" else ()
    return ()


def _mode(context: Context, name: str) -> str:
    from jupyter_modelreg.core.governance.effective import SIGNATURE, of_model  # which few registrations need

    with context.read() as tx:
        return of_model(tx, name)[SIGNATURE].mode
