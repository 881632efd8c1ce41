"""A card as the result of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.commands.results.cards.metadata import metadata_of
from jupyter_modelreg.commands.results.cards.text import body, card_text
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.core.entities.values import JsonValue

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(repr=False)
class MarkdownCard(Result):
    """A card: Markdown with metadata, as it can be kept in a file, and as HTML in a notebook."""

    card: Gathered

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """What it is about, the metadata, and the whole text."""
        return [{"name": self.card.name, "metadata": metadata_of(self.card), "text": card_text(self.card)}]

    def to_json(self) -> str:
        """The one row as a JSON object."""
        return json_text(self.rows[0])

    def text(self, width: int | None = None, now: int | None = None, colours: bool = False) -> str:
        """The text as it is, to be kept in a file."""
        return card_text(self.card).rstrip("\n")

    def html(self) -> Markup:
        """The card without its metadata, rendered."""
        from markupsafe import Markup

        from jupyter_modelreg.commands.results import html as html_renderer
        from jupyter_modelreg.commands.results.markdown import to_html

        rendered = Markup('<div class="mreg-out-md" style="max-height:none">{}</div>').format(to_html(body(self.card)))
        return html_renderer.page(rendered)
