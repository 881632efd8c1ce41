"""Nobody learns what is hidden, nor changes what they may not, by Python, messages, magics and MLflow."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import jupyter_modelreg
from jupyter_modelreg.api.dispatch import answer
from jupyter_modelreg.core.errors import NotFound, PermissionDenied, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.doors import STEPS, USER, Hidden, Step
from tests.support.shells import real_shell

SEEDS = range(int(os.environ.get("MODELREG_TEST_SEEDS", "1")))
"""With more of them, by this variable, and more steps by MODELREG_TEST_STEPS, it looks longer."""
# What is asked by a line; `{}` is a model.
LINES = {
    "models": None,
    "models --json": None,
    "catalogs": None,
    "schemas": None,
    "show {}": None,
    "show {}/1": None,
    "versions {}": None,
    "find auc": None,
    "history": None,
    "history {}": None,
    "history --json": None,
    "comments": None,
    "comments {}": None,
    "requests --all": None,
    "grants": None,
    "grants on {} --effective": None,
    "policy list": None,
    "trash": None,
    "status": None,
    "usage {}": None,
    "diff {}/1 {}/1": None,
    "delete {} --dry-run": None,
    "tag {} a=b": "APPLY TAG",
    "comment {} hello": "READ",
    "alias {}@Best 1": "MANAGE",
    "pin {}/1": "MANAGE",
    "deprecate {} -m old": "MANAGE",
    "link {}/1 https://x.org --as app": "MANAGE",
    "describe {} other": "MANAGE",
}


@pytest.fixture
def ben(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry as ben has it, who works here."""
    monkeypatch.setenv("MODELREG_ACTOR", USER)
    monkeypatch.setenv("MODELREG_URI", registry.uri)
    opened = jupyter_modelreg.connect(registry.uri)
    yield opened
    opened.close()


def _through(hidden: Hidden, call: Callable[[Step], tuple[bool, str]]) -> None:
    """Take all steps, by a door that says whether it was done, and what it answers."""
    for step in hidden.steps():
        before = hidden.last()
        done, text = call(step)
        hidden.check(str(step.parameters), text)
        if step.takes is not None:
            hidden.check_change(step, done, before)


@pytest.mark.parametrize("seed", SEEDS)
def test_through_python(registry: Registry, ben: Registry, tmp_path: Path, seed: int) -> None:
    def call(step: Step) -> tuple[bool, str]:
        topic, _, verb = step.operation.partition(".")
        target = ben if topic == "registry" else getattr(ben, topic)
        try:
            return True, repr(getattr(target, verb)(**step.parameters))
        except RegistryError as error:
            return False, f"{error} {error.__cause__} {error.__context__}"

    _through(Hidden(registry, tmp_path, seed), call)


@pytest.mark.parametrize("seed", SEEDS)
def test_through_messages(registry: Registry, ben: Registry, tmp_path: Path, seed: int) -> None:
    """As the widget's comm and the server hand them on."""

    def call(step: Step) -> tuple[bool, str]:
        told = answer(ben, {"id": 1, "op": step.operation, "params": dict(step.parameters)})
        return bool(told["ok"]), json.dumps(told)

    _through(Hidden(registry, tmp_path, seed), call)


@pytest.mark.parametrize("seed", SEEDS)
def test_through_the_past(registry: Registry, ben: Registry, tmp_path: Path, seed: int) -> None:
    hidden = Hidden(registry, tmp_path, seed)
    for step in hidden.steps():
        if step.takes is None:
            message = {"id": 1, "op": step.operation, "params": dict(step.parameters), "as_of": "now"}
            hidden.check(str(step.parameters), json.dumps(answer(ben, message)))


@pytest.fixture
def shell(ben: Registry) -> Iterator[InteractiveShell]:
    """A real shell with the extension, on this registry."""
    with real_shell() as opened:
        yield opened


@pytest.mark.parametrize("seed", SEEDS)
def test_through_magics(registry: Registry, shell: InteractiveShell, tmp_path: Path, seed: int) -> None:
    hidden = Hidden(registry, tmp_path, seed)
    lines = sorted(LINES)
    for number, step in enumerate(hidden.steps()):
        template = lines[(number * 7 + seed) % len(lines)]
        assert step.on is not None
        line = template.format(*[step.on] * template.count("{}"))
        before = hidden.last()
        with capture_output() as captured:
            done = shell.run_cell(f"%modelreg {line}")
        error = done.error_before_exec or done.error_in_exec
        hidden.check(line, f"{captured.stdout}{captured.stderr}{captured.outputs}{done.result!r}{error}")
        if LINES[template] is not None:
            asked = Step(template, {}, step.on, LINES[template])
            hidden.check_change(asked, error is None, before)
        typed = ("%modelreg show ", f"%modelreg show {step.on[:3]}", "%modelreg models ")[number % 3]
        hidden.check(typed, str(shell.complete("" if typed.endswith(" ") else step.on[:3], typed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_through_mlflow(registry: Registry, ben: Registry, tmp_path: Path, seed: int) -> None:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db", registry.uri)
    calls: list[tuple[str | None, Callable[[str], object]]] = [
        (None, lambda name: [each.to_proto() for each in client.search_registered_models()]),
        (None, lambda name: [each.to_proto() for each in client.search_model_versions()]),
        (None, lambda name: client.search_model_versions(f"name = '{name}'")),
        (None, lambda name: client.get_registered_model(name).to_proto()),
        (None, lambda name: client.get_registered_model(f"{name[:-1]}q").to_proto()),
        (None, lambda name: client.get_model_version(name, "1").to_proto()),
        (None, lambda name: client.get_model_version_by_alias(name, "Champion").to_proto()),
        ("EXECUTE", lambda name: client.get_model_version_download_uri(name, "1")),
        ("APPLY TAG", lambda name: client.set_registered_model_tag(name, "a", "b")),
        ("APPLY TAG", lambda name: client.set_model_version_tag(name, "1", "a", "b")),
        ("MANAGE", lambda name: client.set_registered_model_alias(name, "Best", "1")),
        ("MANAGE", lambda name: client.update_registered_model(name, "other")),
    ]
    hidden = Hidden(registry, tmp_path, seed)
    for number, step in enumerate(hidden.steps()):
        takes, call = calls[(number * 5 + seed) % len(calls)]
        assert step.on is not None
        before = hidden.last()
        try:
            done, text = True, str(call(step.on))
        except MlflowException as error:
            done, text = False, f"{error.error_code} {error}"
        hidden.check(step.on, text)
        if takes is not None:
            hidden.check_change(Step("mlflow", {}, step.on, takes), done, before)


def test_the_checker_notices(registry: Registry, ben: Registry, tmp_path: Path) -> None:
    """What is told by the owner's registry is what must not be told, and is found out."""
    hidden = Hidden(registry, tmp_path, 0)
    assert STEPS > 0
    with pytest.raises(AssertionError, match="tells of"):
        hidden.check("models", repr(registry.models.list()))
    with pytest.raises(NotFound):
        ben.models.get(hidden.models[0])
    with pytest.raises(PermissionDenied):
        ben.catalogs.create("new")
