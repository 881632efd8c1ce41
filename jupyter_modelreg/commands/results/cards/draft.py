"""A first description of a model, to be edited before it is kept: by a template, or by a function of one's own.

Nothing is sent anywhere unless that function does: it is an entry point of the group `jupyter_modelreg.describers`, and
is asked only where MODELREG_DESCRIBER names it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points

from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.commands.results.formats import alias_text, in_order, number_text, utc_date_time
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.rules.signature import signature_fields

GROUP = "jupyter_modelreg.describers"
VARIABLE = "MODELREG_DESCRIBER"
Describer = Callable[[Mapping[str, JsonValue]], str]

# Of more inputs than this only the first are named.
_MOST_FIELDS = 8
_MOST_METRICS = 6

log = logging.getLogger(__name__)


def draft_of(card: Gathered) -> str:
    """A description to begin with. Raises InvalidInput where the function that is set cannot be had, or fails."""
    name = os.environ.get(VARIABLE, "").strip()
    return template(card) if not name else _described(name, card)


def template(card: Gathered) -> str:
    """What is known, in sentences, and below headings what only its authors know."""
    return "\n\n".join(
        [
            " ".join(_what_it_is(card)),
            "## Intended use",
            "_Who uses it, and for what?_",
            *_quality(card),
            "## Limitations",
            "_Where should it not be used, and what does it not know?_",
        ]
    )


def facts(card: Gathered) -> dict[str, JsonValue]:
    """What a function is given: plain values, and the template's draft."""
    version = card.version
    return {
        "name": card.name,
        "owner": card.model.owner,
        "description": card.description,
        "tags": dict(card.tags),
        "aliases": dict(card.model.aliases),
        "version": None if version is None else version.version,
        "metrics": dict(card.metrics),
        "params": {} if version is None else dict(version.params or {}),
        "signature": dict(signature_fields(card.signature)),
        "flavors": list(card.flavors),
        "source": None if version is None else version.source,
        "run_id": None if version is None else version.run_id,
        "draft": template(card),
    }


def _described(name: str, card: Gathered) -> str:
    entry = next(iter(entry_points(group=GROUP, name=name)), None)
    if entry is None:
        there = sorted(each.name for each in entry_points(group=GROUP))
        known = f"there is {listed(there)}" if there else f"unset {VARIABLE} for the template"
        raise InvalidInput(f"no package that is installed here has the describer {name}, which {VARIABLE} names", known)
    try:
        describer: Describer = entry.load()
        found = describer(facts(card))
    except Exception as error:  # whatever somebody else's code raises, there is no draft
        log.warning("the describer %s failed", name, exc_info=True)
        message = f"the describer {name} failed: {type(error).__name__}: {error}".rstrip(": ")
        raise InvalidInput(message, f"mend {entry.value}, or unset {VARIABLE} for the template") from error
    if not isinstance(found, str) or not found.strip():
        raise InvalidInput(f"the describer {name} gave no text", f"{entry.value} has to return Markdown")
    return found.strip()


def _what_it_is(card: Gathered) -> Iterator[str]:
    told = signature_fields(card.signature)
    inputs, outputs = (_named(told, part) for part in ("input", "output"))
    task = card.tags.get("task")
    yield f"`{card.model.name.rpartition('.')[2]}` is a model" + (f" for {task}." if task else ".")
    if inputs:
        yield f"It takes {_some(inputs)}" + (f" and gives {_some(outputs)}." if outputs else ".")
    if card.flavors:
        yield f"It was saved by {listed(card.flavors)}."


def _quality(card: Gathered) -> list[str]:
    version = card.version
    if version is None:
        return []
    metrics = [f"{key} {number_text(value)}" for key, value in card.metrics.items()][:_MOST_METRICS]
    said = [f"Version {version.version}{_aliases(version)}: {', '.join(metrics)}."] if metrics else []
    origin = f"registered {utc_date_time(version.created_at)} by {version.created_by}"
    if version.run_id is not None:
        origin += f" from run `{version.run_id}`"
    elif version.source is not None:
        origin += f" from `{version.source}`"
    params = [f"{key} {value}" for key, value in (version.params or {}).items()][:_MOST_METRICS]
    trained = f" Trained with {', '.join(params)}." if params else ""
    heading = ["## How good it is", *said] if said else []
    return [*heading, "## Where it comes from", f"Version {version.version} was {origin}.{trained}"]


def _aliases(version: Version) -> str:
    names = " ".join(map(alias_text, in_order(version.aliases)))
    return f" ({names})" if names else ""


def _named(told: Mapping[str, str], part: str) -> list[str]:
    """The inputs or outputs, with their types: `amount` (double); of one without a name the type alone."""
    found = [(key.partition(" ")[2], kind) for key, kind in told.items() if key.partition(" ")[0] == part]
    return [f"`{name}` ({kind})" if name else f"`{kind}`" for name, kind in found]


def _some(fields: Sequence[str]) -> str:
    more = len(fields) - _MOST_FIELDS
    return listed([*fields[:_MOST_FIELDS], f"{more} more"] if more > 0 else fields)
