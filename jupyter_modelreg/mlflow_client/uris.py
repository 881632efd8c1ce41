"""Where MLflow's URIs lead on this machine, and errors in words."""

from __future__ import annotations

import os
import posixpath
import socket
from urllib.parse import urlparse
from urllib.request import getproxies

from jupyter_modelreg.core.errors import SourceUnavailable
from jupyter_modelreg.core.redact import one_line, redacted, safe_cause
from jupyter_modelreg.uri import local_path, scheme_of, sqlite_path

# `mlflow server` tells its workers by these where `mlflow-artifacts:` leads; asking itself over HTTP would not work.
_SERVES_ARTIFACTS = "_MLFLOW_SERVER_SERVE_ARTIFACTS"
_SERVED_FOLDER = "_MLFLOW_SERVER_ARTIFACT_DESTINATION"
# Below this the server of a registry serves what the registry keeps, beside the artifacts of runs.
KEPT = "modelreg"
# How long a server may take to accept a connection, in seconds.
_KNOCK = 3.0
_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "postgres": 5432, "mysql": 3306, "mssql": 1433}


def server_location(uri: str) -> str:
    """`uri`, or where it leads when this process is itself the server of its artifacts."""
    parts = urlparse(uri)
    if parts.scheme != "mlflow-artifacts" or os.environ.get(_SERVES_ARTIFACTS) != "true":
        return uri
    return posixpath.join(os.environ[_SERVED_FOLDER], parts.path.lstrip("/"))


def kept_uri(name: str, version: int) -> str:
    """Where clients of a server find the files of a version that the registry keeps; `mlflow_app` answers there."""
    return f"mlflow-artifacts:/{KEPT}/{name}/{version}"


def check_there(tracking_uri: str) -> None:
    """See that there is a tracking store at `tracking_uri`, where that shows without asking it.

    MLflow would make an empty one in the working folder, and try a server that is down for minutes.
    Raises SourceUnavailable.
    """
    if scheme_of(tracking_uri) in ("http", "https"):
        try:
            check_answers(tracking_uri)
        except SourceUnavailable as error:
            hint = "check that it runs and that MLFLOW_TRACKING_URI is right, then try again"
            raise SourceUnavailable(f"MLflow's tracking server {error.message}", hint) from error
        return
    if tracking_uri == "databricks":  # a name for a server, not a folder
        return
    path = sqlite_path(tracking_uri) or local_path(tracking_uri)
    if path is not None and not os.path.exists(path):
        raise SourceUnavailable(
            f"there is no MLflow tracking server, and nothing is tracked in {path} yet",
            "log a run first, or set MLFLOW_TRACKING_URI where Jupyter is started",
        )


def check_answers(uri: str) -> None:
    """See that something listens where `uri` leads, if it names a host. Raises SourceUnavailable."""
    try:
        parts = urlparse(uri)
        if parts.scheme in getproxies() or parts.hostname is None:  # then it is not for us to knock there
            return
        port = parts.port or _PORTS.get(parts.scheme.partition("+")[0])
        if port is not None:
            socket.create_connection((parts.hostname, port), _KNOCK).close()
    except (OSError, ValueError) as error:
        raise SourceUnavailable(
            f"{redacted(uri)} does not answer: {one_line(error, uri)}", "check the address, and that the server runs"
        ) from safe_cause(error, uri)


def logged_model_in(source: str | None) -> str | None:
    """The id of the logged model in a source like `models:/m-4f…`; None for any other source."""
    if not source or not source.startswith("models:/"):
        return None
    body = source.removeprefix("models:/").lstrip("/")
    return body if body and "/" not in body and "@" not in body else None
