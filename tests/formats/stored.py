"""Registries as a version of this package has stored them; later versions read them as they are.

Each folder here is called by the format of its events (`core.entities.events.FORMAT`) and holds:

- `registry.tar.gz`: the database, its journal with changes that have not entered the database, and the model files;
- `backup.zip`: the backup of that registry;
- `archive.zip`: its models, exported;
- `content.json`: every record that it has.

A folder is written once, by `python -m tests.formats.stored`, and never again: what it holds is what people have.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any, TypeVar

import jupyter_modelreg
from jupyter_modelreg.core.entities.events import FORMAT
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.plain_models import plain_model

R = TypeVar("R")
FOLDER = Path(__file__).parent
FORMATS = sorted(folder.name for folder in FOLDER.iterdir() if folder.name.isdigit())
NAME = "registry.duckdb"
BEGUN = 1_764_500_000_000


class Records:
    """`core.ports.TableWriter` that keeps records as JSON has them, by the name of their class."""

    def __init__(self) -> None:
        self.content: dict[str, list[Any]] = {}

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """See `TableWriter`."""
        self.content[kind.__name__] = json.loads(json.dumps([vars(each) for each in chain(*pages)], default=_plain))


def records(registry: Registry) -> dict[str, list[Any]]:
    """Every record of a registry."""
    found = Records()
    context_of(registry).store.dump(found)
    return found.content


def unpacked(asset: Path, folder: Path) -> Path:
    """Unpack a registry; gives its path."""
    with tarfile.open(asset) as file:
        file.extractall(folder, filter="tar")
    return folder / NAME


def _pack(folder: Path, asset: Path) -> None:
    """Pack a registry, but for what only says who has it."""
    with tarfile.open(asset, "w:gz") as file:
        for path in sorted(folder.iterdir()):
            if path.suffix not in (".lock", ".turn"):
                file.add(path, path.name, filter=_nobodys)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


def fill(path: Path) -> None:
    """Make the registry, with something of everything that can be logged, and end without letting go of it."""
    times = count(BEGUN, 60_000)
    uri = jupyter_modelreg.connect(str(path)).uri

    def work_of(actor: str) -> Registry:
        return Registry(
            context_of(jupyter_modelreg.connect(uri, actor=actor), clock=lambda: next(times), exchanging=True)
        )

    ana, ben = work_of("ana"), work_of("ben")
    folder = path.parent.parent / "model"
    plain_model(folder, 300)
    _namespaces(ana)
    _governed(ana, ben, str(folder))
    _workspace(ana, ben)
    _webhooks(ana)
    # That somebody has loaded it is noted beside the log.
    jupyter_modelreg.connect(uri, actor="cy").versions.download("prod.team.fraud@Champion", folder.with_name("loaded"))
    ana.exchange.import_from(str(_elsewhere(path.parent.parent)), into="prod.imported")
    ana.close()
    _waiting(ana, ben)
    os.kill(os.getpid(), signal.SIGKILL)


def _namespaces(ana: Registry) -> None:
    ana.catalogs.create("prod", description="What customers see", reason="the first")
    ana.schemas.create("prod.team")
    ana.schemas.describe("prod.team", "größe \U0001f600 \" ' \\ \n %")
    ana.catalogs.describe("prod", None)
    ana.schemas.create("gone.soon")
    ana.schemas.delete("gone.soon")
    ana.catalogs.delete("gone")


def _governed(ana: Registry, ben: Registry, folder: str) -> None:
    for number in range(1, 6):
        aliases = ["Champion"] if number == 1 else []
        ana.versions.register(folder, "prod.team.fraud", tags={"run": str(number)}, aliases=aliases, description="made")
    ben.aliases.set("prod.team.fraud", "Champion", 3, reason="better by 2 %")
    ben.aliases.set("prod.team.fraud", "Challenger", 4)
    ana.aliases.rollback("prod.team.fraud", "Champion", reason="worse in production")
    ben.history.undo()
    ana.aliases.remove("prod.team.fraud", "Champion")
    ana.history.undo()
    ana.tags.edit("prod.team.fraud/2", set={"auc": "0.9"}, remove=["run"])
    ana.versions.describe("prod.team.fraud/2", "described")
    ana.models.describe("prod.team.fraud", "who pays back")
    ana.models.set_deployment_job("prod.team.fraud", "job-7")
    ana.versions.pin("prod.team.fraud/2")
    ana.versions.link("prod.team.fraud/2", "https://x.example/fraud", "endpoint")
    ana.deprecations.set("prod.team.fraud/1", "too old", in_favour_of="prod.team.fraud/2")
    ana.versions.delete("prod.team.fraud/5")
    ana.versions.delete("prod.team.fraud/4")
    ana.trash.restore("prod.team.fraud/4")
    ana.versions.copy("prod.team.fraud/3", "prod.team.copied")
    ana.models.rename("prod.team.copied", "prod.team.renamed")
    ana.models.create("prod.team.trashed", tags={"why": "not needed"})
    ana.models.delete("prod.team.trashed")
    ana.versions.register(folder, "prod.team.purged")
    ana.models.delete("prod.team.purged")
    ana.trash.purge(["prod.team.purged"])
    ana.versions.register(folder, "prod.team.back")
    ana.models.delete("prod.team.back")
    ana.trash.restore("prod.team.back", name="prod.team.again")


def _workspace(ana: Registry, ben: Registry) -> None:
    for number in range(1, 4):
        ana.versions.register("s3://bucket/churn", "churn", run_link=f"https://x.example/{number}", check_source=False)
    ben.versions.transition("churn", 1, "Staging")
    ben.versions.transition("churn", 2, "Production")
    ben.versions.transition("churn", 3, "Production", archive_existing=True)
    ana.versions.delete("churn/1")


def _webhooks(ana: Registry) -> None:
    hook = ana.webhooks.create("told", "https://x.example/hook", [("model_version", "created")], secret="encrypted")
    ana.webhooks.update(hook.webhook_id, {"description": "to the team", "secret": "renewed"})
    other = ana.webhooks.create("deleted", "https://x.example/other", [("registered_model", "created")])
    ana.webhooks.delete(other.webhook_id)


def _elsewhere(folder: Path) -> Path:
    other = jupyter_modelreg.connect(str(folder / "other.duckdb"), actor="eve")
    other.versions.register("s3://bucket/other", "their", aliases=["Best"], tags={"a": "b"}, check_source=False)
    other.close()
    return folder / "other.duckdb"


def _waiting(ana: Registry, ben: Registry) -> None:
    """What is in the journal only."""
    ben.aliases.set("prod.team.fraud", "Champion", 4, reason="since yesterday")
    ben.tags.set("prod.team.fraud/4", {"checked": "yes"})
    ana.versions.register("s3://bucket/churn", "churn", aliases=["Newest"], check_source=False)
    ana.models.create("prod.late.model", description="created late")


def _plain(value: Any) -> Any:
    try:
        return vars(value)
    except TypeError:
        return dict(value)


def _make(target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "registry"
        folder.mkdir()
        code = "import pathlib, sys; from tests.formats.stored import fill; fill(pathlib.Path(sys.argv[1]))"
        done = subprocess.run([sys.executable, "-c", code, str(folder / NAME)], check=False)
        if done.returncode != -signal.SIGKILL:
            sys.exit("the registry was not filled")
        target.mkdir()
        _pack(folder, target / "registry.tar.gz")
        registry = jupyter_modelreg.connect(str(folder / NAME), actor="ana")
        (target / "content.json").write_text(json.dumps(records(registry), ensure_ascii=False, indent=1) + "\n")
        registry.maintenance.backup(target / "backup.zip")
        registry.exchange.export_to(target / "archive.zip")
        registry.close()


if __name__ == "__main__":
    _make(FOLDER / str(FORMAT))
