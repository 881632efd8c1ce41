"""Paths as URIs and back: whatever stands in the name of a folder or a file, it is that one that is meant."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

import jupyter_modelreg
from jupyter_modelreg.cli import main
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.uri import local_path, registry_address, registry_uri, scheme_of, sqlite_path, sqlite_uri

pytest_plugins = ["tests.support.commands"]

ODD = (
    "run-2026-11-26T10:30",
    "c#",
    "what?",
    "50%25",
    "run%201",
    "run 1",
    "back\\slash",
    "~ana",
    "ünï 🦊",
    "a&b=c;d",
    "[x]",
    "'q\"",
)
SIGNS = (":", "#", "?", "%25", "%20", "\\", " ", "@", "file:", "s3:", "modelreg:")
PIECES = st.one_of(st.sampled_from((*ODD, *SIGNS)), st.text(max_size=3))
NAMES = (
    st.lists(PIECES, min_size=1, max_size=4)
    .map("".join)
    .filter(lambda name: name not in ("", ".", "..") and "/" not in name and "\0" not in name)
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: Path("/data", *names))
MANY = settings(max_examples=300, deadline=None, database=None)


@MANY
@given(PATHS)
def test_every_path_comes_back_from_its_uri(path: Path) -> None:
    assert registry_address(registry_uri(path)).path == path
    assert registry_address(str(path)).path == path
    assert local_path(path.as_uri()) == path
    assert local_path(str(path)) == path
    assert sqlite_path(sqlite_uri(path)) == path


@MANY
@given(PATHS)
def test_sqlalchemy_opens_the_same_file(path: Path) -> None:
    url = sa.make_url(sqlite_uri(path))
    assert url.get_backend_name() == "sqlite"
    assert url.database == str(path)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("runs:/1/model", "runs"),
        ("s3://bucket/x", "s3"),
        ("postgresql+psycopg2://host/db", "postgresql+psycopg2"),
        ("FILE:m", "file"),
        ("sqlite:x.db", "sqlite"),
        ("run-2026-11-26T10:30/model", ""),
        ("./runs:/1", ""),
        ("/data/s3:/x", ""),
        ("C:\\models\\m", ""),
        ("models", ""),
        ("", ""),
    ],
)
def test_what_has_a_scheme(text: str, scheme: str) -> None:
    assert scheme_of(text) == scheme


def test_relative_ones_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert local_path("file:m") == local_path("./m") == local_path("m") == tmp_path / "m"
    assert registry_address("T10:30/r.duckdb").path == tmp_path / "T10:30" / "r.duckdb"
    assert registry_address("modelreg:///T10:30/r.duckdb").path == tmp_path / "T10:30" / "r.duckdb"


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (
        registry_address("modelreg:///~/x.duckdb").path == registry_address("~/x.duckdb").path == tmp_path / "x.duckdb"
    )
    assert local_path("~/x") == tmp_path / "x"
    with pytest.raises(InvalidInput, match="has no home folder"):
        registry_address("~nobody-of-this-name/x.duckdb")


@pytest.mark.parametrize("uri", ["file://elsewhere/x", "s3://x/y", "http://host", "runs:/1/m"])
def test_what_is_elsewhere_is_no_path(uri: str) -> None:
    assert local_path(uri) is None


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///:memory:", "postgresql://host/db", "sqlite:///?x=1"])
def test_what_is_no_file_of_sqlite(uri: str) -> None:
    assert sqlite_path(uri) is None


def test_sqlites_own_uris_are_read() -> None:
    assert sqlite_path("sqlite:///file:/x/a.db?mode=ro&uri=true") == Path("/x/a.db")


@pytest.mark.parametrize("name", ODD)
def test_a_registry_works_in_every_folder_or_is_refused_with_nothing_left(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    path = str(folder / "r.duckdb")
    if "?" in name or "\\" in name:
        for uri in (path, f"modelreg:///{path}"):
            with pytest.raises(InvalidInput, match="cannot be the path of a registry"):
                jupyter_modelreg.connect(uri)
        assert os.listdir(folder) == []
        return
    with_path = jupyter_modelreg.connect(path)
    with_path.models.create("fraud")
    with_path.close()
    assert jupyter_modelreg.connect(with_path.uri).models.get("fraud").name == "fraud"
    for at, source in enumerate((path, with_path.uri)):
        other = jupyter_modelreg.connect(str(tmp_path / f"{at}.duckdb"))
        assert other.exchange.import_from(source).models.imported == 1
        archive = folder / f"{at}.zip"
        other.exchange.export_to(archive, ["fraud"])
        third = jupyter_modelreg.connect(str(tmp_path / f"{at}-again.duckdb"))
        assert third.exchange.import_from(str(archive)).models.imported == 1


def test_a_name_too_long_for_the_files_beside_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is too long for a registry"):
        jupyter_modelreg.connect(str(tmp_path / f"{'x' * 240}.duckdb"))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def mlflow_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow's with the model fraud."""
    import mlflow

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{path}", f"sqlite:///{path}").create_registered_model("fraud")
    return path


@pytest.mark.parametrize("name", [*ODD, "file:"])
def test_mlflows_database_is_read_in_every_folder(name: str, mlflow_database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in" / name
    folder.mkdir(parents=True)
    shutil.copy(mlflow_database, folder)
    for at, source in enumerate((folder / "mlflow.db", sqlite_uri(folder / "mlflow.db"))):
        registry = jupyter_modelreg.connect(str(tmp_path / f"{at}.duckdb"))
        assert registry.exchange.import_from(str(source)).models.imported == 1
    assert os.listdir(folder) == ["mlflow.db"]
    assert os.listdir(tmp_path / "in") == [name], "MLflow makes the folder that the escapes spell"


def test_an_escaped_uri_makes_no_folder_that_is_spelled_so(mlflow_database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "a b"
    folder.mkdir(parents=True)
    shutil.copy(mlflow_database, folder)
    uri = f"sqlite:///{quote(str(folder / 'mlflow.db'))}"
    assert jupyter_modelreg.connect(str(tmp_path / "r.duckdb")).exchange.import_from(uri).models.imported == 1
    assert os.listdir(tmp_path / "in") == ["a b"]


def test_each_folder_registers_with_its_own_signature(
    model_folder: Path, unsigned_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(model_folder, tmp_path / "run 1")
    shutil.copytree(unsigned_folder, tmp_path / "run%201")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{tmp_path}/r.duckdb")
    assert main(["register", "run 1", "prod.ml.spaced"]) == 0
    assert main(["register", "run%201", "prod.ml.escaped"]) == 1, "it has no signature"
    assert main(["register", "run%201", "workspace"]) == 0


def test_a_model_is_registered_from_every_folder(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    registry = jupyter_modelreg.connect(str(tmp_path / "r.duckdb"))
    monkeypatch.setenv("MODELREG_URI", registry.uri)
    for number, name in enumerate(ODD, start=1):
        folder = tmp_path / name
        shutil.copytree(model_folder, folder)
        assert (
            registry.versions.register(str(folder), "prod.ml.path").size
            == registry.versions.register(folder.as_uri(), "prod.ml.uri").size
        )
        assert main(["register", f"file:{quote(name)}", "relative"]) == 0
        assert registry.versions.get(f"relative/{number}").source == str(folder)


@pytest.mark.parametrize("name", ["run%201", "c#", "run-2026-11-26T10:30"])
def test_a_model_is_loaded_from_such_a_folder(name: str, model_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(model_folder, folder)
    registry = jupyter_modelreg.connect(str(folder / "r.duckdb"))
    for source, model in ((str(folder), "workspace"), (folder.as_uri(), "prod.ml.governed")):
        registry.versions.register(source, model)
        loaded: Any = registry.versions.load(f"{model}/1")
        assert loaded.predict(np.array([[4.0]]))[0] == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("https://models.example.org", "https://models.example.org"),
        ("modelreg:https://models.example.org/", "https://models.example.org"),
        ("HTTPS://Models.Example.org:443/team//", "https://models.example.org/team"),
        ("https://models.example.org:8443", "https://models.example.org:8443"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_the_address_of_a_server(text: str, server: str) -> None:
    found = registry_address(text)
    assert (found.server, found.uri, found.database) == (server, f"modelreg:{server}", None)
    assert registry_address(found.uri) == found
    assert found.may_be_there


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://models.example.org", "would be asked without TLS"),
        ("http://127.0.0.1.example.org", "would be asked without TLS"),
        ("http://localhost.example.org", "would be asked without TLS"),
        ("https://", "names no host"),
        ("https://host:none", "is not the address of a server"),
        ("https://[::1", "is not the address of a server"),
        ("https://ana:s3cr3t@host", "never stands in it"),
        ("https://host/?token=s3cr3t", "never stands in it"),
    ],
)
def test_what_is_no_address_of_a_server(text: str, message: str) -> None:
    for each in (text, f"modelreg:{text}"):
        with pytest.raises(InvalidInput, match=message) as refused:
            registry_address(each)
        assert refused.value.hint
        assert "s3cr3t" not in str(refused.value)


def test_a_host_that_is_named_is_asked_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELREG_PLAIN_HTTP", "other.local, models.local")
    assert registry_address("http://models.local:5000").server == "http://models.local:5000"
    with pytest.raises(InvalidInput, match="without TLS"):
        registry_address("http://models.example.org")


def test_a_server_is_asked_by_those_without_a_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr("platformdirs.user_data_path", nowhere)
    assert registry_address("https://host").server == "https://host"
