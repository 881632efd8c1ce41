"""What an actor may see of a registry, for what reads its tables by itself: the same as `guard` shows of them."""

from __future__ import annotations

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.shown import Shown
from jupyter_modelreg.core.entities.securables import AnySecurable
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.visibility import Visibility


class Sight:
    """What `actor` may see of what `tx` holds, which hides nothing; without `access` that is everything.

    Attributes:
        actor: whose rights count.
        access: what they may do; None for everything.
    """

    def __init__(self, tx: Transaction, access: Access | None, actor: str) -> None:
        self.actor = actor
        self.access = access
        self._shown = None if access is None else Shown(access, tx, past=False)

    def models(self, *, browse: bool) -> Visibility | None:
        """Which models may be read, or with `browse` be known to be there; None for all."""
        return None if self.access is None else self.access.visibility(browse=browse)

    def sees(self, securable: AnySecurable) -> bool:
        """Whether a securable may be known to be there."""
        return self.access is None or self.access.sees(securable)

    def reads_and_manages(self, kind: str, row_id: int) -> tuple[bool, bool]:
        """Whether what has happened to a securable may be known, and whether what concerns grants on it may be.

        What is gone is judged by the registry itself.
        """
        return (True, True) if self._shown is None else self._shown.reads_and_manages(kind, row_id)
