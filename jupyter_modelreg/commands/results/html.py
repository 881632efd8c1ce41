"""The HTML renderer of results: it follows the theme of JupyterLab, Notebook and VS Code, and stands alone elsewhere.

Everything that came from a user is escaped here, at the last step, whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import alias_text, date_time, exact, tag_text
from jupyter_modelreg.commands.results.text import alias_pairs, cell_text, clean
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.times import plausible

_CHIPS = 4

# VS Code sets light --jp-* variables even in a dark theme, so its own come first; the literals serve a bare page.
# The class is written three times (&) to outweigh JupyterLab's own rules for tables in outputs.
STYLE = """<style>
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
</style>""".replace("&", ".mreg.mreg.mreg")


def page(*parts: str) -> str:
    """The parts of a result in one themed block."""
    return f'<div class="mreg">{STYLE}{"".join(parts)}</div>'


def table_html(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """`rows` as a table."""
    head = "".join(f"<th{_class(column)}>{escape(column.title)}</th>" for column in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_class(column)}>{cell_html(column, column.of(row))}</td>" for column in columns)
        + "</tr>"
        for row in rows
    )
    return f'<table class="mreg-list"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def card_html(columns: Sequence[Column], row: Row) -> str:
    """One record, a field a line."""
    body = "".join(
        f"<tr><th>{escape(column.title)}</th><td>{cell_html(column, column.of(row), whole=True)}</td></tr>"
        for column in columns
    )
    return f'<table class="mreg-card"><tbody>{body}</tbody></table>'


def title_html(name: str, badges: Sequence[str]) -> str:
    """The name a card is about, with ready-made badges behind it."""
    return f'<div class="mreg-title"><span>{name_html(name)}</span>{"".join(badges)}</div>'


def more_html(text: str) -> str:
    """A quiet line under a table."""
    return f'<div class="mreg-more">{escape(text)}</div>'


def note_html(lines: Sequence[str]) -> str:
    """What a write has changed, a line each."""
    return "".join(
        f'<div class="mreg-note"><span class="mreg-tick">✓</span>{escape(clean(line))}</div>' for line in lines
    )


def pre_html(text: str) -> str:
    """Text whose layout matters."""
    return f"<pre>{escape(text)}</pre>"


def badge(text: str, kind: str = "") -> str:
    """A small coloured label."""
    return f'<span class="mreg-badge{f" mreg-{escape(kind)}" if kind else ""}">{escape(clean(text))}</span>'


def name_html(name: str) -> str:
    """A full name with its namespace in the background; a version keeps its number in front."""
    model, slash, version = name.partition("/")
    if not is_governed(model):
        return f"<b>{escape(clean(name))}</b>"
    namespace, _, last = model.rpartition(".")
    return f'<span class="mreg-dim">{escape(namespace)}.</span><b>{escape(f"{last}{slash}{version}")}</b>'


def cell_html(column: Column, value: JsonValue, whole: bool = False) -> str:
    """One value; with `whole`, nothing of it is left out.

    Times are dates: HTML is stored in notebooks, where "just now" would soon be untrue.
    """
    if empty(value):
        return ""
    if column.kind == "time" and plausible(value):
        return f'<time datetime="{exact(value)}" title="{exact(value)}">{date_time(value)}</time>'
    if column.kind == "aliases":
        return _aliases(value)
    if column.kind == "tags" and isinstance(value, Mapping):
        return _tags(value, None if whole else _CHIPS)
    if column.kind == "status":
        word = cell_text(column, value)
        return badge(word, word)
    if column.kind == "stage":
        return badge(str(value))
    text = clean(cell_text(column, value))
    if column.kind == "name":
        return name_html(text)
    shown = f"<code>{escape(text)}</code>" if column.kind == "code" else escape(text)
    return shown if whole or column.kind not in ("text", "code") else f'<span title="{escape(text)}">{shown}</span>'


def _aliases(value: JsonValue) -> str:
    return " ".join(badge(alias_text(*pair), "alias") for pair in alias_pairs(value))


def _tags(tags: Mapping[str, JsonValue], most: int | None) -> str:
    shown = list(tags.items())[:most]
    # Blanks between them and the equals sign are text: untrusted notebooks and copied text have no styles.
    chips = " ".join(_chip(key, value) for key, value in shown)
    rest = len(tags) - len(shown)
    return f'{chips} <span class="mreg-dim">+{rest}</span>' if rest else chips


def _chip(key: str, value: JsonValue) -> str:
    shown = clean(tag_text(key, value))
    name = shown[: len(clean(key)) + 1]
    return (
        f'<span class="mreg-chip" title="{escape(clean(f"{key}={value}"))}">'
        f"<i>{escape(name)}</i>{escape(shown[len(name) :])}</span>"
    )


def _class(column: Column) -> str:
    if column.kind in ("number", "size"):
        return ' class="mreg-right"'
    if column.kind in ("aliases", "tags"):
        return ' class="mreg-wrap"'
    return ' class="mreg-clip"' if column.kind in ("text", "code") else ""
