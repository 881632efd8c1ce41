"""The one place that turns paths into URIs and URIs into paths: of registries, files, folders and SQLite databases.

A path is taken as it is written: `#`, `?`, `%20` and a colon in it are characters of a name. Only in a `file:` URI are
percent signs decoded, and there nothing is cut off behind `#` or `?`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, unquote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from jupyter_modelreg.core.errors import InvalidInput

SCHEME = "modelreg"
_DATABASES = ("postgresql", "postgres")
_SERVERS = ("https", "http")
_USUAL = {"https": 443, "http": 80}
_LOOPBACK = re.compile(r"127(?:\.\d{1,3}){3}", re.ASCII)
# By this, hosts are named that may be asked without TLS though they are not this machine.
PLAIN_HTTP = "MODELREG_PLAIN_HTTP"
_PASSWORD = re.compile(r"(://[^/@?#]*?):[^/@?#]*(?=@)")
_HOW = (
    "write modelreg:postgresql://user@host/database?files=/folder, the folder being one that all who use it share, or "
    "files=s3://bucket/prefix"
)
# Where files may be kept but in a folder as it is; `local` is one whose files are kept by their hashes.
_OBJECT_STORES = frozenset(["s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "local", "memory"])
# What was said once in this process: a registry is called by a URI without a password, and opened by that again.
_with_passwords: dict[str, str] = {}
_BARE = tuple(f"{SCHEME}:{slashes}" for slashes in ("", "//", "///"))

# A drive of Windows is one letter and a colon; the name of a scheme is longer.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(/?)")
# Schemes that are one without a slash behind the colon, too. `run-2026-11-26T10:30` is the name of a folder.
_WITHOUT_SLASH = frozenset(
    f"{SCHEME} file sqlite duckdb postgresql postgres mysql mssql http https runs models mlflow-artifacts databricks "
    "databricks-uc uc dbfs s3 gs wasb wasbs abfs abfss hdfs viewfs ftp sftp".split()
)
_SQLITE_URI = re.compile(r"sqlite(?:\+[a-z]+)?:///(?P<database>[^?]*)(?:\?(?P<query>.*))?", re.DOTALL)


def scheme_of(text: str) -> str:
    """The scheme of the URI `text`, in lower case; "" when it is a path."""
    found = _SCHEME.match(text)
    if found is None:
        return ""
    scheme = found[1].lower()
    return scheme if found[2] or scheme in _WITHOUT_SLASH else ""


def local_path(text: str) -> Path | None:
    """The absolute path that `text` names on this machine, a path or a `file:` URI; None for any other URI.

    Raises InvalidInput for `~` where there is no home folder.
    """
    scheme = scheme_of(text)
    if not scheme:
        return _absolute(text)
    if scheme != "file":
        return None
    rest = text[len("file:") :]
    if rest.startswith("//"):
        host, _, below = rest[2:].partition("/")
        if host not in ("", "localhost"):
            return None
        rest = f"/{below}"
    if os.name == "nt":
        from urllib.request import url2pathname  # brings an HTTP client along, which other systems need not wait for

        return Path(url2pathname(rest)).absolute()
    return Path(os.fsdecode(unquote_to_bytes(os.fsencode(rest)))).absolute()


# --- registries -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegistryAddress:
    """Where a registry is.

    Attributes:
        uri: what it is called by, with an absolute path and without a password.
        path: of its DuckDB file; of one in a database, a path in the folder of its files that no file has, or with an
            object store in the user's data folder. What belongs to the registry, and is in no database, has the name
            of this and an ending.
        database: the URL of a PostgreSQL database, with the password if there is one; None for a file.
        schema: the schema of that database, where that is said.
        objects: the URL that the files of models are kept under in an object store; None where they are in a folder.
        server: the address of a server that has the registry, without a slash at its end; None where it is opened here.
    """

    uri: str
    path: Path
    database: str | None = field(default=None, repr=False)
    schema: str | None = None
    objects: str | None = None
    server: str | None = None

    @property
    def key_file(self) -> Path:
        """Where the key of the secrets of webhooks is, unless the environment has it."""
        return self.path.with_name(f"{self.path.name}.key")

    @property
    def may_be_there(self) -> bool:
        """Whether the file is there; of a database or a server, only asking it can tell."""
        return self.database is not None or self.server is not None or self.path.exists()


def registry_address(uri: str | None = None) -> RegistryAddress:
    """Where the registry is that `uri` names, a path, a `modelreg:` URI or a server's `https:`; None is the default.

    Raises InvalidInput for another scheme, for `~` where there is no home folder, for a database without a folder for
    files, and for a server that is asked without TLS or by a URI with a password in it.
    """
    text = uri if uri and uri not in _BARE else os.environ.get("MODELREG_URI", "")
    if not text or text in _BARE:
        return _at(home())
    scheme = scheme_of(text)
    if not scheme:
        return _at(_absolute(text))
    if scheme in _SERVERS:
        return _at_server(text)
    if scheme != SCHEME:
        raise InvalidInput(
            f"{hidden(text)!r} is not the URI of a registry",
            "write modelreg:///file.duckdb or modelreg:////folder/file.duckdb, or https://host of a server",
        )
    rest = text[len(SCHEME) + 1 :]
    if scheme_of(rest) in _SERVERS:
        return _at_server(rest)
    if scheme_of(rest) in _DATABASES:
        return _in_database(rest)
    if not rest.startswith("///"):
        raise InvalidInput(
            f"{text!r} is not the URI of a registry",
            f"a relative path takes three slashes, an absolute one four: modelreg:///{rest.lstrip('/')}",
        )
    return _at(_absolute(rest[3:]))


def hidden(uri: str) -> str:
    """A URI without the password in it."""
    return _PASSWORD.sub(r"\1", uri)


def without_passwords(url: str) -> str:
    """The URL of a database without the passwords in it, in front of the host or among the options."""
    parts = urlsplit(url)
    return hidden(urlunsplit(parts._replace(query=urlencode(_sayable(dict(parse_qsl(parts.query)))))))


def password_in(url: str) -> str | None:
    """The password in the URL of a database; None where there is none."""
    parts = urlsplit(url)
    return unquote(parts.password) if parts.password else dict(parse_qsl(parts.query)).get("password")


def _sayable(options: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in options.items() if "password" not in name}


def registry_uri(path: Path) -> str:
    """The URI of the DuckDB file at an absolute path: four slashes, as in SQLAlchemy's, and the path as it is."""
    return f"{SCHEME}:///{path.as_posix()}"


def _at(path: Path) -> RegistryAddress:
    return RegistryAddress(registry_uri(path), path)


def _in_database(url: str) -> RegistryAddress:
    called = f"{SCHEME}:{hidden(url)}"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # which raises for what is none
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError as error:
        raise InvalidInput(f"{called!r} is not the URI of a registry: {error}", _HOW) from None
    files, schema = options.pop("files", ""), options.pop("schema", None)
    objects = _object_store(files) if scheme_of(files) in _OBJECT_STORES else None
    folder = local_path(files) if files and objects is None else None
    place_of_files = objects if folder is None else folder.as_posix()
    if place_of_files is None:
        raise InvalidInput(f"{called} does not say where the files of models are to be", _HOW)
    if not parts.path.strip("/"):
        raise InvalidInput(f"{called} names no database", _HOW)
    own = {"files": place_of_files} | ({} if schema is None else {"schema": schema})
    said = _sayable(options) | own
    place = hidden(urlunsplit(parts._replace(scheme="postgresql", query="", fragment="")))
    uri = f"{SCHEME}:{place}?{urlencode(said, safe='/:')}"
    database = urlunsplit(parts._replace(scheme="postgresql", query=urlencode(options), fragment=""))
    if parts.password is not None or said.keys() != (options | own).keys():
        _with_passwords[uri] = database
    path = _beside(uri) if folder is None else folder / "registry"
    return RegistryAddress(uri, path, _with_passwords.get(uri, database), schema, objects)


def _at_server(url: str) -> RegistryAddress:
    said = hidden(url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        # What urlsplit says repeats the URL, and a token may be in it.
        raise InvalidInput("that is not the address of a server", "write https://host, or https://host:port") from error
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidInput(
            "the address of a server is its host alone: a token or a password never stands in it",
            f"write {parts.scheme}://{host}, and give the token as MODELREG_TOKEN",
        )
    if not host:
        raise InvalidInput(f"{said} names no host", "write https://host, or https://host:port")
    if parts.scheme == "http" and not _may_be_plain(host):
        raise InvalidInput(
            f"{said} would be asked without TLS, and whoever is on the way would read your token",
            f"write https://, or name the host if that is meant: {PLAIN_HTTP}={host}",
        )
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None or port == _USUAL[parts.scheme] else f"{shown}:{port}"
    server = f"{parts.scheme}://{place}{parts.path.rstrip('/')}"
    uri = f"{SCHEME}:{server}"
    return RegistryAddress(uri, _scratch(uri), server=server)


def _scratch(uri: str) -> Path:
    """As `_beside`; a server is asked by those, too, who have no home folder."""
    try:
        return _beside(uri)
    except InvalidInput:
        from tempfile import gettempdir

        return Path(gettempdir(), "jupyter_modelreg", "registry")


def _may_be_plain(host: str) -> bool:
    named = {each.strip().lower() for each in os.environ.get(PLAIN_HTTP, "").split(",")}
    return host == "localhost" or host == "::1" or _LOOPBACK.fullmatch(host) is not None or host in named


def _object_store(url: str) -> str:
    """The URL of a place in an object store, as the registry writes it. Raises InvalidInput."""
    scheme, _, place = url.partition("://")
    place = place.rstrip("/")
    if hidden(url) != url:
        raise InvalidInput(
            f"{hidden(url)} has a key in it, which everybody would see who sees the URI of the registry",
            "leave it out, and give the key to the process as the store has it, like AWS_SECRET_ACCESS_KEY",
        )
    if not place or set(place) & set("?#") or ".." in place.split("/"):
        raise InvalidInput(f"{url} is no place for the files of models", f"write {scheme}://bucket/prefix")
    return f"{scheme.lower()}://{place}"


def _beside(uri: str) -> Path:
    """A path for what belongs to a registry and has to be on this machine."""
    from hashlib import sha256

    return _data_folder() / "elsewhere" / sha256(uri.encode()).hexdigest()[:16] / "registry"


def home() -> Path:
    """Where the registry is when nothing says otherwise: the user's data folder.

    Raises InvalidInput for a user without a home folder.
    """
    return _data_folder() / "registry.duckdb"


def _data_folder() -> Path:
    from platformdirs import user_data_path

    try:
        return user_data_path("jupyter_modelreg", appauthor=False)
    except RuntimeError as error:
        raise InvalidInput(
            "there is no registry of your own, since you have no home folder here",
            "set MODELREG_URI to where it is to be, like modelreg:////data/registry.duckdb, or set HOME",
        ) from error


# --- SQLite -----------------------------------------------------------------------------------------------------


def sqlite_uri(path: Path) -> str:
    """The URI by which SQLAlchemy, and MLflow with it, opens the SQLite database at an absolute path."""
    escaped = path.as_posix().replace("%", "%25").replace("?", "%3F")
    # MLflow makes the folder of a database whose URI names no driver, and there it decodes nothing.
    return f"sqlite:///{escaped}" if escaped == path.as_posix() else f"sqlite+pysqlite:///{escaped}"


def sqlite_path(uri: str) -> Path | None:
    """The absolute path of the file that SQLAlchemy would open for a `sqlite:` URI; None when that is no file."""
    found = _SQLITE_URI.fullmatch(uri)
    database = unquote(found["database"]) if found else ""
    if found and database.startswith("file:") and parse_qs(found["query"] or "").get("uri") == ["true"]:
        database = unquote(database.removeprefix("file:"))
    return None if database in ("", ":memory:") else Path(database).absolute()


def _absolute(text: str) -> Path:
    if not text.startswith("~"):
        return Path(text).absolute()
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise InvalidInput(f"{text} has no home folder to lead to", "write the whole path, or set HOME") from error
