"""A card as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jupyter_modelreg.commands.results.cards.gathered import Gathered, Happened
from jupyter_modelreg.commands.results.cards.metadata import front_matter, metadata_of
from jupyter_modelreg.commands.results.cards.sections import demoted
from jupyter_modelreg.commands.results.formats import alias_text, in_order, number_text, size_text, utc_date_time
from jupyter_modelreg.commands.results.text import clean, line
from jupyter_modelreg.core.comparison.origins import told_of
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.records import Dataset
from jupyter_modelreg.core.rules.signature import signature_fields


def card_text(card: Gathered) -> str:
    """The whole card, with the metadata at its top."""
    return f"{front_matter(metadata_of(card))}\n{body(card)}"


def body(card: Gathered) -> str:
    """The card without metadata."""
    parts = [part for part in _parts(card) if part]
    return "\n\n".join(parts) + "\n"


def _parts(card: Gathered) -> Iterator[str]:
    yield f"# {_inline(card.name)}"
    if card.deprecation is not None:
        instead = card.deprecation.in_favour_of
        use = f" Use {_code(instead)} instead." if instead else ""
        yield f"> **Deprecated:** {_inline(card.deprecation.reason)}.{use}"
    yield demoted(clean(card.description), 1) if card.description else "*No description yet.*"
    for each in card.inherited:
        yield f"## {_inline(each.title)}\n\n{demoted(clean(each.text), 1)}"
    version = card.version
    if version is None:
        yield "There is no version yet."
        return
    if card.loading is not None:
        yield f"## How to use it\n\n```python\n{card.loading}\n```"
    rows = [(_code(key), number_text(value)) for key, value in sorted(card.metrics.items())]
    yield _section("Metrics", ("Metric", "Value"), rows, about=_whose(card, version))
    told = signature_fields(card.signature)
    yield _section("Signature", ("What", "Type"), [(_inline(key), _code(type_)) for key, type_ in told.items()])
    yield _section("Datasets", ("Dataset", "What is known"), [_dataset(each) for each in card.datasets])
    yield _section("Aliases", ("Alias", "Version"), _aliases(card))
    yield _section("Parameters", ("Parameter", "Value"), _pairs(version.params or {}))
    yield "\n".join(["## About", "", *(f"- **{what}:** {told}" for what, told in _about(card, version))])
    yield _section(
        "Deployed and used", ("What", "Where"), [(kind, _inline(url)) for url, kind in version.links.items()]
    )
    if card.recent:
        yield "\n".join(["## Lately", "", *(f"- {_inline(_happened(each))}" for each in card.recent)])


def _happened(event: Happened) -> str:
    return f"{utc_date_time(event.time)}, {event.actor}: {event.told}"


def _whose(card: Gathered, version: Version) -> str:
    """Which version the metrics of a model are of."""
    if not card.whole_model:
        return ""
    names = " ".join(map(alias_text, in_order(version.aliases)))
    return f"Of version {version.version}{f', {names}' if names else ''}."


def _dataset(dataset: Dataset) -> tuple[str, str]:
    told = [f"for {dataset.context}" if dataset.context else "", *told_of(dataset)]
    return _code(dataset.name), _inline(", ".join(filter(None, told)))


def _aliases(card: Gathered) -> list[tuple[str, str]]:
    found = card.model.aliases
    return [(_inline(alias_text(alias)), str(found[alias])) for alias in in_order(found)]


def _about(card: Gathered, version: Version) -> Iterator[tuple[str, str]]:
    yield "Owner", _inline(card.model.owner)
    yield "Version", str(version.version)
    yield "Registered", f"{utc_date_time(version.created_at)} by {_inline(version.created_by)}"
    if version.run_id is not None:
        yield "Run", _code(version.run_id)
    if version.source is not None:
        yield "Source", _code(version.source)
    if version.size is not None:
        yield "Size", size_text(version.size)
    if card.flavors:
        yield "Flavors", ", ".join(map(_code, card.flavors))


def _pairs(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(_code(key), _code(value)) for key, value in sorted(values.items())]


def _section(title: str, heads: tuple[str, str], rows: Sequence[tuple[str, str]], about: str = "") -> str:
    """A heading with a table below it; nothing where there are no rows."""
    if not rows:
        return ""
    table = [heads, ("---", "---"), *rows]
    lines = [f"| {first} | {second} |" for first, second in table]
    return "\n".join([f"## {title}", "", *([about, ""] if about else []), *lines])


def _inline(text: str) -> str:
    """What somebody wrote, on one line, that means nothing to Markdown, to a table or to HTML."""
    escaped = "".join(f"\\{char}" if char in "\\`*[]|~" else char for char in line(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


def _code(text: str) -> str:
    """The same as code."""
    shown = line(text)
    if not shown.strip():
        return "(empty)"
    ticks = "``" if "`" in shown else "`"
    edge = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{ticks}{edge}{shown}{edge}{ticks}".replace("|", "\\|")
