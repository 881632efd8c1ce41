"""Where MLflow's URIs lead on this machine, and errors in words."""

from __future__ import annotations

import os
import posixpath
import re
import socket
import traceback
from pathlib import Path
from urllib.parse import unquote, unquote_plus, urlparse
from urllib.request import getproxies, url2pathname

from jupyter_modelreg.core.errors import SourceUnavailable

# `mlflow server` tells its workers by these where `mlflow-artifacts:` leads; asking itself over HTTP would not work.
_SERVES_ARTIFACTS = "_MLFLOW_SERVER_SERVE_ARTIFACTS"
_SERVED_FOLDER = "_MLFLOW_SERVER_ARTIFACT_DESTINATION"
# How long a server may take to accept a connection, in seconds.
_KNOCK = 3.0
_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "postgres": 5432, "mysql": 3306, "mssql": 1433}
_CREDENTIALS = re.compile(r"//[^/@\s]*:[^/@\s]*@")
# Where a database takes a password as a parameter, too.
_SECRET_PARAMETER = re.compile(r"(?i)([?&][^=&]*(?:password|passwd|pwd|secret|token|odbc_connect)[^=&]*=)([^&]*)")


def served(uri: str) -> str:
    """`uri`, or where it leads when this process is itself the server of its artifacts."""
    parts = urlparse(uri)
    if parts.scheme != "mlflow-artifacts" or os.environ.get(_SERVES_ARTIFACTS) != "true":
        return uri
    return posixpath.join(os.environ[_SERVED_FOLDER], parts.path.lstrip("/"))


def local_path(location: str) -> Path | None:
    """The absolute path of a folder or file on this machine; None for one elsewhere."""
    parts = urlparse(location)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(url2pathname(parts.path)).absolute()
    is_drive = os.name == "nt" and len(parts.scheme) == 1
    return Path(os.path.expanduser(location)).absolute() if not parts.scheme or is_drive else None


def reason(error: Exception, uri: str = "") -> str:
    """What an error says, on one line and not longer than one, without passwords in URIs, and that in `uri`."""
    # SQLAlchemy wraps what a driver says in the statement and a link.
    text = " ".join(str(getattr(error, "orig", None) or error).split()) or type(error).__name__
    text = _CREDENTIALS.sub("//", without_secrets(text, uri))
    return text if len(text) <= 300 else f"{text[:300]}…"


def shown(uri: str) -> str:
    """`uri` as it may be shown: without a user's name and password, and without secrets among its parameters."""
    user = _user_of(uri)
    plain = uri.replace(f"//{user}@", "//", 1) if user else uri
    return _SECRET_PARAMETER.sub(r"\1***", plain)


def without_secrets(text: str, uri: str) -> str:
    """`text` with *** for each password in `uri`, and for each piece of one: a URI may have been read wrongly."""
    user, plain = _user_of(uri), text
    if user:
        plain = plain.replace(uri, shown(uri)).replace(f"//{user}@", "//")
    password = user.partition(":")[2]
    secrets = {password, *re.split("[@/:?#]", password), *(found[1] for found in _SECRET_PARAMETER.findall(uri))}
    secrets |= {unquote(secret) for secret in secrets} | {unquote_plus(secret) for secret in secrets}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", plain)
    return plain


def speakable(error: Exception, uri: str) -> Exception | None:
    """`error`, to be given as the cause of another; None if a traceback of it would show a password in `uri`."""
    text = "".join(traceback.format_exception(error))
    return error if without_secrets(text, uri) == text else None


def _user_of(uri: str) -> str:
    """`user:password` of a URI, and "" for none; also where a password has characters that should be escaped."""
    scheme, _, rest = uri.partition("://")
    user, at, _ = rest.rpartition("@")
    if not at or rest.startswith("/"):  # then it is in the path of a file
        return ""
    try:
        parts = urlparse(uri)
        is_port = scheme in ("http", "https") and parts.port is not None
        in_path = "@" not in parts.netloc and (is_port or ":" not in parts.netloc)
    except ValueError:  # what should be the port is the beginning of a password
        in_path = False
    return "" if in_path else user


def check_there(tracking_uri: str) -> None:
    """See that there is a tracking store at `tracking_uri`, where that shows without asking it.

    MLflow would make an empty one in the working folder, and try a server that is down for minutes.
    Raises SourceUnavailable.
    """
    parts = urlparse(tracking_uri)
    if parts.scheme in ("http", "https"):
        try:
            check_answers(tracking_uri)
        except SourceUnavailable as error:
            hint = "check that it runs and that MLFLOW_TRACKING_URI is right, then try again"
            raise SourceUnavailable(f"MLflow's tracking server {error.message}", hint) from error
        return
    if tracking_uri == "databricks":  # a name for a server, not a folder
        return
    path = Path(parts.path[1:]) if parts.scheme == "sqlite" and len(parts.path) > 1 else local_path(tracking_uri)
    if path is not None and not path.exists():
        raise SourceUnavailable(
            f"there is no MLflow tracking server, and nothing is tracked in {path.absolute()} yet",
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
            f"{shown(uri)} does not answer: {reason(error, uri)}", "check the address, and that the server runs"
        ) from speakable(error, uri)


def logged_model_in(source: str | None) -> str | None:
    """The id of the logged model in a source like `models:/m-4f…`; None for any other source."""
    if not source or not source.startswith("models:/"):
        return None
    body = source.removeprefix("models:/").lstrip("/")
    return body if body and "/" not in body and "@" not in body else None
