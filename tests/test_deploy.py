"""The files that run a server: their command lines are ones that there are. `make lint` sees to their schemas."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_modelreg.commands.verbs.server import server
from jupyter_modelreg.uri import registry_address
from tests.support.object_store import Bucket, bucket, object_store

__all__ = ["bucket", "object_store"]

DEPLOY = Path(__file__).parents[1] / "deploy"


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def deployment() -> Any:
    return next(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))


def unit() -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read(DEPLOY / "modelreg.service")
    return found


def lines() -> dict[str, Sequence[str]]:
    """What follows `modelreg` in each."""
    (container,) = deployment()["spec"]["template"]["spec"]["containers"]
    program, *of_unit = shlex.split(unit()["Service"]["ExecStart"])
    assert program.endswith("/bin/modelreg")
    return {
        "compose": shlex.split(compose()["services"]["server"]["command"]),
        "kubernetes": container["args"],
        "systemd": of_unit,
    }


@pytest.mark.parametrize("where", ["compose", "kubernetes", "systemd"])
def test_a_command_line_is_one_that_there_is(where: str) -> None:
    option, registry, verb, *rest = lines()[where]
    assert (option, verb) == ("--registry", "server")
    assert (registry_address(registry).database or "").startswith("postgresql://modelreg@")
    given = server.make_context("server", rest).params
    assert given["admin"] == "admin"
    assert given["log_format"] == "json"


def test_nothing_stands_in_a_command_line_that_should_be_secret() -> None:
    for file in DEPLOY.iterdir():
        assert not re.search(r"postgresql://[^@\s]*:[^@\s]*@", file.read_text()), file
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY", name):
                assert re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", value), name


def test_what_asks_whether_it_is_there_asks_under_an_allowed_name() -> None:
    (container,) = deployment()["spec"]["template"]["spec"]["containers"]
    (allowed,) = (
        each.partition("=")[2].split(",") for each in container["args"] if each.startswith("--allowed-hosts=")
    )
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        (host,) = container[probe]["httpGet"]["httpHeaders"]
        assert (host["name"], host["value"] in allowed) == ("Host", True)
    words = lines()["compose"]
    assert "127.0.0.1:5000" in words[words.index("--allowed-hosts") + 1].split(",")


def test_the_bucket_is_made_where_there_is_none(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    service = compose()["services"]["bucket"]
    assert service["entrypoint"][:2] == ["python", "-c"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket.store.endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    for _ in range(2):
        subprocess.run([sys.executable, "-c", service["entrypoint"][2]], check=True, timeout=60)
    assert "models" in bucket.store.files().ls("")


def test_the_image_is_made_of_files_that_there_are() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for taken in (line[1:] for line in ignored if line.startswith("!")):
        assert (DEPLOY.parent / taken).exists(), taken
