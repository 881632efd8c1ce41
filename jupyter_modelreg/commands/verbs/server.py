"""The command that makes a server of a registry: server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from jupyter_modelreg.commands.command import command
from jupyter_modelreg.commands.host import ServerOptions
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput

_FILE = click.Path(path_type=Path)
_PREFIX = re.compile(r"(/[\w.~-]+)+")


@command(
    "server",
    calls=[],
    examples=[
        "server",
        "server --host 0.0.0.0 --port 443 --certificate server.pem --key server.key",
        "server --workers 8 --artifacts s3://bucket/runs",
    ],
)
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Where it listens.")
@click.option("--workers", type=click.IntRange(1), help="Processes.  [default: 4, or 1 over a file]")
@click.option("--tracking", metavar="URI", help="MLflow's database of runs.  [default: beside the registry]")
@click.option("--artifacts", metavar="PLACE", help="Files of runs: a folder or a URI.  [default: beside the registry]")
@click.option(
    "--sources", multiple=True, metavar="PLACE", help="From where else models are read, as s3://bucket/models."
)
@click.option(
    "--uploads", metavar="PLACE", help="Where Unity Catalog's clients send files, also s3://….  [default: beside]"
)
@click.option("--credentials-role", metavar="ARN", help="What such clients read and write an object store with.")
@click.option("--proxy-header", metavar="NAME", help="The header by which a proxy says who asks, as X-Forwarded-User.")
@click.option("--proxies", metavar="NETWORKS", help="Where such proxies are: 10.0.0.0/8,127.0.0.1.")
@click.option("--prefix", metavar="PATH", help="Where a proxy in front has it, as /services/modelreg.")
@click.option("--jupyterhub", is_flag=True, help="Let in the users of the JupyterHub whose service this is.")
@click.option("--sign-in", metavar="MODULE:FUNCTION", help="A function that says who asks.")
@click.option("--certificate", type=_FILE, help="For TLS, with --key; or have a proxy in front that does it.")
@click.option("--key", type=_FILE, help="The key of the certificate.")
@click.option("--allowed-hosts", metavar="NAMES", help="The names by which the server may be asked.")
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of its lines."
)
@click.option("--admin", metavar="NAME", help="Who is let in first.  [default: you]")
def server(
    session: CommandSession,
    host: str,
    port: int,
    workers: int | None,
    tracking: str | None,
    artifacts: str | None,
    sources: Sequence[str],
    uploads: str | None,
    credentials_role: str | None,
    proxy_header: str | None,
    proxies: str | None,
    prefix: str | None,
    jupyterhub: bool,
    sign_in: str | None,
    certificate: Path | None,
    key: Path | None,
    allowed_hosts: str | None,
    log_format: str,
    admin: str | None,
) -> Result:
    """Serve the registry to a team, by MLflow's server.

    Everybody who asks says who they are, by a password or a token; user and token say who that is. The first start lets
    you in, and tells you a token. The privileges of the registry hold for everybody.
    """
    if (certificate is None) != (key is None):
        raise InvalidInput("a certificate and its key go together", "server --certificate server.pem --key server.key")
    if prefix is not None and not _PREFIX.fullmatch(prefix):
        raise InvalidInput(f"{prefix} is no path to be below", "write it as /services/modelreg")
    for file in (certificate, key):
        if file is not None and not file.is_file():
            raise InvalidInput(f"there is no file {file}", "name the certificate and its key, as PEM files")
    options = ServerOptions(
        host=host,
        port=port,
        workers=workers,
        tracking=tracking,
        artifacts=artifacts,
        sources=sources,
        uploads=uploads,
        credentials_role=credentials_role,
        proxy_header=proxy_header,
        proxies=proxies,
        prefix=prefix,
        jupyterhub=jupyterhub,
        sign_in=sign_in,
        certificate=certificate,
        key=key,
        allowed_hosts=allowed_hosts,
        administrator=admin,
        log_format=log_format,
    )
    session.host.serve(session.registry, options)
