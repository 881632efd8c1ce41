"""Addresses of pages elsewhere: of what MLflow tracks, in its own UI, and of commits."""

from __future__ import annotations

import re
from urllib.parse import quote

from jupyter_modelreg.core.redact import redacted

# `git@github.com:team/repo.git`, and `https://`, `ssh://` or `git://` with or without a user and a port.
_SCP = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/].*)")
_URL = re.compile(r"(?:https?|ssh|git)://(?:[^/@]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<path>.+)")
# Names of owners, groups and repositories; no segment may be dots alone.
_PATH = re.compile(r"(?!\.+/)[\w.-]+(?:/(?!\.+(?:/|$))[\w.-]+)+")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
# By the first label of the host, as in gitlab.example.com; Bitbucket on a team's own server has other addresses.
_WHERE_COMMITS_ARE = {"github": "commit", "gitlab": "-/commit"}


def page_of(
    tracking_uri: str,
    experiment_id: str,
    *,
    run_id: str | None = None,
    artifact: str | None = None,
    model_id: str | None = None,
    traces: bool = False,
    trace_id: str | None = None,
) -> str | None:
    """The page in MLflow's UI of a run or an `artifact` of it, a logged model or its `traces`, or a trace.

    Else that of the experiment; None where nobody serves one.
    """
    if not tracking_uri.startswith(("http://", "https://")):
        return None
    experiment = f"{redacted(tracking_uri).rstrip('/')}/#/experiments/{experiment_id}"
    if run_id is not None:
        run = f"{experiment}/runs/{run_id}"
        return run if artifact is None else f"{run}/artifacts/{quote(artifact)}"
    if trace_id is not None:
        return f"{experiment}/traces/{quote(trace_id, safe='')}"
    if model_id is None:
        return experiment
    return f"{experiment}/models/{model_id}{'/traces' if traces else ''}"


def commit_page(repository: str | None, commit: str | None) -> str | None:
    """The page of `commit` at GitHub, GitLab or Bitbucket, for a remote as Git knows it; None where none is known.

    What a run says of its repository anybody may have written, so the address is built from the parts that can be
    understood, always with https.
    """
    found = _URL.fullmatch(repository or "") or _SCP.fullmatch(repository or "")
    if found is None or commit is None or not _COMMIT.fullmatch(commit):
        return None
    host, path = found["host"].lower(), found["path"].rstrip("/").removesuffix(".git")
    where = "commits" if host == "bitbucket.org" else _WHERE_COMMITS_ARE.get(host.partition(".")[0])
    if where is None or "." not in host or not _PATH.fullmatch(path):
        return None
    return f"https://{host}/{path}/{where}/{commit}"
