"""The HTML renderer of results: it follows the theme of JupyterLab, Notebook and VS Code, and stands alone elsewhere.

Everything that came from a user is escaped here, at the last step, whatever it is: what is HTML already is a `Markup`,
and only that is not escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import alias_text, date_time, exact, tag_text
from jupyter_modelreg.commands.results.markdown import to_html
from jupyter_modelreg.commands.results.text import alias_pairs, cell_text, clean
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.times import plausible

_CHIPS = 4
_CLIPPED = ("text", "code", "summary")
_EMPTY = Markup()

# VS Code sets light --jp-* variables even in a dark theme, so its own come first; the literals serve a bare page.
# The class is written three times (&) to outweigh JupyterLab's own rules for tables in outputs.
_CSS = """<style>
.mreg{--mreg-fg:var(--vscode-foreground,var(--jp-ui-font-color1,#212121));
--mreg-dim:var(--vscode-descriptionForeground,var(--jp-ui-font-color2,#6b6b6b));
--mreg-bg:var(--vscode-editor-background,var(--jp-layout-color0,#fff));
--mreg-line:var(--vscode-widget-border,var(--jp-border-color2,#e0e0e0));
--mreg-accent:var(--vscode-textLink-foreground,var(--jp-brand-color1,#1976d2));
--mreg-ok:var(--vscode-testing-iconPassed,var(--jp-success-color1,#388e3c));
--mreg-warn:var(--vscode-editorWarning-foreground,var(--jp-warn-color1,#e65100));
--mreg-bad:var(--vscode-errorForeground,var(--jp-error-color1,#d32f2f));
--mreg-code:var(--vscode-editor-font-family,var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace));
color:var(--mreg-fg);background:var(--mreg-bg);padding:2px 0;font-size:13px;line-height:20px;overflow-x:auto;
font-family:var(--vscode-font-family,var(--jp-ui-font-family,system-ui,sans-serif))}
& table{border-collapse:collapse;border:0;margin:0;table-layout:auto;width:auto;font-size:inherit;
color:inherit}
& table thead,& table tr,& table tbody tr:nth-child(n){background:none;border:0}
& table tbody tr:nth-child(n):hover{background:color-mix(in srgb,var(--mreg-fg) 5%,transparent)}
& table th,& table td{text-align:left;vertical-align:top;border:0;line-height:20px;
padding:3px 18px 3px 4px;white-space:nowrap;background:none}
& table.mreg-list thead th{color:var(--mreg-dim);font-weight:500;font-size:12px;
border-bottom:1px solid var(--mreg-line)}
& table.mreg-list tbody td{border-bottom:1px solid color-mix(in srgb,var(--mreg-line) 45%,transparent)}
& table th.mreg-right,& table td.mreg-right{text-align:right;font-variant-numeric:tabular-nums}
& table td.mreg-wrap{white-space:normal}
& table td.mreg-clip{white-space:normal;min-width:14em;max-width:34em;overflow-wrap:anywhere}
& .mreg-clip>span{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
& table.mreg-card th{color:var(--mreg-dim);font-weight:400}
& table.mreg-card td{white-space:pre-wrap;overflow-wrap:anywhere;max-width:60em}
& table.mreg-card tbody tr:nth-child(n):hover{background:none}
& .mreg-title{font-size:15px;padding:2px 4px 4px}
& .mreg-title>*{margin-right:8px}
& .mreg-dim,& .mreg-more{color:var(--mreg-dim)}
& .mreg-more{padding:5px 4px 2px;font-size:12px}
& .mreg-card+.mreg-list{margin-top:12px}
& .mreg-note{padding:2px 4px}
& .mreg-note .mreg-tick{color:var(--mreg-ok);margin-right:7px}
& code,& pre{font-family:var(--mreg-code);font-size:12px;background:none;color:inherit;padding:0;border:0}
& pre{margin:2px 4px;white-space:pre-wrap;line-height:1.5}
& .mreg-badge,& .mreg-chip{display:inline-block;border-radius:4px;padding:0 6px;margin:1px 4px 1px 0;
font-size:12px;line-height:18px;white-space:nowrap;max-width:24em;overflow:hidden;text-overflow:ellipsis;
vertical-align:top}
& .mreg-badge{--c:var(--mreg-dim);color:var(--c);background:color-mix(in srgb,var(--c) 13%,transparent)}
& .mreg-alias{--c:var(--mreg-accent);font-weight:500}
& .mreg-ready{--c:var(--mreg-ok)}& .mreg-pending{--c:var(--mreg-warn)}& .mreg-failed{--c:var(--mreg-bad)}
& .mreg-chip{box-shadow:inset 0 0 0 1px var(--mreg-line)}
& .mreg-chip>i{font-style:normal;color:var(--mreg-dim)}
& .mreg-md{white-space:normal}& .mreg-md>*{margin:0 0 8px}& .mreg-md>:last-child{margin-bottom:0}
& .mreg-md :is(h1,h2,h3,h4,h5,h6){font-size:13px;font-weight:600;line-height:20px}
& .mreg-md :is(ul,ol){padding-left:20px}& .mreg-md a{color:var(--mreg-accent)}
& .mreg-md blockquote{border-left:3px solid var(--mreg-line);padding-left:10px;color:var(--mreg-dim)}
& .mreg-md table :is(th,td){padding:2px 10px 2px 0;border-bottom:1px solid var(--mreg-line)}
</style>"""
STYLE = Markup(_CSS.replace("&", ".mreg.mreg.mreg"))  # noqa: S704 - the style sheet above


def page(*parts: Markup) -> Markup:
    """The parts of a result in one themed block."""
    return Markup('<div class="mreg">{}{}</div>').format(STYLE, _EMPTY.join(parts))


def table_html(columns: Sequence[Column], rows: Sequence[Row]) -> Markup:
    """`rows` as a table."""
    head = _each("<th{}>{}</th>", ((_class(column), column.title) for column in columns))
    body = _each("<tr>{}</tr>", ((_cells(columns, row),) for row in rows))
    table = Markup('<table class="mreg-list"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return table.format(head, body)


def card_html(columns: Sequence[Column], row: Row) -> Markup:
    """One record, a field a line."""
    fields = ((column.title, cell_html(column, column.of(row), whole=True)) for column in columns)
    body = _each("<tr><th>{}</th><td>{}</td></tr>", fields)
    return Markup('<table class="mreg-card"><tbody>{}</tbody></table>').format(body)


def title_html(name: str, badges: Sequence[Markup]) -> Markup:
    """The name a card is about, with ready-made badges behind it."""
    return Markup('<div class="mreg-title"><span>{}</span> {}</div>').format(name_html(name), Markup(" ").join(badges))


def more_html(text: str) -> Markup:
    """A quiet line under a table."""
    return Markup('<div class="mreg-more">{}</div>').format(text)


def note_html(lines: Sequence[str]) -> Markup:
    """What a write has changed, a line each."""
    return _each('<div class="mreg-note"><span class="mreg-tick">✓</span>{}</div>', ((clean(line),) for line in lines))


def pre_html(text: str) -> Markup:
    """Text whose layout matters."""
    return Markup("<pre>{}</pre>").format(text)


def badge(text: str, kind: str = "") -> Markup:
    """A small coloured label."""
    return Markup('<span class="mreg-badge{}">{}</span>').format(f" mreg-{kind}" if kind else "", clean(text))


def name_html(name: str) -> Markup:
    """A full name with its namespace in the background; a version keeps its number in front."""
    model, slash, version = name.partition("/")
    if not is_governed(model):
        return Markup("<b>{}</b>").format(clean(name))
    namespace, _, last = model.rpartition(".")
    return Markup('<span class="mreg-dim">{}.</span><b>{}</b>').format(namespace, f"{last}{slash}{version}")


def cell_html(column: Column, value: JsonValue, whole: bool = False) -> Markup:
    """One value; with `whole`, nothing of it is left out.

    Times are dates: HTML is stored in notebooks, where "just now" would soon be untrue.
    """
    if empty(value):
        return _EMPTY
    if column.kind == "time" and plausible(value):
        time = Markup('<time datetime="{0}" title="{0}">{1}</time>')
        return time.format(exact(value), date_time(value))
    if column.kind == "aliases":
        return Markup(" ").join(badge(alias_text(*pair), "alias") for pair in alias_pairs(value))
    if column.kind == "tags" and isinstance(value, Mapping):
        return _tags(value, None if whole else _CHIPS)
    if column.kind == "status":
        word = cell_text(column, value)
        return badge(word, word)
    if column.kind == "stage":
        return badge(str(value))
    if column.kind == "markdown":
        return Markup('<div class="mreg-md">{}</div>').format(to_html(clean(str(value))))
    return _text_html(column, clean(cell_text(column, value)), whole)


def _text_html(column: Column, text: str, whole: bool) -> Markup:
    if column.kind == "name":
        return name_html(text)
    shown = Markup("<code>{}</code>").format(text) if column.kind == "code" else escape(text)
    cut = not whole and column.kind in _CLIPPED
    return Markup('<span title="{}">{}</span>').format(text, shown) if cut else shown


def _tags(tags: Mapping[str, JsonValue], most: int | None) -> Markup:
    shown = list(tags.items())[:most]
    # Blanks between them and the equals sign are text: untrusted notebooks and copied text have no styles.
    chips = Markup(" ").join(_chip(key, value) for key, value in shown)
    rest = len(tags) - len(shown)
    return chips + Markup(' <span class="mreg-dim">+{}</span>').format(rest) if rest else chips


def _chip(key: str, value: JsonValue) -> Markup:
    shown = clean(tag_text(key, value))
    name = shown[: len(clean(key)) + 1]
    chip = Markup('<span class="mreg-chip" title="{}"><i>{}</i>{}</span>')
    return chip.format(clean(f"{key}={value}"), name, shown[len(name) :])


def _cells(columns: Sequence[Column], row: Row) -> Markup:
    return _each("<td{}>{}</td>", ((_class(column), cell_html(column, column.of(row))) for column in columns))


def _each(template: str, rows: Iterable[Sequence[str]]) -> Markup:
    """The template once for each of `rows`, filled in with its escaped values."""
    return _EMPTY.join(Markup(template).format(*row) for row in rows)  # noqa: S704 - the template is ours


def _class(column: Column) -> Markup:
    if column.kind in ("number", "size"):
        return Markup(' class="mreg-right"')
    if column.kind in ("aliases", "tags"):
        return Markup(' class="mreg-wrap"')
    return Markup(' class="mreg-clip"') if column.kind in _CLIPPED else _EMPTY
