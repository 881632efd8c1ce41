"""Passwords and tokens: how they are made, kept and compared. Neither is kept as it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

COST = (2**15, 8, 3)
"""What scrypt is made to cost: N, r and p, as OWASP's list of settings has them for 32 MiB. A tenth of a second."""

_HASHED = re.compile(r"scrypt:([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,9}):[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=")
_MEMORY = 64 * 1024**2  # bytes; what OpenSSL may use
_SALT = 16  # bytes
_PREFIX = "mreg"
_ID, _SECRET = 6, 32  # bytes
# Which passwords were found right, by a digest under a key that this process alone has.
_KEY = secrets.token_bytes(32)
_right: set[bytes] = set()
_MOST_RIGHT = 1000


def hashed_password(password: str) -> str:
    """What is kept of a password: the cost of trying one, a salt, and scrypt of both, as text."""
    return _scrypt(password, COST, secrets.token_bytes(_SALT))


def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password is the one of which `hashed` was kept; None takes as long, and is none.

    One that has been found right in this process is found so again at once, as programs show it with every request.
    """
    shown = hmac.digest(_KEY, f"{hashed}:{password}".encode(), "sha256")
    if shown in _right:
        return True
    right = _is_password(password, hashed)
    if right:
        if len(_right) >= _MOST_RIGHT:
            _right.clear()
        _right.add(shown)
    return right


def _is_password(password: str, hashed: str | None) -> bool:
    try:
        _, cost, block, lanes, salt, _ = (hashed or _no_password()).split(":")
        made = _scrypt(password, (int(cost), int(block), int(lanes)), base64.b64decode(salt))
    except ValueError:
        return False
    return hmac.compare_digest(made, hashed or "")


def _no_password() -> str:
    return ":".join(("scrypt", *map(str, COST), f"{'A' * 22}==", f"{'A' * 43}="))


def is_hashed(kept: str) -> bool:
    """Whether that is what `hashed_password` gives, at a cost that is not made to keep a server busy."""
    found = _HASHED.fullmatch(kept)
    return found is not None and all(int(each) <= most for each, most in zip(found.groups(), COST, strict=True))


def new_token() -> tuple[str, str, str]:
    """The id of a new token, the token, and the hash that is kept of it."""
    token_id, secret = secrets.token_hex(_ID), secrets.token_urlsafe(_SECRET)
    return token_id, f"{_PREFIX}_{token_id}_{secret}", hashed_token(secret)


def read_token(text: str) -> tuple[str, str] | None:
    """The id and the secret of a token; None for what is none."""
    prefix, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    return (token_id, secret) if prefix == _PREFIX and token_id and secret else None


def hashed_token(secret: str) -> str:
    """What is kept of a token: its SHA-256, which nobody finds it by, as it has 256 bits of chance itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_token(secret: str, hashed: str) -> bool:
    """Whether the secret of a token is the one of which `hashed` was kept."""
    return hmac.compare_digest(hashed_token(secret), hashed)


def _scrypt(password: str, cost: tuple[int, int, int], salt: bytes) -> str:
    n, r, p = cost
    made = hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
    return ":".join(("scrypt", *map(str, cost), *(base64.b64encode(each).decode() for each in (salt, made))))
