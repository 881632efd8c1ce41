"""Prune: old versions go to the trash as one unit of work, and what is in use stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_modelreg.core.entities.trash import Prune
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

DAY = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> str:
    plain_model(tmp_path / "model", 10)
    return str(tmp_path / "model")


@pytest.fixture
def fraud(registry: Registry, folder: str) -> Registry:
    """Six versions of a governed model."""
    register(registry, FRAUD, folder, 6)
    return registry


def register(registry: Registry, name: str, folder: str, count: int) -> None:
    for _ in range(count):
        registry.versions.register(folder, name)


def left(registry: Registry, name: str = FRAUD) -> list[int]:
    return [version.version for version in registry.versions.list(name)]


def told(prune: Prune) -> dict[str, str | None]:
    return {each.reference.removeprefix(f"{FRAUD}/"): each.why for each in prune.versions}


def use(registry: Registry, number: int, ago: int, actor: str = "ben") -> None:
    """Have a version loaded some milliseconds ago."""
    version, now = registry.versions.get(f"{FRAUD}/{number}"), context_of(registry).now()
    day = UsageDay(version_id=version.id, actor=actor, day="2026-03-01", last_used_at=now - ago, count=1)
    with context_of(registry).store.write() as tx:
        tx.usage.note(day)


def set_status(registry: Registry, number: int, status: str) -> None:
    """Have a version look as an import, or a registration, that is under way or has failed leaves it."""
    version = registry.versions.get(f"{FRAUD}/{number}")
    with context_of(registry).write() as work:
        work.go_on()
        work.log_update("version.status", version, {"status": status})


class TestWhatGoes:
    def test_the_newest_stay(self, fraud: Registry) -> None:
        found = fraud.trash.prune(FRAUD, keep=2, reason="cleaning")
        assert left(fraud) == [6, 5]
        assert (found.models, found.newest) == (1, 2)
        assert [each.version for each in found.gone] == [4, 3, 2, 1]
        assert {each.reference for each in fraud.trash.list()} == {f"{FRAUD}/{number}" for number in (1, 2, 3, 4)}
        assert sum(each.size for each in found.gone) == sum(each.size for each in fraud.trash.list()) > 0
        assert {event.reason for event in fraud.history.recent(FRAUD, limit=4)} == {"cleaning"}
        assert not list(rebuilt_differences(context_of(fraud)))
        assert fraud.maintenance.verify(rebuild=True).sound

    def test_one_undo_brings_all_of_it_back(self, fraud: Registry, folder: str) -> None:
        register(fraud, "prod.ml_team.other", folder, 3)
        fraud.trash.prune("prod", keep=1)
        assert (left(fraud), left(fraud, "prod.ml_team.other")) == ([6], [3])
        fraud.history.undo()
        assert (left(fraud), left(fraud, "prod.ml_team.other")) == ([6, 5, 4, 3, 2, 1], [3, 2, 1])
        assert fraud.trash.list() == []

    def test_what_an_alias_or_a_pin_holds_stays(self, fraud: Registry) -> None:
        fraud.aliases.set(FRAUD, "Champion", 1)
        fraud.aliases.set(FRAUD, "Old", 1)
        fraud.versions.pin(f"{FRAUD}/3")
        found = fraud.trash.prune(FRAUD, keep=1)
        assert told(found) == {"5": None, "4": None, "3": "pinned", "2": None, "1": "alias"}
        assert [sorted(each.aliases) for each in found.kept] == [[], ["Champion", "Old"]]
        assert left(fraud) == [6, 3, 1]

    def test_what_is_being_registered_stays_and_what_has_failed_goes(self, fraud: Registry) -> None:
        set_status(fraud, 2, "PENDING_REGISTRATION")
        set_status(fraud, 3, "FAILED_REGISTRATION")
        found = fraud.trash.prune(FRAUD, keep=1)
        assert told(found) == {"5": None, "4": None, "3": None, "2": "registering", "1": None}

    def test_the_newest_are_those_that_can_be_loaded(self, fraud: Registry) -> None:
        set_status(fraud, 6, "FAILED_REGISTRATION")
        set_status(fraud, 4, "FAILED_REGISTRATION")
        found = fraud.trash.prune(FRAUD, keep=2)
        assert left(fraud) == [6, 5, 4, 3]
        assert found.newest == 4

    def test_what_was_loaded_lately_stays_where_that_is_asked_for(self, fraud: Registry) -> None:
        use(fraud, 1, 3 * DAY)
        use(fraud, 2, 40 * DAY)
        found = fraud.previews.prune(FRAUD, keep=3, unused_for=30 * DAY)
        assert told(found) == {"3": None, "2": None, "1": "used"}
        assert [each.last_used_at is None for each in found.versions] == [True, False, False]
        assert found.users == ()
        whoever = fraud.previews.prune(FRAUD, keep=3)
        assert told(whoever) == {"3": None, "2": None, "1": None}
        assert [user.actor for user in whoever.users] == ["ben"]
        fraud.trash.prune(FRAUD, keep=3, unused_for=30 * DAY)
        assert left(fraud) == [6, 5, 4, 1]

    def test_a_workspace_model_in_stages(self, registry: Registry) -> None:
        for _ in range(3):
            registry.versions.register("s3://bucket/model", "plain", check_source=False)
        registry.versions.transition("plain", 1, "Production")
        found = registry.trash.prune("plain", keep=1)
        assert sum(each.size for each in found.gone) == 0
        assert left(registry, "plain") == [3]
        assert registry.maintenance.verify(rebuild=True).sound


class TestNamespaces:
    @pytest.fixture
    def prompted(self, fraud: Registry, folder: str) -> Registry:
        """Beside the model another schema, and a prompt in the first one."""
        register(fraud, "prod.risk.churn", folder, 3)
        prompt = {"mlflow.prompt.is_prompt": "true"}
        fraud.models.create("prod.ml_team.greeting", tags=prompt)
        for number in range(3):
            fraud.versions.register(
                "dummy", "prod.ml_team.greeting", tags={**prompt, "mlflow.prompt.text": f"{number}"}
            )
        return fraud

    @pytest.mark.parametrize(
        ("name", "namespace", "models"),
        [("prod", None, 2), ("prod.ml_team", None, 1), ("ml_team", "prod", 1), ("fraud", "prod.ml_team", 1)],
    )
    def test_every_model_in_it_but_no_prompt(
        self, prompted: Registry, name: str, namespace: str | None, models: int
    ) -> None:
        found = prompted.trash.prune(name, keep=1, namespace=namespace)
        assert found.models == models
        assert left(prompted) == [6]
        assert left(prompted, "prod.risk.churn") == ([3] if models == 2 else [3, 2, 1])
        assert left(prompted, "prod.ml_team.greeting") == [3, 2, 1]

    def test_a_prompt_that_is_named(self, prompted: Registry) -> None:
        prompted.trash.prune("prod.ml_team.greeting", keep=1)
        assert left(prompted, "prod.ml_team.greeting") == [3]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "keep", "error"),
        [
            ("nowhere", 1, NotFound),
            (f"{FRAUD}/3", 1, InvalidInput),
            (f"{FRAUD}@Champion", 1, InvalidInput),
            (FRAUD, 0, InvalidInput),
            (FRAUD, -1, InvalidInput),
            ("a//b", 1, InvalidInput),
        ],
    )
    def test_it_changes_nothing(self, fraud: Registry, name: str, keep: int, error: type[Exception]) -> None:
        last = fraud.history.last()
        for call in (fraud.trash.prune, fraud.previews.prune):
            with pytest.raises(error):
                call(name, keep=keep)
        assert fraud.history.last() == last

    def test_the_past_is_not_pruned(self, fraud: Registry) -> None:
        with pytest.raises(InvalidState):
            fraud.as_of(context_of(fraud).now()).trash.prune(FRAUD, keep=1)

    def test_nothing_to_prune_is_no_event(self, fraud: Registry) -> None:
        last = fraud.history.last()
        found = fraud.trash.prune(FRAUD, keep=6)
        assert (found.versions, found.newest) == ([], 6)
        assert fraud.history.last() == last


def test_the_preview_is_what_is_done(fraud: Registry) -> None:
    fraud.aliases.set(FRAUD, "Champion", 2)
    before = fraud.previews.prune(FRAUD, keep=1)
    assert left(fraud) == [6, 5, 4, 3, 2, 1]
    assert fraud.trash.prune(FRAUD, keep=1) == before


class TestWhoUsedIt:
    """`delete` and `purge` tell it, too."""

    def test_of_what_goes_in_the_last_30_days_each_once(self, fraud: Registry) -> None:
        use(fraud, 1, 2 * DAY)
        use(fraud, 2, DAY)
        use(fraud, 3, DAY // 2, actor="cleo")
        use(fraud, 2, 31 * DAY, actor="long ago")
        assert actors(fraud.previews.delete(f"{FRAUD}/1-2").users) == ["ben"]
        assert actors(fraud.previews.delete(FRAUD).users) == ["cleo", "ben"]
        assert fraud.previews.delete(f"{FRAUD}/4").users == ()
        fraud.versions.delete(f"{FRAUD}/1-3")
        assert actors(fraud.trash.purge([f"{FRAUD}/3"], dry_run=True).users) == ["cleo"]
        assert actors(fraud.trash.purge(dry_run=True).users) == ["cleo", "ben"]
        assert actors(fraud.trash.purge().users) == ["cleo", "ben"]
        assert fraud.usage.list(FRAUD) == []


def actors(users: Sequence[object]) -> list[str]:
    return [getattr(user, "actor", "") for user in users]
