"""Whether more of a metric is better."""

from __future__ import annotations

import math

import pytest

from jupyter_modelreg.core.comparison.directions import direction
from jupyter_modelreg.core.comparison.records import ComparedValue


@pytest.mark.parametrize(
    ("metric", "better"),
    [
        ("auc", "higher"),
        ("test_roc_auc", "higher"),
        ("valAUC", "higher"),
        ("f1_score", "higher"),
        ("recall@10", "higher"),
        ("valid/accuracy", "higher"),
        ("R2", "higher"),
        ("precision", "higher"),
        ("loss", "lower"),
        ("val/loss", "lower"),
        ("meanError", "lower"),
        ("latency_p95", "lower"),
        ("training_mae", "lower"),
        ("gloss", None),
        ("lifetimes", None),
        ("valLoss", "lower"),
        ("test-log_loss", "lower"),
        ("brier_score", "lower"),
        ("mean_absolute_error", "lower"),
        ("RMSE", "lower"),
        ("neg_mean_squared_error", "higher"),
        ("example_count", None),
        ("accident_rate", None),
        ("losses_avoided", None),
        ("", None),
        ("精度", None),
    ],
)
def test_the_name_of_a_metric_says_what_is_better(metric: str, better: str | None) -> None:
    assert direction(metric) == better


@pytest.mark.parametrize(
    ("first", "last", "better", "improved"),
    [
        (0.5, 0.75, "higher", True),
        (0.75, 0.5, "higher", False),
        (0.75, 0.5, "lower", True),
        (0.5, 0.5, "higher", None),
        (0.5, math.nan, "higher", None),
        (0.5, None, "lower", None),
        (0.5, 0.75, None, None),
    ],
)
def test_a_change_for_the_better(first: float, last: float | None, better: str | None, improved: bool | None) -> None:
    metric = ComparedValue(section="metrics", key="m", values=[first, last], differs=True, better=better)  # type: ignore[arg-type]
    assert metric.improved is improved
