"""Fixtures: Debian's Chromium, one JupyterLab over a filled registry for all tests, and one of a test's own."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.chromium import chromium
from tests.browser.jupyter import Jupyter
from tests.browser.panel import PATIENCE_MS

MLMODEL = """\
flavors:
  python_function:
    loader_module: nowhere
signature:
  inputs: '[{"name": "amount", "type": "double", "required": true}]'
  outputs: '[{"name": "score", "type": "double", "required": true}]'
"""
HOSTILE = "<img src=x onerror=\"document.title='run'\"> 🦊 שלום"
LONG = "long " * 190 + "end"
_KEPT_BY_PAGES = "local_storage,indexeddb,cache_storage,service_workers"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The system's Chromium.

    Pages live for seconds here, and never get back what V8 spends on making their code faster: an eighth of their work.
    """
    ours = chromium()
    return {**browser_type_launch_args, **ours, "args": [*ours["args"], "--js-flags=--no-opt --no-maglev"]}


@pytest.fixture(scope="session")
def profile(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, as people have it: JupyterLab is fetched and compiled once."""
    kept = browser_type.launch_persistent_context(tmp_path_factory.mktemp("profile"), **browser_type_launch_args)
    kept.set_default_timeout(PATIENCE_MS)
    yield kept
    kept.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """The browser for one test, which leaves nothing in it but what is fetched and compiled."""
    first = list(profile.pages)
    yield profile
    for page in [page for page in profile.pages if page not in first]:
        if page.url.startswith("http"):
            origin = "/".join(page.url.split("/", 3)[:3])
            storage = profile.new_cdp_session(page)
            storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _KEPT_BY_PAGES})
        page.close()
    profile.clear_cookies()
    profile.clear_permissions()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with a failure what stood on the page: it cannot be run again where it failed."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        for shown in page.locator(".jp-Dialog, dialog, .Toastify__toast, .mreg-explorer").all():
            report.sections.append(("on the page", shown.aria_snapshot()))
    return report


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest folder a governed model can be registered from."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "MLmodel").write_text(MLMODEL)
    (folder / "model.bin").write_bytes(b"\x00" * 64)
    return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Jupyter]:
    """A running JupyterLab over a registry with something in every corner."""
    jupyter = Jupyter(tmp_path_factory.mktemp("lab"))
    registry = jupyter_modelreg.connect(jupyter.uri, actor="ana")
    fill(registry, model_folder)
    registry.close()
    jupyter.start()
    yield jupyter
    jupyter.stop()


@pytest.fixture
def own_lab(tmp_path: Path) -> Iterator[Jupyter]:
    """A whole JupyterLab over an empty registry, not started, for tests that stop it or look at nothing."""
    jupyter = Jupyter(tmp_path, whole=True)
    yield jupyter
    jupyter.stop()


@pytest.fixture
def elsewhere(lab: Jupyter) -> Iterator[Registry]:
    """The registry of `lab`, opened by another process than the server: this one."""
    opened = jupyter_modelreg.connect(lab.uri, actor="ben")
    yield opened
    opened.close()


def fill(registry: Registry, model_folder: Path) -> None:
    """A governed model with versions and aliases, a schema of 250 models, workspace models, and names that bite."""
    for _ in range(3):
        registry.versions.register(str(model_folder), "prod.ml_team.fraud")
    registry.aliases.set("prod.ml_team.fraud", "Champion", 3)
    registry.aliases.set("prod.ml_team.fraud", "Challenger", 2)
    for at in range(250):
        registry.models.create(f"staging.many.model_{at:03}")
    for name in ("churn", HOSTILE, LONG):
        registry.versions.register("s3://nowhere/model", name, check_source=False)
