"""`modelreg server`: lets the first user in, and becomes MLflow's server with our app."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn
from urllib.parse import urlsplit

from jupyter_modelreg.commands.host import ServerOptions
from jupyter_modelreg.core.entities.securables import EVERYBODY
from jupyter_modelreg.core.errors import AlreadyExists, InvalidState
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity.signing_in import FUNCTION, HEADER, HUB, PROXIES, sign_in_by
from jupyter_modelreg.mlflow_app.observability.logs import CONFIGURATION, FORMAT
from jupyter_modelreg.mlflow_app.observability.metrics import SHARED
from jupyter_modelreg.mlflow_app.sources import SOURCES
from jupyter_modelreg.mlflow_app.unity.uploads.places import ROLE, UPLOADS, uploads_of
from jupyter_modelreg.uri import RegistryAddress, password_in, registry_address, sqlite_uri, without_passwords

APP = "modelreg"
# Processes over a file, which they take turns at, and over a database.
_OVER_FILE, _OVER_DATABASE = 1, 4


def serve(registry: Registry, options: ServerOptions) -> NoReturn:
    """Put MLflow's server in the place of this process. Raises InvalidState, and what opening the registry raises."""
    address = registry_address(registry.uri)
    check_not_served(address)
    options = _as_service(options) if options.jupyterhub else options
    name = options.administrator or registry.actor
    os.environ.update(environment_of(address, options))
    # Where its processes share what they count, of this server alone: what those before it have counted is over.
    os.environ.setdefault(SHARED, tempfile.mkdtemp(prefix="modelreg-metrics-"))
    sign_in_by(registry)  # which says what cannot be used before there is a server
    uploads_of(registry)  # and this, too
    secret = let_first_in(registry, name)
    registry.close()
    if secret is not None:
        sys.stderr.write(f"{name} is let in by this token, which is told this once:\n{secret}\n")
        sys.stderr.flush()
    command = command_of(address, options)
    os.execve(command[0], command, os.environ)  # noqa: S606  # a shell would be in the way


def _as_service(options: ServerOptions) -> ServerOptions:
    """The options of a server that a JupyterHub starts, which tells it by variables where it is to be.

    JupyterHub: `reference/services`, properties of a service. One without an address is reached without the Hub.
    """
    url, prefix = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", "")), os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if not url.hostname or not url.port or not prefix:
        return options
    return replace(options, host=url.hostname, port=url.port, prefix=prefix.rstrip("/"))


def check_not_served(address: RegistryAddress) -> None:
    """Raise InvalidState for a registry that is another server's."""
    if address.server is not None:
        raise InvalidState(
            f"{address.server} is the server of its registry, and a server opens its registry itself",
            "run this where the registry is, and name its file or its database",
        )


def let_first_in(registry: Registry, name: str) -> str | None:
    """Let in an administrator where there is no user yet; returns their token. None where there are users.

    A registry in which nothing has happened is everybody's: it becomes theirs. One that has been worked in keeps the
    rights that it has. Raises InvalidState where `name` would not administer it.
    """
    if registry.users.list():
        return None
    new = registry.history.last() is None
    if not new:
        granted = [each.privilege for each in registry.grants.effective("registry", of=name)]
        if "MANAGE" not in granted and "OWNER" not in granted:
            raise InvalidState(
                f"{name} does not administer this registry, and is to be the first whom its server lets in",
                "name somebody who does: modelreg server --admin NAME",
            )
    try:
        registry.users.create(name, reason="the first start of a server")
    except AlreadyExists:  # another machine has started at the same moment, and tells the token
        return None
    secret = registry.tokens.create("first start", user=name).secret
    if new:
        registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", [EVERYBODY], force=True)
        if name != registry.actor:  # the last that the actor may do
            registry.grants.transfer("registry", name, new=True)
    return secret


def command_of(address: RegistryAddress, options: ServerOptions) -> list[str]:
    """The command line of MLflow's server."""
    tracking = options.tracking or _tracking_beside(address)
    artifacts = options.artifacts or str(address.path.with_name(f"{address.path.name}.artifacts"))
    workers = options.workers or (_OVER_FILE if address.database is None else _OVER_DATABASE)
    command = [sys.executable, "-m", "mlflow", "server", "--app-name", APP]
    command += ["--registry-store-uri", address.uri, "--backend-store-uri", tracking]
    command += ["--artifacts-destination", artifacts, "--serve-artifacts"]
    command += ["--default-artifact-root", "mlflow-artifacts:/"]
    command += ["--host", options.host, "--port", str(options.port), "--workers", str(workers)]
    if options.prefix is not None:
        command += ["--static-prefix", options.prefix]
    if options.allowed_hosts is not None:
        command += ["--allowed-hosts", options.allowed_hosts]
    uvicorn = ["--log-config", str(CONFIGURATION)]
    if options.certificate is not None and options.key is not None:
        uvicorn += ["--ssl-certfile", str(options.certificate.absolute())]
        uvicorn += ["--ssl-keyfile", str(options.key.absolute())]
    return [*command, "--uvicorn-opts", shlex.join(uvicorn)]


def _tracking_beside(address: RegistryAddress) -> str:
    if address.database is None:
        return sqlite_uri(address.path.with_name(f"{address.path.name}.mlflow.db"))
    return without_passwords(address.database).replace("postgresql:", "postgresql+psycopg:", 1)


def environment_of(address: RegistryAddress, options: ServerOptions) -> Mapping[str, str]:
    """What the server needs to know that stands in no command line, where everybody could read it."""
    # MLflow's jobs would ask the server themselves, and nobody lets them in.
    found = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": os.environ.get("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")}
    told = {
        SOURCES: "\n".join(options.sources),
        UPLOADS: options.uploads,
        ROLE: options.credentials_role,
        HEADER: options.proxy_header,
        PROXIES: options.proxies,
        HUB: "1" if options.jupyterhub else None,
        FUNCTION: options.sign_in,
        FORMAT: options.log_format,
    }
    found |= {name: value for name, value in told.items() if value}
    password = password_in(address.database or "")
    return found | ({} if password is None else {"PGPASSWORD": password})
