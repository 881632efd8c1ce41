"""The key that webhook secrets are encrypted with.

It is `MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY`, as in MLflow. Without it, MLflow makes a new key in each process, so that
no other worker and no restart can read a secret again; here one is made once and kept beside the registry.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from jupyter_modelreg.core.errors import InvalidInput, InvalidState, RegistryUnavailable

KEY_VARIABLE = "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY"


class SecretBox:
    """Encrypts and decrypts with the key of one registry, kept in `key_file` unless the environment has one."""

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file

    def encrypt(self, secret: str) -> str:
        """Encrypt, making the key on first use. Raises InvalidInput, RegistryUnavailable (the key cannot be kept)."""
        return self._cipher(self._key() or make_key(self._key_file)).encrypt(secret.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Raises InvalidState when the key is not the one it was encrypted with, or is gone."""
        key = self._key()
        try:
            if key is None:
                raise InvalidToken
            return self._cipher(key).decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise InvalidState(
                f"webhook secrets cannot be read: they were encrypted with another key than the one in {self._place()}",
                f"put that key back into {KEY_VARIABLE} or {self._key_file}, "
                "or give the webhook its URL and its secret anew",
            ) from error

    def _key(self) -> bytes | None:
        given = os.environ.get(KEY_VARIABLE)
        if given:
            return given.encode()
        try:
            return self._key_file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RegistryUnavailable(f"the key of webhook secrets cannot be read: {error}", _WAY_OUT) from error

    def _cipher(self, key: bytes) -> Fernet:
        try:
            return Fernet(key)
        except ValueError as error:
            raise InvalidInput(
                f"{self._place()} holds no key for webhook secrets",
                "make one with cryptography.fernet.Fernet.generate_key()",
            ) from error

    def _place(self) -> str:
        return KEY_VARIABLE if os.environ.get(KEY_VARIABLE) else str(self._key_file)


_WAY_OUT = f"make the folder writable, or set {KEY_VARIABLE}"


def make_key(key_file: Path) -> bytes:
    """Make a key in `key_file`, readable by its owner only, unless another process was faster; returns what is there.

    Raises RegistryUnavailable when it cannot be written.
    """
    try:
        key_file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=key_file.parent, prefix=f"{key_file.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
            # A link, unlike a rename, never replaces the key another process has put there and begun to use.
            os.link(temporary, key_file)
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
        return key_file.read_bytes()
    except OSError as error:
        raise RegistryUnavailable(f"the key of webhook secrets cannot be kept: {error}", _WAY_OUT) from error
