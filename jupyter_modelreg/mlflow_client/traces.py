"""The traces of a logged model, and what was said of them.

Where the tracking store can count, as MLflow's databases do, nothing is fetched for that. MLflow is imported inside the
functions, since a registry that only answers questions never needs it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_modelreg.core.entities.runs import (
    Assessment,
    AssessmentKind,
    AssessmentSummary,
    TraceInfo,
    TraceSummary,
)
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.mlflow_client.evaluations import gone
from jupyter_modelreg.mlflow_client.links import page_of
from jupyter_modelreg.mlflow_client.runs import BATCH, asking, asking_for, collect, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Assessment as MlflowAssessment
    from mlflow.entities import Trace
    from mlflow.store.entities.paged_list import PagedList
    from mlflow.store.tracking.abstract_store import AbstractStore

# The most traces that are fetched to be counted, where the store cannot count.
MOST_COUNTED = 1_000
# The most groups that MLflow gives of a count.
_MOST_GROUPS = 1_000
_KINDS: tuple[AssessmentKind, ...] = ("feedback", "expectation", "issue")
_MODEL = "mlflow.modelId"
_NEWEST_FIRST = ["timestamp_ms DESC"]
_YES_OR_NO = {"yes": True, "no": False}
# What a store, or a server of an older MLflow, says that cannot count.
_CANNOT = ("NOT_IMPLEMENTED", "FEATURE_DISABLED", "ENDPOINT_NOT_FOUND")

# How often each value was given, by kind and name.
_Said = dict[tuple[AssessmentKind, str], list[tuple[JsonValue, int]]]


def traces(model_id: str, limit: int, page_token: str | None) -> Page[TraceInfo]:
    """See `core.ports.tracking`. Raises SourceUnavailable, InvalidInput for a bad token."""
    with asking() as (client, experiments):
        if not experiments:
            return Page()
        page = collect(lambda token: _batch(client, experiments, model_id, token), _any, limit, page_token)
        return Page([_trace_info(each) for each in page], page.token)


def trace_summary(model_id: str) -> TraceSummary:
    """See `core.ports.tracking`. Raises SourceUnavailable."""
    note = url = None
    try:
        with asking_for(f"logged model {model_id}") as client:
            model = client.get_logged_model(model_id)
            url = page_of(tracking_uri(), model.experiment_id, model_id=model_id, traces=True)
    except NotFound as error:  # its traces may still be there
        note = gone(error)
    with asking() as (client, experiments):
        found = TraceSummary()
        if experiments:
            found = _counted(list(experiments), model_id) or _gathered(client, experiments, model_id)
    return replace(found, logged_model_id=model_id, note=note, url=url)


def _any(_: object) -> bool:
    return True


def _batch(client: MlflowClient, experiments: Iterable[str], model_id: str, token: str | None) -> PagedList[Trace]:
    page = client.search_traces(
        locations=list(experiments),
        model_id=model_id,
        include_spans=False,
        order_by=_NEWEST_FIRST,
        max_results=BATCH,
        page_token=token,
    )
    if isinstance(page.token, bytes):  # as MLflow's own database has it, in spite of its types
        page.token = page.token.decode()
    return page


# --- counting --------------------------------------------------------------------------------------------------


def _counted(experiments: list[str], model_id: str) -> TraceSummary | None:
    """What the tracking store itself counts; None where it cannot."""
    from mlflow.exceptions import MlflowException

    from jupyter_modelreg.mlflow_client.mlflow_compat import tracking_store

    try:
        return _Counts(tracking_store(), experiments, model_id).summary()
    except MlflowException as error:
        if error.error_code in _CANNOT:
            return None
        raise


class _Counts:
    """What a tracking store counts of the traces of a model (MLflow: `query_trace_metrics`)."""

    def __init__(self, store: AbstractStore, experiments: list[str], model_id: str) -> None:
        self._store, self._experiments = store, experiments
        self._filters = [f"trace.metadata.`{_MODEL}` = '{model_id}'"]

    def summary(self) -> TraceSummary:
        """All of it."""
        states = {
            states["trace_status"]: int(count) for states, count in self._by("TRACES", "trace_count", "trace_status")
        }
        return TraceSummary(
            traces=sum(states.values()),
            errors=states.get("ERROR", 0),
            assessments=[each for kind in _KINDS for each in self._assessments(kind)],
        )

    def _assessments(self, kind: AssessmentKind) -> Iterable[AssessmentSummary]:
        counts = {each["assessment_name"]: int(count) for each, count in self._said(kind, "assessment_name")}
        if not counts:
            return
        values: dict[str, list[tuple[JsonValue, int]]] = {}
        for each, count in self._said(kind, "assessment_name", "assessment_value"):
            values.setdefault(each["assessment_name"], []).append((_json(each["assessment_value"]), int(count)))
        complete = all(sum(count for _, count in values.get(name, ())) == counts[name] for name in counts)
        means = {} if complete or kind != "feedback" else self._means()
        for name, total in sorted(counts.items()):
            said = values.get(name, [])
            if sum(count for _, count in said) == total:
                yield _summary_of(kind, name, said)
            else:
                yield AssessmentSummary(name=name, kind=kind, count=total, mean=means.get(name))

    def _means(self) -> Mapping[str, float]:
        found = self._by("ASSESSMENTS", "assessment_value", "assessment_name", of="AVG", filters=_of_kind("feedback"))
        return {each["assessment_name"]: value for each, value in found}

    def _said(self, kind: AssessmentKind, *dimensions: str) -> Sequence[tuple[Mapping[str, str], float]]:
        return self._by("ASSESSMENTS", "assessment_count", *dimensions, filters=_of_kind(kind))

    def _by(
        self, view: str, metric: str, *dimensions: str, of: str = "COUNT", filters: Sequence[str] = ()
    ) -> Sequence[tuple[Mapping[str, str], float]]:
        from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType

        points = self._store.query_trace_metrics(
            self._experiments,
            MetricViewType(view),
            metric,
            [MetricAggregation(AggregationType(of))],
            dimensions=list(dimensions),
            filters=[*self._filters, *filters],
            max_results=_MOST_GROUPS,
        )
        return [(point.dimensions, point.values[of]) for point in points]


def _of_kind(kind: AssessmentKind) -> Sequence[str]:
    return [f"assessment.type = '{kind}'"]


def _gathered(client: MlflowClient, experiments: Iterable[str], model_id: str) -> TraceSummary:
    """The same from the newest traces, fetched without their spans, for a store that cannot count."""
    found: list[TraceInfo] = []
    token = None
    while len(found) < MOST_COUNTED:
        page = _batch(client, experiments, model_id, token)
        found += map(_trace_info, page)
        token = page.token
        if not token:
            break
    said: _Said = {}
    for each in (assessment for trace in found for assessment in trace.assessments):
        said.setdefault((each.kind, each.name), []).append((each.value, 1))
    return TraceSummary(
        traces=len(found),
        errors=sum(trace.state == "ERROR" for trace in found),
        assessments=[
            _summary_of(kind, name, said[kind, name])
            for kind, name in sorted(said, key=lambda key: (_KINDS.index(key[0]), key[1]))
        ],
        cut=bool(token),
    )


def _summary_of(kind: AssessmentKind, name: str, said: Sequence[tuple[JsonValue, int]]) -> AssessmentSummary:
    """What values, each given so many times, are on average; a judge that failed has given none."""
    total = sum(count for _, count in said)
    given = [(value, count) for value, count in said if value is not None]
    summary = AssessmentSummary(name=name, kind=kind, count=total)
    if kind != "feedback" or not given:
        return summary
    rated = [
        (number, count) for number, count in ((_number(value), count) for value, count in given) if number is not None
    ]
    if len(rated) < len(given):
        return summary
    mean = sum(number * count for number, count in rated) / sum(count for _, count in rated)
    flags = all(not isinstance(value, int | float) or isinstance(value, bool) for value, _ in given)
    return replace(summary, mean=mean, share=mean if flags else None)


def _number(value: JsonValue) -> float | None:
    """What a value counts as (MLflow: `assessment_aggregate`)."""
    if isinstance(value, str):
        flag = _YES_OR_NO.get(value.strip().lower())
        return None if flag is None else float(flag)
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return float(value)
    return None


def _json(text: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(text)
    except ValueError:
        return text
    return found


# --- in our words ------------------------------------------------------------------------------------------


def _trace_info(trace: Trace) -> TraceInfo:
    from mlflow.tracing.constant import TraceMetadataKey, TraceTagKey

    info = trace.info
    experiment = info.experiment_id
    said = [each for each in info.assessments or () if each.valid is not False]
    ordered = sorted(said, key=lambda each: (each.name, each.create_time_ms or 0))
    return TraceInfo(
        trace_id=info.trace_id,
        name=info.tags.get(TraceTagKey.TRACE_NAME),
        state=info.state.value,
        started_at=info.request_time,
        duration=info.execution_duration,
        request=info.request_preview,
        response=info.response_preview,
        assessments=sorted(map(_assessment, ordered), key=lambda each: _KINDS.index(each.kind)),
        run_id=info.trace_metadata.get(TraceMetadataKey.SOURCE_RUN),
        url=None if experiment is None else page_of(tracking_uri(), experiment, trace_id=info.trace_id),
    )


def _assessment(said: MlflowAssessment) -> Assessment:
    kind: AssessmentKind = "feedback"
    value: JsonValue = None
    error = None
    if said.expectation is not None:
        kind, value = "expectation", said.expectation.value
    elif said.feedback is not None:
        value = said.feedback.value
        error = (
            None if said.feedback.error is None else said.feedback.error.error_message or said.feedback.error.error_code
        )
    else:
        kind = "issue"
    source = said.source
    return Assessment(
        name=said.name,
        kind=kind,
        value=value,
        source=None if source is None else f"{source.source_type} {source.source_id or ''}".strip(),
        rationale=said.rationale,
        error=error,
    )
