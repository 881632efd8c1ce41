"""From where a server reads models for those who ask it, and where it lets them put the files of their runs."""

from __future__ import annotations

import os
from collections.abc import Sequence

from flask import Flask, Response, jsonify, request
from mlflow.server import ARTIFACT_ROOT_ENV_VAR, ARTIFACTS_DESTINATION_ENV_VAR

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.mlflow_client.limited import check_place

# Where `modelreg server --sources` tells its workers what was named, a line each.
SOURCES = "MODELREG_SERVER_SOURCES"
_CREATE = "/mlflow/experiments/create"


def places_to_read() -> Sequence[str]:
    """The server's own artifact stores, and what whoever runs it has named."""
    own = [os.environ.get(name, "") for name in (ARTIFACTS_DESTINATION_ENV_VAR, ARTIFACT_ROOT_ENV_VAR)]
    named = os.environ.get(SOURCES, "").splitlines()
    return [place for place in (*own, *named) if place.strip()]


def check_experiments(app: Flask, places: Sequence[str]) -> None:
    """Have MLflow refuse an experiment whose runs would have their files elsewhere.

    MLflow takes any folder there, and then reads and lists what is in it as files of a run.
    """

    @app.before_request
    def refuse_elsewhere() -> Response | None:
        if not request.path.endswith(_CREATE):
            return None
        asked = request.get_json(force=True, silent=True)
        place = asked.get("artifact_location") if isinstance(asked, dict) else None
        if not place:
            return None
        try:
            check_place(str(place), places)
        except InvalidInput as error:
            answer: Response = jsonify({"error_code": "INVALID_PARAMETER_VALUE", "message": str(error)})
            answer.status_code = 400
            return answer
        return None
