"""Descriptions, which are Markdown that somebody else wrote: as HTML that does nothing by itself, and as plain text.

What the panel keeps of one is in labextension/src/lab/safeMarkdown.ts; one table of hostile texts holds both to it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

# Only these leave the notebook; a relative address would be one of the Jupyter server.
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
REL = "noopener noreferrer nofollow"
# A text without any of these reads the same as Markdown.
_MARKS = re.compile(r"[\\`*_\[\]<>#|~&!+=\n-]|\d[.)] ")
# Lists show the beginning of a description.
_MOST = 1_000


def to_html(text: str) -> Markup:
    """`text` as HTML: no HTML of its author's, no pictures, and links that lead to the web in a window of their own."""
    from markupsafe import Markup  # text needs none of it, and is what a shell shows

    return Markup(_parser().render(text))  # noqa: S704 - the parser escapes all that its author wrote


def is_page(url: str) -> bool:
    """Whether `url` leads to the web, and so may be opened."""
    return _LINK.match(url.strip()) is not None


def to_line(text: str, most: int | None = _MOST) -> str:
    """The first `most` characters of `text` (None: all) on one line, without marks of Markdown."""
    beginning = text[:most]
    if not _MARKS.search(beginning):
        return beginning
    return " ".join(" ".join(_texts(_parser().parse(beginning))).split())


@functools.cache
def _parser() -> MarkdownIt:
    """The parser, imported when a description is shown for the first time: it takes longer than most commands."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = is_page  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    return parser


def _link_open(_renderer: object, tokens: Sequence[Token], at: int, *_rest: object) -> str:
    from markupsafe import Markup

    return str(Markup('<a href="{}" target="_blank" rel="{}">').format(str(tokens[at].attrs.get("href", "")), REL))


def _image(_renderer: object, tokens: Sequence[Token], at: int, *_rest: object) -> str:
    """The words that stand for a picture: fetching it would tell its author who looks."""
    from markupsafe import escape

    return str(escape(tokens[at].content or "picture"))


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield token.content
        elif token.type == "inline":
            yield "".join(map(_inline_text, token.children or ()))


def _inline_text(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content
