"""What `modelreg server` starts, and whom it lets in first."""

from __future__ import annotations

from dataclasses import replace

import pytest

import jupyter_modelreg
from jupyter_modelreg.commands.host import ServerOptions
from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.running import command_of, environment_of, let_first_in
from jupyter_modelreg.uri import registry_address
from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

OPTIONS = ServerOptions(host="127.0.0.1", port=5000)


def option(command: list[str], name: str) -> str:
    """What stands behind an option."""
    return command[command.index(name) + 1]


@pytest.mark.parametrize(
    ("uri", "tracking", "password"),
    [
        ("modelreg:postgresql://me@db:5433/models", "postgresql+psycopg://me@db:5433/models", None),
        ("modelreg:postgresql://me:s%40cret@db/models", "postgresql+psycopg://me@db/models", "s@cret"),
        ("modelreg:postgresql://me@/models?host=/run/pg", "postgresql+psycopg://me@/models?host=%2Frun%2Fpg", None),
        (
            "modelreg:postgresql://db/models?sslmode=verify-full&password=s3cret",
            "postgresql+psycopg://db/models?sslmode=verify-full",
            "s3cret",
        ),
    ],
)
def test_runs_are_tracked_in_the_same_database(uri: str, tracking: str, password: str | None) -> None:
    address = registry_address(f"{uri}{'&' if '?' in uri else '?'}files=/srv/models&schema=ours")
    command = command_of(address, OPTIONS)
    assert option(command, "--backend-store-uri") == tracking
    assert option(command, "--workers") == "4"
    assert environment_of(address, OPTIONS).get("PGPASSWORD") == password
    assert not any("cret" in word for word in command)


def test_runs_are_tracked_beside_a_file() -> None:
    command = command_of(registry_address("/data/models.duckdb"), OPTIONS)
    assert option(command, "--backend-store-uri") == "sqlite:////data/models.duckdb.mlflow.db"
    assert option(command, "--artifacts-destination") == "/data/models.duckdb.artifacts"
    assert option(command, "--workers") == "1"


def test_it_may_be_below_a_path_of_a_proxy() -> None:
    command = command_of(registry_address("/data/models.duckdb"), replace(OPTIONS, prefix="/services/modelreg"))
    assert option(command, "--static-prefix") == "/services/modelreg"


@pytest.mark.parametrize("prefix", ["services", "/services/", "/", "/{x}"])
def test_a_prefix_is_a_path(prefix: str, do: Do) -> None:
    with pytest.raises(InvalidInput, match="is no path to be below"):
        do(f"server --prefix {prefix}")


def test_mlflows_jobs_are_off_unless_somebody_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    address = registry_address("/data/models.duckdb")
    assert environment_of(address, OPTIONS)["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    monkeypatch.setenv("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "true")
    assert environment_of(address, OPTIONS)["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "true"


def test_a_new_registry_is_the_first_ones(registry: Registry) -> None:
    secret = let_first_in(registry, "ana")
    assert secret is not None
    assert let_first_in(registry, "ana") is None
    caller = registry.tokens.sign_in(secret)
    assert caller is not None
    assert caller.actor == "ana"
    ben = jupyter_modelreg.connect(registry.uri, actor="ben")
    assert not ben.whoami().admin
    ben.close()


def test_of_two_machines_that_start_at_once_one_tells_a_token(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert let_first_in(registry, "ana") is not None
    monkeypatch.setattr(type(registry.users), "list", lambda _: [])  # as the other has seen it a moment before
    assert let_first_in(registry, "ana") is None


def test_it_may_be_somebody_elses(registry: Registry) -> None:
    let_first_in(registry, "cleo")
    cleo = jupyter_modelreg.connect(registry.uri, actor="cleo")
    assert cleo.whoami().admin
    cleo.close()
    assert not registry.whoami().admin


def test_one_that_was_worked_in_keeps_its_rights(registry: Registry) -> None:
    registry.models.create("fraud")
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    with pytest.raises(InvalidState, match="ben does not administer this registry"):
        let_first_in(registry, "ben")
    assert registry.users.list() == []
    assert let_first_in(registry, "ana") is not None
