"""No password, key or signature of a URI is kept: neither in a row nor in the log, which never forgets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.redact import webhook_place, without_credentials
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import SOURCE

PW = "hunter2x"
WITH_SECRET = [
    (f"https://bob:{PW}@host.example/model", "https://host.example/model"),
    (f"s3://AKIA123:{PW}@bucket/model", "s3://bucket/model"),
    (f"s3://AKIA123:ab/{PW}+c@bucket/model", "s3://bucket/model"),
    (f"https://host.example/m?sv=1&sig={PW}", "https://host.example/m?sv=1&sig=***"),
    (f"https://host.example/m?X-Amz-Credential={PW}&X-Amz-Signature={PW}#part", None),
    (f"https://host.example/m?access_token={PW}", "https://host.example/m?access_token=***"),
    (f"databricks://dapi{PW}", "databricks://***"),
]
WITHOUT = [
    "wasbs://container@account.blob.core.windows.net/model",
    "hdfs://namenode:8020/user@example/model",
    "https://host.example:8443/model@v1?download=true",
    "models:/fraud@Champion",
    "databricks://profile",
    "s3://bucket/model",
    "file:///home/ana@work/model",
    "/home/ana:x@work/model",
]


def everything(registry: Registry) -> str:
    rows = [vars(version) for version in registry.versions.search()]
    events = [vars(event) for event in registry.history.list()]
    hooks = [vars(hook) for hook in registry.webhooks.list()]
    return json.dumps([rows, events, hooks], default=str)


@pytest.mark.parametrize(("uri", "plain"), WITH_SECRET)
def test_a_source_with_a_secret_is_refused(registry: Registry, uri: str, plain: str | None) -> None:
    for model in ("fraud", "prod.ml_team.fraud"):
        with pytest.raises(InvalidInput, match="given with a password, key or signature") as caught:
            registry.versions.register(uri, model, check_source=False)
        assert PW not in str(caught.value)
        assert plain is None or plain in caught.value.message
    assert registry.history.last() is None


@pytest.mark.parametrize("uri", WITHOUT)
def test_a_source_without_one_stays_as_it_is(uri: str) -> None:
    assert without_credentials(uri) == uri


def test_a_link_is_kept_without_it(registry: Registry) -> None:
    link = f"https://bob:{PW}@mlflow.example/#/runs/1?token={PW}"
    made = registry.versions.register(SOURCE, "fraud", run_link=link, check_source=False)
    assert made.run_link == registry.versions.get("fraud/1").run_link == "https://mlflow.example/#/runs/1?token=***"
    assert PW not in everything(registry)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Registry]:
    opened = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"))
    yield opened
    opened.close()


def test_an_import_leaves_it_behind(registry: Registry, other: Registry) -> None:
    """It comes from elsewhere, where it may have been kept; a second import knows the version all the same."""
    other.versions.register(SOURCE, "fraud", check_source=False)
    uri = f"https://bob:{PW}@host.example/model"
    with context_of(other).store.write() as tx:
        tx.versions.update(other.versions.get("fraud/1").id, {"source": uri, "location": uri, "run_link": uri})
    for imported in (1, 0):
        report = registry.exchange.import_from(other.uri)
        assert (report.versions.imported, list(report.skipped)) == (imported, [])
    assert registry.versions.get("fraud/1").source == "https://host.example/model"
    assert PW not in everything(registry)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/***"),
        (f"https://u:{PW}@x.example:8443/", "https://x.example:8443/"),
        (f"https://x.example?key={PW}", "https://x.example/***"),
        ("https://x.example", "https://x.example"),
    ],
)
def test_of_a_webhook_only_the_place_is_kept(registry: Registry, url: str, place: str) -> None:
    made = registry.webhooks.create("hook", url, [])
    assert made.url == webhook_place(url) == place
    changed = registry.webhooks.update(made.webhook_id, {"url": f"{url}#{PW}"})
    assert PW not in changed.url
    assert PW not in everything(registry)
    assert "xyz" not in everything(registry)
