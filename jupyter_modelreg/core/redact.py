"""URIs and error messages with their secrets taken out."""

from __future__ import annotations

import re
import traceback
from urllib.parse import unquote, unquote_plus, urlparse

from jupyter_modelreg.core.errors import RegistryError

_CREDENTIALS = re.compile(r"//[^/@\s]*:[^/@\s]*@")
# Where a database takes a password as a parameter, too, and an object store a signature.
_SECRET_PARAMETER = re.compile(
    r"(?i)([?&](?:[^=&]*(?:password|passwd|pwd|secret|token|credential|signature|odbc_connect|api_?key|access_?key)[^=&]*"
    r"|sig|key)=)([^&#]*)"
)
# What a URL in a text may be a part of.
_WORD = re.compile(r"[^\s'\"`<>()]*[?&][^\s'\"`<>()]*")
# A personal access token of Databricks in the place of a profile.
_DATABRICKS_TOKEN = re.compile(r"^(databricks(?:-uc)?://)dapi[^/?#]+")
_PASSWORD = re.compile(r"^([a-zA-Z][\w+.-]*://)([^/?#@]*:[^?#]*)@")


def one_line(error: Exception, uri: str = "") -> str:
    """What an error says, on one line and not longer than one, without passwords in URIs, and that in `uri`."""
    # SQLAlchemy wraps what a driver says in the statement and a link.
    said = error.message if isinstance(error, RegistryError) else str(getattr(error, "orig", None) or error)
    text = " ".join(said.split()) or type(error).__name__
    text = _CREDENTIALS.sub("//", without_secrets(text, uri))
    return text if len(text) <= 300 else f"{text[:300]}…"


def redacted(uri: str) -> str:
    """`uri` as it may be shown: without a user's name and password, and without secrets among its parameters."""
    user = _user_of(uri)
    plain = uri.replace(f"//{user}@", "//", 1) if user else uri
    return _DATABRICKS_TOKEN.sub(r"\1***", _SECRET_PARAMETER.sub(r"\1***", plain))


def without_credentials(uri: str) -> str:
    """`uri` without a password, key, token or signature, and as it is when it has none.

    Unlike `redacted` it leaves a name alone that comes without a password: `wasbs://container@account/…` needs it.
    """
    found = _PASSWORD.match(uri) if "@" in uri else None
    if found and not _is_host(found[2]):
        uri = found[1] + uri[found.end() :]
    return _DATABRICKS_TOKEN.sub(r"\1***", _SECRET_PARAMETER.sub(r"\1***", uri))


def text_without_credentials(text: str) -> str:
    """Any text, in which URLs have no user with a password, and no secrets among their parameters."""
    plain = _CREDENTIALS.sub("//", text)
    return _WORD.sub(lambda found: _SECRET_PARAMETER.sub(r"\1***", found[0]), plain)


def webhook_place(url: str) -> str:
    """Where a webhook goes, as far as it may be seen: its path is often all the secret there is (Slack, Teams)."""
    try:
        parts = urlparse(url)
    except ValueError:
        return "***"
    rest = "/***" if parts.path.strip("/") or parts.query or parts.fragment else parts.path
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{rest}"


def _is_host(text: str) -> bool:
    """Whether it is `host:port/path`, so that the @ behind it is in the path, too."""
    return re.match(r"[^:]*:\d+/", text) is not None


def without_secrets(text: str, uri: str) -> str:
    """`text` with *** for each password in `uri`, and for each piece of one: a URI may have been read wrongly."""
    user, plain = _user_of(uri), text
    if user:
        plain = plain.replace(uri, redacted(uri)).replace(f"//{user}@", "//")
    password = user.partition(":")[2]
    secrets = {password, *re.split("[@/:?#]", password), *(found[1] for found in _SECRET_PARAMETER.findall(uri))}
    secrets |= {unquote(secret) for secret in secrets} | {unquote_plus(secret) for secret in secrets}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", plain)
    return plain


def safe_cause(error: Exception, uri: str) -> Exception | None:
    """`error`, to be given as the cause of another; None if a traceback of it would show a password in `uri`."""
    text = "".join(traceback.format_exception(error))
    return error if without_secrets(text, uri) == text else None


def _user_of(uri: str) -> str:
    """`user:password` of a URI, and "" for none; also where a password has characters that should be escaped."""
    scheme, _, rest = uri.partition("://")
    user, at, _ = rest.rpartition("@")
    if not at or rest.startswith("/"):  # then it is in the path of a file
        return ""
    try:
        parts = urlparse(uri)
        is_port = scheme in ("http", "https") and parts.port is not None
        in_path = "@" not in parts.netloc and (is_port or ":" not in parts.netloc)
    except ValueError:  # what should be the port is the beginning of a password
        in_path = False
    return "" if in_path else user
