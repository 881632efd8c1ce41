"""The line a dialog shows does what the dialog does: two equal registries, one changed by the operations that the
panel calls and one by the lines it shows, hold the same afterwards.

The cases are those of labextension/tests/registry/commandLine.test.ts, which checks that the panel writes these very
lines.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import jupyter_modelreg
from jupyter_modelreg.api.dispatch import dispatch
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

pytest_plugins = ["tests.support.commands"]

CASES = json.loads((Path(__file__).parents[2] / "labextension" / "tests" / "cases" / "lines.json").read_text())
Case = dict[str, Any]


@pytest.fixture(scope="session")
def originals(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry of everything the cases name, to be copied."""
    folder = tmp_path_factory.mktemp("originals")
    with _registry(folder) as registry:
        registry.versions.register(str(model_folder), FRAUD, aliases=["Champion"], description="the first")
        registry.versions.register(str(model_folder), FRAUD)
        registry.tags.set(FRAUD, {"team": "risk", "old: key": "x"})
        for name in ("iris", "a@b", " blank "):
            registry.versions.register(str(model_folder), name)
        registry.tags.set("iris", {"-x": "1", "team": "flowers"})
        registry.schemas.create("bare.empty")
        registry.catalogs.create("hollow")
    return folder


@pytest.fixture
def twins(originals: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two copies of it, `panel` and `line`, in a working directory with folders to register."""
    for name in ("panel", "line"):
        shutil.copytree(originals, tmp_path / name)
    for source in ("model", 'it\'s {a} "$model"'):
        shutil.copytree(model_folder, tmp_path / source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELREG_URI", _uri(tmp_path / "line"))
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    return tmp_path


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}: {case['about']}" for case in CASES])
def test_the_line_does_what_the_dialog_does(case: Case, twins: Path) -> None:
    with _registry(twins / "panel") as panel:
        before = _content(panel)
        _ask(panel, case)
        wanted = _content(panel)
    _run(case["lines"])
    with _registry(twins / "line") as line:
        assert _content(line) == wanted
    assert wanted != before


def _ask(registry: Registry, case: Case) -> None:
    """Call what the dialog calls."""
    given = {key: case[key] for key in ("reason",) if key in case}
    for op, params in _calls(case):
        dispatch(registry, op, {**params, **given})


def _calls(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    target = case.get("target", {})
    kind, name = target.get("kind"), target.get("name")
    # Only an exact name is taken as it is, blanks around it included.
    reference = f"models:/{name}/{target['version']}" if kind == "version" else name
    where = {"reference": reference} if kind == "version" else {"name": name}
    match case["kind"]:
        case "register":
            keys = ("source", "model", "aliases", "tags", "description")
            yield "versions.register", {key: case[key] for key in keys if key in case}
        case "alias":
            yield "aliases.set", {key: case[key] for key in ("model", "alias", "version")}
        case "unalias":
            yield "aliases.remove", {key: case[key] for key in ("model", "alias")}
        case "tags":
            changes: dict[str, Any] = {key: case[key] for key in ("set", "remove") if key in case}
            yield "tags.edit", {"reference": reference, **changes}
        case "describe":
            yield f"{_topic(kind)}.describe", {**where, "description": case["text"] or None}
        case "copy":
            yield "versions.copy", {"reference": f"{case['model']}/{case['version']}", "model": case["to"]}
            if case["alias"]:
                yield "aliases.set", {"model": case["to"], "alias": case["alias"], "version": 1}
        case "link":
            where = {"reference": f"models:/{case['model']}/{case['version']}"}
            yield "versions.link", {**where, "url": case["url"], "kind": case["link"]}
        case "deprecate":
            instead = {"in_favour_of": case["to"]} if "to" in case else {}
            yield "deprecations.set", {"reference": reference, **instead}
        case "rename":
            yield "models.rename", {"name": case["model"], "new_name": case["to"]}
        case "delete":
            yield f"{_topic(kind)}.delete", {**where, **({"force": True} if case.get("force") else {})}


def _topic(kind: str) -> str:
    return f"{kind}s"


def _run(lines: str) -> None:
    """Run a cell as a notebook does; an error in it is an error of the test."""
    shell = InteractiveShell.instance()
    try:
        shell.run_line_magic("load_ext", "jupyter_modelreg")
        shell.run_cell(lines).raise_error()
        shell.run_line_magic("unload_ext", "jupyter_modelreg")
        shell.history_manager.end_session()
    finally:
        InteractiveShell.clear_instance()


def _content(registry: Registry) -> object:
    """Everything a person could see, in the order of names; times and places on disk left out."""
    models = registry.models.list()
    return {
        "models": {m.name: (m.description, dict(m.tags), dict(m.aliases), m.last_version) for m in models},
        "versions": {
            v.reference: (v.description, dict(v.tags), dict(v.links), sorted(v.aliases), _where(v.source), v.size)
            for m in models
            for v in registry.versions.list(m.name)
        },
        "deprecated": {
            name: (told.reason, told.in_favour_of)
            for m in models
            for name, told in registry.deprecations.of([m.name, f"{m.name}/1"]).items()
        },
        "namespaces": [(each.name, each.description) for each in (*registry.catalogs.list(), *registry.schemas.list())],
        "events": sorted(
            (each.action, each.name, each.version or 0, each.reason or "", each.actor)
            for each in registry.history.list()
        ),
    }


def _where(source: str | None) -> str:
    """A folder as it was written: the command keeps the whole path, the panel what was typed."""
    return source if source and source.startswith("models:/") else Path(source or "").name


def _uri(folder: Path) -> str:
    return f"modelreg:///{folder / 'registry.duckdb'}"


@contextmanager
def _registry(folder: Path) -> Iterator[Registry]:
    opened = jupyter_modelreg.connect(_uri(folder), actor="ana")
    yield opened
    opened.close()
