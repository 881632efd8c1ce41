"""A logged model that has answered requests, with what was said of the answers; fixtures and helpers."""

from __future__ import annotations

import time
from collections.abc import Sequence

import mlflow
from mlflow.entities import AssessmentSource
from mlflow.tracing.constant import TraceMetadataKey


def answered(model_id: str, experiment: str, *questions: str) -> list[str]:
    """Have the model answer questions, each with a trace in the experiment; gives their ids. It cannot answer `bad`."""
    mlflow.set_experiment(experiment_id=experiment)
    made = []
    for question in questions:
        time.sleep(0.002)  # their times are whole milliseconds
        with mlflow.start_span("answer") as span:
            mlflow.update_current_trace(model_id=model_id)
            span.set_inputs({"question": question})
            if question == "bad":
                span.set_status("ERROR")
            else:
                span.set_outputs(f"about {question}")
        made.append(span.trace_id)
    mlflow.flush_trace_async_logging()
    for trace_id in made:
        trace = mlflow.get_trace(trace_id)
        assert trace is not None
        assert trace.info.trace_metadata[TraceMetadataKey.MODEL_ID] == model_id
    return made


def judge(trace_ids: Sequence[str], name: str, *values: object) -> None:
    """Give feedback under one name: a value a trace."""
    for trace_id, value in zip(trace_ids, values, strict=True):
        source = AssessmentSource("HUMAN", "ana")
        mlflow.log_feedback(trace_id=trace_id, name=name, value=value, rationale=f"because of {value}", source=source)
