"""`describe --draft`: a description to begin with, which the person edits before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jupyter_modelreg.commands.asking import Declined
from jupyter_modelreg.commands.command import as_typed
from jupyter_modelreg.commands.results import layout
from jupyter_modelreg.commands.results.results import Plain, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput


@dataclass(repr=False)
class Drafted(Plain):
    """A draft where nobody can edit it: the text, and how to keep it."""

    keeping: str = ""

    def text(self, width: int | None = None, now: int | None = None, colours: bool = False) -> str:
        """The draft, and below it the line that keeps it."""
        return f"{self.content}\n\n{layout.quiet(self.keeping, colours)}"

    def piped(self) -> str:
        """The draft alone, to be kept in a file."""
        return self.content


def draft(session: CommandSession, ref: str, keep: Callable[[str], Result]) -> Result:
    """Propose a description of the model or version that `ref` names; `keep` is called with what becomes of it.

    In a notebook a dialog opens with it, on a terminal an editor; elsewhere it is printed. Raises as `card` does.
    """
    from jupyter_modelreg.commands.results.cards.draft import draft_of
    from jupyter_modelreg.commands.verbs import dialogs
    from jupyter_modelreg.commands.verbs.card import gathered

    card = gathered(session, ref)
    if card.model.browse_only:
        raise InvalidInput(f"you may only see that {card.name} is there", f"ask {card.model.owner} for EXECUTE")
    text = draft_of(card)
    about: dict[str, JsonValue] = {"kind": "model", "name": card.model.name}
    if not card.whole_model and card.version is not None:
        about = {"kind": "version", "name": card.model.name, "version": card.version.version}
    request: dict[str, JsonValue] = {"kind": "describe", "target": about, "text": text}
    widget = session.host.dialog(session.registry, request)
    if widget is not None:
        return dialogs.OpenedDialog([dialogs.purpose(request)], [request], widget)
    edited = session.host.edit(text)
    if edited is None:
        keeping = f"{as_typed(f'describe {card.name} TEXT')} keeps what you make of it"
        return Drafted(text, [{"name": card.name, "draft": text}], keeping=keeping)
    return keep(edited) if edited else Declined(f"nothing was kept: the description of {card.name} is as it was")
