"""Who may do what. Every unit of work asks here before it changes anything."""

from __future__ import annotations

from jupyter_modelreg.core.entities.securables import Securable


def check_privilege(actor: str, action: str, securable: Securable | None) -> None:
    """Raise when `actor` may not do `action`, an operation like `aliases.set`, to `securable`.

    None stands for the registry itself. So far everybody may do everything: this is where privileges go.
    """
