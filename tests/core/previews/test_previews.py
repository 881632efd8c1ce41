"""What is told before a change, and what a registration says right after it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.entities.previews import ChangePreview, DeletionPreview
from jupyter_modelreg.core.entities.values import AliasMove, ChangeWarning, Holder
from jupyter_modelreg.core.entities.versions import Registered
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.real_models import FITTED, SaveModel, X

OTHER = infer_signature(pd.DataFrame({"amount": ["a"], "hour": [1.5]}), FITTED.predict(X))
DIFFERENCE = "input hour is new, input age is gone, input amount was double and is string"


def kinds(found: ChangePreview | Registered) -> list[str]:
    return [warning.kind for warning in found.warnings]


def said(found: ChangePreview | Registered) -> list[str]:
    return [warning.message for warning in found.warnings]


def workspace(registry: Registry, count: int = 2) -> None:
    for _ in range(count):
        registry.versions.register(SOURCE, "iris", check_source=False)


class TestRegistering:
    def test_it_tells_the_aliases_that_it_takes_over(self, registry: Registry, save_model: SaveModel) -> None:
        folder = str(save_model())
        registry.versions.register(folder, FRAUD, aliases=["Champion"])
        told = registry.previews.register(folder, FRAUD, aliases=["Champion", "Next"])
        assert (told.model, told.creates, told.version) == (FRAUD, False, 2)
        wanted = (AliasMove(alias="Champion", before=1), AliasMove(alias="Next", before=None))
        assert told.moves == wanted
        done = registry.versions.register(folder, FRAUD, aliases=["Champion", "Next"])
        assert done.moves == wanted
        assert done == registry.versions.get(f"{FRAUD}/2")
        assert registry.versions.get(f"{FRAUD}/2") == done
        assert registry.versions.get(f"{FRAUD}/1") != done

    def test_a_signature_that_differs(self, registry: Registry, save_model: SaveModel) -> None:
        registry.versions.register(str(save_model()), FRAUD, aliases=["Champion", "Best"])
        folder = str(save_model("other", signature=OTHER))
        told = registry.previews.register(folder, FRAUD, aliases=["Champion", "Best"])
        by = f"differs from that of {FRAUD}/1 (@Champion, @Best): {DIFFERENCE}"
        assert said(told) == [f"the signature of the new version {by}"]
        done = registry.versions.register(folder, FRAUD, aliases=["Champion", "Best"])
        assert said(done) == [f"the signature of {FRAUD}/2 {by}"]
        # Without an alias the newest version is the one that it comes after.
        assert kinds(registry.previews.register(folder, FRAUD)) == []
        assert said(registry.versions.register(str(save_model("third")), FRAUD)) == [
            f"the signature of {FRAUD}/3 differs from that of {FRAUD}/2: "
            "input age is new, input hour is gone, input amount was string and is double"
        ]

    @pytest.mark.parametrize(
        ("tags", "failed"),
        [
            ({"validation_status": "failed"}, "validation_status=failed"),
            ({"Model.Validation": "Rejected"}, "Model.Validation=Rejected"),
            ({"validation": " Error "}, "validation= Error "),
            ({"validation_status": "passed", "status": "failed"}, None),
            ({}, None),
        ],
    )
    def test_a_failed_validation(self, registry: Registry, tags: dict[str, str], failed: str | None) -> None:
        workspace(registry, 1)
        told = registry.previews.register(SOURCE, "iris", tags=tags)
        assert said(told) == ([f"the new version is tagged {failed}"] if failed else [])
        done = registry.versions.register(SOURCE, "iris", tags=tags, check_source=False)
        assert said(done) == ([f"iris/2 is tagged {failed}"] if failed else [])

    def test_the_same_logged_model_again(self, registry: Registry, logged: ModelInfo) -> None:
        by_id, by_run = f"models:/{logged.model_id}", f"runs:/{logged.run_id}/fraud"
        assert kinds(registry.previews.register(by_id, FRAUD)) == []
        registry.versions.register(by_id, FRAUD)
        registry.versions.register(by_run, FRAUD)
        for source in (by_id, by_run):
            told = registry.previews.register(source, FRAUD)
            assert said(told) == [f"the same model is registered already, as {FRAUD}/1 and {FRAUD}/2"]
        assert kinds(registry.previews.register(by_id, "staging.ml_team.fraud")) == []
        assert [each.version for each in registry.versions.duplicates(f"{FRAUD}/2")] == [1]

    def test_a_folder_may_hold_another_model_each_time(self, registry: Registry, save_model: SaveModel) -> None:
        folder = str(save_model())
        registry.versions.register(folder, FRAUD)
        registry.versions.register(folder, FRAUD)
        assert kinds(registry.previews.register(folder, FRAUD)) == []
        assert registry.versions.duplicates(f"{FRAUD}/2") == []

    def test_a_workspace_model_is_called_one_when_it_is_made(self, registry: Registry) -> None:
        message = "risk.fruad is a workspace model: it is in no catalog, and needs no signature"
        told = registry.previews.register(SOURCE, "risk.fruad")
        assert told.warnings == (
            ChangeWarning(kind="workspace", message=message, hint="name a governed one catalog.schema.model"),
        )
        assert told.creates
        assert registry.versions.register(SOURCE, "risk.fruad", check_source=False).warnings == told.warnings
        assert kinds(registry.versions.register(SOURCE, "risk.fruad", check_source=False)) == []
        assert kinds(registry.previews.register(SOURCE, FRAUD)) == []

    def test_a_source_that_is_not_there_is_for_registering_to_refuse(self, registry: Registry, tmp_path: Path) -> None:
        for source in (str(tmp_path / "nowhere"), "models:/nothing/3", "models:/m-nothing"):
            assert registry.previews.register(source, FRAUD).version == 1
        with pytest.raises(InvalidInput):
            registry.previews.register(SOURCE, FRAUD, aliases=["v1"])
        assert registry.history.last() is None


class TestCopying:
    def test_it_compares_with_the_target(self, registry: Registry, save_model: SaveModel) -> None:
        registry.versions.register(str(save_model()), FRAUD, aliases=["Champion"])
        registry.versions.register(
            str(save_model("other", signature=OTHER)), "staging.ml_team.churn", tags={"validation": "rejected"}
        )
        told = registry.previews.copy("staging.ml_team.churn/1", FRAUD, aliases=["Champion", "champion"])
        assert said(told) == [
            "the new version is tagged validation=rejected",
            f"the signature of the new version differs from that of {FRAUD}/1 (@Champion): {DIFFERENCE}",
            "@champion is new, and differs only in case from @Champion, which points at version 1",
        ]
        done = registry.versions.copy("staging.ml_team.churn/1", FRAUD)
        assert kinds(done) == ["validation", "signature"]

    def test_the_same_version_again(self, registry: Registry) -> None:
        workspace(registry)
        registry.versions.copy("iris/2", "flowers")
        assert said(registry.previews.copy("iris/2", "flowers")) == [
            "the same model is registered already, as flowers/1"
        ]
        assert kinds(registry.previews.copy("iris/1", "flowers")) == []
        with pytest.raises(NotFound):
            registry.previews.copy("iris/9", "flowers")


class TestPointingAnAlias:
    def test_it_looks_at_both_versions(self, registry: Registry, save_model: SaveModel) -> None:
        registry.versions.register(str(save_model()), FRAUD, aliases=["Champion"])
        other = str(save_model("other", signature=OTHER))
        registry.versions.register(other, FRAUD, tags={"validation_status": "failed"})
        told = registry.previews.alias(FRAUD, "Champion", 2)
        assert told.moves == (AliasMove(alias="Champion", before=1),)
        assert said(told) == [
            f"{FRAUD}/2 is tagged validation_status=failed",
            f"the signature of {FRAUD}/2 differs from that of {FRAUD}/1 (@Champion): {DIFFERENCE}",
        ]
        assert registry.previews.alias(FRAUD, "Champion", 1).moves == ()
        assert kinds(registry.previews.alias(FRAUD, "champion", 1)) == ["case"]
        with pytest.raises(NotFound):
            registry.previews.alias(FRAUD, "Champion", 3)


class TestDeleting:
    def test_versions_and_models(self, registry: Registry, save_model: SaveModel) -> None:
        folder = str(save_model())
        size = sum(registry.versions.register(folder, FRAUD, aliases=[alias]).size or 0 for alias in ("A", "B", "C"))
        told = registry.previews.delete(f"{FRAUD}/1-2")
        assert told == DeletionPreview(
            kind="version",
            name=f"{FRAUD}/1-2",
            versions=2,
            aliases={"A": 1, "B": 2},
            holders=[
                Holder(kind="alias", version=at, text=f"@{alias}", frees=f"unalias {FRAUD}@{alias}")
                for alias, at in (("A", 1), ("B", 2))
            ],
            managed=2,
            size=size * 2 // 3,
            next_version=4,
        )
        registry.versions.delete(f"{FRAUD}/2", force=True)
        whole = registry.previews.delete(FRAUD)
        assert (whole.kind, whole.versions, whole.aliases) == ("model", 2, {"A": 1, "C": 3})
        assert (whole.size, whole.next_version) == (size * 2 // 3, 4)

    def test_workspace_models_start_again(self, registry: Registry) -> None:
        workspace(registry)
        assert registry.previews.delete("iris/2").next_version == 3
        told = registry.previews.delete("iris")
        assert (told.versions, told.managed, told.size, told.next_version) == (2, 0, 0, 1)

    def test_schemas_and_catalogs(self, registry: Registry) -> None:
        registry.models.create(FRAUD)
        assert registry.previews.delete_container("prod.ml_team").blocked == (
            f"schema prod.ml_team still holds model {FRAUD}"
        )
        assert registry.previews.delete_container("prod").blocked == "catalog prod still holds schema prod.ml_team"
        registry.models.delete(FRAUD)
        assert registry.previews.delete_container("prod.ml_team") == DeletionPreview(kind="schema", name="prod.ml_team")
        with pytest.raises(NotFound):
            registry.previews.delete_container("nothing")


class TestRename:
    def test_the_aliases_that_stop_loading(self, registry: Registry) -> None:
        registry.versions.register(SOURCE, "iris", aliases=["Champion"], check_source=False)
        told = registry.previews.rename("iris", "flower")
        assert (told.aliases, told.blocked, told.hint) == ({"Champion": 1}, None, None)
        assert registry.previews.rename("iris", "iris").blocked is None
        with pytest.raises(NotFound):
            registry.previews.rename("rose", "flower")

    @pytest.mark.parametrize("name", ["taken", "prod.ml_team.iris", "a/b", ""])
    def test_it_refuses_what_renaming_refuses(self, registry: Registry, name: str) -> None:
        registry.models.create("iris")
        registry.models.create("taken")
        told = registry.previews.rename("iris", name)
        with pytest.raises(RegistryError) as refused:
            registry.models.rename("iris", name)
        assert (told.blocked, told.hint) == (refused.value.message, refused.value.hint)
