"""Addresses of lakeFS, which keeps versions of data: `lakefs://repository/ref/path`."""

from __future__ import annotations

import re

# The ref of `lakefs://repository/ref/path`, where it is the whole id of a commit; a branch or a tag moves on.
_COMMIT = re.compile(r"lakefs://[^/]+/([0-9a-f]{64})(?:/.*)?")


def is_lakefs(source: str | None) -> bool:
    """Whether a dataset is in lakeFS."""
    return source is not None and source.startswith("lakefs://")


def commit_of(source: str | None) -> str | None:
    """The commit of lakeFS that a dataset was read at; None where its address names a branch, or is no such address."""
    found = _COMMIT.fullmatch(source or "")
    return None if found is None else found[1]
