"""Every change is authorised first: the place where privileges are asked is passed by every writing method."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.core.access.needs import NEEDS, READ, SEE
from jupyter_modelreg.core.access.privileges import PRIVILEGES
from jupyter_modelreg.core.entities.securables import AnySecurable
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import ModelFiles
from jupyter_modelreg.core.errors import FilesDamaged, NotFound, PermissionDenied
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.unit_of_work import UnitOfWork
from jupyter_modelreg.testing.store_records import model
from tests.core.access.shelf import Tracked
from tests.support.contexts import context_of
from tests.support.names import FRAUD, SOURCE
from tests.support.plain_models import plain_model

Call = Callable[[Registry, Path], object]


def sent(beside: Path) -> AbstractContextManager[ModelFiles]:
    """What somebody has sent of a version that was begun."""
    folder = beside.with_name("sent")
    if not folder.exists():
        plain_model(folder, 10)
    signature: dict[str, JsonValue] = {"inputs": [{"type": "double", "name": "x"}], "outputs": [{"type": "long"}]}
    return nullcontext(ModelFiles(folder=folder, signature=signature))


# A call of each operation that writes, all of which could succeed on the registry below.
CALLS: dict[str, Call] = {
    "catalogs.create": lambda registry, _: registry.catalogs.create("dev"),
    "catalogs.describe": lambda registry, _: registry.catalogs.describe("prod", "x"),
    "catalogs.delete": lambda registry, _: registry.catalogs.delete("empty"),
    "schemas.create": lambda registry, _: registry.schemas.create("prod.new"),
    "schemas.describe": lambda registry, _: registry.schemas.describe("prod.ml_team", "x"),
    "schemas.delete": lambda registry, _: registry.schemas.delete("prod.empty"),
    "models.create": lambda registry, _: registry.models.create("iris2"),
    "models.rename": lambda registry, _: registry.models.rename("iris", "iris3", force=True),
    "models.describe": lambda registry, _: registry.models.describe("iris", "x"),
    "models.set_deployment_job": lambda registry, _: registry.models.set_deployment_job("iris", "7"),
    "models.delete": lambda registry, _: registry.models.delete("iris", force=True),
    "models.withdraw": lambda registry, _: registry.models.withdraw(FRAUD, registry.models.get(FRAUD).id),
    "versions.register": lambda registry, _: registry.versions.register(SOURCE, "iris", check_source=False),
    "versions.begin": lambda registry, _: registry.versions.begin(FRAUD, SOURCE),
    "versions.complete": lambda registry, other: registry.versions.complete(f"{FRAUD}/1", lambda _: sent(other)),
    "versions.describe": lambda registry, _: registry.versions.describe("iris/1", "x"),
    "versions.transition": lambda registry, _: registry.versions.transition("iris", 1, "Staging"),
    "versions.delete": lambda registry, _: registry.versions.delete("iris/1", force=True),
    "versions.pin": lambda registry, _: registry.versions.pin("iris/1"),
    "versions.unpin": lambda registry, _: registry.versions.unpin("iris/1"),
    "deprecations.set": lambda registry, _: registry.deprecations.set("iris", "old"),
    "deprecations.remove": lambda registry, _: registry.deprecations.remove("iris"),
    "lineage.refresh": lambda registry, folder: _tracked(registry, folder).lineage.refresh("old/1"),
    "versions.link": lambda registry, _: registry.versions.link("iris/1", "https://new.org", "endpoint"),
    "versions.unlink": lambda registry, _: registry.versions.unlink("iris/1", "https://x.org"),
    "versions.copy": lambda registry, _: registry.versions.copy("iris/1", "iris"),
    "aliases.set": lambda registry, _: registry.aliases.set("iris", "New", 1),
    "aliases.rollback": lambda registry, _: registry.aliases.rollback("iris", "Champion", version=1),
    "history.undo": lambda registry, _: registry.history.undo(registry.history.recent("iris", actions=["tag"])[0].seq),
    "trash.restore": lambda registry, _: registry.trash.restore("iris/2"),
    "aliases.remove": lambda registry, _: registry.aliases.remove("iris", "Champion"),
    "tags.set": lambda registry, _: registry.tags.set("iris", {"a": "b"}),
    "tags.remove": lambda registry, _: registry.tags.remove("iris", ["task"]),
    "tags.edit": lambda registry, _: registry.tags.edit("iris/1", set={"a": "b"}),
    "trash.prune": lambda registry, _: registry.trash.prune("old", keep=1),
    "trash.purge": lambda registry, _: registry.trash.purge(),
    "exchange.import_from": lambda registry, other: registry.exchange.import_from(str(other)),
    "grants.grant": lambda registry, _: registry.grants.grant(["EXECUTE"], "iris", ["cleo"]),
    "grants.change": lambda registry, _: registry.grants.change("iris", {"cleo": ["EXECUTE"]}, {"ben": ["BROWSE"]}),
    "grants.revoke": lambda registry, _: registry.grants.revoke(["EXECUTE"], "registry", ["ben"]),
    "grants.transfer": lambda registry, _: registry.grants.transfer("iris", "ben"),
    "groups.create": lambda registry, _: registry.groups.create("more"),
    "groups.add": lambda registry, _: registry.groups.add("analysts", ["dora"]),
    "groups.remove": lambda registry, _: registry.groups.remove("analysts", ["cleo"]),
    "groups.delete": lambda registry, _: registry.groups.delete("analysts"),
    "users.create": lambda registry, _: registry.users.create("dora"),
    "users.set_password": lambda registry, _: registry.users.set_password("cleo", "correct horse"),
    "users.delete": lambda registry, _: registry.users.delete("cleo"),
    "tokens.create": lambda registry, _: registry.tokens.create(user="cleo"),
    "tokens.revoke": lambda registry, _: registry.tokens.revoke(registry.tokens.list(user="cleo")[0].id),
    "configuration.apply": lambda registry, _: registry.configuration.apply({"groups": {"analysts": ["dora"]}}),
    "comments.add": lambda registry, _: registry.comments.add("iris/1", "looks good"),
    "comments.edit": lambda registry, _: registry.comments.edit(_comment(registry), "looks better"),
    "comments.delete": lambda registry, _: registry.comments.delete(_comment(registry)),
    "tag_policies.create": lambda registry, _: registry.tag_policies.create("task", ["x"]),
    "tag_policies.change": lambda registry, _: registry.tag_policies.change("stage", values=["prod"]),
    "tag_policies.delete": lambda registry, _: registry.tag_policies.delete("stage"),
    "searches.save": lambda registry, _: registry.searches.save("live", "alias = 'Champion'"),
    "searches.delete": lambda registry, _: registry.searches.delete("old"),
    "requests.alias": lambda registry, _: registry.requests.alias("iris/1", "Best"),
    "requests.stage": lambda registry, _: registry.requests.stage("iris/1", "Staging"),
    "requests.access": lambda registry, _: registry.acting_as("ben").requests.access(["MANAGE"], "iris"),
    "requests.approve": lambda registry, _: registry.requests.approve(_request(registry, "cleo")),
    "requests.reject": lambda registry, _: registry.requests.reject(_request(registry, "cleo"), reason="no"),
    "requests.cancel": lambda registry, _: registry.requests.cancel(_request(registry, "ana")),
    "policies.add": lambda registry, _: registry.policies.add("told", "required-description", "iris"),
    "policies.remove": lambda registry, _: registry.policies.remove("why", "iris"),
    "maintenance.repair": lambda registry, _: registry.maintenance.repair(),
    "maintenance.move_to": lambda registry, other: registry.maintenance.move_to(f"{other}.new"),
    "maintenance.restore": lambda registry, other: registry.maintenance.restore(other, force=True),
    "webhooks.create": lambda registry, _: registry.webhooks.create("hook", "https://x.example/", []),
    "webhooks.update": lambda registry, _: registry.webhooks.update(_hook(registry), {"name": "other"}),
    "webhooks.delete": lambda registry, _: registry.webhooks.delete(_hook(registry)),
}


def _hook(registry: Registry) -> str:
    return registry.webhooks.list()[0].webhook_id


def _comment(registry: Registry) -> int:
    return registry.comments.list("iris")[0].id


def _tracked(registry: Registry, folder: Path) -> Registry:
    """The same, with a run for every version."""
    registry._context.__dict__["tracking"] = Tracked(folder)
    return registry


def _request(registry: Registry, author: str) -> int:
    return next(iter(each.id for each in registry.requests.list("iris") if each.author == author), 0)


@pytest.fixture(scope="module")
def template(empty_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a registry with something for every call: filling one takes as long as ten tests do."""
    folder = tmp_path_factory.mktemp("template")
    path = shutil.copy(empty_registry, folder)
    with closing(jupyter_modelreg.connect(str(path), actor="ana")) as registry:
        fill(registry)
    return folder


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Iterator[Registry]:
    """That registry, opened by ana."""
    folder = shutil.copytree(template, tmp_path / "filled")
    with closing(jupyter_modelreg.connect(str(folder / "registry.duckdb"), actor="ana")) as registry:
        yield registry


def fill(registry: Registry) -> None:
    registry.models.create(FRAUD)
    registry.versions.register(SOURCE, "iris", aliases=["Champion"], check_source=False)
    registry.tags.set("iris", {"task": "x"})
    registry.versions.link("iris/1", "https://x.org", "app")
    registry.versions.begin(FRAUD, SOURCE)
    registry.catalogs.create("empty")
    registry.schemas.create("prod.empty")
    registry.versions.register(SOURCE, "iris", check_source=False)
    registry.versions.delete("iris/2")
    for _ in range(2):
        registry.versions.register(SOURCE, "old", run_id="r", check_source=False)
    registry.webhooks.create("there", "https://there.example/", [])
    registry.groups.create("analysts", ["cleo"])
    registry.comments.add("iris", "a first word")
    registry.tag_policies.create("stage", ["dev", "prod"])
    registry.searches.save("old", "created < now() - 365d")
    registry.users.create("cleo")
    registry.tokens.create(user="cleo")
    for asking in (registry, registry.acting_as("cleo")):
        asking.requests.alias("iris/1", "Asked")
    registry.policies.add("why", "required-reason", "iris", mode="off")
    # Ben may read everything, and change nothing.
    registry.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "registry", ["ben"])
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("other") / "other.duckdb"
    opened = jupyter_modelreg.connect(str(path))
    opened.models.create("elsewhere")
    opened.close()
    return path


def test_every_writing_operation_is_called_here() -> None:
    # A sync reports what it may not do, and takes the rest: see tests/core/sync/test_rights.py.
    writing = {name for name, operation in OPERATIONS.items() if operation.writes and operation.topic != "sync"}
    assert set(CALLS) == writing


@pytest.mark.parametrize("operation", [name for name in CALLS if NEEDS[name] not in (READ, SEE)])
def test_what_is_refused_changes_nothing(operation: str, filled: Registry, other: Path) -> None:
    before, last = filled.status(), filled.history.last()
    ben = jupyter_modelreg.connect(filled.uri, actor="ben")
    with pytest.raises(PermissionDenied, match="ben lacks ") as refused:
        CALLS[operation](ben, other)
    assert str(refused.value.hint).startswith("ask ana to run: grant ")
    if operation != "history.undo":  # which takes what was done to begin with
        # Ben may copy, but not to there.
        asked = "versions.register" if operation == "versions.copy" else operation
        assert str(refused.value) in _foretold(ben, asked)
    ben.close()
    now = filled.status()
    assert (now.events, now.versions, now.catalogs) == (before.events, before.versions, before.catalogs)
    assert filled.history.last() == last


def _foretold(registry: Registry, operation: str) -> list[str]:
    """With which words it is said that an operation would be refused, on whatever there is."""
    places = ["registry", "prod", "empty", "prod.ml_team", "prod.empty", FRAUD, "iris", "old"]
    refusals = [each for place in places for each in registry.grants.refusals(place)]
    return [f"{each.message}\n{each.hint}" for each in refusals if operation in each.operations]


# Anybody saves a search, as what is sought says nothing of what is there.
@pytest.mark.parametrize("operation", [n for n in CALLS if NEEDS[n] in (READ, SEE) and n != "searches.save"])
def test_what_readers_may_do_is_refused_to_whoever_may_only_browse(
    operation: str, filled: Registry, other: Path
) -> None:
    filled.grants.grant(["BROWSE"], "registry", ["dora"])
    last = filled.history.last()
    dora = jupyter_modelreg.connect(filled.uri, actor="dora")
    with pytest.raises((PermissionDenied, NotFound, IndexError)):  # the others where it is not to be seen
        CALLS[operation](dora, other)
    dora.close()
    assert filled.history.last() == last


@pytest.mark.parametrize("operation", CALLS)
def test_what_is_allowed_is_done(operation: str, filled: Registry, other: Path) -> None:
    if operation == "maintenance.restore":
        with pytest.raises(FilesDamaged, match="is not a backup"):
            CALLS[operation](filled, other)
    else:
        CALLS[operation](filled, other)


def test_each_operation_takes_a_privilege() -> None:
    assert set(CALLS) <= set(NEEDS)
    assert set(NEEDS.values()) <= {*PRIVILEGES, READ, SEE}


def test_what_is_asked_for_is_what_is_changed(filled: Registry, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    authorise = UnitOfWork.authorise

    def noted(work: UnitOfWork, operation: str, securable: AnySecurable | None) -> None:
        asked.append(f"{operation} {_name(securable)}")
        authorise(work, operation, securable)

    monkeypatch.setattr(UnitOfWork, "authorise", noted)
    filled.aliases.set("iris", "New", 1)
    filled.versions.register(SOURCE, "fresh", check_source=False)
    filled.schemas.create("dev.ml_team")
    assert asked == [
        "aliases.set iris",
        "models.create -",
        "versions.register fresh",
        "catalogs.create -",
        "schemas.create dev",
    ]


def _name(securable: AnySecurable | None) -> str:
    return "-" if securable is None else securable.name


def test_a_change_that_nobody_authorised_cannot_be_logged(registry: Registry) -> None:
    with (
        pytest.raises(AssertionError, match="nobody asked whether it is allowed"),
        context_of(registry).write() as work,
    ):
        work.log_update("model.updated", model(1, "fraud"), {"description": "x"})
    assert registry.history.last() is None
