"""The HTML renderer of results: it follows the theme of JupyterLab, Notebook and VS Code, and stands alone elsewhere.

Everything that came from a user is escaped here, at the last step, whatever it is: what is HTML already is a `Markup`,
and only that is not escaped.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import (
    alias_text,
    counted,
    date_time,
    exact,
    size_text,
    tag_text,
    utc_date_time,
    value_text,
)
from jupyter_modelreg.commands.results.markdown import REL, is_page, to_html
from jupyter_modelreg.commands.results.text import alias_pairs, cell_text, clean, tone
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.rules.verdicts import verdict
from jupyter_modelreg.core.times import plausible

_CHIPS = 2
_CLIPPED = ("name", "model", "text", "code", "summary")
_EMPTY = Markup()

# Between badges: read where there are no styles, as on GitHub, and copied with the text where there are.
_AND = Markup('<span class="mreg-out-sep">,</span> ')


def page(*parts: Markup) -> Markup:
    """The parts of a result in one themed block, which the arrow keys can scroll where a table is wider."""
    return Markup('<div class="mreg-out" tabindex="0">{}{}</div>').format(style(), _EMPTY.join(parts))


@functools.cache
def style() -> Markup:
    """The style sheet of outputs as an element, short, since each output carries it."""
    rules = Path(__file__).with_name("output.css").read_text(encoding="utf-8")
    without_comments = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    short = re.sub(r"\s+(?=[{}])|(?<=[{};:,])\s+", "", without_comments).strip()
    return Markup(f"<style>{short}</style>")  # noqa: S704 - the style sheet beside this file


def table_html(columns: Sequence[Column], rows: Sequence[Row]) -> Markup:
    """`rows` as a table."""
    head = _each('<th align="{}"{}>{}</th>', ((_side(column), _class(column), column.title) for column in columns))
    body = _each("<tr>{}</tr>", ((_cells(columns, row),) for row in rows))
    table = Markup('<table class="mreg-out-list"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return table.format(head, body)


def card_html(columns: Sequence[Column], row: Row) -> Markup:
    """One record, a field a line."""
    return fields_html((column.title, cell_html(column, column.of(row), whole=True)) for column in columns)


def fields_html(fields: Iterable[tuple[str, Markup]]) -> Markup:
    """The fields of a record, a line each, by their titles."""
    body = _each('<tr><th align="left">{}</th><td>{}</td></tr>', fields)
    return Markup('<table class="mreg-out-card"><tbody>{}</tbody></table>').format(body)


def title_html(name: str, badges: Sequence[Markup]) -> Markup:
    """The name a card is about, with ready-made badges behind it, which read `name (version, ready)` as text."""
    about = Markup('<span class="mreg-out-sep">(</span>{}<span class="mreg-out-sep">)</span>').format(_AND.join(badges))
    title = Markup('<div class="mreg-out-title"><span class="mreg-out-name">{}</span> {}</div>')
    return title.format(name_html(name), about if badges else _EMPTY)


def heading_html(text: str) -> Markup:
    """A heading within a card."""
    return Markup('<div class="mreg-out-head">{}</div>').format(clean(text))


def described_html(text: str) -> Markup:
    """What somebody wrote in Markdown, below a title."""
    return Markup('<div class="mreg-out-md mreg-out-lead">{}</div>').format(to_html(clean(text)))


def apart_html(title: str, text: str, *, caution: bool) -> Markup:
    """A part of that which stands out, more so where it is a caution."""
    kind = "mreg-out-md mreg-out-apart" + (" mreg-out-careful" if caution else "")
    template = Markup('<div class="{}"><p><b>{}</b></p>{}</div>')
    return template.format(kind, clean(title), to_html(clean(text)))


def more_html(text: str) -> Markup:
    """A quiet line under a table."""
    return Markup('<div class="mreg-out-more">{}</div>').format(text)


def command_html(line: str, does: str) -> Markup:
    """A quiet line with a command to copy, and what that does."""
    return Markup('<div class="mreg-out-more"><code>{}</code> {}</div>').format(clean(line), does)


def picture_html(picture: Markup) -> Markup:
    """A picture in SVG; where only its words would be left, as in a notebook that is not trusted, nothing is."""
    return Markup('<div class="mreg-out-picture">{}</div>').format(picture)


def folded_html(summary: str, *parts: Markup) -> Markup:
    """Parts of a result that are there to be opened."""
    template = Markup('<details><summary class="mreg-out-more">{}</summary>{}</details>')
    return template.format(summary, _EMPTY.join(parts))


def note_html(lines: Sequence[str], *, ticked: bool = True) -> Markup:
    """What a write has changed, a line each."""
    tick = '<span class="mreg-out-tick">✓</span> ' if ticked else ""
    return _each(f'<div class="mreg-out-note">{tick}{{}}</div>', ((clean(line),) for line in lines))


def warnings_html(lines: Sequence[str]) -> Markup:
    """What may be wrong with what was done, a line each."""
    template = '<div class="mreg-out-note"><span class="mreg-out-caution">⚠</span> {}</div>'
    return _each(template, ((clean(line),) for line in lines))


def pre_html(text: str) -> Markup:
    """Text whose layout matters."""
    return Markup("<pre>{}</pre>").format(text)


def difference_html(lines: Sequence[str]) -> Markup:
    """The lines of a unified diff."""
    kinds = {"-": "del", "+": "ins"}
    shown = (Markup("<{0}>{1}</{0}>").format(kinds.get(line[:1], "span"), clean(line)) for line in lines)
    return Markup('<pre class="mreg-out-diff">{}</pre>').format(Markup("\n").join(shown))


def badge(text: str, kind: str = "") -> Markup:
    """A small coloured label."""
    return Markup('<span class="mreg-out-badge{}">{}</span>').format(f" mreg-out-{kind}" if kind else "", clean(text))


def name_html(name: str) -> Markup:
    """A full name with its namespace in the background; a version keeps its number in front."""
    model, slash, version = name.partition("/")
    if not is_governed(model):
        return Markup("<b>{}</b>").format(clean(name))
    namespace, _, last = model.rpartition(".")
    return Markup('<span class="mreg-out-dim">{}.</span><b>{}</b>').format(namespace, f"{last}{slash}{version}")


def cell_html(column: Column, value: JsonValue, whole: bool = False) -> Markup:
    """One value; with `whole`, nothing of it is left out.

    Times are dates: HTML is stored in notebooks, where "just now" would soon be untrue. It is read
    in other zones, too: the text names its own, and the pointer finds UTC. JupyterLab shows both of what it does not
    trust, too.
    """
    if empty(value):
        return _EMPTY
    if column.kind == "time" and plausible(value):
        time = Markup('<time datetime="{}" title="{}">{}</time>')
        return time.format(exact(value), utc_date_time(value), date_time(value))
    if column.kind == "aliases":
        return _aliases(value, None if whole else _CHIPS)
    if column.kind == "tags" and isinstance(value, Mapping):
        return _tags(value, None if whole else _CHIPS)
    if column.kind == "links" and isinstance(value, Mapping):
        return Markup("<br>").join(Markup("{} {}").format(badge(str(kind)), _link(url)) for url, kind in value.items())
    if column.kind == "kinds":
        return _AND.join(map(badge, cell_text(column, value).split(", ")))
    if column.kind == "status":
        word = cell_text(column, value)
        return badge(word, word)
    if column.kind == "change":
        return badge(str(value), {"good": "ready", "bad": "failed"}.get(tone(str(value)) or "", ""))
    if column.kind in ("stage", "flag"):
        return badge(cell_text(column, value))
    if column.kind == "markdown":
        return Markup('<div class="mreg-out-md">{}</div>').format(to_html(clean(str(value))))
    if column.kind == "files" and isinstance(value, list) and whole:
        return _files(column, value)
    return _text_html(column, clean(cell_text(column, value)), whole)


def _text_html(column: Column, text: str, whole: bool) -> Markup:
    if column.kind in ("name", "model"):
        name = name_html(text) if whole else Markup('<span title="{}">{}</span>').format(text, name_html(text))
        return name if column.kind == "name" or is_governed(text) else name + Markup(" ") + badge("workspace")
    shown = Markup("<code>{}</code>").format(text) if column.kind == "code" else escape(text)
    cut = not whole and column.kind in _CLIPPED
    return Markup('<span title="{}">{}</span>').format(text, shown) if cut else shown


def _files(column: Column, value: list[JsonValue]) -> Markup:
    """How many files there are, and how much they are, with the first of them to be opened."""
    sizes = [file["size"] for file in value if isinstance(file, Mapping)]
    total = sum(size for size in sizes if isinstance(size, int))
    return folded_html(f"{counted(len(value), 'file')}, {size_text(total)}", pre_html(clean(cell_text(column, value))))


def _link(url: str) -> Markup:
    """An address, to be opened where it leads to a page."""
    if not is_page(url):
        return Markup("<code>{}</code>").format(clean(url))
    return Markup('<a href="{0}" target="_blank" rel="{1}">{0}</a>').format(clean(url), REL)


def _aliases(value: JsonValue, most: int | None) -> Markup:
    texts = [clean(alias_text(*pair)) for pair in alias_pairs(value)]
    return _counted([badge(text, "alias") for text in texts[:most]], texts[:most], texts)


def _tags(tags: Mapping[str, JsonValue], most: int | None) -> Markup:
    texts = [clean(tag_text(key, value)) for key, value in tags.items()]
    return _counted([_chip(key, value) for key, value in list(tags.items())[:most]], texts[:most], texts)


def _counted(shown: Sequence[Markup], names: Sequence[str], everything: Sequence[str]) -> Markup:
    """What is shown, and how many others there are, whose names the pointer finds."""
    others = everything[len(names) :]
    if not others:
        return _AND.join(shown)
    rest = Markup('<span class="mreg-out-dim" title="{}">+{}</span>').format(", ".join(others), len(others))
    return _AND.join([*shown, rest])


def _chip(key: str, value: JsonValue) -> Markup:
    """A tag, of which the style sheet shortens the key before the value."""
    text = "" if value == "" else f"={clean(value_text(value))}"
    bad = " mreg-out-failed" if verdict(str(value)) == "bad" else ""
    chip = Markup('<span class="mreg-out-chip{}" title="{}"><i>{}</i><span>{}</span></span>')
    return chip.format(bad, clean(f"{key}={value}"), clean(key), text)


def _cells(columns: Sequence[Column], row: Row) -> Markup:
    return _each("<td{}>{}</td>", ((_class(column), cell_html(column, column.of(row))) for column in columns))


def _each(template: str, rows: Iterable[Sequence[str]]) -> Markup:
    """The template once for each of `rows`, filled in with its escaped values."""
    return _EMPTY.join(Markup(template).format(*row) for row in rows)  # noqa: S704 - the template is ours


def _side(column: Column) -> str:
    return "right" if column.kind in ("number", "size") else "left"


def _class(column: Column) -> Markup:
    if column.kind in ("number", "size"):
        return Markup(' class="mreg-out-right"')
    if column.kind == "lines":
        return Markup(' class="mreg-out-text"')
    return Markup(' class="mreg-out-clip"') if column.kind in _CLIPPED else _EMPTY
