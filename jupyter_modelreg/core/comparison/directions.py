"""Whether more of a metric is better or worse, as far as its name says."""

from __future__ import annotations

import re
from typing import Literal

Direction = Literal["higher", "lower"]

# As scikit-learn, MLflow's evaluators, Keras, XGBoost and LightGBM call them; and what is measured where a model runs.
_LOWER = re.compile(
    "loss|logloss|mlogloss|error|errors|err|merror|mae|mse|rmse|msle|rmsle|mape|smape|wape|deviance|brier|hinge|"
    "crossentropy|perplexity|nll|fpr|fnr|wer|cer|ece|kl|toxicity|latency|duration|time|seconds|ms|cost"
)
_HIGHER = re.compile(
    "accuracy|acc|auc|auroc|auprc|aucpr|roc|prc|f1|f2|fbeta|precision|recall|r2|score|ndcg|map|mrr|iou|jaccard|dice|"
    "bleu|rouge|meteor|specificity|sensitivity|tpr|tnr|kappa|mcc|gini|silhouette"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*")


def direction(metric: str) -> Direction | None:
    """Which values of `metric` are better, the higher or the lower ones; None where its name does not say.

    A name is read word by word: `valLoss`, `test_log_loss`, `roc_auc`. What scikit-learn negates so that more is better
    (`neg_mean_squared_error`) is better when it is higher.
    """
    words = [word.lower() for word in _WORD.findall(metric)]
    if any(map(_LOWER.fullmatch, words)):
        return "higher" if "neg" in words else "lower"
    return "higher" if any(map(_HIGHER.fullmatch, words)) else None
