"""The store contract's part on models."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.versions import Metric
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.search import All, AnyOf, Condition, Filter, Order, Search, Start
from jupyter_modelreg.testing.store_records import ODD, ODD_MODEL, append, catalog, model, names, put, schema, version

_TAGGED = (
    model(1, "Alpha", tags={"tier": "gold", "n": "10"}, created_at=5, updated_at=30),
    model(2, "alp%a", tags={"tier": "Gold"}, created_at=5, updated_at=20),
    model(3, "beta", tags={"other": '"tier": "gold"'}, created_at=1, updated_at=40),
    model(4, "gamma", tags={}, created_at=9, updated_at=10),
)
_ALL = ["Alpha", "alp%a", "beta", "gamma"]


def _tag(key: str, operator: str, value: str | tuple[str, ...]) -> Condition:
    return Condition(f"tags.{key}", operator, value)  # type: ignore[arg-type]


class ModelsContract:
    """`ModelRows`."""

    def test_a_model_comes_back_as_it_was(self, store: Store) -> None:
        put(store, ODD_MODEL, model(2, "bare"))
        with store.read() as tx:
            assert tx.models.get(ODD) == ODD_MODEL
            assert list((tx.models.get(ODD) or model(0, "")).latest) == ["None", "Production"]
            assert tx.models.get("bare") == model(2, "bare")
            assert tx.models.search(Search(conditions=[Condition("name", "=", ODD)])) == [ODD_MODEL]
            assert tx.models.get("Bare") is None

    def test_a_change_changes_what_it_names_and_no_more(self, store: Store) -> None:
        put(store, ODD_MODEL)
        changes = {"tags": {"new": ODD}, "aliases": {}, "last_version": 7, "description": None, "updated_at": 9}
        with store.write() as tx:
            assert tx.models.get(ODD) is not None
            tx.models.update(ODD_MODEL.id, changes)
            append(tx)
        with store.read() as tx:
            assert tx.models.get(ODD) == Model(**{**vars(ODD_MODEL), **changes})

    def test_a_renamed_model_is_found_by_its_new_name_only(self, store: Store) -> None:
        put(store, model(1, "old"), model(2, "other"))
        with store.read() as tx:
            assert tx.models.get("old") is not None
        with store.write() as tx:
            tx.models.update(1, {"key": "new", "name": "new"})
            assert tx.models.get("old") is None
            assert tx.models.get("new") == model(1, "new")
            append(tx)
        put(store, model(3, "old"))
        with store.read() as tx:
            assert tx.models.get("new") == model(1, "new")
            assert tx.models.get("old") == model(3, "old")

    def test_the_trash_is_out_of_sight_and_frees_the_name(self, store: Store) -> None:
        put(store, model(1, "m", last_version=4), model(2, "n"))
        with store.write() as tx:
            tx.models.update(1, {"key": None, "deleted_at": 9})
            append(tx)
        put(store, model(3, "m", last_version=1))
        with store.write() as tx:
            tx.models.update(3, {"key": None, "deleted_at": 10})
            append(tx)
        gone = [model(1, "m", last_version=4, deleted_at=9), model(3, "m", last_version=1, deleted_at=10)]
        with store.read() as tx:
            assert tx.models.get("m") is None
            assert names(tx.models.search(Search(prompts=None))) == ["n"]
            assert list(tx.models.closest("m")) == ["n"] or list(tx.models.closest("m")) == []
            assert tx.models.trashed(9) == gone
            assert tx.models.trashed(1) == gone[:1]
            assert tx.models.count_trashed() == 2

    def test_models_are_found_by_what_is_granted_on_them_and_by_their_policies(self, store: Store) -> None:
        owned = {"owned": {"rule": "required-tags", "parameters": {"tags": ["owner"]}}}
        put(store, model(1, "m", policies=owned), model(2, "b", grants={"ben": ["EXECUTE"]}), model(3, "c"))
        put(store, model(4, "a", policies=owned, grants={"ben": ["EXECUTE"]}), model(5, "gone", policies=owned))
        with store.write() as tx:
            tx.models.update(5, {"key": None, "deleted_at": 9})
            append(tx)
        with store.read() as tx:
            assert names(tx.models.policed()) == ["a", "m"]
            assert names(tx.models.granted()) == ["a", "b"]
            assert tx.models.policed()[1].policies == owned

    def test_counts_by_schema_leave_out_prompts_and_the_trash(self, store: Store) -> None:
        put(store, catalog(1, "prod"), schema(2, "prod.a", 1), schema(3, "prod.b", 1), schema(4, "prod.c", 1))
        put(store, model(5, "prod.a.m", schema_id=2), model(6, "prod.a.n", schema_id=2), model(7, "w"))
        put(store, model(8, "prod.b.p", schema_id=3, tags={PROMPT_TAG: "true"}), model(9, "gone"))
        with store.write() as tx:
            tx.models.update(9, {"key": None, "deleted_at": 9})
            append(tx)
        with store.read() as tx:
            assert {each: found for each, found in tx.models.count_by_schema().items() if found} == {2: 2, None: 1}
            assert tx.models.count(Search(prompts=True)) == 1

    def test_a_model_comes_back_from_the_trash_or_is_removed_for_good(self, store: Store) -> None:
        put(store, model(1, "m"), model(2, "n"))
        with store.write() as tx:
            tx.models.update(1, {"key": None, "deleted_at": 9})
            tx.models.update(2, {"key": None, "deleted_at": 9})
            append(tx)
        with store.write() as tx:
            tx.models.update(1, {"key": "m", "deleted_at": None})
            tx.models.delete(2)
            append(tx)
        with store.read() as tx:
            assert tx.models.get("m") == model(1, "m")
            assert tx.models.trashed(9) == []

    @pytest.mark.parametrize(
        ("conditions", "found"),
        [
            ([], _ALL),
            ([Condition("name", "=", "beta")], ["beta"]),
            ([Condition("name", "!=", "beta")], ["Alpha", "alp%a", "gamma"]),
            ([Condition("name", "LIKE", "%a")], _ALL),
            ([Condition("name", "LIKE", "al_%a")], ["alp%a"]),
            ([Condition("name", "ILIKE", "AL%")], ["Alpha", "alp%a"]),
            ([Condition("name", "CONTAINS", "P%")], ["alp%a"]),
            ([Condition("name", "CONTAINS", "ALP")], ["Alpha", "alp%a"]),
            ([Condition("name", "IN", ("beta", "gamma", "x"))], ["beta", "gamma"]),
            ([Condition("name", "IN", ())], []),
            ([Condition("name", "NOT IN", ("beta", "gamma"))], ["Alpha", "alp%a"]),
            ([Condition("name", "NOT IN", ())], _ALL),
            ([Condition("name", ">", "alp%a"), Condition("name", "<=", "beta")], ["beta"]),
            ([Condition("created_at", ">=", 5)], ["Alpha", "alp%a", "gamma"]),
            ([Condition("updated_at", "<", 20)], ["gamma"]),
            ([_tag("tier", "=", "gold")], ["Alpha"]),
            ([_tag("tier", "!=", "gold")], ["alp%a"]),
            ([_tag("tier", "ILIKE", "g_LD")], ["Alpha", "alp%a"]),
            ([_tag("tier", "IN", ("gold", "silver"))], ["Alpha"]),
            ([_tag("n", "<", "9")], ["Alpha"]),
            ([_tag("none", "!=", "x")], []),
            ([_tag('a"b', "!=", "x")], []),
            ([_tag("tier", "LIKE", "%old"), Condition("name", "=", "Alpha")], ["Alpha"]),
        ],
    )
    def test_conditions(self, store: Store, conditions: Sequence[Condition], found: list[str]) -> None:
        put(store, *_TAGGED)
        with store.read() as tx:
            assert names(tx.models.search(Search(conditions=conditions))) == found
            assert tx.models.count(Search(conditions=conditions, limit=1, start=Start(offset=1))) == len(found)

    @pytest.mark.parametrize(
        ("part", "found"),
        [
            (Condition("version", ">", 1), ["m"]),
            (Condition("version", "IS NULL"), ["empty"]),
            (Condition("alias", "!=", "Best"), ["empty", "m", "n"]),
            (All((Condition("alias", "=", "Best"), Condition("version", "=", 1))), ["m"]),
            (All((Condition("alias", "=", "Best"), Condition("version", "=", 2))), []),
            (Condition("version_tags.tier", "=", "gold"), ["n"]),
            (Condition("tags.tier", "=", "gold"), ["m"]),
            (Condition("model_tags.tier", "IS NULL"), ["empty", "n"]),
            (AnyOf((Condition("metrics.auc", ">", 0), Condition("description", "=", "x"))), ["empty", "n"]),
        ],
    )
    def test_models_are_found_by_one_of_their_versions(self, store: Store, part: Filter, found: list[str]) -> None:
        m = model(1, "m", aliases={"Best": 1}, tags={"tier": "gold"})
        n, empty = model(2, "n"), model(3, "empty", description="x")
        metrics = (Metric(key="auc", value=0.5, timestamp=1),)
        put(store, m, n, empty, version(4, m, 1), version(5, m, 2), version(6, m, 3, deleted_at=9))
        put(store, version(7, n, 1, tags={"tier": "gold"}, metrics=metrics))
        with store.read() as tx:
            assert names(tx.models.search(Search([part]))) == found
            assert tx.models.count(Search([part])) == len(found)

    @pytest.mark.parametrize(
        ("order", "found"),
        [
            ([], _ALL),
            ([Order("name", descending=True)], _ALL[::-1]),
            ([Order("created_at")], ["beta", "Alpha", "alp%a", "gamma"]),
            ([Order("created_at", descending=True)], ["gamma", "Alpha", "alp%a", "beta"]),
            ([Order("created_at"), Order("name", descending=True)], ["beta", "alp%a", "Alpha", "gamma"]),
            ([Order("updated_at", descending=True)], ["beta", "Alpha", "alp%a", "gamma"]),
        ],
    )
    def test_every_order_in_one_and_in_pages(self, store: Store, order: Sequence[Order], found: list[str]) -> None:
        put(store, *_TAGGED)
        fields = [each.field for each in order]
        full = [*fields, *(() if "name" in fields else ("name",))]
        paged: list[str] = []
        with store.read() as tx:
            assert names(tx.models.search(Search(order=order))) == found
            assert names(tx.models.search(Search(order=order, start=Start(offset=1), limit=2))) == found[1:3]
            start = Start()
            while page := tx.models.search(Search(order=order, limit=1, start=start)):
                paged += names(page)
                start = Start({field: getattr(page[-1], field) for field in full})
        assert paged == found

    def test_a_field_that_there_is_not_is_refused(self, store: Store) -> None:
        put(store, *_TAGGED)
        with store.read() as tx, pytest.raises(InvalidInput):
            tx.models.search(Search(conditions=[Condition("colour", "=", "red")]))
        with store.read() as tx, pytest.raises(InvalidInput):
            tx.models.search(Search(order=[Order("colour")]))

    def test_a_search_can_be_narrowed_to_a_catalog_a_schema_or_the_workspace(self, store: Store) -> None:
        put(store, catalog(1, "prod"), schema(2, "prod.a", 1), schema(3, "prod.b", 1))
        put(store, model(4, "prod.a.m", schema_id=2), model(5, "prod.b.m", schema_id=3), model(6, "m"))
        put(store, catalog(7, "dev"), schema(8, "dev.a", 7), model(9, "dev.a.m", schema_id=8))
        with store.read() as tx:
            assert names(tx.models.search(Search())) == ["dev.a.m", "m", "prod.a.m", "prod.b.m"]
            assert names(tx.models.search(Search(catalog_id=1))) == ["prod.a.m", "prod.b.m"]
            assert names(tx.models.search(Search(catalog_id=1, limit=1))) == ["prod.a.m"]
            assert names(tx.models.search(Search(catalog_id=77))) == []
            assert names(tx.models.search(Search(schema_id=3))) == ["prod.b.m"]
            assert names(tx.models.search(Search(workspace=True))) == ["m"]
            narrowed = (Search(catalog_id=1), Search(catalog_id=77), Search(schema_id=2), Search(workspace=True))
            for search in narrowed:
                assert tx.models.count(search) == len(tx.models.search(search))

    def test_prompts_are_searched_apart(self, store: Store) -> None:
        put(store, model(1, "a prompt", tags={PROMPT_TAG: "true"}), model(2, "model"))
        is_prompt = _tag(PROMPT_TAG, "=", "true")
        with store.read() as tx:
            assert names(tx.models.search(Search())) == ["model"]
            assert names(tx.models.search(Search(prompts=True))) == ["a prompt"]
            assert names(tx.models.search(Search(prompts=None))) == ["a prompt", "model"]
            assert names(tx.models.search(Search([is_prompt], prompts=True))) == ["a prompt"]
            assert names(tx.models.search(Search([is_prompt], prompts=False))) == ["model"]
        with store.write() as tx:
            tx.models.update(2, {"tags": {PROMPT_TAG: "true"}})
            append(tx)
        with store.read() as tx:
            assert names(tx.models.search(Search())) == []

    def test_names_near_a_models(self, store: Store) -> None:
        put(store, model(1, "fraud_model"), model(2, "churn"), model(3, "freud_model"))
        with store.read() as tx:
            assert tx.models.closest("fraud_modle")[0] == "fraud_model"
            assert list(tx.models.closest("CHRUN")) == ["churn"]
