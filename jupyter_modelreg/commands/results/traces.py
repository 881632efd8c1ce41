"""Traces and evaluations of a version, as rows, tables and cards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import counted, number_text
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.results import Card, Table
from jupyter_modelreg.core.entities.runs import (
    Assessment,
    AssessmentSummary,
    Evaluation,
    Evaluations,
    TraceInfo,
    TraceSummary,
)
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.query.paging import Page

MOST_TRACES = 1_000
_FIELDS = (
    Column("counts", "traces"),
    Column("said", "feedback", "lines"),
    Column("expected", "expected", "lines"),
    Column("issues", "issues", "lines"),
    Column("note", "note", "lines"),
    Column("pages", "in MLflow", "links"),
)
_TRACES = (
    Column("trace_id", "trace", "code"),
    Column("state", "state", "word", usual="OK"),
    Column("started_at", "started", "time"),
    Column("request", "request"),
    Column("said", "feedback", "tags"),
    Column("duration_ms", "ms", "number"),
    Column("response", "response"),
)
_EVALUATIONS = (
    Column("run", "run", "name"),
    Column("datasets", "dataset", "list"),
    Column("metrics", "metrics", "tags"),
    Column("evaluated_at", "evaluated", "time"),
    Column("tables", "tables", "list"),
    Column("problem", "but"),
)


@dataclass(repr=False)
class Traces(Card):
    """The traces of a version: what they come to, and the newest below.

    Attributes:
        newest: those, as rows.
    """

    newest: Sequence[Row] = field(default=(), kw_only=True)

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The newest traces, a row each."""
        return [dict(row) for row in self.newest]

    def to_json(self) -> str:
        """What they come to as a JSON object, in which the newest are a list."""
        shown = {"counts", "said", "expected", "issues", "pages"}
        return json_text(
            {**{key: value for key, value in self.record.items() if key not in shown}, "newest": self.rows}
        )


def traces_card(reference: str, summary: TraceSummary, newest: Page[TraceInfo]) -> Traces:
    """The traces of the version `reference`, and a page of the newest."""
    record: dict[str, JsonValue] = {
        "reference": reference,
        "logged_model_id": summary.logged_model_id,
        "traces": summary.traces,
        "errors": summary.errors,
        "cut": summary.cut,
        "assessments": [asdict(each) for each in summary.assessments],
        "note": summary.note,
        "url": summary.url,
        "counts": _counts(summary),
        "said": _lines(summary, "feedback"),
        "expected": _lines(summary, "expectation"),
        "issues": _lines(summary, "issue"),
        "pages": {summary.url: "traces"} if summary.url else None,
    }
    rows = [trace_row(each) for each in newest]
    shown = [{**row, "said": _texts(each)} for row, each in zip(rows, newest, strict=True)]
    more = _how_to_see_more(len(rows), summary) if newest.token else None
    below = Table(_TRACES, shown, more=more)
    return Traces(reference, "traces", _FIELDS, record, below=below, newest=rows)


def trace_row(trace: TraceInfo) -> Row:
    """A trace as plain values; what was said under one name several times is a list."""
    return {
        "trace_id": trace.trace_id,
        "name": trace.name,
        "state": trace.state,
        "started_at": trace.started_at,
        "duration_ms": trace.duration,
        "request": trace.request,
        "response": trace.response,
        "feedback": _values(trace.assessments, "feedback"),
        "expectations": _values(trace.assessments, "expectation"),
        "issues": [each.name for each in trace.assessments if each.kind == "issue"],
        "run_id": trace.run_id,
        "url": trace.url,
    }


def evaluations_table(reference: str, found: Evaluations) -> Table:
    """What was measured of the version `reference`."""
    rows = [_evaluation_row(each) for each in found.evaluations]
    total = len(rows) + found.left_out
    more = f"{len(rows)} of {total:,}; -n {total} shows all" if found.left_out else None
    return Table(_EVALUATIONS, rows, found.note or f"{reference} has not been evaluated", more)


def summary_text(said: AssessmentSummary) -> str:
    """What was said under one name, in a line: `correct: 75 % true of 4`."""
    if said.kind != "feedback":
        return f"{said.name}: {said.count:,}"
    if said.share is not None:
        return f"{said.name}: {share_text(said.share)} true of {said.count:,}"
    if said.mean is not None:
        return f"{said.name}: {number_text(said.mean)} on average of {said.count:,}"
    return f"{said.name}: {counted(said.count, 'time')}"


def share_text(share: float) -> str:
    """`75 %`; what is not quite all, or not quite nothing, never reads as that: `> 99 %`, `< 1 %`."""
    percent = int(100 * share + 0.5)
    if percent == 100 and share < 1:
        return "> 99 %"
    if percent == 0 and share > 0:
        return "< 1 %"
    return f"{percent} %"


def _counts(summary: TraceSummary) -> str:
    more = "+" if summary.cut else ""
    errors = f"{summary.errors:,}{more} with errors" if summary.errors else "none with errors"
    if not summary.traces:
        return "none"
    newest = f"; of the newest {summary.traces:,}" if summary.cut else ""
    return f"{summary.traces:,}{more}, {errors}{newest}"


def _lines(summary: TraceSummary, kind: str) -> str | None:
    return "\n".join(summary_text(each) for each in summary.assessments if each.kind == kind) or None


def _how_to_see_more(shown: int, summary: TraceSummary) -> str:
    if summary.cut or summary.traces > MOST_TRACES:
        return f"{shown} of {summary.traces:,}{'+' if summary.cut else ''}; -n {MOST_TRACES} shows more"
    return f"{shown} of {summary.traces:,}; -n {summary.traces} shows all"


def _values(assessments: Sequence[Assessment], kind: str) -> dict[str, JsonValue]:
    found: dict[str, list[JsonValue]] = {}
    for each in assessments:
        if each.kind == kind:
            found.setdefault(each.name, []).append(each.value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _texts(trace: TraceInfo) -> dict[str, JsonValue]:
    """What was said of a trace, to be read: all values by name, and an issue by its name alone."""
    found: dict[str, list[str]] = {}
    for each in trace.assessments:
        if each.kind == "issue":
            found.setdefault(each.name, [])
        elif each.kind == "feedback":
            found.setdefault(each.name, []).append("failed" if each.error else _text(each.value))
    return {name: ", ".join(texts) for name, texts in found.items()}


def _text(value: JsonValue) -> str:
    if isinstance(value, float):
        return number_text(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _evaluation_row(each: Evaluation) -> Row:
    return {
        "run": each.run_name or each.run_id,
        "run_id": each.run_id,
        "datasets": list(each.datasets),
        "digest": each.digest,
        "metrics": dict(each.metrics),
        "evaluated_at": each.evaluated_at,
        "tables": [table.path for table in each.tables],
        "table_urls": [table.url for table in each.tables],
        "problem": each.problem,
        "url": each.url,
    }
