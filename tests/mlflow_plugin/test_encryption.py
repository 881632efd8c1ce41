"""Webhook secrets: encrypted with one key that all processes share, and a clear word when it is not the right one."""

from __future__ import annotations

import multiprocessing
import stat
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from jupyter_modelreg.core.errors import InvalidInput, InvalidState, RegistryUnavailable
from jupyter_modelreg.mlflow_plugin.encryption import KEY_VARIABLE, SecretBox, make_key


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key is about to be."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    return tmp_path / "registry.duckdb.key"


def test_round_trip_across_processes_and_restarts(key_file: Path) -> None:
    token = SecretBox(key_file).encrypt("pässwörd")
    assert "pässwörd" not in token
    assert SecretBox(key_file).decrypt(token) == "pässwörd"
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_only_its_owner_can_read_the_key(key_file: Path) -> None:
    SecretBox(key_file).encrypt("secret")
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_reading_makes_no_key(key_file: Path) -> None:
    token = SecretBox(key_file.with_name("other.key")).encrypt("secret")
    with pytest.raises(InvalidState, match="another key"):
        SecretBox(key_file).decrypt(token)
    assert not key_file.exists()


def test_a_wrong_key_is_named(key_file: Path) -> None:
    token = SecretBox(key_file).encrypt("secret")
    key_file.unlink()
    key_file.write_bytes(Fernet.generate_key())
    with pytest.raises(InvalidState, match=str(key_file)):
        SecretBox(key_file).decrypt(token)


def test_the_environment_comes_first(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, Fernet.generate_key().decode())
    token = SecretBox(key_file).encrypt("secret")
    assert not key_file.exists()
    assert SecretBox(key_file).decrypt(token) == "secret"
    monkeypatch.setenv(KEY_VARIABLE, Fernet.generate_key().decode())
    with pytest.raises(InvalidState, match=KEY_VARIABLE):
        SecretBox(key_file).decrypt(token)


def test_what_is_no_key(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file.write_text("rubbish")
    with pytest.raises(InvalidInput, match="holds no key"):
        SecretBox(key_file).encrypt("secret")
    monkeypatch.setenv(KEY_VARIABLE, "rubbish")
    with pytest.raises(InvalidInput, match=KEY_VARIABLE):
        SecretBox(key_file).encrypt("secret")


def test_a_key_that_cannot_be_kept(tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryUnavailable, match="cannot be kept"):
        make_key(tmp_path / "file" / "registry.key")
    with pytest.raises(RegistryUnavailable, match="make the folder writable, or set"):
        SecretBox(tmp_path / "file" / "registry.key").encrypt("secret")


def test_an_existing_key_is_never_replaced(key_file: Path) -> None:
    first = make_key(key_file)
    assert make_key(key_file) == first == key_file.read_bytes()
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_workers_that_start_together_make_one_key(key_file: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(make_key, [key_file] * 16)
    assert set(keys) == {key_file.read_bytes()}
