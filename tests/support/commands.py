"""What the tests of commands, magics and CLI share: a real model on disk, a session, and a registry with content."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

import jupyter_modelreg
from jupyter_modelreg.commands.group import run
from jupyter_modelreg.commands.host import ServerOptions
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry

Do = Callable[[str], Result]


class RecordingHost:
    """A host that only remembers, so that a test can look."""

    def __init__(self) -> None:
        self.variables: dict[str, object] = {}
        self.connections: list[str] = []
        self.namespaces: dict[str, str | None] = {}
        self.shown: Callable[[Registry, str | None], object] | None = None
        self.asked: Callable[[Registry, Mapping[str, JsonValue]], object] | None = None
        self.questions: list[str] = []
        self.answer: bool | None = None
        self.password: str | None = "correct horse battery"
        self.editor: Callable[[str], str] | None = None

    piped = False

    def variable(self, name: str) -> Callable[[object], None]:
        return lambda value: self.variables.update({name: value})

    def tables(self, names: Collection[str]) -> Mapping[str, object]:
        return {name: self.variables[name] for name in names if name in self.variables}

    def connected(self, uri: str) -> None:
        self.connections.append(uri)

    def namespace(self, uri: str) -> str | None:
        return self.namespaces.get(uri)

    def set_namespace(self, uri: str, namespace: str | None) -> None:
        self.namespaces[uri] = namespace

    def mlflow(self, uri: str) -> str:
        return f"asked about {uri}"

    def explorer(self, registry: Registry, namespace: str | None) -> object | None:
        return self.shown and self.shown(registry, namespace)

    def dialog(self, registry: Registry, request: Mapping[str, JsonValue]) -> object | None:
        return self.asked and self.asked(registry, request)

    def edit(self, text: str) -> str | None:
        """What the test makes of it."""
        return None if self.editor is None else self.editor(text)

    def serve(self, registry: Registry, options: ServerOptions) -> NoReturn:
        raise InvalidInput(f"asked to serve {registry.uri} at {options.host}:{options.port}")

    def secret(self, question: str) -> str | None:
        self.questions.append(question)
        return self.password

    def ask(self, question: str) -> bool | None:
        self.questions.append(question)
        return self.answer


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small scikit-learn model with a signature, as MLflow writes it."""
    import mlflow.sklearn
    import numpy as np
    from mlflow.models import infer_signature
    from sklearn.linear_model import LinearRegression

    folder = tmp_path_factory.mktemp("saved") / "model"
    x = np.array([[1.0], [2.0], [3.0]])
    model = LinearRegression().fit(x, [2.0, 4.0, 6.0])
    signature = infer_signature(x, model.predict(x))
    mlflow.sklearn.save_model(model, folder, signature=signature, pip_requirements=[])
    return folder


@pytest.fixture(scope="session")
def unsigned_folder(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model without its signature."""
    import yaml

    folder = tmp_path_factory.mktemp("unsigned") / "model"
    shutil.copytree(model_folder, folder)
    description = yaml.safe_load((folder / "MLmodel").read_text())
    del description["signature"]
    (folder / "MLmodel").write_text(yaml.safe_dump(description))
    return folder


@pytest.fixture
def host() -> RecordingHost:
    """A host that only remembers."""
    return RecordingHost()


@pytest.fixture
def session(registry_path: Path, host: RecordingHost) -> Iterator[CommandSession]:
    """A session on an empty registry, for ana."""

    def opener(uri: str | None) -> Registry:
        return jupyter_modelreg.connect(uri or str(registry_path), actor="ana")

    opened = CommandSession(opener, host)
    yield opened
    opened.close()


@pytest.fixture
def do(session: CommandSession) -> Do:
    """Run a command line."""
    return lambda line: run(shlex.split(line), session, "modelreg")


@pytest.fixture
def stocked(session: CommandSession, do: Do, model_folder: Path) -> Registry:
    """A registry with prod.ml_team.fraud (two versions, @Champion is 1) and the workspace model iris."""
    do(f"register {model_folder} prod.ml_team.fraud --alias Champion --tag task=regression --description 'the first'")
    do(f"register {model_folder} prod.ml_team.fraud")
    do(f"register {model_folder} iris")
    do("tag prod.ml_team.fraud team=risk")
    return session.registry


@pytest.fixture
def fresh_kernel_env(registry_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point whatever starts now at this test's registry."""
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{registry_path}")
    return registry_path
