"""The log replayed: after anything that can be done, it gives the tables as they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.links import KINDS
from tests.support.contexts import context_of
from tests.support.plain_models import plain_model

NAMES = ("prod.team.a", "prod.team.b", "dev.team.a", "plain", "other")
ALIASES = ("Champion", "Challenger", "Shadow")
KEYS = ("task", "auc", "owner", "é \"' {")
LINKS = ("https://x.org/a?b=c", "grpc://x.org:443")
STAGES = ("None", "Staging", "Production", "Archived")


def differing(registry: Registry) -> list[str]:
    return [each.message for each in rebuilt_differences(context_of(registry))]


def model_folder(tmp_path: Path) -> Path:
    plain_model(tmp_path / "model", 20)
    return tmp_path / "model"


class Worker:
    """Does one thing after the other, at random, good or bad."""

    def __init__(self, registries: list[Registry], folder: Path, seed: int) -> None:
        self.registries, self.folder, self.dice = registries, folder, random.Random(seed)

    def step(self) -> None:
        registry = self.dice.choice(self.registries)
        try:
            self.dice.choice(STEPS)(self, registry)
        except RegistryError:
            """What is refused changes nothing, which is looked at like everything else."""

    def pick(self, *choices: object) -> object:
        return self.dice.choice(choices)

    @property
    def name(self) -> str:
        return self.dice.choice(NAMES)

    @property
    def number(self) -> int:
        return self.dice.randint(1, 4)

    @property
    def reference(self) -> str:
        return f"{self.name}/{self.number}" if self.dice.random() < 0.7 else self.name

    def register(self, registry: Registry) -> None:
        name, aliases = self.name, self.dice.sample(ALIASES, self.dice.randint(0, 2))
        tags = {key: str(self.number) for key in self.dice.sample(KEYS, self.dice.randint(0, 2))}
        description = self.dice.choice((None, "what it is"))
        if name.count(".") == 2:
            source = str(self.folder) if self.dice.random() < 0.9 else str(self.folder / "missing")
        else:
            source = "s3://bucket/model"
        registry.versions.register(
            source, name, aliases=aliases, tags=tags, description=description, check_source=False, reason="why"
        )

    def rename(self, registry: Registry) -> None:
        registry.models.rename(self.name, self.name)

    def tag(self, registry: Registry) -> None:
        some = {key: str(self.number) for key in self.dice.sample(KEYS, 2)}
        gone = [key for key in KEYS if key not in some][:1]
        registry.tags.edit(self.reference, set=some, remove=gone)

    def containers(self, registry: Registry) -> None:
        if self.dice.random() < 0.5:
            registry.schemas.create(self.dice.choice(("prod.new", "new.team")))
            registry.schemas.describe("prod.new", "text")
            registry.catalogs.describe("prod", self.dice.choice((None, "text")))
        else:
            registry.schemas.delete(self.dice.choice(("prod.new", "new.team", "dev.team")))
            registry.catalogs.delete("new")

    def comment(self, registry: Registry) -> None:
        there = [each.id for each in registry.comments.list()]
        if not there or self.dice.random() < 0.5:
            registry.comments.add(self.reference, self.dice.choice(("good", "@ben: bad")))
        elif self.dice.random() < 0.5:
            registry.comments.edit(self.dice.choice(there), "better, @ana")
        else:
            registry.comments.delete(self.dice.choice(there))

    def webhook(self, registry: Registry) -> None:
        there = registry.webhooks.list()
        if not there or self.dice.random() < 0.4:
            registry.webhooks.create("hook", "https://x.org/a", [("model_version", "created")], secret="encrypted")
        elif self.dice.random() < 0.7:
            changes = {"name": "other", "secret": "new", "events": (("registered_model", "created"),)}
            registry.webhooks.update(there[0].webhook_id, dict(self.dice.sample(sorted(changes.items(), key=str), 2)))
        else:
            registry.webhooks.delete(there[0].webhook_id)


STEPS: tuple[Callable[[Worker, Registry], object], ...] = (
    *[Worker.register] * 5,
    Worker.rename,
    *[Worker.tag] * 2,
    Worker.containers,
    Worker.webhook,
    *[Worker.comment] * 2,
    lambda worker, registry: registry.models.create(worker.name, tags={"a": "b"}, description="new"),
    lambda worker, registry: registry.models.describe(worker.name, worker.dice.choice((None, "text"))),
    lambda worker, registry: registry.models.set_deployment_job(worker.name, worker.dice.choice((None, "7"))),
    lambda worker, registry: registry.models.delete(worker.name, force=worker.dice.random() < 0.5),
    *[lambda worker, registry: registry.aliases.set(worker.name, worker.dice.choice(ALIASES), worker.number)] * 3,
    lambda worker, registry: registry.aliases.remove(worker.name, worker.dice.choice(ALIASES)),
    lambda worker, registry: registry.versions.describe(f"{worker.name}/1-3", "text"),
    lambda worker, registry: registry.versions.transition(
        worker.name, worker.number, worker.dice.choice(STAGES), archive_existing=worker.dice.random() < 0.3
    ),
    *[lambda worker, registry: registry.versions.delete(f"{worker.name}/{worker.number}", force=True)] * 2,
    lambda worker, registry: registry.versions.pin(f"{worker.name}/{worker.number}"),
    lambda worker, registry: registry.versions.unpin(f"{worker.name}/1-4"),
    lambda worker, registry: registry.deprecations.set(worker.name, "old"),
    lambda worker, registry: registry.deprecations.set(
        f"{worker.name}/1-2", "bad", in_favour_of=f"{worker.name}/{worker.number}"
    ),
    *[lambda worker, registry: registry.deprecations.remove(worker.name)] * 2,
    lambda worker, registry: registry.deprecations.remove(f"{worker.name}/1-4"),
    lambda worker, registry: registry.versions.link(
        f"{worker.name}/{worker.number}", worker.dice.choice(LINKS), worker.dice.choice(KINDS)
    ),
    lambda worker, registry: registry.versions.unlink(f"{worker.name}/1-4", worker.dice.choice(LINKS)),
    lambda worker, registry: registry.versions.copy(f"{worker.name}/{worker.number}", worker.name),
    lambda worker, registry: registry.trash.purge(),
    lambda worker, registry: registry.tag_policies.create(worker.dice.choice(KEYS), ["1", "2", "3"]),
    lambda worker, registry: registry.tag_policies.delete(worker.dice.choice(KEYS)),
    *[lambda worker, registry: registry.searches.save(worker.dice.choice(KEYS), worker.name, replace=True)] * 2,
    lambda worker, registry: registry.searches.delete(worker.dice.choice(KEYS)),
)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Registry:
    """Another registry with models of the same names, and of others."""
    registry = jupyter_modelreg.connect(str(tmp_path / "elsewhere.duckdb"), actor="eve")
    plain_model(folder := tmp_path / "theirs", 10)
    for name in ("prod.team.a", "prod.team.c"):
        for _ in range(2):
            registry.versions.register(str(folder), name, aliases=["Champion"])
    for stage in ("None", "Staging", "Production"):
        registry.versions.register("s3://bucket/other", "plain", check_source=False, tags={"from": "elsewhere"})
        registry.versions.transition("plain", len(registry.versions.list("plain")), stage)
    registry.versions.delete("plain/2")
    return registry


@pytest.mark.parametrize("seed", range(6))
def test_the_tables_are_what_the_log_says(registry: Registry, elsewhere: Registry, tmp_path: Path, seed: int) -> None:
    other = jupyter_modelreg.connect(registry.uri, actor="ben")
    worker = Worker([registry, other], model_folder(tmp_path), seed)
    for number in range(120):
        worker.step()
        if number in (40, 90):
            registry.exchange.import_from(elsewhere.uri, into=worker.dice.choice((None, "prod.team")))
        if number % 20 == 0:
            assert differing(registry) == []
    assert differing(registry) == []
    assert registry.maintenance.verify().sound


def test_after_a_restore_too(new_registry: Registry, elsewhere: Registry, tmp_path: Path) -> None:
    worker = Worker([elsewhere], model_folder(tmp_path), 7)
    for _ in range(60):
        worker.step()
    elsewhere.maintenance.backup(tmp_path / "backup")
    new_registry.maintenance.restore(tmp_path / "backup")
    assert differing(new_registry) == []
    new_registry.versions.register(str(worker.folder), "prod.team.c")
    assert differing(new_registry) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE models SET owner = 'eve'", "the model prod.team.a differs from the activity log in owner"),
        (
            "UPDATE models SET aliases = '{\"Champion\": 2}'",
            "the model prod.team.a differs from the activity log in aliases",
        ),
        (
            "UPDATE versions SET source = 's3://x', tags = '{\"a\": \"c\"}' WHERE version = 1",
            "the version prod.team.a/1 differs from the activity log in tags and source",
        ),
        ("DELETE FROM schemas", "the schema prod.team is missing, and the activity log has it"),
        ("UPDATE catalogs SET id = 99", "the catalog prod is there, and no event has created it"),
        (
            "UPDATE version_files SET sha256 = repeat('0', 64) WHERE path = 'weights.bin'",
            "the version prod.team.a/1 has another manifest than the activity log says",
        ),
        (
            "INSERT INTO retired_names VALUES (2, 'prod.team.z', 3)",
            "numbers up to 0 were used under the name prod.team.z, and the tables say 3",
        ),
    ],
)
def test_what_was_altered_by_hand_shows(
    registry: Registry, registry_path: Path, tmp_path: Path, statement: str, said: str
) -> None:
    folder = str(model_folder(tmp_path))
    registry.versions.register(folder, "prod.team.a", aliases=["Champion"], tags={"a": "b"})
    registry.versions.register(folder, "prod.team.a")
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute(statement)
    assert said in differing(registry)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE models SET owner = 'eve', description = 'hers', last_version = 9",
        "UPDATE models SET aliases = '{}', tags = '{\"a\": \"b\"}'",
        "UPDATE versions SET source = 's3://x', metrics = '[]', deleted_at = 7",
        "DELETE FROM versions WHERE version = 2",
        "DELETE FROM schemas",
        "UPDATE catalogs SET owner = 'eve'",
        "INSERT INTO catalogs SELECT * REPLACE (99 AS id, 'mine' AS name) FROM catalogs",
    ],
)
def test_what_was_altered_by_hand_is_rebuilt_from_the_log(
    registry: Registry, registry_path: Path, tmp_path: Path, statement: str
) -> None:
    folder = str(model_folder(tmp_path))
    registry.versions.register(folder, "prod.team.a", aliases=["Champion"], tags={"a": "b"})
    registry.versions.register("s3://x", "plain", check_source=False)
    registry.versions.register("s3://x", "plain", check_source=False)
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute(statement)
    found = registry.maintenance.verify(rebuild=True)
    assert not found.sound
    assert registry.maintenance.repair(rebuild=True).sound
    assert registry.maintenance.verify(rebuild=True).sound
    last = registry.history.last()
    assert last is not None
    assert last.action == "registry.repaired"
    assert differing(registry) == []
