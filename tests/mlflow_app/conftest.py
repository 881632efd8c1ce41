"""A running server of a registry, with an administrator, ana, and ben, who may read one schema's models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.mlflow_fixtures import empty_mlflow_db
from tests.support.team import PASSWORD, Team, bearer, running_team

__all__ = ["PASSWORD", "Team", "bearer", "empty_mlflow_db"]


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory, empty_mlflow_db: Path) -> Iterator[Team]:
    """`modelreg server` with two workers."""
    with running_team(tmp_path_factory.mktemp("team"), empty_mlflow_db, workers=2) as found:
        yield found
