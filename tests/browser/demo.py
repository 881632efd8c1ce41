"""A registry as a small team might have it, for pictures: three weeks of work by ana and ben, on real models."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of

DAY_MS = 86_400_000
DESCRIPTION = """\
Scores a **card payment** by how likely it is to be disputed.

- Retrained when the monthly dispute rate moves by more than a tenth.
- Thresholds live with the *risk* team: ask there before using it elsewhere.
"""
FEATURES = ("amount", "hour", "distance_km", "merchant_risk", "past_disputes")


class Team:
    """The registry at `uri`, on behalf of whoever is at work, on a day of the past weeks."""

    def __init__(self, uri: str) -> None:
        self._registry = jupyter_modelreg.connect(uri)
        self._now = int(time.time() * 1000)

    def at(self, days_ago: float, actor: str = "ana") -> Registry:
        """The registry as `actor` had it `days_ago`."""
        then = self._now - int(days_ago * DAY_MS)
        return Registry(context_of(self._registry, actor=actor, clock=lambda: then))

    def close(self) -> None:
        """Let go of the file."""
        self._registry.close()


def train(features: Sequence[str], name: str, days_ago: float) -> tuple[str, float]:
    """Log a small model of card payments that looks at some `features`, in a run of its own; its URI and its AUC."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.random((600, len(FEATURES))), columns=list(FEATURES))
    disputed = rng.random(600) < 1 / (1 + np.exp(4 - 6 * table.merchant_risk - 2 * table.past_disputes))
    with mlflow.start_run(run_id=_run(name, days_ago)):
        model = make_pipeline(ColumnTransformer([("used", "passthrough", list(features))]), LogisticRegression())
        model.fit(table, disputed)
        auc = round(float(roc_auc_score(disputed, model.predict_proba(table)[:, 1])), 3)
        mlflow.log_params({"features": ", ".join(features), "solver": "lbfgs", "C": 1.0})
        signature = infer_signature(table, model.predict(table))
        info = mlflow.sklearn.log_model(model, name="model", signature=signature, pip_requirements=[])
        mlflow.log_metrics(
            {"auc": auc, "accuracy": round(float(model.score(table, disputed)), 3)}, model_id=info.model_id
        )
    return info.model_uri, auc


def _run(name: str, days_ago: float) -> str:
    """A run that began in ana's notebook `days_ago`."""
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("card-payments")
    tags = {"mlflow.user": "ana", "mlflow.source.name": "payments/disputes.ipynb", "mlflow.source.type": "NOTEBOOK"}
    began = int(time.time() * 1000 - days_ago * DAY_MS)
    run = client.create_run(experiment.experiment_id, start_time=began, run_name=name, tags=tags)
    run_id: str = run.info.run_id
    return run_id


def track_at(tracking_uri: str) -> None:
    """Track what is trained from here on at `tracking_uri`, without MLflow's news about it."""
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_experiment("card-payments")


def fill(uri: str, tracking_uri: str) -> None:
    """Make the registry at `uri`, its runs at `tracking_uri`."""
    track_at(tracking_uri)
    team = Team(uri)
    runs = enumerate(((4, "disputes-only"), (3, "with-merchant"), (0, "all-features")), start=1)
    sources = [train(FEATURES[at:], name, 21.2 - 6 * number) for number, (at, name) in runs]
    for number, (source, auc) in enumerate(sources, start=1):
        registry = team.at(21 - 6 * number)
        registry.versions.register(source, "staging.risk.fraud", tags={"auc": str(auc)}, reason="weekly training")
    for name in ("churn", "credit_limit", "chargeback"):
        team.at(12, "ben").versions.register(sources[0][0], f"prod.risk.{name}")
    for name in ("uplift", "next_offer", "segment"):
        team.at(16, "carla").versions.register(sources[1][0], f"prod.marketing.{name}")
    team.at(13).versions.copy("staging.risk.fraud/1", "prod.risk.fraud", reason="first one worth serving")
    team.at(13).aliases.set("prod.risk.fraud", "Champion", 1)
    team.at(7).versions.copy("staging.risk.fraud/2", "prod.risk.fraud", reason="passed review by Ben")
    team.at(6.5, "ben").aliases.set("prod.risk.fraud", "Champion", 2, reason="better on last month's disputes")
    team.at(2).versions.copy("staging.risk.fraud/3", "prod.risk.fraud", reason="passed review by Ben")
    team.at(2).aliases.set("prod.risk.fraud", "Challenger", 3, reason="shadow traffic for a week")
    team.at(2).tags.set("prod.risk.fraud", {"task": "classification", "data": "card-payments"})
    team.at(1.5, "ben").tags.set("prod.risk.fraud/3", {"reviewed_by": "ben"})
    team.at(1.5).models.describe("prod.risk.fraud", DESCRIPTION)
    team.at(1.5).versions.describe("prod.risk.fraud/3", "Less regularised; **catches night payments far from home**.")
    team.at(1).aliases.set("prod.risk.churn", "Champion", 1)
    team.at(1).versions.register("s3://models/iris", "iris", check_source=False)
    team.close()
