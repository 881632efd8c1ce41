"""The topics of a registry, one by one, on a real file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import (
    AliasNotFound,
    AlreadyExists,
    ArchivingRefused,
    InvalidInput,
    InvalidState,
    NotFound,
    PolicyRefused,
)
from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE


def add_versions(registry: Registry, model: str, count: int) -> None:
    for _ in range(count):
        registry.versions.register(SOURCE, model)


def actions(registry: Registry, model: str | None = None) -> list[str]:
    return [event.action for event in registry.history.list(model)]


# --- catalogs and schemas ---


def test_a_governed_model_brings_its_catalog_and_schema(registry: Registry) -> None:
    model = registry.models.create("prod.ml.fraud", description="cards", reason="kick-off")
    assert (model.owner, model.created_by, model.governed) == ("ana", "ana", True)
    assert [catalog.name for catalog in registry.catalogs.list()] == ["prod"]
    assert [schema.name for schema in registry.schemas.list("prod")] == ["prod.ml"]
    assert actions(registry) == ["catalog.created", "schema.created", "model.created"]
    assert {event.reason for event in registry.history.list()} == {"kick-off"}


def test_catalogs_and_schemas_live_and_die(registry: Registry) -> None:
    registry.catalogs.create("prod", description="live")
    registry.schemas.create("prod.ml")
    registry.models.create("prod.ml.fraud")
    with pytest.raises(AlreadyExists):
        registry.catalogs.create("prod")
    with pytest.raises(AlreadyExists):
        registry.schemas.create("prod.ml")
    with pytest.raises(InvalidInput):
        registry.schemas.create("prod")
    with pytest.raises(InvalidState, match=r"still holds schema prod\.ml"):
        registry.catalogs.delete("prod")
    with pytest.raises(InvalidState, match=r"still holds model prod.ml.fraud"):
        registry.schemas.delete("prod.ml")
    assert registry.catalogs.describe("prod", "the live one").description == "the live one"
    assert registry.schemas.describe("prod.ml", None).description is None
    registry.models.delete("prod.ml.fraud")
    registry.schemas.delete("prod.ml")
    registry.catalogs.delete("prod")
    assert registry.catalogs.list() == []


def test_unknown_names_say_what_is_close(registry: Registry) -> None:
    registry.models.create("prod.ml_team.fraud")
    with pytest.raises(NotFound, match=r"^no model prod.ml_team.frued; did you mean prod.ml_team.fraud\?"):
        registry.models.get("prod.ml_team.frued")
    with pytest.raises(NotFound, match=r"^no catalog prd; did you mean prod\?"):
        registry.catalogs.get("prd")
    with pytest.raises(NotFound, match=r"^no schema prod.ml_taem; did you mean prod.ml_team\?"):
        registry.models.list("prod.ml_taem")
    with pytest.raises(NotFound, match=r"^no model something-else$"):
        registry.models.get("something-else")


# --- models ---


def test_a_name_is_taken_once(registry: Registry) -> None:
    registry.models.create("fraud")
    with pytest.raises(AlreadyExists, match="model fraud already exists"):
        registry.models.create("fraud")
    with pytest.raises(AlreadyExists, match="name of a model"):
        registry.models.create("fraud", tags={"mlflow.prompt.is_prompt": "true"})


def test_a_rename_keeps_everything(registry: Registry) -> None:
    registry.models.create("fraud", tags={"team": "risk"})
    registry.models.create("other")
    add_versions(registry, "fraud", 2)
    registry.aliases.set("fraud", "Champion", 2)
    renamed = registry.models.rename("fraud", "cards")
    assert (renamed.name, renamed.tags, renamed.aliases) == ("cards", {"team": "risk"}, {"Champion": 2})
    assert registry.versions.get("cards@Champion").name == "cards"
    with pytest.raises(NotFound):
        registry.models.get("fraud")
    with pytest.raises(AlreadyExists):
        registry.models.rename("cards", "other")
    with pytest.raises(InvalidInput, match="cannot change that"):
        registry.models.rename("cards", "prod.ml.cards")
    registry.models.create("prod.ml.a")
    assert registry.models.rename("prod.ml.a", "dev.qa.a").governed
    assert [schema.name for schema in registry.schemas.list()] == ["dev.qa", "prod.ml"]


def test_deleting_and_creating_again(registry: Registry) -> None:
    for name, first_new_number in (("fraud", 1), ("prod.ml.chat", 3)):
        # A prompt is the governed thing that needs no files.
        tags = {"mlflow.prompt.is_prompt": "true"} if "." in name else {}
        registry.models.create(name, tags=tags)
        for _ in range(2):
            registry.versions.register(SOURCE, name, tags=tags)
        registry.models.delete(name)
        with pytest.raises(NotFound):
            registry.models.get(name)
        registry.models.create(name, tags=tags)
        assert registry.versions.register(SOURCE, name, tags=tags).version == first_new_number


# --- versions ---


def test_version_numbers_are_never_reused(registry: Registry) -> None:
    registry.models.create("fraud")
    add_versions(registry, "fraud", 3)
    registry.versions.delete("fraud/3")
    add_versions(registry, "fraud", 1)
    assert [version.version for version in registry.versions.list("fraud")] == [4, 2, 1]


def test_a_range_is_deleted_in_one_step(registry: Registry) -> None:
    add_versions(registry, "fraud", 4)
    registry.aliases.set("fraud", "Champion", 2)
    registry.aliases.set("fraud", "Next", 4)
    gone = registry.versions.delete("fraud/1-3", force=True, reason="obsolete")
    assert [version.version for version in gone] == [1, 2, 3]
    assert registry.models.get("fraud").aliases == {"Next": 4}
    assert actions(registry, "fraud")[-4:] == ["alias.deleted", *["version.deleted"] * 3]
    with pytest.raises(NotFound, match="no version from 1 to 3"):
        registry.versions.delete("fraud/1-3")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("fraud/1-2", "these versions of fraud cannot be deleted while @Best and @Champion point there"),
        ("fraud@Champion", "version fraud/2 cannot be deleted while @Best and @Champion point there"),
        ("fraud/4", "version fraud/4 cannot be deleted while @Next points there"),
    ],
)
def test_what_an_alias_points_at_is_not_deleted_without_force(registry: Registry, reference: str, said: str) -> None:
    add_versions(registry, "fraud", 4)
    for alias, version in (("Champion", 2), ("Best", 2), ("Next", 4)):
        registry.aliases.set("fraud", alias, version)
    before = registry.history.last()
    with pytest.raises(InvalidState, match=said) as refused:
        registry.versions.delete(reference)
    hint = "first unalias fraud@.*; or have it deleted with --force, in Python force=True"
    assert re.match(hint, str(refused.value.hint))
    assert registry.history.last() == before
    registry.versions.delete("fraud/1")
    registry.versions.delete(reference, force=True)
    left = {"Next": 4} if reference != "fraud/4" else {"Champion": 2, "Best": 2}
    assert registry.models.get("fraud").aliases == left


def test_a_model_with_an_alias_is_not_deleted_without_force(registry: Registry) -> None:
    add_versions(registry, "fraud", 2)
    registry.aliases.set("fraud", "Champion", 2)
    with pytest.raises(InvalidState, match="model fraud cannot be deleted while @Champion points there"):
        registry.models.delete("fraud")
    assert registry.models.get("fraud").aliases == {"Champion": 2}
    assert registry.models.delete("fraud", force=True).aliases == {"Champion": 2}
    add_versions(registry, "fraud", 1)
    registry.models.delete("fraud")


def test_stages_of_workspace_models(registry: Registry) -> None:
    add_versions(registry, "fraud", 3)
    registry.versions.transition("fraud", 1, "production")
    registry.versions.transition("fraud", 2, "Production", archive_existing=True)
    assert {version.version: version.stage for version in registry.versions.list("fraud")} == {
        1: "Archived",
        2: "Production",
        3: "None",
    }
    assert registry.versions.get("fraud/Production").version == 2
    with pytest.raises(InvalidInput, match="is not a stage"):
        registry.versions.transition("fraud", 1, "Live")
    with pytest.raises(ArchivingRefused):
        registry.versions.transition("fraud", 1, "Archived", archive_existing=True)
    with pytest.raises(NotFound):
        registry.versions.get("fraud/Staging")


def test_governed_models_have_no_stages(registry: Registry) -> None:
    registry.models.create("prod.ml.fraud")
    with pytest.raises(PolicyRefused, match="no stages") as refused:
        registry.versions.transition("prod.ml.fraud", 1, "Production")
    assert "alias prod.ml.fraud@Production 1" in str(refused.value)


def test_references_resolve(registry: Registry) -> None:
    add_versions(registry, "fraud", 3)
    registry.aliases.set("fraud", "Champion", 2)
    assert registry.versions.get("fraud@Champion").version == 2
    assert registry.versions.get("fraud/latest").version == 3
    assert registry.versions.get("models:/fraud/1").version == 1
    assert [version.version for version in registry.versions.resolve("fraud/2-9")] == [2, 3]
    with pytest.raises(InvalidInput, match="needs a version"):
        registry.versions.get("fraud")
    with pytest.raises(InvalidInput, match="names 3 versions"):
        registry.versions.get("fraud/1-3")
    with pytest.raises(AliasNotFound, match="no alias Champ") as missing:
        registry.versions.get("fraud@Champ")
    assert "Champion (version 2)" in str(missing.value)
    with pytest.raises(NotFound, match="its newest version is 3"):
        registry.versions.get("fraud/7")


def test_failed_registration_of_a_workspace_model_without_a_model(registry: Registry) -> None:
    with pytest.raises(NotFound):
        registry.versions.register(SOURCE, "fraud", create_model=False)
    assert registry.history.list() == []


def test_a_copy_takes_tags_and_description_along(registry: Registry) -> None:
    registry.versions.register(SOURCE, "fraud", tags={"auc": "0.9"}, description="first", run_id="r1", aliases=["A"])
    copy = registry.versions.copy("fraud@A", "fraud-prod")
    assert (copy.name, copy.version, copy.tags, copy.description) == ("fraud-prod", 1, {"auc": "0.9"}, "first")
    assert (copy.run_id, copy.source, copy.location, copy.aliases) == ("r1", "models:/fraud/1", SOURCE, ())


# --- aliases and tags ---


def test_an_alias_moves(registry: Registry) -> None:
    add_versions(registry, "fraud", 2)
    assert registry.aliases.set("fraud", "Champion", 1) is None
    assert registry.aliases.set("fraud", "Champion", 2, reason="better recall") == 1
    assert registry.aliases.get("fraud", "Champion").version == 2
    assert registry.aliases.remove("fraud", "Champion") == 2
    assert registry.aliases.remove("fraud", "Champion") is None
    assert actions(registry, "fraud")[-3:] == ["alias.set", "alias.moved", "alias.deleted"]
    moved = registry.history.list("fraud")[-2]
    assert (moved.before, moved.after, moved.reason) == ({"Champion": 1}, {"Champion": 2}, "better recall")
    with pytest.raises(NotFound):
        registry.aliases.set("fraud", "Champion", 9)


def test_governed_models_have_at_most_ten_aliases(registry: Registry) -> None:
    tags = {"mlflow.prompt.is_prompt": "true"}
    registry.versions.register(SOURCE, "prod.ml.chat", tags=tags)
    for number in range(10):
        registry.aliases.set("prod.ml.chat", f"a{number}", 1)
    registry.aliases.set("prod.ml.chat", "a0", 1)
    with pytest.raises(PolicyRefused, match="10 aliases already"):
        registry.aliases.set("prod.ml.chat", "eleventh", 1)
    add_versions(registry, "fraud", 1)
    for number in range(12):
        registry.aliases.set("fraud", f"a{number}", 1)


def test_tags_on_models_and_versions(registry: Registry) -> None:
    registry.models.create("fraud")
    add_versions(registry, "fraud", 2)
    registry.tags.set("fraud", {"team": "risk", "odd key": "'; DROP TABLE models; --"})
    registry.tags.set("fraud/1-2", {"checked": "yes"})
    registry.tags.remove("fraud/1", ["checked", "never-there"])
    assert registry.models.get("fraud").tags == {"team": "risk", "odd key": "'; DROP TABLE models; --"}
    assert [version.tags for version in registry.versions.list("fraud")] == [{"checked": "yes"}, {}]
    assert actions(registry, "fraud")[-5:] == ["tag.set"] * 4 + ["tag.deleted"]


# --- searches ---


def test_one_text_is_no_list(registry: Registry, tmp_path: Path) -> None:
    wrong: list[tuple[str, Callable[..., object], tuple[object, ...], dict[str, object]]] = [
        ("conditions", registry.versions.search, ("name = 'fraud'",), {}),
        ("conditions", registry.models.search, (), {"conditions": "fraud"}),
        ("order", registry.models.search, ([], "name"), {}),
        ("actions", registry.history.recent, (), {"actions": "alias"}),
        ("references", registry.trash.purge, ("fraud",), {}),
        ("references", registry.exchange.export_to, (tmp_path / "a.zip", "fraud"), {}),
        ("aliases", registry.versions.register, ("s3://x", "fraud"), {"aliases": "Champion"}),
    ]
    for name, method, positional, named in wrong:
        with pytest.raises(InvalidInput, match=f"^{name} takes a list, and .* is one text") as refused:
            method(*positional, **named)
        assert str(refused.value.hint).startswith("write [")
    with pytest.raises(InvalidInput, match="conditions holds 'fraud', which is no Condition"):
        registry.models.search(["fraud"])  # type: ignore[list-item]
    with pytest.raises(InvalidInput, match="order holds 'name', which is no Order"):
        registry.versions.search(order=["name"])  # type: ignore[list-item]


def test_searching(registry: Registry) -> None:
    for name in ("fraud", "Fraud-eu", "churn"):
        registry.models.create(name, tags={"team": "risk" if "raud" in name.lower() else "crm"})
        add_versions(registry, name, 2)
    registry.tags.set("fraud/2", {"auc": "0.95"})

    def models(*conditions: Condition, order: tuple[Order, ...] = ()) -> list[str]:
        return [model.name for model in registry.models.search(conditions, order)]

    assert models(Condition("name", "LIKE", "fraud%")) == ["fraud"]
    assert models(Condition("name", "ILIKE", "fraud%")) == ["Fraud-eu", "fraud"]
    assert models(Condition("tags.team", "=", "risk")) == ["Fraud-eu", "fraud"]
    assert models(Condition("tags.team", "!=", "risk"), Condition("name", "!=", "x")) == ["churn"]
    assert models(Condition("name", "IN", ("churn", "x"))) == ["churn"]
    assert models(Condition('tags.te"am', "=", "risk")) == []
    assert models(order=(Order("name", descending=True),)) == ["fraud", "churn", "Fraud-eu"]
    found = registry.versions.search([Condition("tags.auc", "LIKE", "0.9%")])
    assert [version.reference for version in found] == ["fraud/2"]
    assert registry.versions.search([Condition("name", "=", "'; DROP TABLE models; --")]) == []
    with pytest.raises(InvalidInput, match="there is no field nonsense"):
        registry.models.search([Condition("nonsense", "=", "x")])
    with pytest.raises(InvalidInput, match="there is no field nonsense"):
        registry.versions.search(order=[Order("nonsense")])


def test_pages_join_up(registry: Registry) -> None:
    for number in range(7):
        registry.models.create(f"m{number}")
    names: list[str] = []
    token: str | None = None
    while True:
        page = registry.models.list(limit=3, page_token=token)
        names += [model.name for model in page]
        token = page.token
        if token is None:
            break
    assert names == [f"m{number}" for number in range(7)]
    for bad in ("nonsense", "eyJhIjogMX0=", "e30=", "W10="):
        with pytest.raises(InvalidInput, match="page token"):
            registry.models.list(limit=3, page_token=bad)


def test_prompts_are_kept_apart(registry: Registry) -> None:
    registry.models.create("chat", tags={"mlflow.prompt.is_prompt": "true"})
    registry.models.create("fraud")
    assert [model.name for model in registry.models.search()] == ["fraud"]
    assert [model.name for model in registry.models.search(prompts=True)] == ["chat"]


# --- the log ---


def test_the_chain_of_events_shows_tampering(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud", reason="start")
    registry.models.describe("fraud", "cards")
    registry.models.delete("fraud")
    assert registry.history.broken_at() is None
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("UPDATE events SET actor = 'mallory' WHERE seq = 2")
    assert registry.history.broken_at() == 2
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("DELETE FROM events WHERE seq = 2")
    assert registry.history.broken_at() == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE events SET actor = 'mallory' WHERE seq = 3",
        "UPDATE events SET created_at = 1 WHERE seq = 2",
        "UPDATE events SET remaining = 1, hash = '' WHERE seq = 4",
        "UPDATE events SET hash = repeat('a', 64) WHERE seq = 3",
        "UPDATE events SET seq = 7 - seq WHERE seq IN (3, 4)",
        "DELETE FROM events WHERE seq = 3",
    ],
)
def test_one_hash_covers_all_events_of_a_unit(registry: Registry, registry_path: Path, damage: str) -> None:
    registry.models.create("fraud")
    registry.models.create("prod.team.fraud")  # with its catalog and its schema
    registry.models.describe("fraud", "cards")
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        told = connection.execute("SELECT seq, remaining, hash <> '' FROM events ORDER BY seq").fetchall()
        assert told == [(1, 0, True), (2, 2, False), (3, 1, False), (4, 0, True), (5, 0, True)]
    assert registry.maintenance.verify().sound
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute(damage)
    found = registry.maintenance.verify().findings
    assert found[0].kind == "log"
    assert registry.history.broken_at() in (2, 3, 4)


def test_every_change_is_one_event_with_actor_time_and_reason(registry: Registry) -> None:
    registry.models.create("fraud", reason="why not")
    event: Event = registry.history.list()[0]
    assert (event.seq, event.actor, event.action, event.name) == (1, "ana", "model.created", "fraud")
    assert event.reason == "why not"
    assert event.time == registry.models.get("fraud").created_at


def test_status_counts_what_is_there(registry: Registry) -> None:
    add_versions(registry, "fraud", 2)
    registry.models.create("prod.ml.a")
    registry.models.create("gone")
    registry.models.delete("gone")
    status = registry.status()
    assert (status.catalogs, status.schemas, status.governed_models, status.workspace_models) == (1, 1, 1, 1)
    assert (status.versions, status.actor, status.events) == (2, "ana", 8)
    assert status.database_bytes > 0
